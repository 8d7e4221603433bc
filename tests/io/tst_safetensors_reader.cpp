// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/safetensors.h"
#include "tests/support/failure.h"
#include "tests/support/files.h"
#include "tests/support/safetensors_bytes.h"

#include <QtTest>

#include <bit>
#include <cmath>
#include <limits>
#include <numbers>
#include <utility>

using namespace earshot;

namespace {

template <typename T>
std::vector<T> valuesOf(const TensorView& tensor)
{
    std::vector<T> values(tensor.elements());
    std::memcpy(values.data(), tensor.bytes.data(), tensor.bytes.size());
    return values;
}

// a: F32 [2, 3] of 0…5; h: F16 [2] of 1, −2; i: I32 [1].
QByteArray small()
{
    QByteArray data;
    for (const float value : {0.F, 1.F, 2.F, 3.F, 4.F, 5.F})
        data.append(reinterpret_cast<const char*>(&value), 4);
    data.append(QByteArray::fromHex("003c00c0"));
    data.append(QByteArray::fromHex("07000000"));
    return safetensorsBytes(R"({"__metadata__":{"seed":"7"},)" +
                                describedTensor("a", "F32", "[2,3]", "[0,24]") + "," +
                                describedTensor("h", "F16", "[2]", "[24,28]") + "," +
                                describedTensor("i", "I32", "[1]", "[28,32]") + "}",
                            data);
}

} // namespace

class TestSafetensorsReader : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // tests/data/safetensors_reference.py says how the file was made.
    void readsAFileMadeByPython()
    {
        const SafetensorsFile file(EARSHOT_TEST_DATA "/safetensors_reference.safetensors");
        QStringList names;
        for (const TensorView& tensor : file.tensors())
            names << QString::fromStdString(tensor.name);
        QCOMPARE(names, (QStringList{"f32", "f16", "bf16", "none", "f64", "i64", "i32", "i16", "i8",
                                     "bool", "größe"}));
        const float infinity = std::numeric_limits<float>::infinity();
        QCOMPARE(
            file.floats("f32", {2, 3}),
            (std::vector<float>{1, -2, 0.5F, infinity, std::numeric_limits<float>::denorm_min(),
                                std::numeric_limits<float>::max()}));
        const std::vector<float> halves = file.floats("f16");
        QCOMPARE(halves, (std::vector<float>{1, 65504, 0x1p-24F, 0}));
        QVERIFY(std::signbit(halves.back()));
        QCOMPARE(valuesOf<std::uint16_t>(file.tensor("bf16", TensorType::BF16, {1, 2})),
                 (std::vector<std::uint16_t>{0x3F80, 0xC000}));
        QCOMPARE(file.matrix("none").columns(), std::size_t(80));
        QVERIFY(file.floats("none").empty());
        QCOMPARE(valuesOf<double>(file.tensor("f64", TensorType::F64, {})).front(),
                 std::numbers::pi);
        QCOMPARE(valuesOf<std::int64_t>(file.tensor("i64", TensorType::I64, {2})),
                 (std::vector<std::int64_t>{INT64_MIN, INT64_MAX}));
        QCOMPARE(valuesOf<std::int32_t>(file.tensor("i32", TensorType::I32, {1})),
                 (std::vector<std::int32_t>{INT32_MIN}));
        QCOMPARE(valuesOf<std::int16_t>(file.tensor("i16", TensorType::I16, {2})),
                 (std::vector<std::int16_t>{-2, 300}));
        QCOMPARE(valuesOf<std::int8_t>(file.tensor("i8", TensorType::I8, {2})),
                 (std::vector<std::int8_t>{-128, 127}));
        QCOMPARE(valuesOf<std::uint8_t>(file.tensor("bool", TensorType::Bool, {3})),
                 (std::vector<std::uint8_t>{1, 0, 1}));
        QCOMPARE(valuesOf<std::uint8_t>(file.tensor("größe", TensorType::U8, {1})),
                 (std::vector<std::uint8_t>{255}));
        QCOMPARE(file.metadata(), (TensorMetadata{{"made by", "Python"}, {"zitat", "\"ü\"\n→"}}));
    }

    void readsUnusualButValidFiles_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<int>("tensors");
        QTest::newRow("no tensors") << safetensorsBytes("{}") << 0;
        QTest::newRow("space behind") << safetensorsBytes("{} \n\t ") << 0;
        QTest::newRow("metadata alone") << safetensorsBytes(R"({"__metadata__":{"a":""}})") << 0;
        QTest::newRow("empty tensors between and around")
            << safetensorsBytes("{" + describedTensor("e", "F32", "[0]", "[1,1]") + "," +
                                    describedTensor("b", "U8", "[]", "[0,1]") + "," +
                                    describedTensor("d", "F32", "[0]", "[1,1]") + "," +
                                    describedTensor("a", "F32", "[0]", "[0,0]") + "}",
                                "x")
            << 4;
        QTest::newRow("a zero among large extents")
            << safetensorsBytes("{" + describedTensor("a", "U8", "[4294967296,0]", "[0,0]") + "}")
            << 1;
        QTest::newRow("no name") << safetensorsBytes(
                                        "{" + describedTensor("", "U8", "[]", "[0,1]") + "}", "x")
                                 << 1;
    }

    void readsUnusualButValidFiles()
    {
        QFETCH(QByteArray, bytes);
        const TestFolder folder;
        folder.write("f", bytes);
        const SafetensorsFile file(folder.path("f"));
        QTEST(static_cast<int>(file.tensors().size()), "tensors");
    }

    void viewsOutliveAMoveAndTheFilesName()
    {
        const TestFolder folder;
        folder.write("f", small());
        SafetensorsFile file(folder.path("f"));
        const SafetensorsFile moved(std::move(file));
        QVERIFY(QFile::remove(folder.name("f")));
        QCOMPARE(moved.matrix("a")(1, 2), 5.F);
        QCOMPARE(moved.path(), folder.path("f"));
    }

    void checksTypeAndShape()
    {
        const TestFolder folder;
        folder.write("f", small());
        const SafetensorsFile file(folder.path("f"));
        QCOMPARE(file.tensor("a", TensorType::F32, {-1, 3}).elements(), std::size_t(6));
        QCOMPARE(file.matrix("a", 2, -1).row(1)[0], 3.F);
        QCOMPARE(file.floats("h", {2}), (std::vector<float>{1, -2}));
        QCOMPARE(file.metadataValue("seed"), std::string("7"));
        const QByteArray bytes = small();
        QCOMPARE(file.sizeBytes(), static_cast<std::size_t>(bytes.size()));
        const std::span<const std::byte> header = file.header();
        // The values are 32 bytes.
        QCOMPARE(QByteArray(reinterpret_cast<const char*>(header.data()),
                            static_cast<qsizetype>(header.size())),
                 bytes.chopped(32));
        QVERIFY(file.contains("h") && !file.contains("H") && !file.contains("__metadata__"));

        const auto refused = [&](auto&& call) {
            const QString text = failureOf(call);
            const QString start = "bad input: '" + folder.name("f") + "': ";
            return text.startsWith(start) ? text.mid(start.size()) : text;
        };
        QCOMPARE(refused([&] { file.tensor("A"); }),
                 "has no such tensor: expected 'A', found a, h, i");
        QCOMPARE(refused([&] {
                     file.tensor("a", TensorType::F32, {3, 2});
                 }),
                 "tensor 'a' has a wrong type or shape: expected F32 [3, 2], found F32 [2, 3]");
        QCOMPARE(refused([&] { file.tensor("a", TensorType::F32, {6}); }),
                 "tensor 'a' has a wrong type or shape: expected F32 [6], found F32 [2, 3]");
        QCOMPARE(refused([&] { file.tensor("i", TensorType::I64, {1}); }),
                 "tensor 'i' has a wrong type or shape: expected I64 [1], found I32 [1]");
        QCOMPARE(refused([&] { file.floats("i"); }),
                 "tensor 'i' has a wrong type or shape: expected F32 [1], found I32 [1]");
        QCOMPARE(refused([&] { file.matrix("h"); }),
                 "tensor 'h' has a wrong type or shape: expected F16 [any, any], found F16 [2]");
        QCOMPARE(refused([&] { file.metadataValue("Seed"); }),
                 "lacks metadata: expected 'Seed', found none");
    }

    void namesOfManyTensorsAreCutShort()
    {
        QByteArray header = "{";
        for (int i = 0; i < 9; ++i)
            header += (i == 0 ? "" : ",") +
                      describedTensor("t" + QByteArray::number(i), "U8", "[0]", "[0,0]");
        const TestFolder folder;
        folder.write("f", safetensorsBytes(header + "}"));
        const SafetensorsFile file(folder.path("f"));
        QVERIFY(failureOf([&] { file.tensor("x"); }).endsWith(", …"));
    }

    // Quadratic time would make this hang.
    void readsManyTensorsInNoTime()
    {
        QByteArray header = "{";
        for (int i = 0; i < 20'000; ++i)
            header += (i == 0 ? "" : ",") + describedTensor(QByteArray::number(i), "U8", "[]",
                                                            "[" + QByteArray::number(i) + "," +
                                                                QByteArray::number(i + 1) + "]");
        const TestFolder folder;
        folder.write("f", safetensorsBytes(header + "}", QByteArray(20'000, 'x')));
        const SafetensorsFile file(folder.path("f"));
        QCOMPARE(file.tensors().size(), std::size_t(20'000));
        QCOMPARE(file.tensors().back().name, std::string("19999"));
    }

    void missingFileIsNamed()
    {
        QCOMPARE(failureOf([] { SafetensorsFile file("no/such.safetensors"); }),
                 "bad input: 'no/such.safetensors': cannot be read: No such file or directory");
    }
};

QTEST_APPLESS_MAIN(TestSafetensorsReader)
#include "tst_safetensors_reader.moc"
