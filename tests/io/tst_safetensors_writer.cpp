// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/safetensors.h"
#include "tests/support/failure.h"
#include "tests/support/files.h"
#include "tests/support/full_disk.h"
#include "tests/support/safetensors_bytes.h"

#include <QtTest>

#include <array>
#include <cstring>

using namespace earshot;

namespace {

const std::array<float, 6> six = {0, -1, 2.5F, 1e-45F, 3e38F, 0.1F};

std::span<const std::byte> bytesOf(const QByteArray& bytes)
{
    return std::as_bytes(std::span(bytes.constData(), static_cast<std::size_t>(bytes.size())));
}

} // namespace

class TestSafetensorsWriter : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // The whole file by hand: header padded with spaces to a multiple of 8.
    void layoutIsTheFormats()
    {
        const TestFolder folder;
        SafetensorsWriter writer;
        const std::array<float, 1> one = {1};
        writer.add("x", {1}, one);
        writer.add("e", TensorType::I64, {0, 2}, {});
        writer.setMetadata("k", "v");
        writer.write(folder.path("f"));
        const QByteArray header = R"({"__metadata__":{"k":"v"},)"
                                  R"("x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},)"
                                  R"("e":{"dtype":"I64","shape":[0,2],"data_offsets":[4,4]}})";
        QCOMPARE(header.size() % 8, 6);
        QCOMPARE(folder.read("f"),
                 safetensorsBytes(header + "  ", QByteArray::fromHex("0000803f")));
    }

    void everythingComesBack()
    {
        const TestFolder folder;
        const std::array<TensorType, 10> types = {
            TensorType::F64, TensorType::F32, TensorType::F16, TensorType::BF16, TensorType::I64,
            TensorType::I32, TensorType::I16, TensorType::I8,  TensorType::U8,   TensorType::Bool};
        const QByteArray bytes = "0123456789abcdefghijklmn";
        SafetensorsWriter writer;
        for (const TensorType type : types)
            writer.add(std::string(name(type)), type, {3, 1},
                       bytesOf(bytes).first(3 * bytesPerElement(type)));
        writer.add("scalar", TensorType::F64, {}, bytesOf(bytes).first(8));
        Matrix<float> matrix({six.begin(), six.end()}, 2, 3);
        writer.add("matrix", matrix);
        writer.addHalf("half", {2}, std::array<float, 2>{0.1F, -65504});
        writer.addHalf("half too", {1}, std::array<float, 1>{1e9F});
        writer.setMetadata("a \"quoted\" key", "line\nline\t\\ ü → \x01");
        writer.setMetadata("empty", "");
        SafetensorsWriter moved = std::move(writer);
        moved.write(folder.path("f"));

        const SafetensorsFile file(folder.path("f"));
        for (const TensorType type : types) {
            const TensorView& tensor = file.tensor(name(type), type, {3, 1});
            QCOMPARE(tensor.bytes.size(), 3 * bytesPerElement(type));
            QVERIFY(std::memcmp(tensor.bytes.data(), bytes.data(), tensor.bytes.size()) == 0);
        }
        QVERIFY(file.tensor("scalar", TensorType::F64, {}).shape.empty());
        QCOMPARE(file.floats("matrix", {2, 3}), std::vector<float>(six.begin(), six.end()));
        // The nearest halves: 0x2E66 = 1638/16384.
        QCOMPARE(file.floats("half"), (std::vector<float>{1638.F / 16384, -65504}));
        QCOMPARE(file.floats("half too").front(), std::numeric_limits<float>::infinity());
        QCOMPARE(file.metadata(),
                 (TensorMetadata{{"a \"quoted\" key", "line\nline\t\\ ü → \x01"}, {"empty", ""}}));
        QCOMPARE(file.tensors().front().name, std::string("F64"));
        QCOMPARE(file.tensors().back().name, std::string("half too"));
    }

    void anEmptyFileIsValid()
    {
        const TestFolder folder;
        SafetensorsWriter().write(folder.path("f"));
        QCOMPARE(folder.read("f"), safetensorsBytes("{}      "));
        QVERIFY(SafetensorsFile(folder.path("f")).tensors().empty());
    }

    // A song's file name may be anything; the file that says so stays readable.
    void metadataThatIsNotUtf8IsReplaced()
    {
        const TestFolder folder;
        SafetensorsWriter writer;
        writer.setMetadata("song", "caf\xE9.wav");
        writer.write(folder.path("f"));
        QCOMPARE(SafetensorsFile(folder.path("f")).metadataValue("song"),
                 std::string("caf\uFFFD.wav"));
    }

    void refusesWhatItsReaderWould_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<std::vector<std::int64_t>>("shape");
        QTest::addColumn<QString>("message");
        using Shape = std::vector<std::int64_t>;
        QTest::newRow("name twice") << "there" << Shape{6} << "every name once, found it twice";
        QTest::newRow("reserved name")
            << "__metadata__" << Shape{6} << "another name than the metadata's, found it";
        QTest::newRow("too short") << "x" << Shape{7} << "28 bytes by its shape, found 24 bytes";
        QTest::newRow("too long") << "x" << Shape{} << "4 bytes by its shape, found 24 bytes";
        QTest::newRow("negative") << "x" << Shape{-2, -3} << "a usable shape, found 24 bytes";
        QTest::newRow("overflow") << "x" << Shape{INT64_MAX, INT64_MAX}
                                  << "a usable shape, found 24 bytes";
    }

    void refusesWhatItsReaderWould()
    {
        QFETCH(QString, name);
        QFETCH(std::vector<std::int64_t>, shape);
        QFETCH(QString, message);
        const TestFolder folder;
        const QString said = failureOf([&] {
            SafetensorsWriter writer;
            writer.add("there", {6}, six);
            writer.add(name.toStdString(), shape, six);
            writer.write(folder.path("f"));
        });
        QCOMPARE(said, "bad input: '" + name + "': cannot be stored: expected " + message);
        QCOMPARE(folder.entries(), QStringList{});
    }

    void fullDiskKeepsTheOldFile()
    {
        const TestFolder folder;
        folder.write("f", "old");
        SafetensorsWriter writer;
        const std::vector<float> many(10'000);
        writer.add("many", {10'000}, many);
        const FullDisk disk(8192);
        QCOMPARE(failureOf([&] { writer.write(folder.path("f")); }),
                 "cannot write: '" + folder.name("f") + "': cannot be written: File too large");
        QCOMPARE(folder.read("f"), "old");
        QCOMPARE(folder.entries(), QStringList{"f"});
        QVERIFY(failureOf([&] {
                    writer.write(folder.path("f/below"));
                }).startsWith("cannot write: '" + folder.name("f/below")));
    }

    void streamEqualsWriter()
    {
        const TestFolder folder;
        const QByteArray letters = "abcdefgh";
        SafetensorsWriter writer;
        writer.add("a", {2, 3}, six);
        writer.add("none", TensorType::F16, {0}, {});
        writer.add("b", TensorType::U8, {8}, bytesOf(letters));
        writer.setMetadata("k", "v");
        writer.write(folder.path("w"));

        SafetensorsStream stream(folder.path("s"),
                                 {{"a", TensorType::F32, {2, 3}},
                                  {"none", TensorType::F16, {0}},
                                  {"b", TensorType::U8, {8}}},
                                 {{"k", "v"}});
        const auto floats = std::as_bytes(std::span(six));
        stream.append("b", bytesOf(letters).first(3));
        stream.append("a", floats.first(5));
        stream.append("b", bytesOf(letters).subspan(3));
        stream.append("a", {});
        stream.append("a", floats.subspan(5));
        QVERIFY(!folder.entries().contains("s"));
        stream.commit();
        QCOMPARE(folder.read("s"), folder.read("w"));
    }

    void streamRefusesWhatWasNotDeclared()
    {
        const TestFolder folder;
        const std::array<std::byte, 5> five{};
        {
            SafetensorsStream stream(folder.path("s"), {{"a", TensorType::F32, {1}}}, {});
            QCOMPARE(failureOf([&] { stream.append("b", five); }), "failed: 'b': was not declared");
            QCOMPARE(failureOf([&] { stream.append("a", five); }),
                     "failed: 'a': is longer than declared");
            stream.append("a", std::span(five).first(3));
            QCOMPARE(failureOf([&] { stream.commit(); }),
                     "failed: 'a': is incomplete: expected 4 bytes, found 3");
        }
        QCOMPARE(folder.entries(), QStringList{});
        using Layout = std::vector<SafetensorsStream::Declaration>;
        const auto declare = [&](const Layout& layout) {
            return failureOf([&] { SafetensorsStream stream(folder.path("s"), layout, {}); });
        };
        QCOMPARE(declare({{"a", TensorType::U8, {1}}, {"a", TensorType::U8, {1}}}),
                 "bad input: 'a': cannot be stored: expected every name once, found it twice");
        QCOMPARE(declare({{"a", TensorType::U8, {2, -1}}}),
                 "bad input: 'a': cannot be stored: expected extents ≥ 0 that fit in memory, "
                 "found [2, any]");
        QCOMPARE(folder.entries(), QStringList{});
    }

    void streamOnAFullDiskKeepsTheOldFile()
    {
        const TestFolder folder;
        folder.write("s", "old");
        const FullDisk disk(8192);
        const std::vector<std::byte> piece(4096);
        const QString said = failureOf([&] {
            SafetensorsStream stream(folder.path("s"), {{"a", TensorType::U8, {12'288}}}, {});
            for (int i = 0; i < 3; ++i)
                stream.append("a", piece);
            stream.commit();
        });
        QCOMPARE(said,
                 "cannot write: '" + folder.name("s") + "': cannot be written: File too large");
        QCOMPARE(folder.read("s"), "old");
        QCOMPARE(folder.entries(), QStringList{"s"});
    }
};

QTEST_APPLESS_MAIN(TestSafetensorsWriter)
#include "tst_safetensors_writer.moc"
