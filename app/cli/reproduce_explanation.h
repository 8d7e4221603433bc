// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/reproduce_real.h"
#include "core/explain/explanation.h"
#include "core/explain/statistics.h"

#include <filesystem>
#include <string>
#include <vector>

namespace earshot {

// One quantity of section 4.2, as in core/dsp/descriptors.h.
struct Descriptor
{
    const char* key;   // in tables: "low_energy_share"
    const char* title; // "energy below 150 Hz"
    const char* unit;  // "%"
    double factor;     // from the descriptor's own unit
    int digits;        // after the point
};
inline constexpr std::size_t descriptorCount = 5;
const std::vector<Descriptor>& descriptors();

// Sounds that are described together.
struct DescribedGroup
{
    std::string key;                         // "positive"
    std::string title;                       // "maximised"
    std::vector<std::vector<double>> values; // [descriptorCount][sounds]; NaN: none
};

// The output neuron by the paper's C1 in both directions: Table 6, Figure 4, section 4.2.
struct PaperExplanation
{
    Explanation explanation; // heard, and judged by the witness
    // start, positive, negative; and, where there are real clips, those, resynthesised as the
    // others and as they are
    std::vector<DescribedGroup> groups;
    std::vector<RealClip> highest;
    std::vector<RealClip> lowest;
    std::filesystem::path result; // result.earshot

    const DescribedGroup* group(std::string_view key) const; // nullptr: none
    // The sound of an example; empty if there is none. key: as the groups'.
    std::filesystem::path sound(std::string_view key, std::size_t example) const;
};

// The paper's Table 6 and Figure 4 have so many examples; theirs are kept as sound files.
inline constexpr std::size_t shownExamples = 4;

PaperExplanation explainAsPaper(ReproduceTask& task);
double explanationUpdates(const ReproducePlan& plan);

} // namespace earshot
