// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/listen/real_examples.h"

#include "core/audio/audio_file.h"
#include "core/dsp/log_mel.h"
#include "core/io/json.h"
#include "core/io/sha256.h"
#include "core/util/error.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <system_error>
#include <tuple>

namespace earshot {

namespace fs = std::filesystem;

namespace {

constexpr const char* format = "earshot-examples-1";

void expect(const std::string& file, const std::string& what, const std::string& expected,
            const std::string& found)
{
    if (found != expected)
        throw badInput(file, what, expected, found);
}

bool isPlainName(const std::string& name)
{
    return !name.empty() && name != "." && name != ".." && name.find('/') == std::string::npos &&
           name.find('\0') == std::string::npos;
}

float finite(const Json& json, const char* key, const std::string& file)
{
    const auto value = static_cast<float>(json.number(key));
    if (!std::isfinite(value))
        throw badInput(file, "is damaged: '" + std::string(key) + "' is no number");
    return value;
}

// One examples.json on its way in.
class Reading
{
public:
    explicit Reading(const fs::path& folder)
        : m_folder(folder)
        , m_file((folder / "examples.json").string())
        , m_json(Json::readFile(folder / "examples.json"))
        , m_references(m_json.at("references"))
    {
    }

    void checkHead(const std::string& weightsSha256) const
    {
        const FrontEndParameters frontEnd;
        expect(m_file, "has an unknown format", format, m_json.text("format"));
        expect(m_file, "belongs to another classifier: make it again with 'earshot-cli examples'",
               "weights with SHA-256 " + weightsSha256,
               "weights with SHA-256 " + m_json.text("classifier"));
        if (m_json.number("sample_rate_hz") != frontEnd.sampleRateHz ||
            m_json.integer("samples") !=
                static_cast<std::int64_t>(frontEnd.samplesOf(frontEnd.excerptFrames)))
            throw badInput(m_file, "has clips of another kind", "36934 samples at 22050 Hz",
                           Json(m_json.number("samples")).dump() + " at " +
                               Json(m_json.number("sample_rate_hz")).dump() + " Hz");
    }

    // Every clip as an example without responses.
    std::vector<RealExample> clips() const
    {
        const Json songs = m_json.at("songs");
        const Json list = m_json.at("clips");
        std::vector<RealExample> clips;
        for (std::size_t i = 0; i < list.size(); ++i) {
            const Json json = list.at(i);
            const Json song = songs.at(index(json, "song", songs.size()));
            RealExample clip;
            clip.artist = song.text("artist");
            clip.title = song.text("title");
            clip.licence = song.text("licence");
            clip.source = song.text("source");
            clip.file = song.text("file");
            clip.timeSeconds = json.number("time_s");
            if (!(clip.timeSeconds >= 0 && clip.timeSeconds < 1e9))
                throw badInput(m_file, "is damaged: a time is out of range");
            const std::string name = json.text("file");
            if (!isPlainName(name))
                throw badInput(m_file, "names a file outside its folder", "plain file names", name);
            clip.clip = m_folder / name;
            clip.clipSha256 = json.text("sha256");
            std::error_code error;
            if (!fs::is_regular_file(clip.clip, error))
                throw badInput(clip.clip.string(), "is missing from the examples",
                               "a clip that examples.json names", "nothing");
            clips.push_back(std::move(clip));
        }
        return clips;
    }

    std::vector<std::string> references() const { return m_references.keys(); }

    // sign: 1 for falling responses, −1 for rising ones.
    std::vector<RealExample> examples(const Json& list, const std::vector<RealExample>& clips,
                                      float sign) const
    {
        std::vector<RealExample> examples;
        std::set<std::string> songs;
        float last = std::numeric_limits<float>::infinity();
        for (std::size_t i = 0; i < list.size(); ++i) {
            const Json json = list.at(i);
            RealExample example = clips[index(json, "clip", clips.size())];
            example.response = finite(json, "response", m_file);
            example.clipResponse = finite(json, "clip_response", m_file);
            if (sign * example.response > last || !songs.insert(example.file).second)
                throw badInput(m_file, "is damaged: a list is out of order or holds a song twice");
            last = sign * example.response;
            examples.push_back(std::move(example));
        }
        return examples;
    }

    Json lists(const std::string& reference) const { return m_references.at(reference); }

private:
    std::size_t index(const Json& json, const char* key, std::size_t count) const
    {
        const std::int64_t value = json.integer(key);
        if (value < 0 || static_cast<std::uint64_t>(value) >= count)
            throw badInput(m_file, "is damaged: '" + std::string(key) + "' is out of range",
                           "a number below " + std::to_string(count), std::to_string(value));
        return static_cast<std::size_t>(value);
    }

    fs::path m_folder;
    std::string m_file;
    Json m_json;
    Json m_references; // once: Json::at() copies all below
};

std::vector<Attribution> attributionsOf(const std::vector<RealExample>& clips)
{
    const auto key = [](const auto& song) {
        return std::tie(song.artist, song.title, song.licence, song.source);
    };
    std::vector<Attribution> list;
    for (const RealExample& clip : clips)
        list.push_back({clip.artist, clip.title, clip.licence, clip.source});
    std::ranges::sort(list, {}, key);
    const auto rest = std::ranges::unique(list, {}, key);
    list.erase(rest.begin(), rest.end());
    return list;
}

} // namespace

std::optional<RealExamples> RealExamples::load(const fs::path& bundleFolder)
{
    const fs::path folder = bundleFolder / "examples";
    std::error_code error;
    if (!fs::exists(folder, error))
        return std::nullopt;
    const Reading reading(folder);
    reading.checkHead(
        Json::readFile(bundleFolder / "model.json").at("sha256").text("weights.safetensors"));
    const std::vector<RealExample> clips = reading.clips();
    RealExamples result;
    for (const std::string& reference : reading.references()) {
        const Json lists = reading.lists(reference);
        result.m_lists[reference] = {reading.examples(lists.at("highest"), clips, 1),
                                     reading.examples(lists.at("lowest"), clips, -1)};
    }
    result.m_attributions = attributionsOf(clips);
    return result;
}

const std::vector<RealExample>* RealExamples::highest(std::string_view reference) const
{
    const auto found = m_lists.find(reference);
    return found == m_lists.end() ? nullptr : &found->second.highest;
}

const std::vector<RealExample>* RealExamples::lowest(std::string_view reference) const
{
    const auto found = m_lists.find(reference);
    return found == m_lists.end() ? nullptr : &found->second.lowest;
}

std::vector<std::string> RealExamples::references() const
{
    std::vector<std::string> names;
    for (const auto& [reference, lists] : m_lists)
        names.push_back(reference);
    return names;
}

std::vector<float> samples(const RealExample& example)
{
    const FrontEndParameters frontEnd;
    const std::string found = sha256OfFile(example.clip);
    expect(example.clip.string(), "is not the clip that examples.json describes",
           "SHA-256 " + example.clipSha256, "SHA-256 " + found);
    std::vector<float> sound = readMono(example.clip, frontEnd.sampleRateHz);
    const std::size_t expected = frontEnd.samplesOf(frontEnd.excerptFrames);
    if (sound.size() != expected)
        throw badInput(example.clip.string(), "is no excerpt",
                       std::to_string(expected) + " samples", std::to_string(sound.size()));
    return sound;
}

} // namespace earshot
