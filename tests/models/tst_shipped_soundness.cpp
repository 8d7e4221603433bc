// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dsp/log_mel.h"
#include "core/explain/explainer.h"
#include "core/util/random.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <numbers>
#include <vector>

using namespace earshot;

namespace {

constexpr double sampleRateHz = 22050;
constexpr std::size_t samples = 66150; // 3 s: two excerpts

using Sound = std::vector<float>;

// Adds a partial with an amplitude that halves every `halfLifeSeconds`; 0: steady.
void addPartial(Sound& sound, std::size_t first, double hz, double amplitude,
                double halfLifeSeconds = 0)
{
    for (std::size_t i = first; i < sound.size(); ++i) {
        const double seconds = static_cast<double>(i - first) / sampleRateHz;
        const double fading = halfLifeSeconds > 0 ? std::exp2(-seconds / halfLifeSeconds) : 1;
        sound[i] +=
            static_cast<float>(amplitude * fading * std::sin(2 * std::numbers::pi * hz * seconds));
    }
}

Sound whiteNoise()
{
    Sound sound(samples);
    CounterRandom(1, 0).fillNormal(sound);
    return sound;
}

Sound sine(double hz)
{
    Sound sound(samples);
    addPartial(sound, 0, hz, 1);
    return sound;
}

// Without partials beyond half the sampling rate.
Sound saw(double hz)
{
    Sound sound(samples);
    for (int partial = 1; partial * hz < sampleRateHz / 2; ++partial)
        addPartial(sound, 0, partial * hz, 1.0 / partial);
    return sound;
}

// Four a second.
Sound clicks()
{
    Sound sound(samples);
    for (std::size_t i = 1000; i < samples; i += 5512)
        sound[i] = 1;
    return sound;
}

// Like a piano's: struck every second, partials a little sharp that fade the sooner the higher.
Sound pianoNote(double hz)
{
    Sound sound(samples);
    for (std::size_t first = 0; first < samples; first += 22050)
        for (int partial = 1; partial <= 20; ++partial) {
            const double stretched = partial * hz * std::sqrt(1 + 4e-4 * partial * partial);
            if (stretched < sampleRateHz / 2)
                addPartial(sound, first, stretched, std::pow(partial, -1.2), 0.8 / partial);
        }
    return sound;
}

void scaleTo(Sound& sound, double peakDecibels)
{
    const float peak = std::abs(*std::ranges::max_element(
        sound, [](float a, float b) { return std::abs(a) < std::abs(b); }));
    const double gain = std::pow(10, peakDecibels / 20) / static_cast<double>(peak);
    for (float& sample : sound)
        sample = static_cast<float>(gain * static_cast<double>(sample));
}

const Explainer& classifier()
{
    static const Device device = initialiseTorch(DeviceChoice::Cpu);
    static const Explainer explainer(
        std::filesystem::path(EARSHOT_SOURCE_DIR) / "models" / "svdnet", {}, device);
    return explainer;
}

// The logit of every excerpt, 50 frames apart.
std::vector<float> responsesTo(const Sound& sound)
{
    constexpr std::size_t hop = 50;
    const FrontEndParameters frontEnd;
    const Matrix<float> frames = logMel(sound, frontEnd);
    const std::size_t count = (frames.rows() - frontEnd.excerptFrames) / hop + 1;
    Matrix<float> excerpts(count, frontEnd.excerptFrames * frontEnd.melBands);
    for (std::size_t i = 0; i < count; ++i)
        std::ranges::copy(frames.view().slice(i * hop, frontEnd.excerptFrames).values(),
                          excerpts.row(i).begin());
    return classifier().responses(excerpts, classifier().parse("fc9[0]"));
}

} // namespace

// The shipped classifier isn't taken in by sound that is no music: its answer is "no voice".
class TestShippedSoundness : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void silenceIsNoVoice()
    {
        for (const float response : responsesTo(Sound(samples)))
            QVERIFY2(response < 0, qPrintable(QString::number(response)));
    }

    void bareSoundsAreNoVoice_data()
    {
        QTest::addColumn<QVector<float>>("sound");
        QTest::addColumn<double>("peakDecibels");
        const std::vector<std::pair<const char*, Sound>> sounds{
            {"white noise", whiteNoise()},
            {"sine 440 Hz", sine(440)},
            {"saw 110 Hz", saw(110)},
            {"saw 220 Hz", saw(220)},
            {"saw 440 Hz", saw(440)},
            {"clicks", clicks()},
            {"piano note 110 Hz", pianoNote(110)},
            {"piano note 220 Hz", pianoNote(220)},
            {"piano note 440 Hz", pianoNote(440)}};
        for (const auto& [name, sound] : sounds)
            for (const double decibels : {-6.0, -20.0, -40.0})
                QTest::addRow("%s, %g dBFS", name, decibels)
                    << QVector<float>(sound.begin(), sound.end()) << decibels;
    }
    void bareSoundsAreNoVoice()
    {
        QFETCH(QVector<float>, sound);
        QFETCH(double, peakDecibels);
        Sound scaled(sound.begin(), sound.end());
        scaleTo(scaled, peakDecibels);
        for (const float response : responsesTo(scaled))
            QVERIFY2(response < 0, qPrintable(QString::number(response)));
    }
};

QTEST_GUILESS_MAIN(TestShippedSoundness)
#include "tst_shipped_soundness.moc"
