// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explain/explainer.h"
#include "core/explain/reference_responses.h"
#include "core/nets/model_bundle.h"
#include "core/nets/svdnet.h"
#include "tests/support/failure.h"
#include "tests/support/toy_networks.h"

#include <ATen/ops/full.h>

#include <QTest>

#include <algorithm>
#include <cmath>
#include <limits>

using namespace earshot;

namespace {

Explainer listener(std::unique_ptr<Classifier> classifier)
{
    ClassifierBundle bundle;
    bundle.classifier = std::move(classifier);
    bundle.inputMap = std::make_unique<ToyInputMap>();
    return Explainer(std::move(bundle), std::nullopt, nullptr,
                     initialiseTorch(DeviceChoice::Cpu, 2));
}

// Log-mels whose first four values are (row, 2, 3, 5).
Matrix<float> logMels(std::size_t rows)
{
    Matrix<float> mels(rows, 115 * 80);
    for (std::size_t row = 0; row < rows; ++row) {
        mels(row, 0) = static_cast<float>(row);
        mels(row, 1) = 2;
        mels(row, 2) = 3;
        mels(row, 3) = 5;
    }
    return mels;
}

} // namespace

class TestReferenceResponses : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // value, gate, gate.act, silent.act: four units and their mean; flat: one; steep: four; map:
    // two channels.
    void namesEveryUnitAndMean()
    {
        const std::vector<std::string> names = referencesOf(ToyClassifier());
        QCOMPARE(names.size(), std::size_t(4 * 5 + 2 + 5 + 3));
        QCOMPARE(names.front(), std::string("value[0]"));
        QCOMPARE(names[4], std::string("mean(value)"));
        QCOMPARE(names[10], std::string("gate.act[0]"));
        QCOMPARE(names[names.size() - 3], std::string("mean(map[0])"));
        QCOMPARE(names.back(), std::string("mean(map)"));
    }

    // An odd number of rows: the last block of two is padded.
    void answersAsTheExpressionsDo()
    {
        const Explainer toy = listener(std::make_unique<ToyClassifier>());
        const Matrix<float> mels = logMels(5);
        const Matrix<float> all = toy.referenceResponses(mels);
        const std::vector<std::string> names = toy.references();
        QCOMPARE(all.rows(), std::size_t(5));
        QCOMPARE(all.columns(), names.size());
        QCOMPARE(all(3, 0), 3.0F);
        QCOMPARE(all(3, 4), 13.0F / 4);
        QCOMPARE(all(3, names.size() - 3), 2.5F); // (3 + 2)/2
        for (std::size_t k = 0; k < names.size(); ++k) {
            QCOMPARE(toy.parse(names[k]).canonical(), names[k]);
            const std::vector<float> expected = toy.responses(mels, toy.parse(names[k]));
            for (std::size_t row = 0; row < 5; ++row)
                QVERIFY2(std::abs(all(row, k) - expected[row]) <= 1e-6F * std::abs(expected[row]),
                         names[k].c_str());
        }
    }

    // Alone, or the last of three: the same bits.
    void rowsAreIndependent()
    {
        const Explainer network = listener(std::make_unique<SvdNet>(SvdNet::initialWeights(1)));
        const Matrix<float> mels = logMels(3);
        const Matrix<float> all = network.referenceResponses(mels);
        const Matrix<float> alone = network.referenceResponses({mels.row(2).data(), 1, 115 * 80});
        QCOMPARE(network.references().size(), all.columns());
        QVERIFY(std::ranges::equal(alone.row(0), all.row(2)));
        QVERIFY(!std::ranges::equal(all.row(0), all.row(2)));
    }

    void stopLeavesTheRowsDone()
    {
        std::stop_source stop;
        stop.request_stop();
        const Explainer toy = listener(std::make_unique<ToyClassifier>());
        QCOMPARE(toy.referenceResponses(logMels(5), stop.get_token()).rows(), std::size_t(0));
    }

    void refusesWhatIsNoLogMel()
    {
        const Explainer toy = listener(std::make_unique<ToyClassifier>());
        Matrix<float> mels = logMels(1);
        mels(0, 7) = std::numeric_limits<float>::quiet_NaN();
        QVERIFY(badInputOf([&] { toy.referenceResponses(mels); }).contains("NaN"));
        QVERIFY(badInputOf([&] { toy.referenceResponses(Matrix<float>(1, 80)); }).contains("9200"));
    }
};

QTEST_APPLESS_MAIN(TestReferenceResponses)
#include "tst_reference_responses.moc"
