// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/figure_content.h"
#include "app/gui/focus.h"
#include "app/gui/notices.h"
#include "app/gui/render_command.h"
#include "app/gui/session.h"
#include "tests/app/gui/tiny_world.h"
#include "tests/support/failure.h"

#include <QImage>
#include <QSignalSpy>
#include <QTest>

#include <limits>
#include <optional>

using namespace earshot;

// Session: result.earshot files that come in and go out.
class TestOpenedResult : public QObject
{
    Q_OBJECT

public:
    static void initMain() { static const OwnHome home; }

private Q_SLOTS:
    void initTestCase()
    {
        const std::shared_ptr<const Models> models = loadModels(m_world.request());
        m_explanation = models->explainer->explain("fc8[0]", tinySettings());
        writeExplanation(m_explanation, m_files.path("result.earshot"));
    }

    void init()
    {
        m_results.emplace();
        m_session.emplace(m_results->path("results"));
        QSignalSpy loaded(&*m_session, &Session::modelsLoaded);
        m_session->load(m_world.request());
        QTRY_COMPARE_WITH_TIMEOUT(loaded.size(), 1, patience);
        m_failed.emplace(&*m_session, &Session::failed);
    }
    void cleanup()
    {
        m_failed.reset();
        m_session.reset();
    }

    void isShownAsItWas()
    {
        m_session->open(m_files.path("result.earshot"));
        QTRY_VERIFY_WITH_TIMEOUT(m_session->explanation(), patience);
        QCOMPARE(m_session->response(), std::string("fc8[0]"));
        QCOMPARE(m_session->openedFile(), m_files.path("result.earshot"));
        QCOMPARE(m_session->settings().steps, 3);
        QCOMPARE(m_session->shownSettings().learningRate, tinySettings().learningRate);
        QVERIFY(m_session->canGenerate());
        QCOMPARE(m_session->realResponses()->mean, 3.0);
        const auto& mels = m_session->explanation()->directions.at(Direction::Negative).mels;
        QVERIFY(std::ranges::equal(mels.values(),
                                   m_explanation.directions.at(Direction::Negative).mels.values()));
        QCOMPARE(m_failed->size(), 0);

        // A panel as a picture says whose it is.
        CellView view;
        view.logMel.assign(9200, -1);
        const FigureContent figure = cellFigure(*m_session, view, Cell::Positive, "caption");
        QCOMPARE(figure.title, QString("fc8[0]"));
        QCOMPARE(figure.rows.size(), std::size_t(1));
        QCOMPARE(figure.rows[0].cells[0].caption, QString("caption"));
        const QString hash = QString::fromStdString(m_session->models()->hashes().generator);
        QVERIFY(figure.details[0].contains(hash.left(8)));
        QVERIFY2(figure.details[1].contains("learning rate 0.05"), qPrintable(figure.details[1]));

        // Whatever else is shown then is not this file.
        m_session->show("fc9[0]");
        QVERIFY(m_session->openedFile().empty());
        QVERIFY(!m_session->explanation());
    }

    void aCompactOneGetsItsSpectrograms()
    {
        writeExplanation(m_explanation, m_files.path("compact.earshot"), ResultDetail::Compact);
        m_session->open(m_files.path("compact.earshot"));
        QTRY_VERIFY_WITH_TIMEOUT(m_session->explanation(), patience);
        const Matrix<float>& made =
            m_session->explanation()->directions.at(Direction::Positive).mels;
        const Matrix<float>& expected = m_explanation.directions.at(Direction::Positive).mels;
        QCOMPARE(made.rows(), expected.rows());
        for (std::size_t i = 0; i < made.size(); ++i)
            QVERIFY(std::abs(made.data()[i] - expected.data()[i]) < 0.1F); // latents in float16
        QCOMPARE(m_failed->size(), 0);
    }

    // earshot --render: a compact one needs its own generator.
    void drawnWithTheModelsThatAreNamed()
    {
        const std::filesystem::path file = m_files.path("compact-to-draw.earshot");
        writeExplanation(m_explanation, file, ResultDetail::Compact);
        renderResult(file, m_files.name("figure.png"), m_world.request());
        QVERIFY(QImage(m_files.name("figure.png")).width() > 400);
        TinyModels others;
        ModelRequest request = m_world.request();
        request.generator = others.classifier().toStdString();
        QVERIFY(
            !badInputOf([&] { renderResult(file, m_files.name("no.png"), request); }).isEmpty());
        Explanation another = m_explanation;
        another.record.set("sha256", Json::object({{"classifier", "a"}, {"generator", "b"}}));
        writeExplanation(another, file, ResultDetail::Compact);
        const QString refused =
            badInputOf([&] { renderResult(file, m_files.name("no.png"), m_world.request()); });
        QVERIFY2(refused.contains("compact-to-draw.earshot'") &&
                     refused.contains("made with another generator: name it with --generator: "
                                      "expected SHA-256 b, found "),
                 qPrintable(refused));
        QVERIFY(!m_files.entries().contains("no.png"));
    }

    // Made by these models, it is shown as if it had been computed; by others it is left alone.
    void whatComesWithTheClassifier()
    {
        const std::filesystem::path folder =
            std::filesystem::path(m_world.request().classifier) / "explanations";
        std::filesystem::create_directory(folder);
        writeExplanation(m_explanation, folder / "fc8_0_.earshot", ResultDetail::Compact);
        Explanation other = m_explanation;
        other.record.set("sha256", Json::object({{"classifier", "a"}, {"generator", "b"}}));
        other.record.set("response", "fc8[1]");
        writeExplanation(other, folder / "fc8_1_.earshot", ResultDetail::Compact);
        QSignalSpy loaded(&*m_session, &Session::modelsLoaded);
        m_session->load(m_world.request());
        QTRY_COMPARE_WITH_TIMEOUT(loaded.size(), 1, patience);
        QTRY_COMPARE_WITH_TIMEOUT(m_session->explainedResponses(), QStringList("fc8[0]"), patience);
        m_session->show("fc8[0]");
        QTRY_VERIFY_WITH_TIMEOUT(m_session->explanation(), patience);
        QCOMPARE(m_session->explanation()->startMels.rows(), std::size_t{2});
        // It comes back with its settings, as what was computed does, and before a fragment of it.
        Explanation fragment = m_explanation;
        fragment.end = RunEnd::Stopped;
        fragment.record.set("end", "stopped");
        ResultStore(m_results->path("results")).save(fragment);
        ExplainSettings settings = tinySettings();
        settings.seed = 9;
        m_session->setSettings(settings);
        m_session->show("fc9[0]");
        m_session->setSettings(tinySettings());
        m_session->show("fc8[0]");
        QTRY_VERIFY_WITH_TIMEOUT(m_session->explanation(), patience);
        QCOMPARE(m_session->explanation()->end, RunEnd::Completed);
        m_session->show("fc8[1]");
        QTest::qWait(200);
        QVERIFY(!m_session->explanation());
        QCOMPARE(m_failed->size(), 0);
        std::filesystem::remove_all(folder);
    }

    void whatCannotBecomeSound()
    {
        Explanation loud = m_explanation;
        loud.startHeard = {0, 0};
        for (auto& [direction, result] : loud.directions)
            result.heard = {1, 2};
        DirectionResult& positive = loud.directions.at(Direction::Positive);
        positive.mels(1, 0) = 100;
        positive.heard[1] = std::numeric_limits<float>::quiet_NaN();
        writeExplanation(loud, m_files.path("loud.earshot"));
        m_session->open(m_files.path("loud.earshot"));
        QTRY_VERIFY_WITH_TIMEOUT(m_session->explanation(), patience);
        QCOMPARE(noticeOf(*m_session), QString("Of the positive explanations 1 of 2 is too loud to "
                                               "become sound (log-mel 100, at most 80)."));
    }

    void damagedStarts()
    {
        Explanation damaged = m_explanation;
        damaged.startMels(0, 0) = std::numeric_limits<float>::quiet_NaN();
        writeExplanation(damaged, m_files.path("nan.earshot"));
        QSignalSpy opened(&*m_session, &Session::opened);
        m_session->open(m_files.path("nan.earshot"));
        QTRY_COMPARE_WITH_TIMEOUT(m_failed->size(), 1, patience);
        QVERIFY(m_failed->front().front().toString().contains("its starts are not finite"));
        QVERIFY(!m_session->explanation());
        QCOMPARE(opened.size(), 0);
        m_session->open(m_files.path("result.earshot"));
        QTRY_COMPARE_WITH_TIMEOUT(opened.size(), 1, patience);
    }

    // Nor does the file become one of our own results by being looked at.
    void isNotStored()
    {
        m_session->open(m_files.path("result.earshot"));
        QSignalSpy sounds(&*m_session, &Session::soundsMade);
        QTRY_COMPARE_WITH_TIMEOUT(sounds.size(), 1, patience);
        QCOMPARE(m_session->explanation()->startHeard.size(), std::size_t(2));
        QCOMPARE(m_session->openedFile(), m_files.path("result.earshot"));
        QCOMPARE(m_session->explainedResponses(), QStringList());
    }

    // Not even where another unit is looked at when it has been heard.
    void isNotStoredLater()
    {
        m_session->open(m_files.path("result.earshot"));
        QSignalSpy sounds(&*m_session, &Session::soundsMade);
        QTRY_VERIFY_WITH_TIMEOUT(m_session->explanation(), patience);
        QCOMPARE(sounds.size(), 0);
        m_session->show("fc8[1]");
        QVERIFY(m_session->openedFile().empty());
        QTRY_COMPARE_WITH_TIMEOUT(sounds.size(), 1, patience);
        QTest::qWait(200);
        QCOMPARE(m_session->explainedResponses(), QStringList());
    }

    void savedAgainIsTheSame()
    {
        m_session->open(m_files.path("result.earshot"));
        QTRY_VERIFY_WITH_TIMEOUT(m_session->explanation(), patience);
        for (const char* name : {"first.earshot", "second.earshot", "again.earshot"})
            m_session->saveAs(m_files.path(name)); // each of them, though they wait for each other
        m_session.reset();                         // what is to be written is written
        QVERIFY(std::filesystem::exists(m_files.path("first.earshot")));
        QVERIFY(std::filesystem::exists(m_files.path("second.earshot")));
        const Explanation again = readExplanation(m_files.path("again.earshot"));
        QCOMPARE(again.response, m_explanation.response);
        QVERIFY(
            std::ranges::equal(again.startLatents.values(), m_explanation.startLatents.values()));
    }

    void unwritableFolderIsSaid()
    {
        m_session->open(m_files.path("result.earshot"));
        QTRY_VERIFY_WITH_TIMEOUT(m_session->explanation(), patience);
        m_session->saveAs(m_files.path("result.earshot/below-a-file.earshot"));
        QTRY_COMPARE_WITH_TIMEOUT(m_failed->size(), 1, patience);
        QVERIFY(m_failed->at(0)[0].toString().contains("below-a-file"));
        QVERIFY(m_session->explanation());
    }

    void unusableFilesChangeNothing_data()
    {
        QTest::addColumn<QString>("file");
        Explanation foreign = m_explanation;
        foreign.response = "fc11[0]";
        foreign.record.set("response", foreign.response);
        writeExplanation(foreign, m_files.path("foreign.earshot"));
        ExplainSettings input = tinySettings(); // Eq. 1: no latents for the dial
        input.space = SearchSpace::Input;
        input.priorWeight = 0;
        writeExplanation(loadModels(m_world.request())->explainer->explain("fc8[0]", input),
                         m_files.path("input.earshot"));
        const QByteArray whole = m_files.read("result.earshot");
        m_files.write("truncated.earshot", whole.first(whole.size() / 2));
        m_files.write("empty.earshot", {});
        m_files.write("text.earshot", "Not a result, but long enough for a header of some kind.");
        for (const char* file : {"foreign", "input", "truncated", "empty", "text", "missing"})
            QTest::newRow(file) << QString(file) + ".earshot";
    }
    void unusableFilesChangeNothing()
    {
        QFETCH(QString, file);
        m_session->open(m_files.path("result.earshot"));
        QTRY_VERIFY_WITH_TIMEOUT(m_session->explanation(), patience);
        QSignalSpy changed(&*m_session, &Session::responseChanged);
        m_session->open(m_files.path(file));
        QTRY_COMPARE_WITH_TIMEOUT(m_failed->size(), 1, patience);
        QVERIFY2(m_failed->at(0)[0].toString().contains(file),
                 qPrintable(m_failed->at(0)[0].toString()));
        QCOMPARE(changed.size(), 0);
        QVERIFY(m_session->explanation());
        QCOMPARE(m_session->response(), std::string("fc8[0]"));
        QCOMPARE(m_session->openedFile(), m_files.path("result.earshot"));
    }

    // Its pictures are shown; what lies between them cannot be made.
    void otherGenerator()
    {
        Explanation other = m_explanation;
        Json hashes = other.record.at("sha256");
        hashes.set("generator", std::string(64, '0'));
        other.record.set("sha256", hashes);
        writeExplanation(other, m_files.path("other.earshot"));
        m_session->open(m_files.path("other.earshot"));
        QTRY_VERIFY_WITH_TIMEOUT(m_session->explanation(), patience);
        QVERIFY(!m_session->canGenerate());
        QCOMPARE(m_failed->size(), 0);
    }

private:
    TinyWorld m_world;
    TestFolder m_files;
    Explanation m_explanation;
    std::optional<TestFolder> m_results;
    std::optional<Session> m_session;
    std::optional<QSignalSpy> m_failed;
};

QTEST_MAIN(TestOpenedResult)
#include "tst_opened_result.moc"
