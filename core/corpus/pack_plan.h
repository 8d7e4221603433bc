// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/corpus/mixing.h"
#include "core/corpus/packer.h"
#include "core/corpus/sources.h"

#include <string>
#include <vector>

namespace earshot {

// One recording to be made of a source.
struct PackJob
{
    Source source;
    RecordingKind kind = RecordingKind::Song;
    std::string name;
    double voiceDecibels = 0;                    // of a stems mix or a mix
    bool voiceless = false;                      // a stems mix of the accompaniment alone
    std::vector<std::filesystem::path> backings; // of a mix: instrumentals to take a passage of
    std::size_t frames = 0;
};

// Where a source's sounds and labels lie: everything that is read of it, and maybe paths at which
// there is nothing.
std::vector<std::filesystem::path> filesOf(const Source& source);

// The recordings that a pack of these features holds, in the order of sources.
std::vector<PackJob> planPack(const std::vector<Source>& sources, const PackSettings& settings);

// Decodes and mixes. Error (BadInput): as readMono, labels that are damaged or lie past the end,
// shorter than an excerpt, silent, too loud for float16, or a solo voice that is silent.
LabelledSound makeSound(const PackJob& job, const PackSettings& settings,
                        const FrontEndParameters& frontEnd);
struct CheckedJob
{
    std::size_t frames = 0; // that makeSound will give
    std::string note;       // what looks like a slip in its labels; mostly empty
};
// Reads everything that makeSound will need but the backings, which are sources of their own.
// Errors as makeSound.
CheckedJob checkJob(const PackJob& job, const PackSettings& settings,
                    const FrontEndParameters& frontEnd);

} // namespace earshot
