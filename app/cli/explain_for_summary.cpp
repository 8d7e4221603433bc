// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/explain_for_summary.h"

#include "app/cli/context.h"
#include "app/cli/evaluation_summary.h"
#include "core/explain/explainer.h"
#include "core/explain/witness.h"
#if EARSHOT_HAS_AUDIO
#include "core/listen/heard.h"
#endif

namespace earshot {

namespace {

void requireNoStop(const Context& context)
{
    if (context.stop().stop_requested())
        throw Error(ErrorKind::Failed, "", "stopped before the evaluation was complete");
}

ExplainedRow startRow(const Explanation& explanation)
{
    ExplainedRow row;
    row.name = "start";
    const auto responses = explanation.directions.begin()->second.responses.row(0);
    row.responses.assign(responses.begin(), responses.end());
    row.heard = explanation.startHeard;
    row.witness = explanation.startWitness;
    return row;
}

ExplainedRow directionRow(Direction direction, const DirectionResult& result)
{
    ExplainedRow row;
    row.name = direction == Direction::Positive ? "positive" : "negative";
    row.wantedSign = direction == Direction::Positive ? 1 : -1;
    row.step = result.chosenStep;
    const auto step = static_cast<std::size_t>(result.chosenStep);
    if (step < result.distances.size())
        row.distance = result.distances[step];
    const auto responses = result.responses.row(step);
    row.responses.assign(responses.begin(), responses.end());
    row.heard = result.heard;
    row.witness = result.witness;
    return row;
}

} // namespace

void explainForSummary(Context& context, const Explainer& explainer,
                       [[maybe_unused]] const Explainer* witness, const ExplainSettings& settings,
                       EvaluationSummary& summary)
{
    ExplainControl control;
    control.stop = context.stop();
    control.progress = [show = context.progress()](const ExplainProgress& progress) {
        show({"explaining", progress.fraction, progress.secondsLeft});
    };
    Explanation explanation = explainer.explain(explainer.outputLayer() + "[0]", settings, control);
    requireNoStop(context);
#if EARSHOT_HAS_AUDIO
    const FrontEndParameters frontEnd;
    ExplanationSounds sounds;
    hearExplanation(explainer, frontEnd, resynthesisDefaults(ResynthesisMethod::Joint),
                    explainer.device().threads, explanation, sounds, context.stop(),
                    context.progress());
    requireNoStop(context);
    if (witness != nullptr)
        askWitness(explainer, *witness, frontEnd, sounds, explanation, context.stop());
    requireNoStop(context);
#endif
    summary.response = explanation.response;
    summary.settings = explanation.settings;
    summary.rows = {startRow(explanation)};
    for (const auto& [direction, result] : explanation.directions)
        summary.rows.push_back(directionRow(direction, result));
    const std::optional<WitnessDescription> asked = witnessOf(explanation);
    if (!asked)
        return;
    summary.witnessLabel = asked->label;
    if (asked->isSameQuestion)
        for (ExplainedRow& row : summary.rows)
            row.witnessSign = row.wantedSign;
}

} // namespace earshot
