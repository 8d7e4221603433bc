// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/reproduce_parts.h"

#include "app/cli/context.h"
#include "core/io/sha256.h"
#include "core/util/error.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <system_error>

namespace earshot {

namespace fs = std::filesystem;

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t hashLetters = 12;
constexpr double keptEverySeconds = 5;

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

ReproduceParts::ReproduceParts(const Context& context, fs::path folder, Json origin, bool isOnGpu,
                               double totalUpdates, double secondsPerUpdate)
    : m_context(context)
    , m_folder(std::move(folder))
    , m_origin(std::move(origin))
    , m_isOnGpu(isOnGpu)
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
    Json identity = identityOf(part);
    identity.set("on_gpu", m_isOnGpu);
    const fs::path own = m_folder / "parts" / (begin + hashOf(identity) + ".safetensors");
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
        static_cast<void>(read.boolean("on_gpu"));
        if (!read.at("seconds").isNull())
            static_cast<void>(read.number("seconds"));
        return read;
    } catch (const Error&) { // damaged: as if it weren't there
        return {};
    }
}

fs::path ReproduceParts::begunFile(const ReproducePart& part) const
{
    return checkpoint(part).replace_extension(".begun");
}

ReproduceParts::Begun ReproduceParts::begun(const ReproducePart& part) const
{
    constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
    std::error_code error;
    const bool isKept = fs::exists(checkpoint(part), error);
    try {
        const Json read = Json::readFile(begunFile(part));
        return {read.number("seconds"), isKept ? read.number("fraction") : 0};
    } catch (const Error&) { // none, or damaged
        return isKept ? Begun{unknown, unknown} : Begun();
    }
}

void ReproduceParts::keepBegun(const ReproducePart& part, const Begun& done) const
{
    if (std::isnan(done.seconds))
        return;
    try {
        Json::object({{"seconds", done.seconds}, {"fraction", done.fraction}})
            .writeFile(begunFile(part));
    } catch (const Error&) { // only the time would be lost
    }
}

// done: what was done before; comes to hold what is done now.
PartResult ReproduceParts::compute(const ReproducePart& part,
                                   const std::function<PartResult(const ProgressCallback&)>& work,
                                   Begun& done) const
{
    const Clock::time_point begun = Clock::now();
    const double secondsBefore = done.seconds;
    double kept = 0;
    const ProgressCallback show = progressOf(part);
    const auto keep = [&] {
        kept = secondsSince(begun);
        done.seconds = secondsBefore + kept;
        keepBegun(part, done);
    };
    show({part.title, 0, {}});
    try {
        PartResult result = work([&](const Progress& progress) {
            done.fraction = progress.fraction;
            if (secondsSince(begun) > kept + keptEverySeconds)
                keep();
            show(progress);
        });
        keep();
        return result;
    } catch (...) {
        keep();
        throw;
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
        m_seconds += known.at("seconds").isNull() ? std::numeric_limits<double>::quiet_NaN()
                                                  : known.number("seconds");
        m_made[known.boolean("on_gpu") ? 1 : 0].push_back(part.title);
        ++m_reused;
        return known.at("numbers");
    }
    if (m_computed++ == 0 && m_beforeWork)
        m_beforeWork();
    Begun done = begun(part);
    const double doneBefore = done.fraction;
    const Clock::time_point now = Clock::now();
    const PartResult result = compute(part, work, done);
    requireNoStop();
    Json files = Json::object();
    for (const fs::path& file : result.files)
        files.set(file.lexically_relative(m_folder).string(), sha256OfFile(file));
    Json written = Json::object({{"identity", identityOf(part)},
                                 {"on_gpu", m_isOnGpu},
                                 {"seconds", std::isnan(done.seconds) ? Json() : done.seconds},
                                 {"files", files},
                                 {"numbers", result.numbers}});
    written.writeFile(m_folder / "parts" / (part.name + ".json"));
    std::error_code error;
    fs::remove(checkpoint(part), error);
    fs::remove(begunFile(part), error);
    m_updatesDone += part.updates;
    m_seconds += done.seconds;
    m_made[m_isOnGpu ? 1 : 0].push_back(part.title);
    if (!std::isnan(doneBefore)) {
        m_updatesWorked += part.updates * (1 - doneBefore);
        m_secondsWorkedNow += secondsSince(now);
    }
    if (m_updatesWorked > 0)
        m_secondsPerUpdate = m_secondsWorkedNow / m_updatesWorked;
    return result.numbers;
}

} // namespace earshot
