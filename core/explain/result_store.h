// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/explain/explanation.h"
#include "core/explain/settings.h"

#include <cstdint>
#include <filesystem>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace earshot {

// SHA-256 of what an explanation rests on, as in its record.
struct ModelHashes
{
    std::string classifier; // of the weights
    std::string generator;
    // Of the user's own music that it was compared with (core/corpus/indexed_real.h); empty: the
    // music that the classifier was trained on.
    std::string music;

    bool operator==(const ModelHashes&) const = default;
};
ModelHashes hashesOf(const Explanation& explanation);

// A folder that keeps explanations, so that one that was computed before comes back at once. Each
// is one .earshot file, named by its response and a hash of its settings, in a folder for each pair
// of models. The device is no part of the name: processor and GPU round differently, but either's
// result answers the same question, and the record says which one it was.
//
// Several programs may use one folder at once: files appear whole or not at all, and one that
// another program removes is simply missing. Every function may be called from any thread; those
// that read or write whole explanations take up to 100 ms for 50 examples, and belong on a worker.
class ResultStore
{
public:
    static constexpr std::uintmax_t defaultMaximumBytes = 2'000'000'000;

    // Nothing is read or made yet. Beyond maximumBytes the oldest results go, of all models, but
    // never the one just saved.
    explicit ResultStore(std::filesystem::path folder,
                         std::uintmax_t maximumBytes = defaultMaximumBytes);

    // The file's path below the folder: equal for equal models, response (canonical spelling) and
    // settings, and for nothing else.
    static std::string key(const ModelHashes& models, std::string_view response,
                           const ExplainSettings& settings);

    // Empty if there is none, or if the file is damaged: then takeProblems() says so.
    std::optional<Explanation> load(const ModelHashes& models, std::string_view response,
                                    const ExplainSettings& settings) const;
    // The one of this response that was saved last, whatever its settings.
    std::optional<Explanation> newest(const ModelHashes& models, std::string_view response) const;

    struct Entry
    {
        std::string response; // canonical
        std::filesystem::path path;
        std::filesystem::file_time_type saved;
        std::uintmax_t bytes = 0;
    };
    // What the folder's names say, the newest of each response, by response; no file is opened but
    // those with very long responses. Damaged files that were met before are left out.
    std::vector<Entry> list(const ModelHashes& models) const;

    // Under the models, response and settings of its record; replaces what was there, but for a
    // finished explanation, which a stopped one does not replace. Saving again, e.g. with the heard
    // responses, makes it the newest. Errors: CannotWrite; Failed for an aborted explanation.
    void save(const Explanation& explanation);
    // False if there was none. Error (CannotWrite) if it cannot be removed.
    bool remove(const ModelHashes& models, std::string_view response,
                const ExplainSettings& settings);

    // What went wrong with files since the last call, a sentence each, each file once.
    std::vector<std::string> takeProblems();

private:
    std::optional<Explanation> read(const std::filesystem::path& path, const ModelHashes& models,
                                    std::string_view response) const;
    std::string responseOf(const std::filesystem::path& path) const;
    void report(const std::filesystem::path& path, std::string problem) const;
    bool isDamaged(const std::filesystem::path& path) const;
    void evict(const std::filesystem::path& kept) const;

    const std::filesystem::path m_folder;
    const std::uintmax_t m_maximumBytes;
    mutable std::mutex m_mutex; // of all below
    mutable std::set<std::filesystem::path> m_damaged;
    mutable std::vector<std::string> m_problems;
};

} // namespace earshot
