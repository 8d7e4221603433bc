// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/focus.h"
#include "tests/app/gui/tiny_world.h"

#include <QSignalSpy>
#include <QTest>

#include <cmath>
#include <optional>

using namespace earshot;

namespace {

// Five steps, of which every one is stored; the third is the one to show.
ExplainSettings fiveSteps()
{
    ExplainSettings settings = tinySettings();
    settings.steps = 5;
    return settings;
}

std::vector<float> rowOf(const Matrix<float>& matrix, std::size_t row)
{
    return {matrix.row(row).begin(), matrix.row(row).end()};
}

} // namespace

class TestFocus : public QObject
{
    Q_OBJECT

public:
    static void initMain() { static const OwnHome home; }

private Q_SLOTS:
    void initTestCase()
    {
        m_models = loadModels(m_world.request());
        for (const char* response : {"fc9[0]", "fc8[0]"}) {
            Explanation explanation = m_models->explainer->explain(response, fiveSteps());
            // Known already, so that nothing is resynthesised behind the test's back.
            explanation.startHeard = {1, 2};
            explanation.directions.at(Direction::Positive).heard = {3, 4};
            explanation.directions.at(Direction::Negative).heard = {-3, -4};
            ResultStore(m_results.path("results")).save(explanation);
            m_stored.emplace(response, explanation);
        }
    }

    void init()
    {
        m_session.emplace(m_results.path("results"));
        m_sounds.emplace();
        m_gallery.emplace(*m_sounds);
        m_focus.emplace(*m_session, *m_sounds, *m_gallery);
        m_session->load(m_world.request());
        m_session->setSettings(fiveSteps());
        QTRY_VERIFY_WITH_TIMEOUT(m_session->explanation(), patience);
    }
    void cleanup()
    {
        m_focus.reset();
        m_gallery.reset();
        m_sounds.reset();
        m_session.reset();
    }

    void showsTheChosenStep()
    {
        const DirectionResult& positive = stored("fc9[0]", Direction::Positive);
        QCOMPARE(m_focus->examples(), 2);
        QCOMPARE(m_focus->example(), 0);
        QCOMPARE(m_focus->step(), positive.chosenStep);
        QCOMPARE(m_focus->side(), Direction::Positive);
        const CellView& cell = m_focus->cell(Cell::Positive);
        QCOMPARE(cell.logMel, rowOf(positive.mels, 0));
        QCOMPARE(cell.response, double(positive.responses(5, 0)));
        QCOMPARE(cell.heard, 3.0);
        QVERIFY(cell.isSettled);
        QCOMPARE(m_focus->cell(Cell::Negative).logMel,
                 rowOf(stored("fc9[0]", Direction::Negative).mels, 0));
        const CellView& start = m_focus->cell(Cell::Start);
        QCOMPARE(start.logMel, rowOf(m_stored.at("fc9[0]").startMels, 0));
        QCOMPARE(start.response, double(positive.responses(0, 0)));
        QCOMPARE(start.heard, 1.0);
        double sum = 0;
        for (const float value : m_stored.at("fc9[0]").startLatents.row(0))
            sum += double(value) * value;
        QVERIFY(std::abs(start.latentNorm - std::sqrt(sum)) < 1e-9);
    }

    void anotherExample()
    {
        QSignalSpy changed(&*m_focus, &Focus::exampleChanged);
        m_focus->setExample(1);
        QCOMPARE(changed.size(), 1);
        QCOMPARE(m_focus->cell(Cell::Positive).logMel,
                 rowOf(stored("fc9[0]", Direction::Positive).mels, 1));
        QCOMPARE(m_focus->cell(Cell::Start).heard, 2.0);
        m_focus->setExample(99);
        QCOMPARE(m_focus->example(), 1);
        m_focus->setExample(-1);
        QCOMPARE(m_focus->example(), 0);
    }

    // Positions count stored steps from the start; a picture in between is made from its latent.
    void dialWalksThePath()
    {
        m_focus->setPosition(0);
        QCOMPARE(m_focus->step(), 0);
        m_focus->setPosition(-2);
        QCOMPARE(m_focus->side(), Direction::Negative);
        const DirectionResult& negative = stored("fc9[0]", Direction::Negative);
        QCOMPARE(negative.pathSteps, (std::vector<int>{0, 1, 2, 3, 4, 5}));
        QCOMPARE(m_focus->step(), 2);
        const CellView& cell = m_focus->cell(Cell::Negative);
        QCOMPARE(cell.response, double(negative.responses(2, 0)));
        QTRY_VERIFY_WITH_TIMEOUT(cell.isSettled, patience);
        const Matrix<float> made = m_models->explainer->generate(
            MatrixView<const float>(negative.path[2].row(0).data(), 1, 128));
        QCOMPARE(cell.logMel, rowOf(made, 0));
        // The other direction rests at its chosen step.
        QCOMPARE(m_focus->cell(Cell::Positive).logMel,
                 rowOf(stored("fc9[0]", Direction::Positive).mels, 0));
        m_focus->setPosition(-5);
        QCOMPARE(m_focus->cell(Cell::Negative).logMel, rowOf(negative.mels, 0));
    }

    void dialThatIsTurnedFast()
    {
        for (const int position : {4, 3, 2, 1, 2, 3, 1})
            m_focus->setPosition(position);
        const CellView& cell = m_focus->cell(Cell::Positive);
        QTRY_VERIFY_WITH_TIMEOUT(cell.isSettled, patience);
        const Matrix<float> made = m_models->explainer->generate(MatrixView<const float>(
            stored("fc9[0]", Direction::Positive).path[1].row(0).data(), 1, 128));
        QCOMPARE(cell.logMel, rowOf(made, 0));
    }

    void nearestStoredStep_data()
    {
        QTest::addColumn<Direction>("direction");
        QTest::addColumn<int>("step");
        QTest::addColumn<int>("position");
        QTest::newRow("stored") << Direction::Positive << 3 << 3;
        QTest::newRow("less") << Direction::Negative << 4 << -4;
        QTest::newRow("start") << Direction::Negative << 0 << 0;
        QTest::newRow("beyond") << Direction::Positive << 99 << 5;
        QTest::newRow("before") << Direction::Positive << -7 << 0;
    }
    void nearestStoredStep()
    {
        QFETCH(Direction, direction);
        QFETCH(int, step);
        QFETCH(int, position);
        m_focus->setStep(direction, step);
        QCOMPARE(m_focus->position(), position);
    }

    // The dial stands between the stored pictures when another unit comes.
    void neverAnotherUnitsPicture()
    {
        m_focus->setPosition(2);
        QTRY_VERIFY_WITH_TIMEOUT(m_focus->cell(Cell::Positive).isSettled, patience);
        m_focus->setPosition(3); // under way
        m_session->show("fc8[1]");
        const auto isEmpty = [this] {
            return m_focus->cell(Cell::Positive).logMel.empty() &&
                   m_focus->cell(Cell::Start).logMel.empty() &&
                   m_focus->cell(Cell::Negative).logMel.empty();
        };
        QVERIFY(isEmpty());
        QCOMPARE(m_focus->examples(), 0);
        QCOMPARE(m_focus->position(), 0);
        QTest::qWait(50);
        QVERIFY(isEmpty());

        // Nor a picture of the old unit's path while the new one's is made.
        bool isForeign = false;
        const Matrix<float> foreign = m_models->explainer->generate(MatrixView<const float>(
            stored("fc9[0]", Direction::Positive).path[3].row(0).data(), 1, 128));
        connect(&*m_focus, &Focus::cellsChanged, this, [&] {
            isForeign = isForeign || m_focus->cell(Cell::Positive).logMel == rowOf(foreign, 0);
        });
        m_session->show("fc8[0]");
        QTRY_VERIFY_WITH_TIMEOUT(m_session->explanation(), patience);
        m_focus->setPosition(2);
        QTRY_VERIFY_WITH_TIMEOUT(m_focus->cell(Cell::Positive).isSettled, patience);
        QVERIFY(!isForeign);
    }

    void noRealExcerpts()
    {
        QVERIFY(m_gallery->problem().contains("fc9[0]"));
        m_focus->moveReal(1);
        m_focus->moveReal(-1);
        m_focus->setRealSide(Direction::Negative);
        QVERIFY(m_focus->cell(Cell::Real).logMel.empty());
        QVERIFY(m_focus->cell(Cell::Real).real == nullptr);
    }

    void soundsAreMade()
    {
        const CellView& cell = m_focus->cell(Cell::Positive);
        QTRY_VERIFY_WITH_TIMEOUT(cell.sound, patience);
        QCOMPARE(cell.sound->samples.size(), std::size_t(36934));
        QVERIFY(std::isfinite(cell.heard));
    }

    // A run is watched: start and pictures on their way, then the result.
    void followsARun()
    {
        ExplainSettings settings = fiveSteps();
        settings.seed = 9;
        m_session->setSettings(settings);
        m_focus->setExample(1);
        bool hasSeenStart = false;
        connect(&*m_focus, &Focus::cellsChanged, this, [&] {
            if (m_session->progress())
                hasSeenStart = hasSeenStart || m_focus->cell(Cell::Start).step == 0;
        });
        m_session->explain(1);
        QTRY_VERIFY_WITH_TIMEOUT(!m_session->run(), patience);
        QVERIFY(hasSeenStart);
        QCOMPARE(m_session->explanation()->settings.seed, std::uint64_t(9));
        QCOMPARE(m_focus->example(), 1);
        QCOMPARE(m_focus->cell(Cell::Start).logMel, rowOf(m_session->explanation()->startMels, 1));
        QCOMPARE(m_focus->step(), 5);
    }

private:
    const DirectionResult& stored(const std::string& response, Direction direction) const
    {
        return m_stored.at(response).directions.at(direction);
    }

    TinyWorld m_world;
    TestFolder m_results;
    std::shared_ptr<const Models> m_models;
    std::map<std::string, Explanation> m_stored;
    std::optional<Session> m_session;
    std::optional<SoundBank> m_sounds;
    std::optional<RealGallery> m_gallery;
    std::optional<Focus> m_focus;
};

QTEST_MAIN(TestFocus)
#include "tst_focus.moc"
