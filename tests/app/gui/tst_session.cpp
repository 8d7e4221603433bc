// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/session.h"
#include "core/explain/witness.h"
#include "tests/app/gui/tiny_world.h"

#include <QSignalSpy>
#include <QTest>

#include <algorithm>
#include <optional>

using namespace earshot;

class TestSession : public QObject
{
    Q_OBJECT

public:
    static void initMain() { static const OwnHome home; }

private Q_SLOTS:
    void init()
    {
        m_results.emplace();
        m_request = m_world.request();
        m_session = load();
        QVERIFY(m_session->models());
        m_session->setSettings(tinySettings());
    }
    void cleanup()
    {
        m_session.reset();
        m_results.reset();
    }

    void loadShowsTheOutput()
    {
        QCOMPARE(m_session->response(), std::string("fc9[0]"));
        QVERIFY(m_session->realResponses());
        QVERIFY(!m_session->explanation());
        QVERIFY(!m_session->run());
        QCOMPARE(load("mean(conv4[3])")->response(), std::string("mean(conv4[3])"));
    }

    void unusableResponseOfTheCommandLine()
    {
        Session session(m_results->path("results"));
        QSignalSpy rejected(&session, &Session::responseRejected);
        QSignalSpy loaded(&session, &Session::modelsLoaded);
        session.load(m_world.request(), "fc9[0] +");
        QTRY_COMPARE_WITH_TIMEOUT(loaded.size(), 1, patience);
        QCOMPARE(rejected.size(), 1);
        QCOMPARE(session.response(), std::string("fc9[0]"));
    }

    void unusableResponseChangesNothing_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<int>("position");
        QTest::newRow("unfinished") << "fc9[0] +" << 9;
        QTest::newRow("no layer") << "2*fc6[0]" << 3;
        QTest::newRow("no unit") << "fc8[64]" << 5;
        QTest::newRow("empty") << "" << 1;
    }
    void unusableResponseChangesNothing()
    {
        QFETCH(QString, text);
        QFETCH(int, position);
        QSignalSpy rejected(m_session.get(), &Session::responseRejected);
        QSignalSpy changed(m_session.get(), &Session::responseChanged);
        m_session->show(text);
        QCOMPARE(rejected.size(), 1);
        QVERIFY(!rejected[0][0].toString().isEmpty());
        QCOMPARE(rejected[0][1].toInt(), position);
        QCOMPARE(changed.size(), 0);
        QCOMPARE(m_session->response(), std::string("fc9[0]"));
    }

    void canonicalSpelling()
    {
        QSignalSpy changed(m_session.get(), &Session::responseChanged);
        m_session->show(" fc9[ 0 ]");
        QCOMPARE(changed.size(), 1); // so that whoever typed it sees it as it is
        QCOMPARE(m_session->response(), std::string("fc9[0]"));
    }

    void explainsHearsAndRemembers()
    {
        QSignalSpy progressed(m_session.get(), &Session::progressed);
        QSignalSpy sounds(m_session.get(), &Session::soundsMade);
        m_session->explain(0);
        QVERIFY(m_session->run());
        QVERIFY(m_session->run()->isHere);
        QVERIFY(finishes());
        QVERIFY(progressed.size() > 1);
        QVERIFY(!m_session->progress());
        const auto made = m_session->explanation();
        QVERIFY(made);
        QCOMPARE(made->response, std::string("fc9[0]"));
        QCOMPARE(made->examples, (std::vector<int>{0, 1}));
        QCOMPARE(made->directions.size(), std::size_t(2));
        QTRY_COMPARE_WITH_TIMEOUT(m_session->explainedResponses(), QStringList("fc9[0]"), patience);

        QTRY_COMPARE_WITH_TIMEOUT(sounds.size(), 1, patience);
        const auto heard = m_session->explanation();
        QCOMPARE(heard->startHeard.size(), std::size_t(2));
        QCOMPARE(heard->directions.at(Direction::Negative).heard.size(), std::size_t(2));
        const auto samples = sounds[0][1].value<std::shared_ptr<const ExplanationSounds>>();
        QCOMPARE(samples->directions.at(Direction::Positive)[1].size(), std::size_t(36934));

        m_session.reset(); // what is to be written is written
        const std::unique_ptr<Session> again = load();
        QTRY_VERIFY_WITH_TIMEOUT(again->explanation(), patience);
        QVERIFY(!again->run());
        QVERIFY(again->canGenerate());
        QCOMPARE(again->explanation()->startHeard, heard->startHeard);
        const auto& before = made->directions.at(Direction::Positive).mels;
        const auto& after = again->explanation()->directions.at(Direction::Positive).mels;
        QVERIFY(std::ranges::equal(before.values(), after.values()));
        QCOMPARE(again->explainedResponses(), QStringList("fc9[0]"));
    }

    // A result that was made when there was none is heard again, and then judged for good.
    void aWitnessIsAskedOnce()
    {
        m_session->explain(0);
        QVERIFY(finishes());
        QTRY_VERIFY_WITH_TIMEOUT(!m_session->explanation()->startHeard.empty(), patience);
        QVERIFY(!witnessOf(*m_session->explanation()));
        m_session.reset();

        m_request = m_world.requestWithWitness();
        std::unique_ptr<Session> judged = load();
        QTRY_VERIFY_WITH_TIMEOUT(judged->explanation() && witnessOf(*judged->explanation()),
                                 patience);
        const auto first = judged->explanation();
        QVERIFY(witnessOf(*first)->isSameQuestion);
        QCOMPARE(witnessOf(*first)->sha256, judged->models()->witness->classifier().sha256);
        QCOMPARE(first->directions.at(Direction::Positive).witness.size(), std::size_t(2));
        judged.reset();

        judged = load();
        QSignalSpy sounds(judged.get(), &Session::soundsMade);
        QTRY_VERIFY_WITH_TIMEOUT(judged->explanation(), patience);
        QCOMPARE(judged->explanation()->startWitness, first->startWitness);
        QCOMPARE(sounds.size(), 0);
    }

    void resultStaysWithItsResponse()
    {
        bool isForeign = false;
        connect(m_session.get(), &Session::explanationChanged, m_session.get(), [&] {
            const auto shown = m_session->explanation();
            isForeign = isForeign || (shown && shown->response != m_session->response());
        });
        m_session->explain(0);
        m_session->show("fc8[0]");
        QVERIFY(m_session->run());
        QVERIFY(!m_session->run()->isHere);
        QSignalSpy progressed(m_session.get(), &Session::progressed);
        QVERIFY(finishes());
        QCOMPARE(progressed.size(), 0);
        QTRY_COMPARE_WITH_TIMEOUT(m_session->explainedResponses(), QStringList("fc9[0]"), patience);
        QVERIFY(!m_session->explanation());
        m_session->show("fc9[0]");
        QTRY_VERIFY_WITH_TIMEOUT(m_session->explanation(), patience);
        QVERIFY(!isForeign);
    }

    void requestsWaitAndRunInOrder()
    {
        QStringList order;
        connect(m_session.get(), &Session::runChanged, m_session.get(), [&] {
            const auto run = m_session->run();
            if (run && (order.isEmpty() || order.last() != QString::fromStdString(run->response)))
                order += QString::fromStdString(run->response);
        });
        for (const char* response : {"fc9[0]", "fc8[1]", "fc8[0]"}) {
            m_session->show(response);
            m_session->explain(0);
        }
        QCOMPARE(m_session->run()->waiting, std::size_t(2));
        QCOMPARE(m_session->run()->response, std::string("fc9[0]"));
        QVERIFY(finishes());
        QCOMPARE(order, QStringList({"fc9[0]", "fc8[1]", "fc8[0]"}));
        QVERIFY(m_session->explanation());
        QTRY_COMPARE_WITH_TIMEOUT(m_session->explainedResponses().size(), 3, patience);
    }

    void everySettingsHaveTheirResult()
    {
        ExplainSettings other = tinySettings();
        other.seed = 1;
        m_session->explain(0);
        m_session->setSettings(other);
        m_session->explain(0);
        QVERIFY(finishes());
        QTRY_VERIFY_WITH_TIMEOUT(m_session->explanation(), patience);
        QCOMPARE(m_session->explanation()->settings.seed, std::uint64_t(1));
        QCOMPARE(m_session->shownSettings().seed, std::uint64_t(1));
        m_session->setSettings(tinySettings());
        QTRY_COMPARE_WITH_TIMEOUT(m_session->explanation()->settings.seed, std::uint64_t(0),
                                  patience);
    }

    void stopKeepsWhatIsFinished()
    {
        ExplainSettings endless = tinySettings();
        endless.steps = 5000;
        m_session->setSettings(endless);
        m_session->explain(1);
        m_session->explain(0);
        QTRY_VERIFY_WITH_TIMEOUT(isUnderWay(), patience);
        QCOMPARE(m_session->shownSettings().steps, 5000);
        m_session->stop();
        QVERIFY(m_session->run()->isStopping);
        QCOMPARE(m_session->run()->waiting, std::size_t(0));
        QVERIFY(finishes());
        const auto stopped = m_session->explanation();
        QVERIFY(stopped);
        QCOMPARE(stopped->end, RunEnd::Stopped);
        const std::size_t rows = stopped->directions.at(Direction::Positive).responses.rows();
        QVERIFY(rows > 1 && rows < 5000);
        m_session->show("fc8[0]");
        QVERIFY(!m_session->explanation());
        m_session->show("fc9[0]");
        QTRY_VERIFY_WITH_TIMEOUT(m_session->explanation(), patience);
        QCOMPARE(m_session->explanation()->end, RunEnd::Stopped);
    }

    void brokenBundleLeavesTheModels()
    {
        QSignalSpy failed(m_session.get(), &Session::failed);
        QSignalSpy loaded(m_session.get(), &Session::modelsLoaded);
        const auto models = m_session->models();
        m_session->show("fc8[2]");
        ModelRequest request = m_world.request();
        m_results->write("no-bundle", "");
        request.classifier = m_results->path("no-bundle");
        m_session->load(request);
        QTRY_COMPARE_WITH_TIMEOUT(failed.size(), 1, patience);
        QVERIFY(failed[0][0].toString().contains("no-bundle"));
        QCOMPARE(loaded.size(), 0);
        QCOMPARE(m_session->models(), models);
        QCOMPARE(m_session->response(), std::string("fc8[2]"));
    }

private:
    std::unique_ptr<Session> load(const std::string& response = {})
    {
        auto session = std::make_unique<Session>(m_results->path("results"));
        QSignalSpy loaded(session.get(), &Session::modelsLoaded);
        session->load(m_request, response);
        for (int i = 0; i < 60 && loaded.isEmpty(); ++i)
            loaded.wait(1000);
        return session;
    }

    bool finishes() const
    {
        return QTest::qWaitFor([this] { return !m_session->run(); }, patience);
    }

    bool isUnderWay() const
    {
        const auto progress = m_session->progress();
        if (!progress)
            return false;
        const std::vector<int>& steps = progress->directions.at(Direction::Positive).stepsDone;
        return std::ranges::max(steps) > 0;
    }

    TinyWorld m_world;
    ModelRequest m_request; // of load()
    std::optional<TestFolder> m_results;
    std::unique_ptr<Session> m_session;
};

QTEST_MAIN(TestSession)
#include "tst_session.moc"
