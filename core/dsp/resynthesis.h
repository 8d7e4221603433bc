// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dsp/log_mel.h"
#include "core/util/matrix.h"
#include "core/util/progress.h"

#include <cstdint>
#include <stop_token>
#include <vector>

namespace earshot {

enum class ResynthesisMethod
{
    Joint, // mel constraint inside fast Griffin-Lim (arXiv 2307.12232, 2501.05557)
    Paper, // pseudo-inverse of the filter bank, then Griffin-Lim, 100 iterations
};

// e^88 is more than a float32 sample holds; music has up to 5.5.
constexpr float loudestLogMel = 80;

struct ResynthesisParameters
{
    ResynthesisMethod method = ResynthesisMethod::Joint;
    int iterations = 150;   // [1, 10000]; Paper: 100
    double momentum = 0.99; // [0, 1) of fast Griffin-Lim (Perraudin et al. 2013); Paper: 0
    std::uint64_t seed = 0; // of the first phases
};

// The default parameters of a method.
ResynthesisParameters resynthesisDefaults(ResynthesisMethod method);

// Sound from a log-mel spectrogram [frames, melBands]: (frames − 1)·hop + fftSize mono samples at
// sampleRateHz, neither normalised nor clipped. Deterministic. Polls `stop` before every iteration
// and returns what it has. Error (BadInput) for the wrong number of bands, no frame, or a
// value that is not finite or above loudestLogMel.
std::vector<float> resynthesise(MatrixView<const float> logMel, const FrontEndParameters& frontEnd,
                                const ResynthesisParameters& parameters, std::stop_token stop = {},
                                const ProgressCallback& progress = {});

} // namespace earshot
