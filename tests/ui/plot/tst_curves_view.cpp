// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plot/curve_plot.h"
#include "ui/plot/curves_view.h"

#include <QSignalSpy>
#include <QtTest>

#include <cmath>
#include <limits>
#include <memory>

using namespace earshot;
using Quantity = CurvesView::Quantity;

namespace {

constexpr float missing = std::numeric_limits<float>::quiet_NaN();

// Steps 0 … 20 of two examples: sign · t ± 1, so that the mean is sign · t.
DirectionCurves direction(int sign)
{
    DirectionCurves curves;
    curves.responses = Matrix<float>(21, 2);
    for (std::size_t step = 0; step <= 20; ++step) {
        const float mean = static_cast<float>(sign) * static_cast<float>(step);
        curves.responses(step, 0) = mean - 1;
        curves.responses(step, 1) = mean + 1;
        curves.distances.push_back(1 + std::abs(static_cast<double>(step) - 12));
        if (step < 20)
            curves.gradientNorms.push_back(0.5);
    }
    curves.normSteps = {0, 10, 20};
    curves.latentNorms = Matrix<float>({11, 12, 11.5, 12.5, 12, 13}, 3, 2);
    curves.chosenStep = 12;
    return curves;
}

Curves bothDirections()
{
    Curves curves;
    curves.directions[Direction::Positive] = direction(1);
    curves.directions[Direction::Negative] = direction(-1);
    curves.focus = 0;
    curves.dialStep = 12;
    return curves;
}

} // namespace

class TestCurvesView : public QObject
{
    Q_OBJECT

    std::unique_ptr<CurvesView> m_view;

    CurvePlot* plot(int index) const { return m_view->findChildren<CurvePlot*>()[index]; }
    // The plot's own child under a step and value, and the place in it.
    void click(int index, double step, double value) const
    {
        const QPoint place = plot(index)->positionOf(step, value).toPoint();
        QWidget* child = plot(index)->childAt(place);
        QVERIFY(child != nullptr);
        QTest::mouseClick(child, Qt::LeftButton, {}, child->mapFrom(plot(index), place));
    }

private Q_SLOTS:
    void init()
    {
        m_view = std::make_unique<CurvesView>();
        m_view->resize(1200, 180);
        m_view->setCurves(bothDirections());
        m_view->show();
        QCoreApplication::processEvents();
    }
    void cleanup() { m_view.reset(); }

    void meansLeaveOutWhatIsMissing()
    {
        const Matrix<float> values({1, missing, 3, missing, missing, missing}, 2, 3);
        const std::vector<double> means = rowMeans(values);
        QCOMPARE(means[0], 2.0);
        QVERIFY(std::isnan(means[1]));
    }

    // A run in hand: two starts are finished, the third is at step 5, the last has not begun. The
    // mean ends where the third one is: it does not jump to that of the others.
    void theMeanEndsWhereNotAllHaveCome()
    {
        Curves curves;
        DirectionCurves live;
        live.responses = Matrix<float>(21, 4);
        for (std::size_t step = 0; step <= 20; ++step) {
            const auto value = static_cast<float>(step);
            live.responses(step, 0) = live.responses(step, 1) = value;
            live.responses(step, 2) = step <= 5 ? value - 9 : missing;
            live.responses(step, 3) = missing;
            live.normSteps.push_back(static_cast<int>(step));
        }
        live.latentNorms = live.responses;
        live.meanRows = rowsReachedByAll({20, 20, 5, -1});
        QCOMPARE(live.meanRows, std::size_t(6));
        curves.directions[Direction::Positive] = live;
        m_view->setCurves(curves);
        QCOMPARE(m_view->readoutAt(Quantity::Response, 5), "step 5 · positive +2.00");
        QCOMPARE(m_view->readoutAt(Quantity::Response, 6), "step 6");
        QCOMPARE(m_view->readoutAt(Quantity::LatentNorm, 5), "step 5 · positive 2.0");
        QCOMPARE(m_view->readoutAt(Quantity::LatentNorm, 6), "step 6");
        // Drawn likewise: the thick line ends, thin ones go on.
        QCoreApplication::processEvents();
        const QImage shown = plot(0)->grab().toImage();
        curves.directions[Direction::Positive].meanRows = 21;
        m_view->setCurves(curves);
        QCoreApplication::processEvents();
        const QImage jumping = plot(0)->grab().toImage();
        const int front = static_cast<int>(plot(0)->positionOf(5.5, 0).x());
        QVERIFY(shown.copy(0, 0, front - 10, shown.height()) ==
                jumping.copy(0, 0, front - 10, shown.height()));
        QVERIFY(shown != jumping);
    }

    void readouts()
    {
        QCOMPARE(m_view->readoutAt(Quantity::Response, 7),
                 "step 7 · positive +7.00 · negative −7.00");
        QCOMPARE(m_view->readoutAt(Quantity::Distance, 14),
                 "step 14 · positive 3.0 · negative 3.0");
        QCOMPARE(m_view->readoutAt(Quantity::GradientNorm, 19),
                 "step 19 · positive 0.50 · negative 0.50");
        QCOMPARE(m_view->readoutAt(Quantity::GradientNorm, 20), "step 20");
        // The nearest of the steps 0, 10 and 20.
        QCOMPARE(m_view->readoutAt(Quantity::LatentNorm, 14),
                 "step 14 · positive 12.0 · negative 12.0");
        QCOMPARE(m_view->readoutAt(Quantity::LatentNorm, 16),
                 "step 16 · positive 12.5 · negative 12.5");
    }

    void aClickAsksForTheStepOfTheNearestCurve()
    {
        QSignalSpy step(m_view.get(), &CurvesView::stepRequested);
        click(0, 5, 4);
        QCOMPARE(step.size(), 1);
        QVERIFY(step[0][0].value<Direction>() == Direction::Positive);
        QCOMPARE(step[0][1].toInt(), 5);
        click(0, 15, -14);
        QVERIFY(step[1][0].value<Direction>() == Direction::Negative);
        QCOMPARE(step[1][1].toInt(), 15);
    }

    void aClickBeyondWhatIsDoneTakesTheLastStep()
    {
        Curves curves;
        curves.directions[Direction::Negative] = direction(-1);
        curves.steps = 100; // a run at step 20 of 100
        m_view->setCurves(curves);
        QCoreApplication::processEvents();
        QSignalSpy step(m_view.get(), &CurvesView::stepRequested);
        click(3, 80, 3);
        QVERIFY(step[0][0].value<Direction>() == Direction::Negative);
        QCOMPARE(step[0][1].toInt(), 20);
    }

    void thePointerIsRead()
    {
        QSignalSpy pointed(m_view.get(), &CurvesView::pointed);
        const QPoint place = plot(3)->positionOf(10, 2).toPoint();
        QWidget* child = plot(3)->childAt(place);
        QTest::mouseMove(child, child->mapFrom(plot(3), place));
        QCOMPARE(pointed.last()[0].toString(), "step 10 · positive 3.0 · negative 3.0");
        QEvent leave(QEvent::Leave);
        QCoreApplication::sendEvent(child, &leave);
        QCOMPARE(pointed.last()[0].toString(), QString());
    }

    void keysAskForSteps()
    {
        QSignalSpy step(m_view.get(), &CurvesView::stepRequested);
        m_view->setDial(Direction::Negative, 12);
        for (const auto& [key, expected] : {std::pair(Qt::Key_Right, 13),
                                            {Qt::Key_Left, 11},
                                            {Qt::Key_PageUp, 20},
                                            {Qt::Key_PageDown, 2},
                                            {Qt::Key_Home, 0},
                                            {Qt::Key_End, 20}}) {
            QTest::keyClick(m_view.get(), key);
            QVERIFY(step.last()[0].value<Direction>() == Direction::Negative);
            QCOMPARE(step.last()[1].toInt(), expected);
        }
        QVERIFY(m_view->accessibleDescription().contains("negative direction's step 12"));
    }

    void withoutCurvesNothingIsAskedFor()
    {
        m_view->clear();
        QSignalSpy step(m_view.get(), &CurvesView::stepRequested);
        QTest::keyClick(m_view.get(), Qt::Key_Right);
        QCOMPARE(step.size(), 0);
        QCOMPARE(m_view->readoutAt(Quantity::Response, 3), "step 3");
    }

    void narrowViewsHaveTwoRows()
    {
        const auto top = [this](int index) {
            return plot(index)->mapTo(m_view.get(), QPoint()).y();
        };
        QCOMPARE(top(0), top(3));
        m_view->resize(500, 360);
        QCoreApplication::processEvents();
        QCOMPARE(top(0), top(1));
        QVERIFY(top(2) >= plot(0)->geometry().bottom());
    }

    // A live run: examples that are not there yet, no distance, no norm, an exploded value.
    void incompleteRunsAreDrawn()
    {
        Curves curves;
        DirectionCurves half;
        half.responses =
            Matrix<float>({1, missing, std::numeric_limits<float>::infinity(), missing}, 2, 2);
        half.distances = {0, std::numeric_limits<double>::quiet_NaN()};
        curves.directions[Direction::Positive] = half;
        curves.steps = 100;
        curves.focus = 7; // beyond the columns
        m_view->setCurves(curves);
        QVERIFY(!m_view->grab().isNull());
        QCOMPARE(m_view->readoutAt(Quantity::Response, 0), "step 0 · positive +1.00");
        QCOMPARE(m_view->readoutAt(Quantity::Response, 1), "step 1");
    }
};

QTEST_MAIN(TestCurvesView)
#include "tst_curves_view.moc"
