// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/explain/explainer.h"
#include "core/nets/model_bundle.h"
#include "core/util/random.h"
#include "tests/support/files.h"
#include "tests/support/sound_files.h"
#include "tests/support/toy_networks.h"

#include <QDir>

#include <functional>
#include <memory>
#include <stdexcept>
#include <string>

namespace earshot {

// The classifier of toy_networks.h, whose value[k] is band k of an excerpt's first frame. called:
// before every pass, on the thread that computes.
inline std::unique_ptr<Explainer> toyListener(const std::string& sha256 = "c0ffee",
                                              std::function<void()> called = {})
{
    ClassifierBundle bundle;
    bundle.info.name = "toy";
    bundle.info.sha256 = sha256;
    bundle.classifier = std::make_unique<ToyClassifier>(std::move(called));
    bundle.inputMap = std::make_unique<ToyInputMap>();
    return std::make_unique<Explainer>(std::move(bundle), std::nullopt, nullptr,
                                       initialiseTorch(DeviceChoice::Cpu, 2));
}

// A folder "music" of noise that swells and fades, other noise for every seed.
class IndexedFolder
{
public:
    static constexpr std::size_t excerptSamples = 36934; // 115 frames
    static constexpr std::size_t hopSamples = 15750;     // 50 frames

    explicit IndexedFolder(const TestFolder& folder)
        : m_folder(folder)
    {
    }
    std::filesystem::path music() const { return m_folder.path("music"); }
    std::filesystem::path song(const QString& name) const { return m_folder.path("music/" + name); }
    std::filesystem::path index() const { return m_folder.path("music.index"); }
    // What is in the folder of unfinished parts; empty if there is none.
    QStringList parts(const QString& filter = "*") const
    {
        return QDir(m_folder.name("music.index.partial")).entryList({filter}, QDir::Files);
    }

    // A WAV of exactly so many excerpts; the first `silent` samples are 0.
    void addSong(const QString& name, std::size_t excerpts, std::uint64_t seed,
                 std::size_t silent = 0) const
    {
        addSound(name, excerptSamples + (excerpts - 1) * hopSamples, seed, silent);
    }
    void addSound(const QString& name, std::size_t samples, std::uint64_t seed,
                  std::size_t silent = 0) const
    {
        Matrix<float> values(samples, 1);
        CounterRandom random(11, seed);
        for (std::size_t i = 0; i < samples; ++i)
            values(i, 0) = static_cast<float>(0.2 * random.normal() *
                                              (1.1 + std::sin(2e-4 * static_cast<double>(i))));
        std::fill_n(values.data(), silent, 0.0F);
        QDir().mkpath(QFileInfo(m_folder.name("music/" + name)).path());
        if (!writeSound(song(name), values, 22050, SF_FORMAT_WAV | SF_FORMAT_FLOAT))
            throw std::runtime_error("the test cannot write a sound");
    }

private:
    const TestFolder& m_folder;
};

} // namespace earshot
