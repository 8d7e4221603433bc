// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/util/matrix.h"

namespace earshot {

// The Fréchet distance between the Gaussians fitted to two feature sets, a [N, D] and b [M, D],
// with full unbiased covariance matrices: |μa − μb|² + tr(Σa + Σb − 2 (Σa^½ Σb Σa^½)^½) (Heusel et
// al. 2017, equation 6; Dowson & Landau 1982). In double precision. Error (BadInput) for different
// D, N or M below 2, or non-finite values.
double frechetDistance(MatrixView<const float> a, MatrixView<const float> b);

} // namespace earshot
