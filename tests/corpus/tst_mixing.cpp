// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/corpus/mixing.h"
#include "core/corpus/pack_plan.h"
#include "tests/support/failure.h"
#include "tests/support/files.h"
#include "tests/support/sound_files.h"

#include <QtTest>

#include <cmath>
#include <numbers>
#include <vector>

using namespace earshot;

namespace {

const FrontEndParameters frontEnd;
constexpr std::size_t seconds4 = 88200;

double decibels(double ratio)
{
    return 20 * std::log10(ratio);
}

// 441 Hz: 50 samples a period.
std::vector<float> voice(std::size_t samples, double amplitude)
{
    std::vector<float> values(samples);
    for (std::size_t i = 0; i < samples; ++i)
        values[i] = static_cast<float>(
            amplitude * std::sin(2 * std::numbers::pi * static_cast<double>(i % 50) / 50));
    return values;
}

void write(const TestFolder& folder, const QString& file, const std::vector<float>& samples)
{
    const Matrix<float> column(samples, samples.size(), 1);
    if (!writeSound(folder.path(file), column, 22050, SF_FORMAT_WAV | SF_FORMAT_FLOAT))
        throw std::runtime_error("the test cannot write a sound");
}

// ±0.1 in turns: RMS 0.1 wherever a passage starts.
std::vector<float> backing(std::size_t samples)
{
    std::vector<float> values(samples);
    for (std::size_t i = 0; i < samples; ++i)
        values[i] = i % 2 == 0 ? 0.1F : -0.1F;
    return values;
}

// What was added to the backing: its phase is told by the first two samples, where voice() is 0
// and small.
std::vector<float> voiceIn(const std::vector<float>& mix)
{
    std::vector<float> values(mix.size());
    const float first = mix[0] > 0 ? 0.1F : -0.1F;
    for (std::size_t i = 0; i < mix.size(); ++i)
        values[i] = mix[i] - (i % 2 == 0 ? first : -first);
    return values;
}

} // namespace

class TestMixing : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void rmsByHand()
    {
        QCOMPARE(rms(std::vector<float>{3, -4, 0, 0}), 2.5); // √(25/4)
        QCOMPARE(rms({}), 0.0);
        QVERIFY(std::abs(gainOfDecibels(-6.020599913) - 0.5) < 1e-9);
    }

    void mixesAsLongAsTheShorter()
    {
        const std::vector<float> sum =
            mixed(std::vector<float>{1, 2, 3}, 0.5, std::vector<float>{10, 20});
        QCOMPARE(sum, (std::vector<float>{10.5F, 21}));
    }

    // A second each at 0, −34, −36, −54 and −56 dB of the loud part: sung, sung, unknown, unknown,
    // silent.
    void labelsFollowTheLevel()
    {
        std::vector<float> sound;
        for (const double level : {0.0, -34.0, -36.0, -54.0, -56.0}) {
            const auto part = voice(22050, gainOfDecibels(level));
            sound.insert(sound.end(), part.begin(), part.end());
        }
        const std::vector<FrameLabel> labels = labelsOfSoloVoice(sound, frontEnd);
        QCOMPARE(labels.size(), frontEnd.framesOf(sound.size()));
        const FrameLabel expected[] = {FrameLabel::Positive, FrameLabel::Positive,
                                       FrameLabel::Unknown, FrameLabel::Unknown,
                                       FrameLabel::Negative};
        for (std::size_t second = 0; second < 5; ++second)
            for (std::size_t frame = 4; frame < 62; ++frame) // 70 a second; frames inside it
                QVERIFY(labels[70 * second + frame] == expected[second]);
    }

    void silenceHasNoVoice()
    {
        const std::vector<float> silence(seconds4);
        const auto labels = labelsOfSoloVoice(silence, frontEnd);
        for (const FrameLabel label : labels)
            QVERIFY(label == FrameLabel::Negative);
        QCOMPARE(sungRms(silence, labels, frontEnd), 0.0);
        QVERIFY(labelsOfSoloVoice(std::vector<float>(1023), frontEnd).empty());
    }

    // Frames 0 and 2 cover samples 0…1023 and 630…1653: the rest does not count.
    void sungRmsCoversSungFrames()
    {
        std::vector<float> sound(3000, 100);
        std::fill_n(sound.begin(), 1654, 2.0F);
        const std::vector<FrameLabel> labels{FrameLabel::Positive, FrameLabel::Unknown,
                                             FrameLabel::Positive, FrameLabel::Negative};
        QCOMPARE(sungRms(sound, labels, frontEnd), 2.0);
    }

    // RMS of the voice where it sings against the passage's, to the decibel and far below.
    void mixesHaveTheirLevel_data()
    {
        QTest::addColumn<double>("amplitude");
        QTest::addColumn<bool>("pauses");
        QTest::newRow("loud") << 0.9 << false;
        QTest::newRow("faint") << 0.01 << false;
        QTest::newRow("half of it silent") << 0.5 << true;
    }
    void mixesHaveTheirLevel()
    {
        QFETCH(double, amplitude);
        QFETCH(bool, pauses);
        const TestFolder folder;
        std::vector<float> sung = voice(seconds4, amplitude);
        if (pauses)
            std::fill(sung.begin() + seconds4 / 2, sung.end(), 0.0F);
        write(folder, "solo.wav", sung);
        write(folder, "band.wav", backing(40000)); // shorter: is repeated, an even number of times
        Source solo{folder.path("solo.wav"), "solo.wav", SourceKind::ACappella};
        Source band{folder.path("band.wav"), "band.wav", SourceKind::Instrumental};
        const PackSettings settings;
        const std::vector<PackJob> jobs = planPack({band, solo}, settings);
        QCOMPARE(jobs.size(), std::size_t(4));
        const double levels[] = {-6, 0, 6};
        for (std::size_t i = 0; i < 3; ++i) {
            const PackJob& job = jobs[i + 1];
            QVERIFY(job.kind == RecordingKind::Mix);
            QCOMPARE(job.voiceDecibels, levels[i]);
            const LabelledSound sound = makeSound(job, settings, frontEnd);
            QCOMPARE(sound.samples.size(), seconds4);
            QCOMPARE(sound.labels.size(), frontEnd.framesOf(seconds4));
            const std::vector<float> heard = voiceIn(sound.samples);
            const std::size_t length = pauses ? seconds4 / 2 : seconds4;
            const double level = decibels(rms(std::span(heard).first(length)) / 0.1);
            // The last sung frames reach into the pause by up to 1023 of 44,100 samples: 0.1 dB.
            QVERIFY2(std::abs(level - levels[i]) < (pauses ? 0.1 : 1e-3),
                     qPrintable(QString::number(level)));
            QVERIFY(sound.labels.front() == FrameLabel::Positive);
            QVERIFY(sound.labels.back() == (pauses ? FrameLabel::Negative : FrameLabel::Positive));
        }
    }

    void stemsAreSummedAtTheirLevels()
    {
        const TestFolder folder;
        QDir().mkpath(folder.name("duo"));
        write(folder, "duo/vocals.wav", voice(seconds4, 0.5));
        write(folder, "duo/accompaniment.wav", backing(seconds4 - 10));
        folder.write("duo/vocals.csv", "start_s,end_s,label\n1,2,vocal\n");
        const Source duo{folder.path("duo"), "duo", SourceKind::Stems};
        PackSettings settings;
        const std::vector<PackJob> jobs = planPack({duo}, settings);
        QCOMPARE(jobs.size(), std::size_t(4)); // as they are, two levels, no voice
        QVERIFY(jobs[0].kind == RecordingKind::Stems);
        QCOMPARE(jobs[0].name, std::string("duo"));
        QCOMPARE(jobs[3].name, std::string("duo @ no voice"));
        const double plain = decibels(0.5 / std::numbers::sqrt2);
        for (const PackJob& job : jobs) {
            const LabelledSound sound = makeSound(job, settings, frontEnd);
            QCOMPARE(sound.samples.size(), seconds4 - 10);
            const double level = rms(voiceIn(sound.samples));
            if (job.voiceless) {
                QVERIFY(level < 1e-6);
                QVERIFY(sound.labels[100] == FrameLabel::Negative);
                continue;
            }
            QVERIFY(std::abs(job.voiceDecibels) <= 6);
            QVERIFY(std::abs(decibels(level) - plain - job.voiceDecibels) < 1e-3);
            QVERIFY(sound.labels[100] == FrameLabel::Positive); // 1.45 s
        }
        QVERIFY(jobs[1].voiceDecibels != jobs[2].voiceDecibels);
        QCOMPARE(planPack({duo}, settings)[1].voiceDecibels, jobs[1].voiceDecibels);
        settings.seed = 1;
        QVERIFY(planPack({duo}, settings)[1].voiceDecibels != jobs[1].voiceDecibels);
        settings.features = PackedFeatures::Mel;
        QCOMPARE(planPack({duo}, settings).size(), std::size_t(1));
    }

    // Nothing of another split is heard behind a voice.
    void backingsAreOfTheSameSplit()
    {
        const Source solo{"solo", "solo", SourceKind::ACappella, Split::Valid};
        const Source mine{"mine", "mine", SourceKind::Instrumental, Split::Valid};
        const Source other{"other", "other", SourceKind::Instrumental, Split::Train};
        for (const PackJob& job : planPack({solo, mine, other}, {}))
            if (job.kind == RecordingKind::Mix)
                QCOMPARE(job.backings, std::vector<std::filesystem::path>{"mine"});
    }
};

QTEST_APPLESS_MAIN(TestMixing)
#include "tst_mixing.moc"
