// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>

namespace earshot {

// What a file's name says of its contents.
enum class SoundEnding
{
    None,      // no sound
    Readable,  // a format that libsndfile reads, if it was built so
    Unreadable // sound in another, which whoever gave the folder would miss
};

// Whatever the case of its letters.
SoundEnding soundEnding(const std::filesystem::path& path);

} // namespace earshot
