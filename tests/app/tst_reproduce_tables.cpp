// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/context.h"
#include "app/cli/reproduce_results.h"
#include "core/explain/explainer.h"
#include "core/io/csv.h"
#include "tests/app/tiny_models.h"
#include "tests/explain/real_responses_example.h"

#include <QTest>

#include <cmath>
#include <limits>
#include <optional>

using namespace earshot;

namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();
constexpr std::size_t latentSize = 128;

// Latents [2, 128], all of them `value`.
Matrix<float> latentsOf(float value)
{
    return Matrix<float>(2, latentSize, value);
}

// Two examples that answer `response` and `response` + 1.
SearchedSetting searched(const GridSetting& setting, double distance, float response)
{
    SearchedSetting result;
    result.measurement.setting = setting;
    result.measurement.distance = distance;
    result.measurement.state = GridState::Ok;
    result.responses = {response, response + 1};
    result.latents = latentsOf(response / 10);
    return result;
}

} // namespace

// The tables where the paper's settings C1, C2 and C3 were computed, by numbers of our own.
class TestReproduceTables : public QObject
{
    Q_OBJECT

    TinyModels m_models;
    TestFolder m_folder;
    Context m_context{std::stop_token()};
    ReproducePlan m_plan;
    std::optional<Explainer> m_explainer;
    std::optional<Explainer> m_witness;
    std::optional<ReproduceParts> m_parts;
    std::optional<ReproduceTask> m_task;

    ReproduceResults results() const
    {
        ReproduceResults results;
        results.search.real = realSide(realExample(0), Direction::Positive);
        results.search.realMoments = sampleMoments(results.search.real.responses);
        // Between them one that is not the paper's.
        results.search.settings = {
            searched({0.1, 0.001, 1000}, 1e12, 300), searched({0.01, 0.001, 100}, 2, 10),
            searched({0.01, 0.001, 500}, 3, 15), searched({0.01, 0.01, 500}, 30, 20)};
        results.search.settings[0].measurement.state = GridState::Exploded;
        results.search.chosen = 1;
        Explanation& explanation = results.paper.explanation;
        explanation.response = "fc9[0]";
        explanation.startLatents = latentsOf(0);
        DirectionResult& positive = explanation.directions[Direction::Positive];
        positive.responses = Matrix<float>(1, 2, -1);
        return results;
    }
    CsvTable table(const char* file) const { return CsvTable::readFile(m_folder.path(file)); }
    std::vector<double> responsesOf(const char* distribution) const
    {
        const CsvTable csv = table("figure2.csv");
        std::vector<double> values;
        for (std::size_t row = 0; row < csv.rows(); ++row)
            if (csv.text(row, "distribution") == distribution)
                values.push_back(csv.number(row, "response"));
        return values;
    }

private Q_SLOTS:
    void initTestCase()
    {
        const Device device = initialiseTorch(DeviceChoice::Cpu, 1);
        m_explainer.emplace(m_models.classifier().toStdString(), m_models.generator().toStdString(),
                            device);
        m_witness.emplace(m_models.addWitness().toStdString(), std::filesystem::path(), device);
        m_plan.output = "fc9[0]";
        m_parts.emplace(m_context, m_folder.path("."), Json::object(), false, 1, 1);
        m_task.emplace(ReproduceTask{m_context,
                                     *m_explainer,
                                     &*m_witness,
                                     {},
                                     {},
                                     {},
                                     m_plan,
                                     {{"fc9[0]", realExample(0)}},
                                     *m_parts,
                                     ""});
        writeTables(*m_task, results());
    }

    void table5()
    {
        const CsvTable csv = table("table5.csv");
        QCOMPARE(csv.rows(), std::size_t(3));
        const QList<double> distances{2, 30, 1e12};
        const QList<const char*> names{"C1", "C2", "C3"};
        for (std::size_t row = 0; row < 3; ++row) {
            QCOMPARE(csv.text(row, "name"), std::string(names[qsizetype(row)]));
            QCOMPARE(csv.number(row, "frechet_distance"), distances[qsizetype(row)]);
        }
        QCOMPARE(csv.text(2, "state"), std::string("exploded"));
        QCOMPARE(csv.number(0, "published_distance"), 1.654);
    }

    void figure2()
    {
        QCOMPARE(responsesOf("C1"), (std::vector<double>{10, 11}));
        QCOMPARE(responsesOf("C2"), (std::vector<double>{20, 21}));
        QCOMPARE(responsesOf("C3"), (std::vector<double>{300, 301}));
        QCOMPARE(responsesOf("chosen"), responsesOf("C1"));
        QCOMPARE(responsesOf("start"), (std::vector<double>{-1, -1}));
    }

    // Each column is what the generator makes of that setting's latents.
    void figure3()
    {
        const CsvTable csv = table("figure3.csv");
        QCOMPARE(csv.rows(), std::size_t(115 * 80));
        for (const auto& [name, latent] : std::vector<std::pair<std::string, float>>{
                 {"start", 0}, {"C1", 1}, {"C2", 2}, {"C3", 30}}) {
            const Matrix<float> mels = m_explainer->generate(latentsOf(latent));
            for (const std::size_t row : {0, 80 * 60 + 7, 115 * 80 - 1})
                for (std::size_t example = 0; example < 2; ++example) {
                    const double value = csv.number(row, name + "_" + std::to_string(example + 1));
                    QVERIFY(std::abs(value - mels(example, row)) <=
                            1e-4 * std::max(1.0F, std::abs(mels(example, row))));
                }
        }
    }

    // Ranks of distance 4 (exploded), 1, 2, 3; of agreement 1.5, 4, 3, 1.5: less their means the
    // products sum to −4.5, the squares to 5 and 4.5. Without the exploded 1, 2, 3 and 3, 2, 1.
    void metric()
    {
        SettingsSearch search = results().search;
        const std::vector<std::vector<float>> logits{
            {-1, -1, -1}, {1, 1, 1}, {1, 1, -1}, {-1, -1, std::nanf("")}};
        for (std::size_t i = 0; i < logits.size(); ++i)
            search.settings[i].witness = logits[i];
        QCOMPARE(search.settings[0].usableDistance(), infinite);
        const MetricCheck check = checkMetric(*m_task, search);
        QCOMPARE(check.settings, std::size_t(4));
        QCOMPARE(check.exploded, std::size_t(1));
        QCOMPARE(check.correlation.value, -4.5 / std::sqrt(5 * 4.5));
        QCOMPARE(check.withoutExploded.value, -1.0);
    }
};

QTEST_GUILESS_MAIN(TestReproduceTables)
#include "tst_reproduce_tables.moc"
