// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/grid_texts.h"

#include <QTest>

using namespace earshot;

namespace {

// One measurement for each state.
GridResult resultOf(const std::vector<GridState>& states)
{
    GridResult result;
    result.response = "fc8.act[3]";
    result.settings = fullGrid();
    result.real.source = "top 50 of 900";
    for (const GridState state : states) {
        GridMeasurement measurement;
        measurement.state = state;
        result.measurements.push_back(measurement);
    }
    return result;
}

} // namespace

class TestGridTexts : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void found()
    {
        GridResult result = resultOf({GridState::Ok, GridState::Ok, GridState::Exploded});
        result.chosen = 1;
        GridMeasurement& chosen = result.measurements[1];
        chosen.setting = {0.01, 0.001, 63};
        chosen.distance = 1.5;
        chosen.interval = {1, 2};
        chosen.examples = 50;
        QCOMPARE(resultText(result),
                 QString("Best of the full search: lᵣ 0.01, λ 0.001, 63 steps, distance 1.5 "
                         "(1.0–2.0). Real music: top 50 of 900."));
        result.settings.examples = 7;
        result.end = RunEnd::Stopped;
        result.real.warnings = {"few songs"};
        QCOMPARE(resultText(result),
                 QString("Best of the search 9×7×1000: lᵣ 0.01, λ 0.001, 63 steps, distance 1.5 "
                         "(1.0–2.0). The search was stopped. Real music: top 50 of 900. Note: few "
                         "songs. To compare with more, drop a folder of music on the window."));
        // With music of the user's own.
        result.record = Json::object({{"index", Json::object()}});
        QVERIFY(resultText(result).endsWith(
            "Note: few songs. To compare with more, add music to the folder and press F5."));
        // Stopped so early that hardly anything was seen of it.
        chosen.examples = 2;
        QVERIFY(resultText(result).contains("(1.0–2.0). That rests on 2 of 7 starts, too few to "
                                            "rely on: let the search go on first. The search"));
    }

    void nothingFound_data()
    {
        using enum GridState;
        QTest::addColumn<std::vector<GridState>>("states");
        QTest::addColumn<QString>("text");
        QTest::newRow("exploded") << std::vector{Exploded, Exploded}
                                  << "Every setting exploded: a response was not finite, or beyond "
                                     "a million. Real";
        QTest::newRow("dead") << std::vector{Dead, Dead}
                              << "The unit is dead for every setting: the response’s gradient is 0 "
                                 "for every start. Look at its pre-activation: the layer without "
                                 "“.act”. Real";
        QTest::newRow("stopped") << std::vector{Stopped, Stopped, Stopped}
                                 << "A distance needs two examples, and the search was stopped "
                                    "before 3 of 3 settings had them. Real";
        QTest::newRow("mixed") << std::vector{Exploded, Dead, Dead}
                               << "1 of 3 settings exploded: a response was not finite, or beyond "
                                  "a million. The unit is dead for 2 of 3 settings: ";
        QTest::newRow("for no known reason") << std::vector{Ok} << "No setting has a distance.";
    }
    void nothingFound()
    {
        QFETCH(std::vector<GridState>, states);
        QFETCH(QString, text);
        const QString found = resultText(resultOf(states));
        QVERIFY2(found.startsWith(text), qPrintable(found));
    }

    // Where there is no activation to leave out.
    void deadBeforeTheActivation()
    {
        GridResult result = resultOf({GridState::Dead});
        result.response = "fc8[3]";
        QVERIFY(!resultText(result).contains("pre-activation"));
    }

    void names()
    {
        GridSettings settings = quickGrid();
        QCOMPARE(searchName(settings), QString("quick search"));
        QCOMPARE(shownText(settings), QString("Shown: quick"));
        QCOMPARE(shownText(fullGrid()), QString("Shown: full"));
        settings.examples = 7;
        QCOMPARE(searchName(settings), QString("search 9×7×100"));
        QCOMPARE(shownText(settings), QString("Shown: 9×7×100"));
    }

    void running()
    {
        SearchState run;
        QCOMPARE(runText(run), QString("Searching"));
        run.secondsLeft = 9;
        QCOMPARE(runText(run), QString("Searching · 9 s left"));
        run.isStopping = true;
        QCOMPARE(runText(run), QString("Stopping…"));
    }

    void unfinished()
    {
        QCOMPARE(unfinishedText(SearchForm::Full, 0.389, "Shift+G"),
                 QString("An unfinished full search is here (38\u00a0% done): Shift+G goes on."));
        QCOMPARE(unfinishedText(SearchForm::Quick, 0.004, "G"),
                 QString("An unfinished quick search is here (0\u00a0% done): G goes on."));
    }
};

QTEST_GUILESS_MAIN(TestGridTexts)
#include "tst_grid_texts.moc"
