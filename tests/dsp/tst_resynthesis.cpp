// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dsp/resynthesis.h"
#include "core/util/random.h"
#include "tests/support/failure.h"

#include <QtTest>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

using namespace earshot;

namespace {

const FrontEndParameters frontEnd;
constexpr std::size_t excerptSamples = 36934;

// Somebody singing over a beat: a harmonic tone with vibrato and formants that glides between two
// notes, a bass, and bursts of noise that die away.
std::vector<float> music()
{
    std::vector<float> samples(excerptSamples);
    CounterRandom random(5, 0);
    double phase = 0;
    for (std::size_t i = 0; i < samples.size(); ++i) {
        const double t = static_cast<double>(i) / 22050;
        const double pitch =
            220 + 40 * std::tanh(8 * (t - 0.8)) + 4 * std::sin(2 * std::numbers::pi * 5.5 * t);
        phase += 2 * std::numbers::pi * pitch / 22050;
        double value = 0.1 * std::sin(2 * std::numbers::pi * 55 * t);
        for (int k = 1; k < 30; ++k) {
            const double hz = k * pitch;
            const double formants = std::exp(-std::pow((hz - 600) / 300, 2)) +
                                    0.4 * std::exp(-std::pow((hz - 1800) / 400, 2)) + 0.01;
            value += 0.3 * formants * std::sin(k * phase);
        }
        value += 0.15 * random.normal() * std::exp(-20 * std::fmod(t, 0.4));
        samples[i] = static_cast<float>(value);
    }
    return samples;
}

// Mean distance of the sound's log-mels from those wanted, where there is anything to hear.
double logMelError(const std::vector<float>& samples, const Matrix<float>& wanted)
{
    const Matrix<float> got = logMel(samples, frontEnd);
    double sum = 0;
    std::size_t count = 0;
    for (std::size_t i = 0; i < wanted.size(); ++i)
        if (wanted.data()[i] > -7) {
            sum += std::abs(got.data()[i] - wanted.data()[i]);
            ++count;
        }
    return sum / static_cast<double>(count);
}

ResynthesisParameters quick(ResynthesisMethod method, int iterations)
{
    ResynthesisParameters parameters = resynthesisDefaults(method);
    parameters.iterations = iterations;
    return parameters;
}

} // namespace

class TestResynthesis : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        m_mels = logMel(music(), frontEnd);
        QCOMPARE(m_mels.rows(), std::size_t(115));
    }

    void defaultsAreTheDesigns()
    {
        const auto joint = resynthesisDefaults(ResynthesisMethod::Joint);
        QVERIFY(joint.iterations >= 100 && joint.iterations <= 200);
        QCOMPARE(joint.momentum, 0.99);
        const auto paper = resynthesisDefaults(ResynthesisMethod::Paper);
        QCOMPARE(paper.iterations, 100);
        QCOMPARE(paper.momentum, 0.0);
    }

    // The mel constraint inside the loop cuts the log-mel error 3 to 6 times (arXiv 2307.12232,
    // 2501.05557).
    void jointIsNearerThanPaper()
    {
        const auto errorOf = [this](ResynthesisMethod method) {
            const auto samples = resynthesise(m_mels, frontEnd, resynthesisDefaults(method));
            return logMelError(samples, m_mels);
        };
        const double joint = errorOf(ResynthesisMethod::Joint);
        const double paper = errorOf(ResynthesisMethod::Paper);
        qInfo("mean log-mel error: joint %.4f, paper %.4f", joint, paper);
        QVERIFY(joint < 0.15);
        QVERIFY(joint < paper / 2);
    }

    // A sound's level survives: nothing is normalised.
    void levelIsKept()
    {
        const auto samples = resynthesise(m_mels, frontEnd, quick(ResynthesisMethod::Joint, 30));
        const auto energy = [](const std::vector<float>& values) {
            double sum = 0;
            for (std::size_t i = 1024; i + 1024 < values.size(); ++i)
                sum += static_cast<double>(values[i]) * values[i];
            return sum;
        };
        const double ratio = energy(samples) / energy(music());
        QVERIFY2(ratio > 0.5 && ratio < 2, qPrintable(QString::number(ratio)));
    }

    void dependsOnTheSeedAlone_data()
    {
        QTest::addColumn<int>("method");
        QTest::newRow("joint") << static_cast<int>(ResynthesisMethod::Joint);
        QTest::newRow("paper") << static_cast<int>(ResynthesisMethod::Paper);
    }
    void dependsOnTheSeedAlone()
    {
        QFETCH(int, method);
        ResynthesisParameters parameters = quick(static_cast<ResynthesisMethod>(method), 3);
        const auto first = resynthesise(m_mels, frontEnd, parameters);
        QCOMPARE(first.size(), excerptSamples);
        QVERIFY(first == resynthesise(m_mels, frontEnd, parameters));
        parameters.seed = 1;
        QVERIFY(first != resynthesise(m_mels, frontEnd, parameters));
    }

    // A stop during iteration 4 ends before the fifth, with what four iterations give.
    void stopAnswersBeforeTheNextIteration()
    {
        std::stop_source stop;
        std::vector<double> fractions;
        const auto progress = [&](const Progress& now) {
            fractions.push_back(now.fraction);
            if (fractions.size() == 4)
                stop.request_stop();
        };
        const auto stopped = resynthesise(m_mels, frontEnd, quick(ResynthesisMethod::Joint, 8),
                                          stop.get_token(), progress);
        QCOMPARE(fractions, (std::vector<double>{0.125, 0.25, 0.375, 0.5}));
        QVERIFY(stopped == resynthesise(m_mels, frontEnd, quick(ResynthesisMethod::Joint, 4)));
    }

    void stopBeforeTheStartGivesFirstPhases()
    {
        std::stop_source stop;
        stop.request_stop();
        const auto samples = resynthesise(
            m_mels, frontEnd, resynthesisDefaults(ResynthesisMethod::Joint), stop.get_token());
        QCOMPARE(samples.size(), excerptSamples);
        QVERIFY(std::ranges::all_of(samples, [](float value) { return std::isfinite(value); }));
    }

    void endsStayBelowTheInterior()
    {
        const auto samples = resynthesise(m_mels, frontEnd, quick(ResynthesisMethod::Joint, 20));
        float interior = 0;
        for (std::size_t i = 64; i < samples.size() - 64; ++i)
            interior = std::max(interior, std::abs(samples[i]));
        for (std::size_t i = 0; i < 64; ++i) {
            QVERIFY(std::abs(samples[i]) <= interior);
            QVERIFY(std::abs(samples[samples.size() - 1 - i]) <= interior);
        }
    }

    void silenceStaysSilent()
    {
        const Matrix<float> floor(3, 80, static_cast<float>(std::log(1e-7)));
        for (const auto method : {ResynthesisMethod::Joint, ResynthesisMethod::Paper})
            for (const float sample : resynthesise(floor, frontEnd, quick(method, 5)))
                QCOMPARE(sample, 0.0F);
    }

    void oneFrame()
    {
        const Matrix<float> one(1, 80, -2);
        const auto samples = resynthesise(one, frontEnd, quick(ResynthesisMethod::Joint, 10));
        QCOMPARE(samples.size(), std::size_t(1024));
        QVERIFY(std::ranges::all_of(samples, [](float value) { return std::isfinite(value); }));
        QVERIFY(std::ranges::any_of(samples, [](float value) { return value != 0; }));
    }

    void refusesWhatCannotBeSound_data()
    {
        QTest::addColumn<int>("rows");
        QTest::addColumn<int>("columns");
        QTest::addColumn<float>("last");
        QTest::addColumn<QString>("message");
        const float none = std::numeric_limits<float>::quiet_NaN();
        const float infinite = std::numeric_limits<float>::infinity();
        QTest::newRow("no frame") << 0 << 80 << 0.0F << "[0, 80]";
        QTest::newRow("narrow") << 2 << 79 << 0.0F << "[2, 79]";
        QTest::newRow("wide") << 2 << 81 << 0.0F << "[2, 81]";
        QTest::newRow("NaN") << 2 << 80 << none << "frame 1";
        QTest::newRow("infinity") << 2 << 80 << infinite << "frame 1";
        QTest::newRow("minus infinity") << 2 << 80 << -infinite << "frame 1";
        QTest::newRow("louder than float32 holds") << 2 << 80 << 100.0F << "frame 1";
    }
    void refusesWhatCannotBeSound()
    {
        QFETCH(int, rows);
        QFETCH(int, columns);
        QFETCH(float, last);
        QFETCH(QString, message);
        Matrix<float> mels(static_cast<std::size_t>(rows), static_cast<std::size_t>(columns), -3);
        if (!mels.empty())
            mels.values().back() = last;
        const QString said =
            badInputOf([&] { resynthesise(mels, frontEnd, quick(ResynthesisMethod::Joint, 1)); });
        QVERIFY2(said.contains(message), qPrintable(said));
    }

    void refusesParametersOutOfRange_data()
    {
        QTest::addColumn<int>("iterations");
        QTest::addColumn<double>("momentum");
        QTest::newRow("no iteration") << 0 << 0.5;
        QTest::newRow("too many iterations") << 10001 << 0.5;
        QTest::newRow("momentum 1") << 1 << 1.0;
        QTest::newRow("negative momentum") << 1 << -0.1;
        QTest::newRow("momentum NaN") << 1 << std::numeric_limits<double>::quiet_NaN();
    }
    void refusesParametersOutOfRange()
    {
        QFETCH(int, iterations);
        QFETCH(double, momentum);
        ResynthesisParameters parameters;
        parameters.iterations = iterations;
        parameters.momentum = momentum;
        QVERIFY(!badInputOf([&] { resynthesise(m_mels, frontEnd, parameters); }).isEmpty());
    }

private:
    Matrix<float> m_mels;
};

QTEST_APPLESS_MAIN(TestResynthesis)
#include "tst_resynthesis.moc"
