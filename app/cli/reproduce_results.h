// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/reproduce_classifier.h"
#include "app/cli/reproduce_comparison.h"
#include "app/cli/reproduce_controls.h"
#include "app/cli/reproduce_explanation.h"
#include "app/cli/reproduce_search.h"

#include <array>
#include <filesystem>
#include <string>
#include <vector>

namespace earshot {

// All that a reproduction found.
struct ReproduceResults
{
    ClassifierTable classifier;
    SettingsSearch search; // of the output neuron
    PaperExplanation paper;
    std::vector<UnitControls> controls;
    MetricCheck metric;
    std::vector<SearchChoice> choices; // of the units that have searches of their own
    std::vector<SearchComparison> comparisons;
    // As `earshot --render` draws it, PNG and PDF; empty where that program isn't beside this one.
    std::vector<std::filesystem::path> figure4;
    double seconds = 0; // of work, all runs together; NaN: not known
};

// A setting of the paper's Table 5.
struct PublishedSetting
{
    const char* name;
    const char* rank; // among the paper's 27
    GridSetting setting;
    double distance;
};
const std::array<PublishedSetting, 3>& publishedSettings();

// The paper's Table 6: four examples.
struct PublishedResponses
{
    const char* key; // "start"
    std::array<double, shownExamples> responses;
};
const std::array<PublishedResponses, 3>& publishedResponses();

// Of one direction's chosen step, or the start: "start", "positive", "negative".
std::vector<float> responsesOf(const Explanation& explanation, const std::string& key);
std::vector<float> heardOf(const Explanation& explanation, const std::string& key);
std::vector<float> logitsOf(const Explanation& explanation, const std::string& key);

// Changes between two groups of section 4.2.
struct DescribedEffect
{
    const char* from; // keys of groups
    const char* to;
    const char* title;
    std::vector<PairedEffect> effects; // [descriptorCount]
};
// Empty without the groups.
std::vector<DescribedEffect> effectsOf(const PaperExplanation& paper, std::uint64_t seed);

// Log-mels that Figure 3 shows: the first two starts, and where C1, C2 and C3 led.
struct Figure3Column
{
    std::string name;   // "start", "C1"
    Matrix<float> mels; // [2, 115·80]
    std::vector<float> responses;
    std::vector<std::filesystem::path> sounds; // empty paths: none
};
std::vector<Figure3Column> figure3(const ReproduceTask& task, const ReproduceResults& results);
inline constexpr std::size_t figure3Rows = keptSounds;

// Every number as CSV, in the task's folder. Returns the paths. Error (CannotWrite).
std::vector<std::filesystem::path> writeTables(const ReproduceTask& task,
                                               const ReproduceResults& results);

// The numbers as JSON, for --json.
Json resultsJson(const ReproduceTask& task, const ReproduceResults& results);

// One page that holds everything. Error (CannotWrite).
std::filesystem::path writeReport(const ReproduceTask& task, const ReproduceResults& results);

} // namespace earshot
