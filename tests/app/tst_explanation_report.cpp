// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/explanation_report.h"

#include <QTest>

#include <limits>

using namespace earshot;

namespace {

constexpr float silent = std::numeric_limits<float>::quiet_NaN();

// Upwards, one step, with what a witness of the same question answers.
Explanation explanationOf(const std::vector<float>& logits)
{
    Explanation explanation;
    explanation.response = "fc9[0]";
    explanation.settings.directions = Directions::Positive;
    explanation.settings.choice = StepChoice::Last;
    DirectionResult result;
    result.responses = Matrix<float>(2, logits.size());
    for (std::size_t i = 0; i < logits.size(); ++i)
        explanation.examples.push_back(static_cast<int>(i));
    result.chosenStep = 1;
    result.witness = logits;
    explanation.directions.emplace(Direction::Positive, result);
    explanation.record = Json::object();
    recordWitness({"small", "abc", "vocal", true}, explanation);
    return explanation;
}

Json positiveOf(const ExplanationReport& report)
{
    return report.json().at("positive");
}

bool contains(const std::string& text, const std::string& part)
{
    return text.find(part) != std::string::npos;
}

} // namespace

class TestExplanationReport : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theWitnessIsCountedByWhatItHeard()
    {
        const Explanation all = explanationOf({1, -1});
        const ExplanationReport whole(all, nullptr, false);
        QVERIFY(contains(whole.text(), "positive: step 1, witness agrees 1 of 2\n"));
        QCOMPARE(positiveOf(whole).integer("witness_agrees"), std::int64_t{1});

        const Explanation some = explanationOf({1, silent, silent, 2});
        const ExplanationReport part(some, nullptr, false);
        QVERIFY(
            contains(part.text(), "witness agrees 2 of 2 heard (2 of 4 could not become sound)\n"));
        QCOMPARE(positiveOf(part).integer("witness_agrees"), std::int64_t{2});

        const Explanation none = explanationOf({silent, silent});
        QVERIFY(positiveOf(ExplanationReport(none, nullptr, false)).at("witness_agrees").isNull());
    }

    void missingSoundsAreAProblem()
    {
        Explanation explanation = explanationOf({1, silent});
        const std::map<Direction, std::string> soundless{{Direction::Positive, "1 of 2 is loud"}};
        const ExplanationReport report(explanation, nullptr, false, soundless);
        QCOMPARE(positiveOf(report).text("problem"), std::string("1 of 2 is loud"));
        QCOMPARE(report.problems(), std::vector<std::string>{"positive: 1 of 2 is loud"});
        explanation.directions.at(Direction::Positive).problem = "exploded";
        QCOMPARE(
            positiveOf(ExplanationReport(explanation, nullptr, false, soundless)).text("problem"),
            std::string("exploded; 1 of 2 is loud"));
        explanation.directions.at(Direction::Positive).problem.clear();
        const ExplanationReport fine(explanation, nullptr, false, {{Direction::Positive, ""}});
        QVERIFY(positiveOf(fine).at("problem").isNull() && fine.problems().empty());
    }

    // Where the nearest step was asked for and there is no distance.
    void theLastStepForWantOfADistance()
    {
        Explanation explanation = explanationOf({1, -1});
        QVERIFY(!positiveOf(ExplanationReport(explanation, nullptr, false)).contains("note"));
        explanation.settings.choice = StepChoice::SmallestDistance;
        const std::string text = "the last step, for want of a distance to choose by: ";
        const ExplanationReport unknown(explanation, nullptr, false);
        QCOMPARE(positiveOf(unknown).text("note"), text + "no real responses are known");
        QCOMPARE(unknown.problems(),
                 std::vector<std::string>{"positive: " + text + "no real responses are known"});
        QVERIFY(positiveOf(unknown).at("problem").isNull());
        const RealResponses real;
        QCOMPARE(positiveOf(ExplanationReport(explanation, &real, false)).text("note"),
                 text + "too few real responses are known");
        explanation.examples = {0};
        QCOMPARE(positiveOf(ExplanationReport(explanation, &real, false)).text("note"),
                 text + "it takes two examples");
        explanation.directions.at(Direction::Positive).distances = {3, 2};
        QVERIFY(!positiveOf(ExplanationReport(explanation, &real, false)).contains("note"));
    }
};

QTEST_APPLESS_MAIN(TestExplanationReport)
#include "tst_explanation_report.moc"
