// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/augmentation.h"
#include "core/train/packed_data.h"
#include "tests/train/labelled_music.h"

#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <cmath>

using namespace earshot;

namespace {

constexpr double floorLog = -16.118095650958319; // ln 1e-7

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

class TestAugmentation : public QObject
{
    Q_OBJECT

    std::filesystem::path path(const char* name) const
    {
        return std::filesystem::path(m_folder.path().toStdString()) / name;
    }
    QTemporaryDir m_folder;

private Q_SLOTS:
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

    // A click 10 frames after the centre comes 12 frames after it when everything is 1.2 times
    // slower, and a line at bin 40 lies at bin 50 when it is 1.25 times higher; both as high as
    // they were, since a whole frame or bin of the source is met.
    void aPatternMovesByTheFactors()
    {
        const SparseFilterBank bank = identityBank(100);
        const Augmenter augmenter(bank, 1, 1e-7);
        const Matrix<float> magnitudes = magnitudesOf(200, 100, [](double frame, double bin) {
            return (frame == 110 ? 8.0 : 1.0) * (bin == 40 ? 4.0 : 1.0);
        });
        Augmentation augmentation;
        augmentation.stretch = 1.2;
        augmentation.pitchShift = 1.25;
        Matrix<float> excerpt(115, 100);
        augmenter.apply(magnitudes, 100, augmentation, excerpt.view());
        const auto value = [&](std::size_t frame, std::size_t bin) {
            return std::exp(excerpt(frame, bin));
        };
        QVERIFY(std::abs(value(57 + 12, 50) - 32) < 1e-3);
        QVERIFY(std::abs(value(57 + 12, 20) - 8) < 1e-3);
        QVERIFY(std::abs(value(57, 50) - 4) < 1e-3);
        for (const std::size_t frame : {66U, 67U, 68U, 70U, 71U, 72U})
            QVERIFY(value(frame, 20) < 7);
        for (const std::size_t bin : {47U, 48U, 49U, 51U, 52U})
            QVERIFY(value(57, bin) < 3.9F);
        QVERIFY(std::abs(value(57 + 15, 55) - 1) < 1e-3); // three frames and five bins away
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

    void filtersAreSummedByHand()
    {
        Matrix<float> weights(6, 3); // [bins, bands]
        weights(1, 0) = 0.5F;
        weights(3, 0) = 2; // a hole between
        weights(4, 2) = 1; // band 1 is empty, bin 5 unused
        const SparseFilterBank bank(weights);
        QCOMPARE(bank.bands(), std::size_t{3});
        QCOMPARE(bank.usedBins(), std::size_t{5});
        const std::vector<float> magnitudes{9, 4, 9, 1.5F, 0.01F};
        std::vector<float> logMel(3);
        bank.logMel(magnitudes, 0.1, logMel);
        QCOMPARE(logMel[0], std::log(5.0F)); // 0.5·4 + 2·1.5
        QCOMPARE(logMel[1], std::log(0.1F)); // the floor
        QCOMPARE(logMel[2], std::log(0.1F));
        bank.logMel(magnitudes, 1e-7, logMel);
        QCOMPARE(logMel[2], std::log(0.01F));
        QCOMPARE(SparseFilterBank().usedBins(), std::size_t{0});
    }
};

QTEST_APPLESS_MAIN(TestAugmentation)
#include "tst_augmentation.moc"
