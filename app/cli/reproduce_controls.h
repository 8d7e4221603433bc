// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/reproduce_search.h"
#include "core/explain/statistics.h"

#include <filesystem>
#include <string>
#include <vector>

namespace earshot {

// One row of a unit's controls: spectrograms, however they came to be, and what is said of them.
// All answers are the trained classifier's and the witness's.
struct ControlRow
{
    std::string key;              // "randomised_conv4"
    std::string title;            // "weights drawn anew from conv4 on"
    std::string detail;           // settings, numbers of draws
    std::vector<float> responses; // [N] raw, of the trained classifier
    std::vector<float> own;       // [N] of the classifier it was made with; empty: the trained one
    std::vector<float> ownStart;  // [N] the same of its starts; empty: it has none
    double priorWeight = 0;       // that it was made with, where it is not the chosen setting's
    std::vector<float> heard;     // [N] of the sounds; empty where there are none
    std::vector<float> witness;   // [N]; empty too without one
    // [N] between this row's change of the spectrogram and that of the chosen setting, from the
    // same starts; empty where it has no starts
    std::vector<double> cosines;
    std::filesystem::path sound;      // of its first example; empty: none
    std::vector<std::string> credits; // of real music: song and licence
};

struct UnitControls
{
    std::string response;
    std::string reason;
    GridSetting chosen;  // that the controls were made with
    std::string problem; // why there are none; empty: there are
    std::vector<ControlRow> rows;

    // Of the row with most weights drawn anew the mean |cosine|, with its interval over examples. A
    // network and its negative are drawn alike often, so that a sign says nothing (Adebayo et al.
    // 2018 give absolute values too).
    Estimate cosineWithoutTraining(std::uint64_t seed) const;
};

// A |cosine| of at least this on weights that never learnt anything is high: then the explanation
// shows the generator, not the classifier.
inline constexpr double highCosine = 0.5;

// search: the unit's own, or that of the output neuron, whose settings it then takes.
UnitControls controlsOf(ReproduceTask& task, const ControlledUnit& unit,
                        const SettingsSearch& search);
// At most: the settings are not known before.
double controlUpdates(const ReproducePlan& plan, const ControlledUnit& unit);

} // namespace earshot
