// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/explanation_folder.h"

#include "app/cli/context.h"
#include "core/explain/explanation_record.h"
#include "core/util/atomic_file.h"
#include "core/util/error.h"

#include <algorithm>
#include <array>
#include <unistd.h>

namespace earshot {

namespace fs = std::filesystem;

namespace {

// Empty: none that can be read.
std::optional<Explanation> explanationAt(const fs::path& path)
{
    std::error_code error;
    if (!fs::is_regular_file(path, error))
        return std::nullopt;
    try {
        return readExplanation(path);
    } catch (const Error&) { // damaged, or of another version
        return std::nullopt;
    }
}

} // namespace

ExplanationFolder::ExplanationFolder(fs::path folder,
                                     [[maybe_unused]] const ExplainSettings& settings)
    : m_folder(std::move(folder))
    , m_partial(m_folder / (".earshot-" + std::to_string(::getpid()) + ".partial"))
{
    std::error_code error;
    m_isNew = !fs::exists(m_folder, error);
    AtomicFile(m_folder / resultName); // NOLINT: made and dropped
    const std::optional<Explanation> earlier = explanationAt(m_folder / resultName);
    if (earlier)
        m_earlier = earlier->record;
#if EARSHOT_HAS_AUDIO
    if (earlier)
        m_sounds = soundNames(earlier->settings.directions, earlier->examples.size());
    for (const std::string& name :
         soundNames(settings.directions, static_cast<std::size_t>(settings.examples)))
        if (!m_sounds.contains(name) && fs::exists(m_folder / name, error))
            throw badInput((m_folder / name).string(),
                           std::string("is in the way: it belongs to no ") + resultName +
                               " here: move it, or give another folder");
#endif
}

ExplanationFolder::~ExplanationFolder()
{
    std::error_code error;
    fs::remove_all(m_partial, error);
    if (m_isNew)
        fs::remove(m_folder, error); // if nothing came into it
}

bool ExplanationFolder::holdsFinished(const Explanation& explanation) const
{
    constexpr std::array keys{"sha256", "response", "settings", "randomised", "index"};
    const auto textOf = [](const Json& record, const char* key) {
        return record.contains(key) ? record.at(key).dump(-1) : "";
    };
    return !m_earlier.isNull() && m_earlier.text("end") == name(RunEnd::Completed) &&
           std::ranges::all_of(keys, [&](const char* key) {
               return textOf(m_earlier, key) == textOf(explanation.record, key);
           });
}

std::vector<fs::path> ExplanationFolder::write(const Explanation& explanation, ResultDetail detail
#if EARSHOT_HAS_AUDIO
                                               ,
                                               const ExplanationSounds& sounds
#endif
)
{
    std::vector<fs::path> parts{m_partial / resultName};
    std::error_code error;
    try {
        writeExplanation(explanation, parts.front(), detail);
#if EARSHOT_HAS_AUDIO
        const std::vector<fs::path> waves = writeSounds(sounds, FrontEndParameters(), m_partial);
        parts.insert(parts.end(), waves.begin(), waves.end());
        for (const std::string& name : m_sounds)
            fs::remove(m_folder / name, error);
#endif
    } catch (const Error& failure) {
        const fs::path name = fs::path(failure.subject()).filename();
        throw about((m_folder / name).string(), failure);
    }
    std::vector<fs::path> paths;
    for (const fs::path& part : parts) {
        paths.push_back(m_folder / part.filename());
        fs::rename(part, paths.back(), error);
        if (error)
            throw cannotWrite(paths.back().string(), "cannot be written: " + error.message());
    }
    return paths;
}

} // namespace earshot
