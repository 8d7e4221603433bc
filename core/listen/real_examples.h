// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace earshot {

// A real excerpt of the music a classifier was trained on, with one of a unit's highest or lowest
// responses, and its sound.
struct RealExample
{
    float response = 0;     // to the music as it was packed; as in responses.safetensors
    float clipResponse = 0; // to the clip, whose sound went through Ogg Vorbis
    std::string artist;     // may be empty
    std::string title;
    std::string licence;
    std::string source;     // where the music came from: a package, a repository; may be empty
    std::string file;       // the song, as named in the packed training file
    double timeSeconds = 0; // of the excerpt's first sample in the song
    std::filesystem::path clip;
    std::string clipSha256;
};

// A song that examples were cut from.
struct Attribution
{
    std::string artist;
    std::string title;
    std::string licence;
    std::string source;
};

// The gallery of a classifier's bundle, the folder "examples" that `earshot-cli examples` makes:
// clips as Ogg Vorbis, each stored once, ATTRIBUTION.md, and examples.json:
//   {"format": "earshot-examples-1", "classifier": SHA-256 of weights.safetensors,
//    "sample_rate_hz": 22050, "samples": 36934,
//    "songs": [{"file", "artist", "title", "licence", "source"}],
//    "clips": [{"file", "sha256", "song": index of songs, "time_s"}],
//    "references": {"fc9[0]": {"highest": [{"clip": index of clips, "response",
//                                           "clip_response"}], "lowest": […]}}}
// The lists begin with the most extreme response; a song is at most once in each.
class RealExamples
{
public:
    // Empty for a bundle without examples. The sounds are read by samples() only. Error (BadInput)
    // that names the file: examples.json is damaged or belongs to other weights than the bundle's,
    // or a clip is missing.
    static std::optional<RealExamples> load(const std::filesystem::path& bundleFolder);

    // nullptr if there are none; in canonical spelling (response_expression.h).
    const std::vector<RealExample>* highest(std::string_view reference) const;
    const std::vector<RealExample>* lowest(std::string_view reference) const;
    std::vector<std::string> references() const; // sorted
    // Every song that a clip is from, once, by artist and title.
    const std::vector<Attribution>& attributions() const { return m_attributions; }

private:
    struct Lists
    {
        std::vector<RealExample> highest;
        std::vector<RealExample> lowest;
    };
    std::map<std::string, Lists, std::less<>> m_lists;
    std::vector<Attribution> m_attributions;
};

// [36,934] at 22,050 Hz. Error (BadInput): missing, damaged, or not the clip that examples.json
// describes. A few milliseconds; from any thread.
std::vector<float> samples(const RealExample& example);

} // namespace earshot
