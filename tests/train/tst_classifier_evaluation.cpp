// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nets/svdnet.h"
#include "core/train/classifier_evaluation.h"
#include "core/train/dense_scoring.h"
#include "core/train/real_response_collection.h"
#include "core/util/error.h"
#include "core/util/random.h"
#include "tests/train/training_pack.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/full.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/zeros.h>

#include <QTemporaryDir>
#include <QTest>

#include <array>
#include <cmath>

using namespace earshot;

namespace {

// A classifier whose numbers can be told by hand: "conv" holds the input's mean and its double,
// "fc9" the mean over the whole excerpt, that is of its log-mels as they are.
class MeanClassifier : public Classifier
{
public:
    const std::vector<LayerInfo>& layers() const override
    {
        static const std::vector<LayerInfo> infos{
            {"conv", {2, 115, 80}, "linear"}, {"fc9", {1}, "linear"}, {"fc9.act", {1}, "sigmoid"}};
        return infos;
    }
    std::vector<at::Tensor> activations(const at::Tensor& input,
                                        std::span<const std::string> names) const override
    {
        std::vector<at::Tensor> result;
        for (const std::string& name : names) {
            const at::Tensor mean = input.flatten(1).mean(1, /*keepdim=*/true);
            if (name == "conv")
                result.push_back(input.repeat({1, 2, 1, 1}) *
                                 at::arange(1, 3).to(at::kFloat).view({1, 2, 1, 1}));
            else
                result.push_back(name == "fc9" ? mean : mean.sigmoid());
        }
        return result;
    }
    void to(at::Device, at::ScalarType) override {}
};

ClassifierBundle meanBundle()
{
    ClassifierBundle bundle;
    bundle.classifier = std::make_unique<MeanClassifier>();
    bundle.inputMap = std::make_unique<Standardise>(at::zeros({80}), at::ones({80}));
    bundle.info.sha256 = "5ba";
    return bundle;
}

TrainingPack::Entry melEntry(const char* kind, const char* split, std::size_t frames,
                             std::function<int(std::size_t)> label, double value)
{
    return {kind, split, frames, std::move(label),
            [value](std::size_t, std::size_t) { return value; }};
}

int positive(std::size_t)
{
    return 1;
}
int negative(std::size_t)
{
    return 0;
}

// Log-mels. 215 frames are 3 excerpts, judged at frames 57, 107 and 157.
TrainingPack judgedMusic()
{
    TrainingPack pack;
    pack.features = "mel";
    pack.columns = 80;
    pack.entries = {
        melEntry("song", "valid", 215, positive, 0.5),
        melEntry("song", "valid", 215, negative, -1.5),
        // Right at 57 and 107, wrong at 157, which lies 0.3 s after the change at 136.
        melEntry(
            "song", "test", 215, [](std::size_t frame) { return frame < 136 ? 1 : 0; }, 2),
        // All wrong.
        melEntry("song", "test", 215, negative, 1), melEntry("mix", "test", 215, positive, 0.25),
        melEntry("instrumental", "test", 215, negative, -0.25),
        melEntry("instrumental", "test", 165, negative, 3), // 2 excerpts
        melEntry("song", "test", 100, positive, 1),         // shorter than an excerpt
    };
    return pack;
}

} // namespace

class TestClassifierEvaluation : public QObject
{
    Q_OBJECT

    std::filesystem::path path(const char* name) const
    {
        return std::filesystem::path(m_folder.path().toStdString()) / name;
    }
    QTemporaryDir m_folder;
    Device m_device;

private Q_SLOTS:
    void initTestCase()
    {
        m_device = initialiseTorch(DeviceChoice::Cpu, 1);
        prepareWorkerThread();
    }

    void everyFrameGivesTheSameNumbersAsExcerpts()
    {
        const SvdNet network(SvdNet::initialWeights(4));
        const Standardise map(at::full({80}, -1.0), at::full({80}, 2.0));
        Matrix<float> logMels(115 + 12, 80);
        CounterRandom(1, 2).fillNormal(logMels.values());
        const std::vector<float> dense = everyFrameLogits(network, map, logMels);
        QCOMPARE(dense.size(), std::size_t{13});
        const std::array<std::string, 1> names{"fc9"};
        for (const std::size_t first : {0U, 1U, 2U, 5U, 12U}) {
            at::Tensor excerpt = at::zeros({1, 1, 115, 80});
            std::copy_n(logMels.row(first).data(), 115 * 80, excerpt.mutable_data_ptr<float>());
            const auto single =
                network.activations(map.apply(excerpt), names).front().item<float>();
            QVERIFY2(std::abs(dense[first] - single) < 1e-4F * (1 + std::abs(single)),
                     std::to_string(first).c_str());
        }
        QVERIFY_THROWS_EXCEPTION(Error,
                                 everyFrameLogits(network, map, logMels.view().slice(0, 114)));
    }

    void anEvaluationCountsByHand()
    {
        const PackedData data(judgedMusic().write(path("judged")));
        ClassifierBundle bundle = meanBundle();
        const ClassifierEvaluation result = evaluateClassifier(data, bundle, m_device, {}, {}, {});
        // Midway between −1.5 and 0.5.
        QVERIFY(std::abs(result.validationThreshold + 0.5) < 1e-6);
        QCOMPARE(result.classifierSha256, std::string("5ba"));
        const EvaluationRow& songs = result.headline();
        QVERIFY(songs.threshold == 0 && songs.method == "every 50 frames");
        QCOMPARE(songs.counts.truePositives, std::size_t{2});
        QCOMPARE(songs.counts.falsePositives, std::size_t{4});
        QVERIFY(std::abs(songs.counts.error() - 4.0 / 6) < 1e-12);
        QCOMPARE(songs.parts.size(), std::size_t{2});
        QCOMPARE(songs.parts[0].name, std::string("song 2"));
        QVERIFY(std::abs(songs.parts[0].counts.error() - 1.0 / 3) < 1e-12);
        // Drawn songs are both the one, both the other, or one of each.
        QVERIFY(std::abs(songs.errorInterval.low - 1.0 / 3) < 1e-6);
        QVERIFY(std::abs(songs.errorInterval.high - 1) < 1e-6);
        // Pairs: 2 against 2 (½) and 1 (1, three times), for each of two positives.
        QVERIFY(std::abs(result.areaUnderCurve - 3.5 / 4) < 1e-12);
        // With mixes (3 at 0.25) and instrumentals (3 at −0.25, 2 at 3): 2 · 6.5 + 3 · 3 of 5 · 9.
        QVERIFY(std::abs(result.wholeAreaUnderCurve - 22.0 / 45) < 1e-12);

        const auto row = [&](const std::string& recordings, const std::string& method,
                             const std::string& kind) -> const EvaluationRow& {
            for (const EvaluationRow& candidate : result.rows)
                if (candidate.recordings == recordings && candidate.thresholdKind == kind &&
                    candidate.method.starts_with(method) &&
                    (candidate.method.size() == method.size() ||
                     method.find("without") != std::string::npos))
                    return candidate;
            throw badInput(recordings + ", " + method, "is no row");
        };
        // Frames 101 … 170 are too near to the change: of 57, 107 and 157 only the first is left.
        const Confusion inner = row("songs", "every 50 frames, without", "shipped").counts;
        QVERIFY(inner.truePositives == 1 && inner.falsePositives == 3 && inner.count() == 4);
        QVERIFY(row("mixes", "every 50 frames", "shipped").counts.recall() == 1);
        const Confusion instrumentals = row("instrumentals", "every 50 frames", "shipped").counts;
        QVERIFY(instrumentals.trueNegatives == 3 && instrumentals.falsePositives == 2);
        const Confusion moved = row("instrumentals", "every 50 frames", "validation").counts;
        QVERIFY(moved.trueNegatives == 0 && moved.falsePositives == 5); // −0.25 > −0.5
        // Every frame that has an excerpt: 101 a song, of which 57 … 135 are sung.
        const Confusion all = row("songs", "every frame, median of 56", "shipped").counts;
        QVERIFY(all.truePositives == 79 && all.falsePositives == 22 + 101);

        // Songs: 2 three times, two of them sung, and 1 three times, none of them.
        QCOMPARE(result.calibrations.size(), std::size_t{2});
        QCOMPARE(result.calibrations[0].first, std::string("songs"));
        const double high = 1 / (1 + std::exp(-2.0));
        const double low = 1 / (1 + std::exp(-1.0));
        QVERIFY(std::abs(result.calibrations[0].second.expectedError - (high - 2.0 / 3 + low) / 2) <
                1e-6);
        const Confusion together =
            row("songs, mixes and instrumentals", "every 50 frames", "shipped").counts;
        QVERIFY(together.count() == 14 && together.truePositives == 5);

        const Json json = result.json();
        QVERIFY(json.at("calibration").at("songs").number("brier_score") > 0);
        QCOMPARE(json.at("rows").at(std::size_t{0}).at("total").number("true_positives"), 2.0);
        QVERIFY(QString::fromStdString(result.markdown()).contains("| song 2 | 3 |"));
    }

    // As of a folder of each class: songs alone say nothing of specificity.
    void songsOfOneClassAreJudgedWithTheOthers_data()
    {
        QTest::addColumn<std::string>("label");
        QTest::addColumn<std::string>("main");
        QTest::addColumn<std::string>("songs");
        QTest::addColumn<std::string>("others");
        QTest::newRow("vocal") << std::string("vocal")
                               << std::string("songs, mixes and instrumentals")
                               << std::string("songs") << std::string("instrumentals");
        QTest::newRow("guitar") << std::string("guitar")
                                << std::string("recordings with and without guitar")
                                << std::string("recordings with guitar")
                                << std::string("recordings without guitar");
    }
    void songsOfOneClassAreJudgedWithTheOthers()
    {
        QFETCH(std::string, label);
        QFETCH(std::string, main);
        QFETCH(std::string, songs);
        QFETCH(std::string, others);
        TrainingPack pack = judgedMusic();
        pack.metadata = {{"label", label}};
        pack.entries = {melEntry("song", "valid", 215, positive, 0.5),
                        melEntry("instrumental", "valid", 215, negative, -1.5),
                        melEntry("song", "test", 215, positive, 1),
                        melEntry("instrumental", "test", 215, negative, -0.25)};
        const PackedData data(pack.write(path("folders")));
        ClassifierBundle bundle = meanBundle();
        const ClassifierEvaluation result = evaluateClassifier(data, bundle, m_device, {}, {}, {});
        QCOMPARE(result.mainRecordings, main);
        QCOMPARE(result.headline().recordings, main);
        QCOMPARE(result.headline().counts.count(), std::size_t{6});
        QCOMPARE(result.headline().counts.error(), 0.0);
        QCOMPARE(result.areaUnderCurve, 1.0);
        // Midway between −1.5 and 0.5, so that −0.25 is taken for positive.
        QVERIFY(std::abs(result.validationThreshold + 0.5) < 1e-6);
        QVERIFY(std::abs(result.validationFrameThreshold + 0.5) < 1e-6);
        std::vector<std::string> rows;
        for (const EvaluationRow& row : result.rows) {
            rows.push_back(row.recordings + ", " + row.method + ", " + row.thresholdKind);
            if (row.recordings == main)
                QCOMPARE(row.counts.specificity(), row.thresholdKind == "shipped" ? 1.0 : 0.0);
        }
        const std::string fifty = ", every 50 frames, ";
        const std::string every = ", every frame, median of 56, ";
        QCOMPARE(rows, (std::vector<std::string>{
                           main + fifty + "shipped", main + fifty + "validation",
                           songs + fifty + "shipped", songs + fifty + "validation",
                           others + fifty + "shipped", others + fifty + "validation",
                           main + every + "shipped", main + every + "validation"}));
        QCOMPARE(result.calibrations.size(), std::size_t{1});
        QCOMPARE(result.calibrations[0].first, main);
        QCOMPARE(result.json().text("main_recordings"), main);
        const QString text = QString::fromStdString(result.markdown());
        const QString name = QString::fromStdString(main);
        QVERIFY(text.contains("hold both classes: " + name + " are judged together"));
        QVERIFY(text.contains("every 50 frames: " + name + " together 1.000"));
        QVERIFY(text.contains("| recording | frames |") &&
                text.contains("| instrumental 3 | 101 |"));
        QCOMPARE(text.contains("published"), label == "vocal");
    }

    // A voice that comes and goes within a song: the songs are judged alone, and nothing says so.
    void songsOfBothClassesStandAlone()
    {
        const PackedData data(judgedMusic().write(path("judged")));
        ClassifierBundle bundle = meanBundle();
        const ClassifierEvaluation result = evaluateClassifier(data, bundle, m_device, {}, {}, {});
        QVERIFY(!result.isTogether() && !result.json().contains("main_recordings"));
        const QString text = QString::fromStdString(result.markdown());
        QVERIFY(!text.contains("judged together") && !text.contains("published"));
        QVERIFY(text.contains("bootstrap draws of the recordings.\n\n| recordings |"));
        QVERIFY(text.contains("songs 0.875; songs, mixes and instrumentals together 0.489\n"));
        QVERIFY(text.contains("| song | frames |"));
    }

    void anEvaluationNeedsSomethingToJudge()
    {
        TrainingPack pack = judgedMusic();
        pack.entries = {melEntry("song", "train", 215, positive, 1)};
        const PackedData data(pack.write(path("nothing")));
        ClassifierBundle bundle = meanBundle();
        QVERIFY_THROWS_EXCEPTION(Error, evaluateClassifier(data, bundle, m_device, {}, {}, {}));
        const PackedData judged(judgedMusic().write(path("judged")));
        std::stop_source stop;
        stop.request_stop();
        QVERIFY_THROWS_EXCEPTION(
            Error, evaluateClassifier(judged, bundle, m_device, {}, stop.get_token(), {}));
    }

    // Guitars are no voices. A bundle that says nothing of its label is taken at the user's word.
    void anotherLabelIsRefused()
    {
        TrainingPack pack = judgedMusic();
        pack.metadata = {{"label", "guitar"}};
        const PackedData data(pack.write(path("guitars")));
        ClassifierBundle bundle = meanBundle();
        for (const char* label : {"guitar", ""}) {
            bundle.info.label = label;
            evaluateClassifier(data, bundle, m_device, {}, {}, {});
        }
        bundle.info.label = "vocal";
        try {
            evaluateClassifier(data, bundle, m_device, {}, {}, {});
            QFAIL("no error");
        } catch (const Error& error) {
            QVERIFY(error.kind() == ErrorKind::BadInput);
            QVERIFY(QString(error.what())
                        .endsWith("guitars': cannot judge the classifier: it answers another "
                                  "question: expected 'vocal', the label of the classifier, found "
                                  "'guitar'"));
        }
    }

    // −4 is below a silent frame's limit, −3.
    void silenceIsNoRealMusic()
    {
        TrainingPack pack;
        pack.features = "mel";
        pack.columns = 80;
        pack.entries = {melEntry("instrumental", "train", 215, negative, -4),
                        melEntry("song", "train", 215, positive, 2)};
        const PackedData data(pack.write(path("silent")));
        ClassifierBundle bundle = meanBundle();
        const RealResponseCollection collection =
            collectRealResponses(data, bundle, m_device, {}, {});
        QCOMPARE(collection.excerpts, std::size_t{3});
        QCOMPARE(collection.responses[3].second.lowest[0].song, std::string("song 1"));
        QCOMPARE(collection.logMelQuantiles.front(), 2.0F);
        pack.entries.pop_back();
        const PackedData nothing(pack.write(path("nothing heard")));
        QVERIFY_THROWS_EXCEPTION(Error, collectRealResponses(nothing, bundle, m_device, {}, {}));
    }

    void realResponsesAreCollected()
    {
        TrainingPack pack;
        pack.features = "mel";
        pack.columns = 80;
        pack.entries = {melEntry("song", "train", 215, positive, 2),          // 3 excerpts
                        melEntry("mix", "train", 215, positive, 9),           // left out
                        melEntry("instrumental", "train", 165, negative, -1), // 2
                        melEntry("song", "test", 215, positive, 9)};
        const PackedData data(pack.write(path("collected")));
        ClassifierBundle bundle = meanBundle();
        const RealResponseCollection collection =
            collectRealResponses(data, bundle, m_device, {}, {});
        QVERIFY(collection.excerpts == 5 && collection.songs == 2);
        std::vector<std::string> names;
        for (const auto& [name, responses] : collection.responses)
            names.push_back(name);
        QVERIFY((names == std::vector<std::string>{"mean(conv[0])", "mean(conv[1])", "mean(conv)",
                                                   "fc9[0]", "mean(fc9)", "fc9.act[0]",
                                                   "mean(fc9.act)"}));
        const RealResponses& doubled = collection.responses[1].second;
        QVERIFY(std::abs(doubled.mean - (3 * 4 - 2 * 2) / 5.0) < 1e-5);
        const RealResponses& layer = collection.responses[2].second;
        QVERIFY(std::abs(layer.mean - (3 * 3 - 2 * 1.5) / 5.0) < 1e-5);
        const RealResponses& output = collection.responses[3].second;
        QVERIFY(std::abs(output.auc - 1) < 1e-12);
        QVERIFY(output.lowest[0].song == "instrumental 2" && output.highest[0].song == "song 0");
        QCOMPARE(output.highest[2].timeSeconds, 100 / 70.0);
        QVERIFY(collection.logMelQuantiles.front() == -1 && collection.logMelQuantiles.back() == 2);
        pack.entries = {melEntry("mix", "train", 215, positive, 9)};
        const PackedData none(pack.write(path("collected")));
        QVERIFY_THROWS_EXCEPTION(Error, collectRealResponses(none, bundle, m_device, {}, {}));
    }
};

QTEST_GUILESS_MAIN(TestClassifierEvaluation)
#include "tst_classifier_evaluation.moc"
