// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/corpus/sources.h"
#include "core/train/packed_data.h"
#include "core/util/progress.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace earshot {

struct PackSettings
{
    std::filesystem::path output;
    std::optional<std::filesystem::path> catalogue;
    PackedFeatures features = PackedFeatures::Spectra;
    int bits = 16; // of log-mels: 8 or 16; spectra are always 16
    ClassNames classes;
    std::uint64_t seed = 0; // of mixing levels and passages
    int threads = 0;        // 0: one for each core; bytes do not depend on it
};

struct PackSummary
{
    std::vector<Recording> recordings;
    std::vector<std::string> problems; // a message for everything that was left out
    std::vector<std::string> notes;    // on what was packed and looks like a slip
    double seconds = 0;                // of sound
    double positiveSeconds = 0;        // of these labelled Positive
    bool stopped = false;              // on request: nothing was written
};

// Packs music into a training file (layout: packed_data.h). Songs and instrumentals enter as they
// are; stems summed as they are. Spectra, which are for classifiers, also hold stems at two random
// voice levels within ±6 dB and their accompaniment alone, and solo singing over a passage of an
// instrumental of the same split at −6, 0 and +6 dB (voice RMS over its sung frames relative to the
// passage's RMS). Log-mels, which are for generators, hold songs, stems as they are and
// instrumentals; both hold songs without labels, which generators learn from as they are and
// classifiers where teachers label them. A source that cannot be used is left out and named.
// Errors: BadInput if none can be used, CannotWrite.
PackSummary packTraining(const std::vector<std::filesystem::path>& folders,
                         const PackSettings& settings, std::stop_token stop,
                         const ProgressCallback& progress);

} // namespace earshot
