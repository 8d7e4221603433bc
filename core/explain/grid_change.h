// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/explain/grid_result.h"
#include "core/explain/optimiser.h"
#include "core/util/matrix.h"

#include <stop_token>

namespace earshot {

// Sets the change of every measurement of a grid, whose latents are there. starts: [N or more,
// latent size]. False if a stop came before all were measured: then none is set. Errors: Failed
// for torch's own.
bool measureChanges(GridResult& grid, MatrixView<const float> starts, const ResponsePath& path,
                    std::stop_token stop);

} // namespace earshot
