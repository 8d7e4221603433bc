// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nets/weights.h"

#include "core/util/error.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/isfinite.h>

#include <algorithm>
#include <cstring>

namespace earshot {

namespace {

std::string namesOf(const std::vector<Weights::Shape>& shapes)
{
    std::string text;
    for (const Weights::Shape& shape : shapes)
        text += (text.empty() ? "" : ", ") + shape.name;
    return text;
}

} // namespace

void Weights::add(std::string name, at::Tensor tensor)
{
    m_entries.emplace_back(std::move(name), std::move(tensor));
}

bool Weights::contains(std::string_view name) const
{
    return std::any_of(m_entries.begin(), m_entries.end(),
                       [&](const auto& entry) { return entry.first == name; });
}

const at::Tensor& Weights::at(std::string_view name) const
{
    for (const auto& [known, tensor] : m_entries)
        if (known == name)
            return tensor;
    throw badInput(std::string(name), "is missing among the weights");
}

at::Tensor& Weights::at(std::string_view name)
{
    return const_cast<at::Tensor&>(std::as_const(*this).at(name));
}

std::vector<at::Tensor> Weights::tensors() const
{
    std::vector<at::Tensor> list;
    for (const auto& entry : m_entries)
        list.push_back(entry.second);
    return list;
}

Weights Weights::to(at::Device device, at::ScalarType type) const
{
    Weights moved;
    for (const auto& [name, tensor] : m_entries)
        moved.add(name, tensor.detach().to(device, type, /*non_blocking=*/false, /*copy=*/true));
    return moved;
}

Weights Weights::read(const SafetensorsFile& file, const std::vector<Shape>& expected)
{
    Weights weights;
    for (const Shape& shape : expected) {
        const TensorView& view = file.tensor(shape.name, TensorType::F32, shape.shape);
        at::Tensor tensor = at::empty(shape.shape, at::kFloat);
        std::memcpy(tensor.data_ptr(), view.bytes.data(), view.bytes.size());
        if (!at::isfinite(tensor).all().item<bool>())
            throw badInput(file.path().string(), "tensor '" + shape.name + "' cannot be used",
                           "finite numbers", "NaN or infinity");
        weights.add(shape.name, tensor);
    }
    for (const TensorView& tensor : file.tensors())
        if (!weights.contains(tensor.name))
            throw badInput(file.path().string(), "has a tensor too many", namesOf(expected),
                           "'" + tensor.name + "'");
    return weights;
}

void Weights::write(const std::filesystem::path& path, const TensorMetadata& metadata) const
{
    AtomicFile file(path);
    write(file, metadata);
    file.commit();
}

void Weights::write(AtomicFile& file, const TensorMetadata& metadata) const
{
    SafetensorsWriter writer;
    std::vector<at::Tensor> copies; // alive until write()
    for (const auto& [name, tensor] : m_entries) {
        copies.push_back(tensor.detach().to(at::kCPU, at::kFloat).contiguous());
        const at::Tensor& values = copies.back();
        if (!at::isfinite(values).all().item<bool>())
            throw Error(ErrorKind::Failed, file.target().string(),
                        "is not written: tensor '" + name + "' is damaged", "finite numbers",
                        "NaN or infinity");
        writer.add(name, TensorType::F32, values.sizes().vec(),
                   {static_cast<const std::byte*>(values.data_ptr()), values.nbytes()});
    }
    for (const auto& [key, value] : metadata)
        writer.setMetadata(key, value);
    writer.write(file);
}

} // namespace earshot
