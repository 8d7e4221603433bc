// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QRgb>
#include <QString>

#include <array>
#include <optional>

namespace earshot {

enum class ColourMap
{
    Magma,
    Viridis,
    Cividis,
    Grey
};
inline constexpr std::array allColourMaps = {ColourMap::Magma, ColourMap::Viridis,
                                             ColourMap::Cividis, ColourMap::Grey};

// "Magma" …, for menus and for keeping.
QString colourMapName(ColourMap map);
// Of any case; none if there is no such map.
std::optional<ColourMap> parseColourMap(const QString& name);

// Natural log-mel values at the ends of the map, low < high.
struct ColourRange
{
    double low = -16;
    double high = 2;
    bool operator==(const ColourRange&) const = default;
};

// For differences of log-mels: −limit … limit, natural logarithm, limit > 0. 2.3 is 20 dB.
struct ChangeScale
{
    double limit = 2.3;
    bool operator==(const ChangeScale&) const = default;
};

// What "no change" looks like: as the page that the picture lies on.
enum class ChangeGround
{
    Light,
    Dark
};

// 20 / ln 10: natural log magnitude to decibels.
inline constexpr double decibelsPerLog = 8.685889638065037;

// From a value to its colour, by a table of 256. What lies above the range, or outside a change's,
// has a colour that no map contains, so that it is never taken for the end of the scale; levels
// below it are as dark as its end. Cheap to copy.
class ColourScale
{
public:
    ColourScale(ColourMap map = ColourMap::Magma, ColourRange range = {});
    // Less is blue, more is orange.
    ColourScale(ChangeScale change, ChangeGround ground);

    double low() const { return m_low; }
    double high() const { return m_high; }
    bool isChange() const { return m_isChange; }
    QRgb colour(float value) const
    {
        if (value >= m_low && value <= m_high) {
            const int index = static_cast<int>((value - m_low) * m_entriesPerUnit);
            return (*m_table)[static_cast<std::size_t>(index < 255 ? index : 255)];
        }
        if (value < m_low)
            return m_isChange ? belowColour : m_table->front();
        return value > m_high ? aboveColour : missingColour;
    }
    // Ends included, position in [0, 1].
    QRgb colourAt(double position) const;
    bool operator==(const ColourScale&) const = default;

    static constexpr QRgb belowColour = qRgb(0, 190, 255);
    static constexpr QRgb aboveColour = qRgb(30, 255, 60);
    static constexpr QRgb missingColour = qRgb(128, 128, 128); // NaN

private:
    using Table = std::array<QRgb, 256>;
    static const Table& tableOf(ColourMap map);
    static const Table& tableOf(ChangeGround ground);

    const Table* m_table;
    double m_low;
    double m_high;
    double m_entriesPerUnit;
    bool m_isChange;
};

} // namespace earshot
