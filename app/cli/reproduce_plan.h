// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/explain/grid_settings.h"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace earshot {

class Explainer;

enum class ReproduceForm
{
    Quick, // within ten minutes on two idle cores: fewer examples, settings and units
    Full,  // the paper's 27 settings and 50 examples
};

// For a first look: smaller than either form.
struct ReproduceLimits
{
    int examples = std::numeric_limits<int>::max(); // at least 2
    int steps = std::numeric_limits<int>::max();    // at least 1
};

// One unit of the controls.
struct ControlledUnit
{
    std::string response; // "fc8[3]"
    std::string reason;   // why this one
    // A search of its own; none: it takes the settings that the output's search chose.
    std::optional<GridSettings> grid;
    std::vector<std::string> randomisedFrom; // layers, the output's first
};

// Where what the quick search chooses is compared with a wider search's choice.
struct ComparedUnit
{
    std::string response;
    GridSettings quick;
    // A search for this alone; none: that of the unit's controls, or the output's first grid.
    std::optional<GridSettings> wider;
};

// What `reproduce` computes; everything that decides it but the models.
struct ReproducePlan
{
    ReproduceForm form = ReproduceForm::Quick;
    std::string output; // the classifier's neuron: "fc9[0]"
    std::uint64_t seed = 0;
    // Positive, the raw response, the last step. The first chooses the settings; together they
    // hold the paper's C1, C2 and C3.
    std::vector<GridSettings> grids;
    int figureExamples = 0;            // of C1 in both directions
    int figureSteps = 0;               // C1's 100, or the limit
    int controlExamples = 0;           // of each control
    std::vector<ControlledUnit> units; // the output first
    // All units and the mean of the last convolutional layer but one; none in the quick form.
    std::vector<ComparedUnit> compared;
};

// Error (BadInput) for a classifier without an output neuron, or limits that are out of range.
ReproducePlan reproducePlan(const Explainer& explainer, ReproduceForm form, std::uint64_t seed,
                            const ReproduceLimits& limits = {});

// Three units of the layer before the output: those whose real responses go most with the label,
// most against it, and least of all with either (by AUC; without real responses the first three).
// Fewer of a small layer.
std::vector<ControlledUnit> innerUnits(const Explainer& explainer);

// What is smaller than in the full form, in words; empty for that.
std::string smallerThanFull(const ReproducePlan& plan);

// Work is counted in updates of one row: a sound costs as much as so many.
inline constexpr double soundUpdates = 10;

} // namespace earshot
