// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plot/colour_scale.h"

#include "core/util/colour_tables.h"

#include <algorithm>
#include <cmath>
#include <span>

namespace earshot {

namespace {

using Table = std::array<QRgb, 256>;

Table opaque(const ColourTable& colours)
{
    Table table;
    std::transform(colours.begin(), colours.end(), table.begin(),
                   [](std::uint32_t colour) { return QRgb(0xff000000U | colour); });
    return table;
}

Table greys()
{
    Table table;
    for (int i = 0; i < 256; ++i)
        table[static_cast<std::size_t>(i)] = qRgb(i, i, i);
    return table;
}

// Straight lines between equally spaced colours.
Table between(std::span<const QRgb> anchors)
{
    Table table;
    for (std::size_t i = 0; i < table.size(); ++i) {
        const double position = static_cast<double>(i * (anchors.size() - 1)) / 255;
        const std::size_t left = std::min(static_cast<std::size_t>(position), anchors.size() - 2);
        const double share = position - static_cast<double>(left);
        const auto mix = [&](int a, int b) {
            return static_cast<int>(std::lround(a + share * (b - a)));
        };
        const QRgb a = anchors[left], b = anchors[left + 1];
        table[i] = qRgb(mix(qRed(a), qRed(b)), mix(qGreen(a), qGreen(b)), mix(qBlue(a), qBlue(b)));
    }
    return table;
}

// Our own: lightness falls (or rises) evenly to both sides, and blue and orange stay apart for
// colour-blind eyes.
constexpr std::array lightChange = {qRgb(8, 48, 107),    qRgb(47, 112, 178),  qRgb(157, 195, 226),
                                    qRgb(250, 250, 250), qRgb(248, 190, 132), qRgb(214, 102, 22),
                                    qRgb(112, 38, 2)};
constexpr std::array darkChange = {qRgb(178, 214, 255), qRgb(72, 142, 220), qRgb(33, 70, 116),
                                   qRgb(24, 25, 28),    qRgb(112, 56, 16),  qRgb(222, 120, 36),
                                   qRgb(255, 214, 160)};

} // namespace

QString colourMapName(ColourMap map)
{
    switch (map) {
    case ColourMap::Magma:
        return "Magma";
    case ColourMap::Viridis:
        return "Viridis";
    case ColourMap::Cividis:
        return "Cividis";
    case ColourMap::Grey:
        return "Grey";
    }
    return {};
}

std::optional<ColourMap> parseColourMap(const QString& name)
{
    for (const ColourMap map : allColourMaps)
        if (name.compare(colourMapName(map), Qt::CaseInsensitive) == 0)
            return map;
    return std::nullopt;
}

ColourScale::ColourScale(ColourMap map, ColourRange range)
    : m_table(&tableOf(map))
    , m_low(range.low)
    , m_high(range.high)
    , m_entriesPerUnit(range.high > range.low ? 256 / (range.high - range.low) : 0)
    , m_isChange(false)
{
}

ColourScale::ColourScale(ChangeScale change, ChangeGround ground)
    : m_table(&tableOf(ground))
    , m_low(-change.limit)
    , m_high(change.limit)
    , m_entriesPerUnit(change.limit > 0 ? 128 / change.limit : 0)
    , m_isChange(true)
{
}

QRgb ColourScale::colourAt(double position) const
{
    return (*m_table)[static_cast<std::size_t>(std::clamp(position * 256, 0.0, 255.0))];
}

const ColourScale::Table& ColourScale::tableOf(ColourMap map)
{
    static const Table magma = opaque(magmaTable);
    static const Table viridis = opaque(viridisTable);
    static const Table cividis = opaque(cividisTable);
    static const Table grey = greys();
    switch (map) {
    case ColourMap::Magma:
        return magma;
    case ColourMap::Viridis:
        return viridis;
    case ColourMap::Cividis:
        return cividis;
    case ColourMap::Grey:
        return grey;
    }
    return grey;
}

const ColourScale::Table& ColourScale::tableOf(ChangeGround ground)
{
    static const Table light = between(lightChange);
    static const Table dark = between(darkChange);
    return ground == ChangeGround::Dark ? dark : light;
}

} // namespace earshot
