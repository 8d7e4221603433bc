// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audio/audio_file.h"
#include "core/explain/witness.h"
#include "core/listen/heard.h"
#include "core/nets/residual_net.h"
#include "tests/listen/random_listener.h"
#include "tests/support/failure.h"
#include "tests/support/files.h"
#include "tests/support/full_disk.h"

#include <QtTest>

#include <cmath>
#include <limits>
#include <vector>

using namespace earshot;

namespace {

const FrontEndParameters frontEnd;
constexpr std::size_t values = 115 * 80;
const ResynthesisParameters quick{ResynthesisMethod::Joint, 3, 0.99, 0};

// Waves over time and bands; different in every row, and around `level`.
Matrix<float> waves(std::size_t rows, double level)
{
    Matrix<float> mels(rows, values);
    for (std::size_t row = 0; row < rows; ++row)
        for (std::size_t i = 0; i < values; ++i)
            mels(row, i) = static_cast<float>(
                level + 3 * std::sin(0.05 * static_cast<double>((row + 2) * (i % 80))) +
                std::cos(0.1 * static_cast<double>(i / 80)));
    return mels;
}

Explanation explanationOf(std::size_t rows)
{
    Explanation explanation;
    explanation.response = "fc9[0]";
    explanation.startMels = waves(rows, -4);
    explanation.directions[Direction::Positive].mels = waves(rows, -3);
    explanation.directions[Direction::Negative].mels = waves(rows, -6);
    return explanation;
}

std::vector<float> soundOf(const Matrix<float>& mels, std::size_t row)
{
    return resynthesise({mels.row(row).data(), 115, 80}, frontEnd, quick);
}

} // namespace

class TestHeard : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // What is heard is the classifier's answer to the log-mels of the sound that was made.
    void isTheResponseToTheSound()
    {
        Explanation explanation = explanationOf(2);
        ExplanationSounds sounds;
        QVERIFY(hearExplanation(m_explainer, frontEnd, quick, 2, explanation, sounds));
        const auto compare = [this](const Matrix<float>& mels,
                                    const std::vector<std::vector<float>>& rows,
                                    const std::vector<float>& heard) {
            QCOMPARE(rows.size(), std::size_t(2));
            QCOMPARE(heard.size(), std::size_t(2));
            for (std::size_t i = 0; i < 2; ++i) {
                QCOMPARE(rows[i].size(), std::size_t(36934));
                QVERIFY(rows[i] == soundOf(mels, i));
                const Matrix<float> again = logMel(rows[i], frontEnd);
                const std::vector<float> expected =
                    m_explainer.responses({again.data(), 1, values}, m_explainer.parse("fc9[0]"));
                QVERIFY(std::abs(heard[i] - expected.front()) < 1e-5F);
            }
        };
        compare(explanation.startMels, sounds.start, explanation.startHeard);
        for (const auto& [direction, result] : explanation.directions)
            compare(result.mels, sounds.directions.at(direction), result.heard);
        QVERIFY(explanation.startHeard[0] != explanation.startHeard[1]);
        QVERIFY(explanation.startHeard[0] != explanation.directions[Direction::Positive].heard[0]);
    }

    void bitsDoNotDependOnThreads()
    {
        Explanation alone = explanationOf(3);
        ExplanationSounds soundsAlone;
        QVERIFY(hearExplanation(m_explainer, frontEnd, quick, 1, alone, soundsAlone));
        Explanation together = explanationOf(3);
        ExplanationSounds soundsTogether;
        QVERIFY(hearExplanation(m_explainer, frontEnd, quick, 4, together, soundsTogether));
        QVERIFY(soundsAlone.start == soundsTogether.start);
        QVERIFY(soundsAlone.directions == soundsTogether.directions);
        QCOMPARE(alone.startHeard, together.startHeard);
        for (const auto& [direction, result] : alone.directions)
            QCOMPARE(result.heard, together.directions[direction].heard);
    }

    void oneDirectionOrNoRowAtAll()
    {
        Explanation explanation = explanationOf(1);
        explanation.directions.erase(Direction::Negative);
        ExplanationSounds sounds;
        QVERIFY(hearExplanation(m_explainer, frontEnd, quick, 2, explanation, sounds));
        QCOMPARE(sounds.directions.size(), std::size_t(1));
        Explanation empty;
        empty.response = "fc9[0]";
        ExplanationSounds none;
        QVERIFY(hearExplanation(m_explainer, frontEnd, quick, 2, empty, none));
        QVERIFY(none.start.empty() && empty.startHeard.empty());
    }

    void saysWhatHasNoSound()
    {
        const Explanation explanation = explanationOf(3);
        Matrix<float> mels = explanation.startMels;
        QCOMPARE(soundProblem(mels), std::string());
        mels(1, 7) = 108;
        QCOMPARE(soundProblem(mels),
                 std::string("1 of 3 is too loud to become sound (log-mel 108, at most 80)"));
        mels(0, 0) = 90;
        QCOMPARE(soundProblem(mels),
                 std::string("2 of 3 are too loud to become sound (log-mel 108, at most 80)"));
        mels(0, 1) = std::numeric_limits<float>::quiet_NaN();
        QCOMPARE(soundProblem(mels),
                 std::string("1 of 3 is too loud to become sound (log-mel 108, at most 80); 1 of 3 "
                             "is without a sound: a log-mel is not finite"));
    }

    // Rows that exploded are silent; their neighbours are heard as if alone.
    void explodedRowsStaySilent_data()
    {
        QTest::addColumn<float>("value");
        QTest::newRow("NaN") << std::numeric_limits<float>::quiet_NaN();
        QTest::newRow("infinity") << std::numeric_limits<float>::infinity();
        QTest::newRow("beyond float32 as sound") << 1000.0F;
    }
    void explodedRowsStaySilent()
    {
        QFETCH(float, value);
        Explanation explanation = explanationOf(3);
        explanation.directions.erase(Direction::Negative);
        DirectionResult& result = explanation.directions[Direction::Positive];
        result.mels(1, 5000) = value;
        ExplanationSounds sounds;
        QVERIFY(hearExplanation(m_explainer, frontEnd, quick, 2, explanation, sounds));
        const auto& rows = sounds.directions[Direction::Positive];
        QVERIFY(rows[1].empty());
        QVERIFY(std::isnan(result.heard[1]));
        for (const std::size_t other : {0U, 2U}) {
            QVERIFY(rows[other] == soundOf(result.mels, other));
            QVERIFY(std::isfinite(result.heard[other]));
        }
        QVERIFY(std::isfinite(explanation.startHeard[1]));
    }

    // Sounds are whole or not there; nothing is said to have been heard.
    void stopKeepsWhatIsFinished_data()
    {
        QTest::addColumn<int>("threads");
        QTest::newRow("one thread") << 1;
        QTest::newRow("three threads") << 3;
    }
    void stopKeepsWhatIsFinished()
    {
        QFETCH(int, threads);
        Explanation explanation = explanationOf(3);
        ExplanationSounds sounds;
        std::stop_source stop;
        int finished = 0;
        const auto progress = [&](const Progress&) {
            if (++finished == 2)
                stop.request_stop();
        };
        QVERIFY(!hearExplanation(m_explainer, frontEnd, quick, threads, explanation, sounds,
                                 stop.get_token(), progress));
        QCOMPARE(finished, 2);
        std::size_t made = 0;
        const auto check = [&made](const Matrix<float>& mels,
                                   const std::vector<std::vector<float>>& rows) {
            for (std::size_t i = 0; i < rows.size(); ++i)
                if (!rows[i].empty()) {
                    ++made;
                    QVERIFY(rows[i] == soundOf(mels, i));
                }
        };
        check(explanation.startMels, sounds.start);
        for (const auto& [direction, rows] : sounds.directions) {
            check(explanation.directions[direction].mels, rows);
            QVERIFY(explanation.directions[direction].heard.empty());
        }
        QCOMPARE(made, std::size_t(2));
        QVERIFY(explanation.startHeard.empty());
    }

    void stopBeforeTheStartMakesNothing()
    {
        Explanation explanation = explanationOf(2);
        ExplanationSounds sounds;
        std::stop_source stop;
        stop.request_stop();
        QVERIFY(!hearExplanation(m_explainer, frontEnd, quick, 2, explanation, sounds,
                                 stop.get_token()));
        const TestFolder folder;
        QVERIFY(writeSounds(sounds, frontEnd, folder.path("")).empty());
        QVERIFY(folder.entries().isEmpty());
    }

    // Whichever thread it comes from.
    void errorsReachTheCaller_data() { stopKeepsWhatIsFinished_data(); }
    void errorsReachTheCaller()
    {
        QFETCH(int, threads);
        Explanation explanation = explanationOf(3);
        ExplanationSounds sounds;
        const auto progress = [](const Progress&) { throw badInput("progress", "is refused"); };
        QVERIFY(badInputOf([&] {
                    hearExplanation(m_explainer, frontEnd, quick, threads, explanation, sounds, {},
                                    progress);
                }).contains("is refused"));
        ResynthesisParameters none = quick;
        none.iterations = 0;
        QVERIFY(badInputOf([&] {
                    hearExplanation(m_explainer, frontEnd, none, threads, explanation, sounds);
                }).contains("iterations"));
    }

    // The witness hears the very sound: its own output, whatever the response.
    void aWitnessIsAskedAboutTheSounds()
    {
        const Explainer witness = randomListener<ResidualNet>();
        ExplanationSounds sounds;
        sounds.start = {soundOf(waves(2, -4), 0), soundOf(waves(2, -4), 1)};
        sounds.directions[Direction::Positive] = {soundOf(waves(1, -3), 0), {}};
        Explanation explanation;
        explanation.response = "fc8[3]";
        explanation.record = Json::object();
        explanation.directions[Direction::Positive].heard = {1, 2};
        QVERIFY(askWitness(m_explainer, witness, frontEnd, sounds, explanation));
        QCOMPARE(explanation.startWitness.size(), std::size_t(2));
        const std::vector<float>& positive = explanation.directions[Direction::Positive].witness;
        QVERIFY(positive.size() == 2 && std::isnan(positive[1])); // it has no sound
        const Matrix<float> again = logMel(sounds.directions[Direction::Positive][0], frontEnd);
        QCOMPARE(positive[0],
                 witness.responses({again.data(), 1, values}, witness.parse("fc11[0]")).front());
        QVERIFY(positive[0] != explanation.startWitness[0]);
        QVERIFY(!witnessOf(explanation)->isSameQuestion);
        explanation.response = "fc9[0]";
        QVERIFY(askWitness(m_explainer, witness, frontEnd, sounds, explanation));
        QVERIFY(witnessOf(explanation)->isSameQuestion);

        std::stop_source stop;
        stop.request_stop();
        Explanation stopped;
        stopped.response = "fc9[0]";
        stopped.record = Json::object();
        stopped.directions[Direction::Positive] = {};
        QVERIFY(!askWitness(m_explainer, witness, frontEnd, sounds, stopped, stop.get_token()));
        QVERIFY(stopped.startWitness.empty() && !witnessOf(stopped));
    }

    void soundsAreWrittenBitForBit()
    {
        ExplanationSounds sounds;
        sounds.start = {{0.5F, 2.0F}, {}}; // the second was not made
        sounds.directions[Direction::Positive] = {{1.0F}, {-3.0F}};
        sounds.directions[Direction::Negative] = {{0.25F}, {0.125F}};
        const TestFolder folder;
        const auto paths = writeSounds(sounds, frontEnd, folder.path("new"));
        QStringList names;
        for (const auto& path : paths)
            names << QString::fromStdString(path.filename().string());
        QCOMPARE(names, (QStringList{"start_00.wav", "positive_00.wav", "positive_01.wav",
                                     "negative_00.wav", "negative_01.wav"}));
        const AudioData start = readAudioFile(folder.path("new/start_00.wav"));
        QCOMPARE(start.sampleRateHz, 22050.0);
        QCOMPARE(std::vector<float>(start.samples.values().begin(), start.samples.values().end()),
                 (std::vector<float>{0.5F, 2.0F}));
        QCOMPARE(readAudioFile(folder.path("new/positive_01.wav")).samples(0, 0), -3.0F);
    }

    void unwritableFolderIsNamed()
    {
        ExplanationSounds sounds;
        sounds.start = {std::vector<float>(36934)};
        const TestFolder folder;
        folder.write("file", "");
        QVERIFY(failureOf([&] {
                    writeSounds(sounds, frontEnd, folder.path("file"));
                }).startsWith("cannot write: "));
        const FullDisk disk(1000);
        QVERIFY(failureOf([&] {
                    writeSounds(sounds, frontEnd, folder.path("out"));
                }).startsWith("cannot write: "));
        QVERIFY(QDir(folder.name("out")).isEmpty());
    }

private:
    const Explainer m_explainer = randomListener();
};

QTEST_APPLESS_MAIN(TestHeard)
#include "tst_heard.moc"
