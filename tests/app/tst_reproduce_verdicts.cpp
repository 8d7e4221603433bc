// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/report_page.h"
#include "app/cli/reproduce_plan.h"
#include "app/cli/reproduce_real.h"
#include "app/cli/reproduce_sections.h"
#include "core/explain/explainer.h"
#include "tests/app/tiny_models.h"
#include "tests/support/failure.h"

#include <QTest>

#include <cmath>
#include <limits>

using namespace earshot;

namespace {

constexpr double nothing = std::numeric_limits<double>::quiet_NaN();
constexpr double infinite = std::numeric_limits<double>::infinity();

SearchedSetting searched(const GridSetting& setting, double distance)
{
    SearchedSetting result;
    result.measurement.setting = setting;
    result.measurement.distance = distance;
    return result;
}

// By distances of C1, C2 and C3.
ReproduceResults resultsOf(const QList<double>& distances)
{
    ReproduceResults results;
    for (qsizetype i = 0; i < distances.size(); ++i)
        results.search.settings.push_back(
            searched(publishedSettings()[std::size_t(i)].setting, distances[i]));
    return results;
}

UnitControls unitOf(const std::vector<double>& cosines, const char* lastRow = "randomised_conv1")
{
    UnitControls unit;
    unit.response = "fc8[3]";
    for (const char* key : {"start", "randomised_fc8", lastRow}) {
        ControlRow row;
        row.key = key;
        row.cosines = {0.99, 0.99}; // those of the rows before the last do not count
        unit.rows.push_back(row);
    }
    unit.rows.back().cosines = cosines;
    return unit;
}

QString text(const std::string& words)
{
    return QString::fromStdString(words);
}

QStringList lettersOf(const std::vector<std::string>& layers)
{
    QStringList list;
    for (const std::string& layer : layers)
        list += text(layer);
    return list;
}

} // namespace

// What the report says in words, and what it is made of.
class TestReproduceVerdicts : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void order_data()
    {
        QTest::addColumn<QList<double>>("distances");
        QTest::addColumn<QString>("verdict");
        QTest::newRow("as published") << QList<double>{2, 30, 1500}
                                      << "Here C1 has 2.00, C2 has 30.00, C3 has 1500.00: "
                                         "the same order.";
        QTest::newRow("another") << QList<double>{30, 2, 1500} << ": another order.";
        QTest::newRow("the worst exploded") << QList<double>{2, 30, nothing} << ": the same order.";
        QTest::newRow("the best exploded") << QList<double>{nothing, 2, 30} << ": another order.";
        QTest::newRow("some") << QList<double>{2, 30}
                              << "Not all of the paper's settings were "
                                 "computed.";
    }
    void order()
    {
        QFETCH(QList<double>, distances);
        QFETCH(QString, verdict);
        const QString found = text(orderVerdict(resultsOf(distances)));
        QVERIFY2(found.endsWith(verdict), qPrintable(found));
    }

    void metric_data()
    {
        QTest::addColumn<double>("low");
        QTest::addColumn<double>("high");
        QTest::addColumn<QString>("verdict");
        QTest::newRow("below 0") << -0.8 << -0.1 << "the metric chooses well here.";
        QTest::newRow("above 0") << 0.1 << 0.8 << "the metric does not choose well here.";
        QTest::newRow("around 0") << -0.5 << 0.2
                                  << "it does not show here that the metric chooses "
                                     "what a second classifier agrees with.";
        QTest::newRow("at 0") << -0.5 << 0.0
                              << "it does not show here that the metric chooses "
                                 "what a second classifier agrees with.";
        QTest::newRow("nobody asked") << nothing << nothing << "or it answers alike everywhere.";
    }
    void metric()
    {
        QFETCH(double, low);
        QFETCH(double, high);
        QFETCH(QString, verdict);
        ReproduceResults results;
        results.metric = {{(low + high) / 2, low, high}, {-0.25, -0.5, 0.5}, 25, 2};
        const QString found = text(metricVerdict(results));
        QVERIFY2(found.endsWith(verdict), qPrintable(found));
        QCOMPARE(found.contains("over 25 settings"), std::isfinite(low));
        QCOMPARE(found.contains("2 of them exploded and count as the farthest; without these it "
                                "is −0.25 (−0.50 to 0.50). "),
                 std::isfinite(low));
        results.metric.exploded = 0;
        QVERIFY(!text(metricVerdict(results)).contains("exploded"));
    }

    // Real responses of mean 10 and variance 1; the wider search's choice comes near on these
    // starts. As good: nearer, or no farther in 97.5 % of the draws of the same starts.
    void quickSearch_data()
    {
        QTest::addColumn<QList<float>>("responses");
        QTest::addColumn<std::size_t>("firstFresh");
        QTest::addColumn<bool>("isAsGood");
        const std::size_t same = 50;
        QTest::newRow("the same") << QList<float>{7, 8, 9, 8} << same << true;
        QTest::newRow("nearer") << QList<float>{9, 10, 11, 10} << same << true;
        QTest::newRow("beyond by chance") << QList<float>{7.5F, 7.5F, 9, 8} << same << true;
        QTest::newRow("farther in each draw") << QList<float>{6, 7, 8, 7} << same << false;
        QTest::newRow("exploded") << QList<float>{9, float(infinite), 11, 10} << same << false;
        QTest::newRow("of other starts") << QList<float>{9, 10, 11, 10} << std::size_t(16) << false;
    }
    void quickSearch()
    {
        QFETCH(QList<float>, responses);
        QFETCH(std::size_t, firstFresh);
        QFETCH(bool, isAsGood);
        const auto choiceOf = [](std::vector<float> values, std::size_t first) {
            SearchChoice choice;
            choice.realMoments = {10, 1};
            choice.firstFresh = first;
            FreshMeasurement& fresh = choice.fresh.emplace();
            fresh.measurement.distance = frechetDistance(choice.realMoments, sampleMoments(values));
            fresh.responses = std::move(values);
            return choice;
        };
        SearchComparison comparison;
        comparison.wider = choiceOf({7, 8, 9, 8}, 50);
        comparison.quick = choiceOf({responses.begin(), responses.end()}, firstFresh);
        QCOMPARE(comparison.isAsGood(), isAsGood);
        ReproduceResults results;
        QVERIFY(comparisonVerdict(results).empty());
        results.comparisons = {comparison, SearchComparison()}; // nothing could be chosen
        QVERIFY(text(comparisonVerdict(results))
                    .startsWith(isAsGood ? "For 1 of 2 responses " : "For 0 of 2 responses "));
    }

    void distances_data()
    {
        QTest::addColumn<double>("value");
        QTest::addColumn<double>("low");
        QTest::addColumn<QString>("expected");
        QTest::newRow("large") << 35.8335 << 20.05 << "35.83 (20.05 to 71.67)";
        QTest::newRow("a tenth") << 0.1 << 0.05 << "0.10 (0.05 to 0.20)";
        QTest::newRow("small") << 0.0069 << 0.002 << "0.0069 (0.0020 to 0.0138)";
        QTest::newRow("smaller") << 0.000112 << 0.00006 << "0.00011 (0.00006 to 0.00022)";
        QTest::newRow("hardly any") << 3e-9 << 1e-9 << "0.0000000 (0.0000000 to 0.0000000)";
        QTest::newRow("none") << 0.0 << 0.0 << "0.00 (0.00 to 0.00)";
        QTest::newRow("alone") << 0.021 << nothing << "0.021";
        QTest::newRow("unknown") << nothing << nothing << "–";
    }
    void distances()
    {
        QFETCH(double, value);
        QFETCH(double, low);
        QFETCH(QString, expected);
        QCOMPARE(text(distanceText({value, low, 2 * value})), expected);
    }

    // Of |cosine|, by the interval of its mean: 0.5 is high.
    void cosine_data()
    {
        QTest::addColumn<QList<double>>("cosines");
        QTest::addColumn<bool>("isGenerators");
        QTest::addColumn<QString>("verdict");
        QTest::newRow("high") << QList<double>{0.9, 0.8, 0.7, 0.8} << true
                              << "shows the generator more than the classifier.";
        QTest::newRow("of either sign") << QList<double>{-0.9, 0.9, -0.8, 0.8} << true
                                        << "shows the generator more than the classifier.";
        QTest::newRow("low") << QList<double>{0.1, -0.2, 0.1, 0.2} << false
                             << "depends on what the classifier has learnt.";
        QTest::newRow("between") << QList<double>{0.1, 0.9, 0.1, 0.9} << false
                                 << "shows the classifier or the generator.";
        QTest::newRow("some unknown") << QList<double>{0.9, nothing, 0.8} << true
                                      << "shows the generator more than the classifier.";
        QTest::newRow("none") << QList<double>{} << false << "no cosine could be computed.";
        QTest::newRow("all unknown")
            << QList<double>{nothing, infinite} << false << "no cosine could be computed.";
    }
    void cosine()
    {
        QFETCH(QList<double>, cosines);
        QFETCH(bool, isGenerators);
        QFETCH(QString, verdict);
        const UnitControls unit = unitOf({cosines.begin(), cosines.end()});
        QCOMPARE(isGeneratorsOwn(unit, 1), isGenerators);
        const QString found = text(verdictOf(unit, 1));
        QVERIFY2(found.endsWith(verdict), qPrintable(found));
        QVERIFY(found.contains("fc8[3]"));
    }

    // A search without optimisation says nothing of weights.
    void cosineOfAnotherRow()
    {
        QVERIFY(!isGeneratorsOwn(unitOf({0.9, 0.9}, "random"), 1));
        QVERIFY(!isGeneratorsOwn(UnitControls(), 1));
    }

    void rowsOfACard()
    {
        const std::string header = "| recordings | threshold | precision | recall | specificity | "
                                   "f1 | error | balanced error | interval of the error |\n";
        const std::string card =
            "Weights 0ther.\n\n" + header +
            "| songs, every 50 frames | 0.000 | 1 | 1 | 1 | 1 | 0 "
            "| 0 | 0–0 |\n\nWeights abc. The interval …\n\n" +
            header +
            "|---|---|---|---|---|---|---|---|---|\n"
            "| songs, every 50 frames | 0.000 | 0.9 | 0.8 | 0.7 | 0.6 | 0.118 | 0.1 | 0–1 |\n"
            "| songs, every 50 frames | -0.700 (validation) | 0 | 0 | 0 | 0 | 0.130 | 0 | 0–1 |\n"
            "| mixes, every 50 frames | 0.000 | 0 | 0 | 0 | 0 | 0.2 | 0 | 0–1 |\n"
            "| songs, every frame, median of 56 | 0.000 | 0.5 | – | 0.7 | 0.6 | 0.111 | 0.1 | 0–1 "
            "|\n| songs, every frame, median of 56 | cut off |\n";
        const std::vector<ClassifierRow> rows = cardRows(card, "abc");
        QCOMPARE(rows.size(), std::size_t(2));
        QCOMPARE(rows[0].name, std::string("songs, every frame, median of 56")); // as the paper's
        QCOMPARE(rows[0].error, 0.111);
        QVERIFY(std::isnan(rows[0].recall));
        QCOMPARE(rows[1].threshold, std::string("0.000"));
        QCOMPARE(rows[1].precision, 0.9);
        QCOMPARE(rows[1].recall, 0.8);
        QCOMPARE(rows[1].specificity, 0.7);
        QCOMPARE(rows[1].f1, 0.6);
        QCOMPARE(rows[1].error, 0.118);
        for (const char* weights : {"", "abd", "no such"})
            QVERIFY(cardRows(card, weights).empty());
        // Of a collection of two folders, whose main rows are those with every frame.
        const std::vector<ClassifierRow> together = cardRows(
            "Weights abc.\n"
            "| recordings with and without guitar, every 50 frames | 0.000 | 0.9 | 0.8 | 0.7 | 0.6 "
            "| 0.12 | 0 | 0–1 |\n"
            "| recordings with guitar, every 50 frames | 0.000 | 1 | 0.8 | – | 1 | 0.2 | – | 0–1 "
            "|\n"
            "| recordings with and without guitar, every frame, median of 56 | 0.000 | 0.9 | 0.8 | "
            "0.7 | 0.6 | 0.11 | 0 | 0–1 |\n",
            "abc");
        QCOMPARE(together.size(), std::size_t(2));
        QCOMPARE(together[0].error, 0.11);
        QCOMPARE(together[1].error, 0.12);
        QVERIFY(cardRows("", "abc").empty());
    }

    // The paper's: 27 settings, 50 examples; the networks' layers with weights.
    void fullPlan()
    {
        const ReproducePlan plan = reproducePlan(explainer(), ReproduceForm::Full, 4);
        QCOMPARE(plan.output, std::string("fc9[0]"));
        QCOMPARE(plan.grids.size(), std::size_t(1));
        const GridSettings& grid = plan.grids[0];
        QCOMPARE(grid.learningRates.size() * grid.priorWeights.size() * grid.steps.size(),
                 std::size_t(27));
        QCOMPARE(grid.examples, 50);
        QCOMPARE(grid.seed, std::uint64_t(4));
        for (const PublishedSetting& published : publishedSettings()) { // C1, C2, C3 are among them
            QVERIFY(std::ranges::count(grid.learningRates, published.setting.learningRate));
            QVERIFY(std::ranges::count(grid.priorWeights, published.setting.priorWeight));
            QVERIFY(std::ranges::count(grid.steps, published.setting.steps));
        }
        QCOMPARE(plan.units.size(), std::size_t(4));
        QVERIFY(!plan.units[0].grid); // it has the whole search
        for (std::size_t i = 1; i < 4; ++i) {
            QVERIFY(plan.units[i].response.starts_with("fc8["));
            QCOMPARE(plan.units[i].grid->steps, (std::vector<int>{100, 500}));
        }
        QCOMPARE(lettersOf(plan.units[0].randomisedFrom),
                 QStringList({"fc9", "fc8", "fc7", "conv5", "conv4", "conv2", "conv1"}));
        QCOMPARE(lettersOf(plan.units[1].randomisedFrom),
                 QStringList({"fc8", "fc7", "conv5", "conv4", "conv2", "conv1"}));
        QVERIFY(smallerThanFull(plan).empty());
        QCOMPARE(plan.compared.size(), std::size_t(4)); // nothing is known of a channel's mean
    }

    // What the quick and the wider search chose is measured on the same starts.
    void freshStarts_data()
    {
        QTest::addColumn<int>("examples");
        QTest::addColumn<std::size_t>("first");
        QTest::newRow("all") << std::numeric_limits<int>::max() << std::size_t(50);
        QTest::newRow("between") << 30 << std::size_t(30);
        QTest::newRow("few") << 3 << std::size_t(3);
    }
    void freshStarts()
    {
        QFETCH(int, examples);
        QFETCH(std::size_t, first);
        const ReproducePlan plan =
            reproducePlan(explainer(), ReproduceForm::Full, 4, {.examples = examples});
        for (const ComparedUnit& unit : plan.compared) {
            const auto controlled =
                std::ranges::find(plan.units, unit.response, &ControlledUnit::response);
            const GridSettings& wider = unit.wider         ? *unit.wider
                                        : controlled->grid ? *controlled->grid
                                                           : plan.grids.front();
            QCOMPARE(firstFreshStart(unit.quick), first);
            QCOMPARE(firstFreshStart(wider), first);
        }
    }

    void smallerPlans()
    {
        const ReproducePlan quick = reproducePlan(explainer(), ReproduceForm::Quick, 4);
        QCOMPARE(quick.units.size(), std::size_t(2));
        QCOMPARE(lettersOf(quick.units[0].randomisedFrom),
                 QStringList({"fc9", "fc7", "conv4", "conv1"}));
        QVERIFY(text(smallerThanFull(quick)).startsWith("This is the quick form."));
        QCOMPARE(quick.grids.size(), std::size_t(3)); // C2 and C3 beside the search
        QVERIFY(text(smallerThanFull(quick)).contains("C2 and C3 are computed beside it"));
        const ReproducePlan shorter =
            reproducePlan(explainer(), ReproduceForm::Quick, 4, {.steps = 30});
        QCOMPARE(shorter.grids.size(), std::size_t(1)); // in which they are
        QVERIFY(!text(smallerThanFull(shorter)).contains("beside it"));
        const ReproducePlan limited =
            reproducePlan(explainer(), ReproduceForm::Full, 4, {.examples = 3, .steps = 200});
        QCOMPARE(limited.grids[0].examples, 3);
        QCOMPARE(limited.grids[0].steps, (std::vector<int>{100, 200})); // 500 and 1,000 are one
        QCOMPARE(limited.units[1].grid->examples, 3);
        QVERIFY(text(smallerThanFull(limited)).startsWith("This is the full form, limited."));
        QVERIFY(badInputOf([&] {
                    reproducePlan(explainer(), ReproduceForm::Full, 4, {.examples = 1});
                }).contains("expected at least 2, found 1"));
        QVERIFY(badInputOf([&] {
                    reproducePlan(explainer(), ReproduceForm::Full, 4, {.steps = 0});
                }).contains("expected at least 1, found 0"));
    }

    // A part belongs to the sounds that it came from, and not to their names.
    void clipsAreKnownByTheirSamples()
    {
        RealClip clip;
        clip.song = "A: B";
        clip.samples = {0.0F};
        const Json silent = clipsJson({clip});
        // sha256sum of four zero bytes.
        QCOMPARE(silent.at(0).text("sha256"),
                 std::string("df3f619804a92fdb4057192dc43dd748ea778adc52bc498ce80524c014b81119"));
        clip.samples = {0.5F};
        QVERIFY(clipsJson({clip}).dump() != silent.dump());
    }

private:
    static const Explainer& explainer()
    {
        static const TinyModels models;
        static const Explainer explainer(models.classifier().toStdString(),
                                         models.generator().toStdString(),
                                         initialiseTorch(DeviceChoice::Cpu, 1));
        return explainer;
    }
};

QTEST_GUILESS_MAIN(TestReproduceVerdicts)
#include "tst_reproduce_verdicts.moc"
