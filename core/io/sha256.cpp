// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/sha256.h"

#include "core/util/error.h"
#include "core/util/mapped_file.h"

#include <openssl/evp.h>

#include <array>

namespace earshot {

std::string sha256(std::span<const std::byte> bytes)
{
    std::array<unsigned char, 32> digest{};
    unsigned int length = 0;
    if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &length, EVP_sha256(), nullptr) !=
            1 ||
        length != digest.size())
        throw Error(ErrorKind::Failed, "", "SHA-256 could not be computed");
    constexpr const char* digits = "0123456789abcdef";
    std::string text;
    for (const unsigned char byte : digest) {
        text += digits[byte >> 4];
        text += digits[byte & 15];
    }
    return text;
}

std::string sha256OfFile(const std::filesystem::path& path)
{
    return sha256(MappedFile(path).bytes());
}

} // namespace earshot
