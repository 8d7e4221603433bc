// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/io/safetensors.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace earshot {

// The limit of the format's reference implementation.
constexpr std::uint64_t maximumHeaderBytes = 100'000'000;

// The member of the header that holds the metadata, and so is no tensor's name.
constexpr const char* metadataKey = "__metadata__";

// Bytes of a tensor; empty if an extent is negative or the product overflows.
std::optional<std::size_t> tensorBytes(TensorType type, const std::vector<std::int64_t>& shape);

// "[2, 80]"; -1 reads "any".
std::string shapeText(const std::vector<std::int64_t>& shape);

} // namespace earshot
