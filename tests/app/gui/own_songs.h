// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/files.h"
#include "tests/support/sound_files.h"

#include <stdexcept>

namespace earshot {

// A folder "music" with sounds of a user's: each a tone of its own pitch over its octave.
class OwnSongs
{
public:
    static constexpr int rateHz = 22050;
    static constexpr std::size_t excerptSamples = 36934; // 115 frames
    static constexpr std::size_t hopSamples = 15750;     // 50 frames

    // Songs "a.wav" of three excerpts, "b.wav" of two, and "deep/c.wav" of one.
    OwnSongs()
    {
        add("a.wav", 3, 300);
        add("b.wav", 2, 500);
        add("deep/c.wav", 1, 900);
    }

    std::filesystem::path folder() const { return m_folder.path("music"); }
    QString path(const QString& name) const { return m_folder.name("music/" + name); }

    void add(const QString& name, std::size_t excerpts, double hz) const
    {
        QDir().mkpath(QFileInfo(path(name)).path());
        const std::size_t samples = excerptSamples + (excerpts - 1) * hopSamples;
        if (!writeSound(path(name).toStdString(), sines(samples, 2, rateHz, hz), rateHz,
                        SF_FORMAT_WAV | SF_FORMAT_PCM_16))
            throw std::runtime_error("the test cannot write a sound");
    }
    void addSilent(const QString& name, std::size_t excerpts) const { add(name, excerpts, 0); }
    // A file that only looks like a sound.
    void addBroken(const QString& name) const { m_folder.write("music/" + name, "no sound"); }
    void remove(const QString& name) const { QFile::remove(path(name)); }
    void removeAll() const { QDir(path(".")).removeRecursively(); }

private:
    TestFolder m_folder;
};

} // namespace earshot
