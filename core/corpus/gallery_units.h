// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/util/matrix.h"

#include <cstddef>
#include <string>
#include <vector>

namespace at {
class Tensor;
}

namespace earshot {

struct ClassifierBundle;

// What a gallery shows examples of, before the non-linearity: first every unit of the last two
// dense layers, the outer ones; then the inner ones: every unit of the other dense layers and the
// mean of every channel of the convolutions, from the last layer to the first. Pools repeat what
// their convolution says. Borrows the bundle.
class GalleryUnits
{
public:
    enum class Extent
    {
        Outer,
        All
    };
    GalleryUnits(const ClassifierBundle& classifier, Extent extent);

    // In canonical spelling (response_expression.h).
    const std::vector<std::string>& references() const { return m_references; }
    std::size_t outerCount() const { return m_outerCount; } // they come first
    // log-mels [N, 1, 115, 80] → columns first … first + N − 1 of responses [references, …]
    void respond(const at::Tensor& logMels, Matrix<float>& responses, std::size_t first) const;

private:
    const ClassifierBundle& m_classifier;
    std::vector<std::string> m_layers;
    std::vector<std::string> m_references;
    std::size_t m_outerCount = 0;
};

} // namespace earshot
