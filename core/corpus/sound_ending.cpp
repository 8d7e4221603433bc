// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/corpus/sound_ending.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

namespace earshot {

namespace {

constexpr std::array<std::string_view, 18> readable{
    ".wav", ".wave", ".w64", ".rf64", ".flac", ".ogg", ".oga", ".opus", ".mp3",
    ".mp2", ".mp1",  ".aif", ".aiff", ".aifc", ".au",  ".snd", ".caf",  ".voc"};
constexpr std::array<std::string_view, 7> unreadable{".m4a",  ".aac", ".wma", ".ape",
                                                     ".alac", ".wv",  ".mp4"};

} // namespace

SoundEnding soundEnding(const std::filesystem::path& path)
{
    std::string ending = path.extension().string();
    std::ranges::transform(ending, ending.begin(), [](char letter) {
        return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
    });
    if (std::ranges::find(readable, ending) != readable.end())
        return SoundEnding::Readable;
    return std::ranges::find(unreadable, ending) != unreadable.end() ? SoundEnding::Unreadable
                                                                     : SoundEnding::None;
}

} // namespace earshot
