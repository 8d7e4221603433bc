// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explain/frechet_distance.h"

#include "core/util/error.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/clamp_min.h>
#include <ATen/ops/diag.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/isfinite.h>
#include <ATen/ops/linalg_eigh.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/trace.h>

#include <algorithm>
#include <string>

namespace earshot {

namespace {

at::Tensor asTensor(MatrixView<const float> set)
{
    return at::from_blob(
               const_cast<float*>(set.data()),
               {static_cast<std::int64_t>(set.rows()), static_cast<std::int64_t>(set.columns())},
               at::kFloat)
        .to(at::kDouble);
}

at::Tensor covariance(const at::Tensor& set)
{
    const at::Tensor centred = set - set.mean(0, /*keepdim=*/true);
    return at::matmul(centred.t(), centred) / static_cast<double>(set.size(0) - 1);
}

} // namespace

double frechetDistance(MatrixView<const float> a, MatrixView<const float> b)
{
    if (a.columns() != b.columns() || a.columns() == 0 || a.rows() < 2 || b.rows() < 2)
        throw badInput("feature sets", "cannot be compared", "at least 2 rows each of one width",
                       "[" + std::to_string(a.rows()) + ", " + std::to_string(a.columns()) +
                           "] and [" + std::to_string(b.rows()) + ", " +
                           std::to_string(b.columns()) + "]");
    const at::Tensor setA = asTensor(a);
    const at::Tensor setB = asTensor(b);
    if (!at::isfinite(setA).all().item<bool>() || !at::isfinite(setB).all().item<bool>())
        throw badInput("feature sets", "cannot be compared", "finite values", "NaN or infinity");
    const at::Tensor covarianceA = covariance(setA);
    const at::Tensor covarianceB = covariance(setB);
    const auto [values, vectors] = at::linalg_eigh(covarianceA);
    const at::Tensor rootA =
        at::matmul(at::matmul(vectors, at::diag(at::clamp_min(values, 0).sqrt())), vectors.t());
    const at::Tensor product = at::matmul(at::matmul(rootA, covarianceB), rootA);
    // Symmetric up to rounding; eigh reads one half.
    const at::Tensor eigenvalues = std::get<0>(at::linalg_eigh(product));
    const double shift = (setA.mean(0) - setB.mean(0)).pow(2).sum().item<double>();
    const double root = at::clamp_min(eigenvalues, 0).sqrt().sum().item<double>();
    const double spread =
        at::trace(covarianceA).item<double>() + at::trace(covarianceB).item<double>() - 2 * root;
    return shift + std::max(0.0, spread); // below 0 by rounding alone
}

} // namespace earshot
