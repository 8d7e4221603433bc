// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nets/device.h"
#include "core/util/matrix.h"

#include <cstddef>
#include <functional>
#include <stop_token>
#include <vector>

namespace earshot {

class Classifier;
class Generator;
class InputMap;
class ResponseExpression;

// Forward passes in the optimiser's blocks: a row's bits depend on that row alone. The networks lie
// on `device`. `stop` ends early: the result has only the rows done so far. Errors: Failed for
// torch's own.

// latents [N, latent size] → log-mels [N, 115·80], time-major.
Matrix<float> generateLogMels(const Generator& generator, const Device& device,
                              MatrixView<const float> latents, std::stop_token stop = {});

// log-mels [N, 115·80] → raw responses [N]. progress: on the calling thread.
std::vector<float>
evaluateResponses(const InputMap& inputMap, const Classifier& classifier,
                  const ResponseExpression& expression, const Device& device,
                  MatrixView<const float> logMels, std::stop_token stop = {},
                  const std::function<void(std::size_t rowsDone)>& progress = {});

// log-mels [N, 115·80] → [N, references] (reference_responses.h). progress: on the calling thread.
Matrix<float> referenceResponses(const InputMap& inputMap, const Classifier& classifier,
                                 const Device& device, MatrixView<const float> logMels,
                                 std::stop_token stop = {},
                                 const std::function<void(std::size_t rowsDone)>& progress = {});

} // namespace earshot
