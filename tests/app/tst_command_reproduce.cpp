// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explain/explanation.h"
#include "core/io/csv.h"
#include "core/io/json.h"
#include "tests/app/command_line.h"
#include "tests/app/tiny_models.h"
#include "tests/explain/real_responses_example.h"

#include <QDateTime>
#include <QDir>
#include <QDirIterator>
#include <QFileInfo>
#include <QJsonArray>
#include <QXmlStreamReader>

#include <cmath>

using namespace earshot;

// The paper, repeated as small as can be: two examples, one step.
class TestCommandReproduce : public QObject
{
    Q_OBJECT

    CommandLine m_cli;
    TinyModels m_models;
    Outcome m_outcome; // of "paper"

    static QStringList reproduceInto(const QString& folder, const QStringList& more = {})
    {
        return QStringList{"reproduce", "--quick", "--examples", "2", "--most-steps", "1", "--json",
                           "--out",     folder,    "--seed",     "5"} +
               more;
    }
    CsvTable table(const QString& file) const
    {
        return CsvTable::readFile(m_cli.folder().path("paper/" + file));
    }
    QString report() const { return QString::fromUtf8(m_cli.folder().read("paper/report.html")); }
    // By name, when each finished part was written.
    QMap<QString, QDateTime> parts(const QString& folder) const
    {
        QMap<QString, QDateTime> list;
        QDirIterator files(m_cli.folder().name(folder + "/parts"), {"*.json"}, QDir::Files);
        while (files.hasNext()) {
            files.next();
            list[files.fileName()] = files.fileInfo().lastModified();
        }
        return list;
    }

    // A model card with the table of `evaluate classifier`: of other weights, and of these.
    void writeCard() const
    {
        const QString own = QString::fromStdString(
            Json::readFile((m_models.classifier() + "/model.json").toStdString())
                .at("sha256")
                .text("weights.safetensors"));
        QFile card(m_models.classifier() + "/README.md");
        QVERIFY(card.open(QIODevice::WriteOnly));
        for (const QString& weights : {QString("0123"), own, QString("4567")})
            card.write(
                ("Weights " + weights +
                 ".\n\n| recordings | threshold | precision | recall | specificity | f1 | error | "
                 "balanced error | interval of the error |\n|---|---|---|---|---|---|---|---|---|\n"
                 "| songs, every 50 frames | 0.000 | 0.909 | 0.914 | 0.820 | 0.912 | " +
                 (weights == own ? "0.118" : "0.999") +
                 " | 0.133 | 0.064–0.205 |\n"
                 "| songs, every frame, median of 56 | 0.000 | 0.910 | 0.925 | – | 0.917 | 0.111 "
                 "| 0.130 | 0.073–0.194 |\n"
                 "| songs, every frame, median of 56 | -0.295 (validation) | 0.895 | 0.944 | 0.776 "
                 "| 0.919 | 0.112 | 0.140 | 0.069–0.194 |\n\n")
                    .toUtf8());
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_models.addWitness();
        m_cli.useModels(m_models.folder());
        std::vector<std::pair<std::string, RealResponses>> real{{"fc9[0]", realExample(0)}};
        for (const double auc : {0.3, 0.9, 0.1, 0.5}) {
            RealResponses unit = realExample(-3);
            unit.auc = auc;
            real.emplace_back("fc8[" + std::to_string(real.size() - 1) + "]", unit);
        }
        writeRealResponses((m_models.classifier() + "/responses.safetensors").toStdString(), real,
                           realExample(-3).quantiles);
        m_models.listResponses();
        writeCard();
        m_outcome = m_cli.run(reproduceInto("paper"));
        QVERIFY2(m_outcome.code == 0, qPrintable(m_outcome.err));
    }

    void saysHowLongFirst()
    {
        QVERIFY2(m_outcome.err.section('\n', 0, 0).startsWith("the quick form: about "),
                 qPrintable(m_outcome.err));
        QVERIFY(m_outcome.err.contains(" left"));
    }

    void document()
    {
        const QJsonObject json = m_outcome.json();
        QCOMPARE(json["command"].toString(), "reproduce");
        // Where the program with the window is built too, it has drawn the figures.
        const bool draws = QFile::exists(QFileInfo(EARSHOT_CLI).dir().filePath("earshot"));
        QCOMPARE(json["outputs"].toArray().size(), draws ? 16 : 12);
        for (const char* figure : {"figure2", "figure3", "figure4/figure4"})
            for (const char* ending : {".png", ".pdf"})
                QCOMPARE(QFile::exists(m_cli.folder().name(QString("paper/") + figure + ending)),
                         draws);
        QCOMPARE(json["outputs"].toArray()[0].toString(), "paper/report.html");
        QCOMPARE(json["record"].toObject()["seed"].toInt(), 5);
        const QJsonArray controls = json["results"].toObject()["controls"].toArray();
        QCOMPARE(controls.size(), 2); // quick: the output and one unit
        QCOMPARE(controls[0].toObject()["response"].toString(), "fc9[0]");
        // The one whose real responses go most with the label.
        QCOMPARE(controls[1].toObject()["response"].toString(), "fc8[1]");
    }

    // Nine pairs of learning rate and prior weight; what is left of C2 and C3 is among them.
    void settings()
    {
        const CsvTable settings = table("settings.csv");
        QCOMPARE(settings.rows(), std::size_t(9));
        for (std::size_t row = 0; row < settings.rows(); ++row) {
            QCOMPARE(settings.number(row, "steps"), 1.0);
            QCOMPARE(settings.number(row, "examples"), 2.0);
            QCOMPARE(settings.text(row, "state"), std::string("ok"));
            QCOMPARE(settings.number(row, "real_mean"), 9.755);
            const double agreement = settings.number(row, "witness_agreement");
            QVERIFY(agreement == 0 || agreement == 0.5 || agreement == 1);
        }
        // One step is none of the paper's settings.
        QCOMPARE(table("table5.csv").rows(), std::size_t(3));
        QCOMPARE(table("table5.csv").text(0, "frechet_distance"), std::string("nan"));
        QCOMPARE(table("table5.csv").number(1, "published_distance"), 35.88);
    }

    void controls()
    {
        const CsvTable controls = table("controls.csv");
        QMap<QString, int> rows;
        double start = 0, chosen = 0;
        for (std::size_t row = 0; row < controls.rows(); ++row) {
            const QString key = QString::fromStdString(controls.text(row, "unit") + " " +
                                                       controls.text(row, "row"));
            ++rows[key];
            if (key == "fc9[0] start")
                start += controls.number(row, "response");
            if (key == "fc9[0] chosen") {
                chosen += controls.number(row, "response");
                QCOMPARE(controls.number(row, "cosine"), 1.0);
            }
            // Another network's, which was maximised, and not what is told of the trained one.
            if (key.contains("randomised")) {
                QVERIFY(std::abs(controls.number(row, "cosine")) < 0.999);
                QVERIFY(controls.number(row, "own_response") > controls.number(row, "own_start"));
                QVERIFY(controls.number(row, "own_response") != controls.number(row, "response"));
            }
            if (key.endsWith("random"))
                QCOMPARE(controls.text(row, "cosine"), std::string("nan"));
            // Fifty responses, whose excerpts are not here.
            if (key.endsWith("real"))
                QCOMPARE(controls.text(row, "heard"), std::string("nan"));
        }
        QVERIFY(chosen > start);
        QCOMPARE(rows["fc9[0] real"], 50);
        for (const char* row : {"start", "chosen", "median", "worst", "input", "random"})
            for (const char* unit : {"fc9[0]", "fc8[1]"})
                QCOMPARE(rows[QString(unit) + " " + row], 2);
        // Every second layer, and the last.
        for (const char* layer : {"fc9", "fc7", "conv4", "conv1"})
            QCOMPARE(rows[QString("fc9[0] randomised_") + layer], 2);
        for (const char* layer : {"fc8", "conv5", "conv2", "conv1"})
            QCOMPARE(rows[QString("fc8[1] randomised_") + layer], 2);
    }

    void otherTables()
    {
        // Of these weights, as the paper judges first; then the paper's.
        const CsvTable classifier = table("table3.csv");
        QCOMPARE(classifier.rows(), std::size_t(4));
        QCOMPARE(classifier.text(0, "name"), std::string("songs, every frame, median of 56"));
        QCOMPARE(classifier.number(0, "error"), 0.111);
        QCOMPARE(classifier.text(0, "specificity"), std::string("nan"));
        QCOMPARE(classifier.number(1, "error"), 0.118);
        QCOMPARE(classifier.number(2, "error"), 0.082);
        QVERIFY(report().contains("the figures of the model card, of these very weights"));
        QCOMPARE(table("table6.csv").rows(), std::size_t(6));
        QCOMPARE(table("table6.csv").number(2, "published"), 5.83);
        QCOMPARE(table("descriptors.csv").rows(), std::size_t(6)); // no gallery here
        QCOMPARE(table("effects.csv").rows(), std::size_t(15));
        QCOMPARE(table("figure2.csv").rows(), std::size_t(1001 + 50 + 2 + 2)); // start, chosen
        QCOMPARE(table("figure3.csv").rows(), std::size_t(115 * 80));
        QCOMPARE(table("metric.csv").rows(), std::size_t(2));
        const CsvTable choices = table("choices.csv");
        QCOMPARE(choices.rows(), std::size_t(1)); // quick: of the output alone
        QCOMPARE(choices.text(0, "response"), std::string("fc9[0]"));
        QCOMPARE(choices.number(0, "settings"), 9.0);
        QCOMPARE(choices.number(0, "fresh_examples"), 2.0);
        QVERIFY(choices.number(0, "fresh_low") <= choices.number(0, "fresh_distance"));
        QVERIFY(report().contains(" On 2 fresh starts, which had no part in the choice, its "));
        const Explanation explanation =
            readExplanation(m_cli.folder().path("paper/figure4/result.earshot"));
        QCOMPARE(explanation.directions.size(), std::size_t(2));
        QVERIFY(!explanation.startHeard.empty() && !explanation.startWitness.empty());
    }

    // One page, well-formed, that needs nothing from elsewhere and can be used without eyes.
    void page()
    {
        QXmlStreamReader reader(report());
        int tables = 0, captions = 0, sounds = 0, pictures = 0;
        while (!reader.atEnd()) {
            if (reader.readNext() != QXmlStreamReader::StartElement)
                continue;
            const QString name = reader.name().toString();
            tables += name == u"table" ? 1 : 0;
            captions += name == u"caption" ? 1 : 0;
            const QString source = reader.attributes().value("src").toString();
            QVERIFY2(source.isEmpty() || source.startsWith("data:"), qPrintable(source));
            const QString link = reader.attributes().value("href").toString();
            QVERIFY2(link.isEmpty() || link.startsWith('#'), qPrintable(link));
            if (name == u"audio") {
                ++sounds;
                QVERIFY(!reader.attributes().value("aria-label").isEmpty());
            }
            if (name == u"img") {
                ++pictures;
                QVERIFY(!reader.attributes().value("alt").isEmpty());
            }
            QVERIFY(name != u"script" && name != u"link");
        }
        QVERIFY2(!reader.hasError(), qPrintable(reader.errorString()));
        QCOMPARE(captions, tables);
        QVERIFY(tables >= 8);
        QVERIFY(sounds >= 6);   // Figure 4
        QVERIFY(pictures >= 8); // Figures 3 and 4
        QVERIFY(report().contains("prefers-color-scheme: dark"));
        QVERIFY(report().contains("This is the quick form. The search has 1 steps"));
        QVERIFY(report().contains("35.880"));
        QVERIFY(report().contains("its own response went from "));
        QVERIFY(report().contains("With all weights drawn anew, once, "));
        QVERIFY(report().contains("earshot-cli reproduce --out DIR --seed 5 --quick"));
    }

    // The same page, from what is there, and the way back.
    void withoutSounds()
    {
        const QMap<QString, QDateTime> before = parts("paper");
        const QString withSounds = report();
        QTest::qWait(20); // so that times of writing differ
        const Outcome outcome = m_cli.run(reproduceInto("paper", {"--without-sounds"}));
        QVERIFY2(outcome.code == 0, qPrintable(outcome.err));
        QVERIFY2(outcome.err.startsWith("the quick form: all of it lies in paper: only the page is "
                                        "made anew\n"),
                 qPrintable(outcome.err));
        QCOMPARE(parts("paper"), before);
        const QString silent = report();
        for (const char* word : {"<audio", "data:audio", ">sound<", "matched level"}) {
            QVERIFY2(withSounds.contains(word), word);
            QVERIFY2(!silent.contains(word), word);
        }
        QVERIFY(silent.contains("The sounds are left out of this copy of the page"));
        QVERIFY(silent.contains("--most-steps 1 --without-sounds"));
        QCOMPARE(silent.count("<img"), withSounds.count("<img"));
        QCOMPARE(silent.count("<tr>"), withSounds.count("<tr>"));
        QVERIFY(QXmlStreamReader(silent).readNextStartElement());
        QVERIFY(m_cli.run(reproduceInto("paper")).code == 0);
        QCOMPARE(report(), withSounds);
    }

    // A part that a GPU made elsewhere is not made again, and the page says so.
    void saysWhatAnotherDeviceMade()
    {
        const QByteArray part = m_cli.folder().read("paper/parts/explanation.json");
        const QByteArray elsewhere =
            QByteArray(part).replace(R"("on_gpu": false)", R"("on_gpu": true)");
        QVERIFY(elsewhere != part);
        QVERIFY(report().contains("<dd>CPU, "));
        m_cli.folder().write("paper/parts/explanation.json", elsewhere);
        const QMap<QString, QDateTime> before = parts("paper");
        QVERIFY(m_cli.run(reproduceInto("paper")).code == 0);
        QCOMPARE(parts("paper"), before);
        QVERIFY(report().contains("<dd>CPU, but GPU for: explaining fc9[0], torch "));
        m_cli.folder().write("paper/parts/explanation.json", part);
        QVERIFY(m_cli.run(reproduceInto("paper")).code == 0);
        QVERIFY(!report().contains("but GPU"));
    }

    // Nothing is computed twice; what is damaged, gone or of something else is.
    void goesOn()
    {
        const QMap<QString, QDateTime> before = parts("paper");
        QVERIFY(before.size() >= 20);
        QVERIFY(before.contains("control-fc9_0-input.json"));
        const QByteArray controls = m_cli.folder().read("paper/controls.csv");
        m_cli.folder().write("paper/parts/control-fc9_0-input.json", "{ damaged");
        m_cli.folder().write("paper/controls/fc9_0/start.wav", "another sound");
        QVERIFY(QFile::remove(m_cli.folder().name("paper/controls/fc8_1/random.safetensors")));
        QTest::qWait(20); // so that times of writing differ
        const Outcome again = m_cli.run(reproduceInto("paper"));
        QVERIFY2(again.code == 0, qPrintable(again.err));
        QVERIFY2(again.err.contains("going on with it"), qPrintable(again.err));
        const QMap<QString, QDateTime> after = parts("paper");
        QStringList redone;
        for (auto part = after.begin(); part != after.end(); ++part)
            if (part.value() != before.value(part.key()))
                redone += part.key();
        QCOMPARE(redone, (QStringList{"control-fc8_1-random.json", "control-fc9_0-input.json",
                                      "control-fc9_0-start.json"}));
        QCOMPARE(m_cli.folder().read("paper/controls.csv"), controls);
        QCOMPARE(QJsonDocument::fromJson(
                     m_cli.folder().read("paper/parts/explanation.json"))["identity"]["seed"]
                     .toInt(),
                 5);
    }

    // Its files would be mistaken for another's, and its parts lost.
    void anotherReportNeedsAnotherFolder_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QString>("found");
        const QStringList start{"reproduce", "--out", "paper"};
        const QStringList small{"--examples", "2", "--most-steps", "1"};
        const QStringList seed{"--seed", "5"};
        QTest::newRow("form") << start + small + seed << R"(expected form "full", found "quick")";
        QTest::newRow("seed") << start + small + QStringList{"--quick", "--seed", "6"}
                              << "expected seed 6, found 5";
        QTest::newRow("limit") << start + seed + QStringList{"--quick", "--most-steps", "1"}
                               << "expected most_examples none, found 2";
        QTest::newRow("witness") << start + small + seed +
                                        QStringList{"--quick", "--witness", "none"}
                                 << "expected witness none, found \"";
    }
    void anotherReportNeedsAnotherFolder()
    {
        QFETCH(QStringList, arguments);
        QFETCH(QString, found);
        const QMap<QString, QDateTime> before = parts("paper");
        const Outcome refused = m_cli.run(arguments);
        QCOMPARE(refused.code, 2);
        QVERIFY2(refused.err.contains("'paper': holds another report: give another folder, or "
                                      "remove this one: " +
                                      found),
                 qPrintable(refused.err));
        QCOMPARE(parts("paper"), before);
    }

    void stops_data()
    {
        QTest::addColumn<int>("number");
        QTest::newRow("interrupted") << SIGINT;
        QTest::newRow("killed") << SIGKILL;
    }

    // After the first part: the same command goes on from there.
    void stops()
    {
        QFETCH(int, number);
        const QString folder = QString("stopped-%1").arg(number);
        QProcess process;
        m_cli.start(process, reproduceInto(folder, {"--threads", "1"}));
        const QString first = m_cli.folder().name(folder + "/parts/explanation.json");
        while (!QFile::exists(first))
            QVERIFY2(!process.waitForFinished(5), process.readAllStandardError().constData());
        CommandLine::signal(process, number);
        const Outcome stopped = CommandLine::finish(process);
        QCOMPARE(stopped.code, number == SIGINT ? 3 : -1);
        if (number == SIGINT) {
            QVERIFY(stopped.err.contains("stopped: the same command goes on from here"));
            QCOMPARE(stopped.json()["results"].toObject()["state"].toString(), "stopped");
        }
        QVERIFY(!QFile::exists(m_cli.folder().name(folder + "/report.html")));
        for (const QString& file : parts(folder).keys()) // whole, or not there
            QVERIFY(
                QJsonDocument::fromJson(m_cli.folder().read(folder + "/parts/" + file)).isObject());
        if (number != SIGKILL)
            return;
        // To the same numbers as without a break, and what was done is not done again.
        const QDateTime done = parts(folder).value("explanation.json");
        const Outcome again = m_cli.run(reproduceInto(folder));
        QVERIFY2(again.code == 0, qPrintable(again.err));
        QCOMPARE(parts(folder).value("explanation.json"), done);
        for (const char* table : {"settings.csv", "table6.csv", "controls.csv", "metric.csv"})
            QCOMPARE(m_cli.folder().read(folder + '/' + table),
                     m_cli.folder().read(QString("paper/") + table));
    }

    void refusals_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QString>("message");
        const QStringList start{"reproduce", "--out", "refused"};
        QTest::newRow("no folder") << QStringList{"reproduce"} << "--out";
        QTest::newRow("one example") << start + QStringList{"--examples", "1"}
                                     << "'--examples': is out of range: expected at least 2";
        QTest::newRow("no step") << start + QStringList{"--most-steps", "0"}
                                 << "'--most-steps': is out of range";
        QTest::newRow("no index") << start + QStringList{"--index", "nothing"} << "'nothing'";
        QTest::newRow("no witness") << start + QStringList{"--witness", "nothing"} << "'nothing'";
    }

    void refusals() { checkRefusal(m_cli); }

    void unwritable()
    {
        m_cli.folder().write("file", "in the way");
        const Outcome outcome = m_cli.run(reproduceInto("file/below"));
        QCOMPARE(outcome.code, 1);
        QVERIFY2(outcome.err.contains("'file/below/report.html'"), qPrintable(outcome.err));
    }

    // Without real responses there is nothing to compare with.
    void noRealMusic()
    {
        const TinyModels others;
        const Outcome outcome =
            m_cli.run(reproduceInto("refused", {"--classifier", others.classifier(), "--generator",
                                                others.generator(), "--witness", "none"}));
        QCOMPARE(outcome.code, 2);
        QVERIFY2(outcome.err.contains("has no real responses to compare fc9[0] with"),
                 qPrintable(outcome.err));
        QVERIFY(!m_cli.folder().entries().contains("refused"));
    }
};

QTEST_GUILESS_MAIN(TestCommandReproduce)
#include "tst_command_reproduce.moc"
