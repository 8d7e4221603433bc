// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plot/spectrogram_image.h"

#include "core/util/error.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace earshot {

namespace {

// What one pixel covers: cells [first, first + weights.size()), the weights' sum is 1.
struct Cover
{
    std::size_t first;
    std::vector<float> weights;
};

// Of `pixels` equal pixels over [from, to), cell i being [i, i + 1); beyond the ends lies the first
// or the last cell again.
std::vector<Cover> coverage(double from, double to, int pixels, std::size_t cells)
{
    std::vector<Cover> covers(static_cast<std::size_t>(pixels));
    const auto last = static_cast<double>(cells - 1);
    for (std::size_t p = 0; p < covers.size(); ++p) {
        const double left = from + (to - from) * static_cast<double>(p) / pixels;
        const double right = from + (to - from) * static_cast<double>(p + 1) / pixels;
        const double firstCell = std::clamp(std::floor(left), 0.0, last);
        const double lastCell = std::clamp(std::ceil(right) - 1, firstCell, last);
        covers[p].first = static_cast<std::size_t>(firstCell);
        for (double cell = firstCell; cell <= lastCell; ++cell) {
            const double begin = cell == firstCell ? left : cell;
            const double end = cell == lastCell ? right : cell + 1;
            covers[p].weights.push_back(static_cast<float>((end - begin) / (right - left)));
        }
    }
    return covers;
}

} // namespace

QImage spectrogramImage(std::span<const float> logMel, const ExcerptRange& range, QSize pixels,
                        const ColourScale& scale)
{
    if (pixels.isEmpty() || logMel.size() != ExcerptAxes::values)
        return {};
    constexpr std::size_t bands = ExcerptGeometry::bands;
    const auto columns =
        coverage(ExcerptAxes::frameAt(range.firstSeconds), ExcerptAxes::frameAt(range.lastSeconds),
                 pixels.width(), ExcerptGeometry::frames);
    const auto rows = coverage(range.firstBand, range.lastBand, pixels.height(), bands);

    std::vector<float> narrow(columns.size() * bands); // [pixels, bands]
    for (std::size_t x = 0; x < columns.size(); ++x)
        for (std::size_t i = 0; i < columns[x].weights.size(); ++i) {
            const float* frame = logMel.data() + (columns[x].first + i) * bands;
            const float weight = columns[x].weights[i];
            for (std::size_t band = 0; band < bands; ++band)
                narrow[x * bands + band] += weight * frame[band];
        }

    QImage image(pixels, QImage::Format_RGB32);
    for (std::size_t y = 0; y < rows.size(); ++y) {
        auto* line = reinterpret_cast<QRgb*>(image.scanLine(pixels.height() - 1 - int(y)));
        const Cover& row = rows[y];
        for (std::size_t x = 0; x < columns.size(); ++x) {
            float value = 0;
            for (std::size_t i = 0; i < row.weights.size(); ++i)
                value += row.weights[i] * narrow[x * bands + row.first + i];
            line[x] = scale.colour(value);
        }
    }
    return image;
}

void checkExcerptSize(std::span<const float> logMel)
{
    if (!logMel.empty() && logMel.size() != ExcerptAxes::values)
        throw badInput("a spectrogram", "has the wrong size",
                       std::to_string(ExcerptAxes::values) + " values",
                       std::to_string(logMel.size()));
}

} // namespace earshot
