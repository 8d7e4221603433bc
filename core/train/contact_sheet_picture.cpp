// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/contact_sheet_picture.h"

#include "core/io/png.h"
#include "core/nets/excerpt_geometry.h"
#include "core/train/generator_evaluation.h"
#include "core/util/colour_tables.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

namespace earshot {

namespace {

using Layout = ContactSheetLayout;

constexpr std::size_t highestLevel = Layout::gapColour - 1;
constexpr double shownTail = 0.001; // at either end

std::pair<double, double> rangeOf(std::span<const float> real)
{
    std::vector<float> values;
    for (const float value : real)
        if (std::isfinite(value))
            values.push_back(value);
    if (values.empty())
        return {0, 1};
    const auto quantile = [&](double share) {
        const auto index =
            std::lround(share * static_cast<double>(values.size() - 1)); // the nearest value
        std::ranges::nth_element(values, values.begin() + index);
        return static_cast<double>(values[static_cast<std::size_t>(index)]);
    };
    return pictureRange(quantile(shownTail), quantile(1 - shownTail));
}

// mel [115·80], time-major, with its upper left at (top, left).
void draw(std::span<const float> mel, std::pair<double, double> range, std::size_t top,
          std::size_t left, Matrix<std::uint8_t>& pixels)
{
    constexpr std::size_t bands = ExcerptGeometry::bands;
    for (std::size_t frame = 0; frame < ExcerptGeometry::frames; ++frame)
        for (std::size_t band = 0; band < bands; ++band) {
            const double share = (static_cast<double>(mel[frame * bands + band]) - range.first) /
                                 (range.second - range.first);
            pixels(top + bands - 1 - band, left + frame) =
                std::isfinite(share) ? static_cast<std::uint8_t>(
                                           std::lround(std::clamp(share, 0.0, 1.0) * highestLevel))
                                     : 0;
        }
}

// Pixels that so many excerpts of a size take beside or above each other.
std::size_t extent(std::size_t count, std::size_t size)
{
    return count * (size + Layout::gap) - Layout::gap;
}

} // namespace

Matrix<std::uint8_t> contactSheetPixels(const ContactSheet& sheet)
{
    const std::size_t count = std::max(sheet.generated.rows(), sheet.real.rows());
    const std::size_t lines = (count + Layout::columns - 1) / Layout::columns;
    const std::size_t half = extent(std::min(count, Layout::columns), ExcerptGeometry::frames);
    Matrix<std::uint8_t> pixels(extent(lines, ExcerptGeometry::bands), 2 * half + Layout::wideGap,
                                Layout::gapColour);
    const std::pair<double, double> range = rangeOf(sheet.real.values());
    const auto drawHalf = [&](const Matrix<float>& mels, std::size_t left) {
        for (std::size_t i = 0; i < mels.rows(); ++i)
            draw(mels.row(i), range, i / Layout::columns * (ExcerptGeometry::bands + Layout::gap),
                 left + i % Layout::columns * (ExcerptGeometry::frames + Layout::gap), pixels);
    };
    drawHalf(sheet.generated, 0);
    drawHalf(sheet.real, half + Layout::wideGap);
    return pixels;
}

std::vector<std::byte> contactSheetPng(const ContactSheet& sheet)
{
    std::vector<RgbColour> palette;
    for (std::size_t level = 0; level <= highestLevel; ++level) {
        const std::uint32_t colour =
            magmaTable[(level * (magmaTable.size() - 1) + highestLevel / 2) / highestLevel];
        palette.push_back({static_cast<std::uint8_t>(colour >> 16),
                           static_cast<std::uint8_t>(colour >> 8 & 255),
                           static_cast<std::uint8_t>(colour & 255)});
    }
    palette.push_back({255, 255, 255});
    return indexedPng(contactSheetPixels(sheet), palette);
}

} // namespace earshot
