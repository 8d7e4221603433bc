// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dsp/mel_inversion.h"

#include "core/dsp/mel_filter_bank.h"
#include "core/util/error.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

namespace earshot {

namespace {

// Lower Cholesky factor of F·Fᵀ, which is symmetric, positive definite and has a narrow band.
Matrix<double> choleskyOfGram(const MelFilterBank& bank)
{
    const std::size_t count = bank.bands().size();
    Matrix<double> factor(count, count);
    std::vector<double> filter(bank.bins());
    std::vector<double> column(count);
    for (std::size_t i = 0; i < count; ++i) {
        const MelFilterBank::Band& band = bank.bands()[i];
        std::ranges::fill(filter, 0);
        std::ranges::copy(band.weights,
                          filter.begin() + static_cast<std::ptrdiff_t>(band.firstBin));
        bank.apply(filter, column); // row i of F·Fᵀ
        for (std::size_t j = 0; j <= i; ++j) {
            double sum = column[j];
            for (std::size_t k = 0; k < j; ++k)
                sum -= factor(i, k) * factor(j, k);
            factor(i, j) = i == j ? std::sqrt(sum) : sum / factor(j, j);
        }
    }
    return factor;
}

// Solves (L·Lᵀ) x = b in place.
void solve(const Matrix<double>& factor, std::span<double> x)
{
    for (std::size_t i = 0; i < x.size(); ++i) {
        for (std::size_t k = 0; k < i; ++k)
            x[i] -= factor(i, k) * x[k];
        x[i] /= factor(i, i);
    }
    for (std::size_t i = x.size(); i-- > 0;) {
        for (std::size_t k = i + 1; k < x.size(); ++k)
            x[i] -= factor(k, i) * x[k];
        x[i] /= factor(i, i);
    }
}

} // namespace

Matrix<double> pseudoInverseMagnitudes(MatrixView<const double> mels,
                                       const FrontEndParameters& parameters)
{
    if (mels.columns() != parameters.melBands)
        throw badInput("mel magnitudes", "cannot be inverted",
                       std::to_string(parameters.melBands) + " bands",
                       std::to_string(mels.columns()));
    const MelFilterBank bank(parameters);
    const Matrix<double> factor = choleskyOfGram(bank);
    Matrix<double> magnitudes(mels.rows(), parameters.bins());
    std::vector<double> weights(mels.columns());
    for (std::size_t frame = 0; frame < mels.rows(); ++frame) {
        std::ranges::copy(mels.row(frame), weights.begin());
        solve(factor, weights);
        const auto row = magnitudes.row(frame);
        for (std::size_t i = 0; i < weights.size(); ++i) {
            const MelFilterBank::Band& band = bank.bands()[i];
            for (std::size_t k = 0; k < band.weights.size(); ++k)
                row[band.firstBin + k] += weights[i] * band.weights[k];
        }
        for (double& value : row)
            value = std::max(value, 0.0);
    }
    return magnitudes;
}

} // namespace earshot
