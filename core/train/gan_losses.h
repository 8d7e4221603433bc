// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ATen/core/Tensor.h>

namespace earshot {

// Losses of the adversarial recipes. Scores are [N], batches [N, 1, time, frequency]; results are
// scalars, differentiable in the weights that made the scores.
namespace gan {

// Non-saturating logistic losses (Goodfellow et al. 2014): mean softplus(−real) + mean
// softplus(fake), and mean softplus(−fake).
at::Tensor logisticCriticLoss(const at::Tensor& realScores, const at::Tensor& fakeScores);
at::Tensor logisticGeneratorLoss(const at::Tensor& fakeScores);

// R1 (Mescheder et al. 2018): gamma/2 · mean over examples of ‖∇ score‖² at real examples. `real`
// must require a gradient and be what `scores` were computed from. Twice differentiable.
at::Tensor r1Penalty(const at::Tensor& scores, const at::Tensor& real, double gamma);

// Wasserstein losses: mean fake − mean real, and −mean fake.
at::Tensor wassersteinCriticLoss(const at::Tensor& realScores, const at::Tensor& fakeScores);
at::Tensor wassersteinGeneratorLoss(const at::Tensor& fakeScores);

// Gradient penalty (Gulrajani et al. 2017): weight · mean over examples of (‖∇ score‖ − 1)².
at::Tensor gradientPenalty(const at::Tensor& scores, const at::Tensor& interpolated, double weight);
// mix·real + (1 − mix)·fake, one mix in [0, 1] an example ([N]); a leaf that requires a gradient.
at::Tensor interpolated(const at::Tensor& real, const at::Tensor& fake, const at::Tensor& mix);

// What both sides of the critic see: example i moved up by bands[i] mel bands (the outer band
// repeated; negative: down) and raised by levels[i]. bands: int64 [N]; levels: [N], in the batch's
// unit. Differentiable.
at::Tensor shifted(const at::Tensor& batch, const at::Tensor& bands, const at::Tensor& levels);

} // namespace gan

} // namespace earshot
