// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explain/explainer.h"
#include "core/nets/model_bundle.h"
#include "core/nets/svdnet.h"
#include "tests/explain/real_responses_example.h"
#include "tests/support/failure.h"
#include "tests/support/files.h"
#include "tests/support/toy_networks.h"

#include <ATen/ops/ones.h>
#include <ATen/ops/zeros.h>

#include <QTest>

#include <cmath>
#include <limits>

using namespace earshot;

namespace {

const Device cpu{false, "CPU, 2 threads", 2};

ClassifierBundle toyClassifier()
{
    ClassifierBundle bundle;
    bundle.info.name = "toy";
    bundle.info.sha256 = "c0ffee";
    bundle.classifier = std::make_unique<ToyClassifier>();
    bundle.inputMap = std::make_unique<ToyInputMap>();
    return bundle;
}

std::optional<GeneratorBundle> toyGenerator()
{
    GeneratorBundle bundle;
    bundle.info.sha256 = "decaf";
    bundle.generator = std::make_unique<ToyGenerator>();
    return bundle;
}

// Log-mels whose first four values, the toy's latent, are (first, first + 1, …).
Matrix<float> logMels(const std::vector<float>& first)
{
    Matrix<float> mels(first.size(), 115 * 80);
    for (std::size_t row = 0; row < first.size(); ++row)
        for (std::size_t i = 0; i < 4; ++i)
            mels(row, i) = first[row] + static_cast<float>(i);
    return mels;
}

bool isClose(double a, double b)
{
    return std::abs(a - b) < 1e-5;
}

} // namespace

class TestExplainer : public QObject
{
    Q_OBJECT

    TestFolder m_folder;

    // Real responses of value[0] alone: −6 to 4.
    std::unique_ptr<Explainer> explainer(bool hasGenerator = true)
    {
        writeRealResponses(m_folder.path("real"), {{"value[0]", realExample(-6)}},
                           realExample(0).quantiles);
        return std::make_unique<Explainer>(
            toyClassifier(), hasGenerator ? toyGenerator() : std::nullopt,
            std::make_unique<RealResponsesFile>(m_folder.path("real")), cpu);
    }
    std::optional<RealResponses> realOf(const Explainer& models, const char* response)
    {
        return models.realResponsesOf(models.parse(response));
    }

private Q_SLOTS:
    void initTestCase() { initialiseTorch(DeviceChoice::Cpu, 1); }

    void describesItsModels()
    {
        const auto models = explainer();
        QCOMPARE(models->classifier().name, std::string("toy"));
        QCOMPARE(models->generator().sha256, std::string("decaf"));
        QCOMPARE(models->layers().size(), 7U);
        QCOMPARE(models->layers().back().shape, (std::vector<std::int64_t>{2, 1, 2}));
        QVERIFY(badInputOf([&] { models->parse("valu[0]"); }).contains("expected value"));
    }

    void statisticsOfMultiples()
    {
        const auto models = explainer();
        const std::optional<RealResponses> same = realOf(*models, "value[0]");
        QVERIFY(same);
        QCOMPARE(same->mean, -1.0);
        QCOMPARE(same->percentile(-1), 50.0);

        // −2 f: everything turned over and twice as wide.
        const std::optional<RealResponses> turned = realOf(*models, "-2*value[0]");
        QVERIFY(turned);
        QCOMPARE(turned->mean, 2.0);
        QCOMPARE(turned->standardDeviation, 6.0);
        QCOMPARE(turned->auc, 0.25);
        QCOMPARE(turned->zeroShare, 0.125);
        QVERIFY(isClose(turned->quantiles.front(), -8) && isClose(turned->quantiles.back(), 12));
        QVERIFY(std::ranges::is_sorted(turned->quantiles));
        QCOMPARE(turned->highest.size(), 50U);
        QVERIFY(isClose(turned->highest.front().response, 12));
        QVERIFY(isClose(turned->highest.back().response, 12 - 49 * 0.02));
        QCOMPARE(turned->highest.front().timeSeconds, 100.0); // the lowest of f
        QVERIFY(isClose(turned->lowest.front().response, -8));
        QVERIFY(isClose(turned->percentile(11), 95));

        QVERIFY(!realOf(*models, "value[1]"));
        QVERIFY(!realOf(*models, "value[0] + value[1]"));
        const Explainer without(toyClassifier(), toyGenerator(), nullptr, cpu);
        QVERIFY(!realOf(without, "value[0]"));
        QVERIFY(without.realResponses() == nullptr);
    }

    void responsesOfLogMels()
    {
        const auto models = explainer(false);
        const ResponseExpression expression = models->parse("value[0] - 2*value[3]");
        std::vector<double> fractions;
        const std::vector<float> found =
            models->responses(logMels({1, -2, 5}), expression, {},
                              [&](const Progress& state) { fractions.push_back(state.fraction); });
        QCOMPARE(found, (std::vector<float>{-7, -4, -11})); // z − 2 (z + 3)
        QCOMPARE(fractions.back(), 1.0);
        QVERIFY(models->responses({}, expression).empty());

        std::stop_source stop;
        stop.request_stop();
        QVERIFY(models->responses(logMels({1, 2}), expression, stop.get_token()).empty());

        QVERIFY(badInputOf([&] {
                    models->responses(Matrix<float>(2, 9199), expression);
                }).contains("expected 9200 values each, found 9199"));
        Matrix<float> damaged = logMels({1, 2});
        damaged(1, 9000) = std::numeric_limits<float>::infinity();
        QVERIFY(badInputOf([&] {
                    models->responses(damaged, expression);
                }).contains("expected finite numbers"));
    }

    void generatesLogMels()
    {
        const Matrix<float> mels =
            explainer()->generate(Matrix<float>({1, 2, 3, 4, 5, 6, 7, 8}, 2, 4));
        QCOMPARE(mels.rows(), 2U);
        QCOMPARE(mels.columns(), 9200U);
        QCOMPARE(mels(1, 2), 7.0F);
        QCOMPARE(mels(1, 4), 0.0F);
    }

    void restoresTheSpectrogramsOfACompactResult()
    {
        const auto models = explainer();
        ExplainSettings settings;
        settings.examples = 2;
        settings.steps = 3;
        const Explanation whole = models->explain("value[0]", settings);
        Explanation compact = whole;
        compact.startMels = {};
        for (auto& [direction, result] : compact.directions)
            result.mels = {};
        Explanation other = compact;
        models->restoreMels(compact);
        const auto isSame = [](const Matrix<float>& a, const Matrix<float>& b) {
            return a.rows() == b.rows() && std::ranges::equal(a.values(), b.values());
        };
        QVERIFY(isSame(compact.startMels, whole.startMels));
        for (const auto& [direction, result] : whole.directions)
            QVERIFY(isSame(compact.directions.at(direction).mels, result.mels));

        other.record.set("sha256", Json::object({{"classifier", "a"}, {"generator", "0ther"}}));
        QVERIFY(badInputOf([&] {
                    models->restoreMels(other);
                }).contains("expected the generator with SHA-256 0ther, found decaf"));
        Explanation complete = whole;
        complete.record = other.record;
        models->restoreMels(complete); // nothing to do
        QVERIFY(badInputOf([&] { explainer(false)->restoreMels(other); }).contains("found none"));
    }

    void needsAGeneratorOnlyToGenerate()
    {
        const auto models = explainer(false);
        QCOMPARE(failureOf([&] { models->explain("value[0]", {}); }),
                 "failed: no generator was loaded");
        QCOMPARE(failureOf([&] { models->generate(Matrix<float>(1, 4)); }),
                 "failed: no generator was loaded");
        QVERIFY(models->generator().name.empty());
    }

    // Percentiles, Eq. 3 and the scale follow the whole expression, its sign included.
    void explainsAndRecords()
    {
        const auto models = explainer();
        ExplainSettings settings;
        settings.examples = 3;
        settings.steps = 4;
        const Explanation result = models->explain(" -value[0]", settings);
        QCOMPARE(result.response, std::string("-value[0]"));
        const Json& record = result.record;
        QCOMPARE(record.text("response"), std::string("-value[0]"));
        QCOMPARE(record.text("end"), std::string("completed"));
        QCOMPARE(record.at("sha256").text("classifier"), std::string("c0ffee"));
        QCOMPARE(record.at("sha256").text("generator"), std::string("decaf"));
        QCOMPARE(record.at("real_responses").number("mean"), 1.0);
        const RealResponses real = *realOf(*models, "-value[0]");
        for (const auto& [direction, part] : result.directions) {
            const std::string key = direction == Direction::Positive ? "positive" : "negative";
            QCOMPARE(record.integer("chosen_step_" + key), std::int64_t{part.chosenStep});
            QCOMPARE(record.at("frechet_distance").numbers(key), part.distances);
            const std::vector<double> shares = record.at("percentiles").numbers(key);
            QCOMPARE(shares.size(), 3U);
            for (std::size_t i = 0; i < 3; ++i)
                QCOMPARE(shares[i], std::clamp(real.percentile(part.responses(
                                                   static_cast<std::size_t>(part.chosenStep), i)),
                                               0.0, 100.0));
        }
        // What is explained without statistics says so.
        const Explanation other = models->explain("value[1]", settings);
        QVERIFY(other.record.at("real_responses").isNull());
        QCOMPARE(other.record.at("percentiles").size(), 0U);
        QVERIFY(other.directions.at(Direction::Positive).distances.empty());
        QCOMPARE(other.directions.at(Direction::Positive).chosenStep, 4);
    }

    void badInputBeforeAnythingIsComputed()
    {
        const auto models = explainer();
        ExplainSettings settings;
        settings.steps = 0;
        QVERIFY(badInputOf([&] { models->explain("value[0]", settings); }).contains("'steps'"));
        QVERIFY(badInputOf([&] { models->explain("value[9]", {}); }).contains("0 to 3"));
    }

    void bundlesFromFolders()
    {
        BundleInfo info;
        info.folder = m_folder.path("bundle");
        info.kind = "classifier";
        info.architecture = "svdnet";
        info.name = "random";
        info.licence = "none";
        info.label = "singing voice";
        info.manifest = Json::object({{"input_map", "standardise"}, {"front_end", "ismir2015"}});
        Weights weights = SvdNet::initialWeights(1);
        weights.add("input.mean", at::zeros({80}));
        weights.add("input.std", at::ones({80}));
        std::filesystem::create_directories(info.folder);
        writeBundle(info, weights);
        {
            const Explainer models(info.folder, {}, cpu);
            QCOMPARE(models.classifier().label, std::string("singing voice"));
            QCOMPARE(models.classifier().sha256.size(), 64U);
            QCOMPARE(models.layers().size(), 16U);
            QVERIFY(models.realResponses() == nullptr);
        }
        writeRealResponses(info.folder / "responses.safetensors", {{"fc9[0]", realExample(0)}},
                           realExample(0).quantiles);
        QVERIFY(Explainer(info.folder, {}, cpu).realResponses() == nullptr); // not listed
        refreshHashes(info.folder, "responses.safetensors");
        QVERIFY(realOf(Explainer(info.folder, {}, cpu), "fc9[0]").has_value());
        m_folder.write("bundle/responses.safetensors", "nonsense");
        QVERIFY(!badInputOf([&] { Explainer(info.folder, {}, cpu); }).isEmpty());
        QVERIFY(!badInputOf([&] { Explainer(m_folder.path("none"), {}, cpu); }).isEmpty());
        QVERIFY(!badInputOf([&] { Explainer(info.folder, info.folder, cpu); }).isEmpty());
    }
};

QTEST_APPLESS_MAIN(TestExplainer)
#include "tst_explainer.moc"
