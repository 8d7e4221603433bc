// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/reproduce_parts.h"

#include "app/cli/context.h"
#include "core/io/sha256.h"
#include "core/util/error.h"

#include <algorithm>
#include <span>
#include <system_error>

namespace earshot {

namespace fs = std::filesystem;

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t hashLetters = 12;

double secondsSince(Clock::time_point begun)
{
    return std::chrono::duration<double>(Clock::now() - begun).count();
}

std::string hashOf(const Json& json)
{
    const std::string text = json.dump(-1);
    return sha256(std::as_bytes(std::span(text))).substr(0, hashLetters);
}

} // namespace

ReproduceParts::ReproduceParts(const Context& context, fs::path folder, Json origin,
                               double totalUpdates, double secondsPerUpdate)
    : m_context(context)
    , m_folder(std::move(folder))
    , m_origin(std::move(origin))
    , m_totalUpdates(totalUpdates)
    , m_secondsPerUpdate(secondsPerUpdate)
{
}

Json ReproduceParts::identityOf(const ReproducePart& part) const
{
    Json identity = m_origin;
    identity.set("part", part.name);
    identity.set("settings", part.settings);
    return identity;
}

fs::path ReproduceParts::checkpoint(const ReproducePart& part) const
{
    const std::string begin = part.name + "-";
    const fs::path own = m_folder / "parts" / (begin + hashOf(identityOf(part)) + ".safetensors");
    std::error_code error;
    for (const fs::directory_entry& entry : fs::directory_iterator(m_folder / "parts", error)) {
        const std::string name = entry.path().filename().string();
        if (name.starts_with(begin) && entry.path().extension() == ".safetensors" &&
            name.size() == own.filename().string().size() && entry.path() != own)
            fs::remove(entry.path(), error);
    }
    return own;
}

Json ReproduceParts::stored(const ReproducePart& part) const
{
    const fs::path file = m_folder / "parts" / (part.name + ".json");
    std::error_code error;
    if (!fs::exists(file, error))
        return {};
    try {
        const Json read = Json::readFile(file);
        if (read.at("identity").dump(-1) != identityOf(part).dump(-1))
            return {};
        const Json files = read.at("files");
        for (const std::string& name : files.keys())
            if (sha256OfFile(m_folder / name) != files.text(name))
                return {};
        static_cast<void>(read.at("numbers"));
        static_cast<void>(read.number("seconds"));
        return read;
    } catch (const Error&) { // damaged: as if it weren't there
        return {};
    }
}

ProgressCallback ReproduceParts::progressOf(const ReproducePart& part) const
{
    return [this, &part, show = m_context.progress()](const Progress& progress) {
        const double done = m_updatesDone + part.updates * progress.fraction;
        // The settings that the search chooses may need less than was thought.
        show({part.title + ",", std::min(1.0, done / m_totalUpdates),
              std::max(0.0, m_totalUpdates - done) * m_secondsPerUpdate});
    };
}

Json ReproduceParts::finished(const ReproducePart& part,
                              const std::function<PartResult(const ProgressCallback&)>& work)
{
    const auto requireNoStop = [this] {
        if (m_context.stop().stop_requested())
            throw Error(ErrorKind::Failed, "", "stopped");
    };
    requireNoStop();
    if (const Json known = stored(part); !known.isNull()) {
        m_updatesDone += part.updates;
        m_seconds += known.number("seconds");
        ++m_reused;
        return known.at("numbers");
    }
    const Clock::time_point begun = Clock::now();
    const ProgressCallback progress = progressOf(part);
    progress({part.title, 0, {}});
    const PartResult result = work(progress);
    requireNoStop();
    Json files = Json::object();
    for (const fs::path& file : result.files)
        files.set(file.lexically_relative(m_folder).string(), sha256OfFile(file));
    const double seconds = secondsSince(begun);
    Json written = Json::object({{"identity", identityOf(part)},
                                 {"seconds", seconds},
                                 {"files", files},
                                 {"numbers", result.numbers}});
    written.writeFile(m_folder / "parts" / (part.name + ".json"));
    std::error_code error;
    fs::remove(checkpoint(part), error);
    m_updatesDone += part.updates;
    m_updatesWorked += part.updates;
    m_secondsWorkedNow += seconds;
    m_seconds += seconds;
    if (m_updatesWorked > 0)
        m_secondsPerUpdate = m_secondsWorkedNow / m_updatesWorked;
    return result.numbers;
}

} // namespace earshot
