// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explain/grid_change.h"

#include "core/explain/forward_passes.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

namespace earshot {

namespace {

constexpr std::size_t startsTogether = 32; // 1 MB of log-mels

double rootMeanSquareDifference(std::span<const float> a, std::span<const float> b)
{
    double squares = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        const double difference = static_cast<double>(a[i]) - b[i];
        squares += difference * difference;
    }
    return std::sqrt(squares / static_cast<double>(a.size()));
}

} // namespace

bool measureChanges(GridResult& grid, MatrixView<const float> starts, const ResponsePath& path,
                    std::stop_token stop)
{
    const std::size_t examples = grid.responses.columns();
    const MatrixView<const float> latents = grid.latents;
    std::vector<double> sums(grid.measurements.size());
    for (std::size_t first = 0; first < examples; first += startsTogether) {
        const std::size_t count = std::min(startsTogether, examples - first);
        const Matrix<float> before =
            generateLogMels(path.generator, path.device, starts.slice(first, count), stop);
        for (std::size_t row = 0; row < grid.measurements.size(); ++row) {
            const Matrix<float> after = generateLogMels(
                path.generator, path.device, latents.slice(row * examples + first, count), stop);
            if (stop.stop_requested())
                return false;
            for (std::size_t i = 0; i < count; ++i)
                if (!std::isnan(grid.responses(row, first + i))) // NaN: unknown, or exploded
                    sums[row] += rootMeanSquareDifference(before.row(i), after.row(i));
        }
    }
    for (std::size_t row = 0; row < grid.measurements.size(); ++row) {
        const auto known = std::ranges::count_if(
            grid.responses.row(row), [](float response) { return !std::isnan(response); });
        if (known > 0)
            grid.measurements[row].change = sums[row] / static_cast<double>(known);
    }
    return true;
}

} // namespace earshot
