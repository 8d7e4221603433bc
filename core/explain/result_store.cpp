// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explain/result_store.h"

#include "core/explain/explanation_record.h"
#include "core/io/safetensors.h"
#include "core/io/sha256.h"
#include "core/util/error.h"

#include <algorithm>
#include <chrono>
#include <functional>
#include <map>
#include <span>
#include <system_error>
#include <utility>

namespace earshot {

namespace fs = std::filesystem;

namespace {

constexpr const char* extension = ".earshot";
constexpr const char* unfinishedExtension = ".partial"; // of AtomicFile
constexpr char separator = '~';                         // never in an encoded response
constexpr char longResponse = '#';                      // nor this
constexpr std::size_t longestName = 160;                // of the 255 bytes that file systems allow
constexpr std::size_t hashDigits = 16;
constexpr std::chrono::hours unfinishedAge{1}; // no write takes so long: its program was killed

bool isPlain(char character)
{
    const std::string_view others = "._-[]()";
    return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') ||
           (character >= '0' && character <= '9') ||
           others.find(character) != std::string_view::npos;
}

std::string shortHash(std::string_view text)
{
    return sha256(std::as_bytes(std::span(text))).substr(0, hashDigits);
}

// A response as part of a file name: %xx for what is not plain. One that would be too long is its
// hash alone.
std::string encoded(std::string_view response)
{
    constexpr const char* digits = "0123456789abcdef";
    std::string name;
    for (const char character : response) {
        if (isPlain(character)) {
            name += character;
            continue;
        }
        const auto byte = static_cast<unsigned char>(character);
        name += {'%', digits[byte / 16], digits[byte % 16]};
    }
    if (name.size() > longestName)
        return longResponse + shortHash(response);
    return name;
}

int valueOfDigit(char digit)
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

// Empty for a name that encoded() does not make.
std::string decoded(std::string_view name)
{
    std::string response;
    for (std::size_t i = 0; i < name.size(); ++i) {
        if (name[i] != '%') {
            if (!isPlain(name[i]))
                return {};
            response += name[i];
            continue;
        }
        const int high = i + 2 < name.size() ? valueOfDigit(name[i + 1]) : -1;
        const int low = i + 2 < name.size() ? valueOfDigit(name[i + 2]) : -1;
        if (high < 0 || low < 0)
            return {};
        response += static_cast<char>(16 * high + low);
        i += 2;
    }
    return response;
}

// Hashed again: a record is what its file says, and may say anything.
std::string folderOf(const ModelHashes& models)
{
    return shortHash(models.classifier + " " + models.generator +
                     (models.music.empty() ? "" : " " + models.music));
}

bool isOurs(const fs::path& path)
{
    return path.filename().string().find(separator) != std::string::npos;
}

struct File
{
    fs::path path;
    fs::file_time_type saved;
    std::uintmax_t bytes = 0;
};

// The regular files of a folder; none if it is not there. Another program may remove any of them
// meanwhile.
std::vector<File> filesIn(const fs::path& folder)
{
    std::vector<File> files;
    std::error_code error;
    for (fs::directory_iterator item(folder, error), end; !error && item != end;
         item.increment(error)) {
        std::error_code gone;
        File file{item->path(), item->last_write_time(gone), 0};
        if (!gone && item->is_regular_file(gone))
            file.bytes = item->file_size(gone);
        if (!gone && item->is_regular_file(gone))
            files.push_back(std::move(file));
    }
    return files;
}

bool isOf(const Explanation& explanation, const ModelHashes& models, std::string_view response)
{
    return hashesOf(explanation) == models && explanation.response == response;
}

} // namespace

ModelHashes hashesOf(const Explanation& explanation)
{
    const Json& record = explanation.record;
    const Json hashes = record.at("sha256");
    ModelHashes result{hashes.text("classifier"), hashes.text("generator"), {}};
    if (record.contains("index") && record.at("index").contains("sha256"))
        result.music = record.at("index").text("sha256");
    return result;
}

ResultStore::ResultStore(fs::path folder, std::uintmax_t maximumBytes)
    : m_folder(std::move(folder))
    , m_maximumBytes(maximumBytes)
{
}

std::string ResultStore::key(const ModelHashes& models, std::string_view response,
                             const ExplainSettings& settings)
{
    return folderOf(models) + "/" + encoded(response) + separator +
           shortHash(settingsJson(settings).dump(-1)) + extension;
}

std::optional<Explanation> ResultStore::load(const ModelHashes& models, std::string_view response,
                                             const ExplainSettings& settings) const
{
    std::optional<Explanation> explanation =
        read(m_folder / key(models, response, settings), models, response);
    if (explanation &&
        settingsJson(explanation->settings).dump(-1) != settingsJson(settings).dump(-1)) {
        report(m_folder / key(models, response, settings), "holds a result of other settings");
        return std::nullopt;
    }
    return explanation;
}

std::optional<Explanation> ResultStore::newest(const ModelHashes& models,
                                               std::string_view response) const
{
    const std::string start = encoded(response) + separator;
    std::vector<File> files = filesIn(m_folder / folderOf(models));
    std::erase_if(files, [&](const File& file) {
        return !file.path.filename().string().starts_with(start) ||
               file.path.extension() != extension;
    });
    std::ranges::sort(files, std::greater(), &File::saved);
    for (const File& file : files)
        if (std::optional<Explanation> explanation = read(file.path, models, response))
            return explanation;
    return std::nullopt;
}

std::vector<ResultStore::Entry> ResultStore::list(const ModelHashes& models) const
{
    std::map<std::string, Entry> newest;
    for (const File& file : filesIn(m_folder / folderOf(models))) {
        if (file.path.extension() != extension || isDamaged(file.path))
            continue;
        const std::string response = responseOf(file.path);
        Entry& entry = newest[response];
        if (!response.empty() && (entry.response.empty() || entry.saved < file.saved))
            entry = {response, file.path, file.saved, file.bytes};
    }
    newest.erase("");
    std::vector<Entry> entries;
    for (auto& [response, entry] : newest)
        entries.push_back(std::move(entry));
    return entries;
}

void ResultStore::save(const Explanation& explanation)
{
    if (explanation.end == RunEnd::Aborted)
        throw Error(ErrorKind::Failed, explanation.response, "cannot be stored: it was aborted");
    const ModelHashes models = hashesOf(explanation);
    const fs::path path = m_folder / key(models, explanation.response, explanation.settings);
    std::error_code error;
    if (explanation.end == RunEnd::Stopped && fs::exists(path, error)) {
        const std::optional<Explanation> stored = read(path, models, explanation.response);
        if (stored && stored->end == RunEnd::Completed)
            return;
    }
    writeExplanation(explanation, path);
    // The clock of file systems ticks a few times in a hundredth of a second: too coarse for an
    // order.
    fs::last_write_time(path, fs::file_time_type::clock::now(), error);
    {
        const std::lock_guard lock(m_mutex);
        m_damaged.erase(path);
    }
    evict(path);
}

bool ResultStore::remove(const ModelHashes& models, std::string_view response,
                         const ExplainSettings& settings)
{
    const fs::path path = m_folder / key(models, response, settings);
    std::error_code error;
    const bool removed = fs::remove(path, error);
    if (error && error != std::errc::not_a_directory)
        throw cannotWrite(path.string(), "cannot be removed: " + error.message());
    return removed;
}

std::vector<std::string> ResultStore::takeProblems()
{
    const std::lock_guard lock(m_mutex);
    return std::exchange(m_problems, {});
}

std::optional<Explanation> ResultStore::read(const fs::path& path, const ModelHashes& models,
                                             std::string_view response) const
{
    std::error_code error;
    if (!fs::exists(path, error))
        return std::nullopt;
    try {
        Explanation explanation = readExplanation(path);
        if (isOf(explanation, models, response))
            return explanation;
        report(path, "holds a result of another response or other models");
    } catch (const Error& failure) {
        // Another program may have removed it since.
        if (fs::exists(path, error))
            report(path, failure.what());
    }
    return std::nullopt;
}

// Empty where it is not known.
std::string ResultStore::responseOf(const fs::path& path) const
{
    const std::string name = path.stem().string();
    const std::size_t end = name.find(separator);
    if (end == std::string::npos)
        return {};
    if (!name.starts_with(longResponse))
        return decoded(std::string_view(name).substr(0, end));
    try {
        return SafetensorsFile(path).metadataValue("response");
    } catch (const Error& failure) {
        std::error_code error;
        if (fs::exists(path, error))
            report(path, failure.what());
        return {};
    }
}

void ResultStore::report(const fs::path& path, std::string problem) const
{
    const std::string start = "'" + path.string() + "'";
    if (!problem.starts_with(start))
        problem = start + ": " + problem;
    const std::lock_guard lock(m_mutex);
    if (m_damaged.insert(path).second)
        m_problems.push_back(std::move(problem));
}

bool ResultStore::isDamaged(const fs::path& path) const
{
    const std::lock_guard lock(m_mutex);
    return m_damaged.contains(path);
}

// Only what this class made is removed: the folder may be a user's.
void ResultStore::evict(const fs::path& kept) const
{
    std::vector<File> results;
    std::uintmax_t bytes = 0;
    const auto now = fs::file_time_type::clock::now();
    std::error_code error;
    for (fs::directory_iterator folder(m_folder, error), end; !error && folder != end;
         folder.increment(error)) {
        for (File& file : filesIn(folder->path())) {
            std::error_code failure; // a file that cannot be removed is tried again next time
            if (file.path.extension() == unfinishedExtension && isOurs(file.path) &&
                file.saved + unfinishedAge < now)
                fs::remove(file.path, failure);
            if (file.path.extension() != extension || !isOurs(file.path))
                continue;
            bytes += file.bytes;
            if (file.path != kept)
                results.push_back(std::move(file));
        }
    }
    std::ranges::sort(results, {}, &File::saved);
    for (const File& file : results) {
        if (bytes <= m_maximumBytes)
            return;
        fs::remove(file.path, error);
        bytes -= file.bytes;
    }
}

} // namespace earshot
