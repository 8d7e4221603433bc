// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nets/device.h"
#include "core/nets/input_map.h"
#include "core/nets/weights.h"
#include "tests/support/failure.h"
#include "tests/support/files.h"
#include "tests/support/full_disk.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/full.h>
#include <ATen/ops/tensor.h>

#include <QTest>

#include <limits>

using namespace earshot;

namespace {

const std::vector<Weights::Shape> shapes{{"a.weight", {2, 3}}, {"a.bias", {2}}};

Weights someWeights()
{
    Weights weights;
    weights.add("a.weight", at::arange(6, at::kFloat).reshape({2, 3}));
    weights.add("a.bias", at::full({2}, -0.5, at::kFloat));
    return weights;
}

constexpr float none = std::numeric_limits<float>::quiet_NaN();
constexpr float infinity = std::numeric_limits<float>::infinity();

} // namespace

class TestWeights : public QObject
{
    Q_OBJECT

    TestFolder m_folder;

private Q_SLOTS:
    void initTestCase() { initialiseTorch(DeviceChoice::Cpu, 1); }

    void whatIsWrittenIsReadBack()
    {
        const std::filesystem::path path = m_folder.path("weights.safetensors");
        someWeights().write(path, {{"key", "value"}});
        const SafetensorsFile file(path);
        QCOMPARE(file.metadataValue("key"), std::string("value"));
        const Weights weights = Weights::read(file, shapes);
        QCOMPARE(weights.entries().size(), std::size_t{2});
        QCOMPARE(weights.entries()[0].first, std::string("a.weight"));
        QVERIFY(weights.at("a.weight").equal(someWeights().at("a.weight")));
        QVERIFY(weights.contains("a.bias") && !weights.contains("bias"));
        QCOMPARE(badInputOf([&] { weights.at("b"); }),
                 QString("'b': is missing among the weights"));
    }

    // Whatever the memory layout and type, the file is row-major float32.
    void layoutAndTypeAreTheFiles()
    {
        Weights weights;
        weights.add("a.weight", at::arange(6, at::kDouble).reshape({3, 2}).t());
        weights.add("a.bias", at::full({2}, 0.25, at::kHalf));
        const std::filesystem::path path = m_folder.path("layout");
        weights.write(path);
        const Weights read = Weights::read(SafetensorsFile(path), shapes);
        QVERIFY(
            read.at("a.weight").flatten().equal(at::tensor(std::vector<float>{0, 2, 4, 1, 3, 5})));
        QCOMPARE(read.at("a.bias")[1].item<float>(), 0.25F);
    }

    void movedWeightsAreCopies()
    {
        const Weights weights = someWeights();
        const Weights moved = weights.to(at::kCPU, at::kFloat);
        moved.at("a.bias").zero_();
        QCOMPARE(weights.at("a.bias")[0].item<float>(), -0.5F);
        QVERIFY(weights.to(at::kCPU, at::kDouble).at("a.bias").scalar_type() == at::kDouble);
    }

    void otherTensorsAreRefused_data()
    {
        QTest::addColumn<QString>("name"); // of the tensor that stands for a.bias
        QTest::addColumn<QList<float>>("values");
        QTest::addColumn<QString>("message");
        QTest::newRow("missing") << "b.bias" << QList<float>{1, 2} << "a.bias";
        QTest::newRow("too long") << "a.bias" << QList<float>{1, 2, 3} << "expected F32 [2]";
        QTest::newRow("NaN") << "a.bias" << QList<float>{1, none} << "found NaN or infinity";
        QTest::newRow("infinite") << "a.bias" << QList<float>{infinity, 1} << "tensor 'a.bias'";
    }
    void otherTensorsAreRefused()
    {
        QFETCH(QString, name);
        QFETCH(QList<float>, values);
        QFETCH(QString, message);
        const std::vector<float> weight(6, 1);
        SafetensorsWriter writer;
        writer.add("a.weight", {2, 3}, weight);
        writer.add(name.toStdString(), {values.size()}, {values.data(), size_t(values.size())});
        const std::filesystem::path path = m_folder.path("other");
        writer.write(path);
        const QString failure = badInputOf([&] { Weights::read(SafetensorsFile(path), shapes); });
        QVERIFY2(failure.contains(message), qPrintable(failure));
        QVERIFY2(failure.contains("other"), qPrintable(failure)); // the file
    }

    void oneTooManyAndAnotherTypeAreRefused()
    {
        Weights weights = someWeights();
        weights.add("extra", at::full({1}, 1.0F));
        const std::filesystem::path path = m_folder.path("extra");
        weights.write(path);
        QString failure = badInputOf([&] { Weights::read(SafetensorsFile(path), shapes); });
        QVERIFY2(failure.contains("found 'extra'"), qPrintable(failure));

        SafetensorsWriter writer;
        const std::vector<float> values(6, 1);
        writer.addHalf("a.weight", {2, 3}, values);
        writer.add("a.bias", {2}, {values.data(), 2});
        writer.write(path);
        failure = badInputOf([&] { Weights::read(SafetensorsFile(path), shapes); });
        QVERIFY2(failure.contains("F16"), qPrintable(failure));
    }

    void damagedNumbersAreNotWritten()
    {
        Weights weights = someWeights();
        weights.at("a.bias") = at::full({2}, none);
        const QString failure = failureOf([&] { weights.write(m_folder.path("damaged-weights")); });
        QVERIFY2(failure.startsWith("failed: ") && failure.contains("'a.bias'"),
                 qPrintable(failure));
        QVERIFY(!m_folder.entries().contains("damaged-weights"));
    }

    void aFullDiskKeepsTheFileBefore()
    {
        const std::filesystem::path path = m_folder.path("kept");
        someWeights().write(path);
        const QByteArray before = m_folder.read("kept");
        Weights large;
        large.add("large", at::full({100, 100}, 1.0F));
        {
            const FullDisk disk(4096);
            QVERIFY(failureOf([&] { large.write(path); }).startsWith("cannot write: "));
        }
        QCOMPARE(m_folder.read("kept"), before);
        QCOMPARE(m_folder.entries().filter("kept"), QStringList{"kept"}); // no temporary left
        QVERIFY(failureOf([&] { large.write(path / "below"); }).startsWith("cannot write: "));
    }

    void standardisationIsByBand()
    {
        Standardise map(at::tensor(std::vector<float>{1, -2}),
                        at::tensor(std::vector<float>{2, 4}));
        QCOMPARE(map.kind(), std::string("standardise"));
        const at::Tensor mels = at::tensor(std::vector<float>{3, 2, -1, -2}).reshape({1, 1, 2, 2});
        QVERIFY(map.apply(mels).flatten().equal(at::tensor(std::vector<float>{1, 1, -1, 0})));
        map.to(at::kCPU, at::kDouble);
        QVERIFY(map.apply(mels.to(at::kDouble)).scalar_type() == at::kDouble);
    }

    void unusableDeviationsAreRefused()
    {
        const at::Tensor two = at::full({2}, 1.0F);
        for (const at::Tensor& wrong :
             {at::tensor(std::vector<float>{1, 0}), at::tensor(std::vector<float>{-1, 1}),
              at::full({2}, none), at::full({3}, 1.0F), at::full({2, 1}, 1.0F)})
            QVERIFY(badInputOf([&] { Standardise(two, wrong); }).contains("standardise"));
    }
};

QTEST_GUILESS_MAIN(TestWeights)
#include "tst_weights.moc"
