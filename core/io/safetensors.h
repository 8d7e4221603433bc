// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/util/atomic_file.h"
#include "core/util/mapped_file.h"
#include "core/util/matrix.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace earshot {

// The element types of the safetensors format that this project reads and writes.
enum class TensorType
{
    F64,
    F32,
    F16,
    BF16,
    I64,
    I32,
    I16,
    I8,
    U8,
    Bool
};

std::string_view name(TensorType type); // "F32", as in the file's header
std::size_t bytesPerElement(TensorType type);

// One tensor of a mapped file: row-major, little-endian. bytes points into the mapping.
struct TensorView
{
    std::string name;
    TensorType type = TensorType::F32;
    std::vector<std::int64_t> shape; // empty: a scalar
    std::span<const std::byte> bytes;

    std::size_t elements() const;
};

using TensorMetadata = std::map<std::string, std::string>;

// A memory-mapped safetensors file (https://github.com/huggingface/safetensors, format section).
// Strict: header length within the file and at most 100 MB, header one JSON object that begins at
// once, known types, shape × type = length, offsets without gap or overlap that end where the file
// ends, no name twice. Every violation is an Error (BadInput) with the file, what was expected and
// what was found.
class SafetensorsFile
{
public:
    explicit SafetensorsFile(const std::filesystem::path& path);

    const std::filesystem::path& path() const { return m_path; }
    std::size_t sizeBytes() const { return m_file.bytes().size(); }
    // All that stands before the tensors' values: names, shapes, offsets and metadata.
    std::span<const std::byte> header() const { return m_file.bytes().first(m_headerBytes); }
    const TensorMetadata& metadata() const { return m_metadata; }
    // By offset in the file.
    const std::vector<TensorView>& tensors() const { return m_tensors; }
    bool contains(std::string_view tensorName) const;
    // Error (BadInput) if there is no such tensor.
    const TensorView& tensor(std::string_view tensorName) const;
    // As above; also an Error unless type and shape are these. -1 in shape matches any extent.
    const TensorView& tensor(std::string_view tensorName, TensorType type,
                             const std::vector<std::int64_t>& shape) const;
    // The values of an F32 or F16 tensor as float32, checked like tensor(). Any shape if empty.
    std::vector<float> floats(std::string_view tensorName,
                              const std::vector<std::int64_t>& shape = {}) const;
    // A two-dimensional F32 or F16 tensor; -1 matches any extent.
    Matrix<float> matrix(std::string_view tensorName, std::int64_t rows = -1,
                         std::int64_t columns = -1) const;
    // Error (BadInput) if the key is missing.
    const std::string& metadataValue(const std::string& key) const;

private:
    std::filesystem::path m_path;
    MappedFile m_file;
    std::size_t m_headerBytes = 0; // with the length in front
    TensorMetadata m_metadata;
    std::vector<TensorView> m_tensors;
};

// Collects tensors and writes them atomically. The bytes of add() are borrowed until write().
// Errors: CannotWrite from write(); BadInput for a name given twice or a length that is not shape ×
// type. Not copyable: a copy would point into the original's float16 values.
class SafetensorsWriter
{
public:
    SafetensorsWriter() = default;
    SafetensorsWriter(SafetensorsWriter&&) = default;
    SafetensorsWriter& operator=(SafetensorsWriter&&) = default;

    void add(std::string tensorName, TensorType type, std::vector<std::int64_t> shape,
             std::span<const std::byte> bytes);
    void add(std::string tensorName, std::vector<std::int64_t> shape,
             std::span<const float> values);
    void add(std::string tensorName, MatrixView<const float> values);
    // Keeps a float16 copy of its own, rounded to nearest even.
    void addHalf(std::string tensorName, std::vector<std::int64_t> shape,
                 std::span<const float> values);
    void setMetadata(std::string key, std::string value);
    void write(const std::filesystem::path& path) const;
    void write(AtomicFile& file) const; // the caller commits it

private:
    std::vector<TensorView> m_tensors;
    std::vector<std::vector<std::byte>> m_owned;
    TensorMetadata m_metadata;
};

// Writes a file larger than memory: the layout is declared first, then each tensor's bytes arrive
// in any number of pieces, in any order of tensors. commit() fails unless every tensor is complete.
class SafetensorsStream
{
public:
    struct Declaration
    {
        std::string name;
        TensorType type;
        std::vector<std::int64_t> shape;
    };
    SafetensorsStream(const std::filesystem::path& path, const std::vector<Declaration>& layout,
                      const TensorMetadata& metadata);
    // Appends to the named tensor.
    void append(std::string_view tensorName, std::span<const std::byte> bytes);
    void commit();

private:
    struct Slot
    {
        std::string name;
        std::size_t offset;
        std::size_t length;
        std::size_t filled = 0;
    };
    AtomicFile m_file;
    std::vector<Slot> m_slots;
};

// IEEE 754 binary16, round to nearest even.
float halfToFloat(std::uint16_t half);
std::uint16_t floatToHalf(float value);

} // namespace earshot
