// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/io/safetensors.h"

#include <ATen/core/Tensor.h>

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace earshot {

// Named tensors in a fixed order, as PyTorch's state_dict.
class Weights
{
public:
    struct Shape
    {
        std::string name;
        std::vector<std::int64_t> shape;
    };

    void add(std::string name, at::Tensor tensor);
    bool contains(std::string_view name) const;
    const at::Tensor& at(std::string_view name) const; // Error (BadInput) if missing
    at::Tensor& at(std::string_view name);
    std::vector<std::pair<std::string, at::Tensor>>& entries() { return m_entries; }
    const std::vector<std::pair<std::string, at::Tensor>>& entries() const { return m_entries; }
    std::vector<at::Tensor> tensors() const;

    // Moves every tensor (copies; detached).
    Weights to(at::Device device, at::ScalarType type) const;

    // Reads exactly these float32 tensors: a missing one, one too many, another type or shape, or a
    // non-finite value is an Error (BadInput).
    static Weights read(const SafetensorsFile& file, const std::vector<Shape>& expected);
    // As float32. Errors: CannotWrite; Failed, before anything is written, for a value that read()
    // would refuse.
    void write(const std::filesystem::path& path, const TensorMetadata& metadata = {}) const;
    void write(AtomicFile& file, const TensorMetadata& metadata = {}) const; // the caller commits

private:
    std::vector<std::pair<std::string, at::Tensor>> m_entries;
};

} // namespace earshot
