// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dsp/log_mel.h"
#include "core/util/matrix.h"

namespace earshot {

// The paper's mel inversion: mel magnitudes [frames, bands] times the pseudo-inverse of the filter
// bank, negative values set to 0: [frames, bins]. The filters are linearly independent, so the
// pseudo-inverse is Fᵀ(FFᵀ)⁻¹ with F [bands, bins], by Cholesky factorisation. Error (BadInput) for
// another number of bands.
Matrix<double> pseudoInverseMagnitudes(MatrixView<const double> mels,
                                       const FrontEndParameters& parameters);

} // namespace earshot
