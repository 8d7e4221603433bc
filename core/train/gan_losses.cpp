// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/gan_losses.h"

#include <ATen/ops/arange.h>
#include <ATen/ops/softplus.h>

#include <torch/csrc/autograd/autograd.h>

namespace earshot::gan {

namespace {

// ∇ of each example's score at the example, [N, values]; part of the graph.
at::Tensor inputGradients(const at::Tensor& scores, const at::Tensor& input)
{
    // An example's score depends on its neighbours only through the group deviation; the sum is
    // what is differentiated.
    const at::Tensor gradient = torch::autograd::grad({scores.sum()}, {input}, {},
                                                      /*retain_graph=*/true, /*create_graph=*/true)
                                    .front();
    return gradient.flatten(1);
}

} // namespace

at::Tensor logisticCriticLoss(const at::Tensor& realScores, const at::Tensor& fakeScores)
{
    return at::softplus(realScores.neg()).mean().add(at::softplus(fakeScores).mean());
}

at::Tensor logisticGeneratorLoss(const at::Tensor& fakeScores)
{
    return at::softplus(fakeScores.neg()).mean();
}

at::Tensor r1Penalty(const at::Tensor& scores, const at::Tensor& real, double gamma)
{
    return inputGradients(scores, real).square().sum(1).mean().mul(gamma / 2);
}

at::Tensor wassersteinCriticLoss(const at::Tensor& realScores, const at::Tensor& fakeScores)
{
    return fakeScores.mean().sub(realScores.mean());
}

at::Tensor wassersteinGeneratorLoss(const at::Tensor& fakeScores)
{
    return fakeScores.mean().neg();
}

at::Tensor gradientPenalty(const at::Tensor& scores, const at::Tensor& interpolatedBatch,
                           double weight)
{
    const at::Tensor norms = inputGradients(scores, interpolatedBatch).norm(2, 1);
    return norms.sub(1).square().mean().mul(weight);
}

at::Tensor interpolated(const at::Tensor& real, const at::Tensor& fake, const at::Tensor& mix)
{
    const at::Tensor share = mix.reshape({-1, 1, 1, 1});
    return fake.detach().lerp(real.detach(), share).requires_grad_(true);
}

at::Tensor shifted(const at::Tensor& batch, const at::Tensor& bands, const at::Tensor& levels)
{
    const std::int64_t width = batch.size(3);
    // Band b of the result is band b − shift of the batch; beyond the edge the outermost.
    const at::Tensor source = at::arange(width, bands.options())
                                  .reshape({1, -1})
                                  .sub(bands.reshape({-1, 1}))
                                  .clamp(0, width - 1);
    const at::Tensor index = source.reshape({batch.size(0), 1, 1, width}).expand_as(batch);
    return batch.gather(3, index).add(levels.reshape({-1, 1, 1, 1}));
}

} // namespace earshot::gan
