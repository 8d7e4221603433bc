// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/notices.h"

#include "app/gui/real_comparison.h"
#include "app/gui/session.h"
#include "core/listen/heard.h"

#include <QCoreApplication>
#include <QStringList>

#include <algorithm>
#include <cmath>

namespace earshot {

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("Notices", text);
}

QStringList problemsOf(const Explanation& explanation)
{
    QStringList problems;
    for (const auto& [direction, result] : explanation.directions)
        if (!result.problem.empty())
            problems += QString::fromStdString(result.problem);
    problems.removeDuplicates();
    return problems;
}

// Why some examples cannot be heard.
QStringList soundProblemsOf(const Explanation& explanation)
{
    QStringList problems;
    for (const auto& [direction, result] : explanation.directions)
        if (std::ranges::any_of(result.heard, [](float heard) { return std::isnan(heard); }))
            problems += tr("Of the %1 explanations %2.")
                            .arg(direction == Direction::Positive ? tr("positive") : tr("negative"),
                                 QString::fromStdString(soundProblem(result.mels)));
    return problems;
}

QString directionsText(Directions directions)
{
    switch (directions) {
    case Directions::Positive:
        return tr("positive alone");
    case Directions::Negative:
        return tr("negative alone");
    case Directions::Both:
        return tr("both directions");
    }
    return {};
}

} // namespace

QString noticeOf(const Session& session)
{
    const auto explanation = session.explanation();
    if (!explanation || session.progress())
        return {};
    QStringList notices = problemsOf(*explanation) + soundProblemsOf(*explanation);
    if (hashesOf(*explanation).classifier != session.models()->hashes().classifier)
        notices += tr("This result was made with another classifier than the one that is "
                      "loaded: “heard” is what the loaded one says.");
    if (!session.canGenerate())
        notices += tr("This result was made with another generator than the one that is "
                      "loaded: the dial shows only what is stored.");
    // Without distances nothing chose the steps.
    if (explanation->settings.choice == StepChoice::SmallestDistance &&
        hasDistances(*explanation) && !isOfSameMusic(session, *explanation))
        notices += session.music()
                       ? tr("The steps were chosen by the classifier’s training music: Explain "
                            "(E) compares with yours.")
                       : tr("The steps were chosen by music of your own: Explain (E) compares "
                            "with the training music.");
    if (const QString stop = stopText(*explanation); !stop.isEmpty())
        notices += stop;
    return notices.join('\n');
}

bool hasDistances(const Explanation& explanation)
{
    return std::ranges::any_of(explanation.directions, [](const auto& direction) {
        return !direction.second.distances.empty();
    });
}

QString stopText(const Explanation& explanation)
{
    if (explanation.end != RunEnd::Stopped)
        return {};
    const int all = explanation.settings.examples;
    const auto shown = static_cast<int>(explanation.examples.size());
    int steps = explanation.settings.steps;
    for (const auto& [direction, result] : explanation.directions)
        if (result.responses.rows() > 0)
            steps = std::min(steps, static_cast<int>(result.responses.rows()) - 1);
    if (steps == explanation.settings.steps)
        return tr("Stopped: %1 of %2 examples are finished.").arg(shown).arg(all);
    return tr("Stopped at step %1 of %2: %3 of %4 examples were begun, none is finished.")
        .arg(steps)
        .arg(explanation.settings.steps)
        .arg(shown)
        .arg(all);
}

QString differenceText(const ExplainSettings& made, const ExplainSettings& now)
{
    QStringList parts;
    if (made.examples != now.examples)
        parts += tr("%1 examples").arg(made.examples);
    if (made.steps != now.steps)
        parts += tr("%1 steps").arg(made.steps);
    if (made.learningRate != now.learningRate)
        parts += tr("learning rate %1").arg(made.learningRate);
    if (made.priorWeight != now.priorWeight)
        parts += tr("prior weight %1").arg(made.priorWeight);
    if (made.seed != now.seed)
        parts += tr("seed %1").arg(made.seed);
    if (made.directions != now.directions)
        parts += directionsText(made.directions);
    if (made.scale != now.scale)
        parts += made.scale == ResponseScale::Raw ? tr("raw response")
                                                  : tr("response divided by its spread");
    if (made.choice != now.choice)
        parts += made.choice == StepChoice::Last ? tr("the last step")
                                                 : tr("the step of smallest distance");
    return parts.join(QStringLiteral(", "));
}

} // namespace earshot
