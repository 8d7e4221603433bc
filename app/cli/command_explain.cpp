// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/context.h"
#include "app/cli/exit_codes.h"
#include "app/cli/explanation_folder.h"
#include "app/cli/explanation_report.h"
#include "app/cli/options.h"
#include "core/explain/explainer.h"
#include "core/util/error.h"
#if EARSHOT_HAS_AUDIO
#include "app/cli/indexed_music.h"
#include "app/witness.h"
#include "core/listen/heard.h"
#endif

#include <CLI/CLI.hpp>

#include <algorithm>
#include <map>
#include <memory>

namespace earshot {

namespace fs = std::filesystem;

namespace {

struct ExplainOptions
{
    std::string response;
    std::string direction = "both";
    std::string preset = "recommended";
    std::string scale; // empty, as the choice: the preset's, or the paper's
    std::string choice;
    int examples = ExplainSettings().examples;
    int steps = 0;
    double learningRate = 0;
    double priorWeight = 0;
    fs::path out = "explanation";
    // Of music to compare with; empty: the training music.
    fs::path index;
    bool isCompact = false;
    std::string space = "latent";
    std::string randomiseFrom; // a layer; empty: the classifier as it was trained
    fs::path witness;          // empty: the shipped one, where there is one
    // Which of the options above were given.
    const CLI::Option* presetOption = nullptr;
    const CLI::Option* stepsOption = nullptr;
    const CLI::Option* learningRateOption = nullptr;
    const CLI::Option* priorWeightOption = nullptr;
};

bool given(const CLI::Option* option)
{
    return option->count() > 0;
}

Error noDistance(const std::string& expected, const std::string& found)
{
    return badInput("--step-choice", "cannot be smallest-distance", expected, found);
}

// A number typed by hand means the paper's way: raw response, last step, unless these are named
// too; what was not typed comes from the named preset, else from C1.
ExplainSettings settingsOf(const ExplainOptions& options, std::uint64_t seed)
{
    const bool byHand = given(options.stepsOption) || given(options.learningRateOption) ||
                        given(options.priorWeightOption);
    ExplainSettings settings = presetSettings(
        byHand && !given(options.presetOption) ? Preset::C1 : parsePreset(options.preset));
    if (byHand) {
        settings.scale = ResponseScale::Raw;
        settings.choice = StepChoice::Last;
    }
    if (!options.scale.empty())
        settings.scale = options.scale == "raw" ? ResponseScale::Raw : ResponseScale::Deviation;
    if (!options.choice.empty())
        settings.choice =
            options.choice == "last" ? StepChoice::Last : StepChoice::SmallestDistance;
    if (given(options.stepsOption))
        settings.steps = options.steps;
    if (given(options.learningRateOption))
        settings.learningRate = options.learningRate;
    if (given(options.priorWeightOption))
        settings.priorWeight = options.priorWeight;
    if (options.space == "input") {
        settings.space = SearchSpace::Input;
        if (options.isCompact)
            throw badInput("--compact", "cannot be used with --space input",
                           "spectrograms that a generator makes again", "others");
        if (!given(options.priorWeightOption))
            settings.priorWeight = 0;
    }
    settings.directions = parseDirections(options.direction);
    settings.examples = options.examples;
    settings.seed = seed;
    checkSettings(settings);
    if (!options.choice.empty() && settings.choice == StepChoice::SmallestDistance &&
        settings.examples < 2)
        throw noDistance("2 examples at least", "1");
    return settings;
}

ExplainControl controlOf(Context& context, const ExplainSettings& settings)
{
    ExplainControl control;
    control.stop = context.stop();
    control.progress = [show = context.progress(), settings](const ExplainProgress& progress) {
        show({"explaining, " + std::to_string(progress.finishedExamples) + " of " +
                  std::to_string(settings.examples) + " examples done,",
              progress.fraction, progress.secondsLeft});
    };
    return control;
}

// Without a step there is nothing but the starts.
bool hasSteps(const Explanation& explanation)
{
    return std::ranges::any_of(explanation.directions, [](const auto& direction) {
        return direction.second.responses.rows() > 1;
    });
}

// "result.earshot and 3 sounds, start_00.wav to negative_00.wav"
std::string namesOf(const std::vector<fs::path>& outputs)
{
    const auto name = [](const fs::path& path) { return path.filename().string(); };
    std::string text = name(outputs.front());
    if (const std::size_t sounds = outputs.size() - 1; sounds == 1)
        text += " and 1 sound, " + name(outputs[1]);
    else if (sounds > 1)
        text += " and " + std::to_string(sounds) + " sounds, " + name(outputs[1]) + " to " +
                name(outputs.back());
    return text;
}

int runExplain(Context& context, const ExplainOptions& options)
{
    const ExplainSettings settings = settingsOf(options, context.seed);
    const Device device = context.device();
    std::optional<Randomisation> randomisation;
    if (!options.randomiseFrom.empty())
        randomisation = Randomisation{options.randomiseFrom, context.seed};
    const Explainer explainer(context.classifierFolder(), context.generatorFolder(), device,
                              randomisation);
    const ResponseExpression expression = explainer.parse(options.response);
#if EARSHOT_HAS_AUDIO
    const std::unique_ptr<const Explainer> witness = loadWitness(options.witness, explainer);
#endif
    ExplanationFolder folder(options.out, settings);
    const ResultDetail detail = options.isCompact ? ResultDetail::Compact : ResultDetail::Whole;

    std::optional<RealResponses> real = explainer.realResponsesOf(expression);
#if EARSHOT_HAS_AUDIO
    std::optional<IndexedReal> indexed;
    if (!options.index.empty()) {
        indexed = realFromIndex(context, openIndex(context, options.index), explainer, expression,
                                settings.directions);
        if (!indexed)
            return context.finishStopped("explain");
        real = indexed->real;
    }
#endif
    if (!real && !options.choice.empty() && settings.choice == StepChoice::SmallestDistance)
        throw noDistance("a response with real responses to compare with, or --index FILE (made by "
                         "'index')",
                         "none of " + options.response);
    Explanation explanation = explainer.explain(
        options.response, settings, controlOf(context, settings), real ? &*real : nullptr);
    bool stopped = explanation.end != RunEnd::Completed;
    if (!hasSteps(explanation))
        return context.finishStopped("explain");
    std::map<Direction, std::string> soundless;
#if EARSHOT_HAS_AUDIO
    if (indexed)
        explanation.record.set("index", indexed->record);
    ExplanationSounds sounds;
    const FrontEndParameters frontEnd;
    const bool heard =
        !stopped &&
        hearExplanation(explainer, frontEnd, resynthesisDefaults(ResynthesisMethod::Joint),
                        device.threads, explanation, sounds, context.stop(), context.progress()) &&
        (!witness ||
         askWitness(explainer, *witness, frontEnd, sounds, explanation, context.stop()));
    stopped = stopped || !heard;
    if (heard)
        for (const auto& [direction, result] : explanation.directions)
            soundless[direction] = soundProblem(result.mels);
#endif
    if (stopped && folder.holdsFinished(explanation)) {
        context.message("earshot-cli: note: " + options.out.string() +
                        " holds the finished explanation of this response and these settings, "
                        "which stays");
        return context.finishStopped("explain");
    }
#if EARSHOT_HAS_AUDIO
    const std::vector<fs::path> outputs = folder.write(explanation, detail, sounds);
#else
    const std::vector<fs::path> outputs = folder.write(explanation, detail);
#endif
    const ExplanationReport report(explanation, real ? &*real : nullptr, stopped, soundless);
    for (const std::string& problem : report.problems())
        context.message("earshot-cli: note: " + problem);
    context.finish("explain", outputs, explanation.record, report.json(),
                   report.text() + "\nin " + options.out.string() + ": " + namesOf(outputs) + "\n");
    return stopped ? ExitStopped : ExitDone;
}

void addWays(CLI::App& command, ExplainOptions& options)
{
    addChoice(command, "--response-scale", options.scale, {"raw", "deviation"},
              "What is optimised: the response as it is, or divided by the standard "
              "deviation of its responses to real music "
              "(default: the preset's; with numbers of one's own: raw)");
    addChoice(command, "--step-choice", options.choice, {"last", "smallest-distance"},
              "Which step is the explanation: the last, or the one that is most like real "
              "responses (default: the preset's; with numbers of one's own: last)");
}

} // namespace

void addExplainCommand(CLI::App& program, Context& context, CommandBody& body)
{
    auto options = std::make_shared<ExplainOptions>();
    CLI::App* command = program.add_subcommand(
        "explain", "Make sounds that a neuron responds to most (positive) and least (negative)");
    command
        ->add_option("--response", options->response,
                     "What to explain: fc9[0], mean(conv4[12]), norm(fc7), fc8[3] - fc8[7], …; "
                     "'inspect' lists the layers")
        ->type_name("EXPRESSION")
        ->required();
    addChoice(*command, "--direction", options->direction, {"positive", "negative", "both"},
              "Where to push the response: positive is up");
    command
        ->add_option("--examples", options->examples,
                     "Examples, each from a random start of its own, 1 to 100000")
        ->type_name("N")
        ->transform(wholeNumber("--examples", "1 to 100000"))
        ->capture_default_str();
    options->presetOption =
        addChoice(*command, "--preset", options->preset, {"recommended", "C1", "C2", "C3"},
                  "recommended: the response divided by the standard deviation of its "
                  "responses to real music, and the step that "
                  "is most like real responses; C1, C2, C3: the paper's (raw response, last "
                  "step). Steps, learning rate or prior weight of one's own also mean raw "
                  "response and last step");
    options->stepsOption =
        command
            ->add_option("--steps", options->steps,
                         "Optimisation steps, 1 to 100000 (default: the preset's, else C1's)")
            ->type_name("N")
            ->transform(wholeNumber("--steps", "1 to 100000"));
    options->learningRateOption =
        command
            ->add_option("--learning-rate", options->learningRate,
                         "Learning rate of Adam, above 0 to 10")
            ->type_name("X")
            ->transform(number("--learning-rate", "above 0 and at most 10"));
    options->priorWeightOption =
        command
            ->add_option("--prior-weight", options->priorWeight,
                         "Prior weight λ of Eq. 2, 0 to 1000: more keeps nearer to likely sounds")
            ->type_name("X")
            ->transform(number("--prior-weight", "0 to 1000"));
    addWays(*command, *options);
#if EARSHOT_HAS_AUDIO
    addIndexOption(*command, options->index);
#endif
    addOutOption(*command, options->out, "FOLDER",
                 "For result.earshot and the WAV files; of what is there, only an earlier "
                 "result.earshot and its WAV files are replaced")
        ->capture_default_str();
    command->add_flag("--compact", options->isCompact,
                      "result.earshot in a tenth of the size: latents in half precision, and "
                      "no spectrograms, which the generator makes again when it is opened");
    addChoice(
        *command, "--space", options->space, {"latent", "input"},
        "What is optimised: the generator's latent (Eq. 2), or, as a control that shows what the "
        "generator is good for, the spectrogram itself from the same starts (Eq. 1; no prior "
        "weight, and the window cannot open it)");
    command
        ->add_option("--randomise-from", options->randomiseFrom,
                     "As a control, draw the classifier's weights anew, from its output down to "
                     "this layer (Adebayo et al. 2018): what is still explained then was not "
                     "learnt. The result belongs to other weights, and says so")
        ->type_name("LAYER");
    context.addClassifierOption(*command);
    context.addGeneratorOption(*command);
#if EARSHOT_HAS_AUDIO
    addWitnessOption(*command, options->witness);
#endif
    context.addCommonOptions(
        *command,
        {"explain --response 'fc9[0]'",
         "explain --response 'mean(conv4[12])' --direction positive --examples 2 --out conv4-12"});
    command->callback([&body, options] {
        body = [options](Context& chosen) { return runExplain(chosen, *options); };
    });
}

} // namespace earshot
