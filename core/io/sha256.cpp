// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/sha256.h"

#include "core/util/error.h"
#include "core/util/regular_file.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <memory>
#include <utility>
#include <vector>

namespace earshot {

namespace {

// Read between two looks at a stop: some milliseconds.
constexpr std::size_t pieceBytes = std::size_t{1} << 20U;

struct FreeContext
{
    void operator()(EVP_MD_CTX* context) const { ::EVP_MD_CTX_free(context); }
};

class Digest
{
public:
    explicit Digest(std::string subject)
        : m_subject(std::move(subject))
        , m_context(::EVP_MD_CTX_new())
    {
        require(m_context && ::EVP_DigestInit_ex(m_context.get(), ::EVP_sha256(), nullptr) == 1);
    }
    void add(std::span<const std::byte> bytes)
    {
        require(::EVP_DigestUpdate(m_context.get(), bytes.data(), bytes.size()) == 1);
    }
    std::string text()
    {
        std::array<unsigned char, 32> digest{};
        unsigned int length = 0;
        require(::EVP_DigestFinal_ex(m_context.get(), digest.data(), &length) == 1 &&
                length == digest.size());
        constexpr const char* digits = "0123456789abcdef";
        std::string text;
        for (const unsigned char byte : digest) {
            text += digits[byte >> 4];
            text += digits[byte & 15];
        }
        return text;
    }

private:
    void require(bool works) const
    {
        if (!works)
            throw Error(ErrorKind::Failed, m_subject, "SHA-256 could not be computed");
    }

    std::string m_subject;
    std::unique_ptr<EVP_MD_CTX, FreeContext> m_context;
};

} // namespace

std::string sha256(std::span<const std::byte> bytes)
{
    Digest digest("");
    digest.add(bytes);
    return digest.text();
}

std::string sha256OfFile(const std::filesystem::path& path, const std::stop_token& stop)
{
    const RegularFile file(path);
    Digest digest(path.string());
    std::vector<std::byte> piece(std::min(pieceBytes, file.size()));
    for (std::size_t offset = 0; offset < file.size(); offset += piece.size()) {
        if (stop.stop_requested())
            throw Error(ErrorKind::Failed, path.string(), "was not read to its end: stopped");
        piece.resize(std::min(piece.size(), file.size() - offset));
        file.read(offset, piece);
        digest.add(piece);
    }
    return digest.text();
}

} // namespace earshot
