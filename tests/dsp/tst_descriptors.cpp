// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dsp/descriptors.h"
#include "core/io/json.h"

#include <QTest>

#include <cmath>
#include <cstdint>
#include <numbers>
#include <vector>

using namespace earshot;

namespace {

constexpr std::size_t count = 36934;
constexpr double rate = 22050;

double sine(double hertz, double seconds)
{
    return std::sin(2 * std::numbers::pi * hertz * seconds);
}

double hits(double seconds, double period, double decay, double hertz)
{
    if (seconds < period / 4)
        return 0;
    const double since = std::fmod(seconds - period / 4, period);
    return std::exp(-since / decay) * sine(hertz, since);
}

// Those of tests/data/descriptors_reference.py.
std::vector<float> sound(const QString& name)
{
    std::vector<float> samples(count);
    std::uint32_t state = 1;
    for (std::size_t i = 0; i < count; ++i) {
        const double t = static_cast<double>(i) / rate;
        state = 1664525 * state + 1013904223;
        const double noise = state / 2147483648.0 - 1;
        double value = 0;
        if (name == "sine")
            value = 0.5 * sine(440, t) + 0.001 * noise;
        else if (name == "bass")
            value = 0.4 * sine(80, t) + 0.1 * sine(2000, t) + 0.01 * noise;
        else if (name == "noise")
            value = 0.25 * noise;
        else if (name == "hits")
            value = 0.8 * hits(t, 0.3, 0.01, 900) + 0.001 * noise;
        else if (name == "both")
            value = 0.3 * sine(330, t) + 0.5 * hits(t, 0.4, 0.02, 1500) + 0.0005 * noise;
        samples[i] = static_cast<float>(value);
    }
    return samples;
}

bool isNear(double found, double expected, double tolerance)
{
    return std::abs(found - expected) <= tolerance;
}

} // namespace

class TestDescriptors : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void librosasNumbers_data()
    {
        QTest::addColumn<QString>("name");
        for (const char* name : {"sine", "bass", "noise", "hits", "both"})
            QTest::newRow(name) << name;
    }

    void librosasNumbers()
    {
        QFETCH(QString, name);
        const Json expected = Json::readFile(EARSHOT_TEST_DATA "/descriptors_reference.json")
                                  .at("sounds")
                                  .at(name.toStdString());
        const SoundDescriptors found = describeSound(sound(name), rate);
        const auto text = [&](double value, const char* key) {
            return qPrintable(QString("%1: %2, expected %3")
                                  .arg(key)
                                  .arg(value, 0, 'g', 12)
                                  .arg(expected.number(key), 0, 'g', 12));
        };
        QVERIFY2(isNear(found.lowEnergyShare, expected.number("low_energy_share"), 1e-6),
                 text(found.lowEnergyShare, "low_energy_share"));
        QVERIFY2(
            isNear(found.harmonicPercussiveDb, expected.number("harmonic_percussive_db"), 1e-3),
            text(found.harmonicPercussiveDb, "harmonic_percussive_db"));
        QVERIFY2(isNear(found.onsetsPerSecond, expected.number("onsets_per_second"), 1e-9),
                 text(found.onsetsPerSecond, "onsets_per_second"));
        QVERIFY2(isNear(found.centroidHz, expected.number("centroid_hz"), 0.01),
                 text(found.centroidHz, "centroid_hz"));
        QVERIFY2(isNear(found.levelDb, expected.number("level_db"), 1e-4),
                 text(found.levelDb, "level_db"));
    }

    // From the definitions: a sine of half of full scale has −6.02 − 3.01 dB; two sines share their
    // energy as the squares of their amplitudes, 0.16 to 0.01; a sine is in tune and steady.
    void byHand()
    {
        const SoundDescriptors plain = describeSound(sound("sine"), rate);
        QVERIFY(isNear(plain.levelDb, -9.031, 0.01));
        QVERIFY(plain.harmonicPercussiveDb > 15);
        QVERIFY(plain.lowEnergyShare < 0.01);
        QVERIFY(isNear(describeSound(sound("bass"), rate).lowEnergyShare, 16.0 / 17, 0.01));
        // Five hits, at 0.075, 0.375, … 1.275 s, and one at 1.575 s: six in 1.675 s.
        QVERIFY(isNear(describeSound(sound("hits"), rate).onsetsPerSecond, 6 / 1.675, 0.01));
    }

    void silence()
    {
        const SoundDescriptors none = describeSound(std::vector<float>(count), rate);
        QCOMPARE(none.onsetsPerSecond, 0.0);
        QVERIFY(std::isnan(none.levelDb) && std::isnan(none.lowEnergyShare));
        QVERIFY(std::isnan(none.centroidHz) && std::isnan(none.harmonicPercussiveDb));
    }

    void shorterThanAWindow()
    {
        const SoundDescriptors one = describeSound(std::vector<float>{0.5F}, rate);
        QVERIFY(isNear(one.levelDb, -6.0206, 1e-3));
        QVERIFY(std::isfinite(one.centroidHz) && std::isfinite(one.harmonicPercussiveDb));
    }
};

QTEST_APPLESS_MAIN(TestDescriptors)
#include "tst_descriptors.moc"
