// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace earshot {

enum class TrainingStart
{
    Fresh,   // from initial weights; Error where an earlier training lies in the output folder
    Restart, // from initial weights; what lies there is overwritten
    Resume   // from the output folder's checkpoint
};

// What a training is asked to do; the same for classifier and generator.
struct TrainingSettings
{
    std::filesystem::path output; // the bundle's folder; made if missing
    std::string recipe;           // empty: the first one; names stand at the trainers
    std::uint64_t seed = 0;
    std::optional<std::int64_t> steps; // ≥ 1; empty: the recipe's number, unless minutes are given
    std::optional<double> minutes;     // > 0: ends after so much training time, all resumed parts
                                       // together
    TrainingStart start = TrainingStart::Fresh;
    // A classifier's only: bundles that label unlabelled music first (pseudo_labels.h).
    std::vector<std::filesystem::path> teachers;
    std::string name;    // of the model, for model.json; empty: the output folder's name
    std::string licence; // of the weights; empty: the resumed checkpoint's, else "unspecified"
};

enum class TrainingEnd
{
    Completed,
    Stopped // on request; the checkpoint and a bundle of what was reached are written
};

struct TrainingResult
{
    TrainingEnd end = TrainingEnd::Completed;
    std::int64_t steps = 0; // in all, resumed parts included
    double seconds = 0;     // of training, resumed parts included
};

inline constexpr const char* unspecifiedLicence = "unspecified";

// The model's name, for model.json.
std::string modelName(const TrainingSettings& settings);

// Error (BadInput) for a fresh start where the output folder holds a model, a checkpoint with steps
// in it, or a damaged one: hours of work that nobody asked to overwrite; and where there is no
// checkpoint to resume.
void checkStart(const TrainingSettings& settings);

} // namespace earshot
