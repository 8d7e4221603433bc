// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/calibration.h"
#include "core/train/report_text.h"
#include "tests/support/failure.h"

#include <QTest>

#include <cmath>
#include <limits>
#include <vector>

using namespace earshot;

namespace {

constexpr auto positive = FrameLabel::Positive;
constexpr auto negative = FrameLabel::Negative;
constexpr auto unknown = FrameLabel::Unknown;

// The logit of a probability.
float logit(double probability)
{
    return static_cast<float>(std::log(probability / (1 - probability)));
}

bool near(double a, double b)
{
    return std::abs(a - b) < 1e-6;
}

} // namespace

class TestCalibration : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // 0.25 twice, one of them positive; 0.72 and 0.78, both positive; one unknown.
    void binsAreCountedByHand()
    {
        const std::vector<float> logits{logit(0.25), logit(0.25), logit(0.72), logit(0.78), 9};
        const std::vector<FrameLabel> labels{positive, negative, positive, positive, unknown};
        const Calibration result = calibrationOf(logits, labels);
        QCOMPARE(result.bins.size(), std::size_t{10});
        QVERIFY(near(result.bins[2].low, 0.2) && near(result.bins[2].high, 0.3));
        QCOMPARE(result.bins[2].count, std::size_t{2});
        QVERIFY(near(result.bins[2].probability, 0.25) && near(result.bins[2].positiveShare, 0.5));
        QCOMPARE(result.bins[7].count, std::size_t{2});
        QVERIFY(near(result.bins[7].probability, 0.75) && near(result.bins[7].positiveShare, 1));
        QCOMPARE(result.bins[9].count, std::size_t{0});
        QVERIFY(std::isnan(result.bins[9].probability));
        QVERIFY(near(result.expectedError, 0.5 * 0.25 + 0.5 * 0.25));
        QVERIFY(
            near(result.brierScore, (0.75 * 0.75 + 0.25 * 0.25 + 0.28 * 0.28 + 0.22 * 0.22) / 4));
    }

    // Certain and right: nothing to improve. 1 lies in the last bin.
    void certaintyIsCalibratedIfRight()
    {
        const std::vector<float> logits{-200, 200};
        const Calibration right = calibrationOf(logits, std::vector{negative, positive});
        QVERIFY(near(right.expectedError, 0) && near(right.brierScore, 0));
        QVERIFY(right.bins.front().count == 1 && right.bins.back().count == 1);
        const Calibration wrong = calibrationOf(logits, std::vector{positive, negative});
        QVERIFY(near(wrong.expectedError, 1) && near(wrong.brierScore, 1));
    }

    void nothingJudgedIsNoNumber()
    {
        const Calibration none = calibrationOf({}, {});
        QVERIFY(std::isnan(none.expectedError) && std::isnan(none.brierScore));
        const std::vector<float> logits{std::numeric_limits<float>::quiet_NaN()};
        QVERIFY(badInputOf([&] { calibrationOf(logits, std::vector{positive}); }).contains("NaN"));
    }

    void figuresAreTold()
    {
        const std::vector<float> logits{logit(0.25), logit(0.25)};
        const Calibration result = calibrationOf(logits, std::vector{positive, negative});
        const QString table = QString::fromStdString(result.markdown());
        QVERIFY2(table.contains("| 0.2–0.3 | 2 | 0.250 | 0.500 |"), qPrintable(table));
        QVERIFY2(table.contains("| 0.9–1.0 | 0 | – | – |"), qPrintable(table));
        QVERIFY2(table.contains("error 0.250, Brier score 0.313"), qPrintable(table));
        const Json json = result.json();
        QVERIFY(near(json.number("expected_calibration_error"), 0.25));
        QCOMPARE(json.at("bins").at(std::size_t{2}).number("count"), 2.0);
    }

    void numbersForTables_data()
    {
        QTest::addColumn<double>("value");
        QTest::addColumn<QString>("text");
        QTest::newRow("rounded") << 1.23456 << "1.235";
        QTest::newRow("negative") << -0.5 << "-0.500";
        QTest::newRow("nearly nothing") << -0.0001 << "0.000";
        QTest::newRow("none") << std::nan("") << "–";
    }
    void numbersForTables()
    {
        QFETCH(double, value);
        QFETCH(QString, text);
        QCOMPARE(QString::fromStdString(fixedText(value)), text);
    }
};

QTEST_APPLESS_MAIN(TestCalibration)
#include "tst_calibration.moc"
