// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/packed_data.h"
#include "core/util/error.h"
#include "tests/support/failure.h"
#include "tests/train/labelled_music.h"

#include <QTemporaryDir>
#include <QTest>

#include <cmath>

using namespace earshot;

class TestPackedData : public QObject
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
        const QString failure = badInputOf([&] { PackedData data(file); });
        QVERIFY2(failure.contains(message), qPrintable(failure));
    }

    void damagedTensorsAreRefused_data()
    {
        QTest::addColumn<int>("damage");
        QTest::addColumn<QString>("message");
        QTest::newRow("bins") << 0 << "[8, 512]";
        QTest::newRow("labels missing") << 1 << "labels";
        QTest::newRow("gap between recordings") << 2 << "misplaced";
        QTest::newRow("label 2") << 3 << "expected -1, 0 or 1, found 2";
        QTest::newRow("range of 8 bits") << 4 << "u8_low below u8_high";
        QTest::newRow("negative filter") << 5 << "weights of 0 or more";
        QTest::newRow("filter NaN") << 6 << "weights of 0 or more";
    }
    void damagedTensorsAreRefused()
    {
        QFETCH(int, damage);
        QFETCH(QString, message);
        TrainingPack pack;
        pack.entries = {{"song", "train", 4, alwaysPositive, ramp},
                        {"song", "train", 4, alwaysPositive, ramp}};
        const PackedData whole(pack.write(path("whole")));
        QCOMPARE(whole.recordings().size(), std::size_t{2});
        switch (damage) {
        case 0:
            pack.columns = 512;
            break;
        case 1:
            pack.missingLabels = 1;
            break;
        case 2:
            pack.shiftOfSecond = 1;
            break;
        case 3:
            pack.entries[1].label = [](std::size_t frame) { return frame == 3 ? 2 : 0; };
            break;
        case 4:
            pack.features = "mel";
            pack.columns = 80;
            pack.isUnsigned8 = true;
            pack.metadata["u8_high"] = "-16";
            break;
        default:
            pack.firstFilterWeight = damage == 5 ? -0.5F : std::nanf("");
        }
        const std::filesystem::path file = pack.write(path("damaged"));
        const QString failure = badInputOf([&] { PackedData data(file); });
        QVERIFY2(failure.contains(message), qPrintable(failure));
        QVERIFY2(failure.contains("damaged"), qPrintable(failure));
    }

    void whatIsNoPackIsRefused()
    {
        QVERIFY(badInputOf([&] { PackedData data(path("nowhere")); }).contains("nowhere"));
        QVERIFY(
            badInputOf([&] { PackedData data(m_folder.path().toStdString()); }).contains("folder"));
        const std::filesystem::path file = music().write(path("cut"));
        std::filesystem::resize_file(file, std::filesystem::file_size(file) - 1);
        QVERIFY(badInputOf([&] { PackedData data(file); }).contains("cut"));
        std::filesystem::resize_file(file, 0);
        QVERIFY(badInputOf([&] { PackedData data(file); }).contains("cut"));
        SafetensorsWriter().write(file); // of no kind
        QVERIFY(badInputOf([&] { PackedData data(file); }).contains("format"));
    }

    void kindsAndSplitsHaveNames()
    {
        QCOMPARE(name(RecordingKind::StemsMix), std::string_view("stems-mix"));
        QCOMPARE(name(RecordingKind::Unlabelled), std::string_view("unlabelled"));
        QCOMPARE(name(Split::Valid), std::string_view("valid"));
    }
};

QTEST_APPLESS_MAIN(TestPackedData)
#include "tst_packed_data.moc"
