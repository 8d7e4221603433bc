// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/notices.h"
#include "tests/app/gui/hand_made.h"

#include <QTest>

using namespace earshot;

class TestNotices : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aWholeOne() { QCOMPARE(stopText(handMade()), QString()); }

    // Its one step is done.
    void someAreFinished()
    {
        Explanation explanation = handMade();
        explanation.end = RunEnd::Stopped;
        explanation.settings.examples = 8;
        QCOMPARE(stopText(explanation), QString("Stopped: 2 of 8 examples are finished."));
    }

    void noneIsFinished()
    {
        Explanation explanation = handMade();
        explanation.end = RunEnd::Stopped;
        explanation.settings.examples = 8;
        explanation.settings.steps = 100;
        QCOMPARE(stopText(explanation),
                 QString("Stopped at step 1 of 100: 2 of 8 examples were begun, none is "
                         "finished."));
    }

    void differences_data()
    {
        QTest::addColumn<ExplainSettings>("made");
        QTest::addColumn<QString>("text");
        const auto row = [](const char* text, const std::function<void(ExplainSettings&)>& change) {
            ExplainSettings made;
            change(made);
            QTest::newRow(text) << made << QString(text);
        };
        row("", [](ExplainSettings&) {});
        row("50 examples, seed 7", [](ExplainSettings& made) {
            made.examples = 50;
            made.seed = 7;
        });
        row("500 steps, learning rate 0.001, prior weight 0.5", [](ExplainSettings& made) {
            made.steps = 500;
            made.learningRate = 0.001;
            made.priorWeight = 0.5;
        });
        row("negative alone, raw response, the last step", [](ExplainSettings& made) {
            made.directions = Directions::Negative;
            made.scale = ResponseScale::Raw;
            made.choice = StepChoice::Last;
        });
    }
    void differences()
    {
        QFETCH(ExplainSettings, made);
        QFETCH(QString, text);
        QCOMPARE(differenceText(made, presetSettings(Preset::Recommended)), text);
    }
};

QTEST_MAIN(TestNotices)
#include "tst_notices.moc"
