// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/safetensors.h"
#include "core/io/tensor_layout.h"
#include "core/util/error.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstring>
#include <utility>

namespace earshot {

namespace {

// The reference implementation pads the header so that the tensors start on such a boundary.
constexpr std::size_t alignment = 8;

std::size_t checkedBytes(const SafetensorsStream::Declaration& tensor)
{
    const std::optional<std::size_t> bytes = tensorBytes(tensor.type, tensor.shape);
    if (!bytes)
        throw badInput(tensor.name, "cannot be stored", "extents ≥ 0 that fit in memory",
                       shapeText(tensor.shape));
    return *bytes;
}

// Length and JSON text of the header.
std::string headerOf(const std::vector<SafetensorsStream::Declaration>& layout,
                     const TensorMetadata& metadata)
{
    nlohmann::ordered_json header = nlohmann::ordered_json::object();
    if (!metadata.empty())
        header[metadataKey] = metadata;
    std::size_t offset = 0;
    for (const SafetensorsStream::Declaration& tensor : layout) {
        if (tensor.name == metadataKey)
            throw badInput(tensor.name, "cannot be stored", "another name than the metadata's",
                           "it");
        if (header.contains(tensor.name))
            throw badInput(tensor.name, "cannot be stored", "every name once", "it twice");
        const std::size_t bytes = checkedBytes(tensor);
        header[tensor.name] = {{"dtype", name(tensor.type)},
                               {"shape", tensor.shape},
                               {"data_offsets", {offset, offset + bytes}}};
        offset += bytes;
    }
    std::string text = header.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    text.resize((text.size() + alignment - 1) / alignment * alignment, ' ');
    const std::uint64_t length = text.size();
    if (length > maximumHeaderBytes) // no reader would take it
        throw badInput("", "names and metadata cannot be stored",
                       "at most " + std::to_string(maximumHeaderBytes) + " bytes",
                       std::to_string(length));
    std::string bytes(sizeof length, '\0');
    std::memcpy(bytes.data(), &length, sizeof length);
    return bytes + text;
}

} // namespace

void SafetensorsWriter::add(std::string tensorName, TensorType type,
                            std::vector<std::int64_t> shape, std::span<const std::byte> bytes)
{
    const std::optional<std::size_t> expected = tensorBytes(type, shape);
    if (!expected || *expected != bytes.size())
        throw badInput(tensorName, "cannot be stored",
                       expected ? std::to_string(*expected) + " bytes by its shape"
                                : "a usable shape",
                       std::to_string(bytes.size()) + " bytes");
    m_tensors.push_back({std::move(tensorName), type, std::move(shape), bytes});
}

void SafetensorsWriter::add(std::string tensorName, std::vector<std::int64_t> shape,
                            std::span<const float> values)
{
    add(std::move(tensorName), TensorType::F32, std::move(shape), std::as_bytes(values));
}

void SafetensorsWriter::add(std::string tensorName, MatrixView<const float> values)
{
    add(std::move(tensorName),
        {static_cast<std::int64_t>(values.rows()), static_cast<std::int64_t>(values.columns())},
        values.values());
}

void SafetensorsWriter::addHalf(std::string tensorName, std::vector<std::int64_t> shape,
                                std::span<const float> values)
{
    std::vector<std::byte> halves(2 * values.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
        const std::uint16_t half = floatToHalf(values[i]);
        std::memcpy(halves.data() + 2 * i, &half, 2);
    }
    m_owned.push_back(std::move(halves));
    add(std::move(tensorName), TensorType::F16, std::move(shape), m_owned.back());
}

void SafetensorsWriter::setMetadata(std::string key, std::string value)
{
    m_metadata[std::move(key)] = std::move(value);
}

void SafetensorsWriter::write(const std::filesystem::path& path) const
{
    AtomicFile file(path);
    write(file);
    file.commit();
}

void SafetensorsWriter::write(AtomicFile& file) const
{
    std::vector<SafetensorsStream::Declaration> layout;
    for (const TensorView& tensor : m_tensors)
        layout.push_back({tensor.name, tensor.type, tensor.shape});
    file.write(headerOf(layout, m_metadata));
    for (const TensorView& tensor : m_tensors)
        file.write(tensor.bytes);
}

SafetensorsStream::SafetensorsStream(const std::filesystem::path& path,
                                     const std::vector<Declaration>& layout,
                                     const TensorMetadata& metadata)
    : m_file(path)
{
    const std::string header = headerOf(layout, metadata);
    m_file.write(header);
    std::size_t offset = header.size();
    for (const Declaration& tensor : layout) {
        const std::size_t length = checkedBytes(tensor);
        m_slots.push_back({tensor.name, offset, length});
        offset += length;
    }
}

void SafetensorsStream::append(std::string_view tensorName, std::span<const std::byte> bytes)
{
    const auto slot = std::find_if(m_slots.begin(), m_slots.end(),
                                   [&](const Slot& known) { return known.name == tensorName; });
    if (slot == m_slots.end() || slot->filled + bytes.size() > slot->length)
        throw Error(ErrorKind::Failed, std::string(tensorName),
                    slot == m_slots.end() ? "was not declared" : "is longer than declared");
    m_file.writeAt(slot->offset + slot->filled, bytes);
    slot->filled += bytes.size();
}

void SafetensorsStream::commit()
{
    for (const Slot& slot : m_slots)
        if (slot.filled != slot.length)
            throw Error(ErrorKind::Failed, slot.name, "is incomplete",
                        std::to_string(slot.length) + " bytes", std::to_string(slot.filled));
    m_file.commit();
}

float halfToFloat(std::uint16_t half)
{
    _Float16 value;
    std::memcpy(&value, &half, sizeof value);
    return static_cast<float>(value);
}

std::uint16_t floatToHalf(float value)
{
    const auto rounded = static_cast<_Float16>(value);
    std::uint16_t half = 0;
    std::memcpy(&half, &rounded, sizeof half);
    return half;
}

} // namespace earshot
