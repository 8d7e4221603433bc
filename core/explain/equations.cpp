// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explain/equations.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <numbers>

namespace earshot {

namespace {

double sign(Direction direction)
{
    return direction == Direction::Positive ? 1 : -1;
}

} // namespace

// Eq. 1: x̂ = argmax_x f_a(f_n(x))
double inputObjective(double response, Direction direction)
{
    return sign(direction) * response;
}

// ∇ of Eq. 1: ±∇f_a
void inputObjectiveGradient(std::span<const float> responseGradient, Direction direction,
                            double responseScale, std::span<float> gradient)
{
    assert(gradient.size() == responseGradient.size());
    const double scale = sign(direction) * responseScale;
    for (std::size_t i = 0; i < gradient.size(); ++i)
        gradient[i] = static_cast<float>(scale * responseGradient[i]);
}

// p_z = N(0, I): log p_z(z) = −½‖z‖² − (n/2) ln 2π
double logPrior(std::span<const float> latent)
{
    double squaredNorm = 0;
    for (const double value : latent)
        squaredNorm += value * value;
    return -squaredNorm / 2 -
           static_cast<double>(latent.size()) / 2 * std::log(2 * std::numbers::pi);
}

// Eq. 2: ẑ = argmax_z f_a(f_n(f_g(z))) + λ log p_z(z)
double latentObjective(double response, std::span<const float> latent, Direction direction,
                       double priorWeight)
{
    return inputObjective(response, direction) + priorWeight * logPrior(latent);
}

// ∇ of Eq. 2: ±∇f_a + λ ∇log p_z(z), ∇log p_z(z) = −z
void latentObjectiveGradient(std::span<const float> responseGradient, std::span<const float> latent,
                             Direction direction, double responseScale, double priorWeight,
                             std::span<float> gradient)
{
    assert(responseGradient.size() == latent.size() && gradient.size() == latent.size());
    const double scale = sign(direction) * responseScale;
    for (std::size_t i = 0; i < latent.size(); ++i)
        gradient[i] = static_cast<float>(scale * responseGradient[i] - priorWeight * latent[i]);
}

// m ← β1 m + (1 − β1) g; v ← β2 v + (1 − β2) g²; z ← z + l_r · m̂ / (√v̂ + ε),
// m̂ = m / (1 − β1^t), v̂ = v / (1 − β2^t)
void adamAscent(std::span<const float> gradient, int step, double learningRate, AdamState state,
                std::span<float> latent)
{
    assert(step >= 1 && gradient.size() == latent.size());
    assert(state.firstMoment.size() == latent.size() && state.secondMoment.size() == latent.size());
    const double correction1 = 1 - std::pow(adamBeta1, step);
    const double correction2 = 1 - std::pow(adamBeta2, step);
    // The order of operations and their float32 rounding are PyTorch's.
    const auto weight1 = static_cast<float>(1 - adamBeta1);
    const auto keep2 = static_cast<float>(adamBeta2);
    const auto weight2 = static_cast<float>(1 - adamBeta2);
    const auto root2 = static_cast<float>(std::sqrt(correction2));
    const auto epsilon = static_cast<float>(adamEpsilon);
    const auto stepSize = static_cast<float>(learningRate / correction1);
    for (std::size_t i = 0; i < latent.size(); ++i) {
        float& m = state.firstMoment[i];
        float& v = state.secondMoment[i];
        m += weight1 * (gradient[i] - m);
        v = v * keep2 + weight2 * gradient[i] * gradient[i];
        latent[i] += stepSize * m / (std::sqrt(v) / root2 + epsilon);
    }
}

SampleMoments sampleMoments(std::span<const float> values)
{
    const auto count = static_cast<double>(values.size());
    double sum = 0;
    for (const double value : values)
        sum += value;
    SampleMoments moments;
    moments.mean = sum / count;
    double squares = 0;
    for (const double value : values)
        squares += (value - moments.mean) * (value - moments.mean);
    moments.variance =
        values.size() < 2 ? std::numeric_limits<double>::quiet_NaN() : squares / (count - 1);
    return moments;
}

// Eq. 3: D = (μ_r − μ_g)² + σ_r + σ_g − 2 (σ_r σ_g)^½
double frechetDistance(const SampleMoments& real, const SampleMoments& generated)
{
    const double shift = real.mean - generated.mean;
    // σ_r + σ_g − 2 (σ_r σ_g)^½ = (√σ_r − √σ_g)², which rounding cannot make negative.
    const double spread = std::sqrt(real.variance) - std::sqrt(generated.variance);
    const double distance = shift * shift + spread * spread;
    return std::isfinite(distance) ? distance : std::numeric_limits<double>::quiet_NaN();
}

} // namespace earshot
