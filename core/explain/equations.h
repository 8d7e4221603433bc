// SPDX-License-Identifier: GPL-3.0-or-later
//
// The mathematics of "GAN-based generation and automatic selection of explanations for neural
// networks" (Mishra, Stoller, Benetos, Sturm, Dixon, 2019), each equation one function. No other
// file derives one.
//
// Symbols
//   x        input of the classifier, here a log-mel excerpt [115, 80]
//   f_c, f_n classifier; all its activations
//   f_a      response, R^M → R: what is explained
//   z        latent, [n], n = 128
//   f_g      generator, R^n → R^(115×80)
//   p_z      prior of the latents, N(0, I)
//   λ        prior weight, ≥ 0
//   l_r, N_t learning rate and number of Adam's updates
//   μ, σ     mean and unbiased sample VARIANCE of responses (the paper's letters)
//   r, g     as indices: of real music, of what was generated
//   D        Fréchet distance of Eq. 3
//
// Where we differ from the paper, and why
//   - Negative explanations maximise −f_a + λ log p_z: the paper says "minimally exciting" and
//     gives no formula, and the prior must not change its sign with the direction.
//   - The response may be divided by the standard deviation of the unit's real responses (preset
//     "recommended"), so that one learning rate and λ serve units of any scale. C1, C2 and C3 use
//     the raw response.
//   - "recommended" takes the step with the smallest Eq. 3 instead of the last: every step's
//     responses are known anyway. C1, C2 and C3 take the last.
//   - Losses of a batch are summed, never averaged, and Adam's moments are per row: a batch equals
//     separate runs, so the number of examples changes no result.
//   - The real side of Eq. 3 is always the 50 excerpts with the highest (for negatives the lowest)
//     response, whatever the number of generated examples.
//   - Eq. 1 is optimised as Eq. 2 is, by Adam with the same settings, from the generator's output
//     for the same starts: so that the two differ in the prior, and in f_g's limits.
//   - f_g ends where no band of a sound within full scale is louder, as it does at the front end's
//     floor: without it the optimisation finds partials 40 dB above any recording's, and silence
//     between them, which no sound has.
//   - The full form of the Fréchet distance, with covariance matrices, compares feature sets of
//     generated and real music; a response is a scalar and uses Eq. 3.
// Where the authors' published code differs from their paper, we keep to the paper: the code used
// β1 = 0.9, penalised λ‖z‖² (so that its λ is half of ours), one example a run, and reported the
// best response seen (ignoring gains under 0.1) instead of the last step's.
#pragma once

#include "core/explain/frechet_distance.h" // the general form, for feature sets
#include "core/explain/settings.h"

#include <span>

namespace earshot {

// Eq. 1, the quantity maximised: f_a(f_n(x)), with the sign of the direction. Its gradient is that
// of the response with the same sign.
double inputObjective(double response, Direction direction);

// Eq. 1's gradient by x: ±s·∇f_a, where s scales the response (1, or 1/standard deviation). Both
// spans have x's length.
void inputObjectiveGradient(std::span<const float> responseGradient, Direction direction,
                            double responseScale, std::span<float> gradient);

// log p_z(z) = −½‖z‖² − (n/2) ln 2π, n = z.size().
double logPrior(std::span<const float> latent);

// Eq. 2, the quantity maximised: ±f_a(f_n(f_g(z))) + λ log p_z(z). `response` may be scaled.
double latentObjective(double response, std::span<const float> latent, Direction direction,
                       double priorWeight);

// Eq. 2's gradient by z: ±s·∇f_a − λz, where s scales the response (1, or 1/standard deviation).
// The response's gradient comes from the networks, the prior's is exact. All spans have z's length.
void latentObjectiveGradient(std::span<const float> responseGradient, std::span<const float> latent,
                             Direction direction, double responseScale, double priorWeight,
                             std::span<float> gradient);

// The state of Adam for one row. Both moments start at 0.
struct AdamState
{
    std::span<float> firstMoment;
    std::span<float> secondMoment;
};

// The paper's section 3.4.
inline constexpr double adamBeta1 = 0.99;
inline constexpr double adamBeta2 = 0.999;
inline constexpr double adamEpsilon = 1e-8;

// Adam (Kingma & Ba 2015) as torch.optim.Adam(maximize=True): z += l_r · m̂ / (√v̂ + ε), both moments
// corrected for their start at 0. step counts from 1. float32, elementwise: a row's result depends
// on that row alone. Eq. 1 moves x by it in z's place.
void adamAscent(std::span<const float> gradient, int step, double learningRate, AdamState state,
                std::span<float> latent);

struct SampleMoments
{
    double mean = 0;
    double variance = 0; // unbiased: divided by n − 1
};

// NaN variance for fewer than two values; non-finite values give non-finite moments.
SampleMoments sampleMoments(std::span<const float> values);

// Eq. 3: D = (μ_r − μ_g)² + σ_r + σ_g − 2 (σ_r σ_g)^½, never negative. NaN if a moment is not
// finite.
double frechetDistance(const SampleMoments& real, const SampleMoments& generated);

} // namespace earshot
