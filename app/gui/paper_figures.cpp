// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/paper_figures.h"

#include "core/nets/excerpt_geometry.h"
#include "core/util/error.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

namespace earshot {

namespace {

constexpr std::size_t excerptValues = ExcerptGeometry::frames * ExcerptGeometry::bands;
constexpr const char* realQuantiles = "real_quantiles";

QString tr(const char* text)
{
    return QCoreApplication::translate("Figure", text);
}

float numberAt(const CsvTable& table, std::size_t row, const std::string& column)
{
    if (table.text(row, column) == "nan")
        return std::numeric_limits<float>::quiet_NaN();
    return static_cast<float>(table.number(row, column));
}

DistributionRow& rowOf(DistributionFigure& figure, const std::string& distribution)
{
    const bool isReal = distribution == "real_highest";
    const QString name = isReal                     ? tr("highest real music")
                         : distribution == "chosen" ? tr("chosen setting")
                                                    : QString::fromStdString(distribution);
    const auto found =
        std::ranges::find(figure.rows, name, [](const DistributionRow& row) { return row.name; });
    if (found != figure.rows.end())
        return *found;
    const Cell cell = isReal ? Cell::Real : distribution == "start" ? Cell::Start : Cell::Positive;
    return figure.rows.emplace_back(DistributionRow{name, cell, {}});
}

} // namespace

bool isFigure2(const CsvTable& table)
{
    return table.hasColumn("distribution") && table.hasColumn("response");
}

DistributionFigure figure2Content(const CsvTable& table)
{
    DistributionFigure figure;
    figure.title = tr("Figure 2, repeated: responses to real and to generated music");
    figure.details = {tr("Real music: histogram. Else the Gaussian that Eq. 3 compares, and a mark "
                         "for each excerpt. Every curve has its own height."),
                      tr("The metric looks for the row that lies as the highest real music does, "
                         "and as wide.")};
    figure.axis = tr("response");
    for (std::size_t row = 0; row < table.rows(); ++row) {
        const std::string& distribution = table.text(row, "distribution");
        const float response = numberAt(table, row, "response");
        if (distribution == realQuantiles)
            figure.realQuantiles.push_back(response);
        else
            rowOf(figure, distribution).responses.push_back(response);
    }
    if (figure.realQuantiles.size() < 2 || !std::ranges::is_sorted(figure.realQuantiles))
        throw badInput("figure 2", "cannot be drawn",
                       "ascending real_quantiles in the column distribution",
                       std::to_string(figure.realQuantiles.size()) + " of them");
    return figure;
}

bool isFigure3(const CsvTable& table)
{
    return table.columns().size() > 2 && table.hasColumn("frame") && table.hasColumn("band");
}

FigureContent figure3Content(const CsvTable& table, ColourMap map, ColourRange range)
{
    if (table.rows() != excerptValues)
        throw badInput("figure 3", "cannot be drawn",
                       std::to_string(excerptValues) + " lines, frame by frame and band by band",
                       std::to_string(table.rows()));
    FigureContent figure;
    figure.scale = ColourScale(map, range);
    figure.title = tr("Figure 3, repeated: where settings lead from the same starts");
    figure.details = {tr("The paper's best (C1), median (C2) and worst (C3) setting; one colour "
                         "scale, that of real music: what is louder is green.")};
    std::map<std::string, std::size_t> places; // of the rows
    for (const std::string& column : table.columns()) {
        const std::size_t cut = column.rfind('_');
        if (cut == std::string::npos)
            continue; // frame, band
        const QString name = QString::fromStdString(column.substr(0, cut));
        if (!figure.columns.contains(name))
            figure.columns += name;
        const std::string number = column.substr(cut + 1);
        const auto [place, isNew] = places.try_emplace(number, figure.rows.size());
        if (isNew)
            figure.rows.push_back(
                {Cell::Start, tr("start %1").arg(QString::fromStdString(number)), {}});
        FigureCell cell;
        for (std::size_t row = 0; row < table.rows(); ++row)
            cell.logMel.push_back(numberAt(table, row, column));
        if (!std::ranges::all_of(cell.logMel, [](float value) { return std::isfinite(value); }))
            cell = {{}, tr("exploded")};
        figure.rows[place->second].cells.push_back(std::move(cell));
    }
    return figure;
}

} // namespace earshot
