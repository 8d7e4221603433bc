// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plot/distribution_shapes.h"
#include "ui/plot/distributions_view.h"

#include <QSignalSpy>
#include <QtTest>

#include <algorithm>
#include <cmath>
#include <limits>

using namespace earshot;

namespace {

constexpr float missing = std::numeric_limits<float>::quiet_NaN();

// Of the uniform distribution over [0, 10]: 1,001 quantiles.
std::vector<float> uniform()
{
    std::vector<float> quantiles(1001);
    for (std::size_t i = 0; i < quantiles.size(); ++i)
        quantiles[i] = static_cast<float>(i) / 100;
    return quantiles;
}

} // namespace

class TestDistributionsView : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void gaussians()
    {
        // Mean 4, unbiased variance ((−2)² + 0 + 2²) / 2 = 4; the NaN is left out.
        const std::vector<float> values{2, missing, 4, 6};
        const DensityShape shape = gaussianShape(values);
        QVERIFY(std::abs(shape.positions.front() - (4 - 4 * 2)) < 1e-9);
        QVERIFY(std::abs(shape.positions.back() - (4 + 4 * 2)) < 1e-9);
        const auto peak = std::max_element(shape.heights.begin(), shape.heights.end());
        QCOMPARE(*peak, 1.0);
        QVERIFY(std::abs(shape.positions[std::size_t(peak - shape.heights.begin())] - 4) < 1e-9);
        // One deviation from the mean: exp(−½).
        const auto one = std::find_if(shape.positions.begin(), shape.positions.end(),
                                      [](double p) { return std::abs(p - 6) < 1e-9; });
        QVERIFY(one != shape.positions.end());
        QVERIFY(std::abs(shape.heights[std::size_t(one - shape.positions.begin())] -
                         std::exp(-0.5)) < 1e-9);
    }

    void noGaussianWithoutSpread()
    {
        QVERIFY(gaussianShape({}).empty());
        QVERIFY(gaussianShape(std::vector<float>{3}).empty());
        QVERIFY(gaussianShape(std::vector<float>{3, missing}).empty());
        QVERIFY(gaussianShape(std::vector<float>{3, 3, 3}).empty());
    }

    void histogramsFromQuantiles()
    {
        // A third of the distribution in [0, 1), two thirds in [1, 2]: densities 1/3 and 2/3.
        const std::vector<float> quantiles{0, 1, 1.5F, 2};
        const DensityShape shape = quantileShape(quantiles, 0, 2, 4);
        QCOMPARE(shape.positions, (std::vector<double>{0, 0.5, 1, 1.5, 2}));
        const std::vector<double> expected{0.5, 0.5, 1, 1, 0};
        for (std::size_t i = 0; i < expected.size(); ++i)
            QVERIFY(std::abs(shape.heights[i] - expected[i]) < 1e-9);
    }

    void aPointMassIsOneBin()
    {
        const std::vector<float> quantiles{0, 0, 0, 0, 4}; // three quarters are 0
        const DensityShape shape = quantileShape(quantiles, -1, 4, 5);
        QCOMPARE(shape.heights[1], 1.0);
        QVERIFY(std::abs(shape.heights[2] - 0.25 / 3.25) < 1e-9);
        QVERIFY(quantileShape(std::vector<float>{missing, 1}, 0, 1, 5).empty());
        QVERIFY(quantileShape(quantiles, 4, 4, 5).empty());
    }

    void shares()
    {
        const std::vector<float> quantiles{0, 1, 1, 1, 5};
        QCOMPARE(shareBelow(quantiles, -1), 0.0);
        QCOMPARE(shareBelow(quantiles, 0.5), 0.125);
        QCOMPARE(shareBelow(quantiles, 1), 0.5); // the middle of 1/4 … 3/4
        QCOMPARE(shareBelow(quantiles, 3), 0.875);
        QCOMPARE(shareBelow(quantiles, 6), 1.0);
        QVERIFY(std::isnan(shareBelow({}, 1)));
    }

    void readouts()
    {
        DistributionsView view;
        QCOMPARE(view.readoutAt(-2.5), "response −2.50");
        Distributions distributions;
        distributions.realQuantiles = uniform();
        view.setDistributions(distributions);
        QCOMPARE(view.readoutAt(8.7), "response +8.70 · above 87 % of the real excerpts");
        QCOMPARE(view.readoutAt(9.95), "response +9.95 · above 99.5 % of the real excerpts");
        QCOMPARE(view.readoutAt(11), "response +11.00 · above all real excerpts");
        QCOMPARE(view.readoutAt(-1), "response −1.00 · below all real excerpts");
    }

    void distances_data()
    {
        QTest::addColumn<double>("distance");
        QTest::addColumn<QString>("text");
        QTest::newRow("usual") << 1.204 << "1.2";
        QTest::newRow("small") << 5.8e-4 << QString::fromUtf8("5.8e−4"); // not 0.00
        QTest::newRow("large") << 1557.733 << "1558";
    }
    void distances()
    {
        QFETCH(double, distance);
        QFETCH(QString, text);
        DistributionsView view;
        Distributions distributions;
        distributions.realHighest = std::vector<float>(50, 9);
        distributions.positive = {8, 9};
        distributions.positiveDistance = distance;
        view.setDistributions(distributions);
        QCOMPARE(view.positiveText(), "Positive: distance " + text + " to the 50 highest real");
        QCOMPARE(view.negativeText(), "Negative: no distance");
    }

    void theAxisCoversWhatIsFinite()
    {
        DistributionsView view;
        Distributions distributions;
        distributions.realQuantiles = uniform();
        distributions.realQuantiles.back() = 1000; // one outlier does not squeeze the rest
        distributions.positive = {8, missing, 14};
        distributions.negative = {missing};
        distributions.start = {-std::numeric_limits<float>::infinity(), 3};
        view.setDistributions(distributions);
        QVERIFY(view.firstResponse() > -2 && view.firstResponse() < 0.01);
        QVERIFY(view.lastResponse() > 14 && view.lastResponse() < 16);
        view.resize(800, 170);
        QVERIFY(!view.grab().isNull());
        view.clear();
        QVERIFY(!view.grab().isNull());
    }

    void allEqualValuesStillHaveAnAxis()
    {
        DistributionsView view;
        Distributions distributions;
        distributions.positive = {2, 2};
        view.setDistributions(distributions);
        QVERIFY(view.firstResponse() < 2 && view.lastResponse() > 2);
    }

    void thePointerIsRead()
    {
        DistributionsView view;
        Distributions distributions;
        distributions.realQuantiles = uniform();
        view.setDistributions(distributions);
        view.resize(800, 170);
        view.show();
        QCoreApplication::processEvents();
        QSignalSpy pointed(&view, &DistributionsView::pointed);
        QWidget* plot = view.childAt(view.rect().center());
        QTest::mouseMove(plot, plot->rect().center());
        QVERIFY(pointed.last()[0].toString().contains("% of the real excerpts"));
        QEvent leave(QEvent::Leave);
        QCoreApplication::sendEvent(plot, &leave);
        QCOMPARE(pointed.last()[0].toString(), QString());
    }
};

QTEST_MAIN(TestDistributionsView)
#include "tst_distributions_view.moc"
