// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/command_line.h"
#include "tests/app/tiny_models.h"

#include <QJsonArray>

#include <cstring>
#include <set>

using namespace earshot;

namespace {

std::set<std::string> namesOf(const SafetensorsFile& file)
{
    std::set<std::string> names;
    for (const TensorView& tensor : file.tensors())
        names.insert(tensor.name);
    return names;
}

// Whether the first row of a [N, 128] tensor has the same bytes in both files.
bool sameFirstLatent(const SafetensorsFile& a, const SafetensorsFile& b, const char* name)
{
    return std::memcmp(a.tensor(name).bytes.data(), b.tensor(name).bytes.data(), 128 * 4) == 0;
}

} // namespace

class TestCommandExplain : public QObject
{
    Q_OBJECT

    CommandLine m_cli;
    TinyModels m_models;

    SafetensorsFile resultIn(const QString& folder) const
    {
        return SafetensorsFile(m_cli.folder().path(folder + "/result.earshot"));
    }
    QStringList filesIn(const QString& folder) const
    {
        return QDir(m_cli.folder().name(folder))
            .entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot, QDir::Name);
    }
    Outcome explain(const QStringList& more) const
    {
        return m_cli.run(QStringList{"explain", "--response", "fc9[0]", "--json"} + more);
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_cli.useModels(m_models.folder());
        // Typed numbers: raw response, last step.
        const Outcome outcome = explain(
            {"--examples", "3", "--steps", "2", "--threads", "2", "--seed", "5", "--out", "both"});
        QVERIFY2(outcome.code == 0, qPrintable(outcome.err));
        m_document = outcome.json();
        m_messages = outcome.err;
    }

    void theFilesAreNamedAndListed()
    {
        const QStringList sounds{"start_00.wav",    "start_01.wav",    "start_02.wav",
                                 "positive_00.wav", "positive_01.wav", "positive_02.wav",
                                 "negative_00.wav", "negative_01.wav", "negative_02.wav"};
        QStringList files = sounds + QStringList{"result.earshot"};
        files.sort();
        QCOMPARE(filesIn("both"), files);
        QJsonArray outputs{"both/result.earshot"};
        for (const QString& sound : sounds)
            outputs.append("both/" + sound);
        QCOMPARE(m_document["outputs"].toArray(), outputs);
        QCOMPARE(QFileInfo(m_cli.folder().name("both/start_00.wav")).size() / 4, 36934 + 20);
    }

    void theTensorsHaveTheirShapes()
    {
        const SafetensorsFile file = resultIn("both");
        const std::vector<std::pair<const char*, std::vector<std::int64_t>>> expected{
            {"latents_start", {3, 128}},
            {"latents_positive", {3, 128}},
            {"latents_negative", {3, 128}},
            {"mels_start", {3, 115, 80}},
            {"mels_positive", {3, 115, 80}},
            {"mels_negative", {3, 115, 80}},
            {"responses_positive", {3, 3}},
            {"responses_negative", {3, 3}},
            {"path_steps", {3}},
            {"latents_path_positive", {3, 3, 128}},
            {"latents_path_negative", {3, 3, 128}},
            {"heard_start", {3}},
            {"heard_positive", {3}},
            {"heard_negative", {3}}};
        for (const auto& [name, shape] : expected)
            file.tensor(name, TensorType::F32, shape);
        QCOMPARE(file.tensors().size(), expected.size());
        QCOMPARE(file.floats("path_steps"), (std::vector<float>{0, 1, 2}));
        QCOMPARE(file.metadataValue("chosen_step_positive"), std::string("2"));
        QCOMPARE(file.metadataValue("chosen_step_negative"), std::string("2"));
    }

    void responsesGoUpAndDownFromOneStart()
    {
        const SafetensorsFile file = resultIn("both");
        const Matrix<float> up = file.matrix("responses_positive");
        const Matrix<float> down = file.matrix("responses_negative");
        for (std::size_t i = 0; i < 3; ++i) {
            QCOMPARE(up(0, i), down(0, i));
            QVERIFY(up(2, i) > up(0, i));
            QVERIFY(down(2, i) < down(0, i));
        }
    }

    void theDocumentHoldsRecordAndResults()
    {
        QCOMPARE(m_document.keys(), QStringList({"command", "outputs", "record", "results"}));
        QCOMPARE(m_document["command"].toString(), QString("explain"));
        const QJsonObject record = m_document["record"].toObject();
        QCOMPARE(record["response"].toString(), QString("fc9[0]"));
        QCOMPARE(record["seed"].toInt(), 5);
        QCOMPARE(record["versions"].toObject()["earshot"].toString(), QString(EARSHOT_VERSION));
        QCOMPARE(record["sha256"].toObject()["classifier"].toString().toStdString(),
                 sha256OfFile((m_models.classifier() + "/weights.safetensors").toStdString()));
        const QJsonObject settings = record["settings"].toObject();
        QCOMPARE(settings["response_scale"].toString(), QString("raw"));
        QCOMPARE(settings["step_choice"].toString(), QString("last"));
        QCOMPARE(settings["learning_rate"].toDouble(), 0.01); // C1's, as the prior weight
        QCOMPARE(settings["prior_weight"].toDouble(), 0.001);
        QCOMPARE(m_document["results"].toObject()["positive"].toObject()["heard"].toArray().size(),
                 3);
        QVERIFY2(m_messages.contains("explaining"), qPrintable(m_messages));
    }

    // What is not typed comes from the named preset.
    void aNamedPresetFillsIn()
    {
        const Outcome outcome = explain({"--preset", "C2", "--steps", "1", "--examples", "1",
                                         "--direction", "negative", "--out", "preset"});
        QCOMPARE(outcome.code, 0);
        const QJsonObject settings = outcome.json()["record"].toObject()["settings"].toObject();
        QCOMPARE(settings["prior_weight"].toDouble(), 0.01);
        QCOMPARE(settings["steps"].toInt(), 1);
    }

    void scaleAndStepOfOnesOwn_data()
    {
        QTest::addColumn<QStringList>("words");
        QTest::addColumn<QString>("scale");
        QTest::addColumn<QString>("choice");
        QTest::newRow("neither") << QStringList() << "raw"
                                 << "last";
        QTest::newRow("scale") << QStringList{"--response-scale", "deviation"}
                               << "standard deviation"
                               << "last";
        QTest::newRow("step") << QStringList{"--preset", "C2", "--step-choice", "last"} << "raw"
                              << "last";
        QTest::newRow("the paper's, named")
            << QStringList{"--preset", "recommended",   "--response-scale",
                           "raw",      "--step-choice", "last"}
            << "raw"
            << "last";
    }
    void scaleAndStepOfOnesOwn()
    {
        QFETCH(QStringList, words);
        QFETCH(QString, scale);
        QFETCH(QString, choice);
        const Outcome outcome = explain(QStringList{"--steps", "1", "--examples", "2",
                                                    "--direction", "negative", "--out", "ways"} +
                                        words);
        QVERIFY2(outcome.code == 0, qPrintable(outcome.err));
        const QJsonObject settings = outcome.json()["record"].toObject()["settings"].toObject();
        QCOMPARE(settings["response_scale"].toString(), scale);
        QCOMPARE(settings["step_choice"].toString(), choice);
    }

    // Without real responses, or of one example, there is no distance to choose a step by.
    void noDistance_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QString>("message");
        const QStringList explain{"explain",       "--response",        "norm(fc7)",
                                  "--step-choice", "smallest-distance", "--examples"};
        QTest::newRow("one example") << explain + QStringList{"1"}
                                     << "'--step-choice': cannot be smallest-distance: expected 2 "
                                        "examples at least, found 1";
        QTest::newRow("no real responses")
            << explain + QStringList{"2"}
            << "'--step-choice': cannot be smallest-distance: expected a response with real "
               "responses to compare with, or --index FILE (made by 'index'), found none of "
               "norm(fc7)";
    }

    void noDistance() { checkRefusal(m_cli); }

    // One direction alone writes only its own; and its bytes are those of the larger run.
    void latentsDependOnSeedAndStartAlone()
    {
        const Outcome outcome =
            explain({"--examples", "1", "--steps", "2", "--threads", "1", "--seed", "5",
                     "--direction", "positive", "--out", "alone"});
        QCOMPARE(outcome.code, 0);
        const SafetensorsFile alone = resultIn("alone");
        QCOMPARE(namesOf(alone),
                 (std::set<std::string>{"latents_start", "latents_positive", "mels_start",
                                        "mels_positive", "responses_positive", "path_steps",
                                        "latents_path_positive", "heard_start", "heard_positive"}));
        QCOMPARE(filesIn("alone"),
                 QStringList({"positive_00.wav", "result.earshot", "start_00.wav"}));
        const SafetensorsFile both = resultIn("both");
        QVERIFY(sameFirstLatent(alone, both, "latents_start"));
        QVERIFY(sameFirstLatent(alone, both, "latents_positive"));
        QCOMPARE(m_cli.folder().read("alone/positive_00.wav"),
                 m_cli.folder().read("both/positive_00.wav"));
    }

    // Sounds of a larger explanation don't stay beside a smaller one's; other files do.
    void aCompactResultIsSmall()
    {
        const Outcome outcome = explain({"--examples", "3", "--steps", "2", "--threads", "2",
                                         "--seed", "5", "--out", "compact", "--compact"});
        QVERIFY2(outcome.code == 0, qPrintable(outcome.err));
        const SafetensorsFile file = resultIn("compact");
        QVERIFY(!file.contains("mels_start"));
        QVERIFY(file.tensor("latents_positive").type == TensorType::F16);
        QVERIFY(10 * QFileInfo(m_cli.folder().name("compact/result.earshot")).size() <
                QFileInfo(m_cli.folder().name("both/result.earshot")).size());
        QCOMPARE(file.floats("responses_positive"), resultIn("both").floats("responses_positive"));
    }

    void aNewExplanationReplacesTheOld()
    {
        QCOMPARE(explain({"--examples", "2", "--steps", "1", "--out", "again"}).code, 0);
        QCOMPARE(filesIn("again").size(), 7);
        m_cli.folder().write("again/positive_take.wav", "mine");
        QCOMPARE(explain({"--examples", "1", "--steps", "1", "--direction", "positive", "--out",
                          "again"})
                     .code,
                 0);
        QCOMPARE(filesIn("again"), QStringList({"positive_00.wav", "positive_take.wav",
                                                "result.earshot", "start_00.wav"}));
    }

    void aStopKeepsWhatThereIs()
    {
        QProcess process;
        m_cli.start(process, {"explain", "--response", "fc9[0]", "--examples", "2", "--steps",
                              "100000", "--out", "stopped", "--json"});
        // The second line comes seconds later, when steps are done.
        for (int line = 0; line < 2; ++line)
            QVERIFY(CommandLine::waitForMessage(process, "explaining"));
        CommandLine::signal(process, SIGINT);
        const Outcome outcome = CommandLine::finish(process);
        QCOMPARE(outcome.code, 3);
        QCOMPARE(outcome.json()["results"].toObject()["state"].toString(), QString("stopped"));
        QCOMPARE(filesIn("stopped"), QStringList("result.earshot"));
        const SafetensorsFile file = resultIn("stopped");
        const Matrix<float> responses = file.matrix("responses_positive");
        QVERIFY(responses.rows() >= 2);
        QVERIFY(responses.rows() < 100001);
        QCOMPARE(responses.columns(), file.matrix("latents_positive").rows());
        QCOMPARE(file.metadataValue("end"), std::string("stopped"));
    }

    void unusableResponse_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QString>("message");
        const auto row = [](const char* response, const char* message) {
            QTest::newRow(response)
                << QStringList{"explain", "--response", response} << QString(message);
        };
        row("fc10[0]", "'fc10[0]': names an unknown layer");
        row("fc9[1]", "found 1");
        row("fc9[-1]", "expected an index");
        row("mean(conv4[128])", "expected 0 to 127, found 128");
        row("conv1[0,113,0]", "expected 0 to 112, found 113");
        row("conv4[3]", "expected mean(conv4[3]) or conv4[3,time,frequency]");
        row("fc9[0", "expected ']'");
        row("", "expected a response");
    }

    void unusableResponse() { checkRefusal(m_cli); }

    void unusableBundle_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QString>("message");
        const QStringList explain{"explain", "--response", "fc9[0]"};
        QTest::newRow("missing") << explain + QStringList{"--classifier", "nowhere"}
                                 << "'nowhere': is not a model bundle";
        QTest::newRow("generator as classifier")
            << explain + QStringList{"--classifier", m_models.generator()}
            << "expected 'classifier', found 'generator'";
        QTest::newRow("classifier as generator")
            << explain + QStringList{"--generator", m_models.classifier()}
            << "expected 'generator', found 'classifier'";
    }

    void unusableBundle() { checkRefusal(m_cli); }

    void noShippedModels()
    {
        const CommandLine cli; // which looks for them nowhere
        const Outcome outcome = cli.run({"explain", "--response", "fc9[0]", "--generator", "x"});
        QVERIFY2(outcome.code == 2, qPrintable(outcome.err));
        QCOMPARE(cli.folder().entries(), QStringList());
    }

private:
    QJsonObject m_document; // of "both"
    QString m_messages;
};

QTEST_GUILESS_MAIN(TestCommandExplain)
#include "tst_command_explain.moc"
