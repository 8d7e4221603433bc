// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/util/matrix.h"

#include <QByteArray>
#include <QFile>
#include <QString>

#include <sndfile.h>

#include <cmath>
#include <cstddef>
#include <filesystem>
#include <numbers>
#include <vector>

namespace earshot {

// [frames, channels] sines of amplitude 0.5, an octave and 0.1 in amplitude apart.
inline Matrix<float> sines(std::size_t frames, std::size_t channels, double sampleRateHz,
                           double hz = 441)
{
    Matrix<float> samples(frames, channels);
    for (std::size_t channel = 0; channel < channels; ++channel)
        for (std::size_t i = 0; i < frames; ++i)
            samples(i, channel) =
                static_cast<float>((0.5 - 0.05 * static_cast<double>(channel)) *
                                   std::sin(2 * std::numbers::pi * hz *
                                            static_cast<double>((channel + 1) * i) / sampleRateHz));
    return samples;
}

// Writes a file with libsndfile itself; false if it cannot.
inline bool writeSound(const std::filesystem::path& path, MatrixView<const float> samples,
                       int sampleRateHz, int format)
{
    SF_INFO info{};
    info.channels = static_cast<int>(samples.columns());
    info.samplerate = sampleRateHz;
    info.format = format;
    SNDFILE* file = ::sf_open(path.c_str(), SFM_WRITE, &info);
    if (file == nullptr)
        return false;
    const auto frames = static_cast<sf_count_t>(samples.rows());
    const bool written = ::sf_writef_float(file, samples.data(), frames) == frames;
    return ::sf_close(file) == 0 && written;
}

inline QByteArray bytesOf(const std::filesystem::path& path)
{
    QFile file(QString::fromStdString(path.string()));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

inline bool writeBytes(const std::filesystem::path& path, const QByteArray& bytes)
{
    QFile file(QString::fromStdString(path.string()));
    return file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size();
}

} // namespace earshot
