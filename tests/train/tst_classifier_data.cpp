// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/augmentation.h"
#include "core/train/batch_loader.h"
#include "core/train/excerpt_geometry.h"
#include "core/train/excerpt_sampling.h"
#include "core/train/packed_data.h"
#include "core/train/synthetic_negatives.h"
#include "core/util/error.h"
#include "tests/train/training_pack.h"

#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <map>
#include <set>

using namespace earshot;

namespace {

constexpr double floorLog = -16.118095650958319; // ln 1e-7

int alwaysPositive(std::size_t)
{
    return 1;
}
int alwaysNegative(std::size_t)
{
    return 0;
}

double ramp(std::size_t frame, std::size_t column)
{
    return static_cast<double>(frame) + 0.5 * static_cast<double>(column);
}

// Negative, positive from frame 200, negative from 400, unknown from 600.
int sections(std::size_t frame)
{
    return frame < 200 ? 0 : frame < 400 ? 1 : frame < 600 ? 0 : -1;
}

TrainingPack music()
{
    TrainingPack pack;
    pack.entries = {{"song", "train", 800, sections, ramp},
                    {"stems", "train", 300, alwaysPositive, ramp},
                    {"mix", "train", 200, alwaysPositive, ramp},
                    {"instrumental", "train", 300, alwaysNegative, ramp},
                    {"unlabelled", "train", 300, [](std::size_t) { return -1; }, ramp},
                    {"song", "valid", 300, alwaysPositive, ramp},
                    {"instrumental", "train", 114, alwaysNegative, ramp}};
    return pack;
}

// A filter bank that shows bins 0 … bands − 1 themselves.
SparseFilterBank identityBank(std::size_t bins)
{
    Matrix<float> weights(bins, bins);
    for (std::size_t i = 0; i < bins; ++i)
        weights(i, i) = 1;
    return SparseFilterBank(weights);
}

Matrix<float> magnitudesOf(std::size_t frames, std::size_t bins, double (*value)(double, double))
{
    Matrix<float> result(frames, bins);
    for (std::size_t frame = 0; frame < frames; ++frame)
        for (std::size_t bin = 0; bin < bins; ++bin)
            result(frame, bin) =
                static_cast<float>(value(static_cast<double>(frame), static_cast<double>(bin)));
    return result;
}

} // namespace

class TestClassifierData : public QObject
{
    Q_OBJECT

    std::filesystem::path path(const char* name) const
    {
        return std::filesystem::path(m_folder.path().toStdString()) / name;
    }
    QTemporaryDir m_folder;

private Q_SLOTS:
    void packedDataIsReadBack()
    {
        const PackedData data(music().write(path("music")));
        QCOMPARE(data.features(), PackedFeatures::Spectra);
        QCOMPARE(data.label(), std::string("singing voice"));
        QCOMPARE(data.framesPerSecond(), 70.0);
        QCOMPARE(data.recordings().size(), std::size_t{7});
        const Recording& stems = data.recordings()[1];
        QCOMPARE(stems.name, std::string("stems 1"));
        QCOMPARE(stems.artist, std::string("Somebody"));
        QVERIFY(stems.kind == RecordingKind::Stems && stems.split == Split::Train);
        QCOMPARE(stems.firstFrame, std::size_t{800});
        QCOMPARE(data.labels(stems).size(), std::size_t{300});
        const std::span<const FrameLabel> labels = data.labels(data.recordings()[0]);
        QVERIFY(labels[199] == FrameLabel::Negative && labels[200] == FrameLabel::Positive &&
                labels[600] == FrameLabel::Unknown);
        const Matrix<float> rows = data.rows(stems, 10, 2);
        QCOMPARE(rows.rows(), std::size_t{2});
        QCOMPARE(rows(1, 512), 267.0F); // 11 + 256
        // Bins 8 and 9 of frame 10: ½ (14 + 14.5).
        QCOMPARE(data.logMels(stems, 10, 1)(0, 2), std::log(14.25F));
        QVERIFY_THROWS_EXCEPTION(Error, data.rows(stems, 299, 2));
    }

    void melFeaturesAreDecoded_data()
    {
        QTest::addColumn<bool>("isUnsigned8");
        QTest::addColumn<float>("expected");
        // 3.07 as the nearest of 255 steps of 0.1 from −16, and as the nearest float16.
        QTest::newRow("8 bits") << true << 3.1F;
        QTest::newRow("16 bits") << false << 3.0703125F;
    }
    void melFeaturesAreDecoded()
    {
        QFETCH(bool, isUnsigned8);
        QFETCH(float, expected);
        TrainingPack pack;
        pack.features = "mel";
        pack.isUnsigned8 = isUnsigned8;
        pack.columns = 80;
        pack.entries = {{"unlabelled", "train", 3, alwaysNegative,
                         [](std::size_t frame, std::size_t) { return frame == 2 ? 3.07 : -16; }}};
        const PackedData data(pack.write(path("mel")));
        const Matrix<float> logMels = data.logMels(data.recordings()[0], 1, 2);
        QVERIFY(std::abs(logMels(1, 79) - expected) < 1e-5F);
        QCOMPARE(logMels(0, 0), -16.0F);
        QVERIFY(data.melFilterBank().empty());
        QVERIFY_THROWS_EXCEPTION(Error, BatchMaker(data, {}, 1)); // no pitch shift of log-mels
    }

    void damagedPacksAreRefused_data()
    {
        QTest::addColumn<QString>("key");
        QTest::addColumn<QString>("value");
        QTest::addColumn<QString>("message");
        const auto row = [](const char* name, const char* key, const char* value,
                            const char* message) {
            QTest::newRow(name) << QString(key) << QString(value) << QString(message);
        };
        row("no format", "format", "", "format");
        row("other format", "format", "earshot-training-9", "earshot-training-1");
        row("other features", "features", "sound", "spectra or mel");
        row("features without tensor", "features", "mel", "log_mel");
        row("no floor", "magnitude_floor", "", "magnitude_floor");
        row("floor 0", "magnitude_floor", "0", "above 0");
        row("floor text", "magnitude_floor", "1e-7x", "1e-7x");
        row("rate NaN", "sample_rate_hz", "nan", "sample_rate_hz");
        row("hop negative", "hop_samples", "-315", "above 0");
        row("recordings no JSON", "recordings", "[{", "recordings");
        row("recordings missing key", "recordings", R"([{"name": "a"}])", "artist");
        row("no recordings", "recordings", "[]", "frames");
        row("negative frames", "recordings",
            R"([{"name":"a","artist":"","title":"","licence":"","kind":"song","split":"train",)"
            R"("first_frame":0,"frames":-1}])",
            "-1");
        row("too many frames", "recordings",
            R"([{"name":"a","artist":"","title":"","licence":"","kind":"song","split":"train",)"
            R"("first_frame":0,"frames":9000000000000000000}])",
            "9000000000000000000");
        row("kind", "recordings",
            R"([{"name":"a","artist":"","title":"","licence":"","kind":"opera","split":"train",)"
            R"("first_frame":0,"frames":1}])",
            "opera");
        row("split", "recordings",
            R"([{"name":"a","artist":"","title":"","licence":"","kind":"song","split":"dev",)"
            R"("first_frame":0,"frames":1}])",
            "dev");
    }
    void damagedPacksAreRefused()
    {
        QFETCH(QString, key);
        QFETCH(QString, value);
        QFETCH(QString, message);
        TrainingPack pack;
        pack.entries = {{"song", "train", 4, alwaysPositive, ramp}};
        pack.metadata[key.toStdString()] = value.toStdString();
        const std::filesystem::path file = pack.write(path("damaged"));
        try {
            const PackedData data(file);
            QFAIL("no error");
        } catch (const Error& error) {
            QVERIFY(error.kind() == ErrorKind::BadInput);
            QVERIFY2(QString(error.what()).contains(message), error.what());
        }
    }

    void damagedTensorsAreRefused()
    {
        TrainingPack sound;
        sound.entries = {{"song", "train", 4, alwaysPositive, ramp},
                         {"song", "train", 4, alwaysPositive, ramp}};
        const PackedData whole(sound.write(path("whole")));
        TrainingPack pack = sound;
        pack.columns = 512;
        QVERIFY_THROWS_EXCEPTION(Error, PackedData(pack.write(path("damaged"))));
        pack = sound;
        pack.missingLabels = 1;
        QVERIFY_THROWS_EXCEPTION(Error, PackedData(pack.write(path("damaged"))));
        pack = sound;
        pack.shiftOfSecond = 1;
        QVERIFY_THROWS_EXCEPTION(Error, PackedData(pack.write(path("damaged"))));
        pack = sound;
        pack.entries[1].label = [](std::size_t frame) { return frame == 3 ? 2 : 0; };
        QVERIFY_THROWS_EXCEPTION(Error, PackedData(pack.write(path("damaged"))));
        pack = sound;
        pack.features = "mel";
        pack.columns = 80;
        pack.isUnsigned8 = true;
        pack.metadata["u8_high"] = "-16";
        QVERIFY_THROWS_EXCEPTION(Error, PackedData(pack.write(path("damaged"))));
    }

    void withoutAugmentationTheMelIsPlain()
    {
        const PackedData data(music().write(path("music")));
        const Recording& recording = data.recordings()[0];
        const Matrix<float> magnitudes = data.rows(recording, 100, 200);
        const Augmenter augmenter(data.sparseFilterBank(), 22050.0 / 1024, 1e-7);
        Matrix<float> excerpt(115, 80);
        augmenter.apply(magnitudes, 60, {}, excerpt.view());
        const Matrix<float> plain = data.logMels(recording, 103, 115); // 100 + 60 − 57
        QVERIFY(std::equal(plain.values().begin(), plain.values().end(), excerpt.values().begin()));
    }

    void stretchingReadsTheSourceAtOtherTimes()
    {
        const SparseFilterBank bank = identityBank(4);
        const Augmenter augmenter(bank, 1, 1e-7);
        const Matrix<float> magnitudes =
            magnitudesOf(300, 4, [](double frame, double) { return 10 + frame; });
        Augmentation augmentation;
        augmentation.stretch = 1.25;
        Matrix<float> excerpt(115, 4);
        augmenter.apply(magnitudes, 150, augmentation, excerpt.view());
        QCOMPARE(excerpt(57, 0), std::log(160.0F));
        // 57 frames before and after the centre are 45.6 of the source.
        QVERIFY(std::abs(excerpt(0, 3) - std::log(114.4F)) < 1e-5F);
        QVERIFY(std::abs(excerpt(114, 3) - std::log(205.6F)) < 1e-5F);
        QVERIFY(std::abs(excerpt(58, 1) - std::log(160.8F)) < 1e-5F);
        // Beyond the ends the outer frames are repeated.
        augmenter.apply(magnitudes, 2, {}, excerpt.view());
        QCOMPARE(excerpt(0, 0), std::log(10.0F));
        QCOMPARE(excerpt(57, 0), std::log(12.0F));
        QCOMPARE(Augmenter::sourceReach(115, 0.7), std::size_t{84}); // ⌈57/0.7⌉ = 82, and 2
    }

    void shiftingReadsTheSourceAtOtherFrequencies()
    {
        const SparseFilterBank bank = identityBank(100);
        const Augmenter augmenter(bank, 1, 1e-7);
        const Matrix<float> magnitudes =
            magnitudesOf(115, 100, [](double, double bin) { return 5 + bin; });
        Augmentation augmentation;
        augmentation.pitchShift = 1.25;
        Matrix<float> excerpt(115, 100);
        augmenter.apply(magnitudes, 57, augmentation, excerpt.view());
        QVERIFY(std::abs(excerpt(20, 50) - std::log(45.0F)) < 1e-5F); // bin 40 of the source
        QVERIFY(std::abs(excerpt(20, 33) - std::log(31.4F)) < 1e-5F); // between 26 and 27
        augmentation.pitchShift = 0.8;
        augmenter.apply(magnitudes, 57, augmentation, excerpt.view());
        QVERIFY(std::abs(excerpt(20, 40) - std::log(55.0F)) < 1e-5F);
        // Bin 80 would be bin 100 of the source, which has none.
        QVERIFY(excerpt(20, 79) > 0);
        QCOMPARE(excerpt(20, 80), static_cast<float>(floorLog));
    }

    void filterAndLoudnessAreInDecibels()
    {
        const SparseFilterBank bank = identityBank(100);
        const Augmenter augmenter(bank, 10, 1e-7); // 10 Hz a bin
        const Matrix<float> magnitudes = magnitudesOf(115, 100, [](double, double) { return 1.0; });
        Augmentation augmentation;
        augmentation.filterDb = -8;
        augmentation.filterHz = 500;
        augmentation.filterWidthHz = 100;
        augmentation.loudnessDb = 6;
        Matrix<float> excerpt(115, 100);
        augmenter.apply(magnitudes, 57, augmentation, excerpt.view());
        const auto decibels = [&](std::size_t bin) { return excerpt(3, bin) * 8.685889638; };
        QVERIFY(std::abs(decibels(50) - -2) < 1e-4);
        QVERIFY(std::abs(decibels(60) - (6 - 8 * 0.6065306597)) < 1e-4); // exp(−½)
        QVERIFY(std::abs(decibels(40) - decibels(60)) < 1e-4);
        QVERIFY(std::abs(decibels(0) - 6) < 1e-3);
    }

    void augmentationsStayInTheirRanges()
    {
        double lowest = 2;
        double highest = 0;
        CounterRandom random(3, 0);
        for (int i = 0; i < 2000; ++i) {
            const Augmentation drawn = drawAugmentation({}, random);
            QVERIFY(drawn.stretch >= 0.7 && drawn.stretch < 1.3);
            QVERIFY(drawn.pitchShift >= 0.7 && drawn.pitchShift < 1.3);
            QVERIFY(std::abs(drawn.filterDb) <= 10 && std::abs(drawn.loudnessDb) <= 10);
            QVERIFY(drawn.filterHz >= 150 && drawn.filterHz <= 8000);
            // 5 semitones are a factor of 1.3348, 7 are 1.4983.
            const double width = drawn.filterWidthHz / drawn.filterHz;
            QVERIFY(width >= 0.3348 && width <= 0.4984);
            lowest = std::min(lowest, drawn.pitchShift);
            highest = std::max(highest, drawn.pitchShift);
        }
        QVERIFY(lowest < 0.71 && highest > 1.29);
        AugmentationSettings none;
        none.maximumStretch = none.maximumPitchShift = 0;
        none.maximumFilterDb = none.maximumLoudnessDb = 0;
        const Augmentation drawn = drawAugmentation(none, random);
        QCOMPARE(drawn.stretch, 1.0);
        QCOMPARE(drawn.pitchShift, 1.0);
        QCOMPARE(drawn.filterDb, 0.0);
    }

    void madeNegativesAreFiniteAndOfEveryKind()
    {
        int silent = 0;
        int steady = 0;
        int varying = 0;
        for (std::uint64_t stream = 0; stream < 60; ++stream) {
            CounterRandom random(1, stream);
            const Matrix<float> made = syntheticNegative(20, 513, random);
            bool isSilent = true;
            bool isSteady = true;
            for (std::size_t frame = 0; frame < 20; ++frame)
                for (std::size_t bin = 0; bin < 513; ++bin) {
                    QVERIFY(std::isfinite(made(frame, bin)) && made(frame, bin) < 4000);
                    isSilent = isSilent && made(frame, bin) == 0;
                    isSteady = isSteady && made(frame, bin) == made(0, bin);
                }
            ++(isSilent ? silent : isSteady ? steady : varying);
        }
        QVERIFY(silent > 5 && steady > 5 && varying > 5);
    }

    void edgesBecomeUnknown()
    {
        using enum FrameLabel;
        const std::vector<FrameLabel> labels{Negative, Negative, Negative, Positive,
                                             Positive, Positive, Unknown,  Unknown};
        // Changes lie between frames 2 and 3 and between 5 and 6.
        QVERIFY((withoutEdges(labels, 1) == std::vector<FrameLabel>{Negative, Negative, Unknown,
                                                                    Unknown, Positive, Unknown,
                                                                    Unknown, Unknown}));
        QVERIFY(withoutEdges(labels, 0) == labels);
        QVERIFY(withoutEdges(labels, 99) == std::vector<FrameLabel>(8, Unknown));
        QVERIFY(withoutEdges({}, 5).empty());
    }

    void samplesAreBalancedKnownAndInside()
    {
        const PackedData data(music().write(path("music")));
        const ExcerptSampler sampler(data, Split::Train, {});
        // Song: 235 … 364; stems 57 … 242; mix 57 … 142.
        QCOMPARE(sampler.frames(FrameLabel::Positive), std::size_t{130 + 186 + 86});
        // Song: 57 … 164 and 435 … 564; instrumental 57 … 242.
        QCOMPARE(sampler.frames(FrameLabel::Negative), std::size_t{108 + 130 + 186});
        std::map<std::size_t, int> positives;
        std::map<std::size_t, int> negatives;
        int made = 0;
        constexpr int draws = 8000;
        for (std::uint32_t i = 0; i < draws; ++i) {
            const TrainingExcerpt excerpt = sampler.draw(7, i / 32, i % 32);
            const bool isPositive = i % 2 == 0;
            QVERIFY(excerpt.label == (isPositive ? FrameLabel::Positive : FrameLabel::Negative));
            if (excerpt.source == TrainingExcerpt::Source::Synthetic) {
                QVERIFY(!isPositive);
                ++made;
                continue;
            }
            const Recording& recording = data.recordings()[excerpt.recording];
            QVERIFY(recording.split == Split::Train && recording.frames >= 115);
            QVERIFY(excerpt.centreFrame >= 57 && excerpt.centreFrame + 57 < recording.frames);
            const auto labels = data.labels(recording).subspan(excerpt.centreFrame - 34, 69);
            for (const FrameLabel label : labels)
                QVERIFY(label == excerpt.label);
            ++(isPositive ? positives : negatives)[excerpt.recording];
        }
        // Weights 0.40, 0.20, 0.25 of what is there; four standard deviations of 4,000 draws are
        // 0.03.
        QVERIFY(std::abs(positives[0] / 4000.0 - 0.40 / 0.85) < 0.03);
        QVERIFY(std::abs(positives[1] / 4000.0 - 0.20 / 0.85) < 0.03);
        QVERIFY(std::abs(positives[2] / 4000.0 - 0.25 / 0.85) < 0.03);
        QVERIFY(std::abs(negatives[0] / 4000.0 - 0.45 / 0.75) < 0.03);
        QVERIFY(std::abs(negatives[3] / 4000.0 - 0.26 / 0.75) < 0.03);
        QVERIFY(std::abs(made / 4000.0 - 0.04 / 0.75) < 0.02);
        QCOMPARE(positives.size() + negatives.size(), std::size_t{5});
    }

    void aMissingClassIsAnError()
    {
        TrainingPack pack;
        pack.entries = {
            {"instrumental", "train", 300, alwaysNegative, ramp},
            {"song", "train", 120, [](std::size_t frame) { return frame < 60 ? 1 : 0; }, ramp}};
        const PackedData data(pack.write(path("one-sided")));
        try {
            const ExcerptSampler sampler(data, Split::Train, {});
            QFAIL("no error");
        } catch (const Error& error) {
            QVERIFY(QString(error.what()).contains("positive"));
        }
        QVERIFY_THROWS_EXCEPTION(Error, ExcerptSampler(data, Split::Test, {}));
    }

    void batchesFollowFromSeedAndStep()
    {
        const PackedData data(music().write(path("music")));
        const BatchMaker maker(data, {}, 5);
        const TrainingBatch batch = maker.batch(3);
        QCOMPARE(batch.logMels.size(), std::size_t{32 * 115 * 80});
        QCOMPARE(std::count(batch.labels.begin(), batch.labels.end(), 1.0F), 16);
        for (const float value : batch.logMels)
            QVERIFY(std::isfinite(value) && value >= -16.1181F);
        QVERIFY(batch.logMels == maker.batch(3).logMels);
        QVERIFY(batch.logMels != maker.batch(4).logMels);
        QVERIFY(batch.logMels != BatchMaker(data, {}, 6).batch(3).logMels);
        BatchLoader loader(maker, 2);
        QCOMPARE(loader.next().step, std::uint64_t{2});
        const TrainingBatch loaded = loader.next();
        QCOMPARE(loaded.step, std::uint64_t{3});
        QVERIFY(loaded.logMels == batch.logMels && loaded.labels == batch.labels);
    }

    void aBackingAddsItsPower()
    {
        // Magnitudes 3 and 3 at 0 dB of each other: √(9 + 9).
        TrainingPack pack;
        const auto three = [](std::size_t, std::size_t) { return 3.0; };
        pack.entries = {
            {"song", "train", 600, [](std::size_t frame) { return frame < 300; }, three},
            {"instrumental", "train", 400, alwaysNegative, three}};
        const PackedData data(pack.write(path("backing")));
        BatchSettings settings;
        settings.size = 2;
        settings.sampling.syntheticWeight = 0;
        settings.augmentation = {0, 0, 0, 0};
        settings.backingProbability = 1;
        settings.minimumBackingDb = settings.maximumBackingDb = 0;
        const TrainingBatch batch = BatchMaker(data, settings, 1).batch(0);
        for (const float value : batch.logMels)
            QVERIFY(std::abs(value - std::log(std::sqrt(18.0F))) < 1e-4F);
    }
};

QTEST_APPLESS_MAIN(TestClassifierData)
#include "tst_classifier_data.moc"
