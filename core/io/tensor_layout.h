// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/io/safetensors.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace earshot {

// Bytes of a tensor; empty if an extent is negative or the product overflows.
std::optional<std::size_t> tensorBytes(TensorType type, const std::vector<std::int64_t>& shape);

// "[2, 80]"; -1 reads "any".
std::string shapeText(const std::vector<std::int64_t>& shape);

} // namespace earshot
