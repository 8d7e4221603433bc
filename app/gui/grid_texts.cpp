// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/grid_texts.h"

#include "app/gui/texts.h"
#include "core/explain/grid_record.h"
#include "ui/panels/number_text.h"

#include <QCoreApplication>
#include <QStringList>

#include <algorithm>
#include <cmath>

namespace earshot {

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("Grid", text);
}

// "9×50×1000"
QString sizeText(const GridSettings& settings)
{
    return QString::fromStdString(gridName(settings)).replace('x', u'×');
}

QString distanceText(const GridMeasurement& measurement)
{
    QString text = plainText(measurement.distance);
    if (std::isfinite(measurement.interval.low) && std::isfinite(measurement.interval.high))
        text += QStringLiteral(" (%1–%2)")
                    .arg(plainText(measurement.interval.low), plainText(measurement.interval.high));
    return text;
}

QString stageText(const SearchState& run)
{
    switch (run.stage) {
    case GridStage::Grid:
        return tr("Searching");
    case GridStage::Refinement:
        return tr("The best %1, with %2 examples")
            .arg(run.settings.refinedPairs)
            .arg(run.settings.refinedExamples);
    case GridStage::Comparison:
        return tr("Comparing");
    case GridStage::FreshStarts:
        break;
    }
    return tr("The best again, on fresh starts");
}

QString chosenText(const GridResult& result)
{
    const GridMeasurement& chosen = result.measurements[*result.chosen];
    const auto ties = std::ranges::count(result.measurements, true, &GridMeasurement::isTied);
    QStringList lines;
    lines += tr("Best of the %1: %2, distance %3.")
                 .arg(searchName(result.settings),
                      settingText(chosen.setting.learningRate, chosen.setting.priorWeight,
                                  chosen.setting.steps),
                      distanceText(chosen));
    if (restsOnTooFew(chosen, result.settings))
        lines +=
            tr("That rests on %1 of %2 starts, too few to rely on: let the search go on first.")
                .arg(chosen.examples)
                .arg(result.settings.examples);
    if (result.fresh && std::isfinite(result.fresh->measurement.distance))
        lines += tr("On %1 fresh starts: %2.")
                     .arg(result.fresh->measurement.examples)
                     .arg(distanceText(result.fresh->measurement));
    if (ties > 1 && std::isfinite(chosen.change))
        lines += tr("%1 cannot be told apart; this one changes the start least, by %2 dB.")
                     .arg(ties)
                     .arg(changeDb(chosen), 0, 'f', 1);
    return lines.join(' ');
}

// Why no setting can be chosen.
QString problemText(const GridResult& result)
{
    const auto count = [&](GridState state) {
        return std::ranges::count(result.measurements, state, &GridMeasurement::state);
    };
    const auto all = std::ssize(result.measurements);
    QStringList lines;
    if (const auto exploded = count(GridState::Exploded); exploded > 0)
        lines += (exploded == all ? tr("Every setting exploded")
                                  : tr("%1 of %2 settings exploded").arg(exploded).arg(all)) +
                 tr(": a response was not finite, or beyond a million.");
    if (const auto dead = count(GridState::Dead); dead > 0) {
        lines += (dead == all ? tr("The unit is dead for every setting")
                              : tr("The unit is dead for %1 of %2 settings").arg(dead).arg(all)) +
                 tr(": the response’s gradient is 0 for every start.");
        if (result.response.find(".act") != std::string::npos)
            lines += tr("Look at its pre-activation: the layer without “.act”.");
    }
    if (const auto stopped = count(GridState::Stopped); stopped > 0)
        lines += tr("A distance needs two examples, and the search was stopped before %1 of %2 "
                    "settings had them.")
                     .arg(stopped)
                     .arg(all);
    if (lines.isEmpty())
        lines += tr("No setting has a distance.");
    return lines.join(' ');
}

} // namespace

QString settingText(double learningRate, double priorWeight, int steps)
{
    return tr("lᵣ %1, λ %2, %3 steps").arg(learningRate).arg(priorWeight).arg(steps);
}

QString searchName(const GridSettings& settings)
{
    const std::optional<SearchForm> form = formOf(settings);
    if (!form)
        return tr("search %1").arg(sizeText(settings));
    return *form == SearchForm::Quick ? tr("quick search") : tr("full search");
}

QString shownText(const GridSettings& settings)
{
    const std::optional<SearchForm> form = formOf(settings);
    return tr("Shown: %1")
        .arg(!form                        ? sizeText(settings)
             : *form == SearchForm::Quick ? tr("quick")
                                          : tr("full"));
}

QString runText(const SearchState& run)
{
    if (run.isStopping)
        return tr("Stopping…");
    QString text = stageText(run);
    if (run.secondsLeft)
        text += tr(" · %1 left").arg(durationText(*run.secondsLeft));
    return text;
}

QString resultText(const GridResult& result)
{
    QStringList lines{result.chosen ? chosenText(result) : problemText(result)};
    if (result.end == RunEnd::Stopped)
        lines += tr("The search was stopped.");
    lines += tr("Real music: %1.").arg(QString::fromStdString(result.real.source));
    for (const std::string& warning : result.real.warnings)
        lines += tr("Note: %1.").arg(QString::fromStdString(warning));
    if (!result.real.warnings.empty())
        lines += result.record.contains("index")
                     ? tr("To compare with more, add music to the folder and press F5.")
                     : tr("To compare with more, drop a folder of music on the window.");
    return lines.join(' ');
}

QString unfinishedText(SearchForm form, double share, const QString& key)
{
    const QString text =
        form == SearchForm::Quick
            ? tr("An unfinished quick search is here (%1\u00a0% done): %2 goes on.")
            : tr("An unfinished full search is here (%1\u00a0% done): %2 goes on.");
    return text.arg(static_cast<int>(100 * share)).arg(key);
}

} // namespace earshot
