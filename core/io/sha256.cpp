// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/sha256.h"

#include "core/util/error.h"
#include "core/util/mapped_file.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <memory>

namespace earshot {

namespace {

// Hashed between two looks at a stop: some milliseconds.
constexpr std::size_t pieceBytes = std::size_t{1} << 20U;

struct FreeContext
{
    void operator()(EVP_MD_CTX* context) const { ::EVP_MD_CTX_free(context); }
};

std::string hash(std::span<const std::byte> bytes, const std::string& subject,
                 const std::stop_token& stop)
{
    const std::unique_ptr<EVP_MD_CTX, FreeContext> context(::EVP_MD_CTX_new());
    bool works = context && ::EVP_DigestInit_ex(context.get(), ::EVP_sha256(), nullptr) == 1;
    while (works && !bytes.empty()) {
        if (stop.stop_requested())
            throw Error(ErrorKind::Failed, subject, "was not read to its end: stopped");
        const std::span<const std::byte> piece = bytes.first(std::min(pieceBytes, bytes.size()));
        works = ::EVP_DigestUpdate(context.get(), piece.data(), piece.size()) == 1;
        bytes = bytes.subspan(piece.size());
    }
    std::array<unsigned char, 32> digest{};
    unsigned int length = 0;
    if (!works || ::EVP_DigestFinal_ex(context.get(), digest.data(), &length) != 1 ||
        length != digest.size())
        throw Error(ErrorKind::Failed, subject, "SHA-256 could not be computed");
    constexpr const char* digits = "0123456789abcdef";
    std::string text;
    for (const unsigned char byte : digest) {
        text += digits[byte >> 4];
        text += digits[byte & 15];
    }
    return text;
}

} // namespace

std::string sha256(std::span<const std::byte> bytes)
{
    return hash(bytes, "", {});
}

std::string sha256OfFile(const std::filesystem::path& path, const std::stop_token& stop)
{
    return hash(MappedFile(path).bytes(), path.string(), stop);
}

} // namespace earshot
