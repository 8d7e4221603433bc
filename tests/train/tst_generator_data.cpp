// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/generator_data.h"
#include "core/train/real_excerpts.h"
#include "core/util/error.h"
#include "tests/support/failure.h"
#include "tests/train/generator_music.h"

#include <QTest>

#include <cmath>
#include <map>

using namespace earshot;

class TestGeneratorData : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void filterLeavesOutFloorAndSilence_data()
    {
        QTest::addColumn<int>("floorFrames");
        QTest::addColumn<int>("floorBins");
        QTest::addColumn<int>("silentFrames");
        QTest::addColumn<bool>("permitted");
        QTest::newRow("music") << 0 << 0 << 0 << true;
        QTest::newRow("one bin of 80 at the floor is under 2 %") << 115 << 1 << 0 << true;
        QTest::newRow("five floor frames") << 5 << 2 << 0 << true;
        QTest::newRow("six floor frames") << 6 << 2 << 0 << false;
        QTest::newRow("39 near-silent frames") << 0 << 0 << 39 << true;
        QTest::newRow("40 near-silent frames") << 0 << 0 << 40 << false;
    }

    // The middle 115 of 345 frames hold the fault, at their start: start 115 sees all of it, start
    // 0 none.
    void filterLeavesOutFloorAndSilence()
    {
        QFETCH(int, floorFrames);
        QFETCH(int, floorBins);
        QFETCH(int, silentFrames);
        QFETCH(bool, permitted);
        QTemporaryDir folder;
        const PackedData data(
            writePack(folder, {{"song", "train", 345, [&](std::size_t frame, std::size_t band) {
                                    const auto within = static_cast<int>(frame) - 115;
                                    if (within >= 0 && within < silentFrames)
                                        return -7.0F;
                                    if (within >= 0 && within < floorFrames &&
                                        static_cast<int>(band) < floorBins)
                                        return static_cast<float>(floorLogMel);
                                    return noise(frame, band);
                                }}}));
        const GeneratorData excerpts(data, {});
        QVERIFY(excerpts.permits(0, 0));
        QCOMPARE(excerpts.permits(0, 115), permitted);
        QVERIFY(excerpts.permits(0, 230));
        QVERIFY(!excerpts.permits(0, 231)); // would end after the last frame
        if (permitted)
            QCOMPARE(excerpts.starts(), std::size_t{231});
    }

    // One excerpt of a song at 2, one of an instrumental at −2 drawn 0.35 times as often: mean
    // (2 − 0.7)/1.35 = 0.963, variance 4 − 0.963² = 3.0727.
    void unitsCountExcerptsAsOftenAsTheyAreDrawn()
    {
        QTemporaryDir folder;
        const auto constant = [](float level) {
            return [level](std::size_t, std::size_t) { return level; };
        };
        const PackedData data(writePack(folder, {{"song", "train", 115, constant(2)},
                                                 {"instrumental", "train", 115, constant(-2)},
                                                 {"mix", "train", 115, constant(7)},
                                                 {"stems-mix", "train", 115, constant(7)},
                                                 {"song", "valid", 115, constant(7)},
                                                 {"unlabelled", "train", 114, constant(7)}}));
        const GeneratorData excerpts(data, {});
        QCOMPARE(excerpts.starts(), std::size_t{2});
        // Packed in steps of 0.0946.
        QVERIFY(std::abs(excerpts.mean() - 0.963) < 0.05);
        QVERIFY(std::abs(excerpts.std() - std::sqrt(3.0727)) < 0.05);
    }

    void drawsDependOnSeedAndStepAlone()
    {
        QTemporaryDir folder;
        const PackedData data(writePack(folder, smallMusic()));
        const GeneratorData excerpts(data, {});
        const at::Tensor batch = excerpts.batch(1, 7, 8);
        QCOMPARE(batch.sizes(), at::IntArrayRef({8, 1, 115, 80}));
        excerpts.batch(1, 8, 3);
        QVERIFY(batch.equal(excerpts.batch(1, 7, 8)));
        QVERIFY(!batch.equal(excerpts.batch(1, 8, 8)));
        QVERIFY(!batch.equal(excerpts.batch(2, 7, 8)));

        std::map<std::size_t, int> counts;
        std::map<std::size_t, int> firstFrames;
        for (const GeneratorData::Excerpt& excerpt : excerpts.draw(1, 0, 13500)) {
            ++counts[excerpt.recording];
            ++firstFrames[excerpt.firstFrame];
            QVERIFY(excerpts.permits(excerpt.recording, excerpt.firstFrame));
        }
        QCOMPARE(counts.size(), std::size_t{2}); // training recordings only
        // 10,000 and 3,500 expected; the standard deviation is 51.
        QVERIFY(std::abs(counts.at(0) - 10000) < 250);
        QCOMPARE(firstFrames.size(), std::size_t{286}); // every start there is
    }

    void batchIsInUnitsOfTheData()
    {
        QTemporaryDir folder;
        const PackedData data(writePack(folder, smallMusic()));
        GeneratorData excerpts(data, {});
        const GeneratorData::Excerpt first = excerpts.draw(1, 0, 1).front();
        const Matrix<float> rows =
            data.logMels(data.recordings()[first.recording], first.firstFrame, 115);
        excerpts.useUnits(1, 4);
        const at::Tensor batch = excerpts.batch(1, 0, 1);
        for (const std::size_t i : {std::size_t{0}, std::size_t{4711}, rows.size() - 1})
            QCOMPARE(batch.const_data_ptr<float>()[i], (rows.values()[i] - 1) / 4);
    }

    void nothingToLearnFromIsBadInput()
    {
        QTemporaryDir folder;
        const auto silence = [](std::size_t, std::size_t) {
            return static_cast<float>(floorLogMel);
        };
        const PackedData silent(writePack(folder, {{"song", "train", 500, silence}}));
        QVERIFY(badInputOf([&] { GeneratorData(silent, {}); }).contains("no excerpts"));
        const PackedData shortMusic(writePack(folder, {{"song", "train", 114, noise}}));
        QVERIFY(badInputOf([&] { GeneratorData(shortMusic, {}); }).contains("no excerpts"));
        const PackedData flat(writePack(
            folder, {{"song", "train", 200, [](std::size_t, std::size_t) { return 1.0F; }}}));
        QVERIFY(badInputOf([&] { GeneratorData(flat, {}); }).contains("log-mels that vary"));
        // 16-bit log-mels can hold a NaN.
        TrainingPack pack;
        pack.features = "mel";
        pack.columns = 80;
        pack.entries = {{"song", "train", 115, [](std::size_t) { return -1; },
                         [](std::size_t frame, std::size_t band) {
                             return frame + band == 100 ? std::nan("") : noise(frame, band);
                         }}};
        const PackedData damaged(pack.write(folder.filePath("nan").toStdString()));
        QVERIFY(badInputOf([&] { GeneratorData(damaged, {}); }).contains("not finite"));
    }

    void realExcerptsAreEqualSharesOfHeldOutMusic()
    {
        QTemporaryDir folder;
        const PackedData data(writePack(folder, smallMusic()));
        std::map<std::size_t, int> counts;
        for (const auto& excerpt : selectRealExcerpts(data, RealSet::HeldOut, 101, 3)) {
            ++counts[excerpt.recording];
            QVERIFY(excerpt.firstFrame + 115 <= data.recordings()[excerpt.recording].frames);
        }
        const std::map<std::size_t, int> expected{{2, 26}, {3, 25}, {4, 50}};
        QCOMPARE(counts, expected);
        for (const auto& excerpt : selectRealExcerpts(data, RealSet::Training, 10, 3))
            QVERIFY(excerpt.recording < 2);
        for (const auto& excerpt : selectRealExcerpts(data, RealSet::Test, 10, 3))
            QVERIFY(excerpt.recording > 2);
        // Its only recording is a song.
        QCOMPARE(realMusic(data, RealSet::Validation).songs, std::vector<std::size_t>{2});
        QVERIFY(badInputOf([&] {
                    selectRealExcerpts(data, RealSet::Validation, 10, 3);
                }).contains("to compare with in the split 'valid'"));
        const PackedData songsOnly(writePack(folder, {{"song", "test", 200, noise}}));
        QVERIFY(badInputOf([&] {
                    selectRealExcerpts(songsOnly, RealSet::HeldOut, 10, 3);
                }).contains("found 1 songs and 0 instrumentals"));
    }
};

QTEST_APPLESS_MAIN(TestGeneratorData)
#include "tst_generator_data.moc"
