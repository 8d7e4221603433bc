// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nets/initialisation.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/linalg_qr.h>

namespace earshot {

at::Tensor normalTensor(CounterRandom& random, const std::vector<std::int64_t>& shape,
                        double standardDeviation)
{
    at::Tensor tensor = at::empty(shape, at::kFloat);
    random.fillNormal({tensor.data_ptr<float>(), static_cast<std::size_t>(tensor.numel())});
    return tensor.mul_(standardDeviation);
}

at::Tensor orthogonalTensor(CounterRandom& random, const std::vector<std::int64_t>& shape,
                            double gain)
{
    const at::Tensor values = normalTensor(random, shape, 1).to(at::kDouble);
    const at::Tensor matrix = values.reshape({shape.front(), -1});
    const bool wide = matrix.size(0) < matrix.size(1);
    auto [q, r] = at::linalg_qr(wide ? matrix.t() : matrix);
    q = q * r.diagonal().sign(); // makes the factor unique, whatever the QR routine
    return (wide ? q.t() : q).mul(gain).reshape(shape).to(at::kFloat).contiguous();
}

} // namespace earshot
