// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/reproduce_task.h"
#include "core/explain/grid_result.h"
#include "core/explain/statistics.h"

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace earshot {

// One setting of the searches, with its examples. N of them.
struct SearchedSetting
{
    GridMeasurement measurement;
    std::vector<float> responses; // [N] raw, at its step
    Matrix<float> latents;        // [N, latent size]
    std::vector<float> heard;     // [N]; empty where no sounds were made
    std::vector<float> witness;   // [N]; empty too without a witness
    // Of the first examples; an empty path: it exploded. None where no sounds were made.
    std::vector<std::filesystem::path> sounds;

    bool isExploded() const { return measurement.state == GridState::Exploded; }
    // Share of the examples that the witness hears its label in; NaN if it wasn't asked.
    double agreement() const;
};

// So many sounds of a setting are kept: Figure 3 has two examples.
inline constexpr std::size_t keptSounds = 2;

// The searches of one unit, positive.
struct SettingsSearch
{
    std::vector<SearchedSetting> settings; // of all grids, one after another
    // Of the first grid, by Eq. 3: the chosen one, the median and the worst finite one.
    std::size_t chosen = 0;
    std::size_t median = 0;
    std::size_t worst = 0;
    RealSide real;
    SampleMoments realMoments;

    // nullptr if it was not among them.
    const SearchedSetting* find(const GridSetting& setting) const;
};

enum class SearchSounds
{
    None,
    Made, // and heard
};

// Each grid is a part, resumed within too; so are its sounds.
SettingsSearch searchSettings(ReproduceTask& task, const std::string& response,
                              const std::vector<GridSettings>& grids, SearchSounds sounds);

// Updates that those parts cost.
double searchUpdates(const std::vector<GridSettings>& grids, SearchSounds sounds);

// Does the metric choose well?
struct MetricCheck
{
    // The rank correlation between distance and the witness's agreement: −1 is perfect. The
    // interval draws pairs of learning rate and prior weight, whose steps lie on one trajectory.
    // NaN without a witness, or one that knows another question.
    Estimate correlation;
    std::size_t settings = 0; // that it is over
    std::size_t exploded = 0; // that have no distance, and no part in it
};
MetricCheck checkMetric(const ReproduceTask& task, const SettingsSearch& search);

} // namespace earshot
