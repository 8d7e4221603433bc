// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/safetensors.h"

#include "core/io/json_fault.h"
#include "core/io/tensor_layout.h"
#include "core/util/error.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <utility>

namespace earshot {

namespace {

using nlohmann::json;

// The length of a header is stored in its first eight bytes.
constexpr std::size_t lengthBytes = 8;

struct TypeName
{
    TensorType type;
    std::string_view name;
    std::size_t bytes;
};
constexpr std::array<TypeName, 10> typeNames{{{TensorType::F64, "F64", 8},
                                              {TensorType::F32, "F32", 4},
                                              {TensorType::F16, "F16", 2},
                                              {TensorType::BF16, "BF16", 2},
                                              {TensorType::I64, "I64", 8},
                                              {TensorType::I32, "I32", 4},
                                              {TensorType::I16, "I16", 2},
                                              {TensorType::I8, "I8", 1},
                                              {TensorType::U8, "U8", 1},
                                              {TensorType::Bool, "BOOL", 1}}};

const TypeName& entry(TensorType type)
{
    return *std::find_if(typeNames.begin(), typeNames.end(),
                         [type](const TypeName& known) { return known.type == type; });
}

json parseHeader(std::string_view text, const std::string& file)
{
    // The format allows white space behind the object, but nothing in front of it.
    if (!text.starts_with('{'))
        throw badInput(file, "is not a safetensors file", "a header that begins with '{'",
                       text.empty() ? "none" : "'" + excerpt(text.substr(0, 8)) + "'");
    if (const std::optional<JsonFault> fault = faultInJson(text))
        throw badInput(file, "is not a safetensors file: bad header at " + fault->place(),
                       fault->expected, fault->found);
    return json::parse(text);
}

std::vector<std::int64_t> parseShape(const json& value, const std::string& file,
                                     const std::string& tensor)
{
    std::vector<std::int64_t> shape;
    bool valid = value.is_array();
    if (valid) {
        for (const json& extent : value) {
            valid = valid && extent.is_number_unsigned() &&
                    extent.get<std::uint64_t>() <= static_cast<std::uint64_t>(INT64_MAX);
            if (valid)
                shape.push_back(extent.get<std::int64_t>());
        }
    }
    if (!valid)
        throw badInput(file, "tensor '" + tensor + "' has a bad shape",
                       "a list of whole numbers ≥ 0", excerpt(value.dump()));
    return shape;
}

TensorView parseTensor(const std::string& tensor, const json& value, const std::string& file,
                       std::span<const std::byte> data)
{
    const auto isUnsigned = [](const json& number) { return number.is_number_unsigned(); };
    if (!value.is_object() || value.size() != 3 || !value.contains("dtype") ||
        !value["dtype"].is_string() || !value.contains("shape") ||
        !value.contains("data_offsets") || !value["data_offsets"].is_array() ||
        value["data_offsets"].size() != 2 ||
        !std::all_of(value["data_offsets"].begin(), value["data_offsets"].end(), isUnsigned))
        throw badInput(file, "tensor '" + tensor + "' has a bad description",
                       "dtype, shape and two data_offsets", excerpt(value.dump()));
    TensorView view;
    view.name = tensor;
    const auto typeText = value["dtype"].get<std::string>();
    const auto* known = std::find_if(typeNames.begin(), typeNames.end(),
                                     [&](const TypeName& type) { return type.name == typeText; });
    if (known == typeNames.end())
        throw badInput(file, "tensor '" + tensor + "' has an unknown type",
                       "F64, F32, F16, BF16, I64, I32, I16, I8, U8 or BOOL",
                       "'" + excerpt(typeText) + "'");
    view.type = known->type;
    view.shape = parseShape(value["shape"], file, tensor);
    const auto first = value["data_offsets"][0].get<std::uint64_t>();
    const auto last = value["data_offsets"][1].get<std::uint64_t>();
    if (first > last || last > data.size())
        throw badInput(file, "tensor '" + tensor + "' has bad offsets",
                       "0 ≤ first ≤ last ≤ " + std::to_string(data.size()),
                       std::to_string(first) + " and " + std::to_string(last));
    const std::optional<std::size_t> length = tensorBytes(view.type, view.shape);
    if (!length || *length != last - first)
        throw badInput(file, "tensor '" + tensor + "' has a wrong length",
                       length ? std::to_string(*length) + " bytes by its shape"
                              : "a shape that fits in memory",
                       std::to_string(last - first) + " bytes");
    view.bytes = data.subspan(first, last - first);
    return view;
}

void checkNoGaps(const std::vector<TensorView>& tensors, std::span<const std::byte> data,
                 const std::string& file)
{
    std::size_t end = 0;
    for (const TensorView& tensor : tensors) {
        const auto first = static_cast<std::size_t>(tensor.bytes.data() - data.data());
        if (first != end)
            throw badInput(
                file,
                "tensor '" + tensor.name + "' " +
                    (first < end ? "overlaps the one before it" : "leaves a gap before it"),
                "offset " + std::to_string(end), std::to_string(first));
        end += tensor.bytes.size();
    }
    if (end != data.size())
        throw badInput(file, "has a wrong length", std::to_string(end) + " bytes of tensors",
                       std::to_string(data.size()));
}

} // namespace

std::string_view name(TensorType type)
{
    return entry(type).name;
}

std::size_t bytesPerElement(TensorType type)
{
    return entry(type).bytes;
}

std::optional<std::size_t> tensorBytes(TensorType type, const std::vector<std::int64_t>& shape)
{
    std::size_t bytes = bytesPerElement(type);
    for (const std::int64_t extent : shape)
        if (extent < 0 || __builtin_mul_overflow(bytes, static_cast<std::size_t>(extent), &bytes))
            return std::nullopt;
    return bytes;
}

std::string shapeText(const std::vector<std::int64_t>& shape)
{
    std::string text = "[";
    for (std::size_t i = 0; i < shape.size(); ++i)
        text += (i == 0 ? "" : ", ") + (shape[i] < 0 ? "any" : std::to_string(shape[i]));
    return text + "]";
}

std::size_t TensorView::elements() const
{
    return bytes.size() / bytesPerElement(type);
}

SafetensorsFile::SafetensorsFile(const std::filesystem::path& path)
    : m_path(path)
    , m_file(path)
{
    const std::string file = path.string();
    const std::span<const std::byte> bytes = m_file.bytes();
    if (bytes.size() < lengthBytes)
        throw badInput(file, "is not a safetensors file", "at least 8 bytes",
                       std::to_string(bytes.size()));
    std::uint64_t headerBytes = 0;
    std::memcpy(&headerBytes, bytes.data(), lengthBytes);
    if (headerBytes > maximumHeaderBytes || headerBytes > bytes.size() - lengthBytes)
        throw badInput(file, "is not a safetensors file",
                       "a header of at most " +
                           std::to_string(std::min<std::uint64_t>(maximumHeaderBytes,
                                                                  bytes.size() - lengthBytes)) +
                           " bytes",
                       std::to_string(headerBytes));
    m_headerBytes = lengthBytes + headerBytes;
    const std::span<const std::byte> data = bytes.subspan(m_headerBytes);
    const json header =
        parseHeader({reinterpret_cast<const char*>(bytes.data()) + lengthBytes, headerBytes}, file);
    for (const auto& [key, value] : header.items()) {
        if (key != metadataKey) {
            m_tensors.push_back(parseTensor(key, value, file, data));
            continue;
        }
        if (!value.is_object())
            throw badInput(file, "has bad metadata", "an object of texts", value.type_name());
        for (const auto& [metaKey, metaValue] : value.items()) {
            if (!metaValue.is_string())
                throw badInput(file, "has bad metadata: '" + metaKey + "'", "a text",
                               metaValue.type_name());
            m_metadata[metaKey] = metaValue.get<std::string>();
        }
    }
    // An empty tensor sorts before the one that starts where it does.
    std::sort(m_tensors.begin(), m_tensors.end(), [](const TensorView& a, const TensorView& b) {
        return std::pair(a.bytes.data(), a.bytes.size()) <
               std::pair(b.bytes.data(), b.bytes.size());
    });
    checkNoGaps(m_tensors, data, file);
}

bool SafetensorsFile::contains(std::string_view tensorName) const
{
    return std::any_of(m_tensors.begin(), m_tensors.end(),
                       [&](const TensorView& tensor) { return tensor.name == tensorName; });
}

const TensorView& SafetensorsFile::tensor(std::string_view tensorName) const
{
    for (const TensorView& tensor : m_tensors)
        if (tensor.name == tensorName)
            return tensor;
    std::string names;
    for (std::size_t i = 0; i < m_tensors.size() && i < 8; ++i)
        names += (i == 0 ? "" : ", ") + m_tensors[i].name;
    throw badInput(m_path.string(), "has no such tensor", "'" + std::string(tensorName) + "'",
                   m_tensors.empty() ? "none" : names + (m_tensors.size() > 8 ? ", …" : ""));
}

const TensorView& SafetensorsFile::tensor(std::string_view tensorName, TensorType type,
                                          const std::vector<std::int64_t>& shape) const
{
    const TensorView& found = tensor(tensorName);
    bool matches = found.type == type && found.shape.size() == shape.size();
    for (std::size_t i = 0; matches && i < shape.size(); ++i)
        matches = shape[i] < 0 || shape[i] == found.shape[i];
    if (!matches)
        throw badInput(m_path.string(), "tensor '" + found.name + "' has a wrong type or shape",
                       std::string(name(type)) + " " + shapeText(shape),
                       std::string(name(found.type)) + " " + shapeText(found.shape));
    return found;
}

std::vector<float> SafetensorsFile::floats(std::string_view tensorName,
                                           const std::vector<std::int64_t>& shape) const
{
    const TensorView& any = tensor(tensorName);
    const TensorType type = any.type == TensorType::F16 ? TensorType::F16 : TensorType::F32;
    const TensorView& found = tensor(tensorName, type, shape.empty() ? any.shape : shape);
    std::vector<float> values(found.elements());
    if (values.empty())
        return values;
    if (type == TensorType::F32) {
        std::memcpy(values.data(), found.bytes.data(), found.bytes.size());
    } else {
        for (std::size_t i = 0; i < values.size(); ++i) {
            std::uint16_t half = 0;
            std::memcpy(&half, found.bytes.data() + 2 * i, 2);
            values[i] = halfToFloat(half);
        }
    }
    return values;
}

Matrix<float> SafetensorsFile::matrix(std::string_view tensorName, std::int64_t rows,
                                      std::int64_t columns) const
{
    std::vector<float> values = floats(tensorName, {rows, columns});
    const std::vector<std::int64_t>& shape = tensor(tensorName).shape;
    return {std::move(values), static_cast<std::size_t>(shape[0]),
            static_cast<std::size_t>(shape[1])};
}

const std::string& SafetensorsFile::metadataValue(const std::string& key) const
{
    const auto found = m_metadata.find(key);
    if (found == m_metadata.end())
        throw badInput(m_path.string(), "lacks metadata", "'" + key + "'", "none");
    return found->second;
}

} // namespace earshot
