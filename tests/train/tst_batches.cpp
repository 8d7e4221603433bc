// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/batch_loader.h"
#include "core/train/excerpt_sampling.h"
#include "core/util/error.h"
#include "tests/support/failure.h"
#include "tests/train/labelled_music.h"

#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <cmath>
#include <map>

using namespace earshot;

class TestBatches : public QObject
{
    Q_OBJECT

    std::filesystem::path path(const char* name) const
    {
        return std::filesystem::path(m_folder.path().toStdString()) / name;
    }
    QTemporaryDir m_folder;

private Q_SLOTS:
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
        SamplingSettings settings;
        settings.edgeSeconds = 0.5; // 35 frames
        const ExcerptSampler sampler(data, Split::Train, settings);
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
        // Weights 0.50, 0.15, 0.20 of what is there; four standard deviations of 4,000 draws are
        // 0.03.
        QVERIFY(std::abs(positives[0] / 4000.0 - 0.50 / 0.85) < 0.03);
        QVERIFY(std::abs(positives[1] / 4000.0 - 0.15 / 0.85) < 0.03);
        QVERIFY(std::abs(positives[2] / 4000.0 - 0.20 / 0.85) < 0.03);
        QVERIFY(std::abs(negatives[0] / 4000.0 - 0.55 / 0.81) < 0.03);
        QVERIFY(std::abs(negatives[3] / 4000.0 - 0.22 / 0.81) < 0.03);
        QVERIFY(std::abs(made / 4000.0 - 0.08 / 0.85) < 0.02);
        QCOMPARE(positives.size() + negatives.size(), std::size_t{5});
    }

    // Song: edges between 199 and 200, 399 and 400; within 7 frames (0.1 s) of them.
    void aShareLiesNearEdges()
    {
        const PackedData data(music().write(path("music")));
        SamplingSettings settings;
        settings.edgeFocusSeconds = 0.1;
        settings.positiveWeights = {1, 0, 0, 0, 0, 0};
        settings.negativeWeights = {0.5, 0, 0, 0, 0.5, 0};
        settings.syntheticWeight = 0;
        const auto shareNearEdges = [&](double focusShare) {
            settings.edgeFocusShare = focusShare;
            const ExcerptSampler sampler(data, Split::Train, settings);
            int near = 0;
            int songs = 0;
            for (std::uint32_t i = 0; i < 8000; ++i) {
                const TrainingExcerpt excerpt = sampler.draw(3, i / 32, i % 32);
                if (excerpt.recording != 0) // without edges: every frame alike
                    continue;
                const auto frame = static_cast<int>(excerpt.centreFrame);
                const bool isNear = (frame >= 193 && frame <= 206) ||
                                    (frame >= 393 && frame <= 406) ||
                                    (frame >= 593 && frame <= 599);
                near += isNear ? 1 : 0;
                ++songs;
            }
            return static_cast<double>(near) / songs;
        };
        QCOMPARE(shareNearEdges(1), 1.0);
        // Positive: 14 of 200 frames near; negative: 21 of 143 + 200; two positives a negative.
        const double everyFrame = (2 * 14.0 / 200 + 21.0 / 343) / 3;
        QVERIFY(std::abs(shareNearEdges(0) - everyFrame) < 0.015);
        QVERIFY(std::abs(shareNearEdges(0.4) - (0.4 + 0.6 * everyFrame)) < 0.03);
    }

    void aMissingClassIsAnError()
    {
        TrainingPack pack;
        pack.entries = {
            {"instrumental", "train", 300, alwaysNegative, ramp},
            {"song", "train", 120, [](std::size_t frame) { return frame < 57 ? 1 : 0; }, ramp}};
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

    void logMelsCannotBeShiftedInPitch()
    {
        TrainingPack pack = music();
        pack.features = "mel";
        pack.columns = 80;
        const PackedData data(pack.write(path("mel")));
        const QString failure = badInputOf([&] { BatchMaker(data, {}, 1); });
        QVERIFY2(failure.contains("--features spectra"), qPrintable(failure));
    }

    // The loader's thread waits for room with batches in hand.
    void aLoaderMayEndAtAnyTime()
    {
        const PackedData data(music().write(path("music")));
        BatchSettings settings;
        settings.size = 2;
        const BatchMaker maker(data, settings, 5);
        for (int i = 0; i < 20; ++i) {
            BatchLoader loader(maker, 0);
            if (i % 2 == 0)
                QCOMPARE(loader.next().step, std::uint64_t{0});
        }
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

QTEST_APPLESS_MAIN(TestBatches)
#include "tst_batches.moc"
