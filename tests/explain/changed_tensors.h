// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/io/safetensors.h"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

namespace earshot {

// A copy of a safetensors file that is whole as such, but not what it says it is.
class ChangedTensors
{
public:
    explicit ChangedTensors(const std::filesystem::path& path)
    {
        const SafetensorsFile file(path);
        m_metadata = file.metadata();
        for (const TensorView& tensor : file.tensors())
            m_tensors.push_back({tensor.name,
                                 tensor.type,
                                 tensor.shape,
                                 {tensor.bytes.begin(), tensor.bytes.end()}});
    }

    TensorMetadata& metadata() { return m_metadata; }
    void setValue(const std::string& name, std::size_t index, double value)
    {
        Tensor& tensor = find(name);
        const auto set = [&](auto typed) {
            std::memcpy(tensor.bytes.data() + index * sizeof typed, &typed, sizeof typed);
        };
        if (tensor.type == TensorType::F32)
            set(static_cast<float>(value));
        else if (tensor.type == TensorType::I32)
            set(static_cast<std::int32_t>(value));
        else
            set(static_cast<std::int64_t>(value));
    }
    // Keeps the first bytes that the new shape needs.
    void reshape(const std::string& name, const std::vector<std::int64_t>& shape)
    {
        Tensor& tensor = find(name);
        tensor.shape = shape;
        std::size_t bytes = bytesPerElement(tensor.type);
        for (const std::int64_t extent : shape)
            bytes *= static_cast<std::size_t>(extent);
        tensor.bytes.resize(bytes);
    }
    void remove(const std::string& name)
    {
        std::erase_if(m_tensors, [&](const Tensor& tensor) { return tensor.name == name; });
    }
    void write(const std::filesystem::path& path) const
    {
        SafetensorsWriter writer;
        for (const Tensor& tensor : m_tensors)
            writer.add(tensor.name, tensor.type, tensor.shape, tensor.bytes);
        for (const auto& [key, value] : m_metadata)
            writer.setMetadata(key, value);
        writer.write(path);
    }

private:
    struct Tensor
    {
        std::string name;
        TensorType type;
        std::vector<std::int64_t> shape;
        std::vector<std::byte> bytes;
    };
    Tensor& find(const std::string& name)
    {
        const auto found = std::ranges::find(m_tensors, name, &Tensor::name);
        if (found == m_tensors.end())
            throw std::runtime_error("the test's file has no tensor " + name);
        return *found;
    }

    TensorMetadata m_metadata;
    std::vector<Tensor> m_tensors;
};

} // namespace earshot
