// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audio/audio_file.h"
#include "core/listen/audio_response.h"
#include "core/util/random.h"
#include "tests/listen/random_listener.h"
#include "tests/support/failure.h"
#include "tests/support/files.h"

#include <QtTest>

#include <array>
#include <cmath>
#include <vector>

using namespace earshot;

namespace {

const FrontEndParameters frontEnd;

// Noise that swells and fades, so that excerpts differ.
std::vector<float> music(std::size_t samples)
{
    CounterRandom random(3, 0);
    std::vector<float> values(samples);
    for (std::size_t i = 0; i < samples; ++i)
        values[i] = static_cast<float>(0.3 * random.normal() *
                                       (1.1 + std::sin(1e-4 * static_cast<double>(i))));
    return values;
}

} // namespace

class TestAudioResponse : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // 300 frames hold the excerpts at frames 0, 50, 100 and 150.
    void judgesEveryExcerpt()
    {
        const auto path = sound(frontEnd.samplesOf(300));
        std::vector<double> fractions;
        const ResponseCurve curve =
            respondToAudio(m_explainer, path, "fc9[0]", 50, frontEnd, {},
                           [&](const Progress& now) { fractions.push_back(now.fraction); });
        QCOMPARE(curve.responses.size(), std::size_t(4));
        QCOMPARE(curve.startSeconds.size(), std::size_t(4));
        QCOMPARE(curve.centreSeconds.size(), std::size_t(4));
        QCOMPARE(fractions.back(), 1.0);
        const Matrix<float> mels = logMel(readMono(path, 22050), frontEnd);
        for (std::size_t i = 0; i < 4; ++i) {
            // 50 frames are 15,750 samples; the centre lies 57·315 + 512 = 18,467 after the start.
            const double start = 15750.0 * static_cast<double>(i);
            QVERIFY(std::abs(curve.startSeconds[i] - start / 22050) < 1e-12);
            QVERIFY(std::abs(curve.centreSeconds[i] - (start + 18467) / 22050) < 1e-12);
            const std::vector<float> expected = m_explainer.responses(
                {mels.row(50 * i).data(), 1, 115 * 80}, m_explainer.parse("fc9[0]"));
            QVERIFY(std::abs(curve.responses[i] - expected.front()) < 1e-5F);
        }
        QVERIFY(curve.responses[0] != curve.responses[1]);
    }

    void countsExcerpts_data()
    {
        QTest::addColumn<int>("samples");
        QTest::addColumn<int>("hop");
        QTest::addColumn<int>("excerpts");
        QTest::newRow("exactly one") << 36934 << 50 << 1;
        QTest::newRow("one short of two") << 36934 + 50 * 315 - 1 << 50 << 1;
        QTest::newRow("exactly two") << 36934 + 50 * 315 << 50 << 2;
        QTest::newRow("every frame") << 36934 + 5 * 315 << 1 << 6;
        QTest::newRow("hop longer than the sound") << 36934 + 5 * 315 << 1000000 << 1;
    }
    void countsExcerpts()
    {
        QFETCH(int, samples);
        QFETCH(int, hop);
        QFETCH(int, excerpts);
        const ResponseCurve curve =
            respondToAudio(m_explainer, sound(static_cast<std::size_t>(samples)), "mean(fc8)",
                           static_cast<std::size_t>(hop), frontEnd);
        QCOMPARE(static_cast<int>(curve.responses.size()), excerpts);
        QCOMPARE(static_cast<int>(curve.startSeconds.size()), excerpts);
    }

    void stopLeavesTheTimes()
    {
        std::stop_source stop;
        stop.request_stop();
        const ResponseCurve curve = respondToAudio(m_explainer, sound(frontEnd.samplesOf(300)),
                                                   "fc9[0]", 50, frontEnd, stop.get_token());
        QCOMPARE(curve.startSeconds.size(), std::size_t(4));
        QVERIFY(curve.responses.empty());
    }

    void refusesWhatItCannotJudge()
    {
        const auto path = sound(36933);
        const auto respond = [&](const std::filesystem::path& audio, const char* response,
                                 std::size_t hop) {
            return badInputOf([&] { respondToAudio(m_explainer, audio, response, hop, frontEnd); });
        };
        const QString tooShort = respond(path, "fc9[0]", 50);
        QVERIFY2(tooShort.contains("too short") && tooShort.contains("114"), qPrintable(tooShort));
        const auto whole = sound(36934);
        QVERIFY(respond(whole, "fc10[0]", 50).contains("fc10"));
        QVERIFY(respond(whole, "fc9[1]", 50).contains("fc9"));
        QVERIFY(respond(whole, "fc9[0]", 0).contains("hop"));
        QVERIFY(respond(m_folder.path("none.wav"), "fc9[0]", 50).contains("none.wav"));
    }

    void refusesSamplesTooLargeForASpectrogram()
    {
        // The magnitude of its tone, a quarter of 22,050 Hz, is beyond a float.
        std::vector<float> huge(36934);
        for (std::size_t i = 0; i < huge.size(); ++i)
            huge[i] = std::array{0.0F, 1e37F, 0.0F, -1e37F}[i % 4];
        const auto path = m_folder.path("huge.wav");
        writeWav(path, huge, 22050);
        const QString message =
            badInputOf([&] { respondToAudio(m_explainer, path, "fc9[0]", 50, frontEnd); });
        QVERIFY2(message.contains("huge.wav") && message.contains("finite power"),
                 qPrintable(message));
    }

private:
    std::filesystem::path sound(std::size_t samples) const
    {
        writeWav(m_folder.path("sound.wav"), music(samples), 22050);
        return m_folder.path("sound.wav");
    }

    const TestFolder m_folder;
    const Explainer m_explainer = randomListener();
};

QTEST_APPLESS_MAIN(TestAudioResponse)
#include "tst_audio_response.moc"
