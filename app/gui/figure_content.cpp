// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/figure_content.h"

#include "app/gui/texts.h"
#include "ui/panels/number_text.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>

namespace earshot {

namespace {

constexpr int hashLetters = 8;

QString tr(const char* text)
{
    return QCoreApplication::translate("Figure", text);
}

FigureRow rowOf(Cell cell, const QString& title, const Matrix<float>& mels,
                std::span<const float> responses, const RealResponses* real)
{
    FigureRow row{cell, title, {}};
    for (std::size_t i = 0; i < std::min(mels.rows(), mostFigureColumns); ++i) {
        const std::span<const float> mel = mels.row(i);
        QString caption = signedText(responses[i]);
        if (real != nullptr && std::isfinite(responses[i]))
            caption += QStringLiteral(" · ") + percentileText(real->percentile(responses[i]));
        row.cells.push_back({{mel.begin(), mel.end()}, caption});
    }
    return row;
}

} // namespace

ColourRange colourRange(const RealResponsesFile* real)
{
    if (real == nullptr)
        return {};
    const auto [low, high] = real->pictureRange();
    return {low, high};
}

FigureContent figureContent(const Explanation& explanation, const RealResponses* real,
                            ColourMap map, ColourRange range)
{
    FigureContent content;
    content.map = map;
    content.range = range;
    content.title = QString::fromStdString(explanation.response);
    const Json models = explanation.record.at("models");
    const Json hashes = explanation.record.at("sha256");
    const auto modelText = [&](const char* kind) {
        return QString::fromStdString(models.text(kind) + " " +
                                      hashes.text(kind).substr(0, hashLetters));
    };
    content.details = {modelText("classifier") + QStringLiteral(" · ") + modelText("generator"),
                       settingsText(explanation.settings)};
    for (std::size_t i = 0; i < std::min(explanation.examples.size(), mostFigureColumns); ++i)
        content.columns += tr("example %1").arg(explanation.examples[i] + 1);
    QStringList steps;
    const auto add = [&](Direction direction, Cell cell, const QString& title) {
        const auto found = explanation.directions.find(direction);
        if (found == explanation.directions.end())
            return;
        const DirectionResult& result = found->second;
        const auto step = static_cast<std::size_t>(result.chosenStep);
        content.rows.push_back(rowOf(cell, title, result.mels, result.responses.row(step), real));
        steps += tr("%1 after %2 steps").arg(title.toLower()).arg(result.chosenStep);
    };
    add(Direction::Negative, Cell::Negative, tr("Negative"));
    if (!explanation.directions.empty())
        content.rows.push_back(rowOf(Cell::Start, tr("Start"), explanation.startMels,
                                     explanation.directions.begin()->second.responses.row(0),
                                     real));
    add(Direction::Positive, Cell::Positive, tr("Positive"));
    content.details += steps.join(QStringLiteral(", "));
    return content;
}

} // namespace earshot
