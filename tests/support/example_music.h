// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/util/random.h"
#include "tests/support/files.h"
#include "tests/support/sound_files.h"

#include <algorithm>
#include <stdexcept>

namespace earshot {

// A small folder of music with a catalogue: four recordings of the training split with a licence
// (a song, stems, two instrumentals), one without, and one of the test split; 5.3 s each.
class ExampleMusic
{
public:
    static constexpr std::size_t samples = 116'000; // 366 frames: six excerpts, 50 apart

    explicit ExampleMusic(const TestFolder& folder)
        : m_folder(folder)
    {
        for (const char* part : {"song", "duo", "i"})
            QDir().mkpath(m_folder.name(QString("music/") + part));
        sound("song/audio.wav", 1);
        sound("duo/vocals.wav", 2);
        sound("duo/accompaniment.wav", 3);
        for (const char* song : {"song", "duo"})
            m_folder.write(QString("music/%1/vocals.csv").arg(song),
                           "start_s,end_s,label\n1,2,vocal\n");
        sound("i/band.wav", 4);
        sound("i/choir.wav", 5);
        sound("i/nobody.wav", 6);
        sound("i/later.wav", 7);
        m_folder.write("music/catalogue.csv",
                       "file,kind,split,artist,title,licence,source\n"
                       "song,song,train,Ann,One | two,CC BY 4.0,a/shop\n"
                       "duo,stems,train,Bob,Two,CC0 1.0,debian/duo-data\n"
                       "i/band.wav,instrumental,train,,Four,CC BY-SA 3.0,a/shop\n"
                       "i/choir.wav,instrumental,train,Dan,Five,CC0 1.0,\n"
                       "i/nobody.wav,instrumental,train,Eve,Six,,a/shop\n"
                       "i/later.wav,instrumental,test,Fay,Seven,CC0 1.0,a/shop\n");
    }

    // Gliding tones over noise, others for every seed; the first 1.7 s of number 4 are silent, so
    // that its first two excerpts are.
    void sound(const QString& file, std::uint64_t seed) const
    {
        Matrix<float> values(samples, 1);
        CounterRandom random(3, seed);
        double phase = 0;
        for (std::size_t i = 0; i < samples; ++i) {
            const double time = static_cast<double>(i) / 22050;
            const auto number = static_cast<double>(seed);
            phase += 2 * std::numbers::pi * (200 + 90 * number) *
                     (1 + 0.5 * std::sin((0.5 + 0.3 * number) * time)) / 22050;
            const double level = 0.4 + 0.2 * std::sin(1.7 * time + number);
            values(i, 0) = static_cast<float>(
                level * (std::sin(phase) + 0.5 * std::sin(3 * phase)) + 0.01 * random.normal());
        }
        if (seed == 4)
            std::fill_n(values.data(), 36934, 0.0F);
        if (!writeSound(m_folder.path("music/" + file), values, 22050,
                        SF_FORMAT_WAV | SF_FORMAT_FLOAT))
            throw std::runtime_error("the test cannot write a sound");
    }

private:
    const TestFolder& m_folder;
};

} // namespace earshot
