// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explain/real_responses.h"
#include "core/io/safetensors.h"
#include "tests/explain/changed_tensors.h"
#include "tests/explain/real_responses_example.h"
#include "tests/support/failure.h"
#include "tests/support/files.h"
#include "tests/support/full_disk.h"

#include <QTest>

#include <cmath>
#include <limits>

using namespace earshot;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

using Responses = std::vector<std::pair<std::string, RealResponses>>;

Responses twoReferences()
{
    Responses list{{"fc9[0]", realExample(0)}, {"mean(conv4[12])", realExample(-100)}};
    list[1].second.auc = std::numeric_limits<double>::quiet_NaN();
    list[1].second.highest[3].song = "höher \"quoted\"";
    return list;
}

bool isSame(const RealExcerpt& a, const RealExcerpt& b)
{
    return a.response == b.response && a.song == b.song && a.timeSeconds == b.timeSeconds;
}

} // namespace

class TestRealResponses : public QObject
{
    Q_OBJECT

    TestFolder m_folder;

private Q_SLOTS:
    void roundTrip()
    {
        const Responses written = twoReferences();
        const std::vector<float> quantiles = realExample(-3).quantiles;
        writeRealResponses(m_folder.path("trip"), written, quantiles);
        const RealResponsesFile file(m_folder.path("trip"));
        QCOMPARE(file.references(), (std::vector<std::string>{"fc9[0]", "mean(conv4[12])"}));
        QCOMPARE(file.logMelQuantiles(), quantiles);
        QVERIFY(file.find("fc9[1]") == nullptr);
        for (const auto& [reference, expected] : written) {
            const RealResponses* found = file.find(reference);
            QVERIFY(found != nullptr);
            QCOMPARE(found->mean, expected.mean);
            QCOMPARE(found->standardDeviation, expected.standardDeviation);
            QCOMPARE(found->zeroShare, expected.zeroShare);
            QVERIFY(found->auc == expected.auc ||
                    (std::isnan(found->auc) && std::isnan(expected.auc)));
            QCOMPARE(found->quantiles, expected.quantiles);
            QVERIFY(std::ranges::equal(found->highest, expected.highest, isSame));
            QVERIFY(std::ranges::equal(found->lowest, expected.lowest, isSame));
            QCOMPARE(found->excerpts, expected.excerpts);
            QCOMPARE(found->songs, expected.songs);
        }
    }

    // Quantile k is k/100: response 2.5 is the 250th.
    void percentiles_data()
    {
        QTest::addColumn<double>("response");
        QTest::addColumn<double>("percentile");
        QTest::newRow("on a quantile") << 2.5 << 25.0;
        QTest::newRow("between two") << 2.505 << 25.05;
        QTest::newRow("the smallest") << 0.0 << 0.0;
        QTest::newRow("the largest") << 10.0 << 100.0;
        QTest::newRow("below the smallest") << -1e-9 << -infinity;
        QTest::newRow("above the largest") << 10.001 << infinity;
    }

    void percentiles()
    {
        QFETCH(double, response);
        QFETCH(double, percentile);
        const double found = realExample(0).percentile(response);
        QVERIFY2(found == percentile || std::abs(found - percentile) < 1e-4,
                 qPrintable(QString::number(found)));
    }

    void percentilesOfEqualResponses()
    {
        RealResponses real = realExample(0);
        // 60 % of the responses are exactly 0: none of them lies below 0, all below 0.1.
        for (std::size_t i = 0; i <= 600; ++i)
            real.quantiles[i] = 0;
        for (std::size_t i = 601; i <= 1000; ++i)
            real.quantiles[i] = 1;
        QCOMPARE(real.percentile(0), 0.0);
        QCOMPARE(real.percentile(0.5), 60.05);
        QCOMPARE(real.percentile(1), 60.1);
        real.quantiles.assign(1001, 2); // constant
        QCOMPARE(real.percentile(2), 0.0);
        QVERIFY(std::isnan(real.percentile(std::numeric_limits<double>::quiet_NaN())));
        QVERIFY(std::isnan(RealResponses{}.percentile(0)));
    }

    void damagedFiles_data()
    {
        QTest::addColumn<QString>("tensor");
        QTest::addColumn<int>("index");
        QTest::addColumn<double>("value");
        QTest::addColumn<QString>("message");
        const double notANumber = std::numeric_limits<double>::quiet_NaN();
        const QString unsound = "the statistics of mean(conv4[12]) are not finite and in order";
        QTest::newRow("NaN mean") << "mean" << 1 << notANumber << unsound;
        QTest::newRow("deviation below 0") << "standard_deviation" << 1 << -1.0 << unsound;
        QTest::newRow("infinite deviation") << "standard_deviation" << 1 << infinity << unsound;
        QTest::newRow("share above 1") << "zero_share" << 1 << 1.5 << unsound;
        QTest::newRow("area above 1") << "auc" << 1 << 1.5 << unsound;
        QTest::newRow("quantiles out of order") << "quantiles" << 1501 << 1e6 << unsound;
        QTest::newRow("NaN quantile") << "quantiles" << 2001 << notANumber << unsound;
        QTest::newRow("highest out of order") << "highest" << 60 << -1e6 << unsound;
        QTest::newRow("NaN highest") << "highest" << 50 << notANumber << unsound;
        QTest::newRow("lowest out of order") << "lowest" << 60 << 1e6 << unsound;
        QTest::newRow("time below 0") << "highest_time_s" << 50 << -1.0 << unsound;
        QTest::newRow("unknown song") << "lowest_song" << 99 << 4.0 << "of an unknown song";
        QTest::newRow("song below 0") << "lowest_song" << 50 << -1.0 << "of an unknown song";
        QTest::newRow("count below 0") << "excerpts" << 1 << -1.0 << "has a negative count";
        QTest::newRow("songs below 0") << "songs" << 1 << -1.0 << "has a negative count";
        QTest::newRow("log-mels") << "log_mel_quantiles" << 0 << 1e6
                                  << "its quantiles of log-mel are not finite and in order";
    }

    void damagedFiles()
    {
        QFETCH(QString, tensor);
        QFETCH(int, index);
        QFETCH(double, value);
        QFETCH(QString, message);
        writeRealResponses(m_folder.path("whole"), twoReferences(), realExample(0).quantiles);
        ChangedTensors changed(m_folder.path("whole"));
        changed.setValue(tensor.toStdString(), static_cast<std::size_t>(index), value);
        changed.write(m_folder.path("damaged"));
        const QString found = badInputOf([&] { RealResponsesFile(m_folder.path("damaged")); });
        QVERIFY2(found.contains(message) && found.contains("damaged"), qPrintable(found));
    }

    void filesThatAreIncomplete()
    {
        writeRealResponses(m_folder.path("whole"), twoReferences(), realExample(0).quantiles);
        const SafetensorsFile whole(m_folder.path("whole"));
        for (const TensorView& tensor : whole.tensors()) {
            ChangedTensors changed(m_folder.path("whole"));
            changed.remove(tensor.name);
            changed.write(m_folder.path("part"));
            QVERIFY2(!badInputOf([&] { RealResponsesFile(m_folder.path("part")); }).isEmpty(),
                     tensor.name.c_str());
        }
        for (const auto& [key, value] : whole.metadata()) {
            ChangedTensors changed(m_folder.path("whole"));
            changed.metadata().erase(key);
            changed.write(m_folder.path("part"));
            QVERIFY2(!badInputOf([&] { RealResponsesFile(m_folder.path("part")); }).isEmpty(),
                     key.c_str());
        }
        ChangedTensors changed(m_folder.path("whole"));
        changed.metadata()["references"] = R"(["fc9[0]","fc9[0]"])";
        changed.write(m_folder.path("part"));
        QVERIFY(badInputOf([&] {
                    RealResponsesFile(m_folder.path("part"));
                }).contains("names a reference twice: fc9[0]"));
        changed.metadata()["references"] = R"(["fc9[0]"])";
        changed.write(m_folder.path("part"));
        QVERIFY(!badInputOf([&] { RealResponsesFile(m_folder.path("part")); }).isEmpty());
        QVERIFY(!badInputOf([&] { RealResponsesFile(m_folder.path("none")); }).isEmpty());
    }

    void whatCannotBeWritten()
    {
        const std::vector<float> quantiles = realExample(0).quantiles;
        Responses uneven = twoReferences();
        uneven[1].second.lowest.pop_back();
        QVERIFY(failureOf([&] {
                    writeRealResponses(m_folder.path("no"), uneven, quantiles);
                }).contains("cannot hold the responses of mean(conv4[12])"));
        QVERIFY(failureOf([&] {
                    writeRealResponses(m_folder.path("no"), twoReferences(), {});
                }).contains("cannot hold the quantiles of log-mel"));
        m_folder.write("file", "x");
        QVERIFY(failureOf([&] {
                    writeRealResponses(m_folder.path("file/no"), twoReferences(), quantiles);
                }).startsWith("cannot write"));
        const QStringList before = m_folder.entries();
        const FullDisk full(1000);
        QVERIFY(failureOf([&] {
                    writeRealResponses(m_folder.path("no"), twoReferences(), quantiles);
                }).startsWith("cannot write"));
        QCOMPARE(m_folder.entries(), before);
    }
};

QTEST_APPLESS_MAIN(TestRealResponses)
#include "tst_real_responses.moc"
