// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/reproduce_task.h"
#include "core/explain/grid_result.h"
#include "core/explain/statistics.h"

#include <cstddef>
#include <filesystem>
#include <optional>
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

    // Eq. 3; infinite where the setting exploded, whatever number its responses came to.
    double usableDistance() const;
    // Share of the examples that the witness hears its label in; NaN if it wasn't asked.
    double agreement() const;
};

// So many sounds of a setting are kept: Figure 3 has two examples.
inline constexpr std::size_t keptSounds = 2;

// The searches of one unit, positive.
struct SettingsSearch
{
    std::string response;
    std::vector<SearchedSetting> settings; // of all grids, one after another
    std::size_t candidates = 0;            // the first so many, of the first grid
    // Of these, by Eq. 3: the chosen one, and of the `usable` ones that did not explode the median
    // and the worst.
    std::size_t chosen = 0;
    std::size_t median = 0;
    std::size_t worst = 0;
    std::size_t usable = 0;
    RealSide real;
    SampleMoments realMoments;
    // The chosen setting on starts that had no part in its choice.
    std::optional<FreshMeasurement> fresh;
    std::size_t firstFresh = 0; // the first of those starts

    // nullptr if it was not among them.
    const SearchedSetting* find(const GridSetting& setting) const;
};

enum class SearchSounds
{
    None,
    Made, // and heard
};

// Each grid is a part, resumed within too; so are its sounds. kind: begins the parts' names.
SettingsSearch searchSettings(ReproduceTask& task, const std::string& response,
                              const std::vector<GridSettings>& grids, SearchSounds sounds,
                              const std::string& kind = "search");

// Updates that those parts cost.
double searchUpdates(const std::vector<GridSettings>& grids, SearchSounds sounds);

// Does the metric choose well?
struct MetricCheck
{
    // The rank correlation between distance and the witness's agreement over all settings: −1 is
    // perfect. An exploded setting is the farthest, like every other one. The interval draws pairs
    // of learning rate and prior weight, whose steps lie on one trajectory. NaN without a witness,
    // or one that knows another question.
    Estimate correlation;
    Estimate withoutExploded; // the same over those that did not explode
    std::size_t settings = 0;
    std::size_t exploded = 0; // of them
};
MetricCheck checkMetric(const ReproduceTask& task, const SettingsSearch& search);

} // namespace earshot
