// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/figure_content.h"

#include "app/gui/focus.h"
#include "app/gui/session.h"
#include "app/gui/texts.h"
#include "ui/panels/number_text.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>

namespace earshot {

namespace {

constexpr int hashLetters = 8;
constexpr int cellMagnification = 3;
// Of the change view's colours.
constexpr double changeShare = 0.99; // of the values that lie within the scale
constexpr double smallestChangeDb = 10;
constexpr double largestChangeDb = 80;
constexpr double changeStepDb = 10;

QString tr(const char* text)
{
    return QCoreApplication::translate("Figure", text);
}

QString modelText(const std::string& name, const std::string& sha256)
{
    return QString::fromStdString(name + " " + sha256.substr(0, hashLetters));
}

QString modelsText(const Explanation& explanation)
{
    const Json names = explanation.record.at("models");
    const Json hashes = explanation.record.at("sha256");
    return modelText(names.text("classifier"), hashes.text("classifier")) + QStringLiteral(" · ") +
           modelText(names.text("generator"), hashes.text("generator"));
}

// Of what is shown, or of what is being made.
QString modelsText(const Session& session)
{
    const auto explanation = session.explanation();
    const Explainer& explainer = *session.models()->explainer;
    if (explanation && !session.progress())
        return modelsText(*explanation);
    return modelText(explainer.classifier().name, explainer.classifier().sha256) +
           QStringLiteral(" · ") +
           modelText(explainer.generator().name, explainer.generator().sha256);
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

ChangeScale changeScaleOf(const std::vector<std::vector<float>>& differences)
{
    double limit = smallestChangeDb;
    for (std::vector<float> sizes : differences) {
        for (float& value : sizes)
            value = std::isfinite(value) ? std::fabs(value) : 0.0F;
        const auto place = sizes.begin() + static_cast<std::ptrdiff_t>(
                                               changeShare * static_cast<double>(sizes.size()));
        std::nth_element(sizes.begin(), place, sizes.end());
        limit = std::max(limit, decibelsPerLog * *place);
    }
    limit = changeStepDb * std::ceil(std::min(limit, largestChangeDb) / changeStepDb);
    return {limit / decibelsPerLog};
}

FigureContent figureContent(const Explanation& explanation, const RealResponses* real,
                            ColourMap map, ColourRange range)
{
    FigureContent content;
    content.scale = ColourScale(map, range);
    content.title = QString::fromStdString(explanation.response);
    content.details = {modelsText(explanation), settingsText(explanation.settings)};
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

FigureContent cellFigure(const Session& session, const CellView& view, Cell cell,
                         const QString& caption)
{
    FigureContent content;
    content.magnification = cellMagnification;
    content.title = headingOf(session);
    content.details = {modelsText(session)};
    if (cell != Cell::Real)
        content.details += settingsText(session.shownSettings(), session.adopted());
    else if (view.real != nullptr)
        content.footnote = attributionOf(view.real->example);
    content.rows = {{cell, cellName(cell), {{view.logMel, caption}}}};
    return content;
}

} // namespace earshot
