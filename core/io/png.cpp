// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/png.h"

#include <algorithm>
#include <string_view>

namespace earshot {

namespace {

using Bytes = std::vector<std::uint8_t>;

void appendBigEndian(Bytes& bytes, std::uint32_t value)
{
    for (int shift = 24; shift >= 0; shift -= 8)
        bytes.push_back(static_cast<std::uint8_t>(value >> shift));
}

// CRC-32 of ISO 3309, as PNG has it.
std::uint32_t crc32(std::span<const std::uint8_t> bytes)
{
    std::uint32_t crc = 0xFFFFFFFF;
    for (const std::uint8_t byte : bytes) {
        crc ^= byte;
        for (int bit = 0; bit < 8; ++bit)
            crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320 : 0);
    }
    return ~crc;
}

void appendChunk(Bytes& png, std::string_view type, const Bytes& content)
{
    appendBigEndian(png, static_cast<std::uint32_t>(content.size()));
    const auto begin = static_cast<std::ptrdiff_t>(png.size());
    png.insert(png.end(), type.begin(), type.end());
    png.insert(png.end(), content.begin(), content.end());
    appendBigEndian(png, crc32({png.begin() + begin, png.end()}));
}

// zlib's format (RFC 1950) of stored blocks (RFC 1951).
Bytes stored(const Bytes& bytes)
{
    constexpr std::size_t largestBlock = 65535;
    Bytes result{0x78, 0x01};
    std::uint32_t a = 1; // Adler-32
    std::uint32_t b = 0;
    for (std::size_t first = 0; first < bytes.size(); first += largestBlock) {
        const std::size_t count = std::min(largestBlock, bytes.size() - first);
        const auto length = static_cast<std::uint16_t>(count);
        const auto inverse = static_cast<std::uint16_t>(~length);
        result.push_back(first + count == bytes.size() ? 1 : 0);
        for (const std::uint16_t value : {length, inverse}) {
            result.push_back(static_cast<std::uint8_t>(value & 255));
            result.push_back(static_cast<std::uint8_t>(value >> 8));
        }
        for (std::size_t i = first; i < first + count; ++i) {
            result.push_back(bytes[i]);
            a = (a + bytes[i]) % 65521;
            b = (b + a) % 65521;
        }
    }
    appendBigEndian(result, b << 16 | a);
    return result;
}

} // namespace

std::vector<std::byte> indexedPng(MatrixView<const std::uint8_t> pixels,
                                  std::span<const RgbColour> palette)
{
    Bytes png{0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
    Bytes header;
    appendBigEndian(header, static_cast<std::uint32_t>(pixels.columns()));
    appendBigEndian(header, static_cast<std::uint32_t>(pixels.rows()));
    header.insert(header.end(), {8, 3, 0, 0, 0}); // 8 bits, palette, deflate, no filter, no rows
    appendChunk(png, "IHDR", header);
    Bytes colours;
    for (const RgbColour& colour : palette)
        colours.insert(colours.end(), colour.begin(), colour.end());
    appendChunk(png, "PLTE", colours);
    Bytes lines;
    for (std::size_t row = 0; row < pixels.rows(); ++row) {
        lines.push_back(0); // as it is
        lines.insert(lines.end(), pixels.row(row).begin(), pixels.row(row).end());
    }
    appendChunk(png, "IDAT", stored(lines));
    appendChunk(png, "IEND", {});
    const auto bytes = std::as_bytes(std::span(png));
    return {bytes.begin(), bytes.end()};
}

} // namespace earshot
