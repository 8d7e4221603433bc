// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/context.h"
#include "app/cli/grid_report.h"

#include <QString>
#include <QTest>

using namespace earshot;

namespace {

// One setting, measured over so many of its starts.
GridResult resultOver(int known, int examples)
{
    GridResult result;
    result.response = "fc8[3]";
    result.settings = fullGrid();
    result.settings.examples = examples;
    result.end = known < examples ? RunEnd::Stopped : RunEnd::Completed;
    GridMeasurement measurement;
    measurement.setting = {0.1, 0.01, 100};
    measurement.examples = known;
    measurement.distance = 1.5;
    measurement.isTied = true;
    result.measurements = {measurement};
    result.chosen = result.best = 0;
    return result;
}

} // namespace

class TestGridReport : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // Of a search that was stopped early the best setting is hardly one.
    void fewStarts()
    {
        const GridResult early = resultOver(2, 50);
        const QString text = QString::fromStdString(GridReport(early).text());
        QVERIFY2(text.contains("\nthat rests on 2 of 50 starts, too few to rely on: let the search "
                               "go on first\n"),
                 qPrintable(text));
        QVERIFY2(text.contains("\nto use it all the same: earshot-cli explain "), qPrintable(text));
    }

    void enoughStarts()
    {
        const GridResult whole = resultOver(50, 50);
        const QString text = QString::fromStdString(GridReport(whole).text());
        QVERIFY2(!text.contains("too few"), qPrintable(text));
        QVERIFY2(text.contains("\nto use it: earshot-cli explain "), qPrintable(text));
        QVERIFY2(text.endsWith(" --steps 100\n"), qPrintable(text));
        QVERIFY(GridReport(whole, " --seed 3").text().ends_with(" --steps 100 --seed 3\n"));
    }

    void aSingleSettingHasNoOthers()
    {
        GridResult result = resultOver(50, 50);
        const auto saysFarther = [&] {
            return GridReport(result).text().find("every other setting") != std::string::npos;
        };
        QVERIFY(!saysFarther());
        result.measurements.push_back(result.measurements[0]);
        result.measurements[1].distance = 3;
        result.measurements[1].isTied = false;
        QVERIFY(saysFarther());
    }

    // As it has to be typed.
    void optionsOfACommand()
    {
        QCOMPARE(pathOption("--index", ""), std::string());
        QCOMPARE(pathOption("--index", "it's"), std::string(R"( --index 'it'\''s')"));
        Context context{std::stop_token()};
        QCOMPARE(context.modelOptions(), std::string());
        context.generator = "my own";
        QCOMPARE(context.modelOptions(), std::string(" --generator 'my own'"));
    }
};

QTEST_APPLESS_MAIN(TestGridReport)
#include "tst_grid_report.moc"
