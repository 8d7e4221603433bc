// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/safetensors.h"
#include "tests/support/failure.h"
#include "tests/support/files.h"
#include "tests/support/safetensors_bytes.h"

#include <QtTest>

#include <limits>

using namespace earshot;

namespace {

void addFault(const char* row, const QByteArray& bytes, const QString& message)
{
    QTest::newRow(row) << bytes << message;
}

// A header with one member, over 8 bytes of data.
void addMember(const char* row, const QByteArray& member, const QString& message)
{
    addFault(row, safetensorsBytes("{" + member + "}", QByteArray(8, '\0')), message);
}

// Two tensors of one F32 each with these offsets.
QByteArray pair(const QByteArray& a, const QByteArray& b, qsizetype dataBytes)
{
    return safetensorsBytes("{" + describedTensor("a", "F32", "[1]", a) + "," +
                                describedTensor("b", "F32", "[1]", b) + "}",
                            QByteArray(dataBytes, '\0'));
}

QByteArray headerLength(std::uint64_t length, const QByteArray& rest)
{
    QByteArray bytes = safetensorsBytes({}, rest);
    std::memcpy(bytes.data(), &length, 8);
    return bytes;
}

} // namespace

class TestSafetensorsFaults : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void refuses_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("message");
        addLengthFaults();
        addHeaderFaults();
        addDescriptionFaults();
        addOffsetFaults();
    }

    void refuses()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(QString, message);
        const TestFolder folder;
        folder.write("f", bytes);
        QCOMPARE(failureOf([&] { SafetensorsFile file(folder.path("f")); }),
                 "bad input: '" + folder.name("f") + "': " + message);
    }

    // Longer than the format's limit, yet within the file: 100 MB of holes.
    void refusesAHeaderAboveTheLimit()
    {
        const TestFolder folder;
        folder.write("f", headerLength(100'000'001, "{"));
        QVERIFY(QFile::resize(folder.name("f"), 100'000'100));
        QCOMPARE(failureOf([&] { SafetensorsFile file(folder.path("f")); }),
                 "bad input: '" + folder.name("f") +
                     "': is not a safetensors file: expected a header of at most 100000000 bytes, "
                     "found 100000001");
    }

private:
    static void addLengthFaults()
    {
        const QString atLeast = "is not a safetensors file: expected at least 8 bytes, found ";
        addFault("empty", "", atLeast + "0");
        addFault("seven bytes", QByteArray(7, '\0'), atLeast + "7");
        const QString atMost =
            "is not a safetensors file: expected a header of at most 2 bytes, found ";
        addFault("a byte too long", headerLength(3, "{}"), atMost + "3");
        addFault("10 GB", headerLength(10'000'000'000, "{}"), atMost + "10000000000");
        addFault("all bits", headerLength(std::numeric_limits<std::uint64_t>::max(), "{}"),
                 atMost + "18446744073709551615");
        addFault("another format", QByteArray("RIFF\x24\x08\x00\x00WAVEfmt ", 16),
                 "is not a safetensors file: expected a header of at most 8 bytes, found "
                 "8951890856274"); // "RIFF$\b\0\0" as a little-endian number
    }

    static void addHeaderFaults()
    {
        const QString start = "is not a safetensors file: expected a header that begins with '{', "
                              "found ";
        addFault("no header", safetensorsBytes(""), start + "none");
        addFault("list", safetensorsBytes("[]"), start + "'[]'");
        addFault("space before", safetensorsBytes(" {}"), start + "' {}'");
        addFault("byte order mark", safetensorsBytes("\xEF\xBB\xBF{}"), start + "'\uFEFF{}'");
        const QString bad = "is not a safetensors file: bad header at ";
        addFault("header cut off", safetensorsBytes("{\"a\":"),
                 bad + "line 1, column 6: expected JSON, found syntax error while parsing value - "
                       "unexpected end of input; expected '[', '{', or a literal");
        addFault("behind the object", safetensorsBytes("{} x"),
                 bad + "line 1, column 4: expected JSON, found syntax error while parsing value - "
                       "invalid literal; last read: '{} x'; expected end of input");
        addFault("zero byte behind the object", safetensorsBytes(QByteArray("{}\0{", 4)),
                 bad + "line 1, column 3: expected JSON, found a zero byte");
        addFault("not UTF-8", safetensorsBytes("{\"\xFF\":0}"),
                 bad + "line 1, column 3: expected JSON, found syntax error while parsing object "
                       "key - invalid string: ill-formed UTF-8 byte; last read: '\"\uFFFD'; "
                       "expected string literal");
        addFault("number too large", safetensorsBytes("{\"a\":\n1e999}"),
                 bad + "line 2, column 5: expected JSON, found number overflow parsing '1e999'");
        const QByteArray one = describedTensor("a", "F32", "[1]", "[0,4]");
        addFault("name twice", safetensorsBytes("{" + one + "," + one + "}", QByteArray(4, '\0')),
                 bad + "line 1, column 57: expected every name once in an object, found 'a' twice");
        addFault("name twice, escaped", safetensorsBytes("{\"a\":0,\"\\u0061\":0}"),
                 bad + "line 1, column 15: expected every name once in an object, found 'a' twice");
        addFault("metadata twice", safetensorsBytes(R"({"__metadata__":{},"__metadata__":{}})"),
                 bad + "line 1, column 33: expected every name once in an object, found "
                       "'__metadata__' twice");
        addFault("metadata is a list", safetensorsBytes(R"({"__metadata__":[]})"),
                 "has bad metadata: expected an object of texts, found array");
        addFault("metadata is a number", safetensorsBytes(R"({"__metadata__":{"n":1}})"),
                 "has bad metadata: 'n': expected a text, found number");
        const QString deep = ": expected at most 100 levels of nesting, found more";
        addFault("depth bomb of lists", safetensorsBytes("{\"a\":" + QByteArray(1'000'000, '[')),
                 bad + "line 1, column 105" + deep);
        addFault("depth bomb of objects", safetensorsBytes(QByteArray("{\"a\":").repeated(200'000)),
                 bad + "line 1, column 501" + deep);
        addFault(
            "closed depth bomb",
            safetensorsBytes("{\"a\":" + QByteArray(500'000, '[') + QByteArray(500'000, ']') + "}"),
            bad + "line 1, column 105" + deep);
    }

    static void addDescriptionFaults()
    {
        const QString bad = "tensor 'a' has a bad description: expected dtype, shape and two "
                            "data_offsets, found ";
        const auto plain = [&](const char* row, const QByteArray& text) {
            addMember(row, "\"a\":" + text, bad + QString::fromUtf8(text));
        };
        plain("no object", "[]");
        plain("no members", "{}");
        plain("no type", R"({"data_offsets":[0,8],"shape":[2],"x":0})");
        plain("no shape", R"({"data_offsets":[0,8],"dtype":"F32"})");
        plain("no offsets", R"({"dtype":"F32","shape":[2],"x":0})");
        plain("more members", R"({"data_offsets":[0,8],"dtype":"F32","shape":[2],"x":0})");
        plain("type is a number", R"({"data_offsets":[0,8],"dtype":1,"shape":[2]})");
        plain("one offset", R"({"data_offsets":[8],"dtype":"F32","shape":[2]})");
        plain("three offsets", R"({"data_offsets":[0,4,8],"dtype":"F32","shape":[2]})");
        plain("negative offset", R"({"data_offsets":[-1,8],"dtype":"F32","shape":[2]})");
        plain("broken offset", R"({"data_offsets":[0,8.0],"dtype":"F32","shape":[2]})");
        plain("offset is a text", R"({"data_offsets":[0,"8"],"dtype":"F32","shape":[2]})");
        for (const char* type : {"F8_E4M3", "f32", "", "F32 "})
            addMember(type, describedTensor("a", type, "[2]", "[0,8]"),
                      "tensor 'a' has an unknown type: expected F64, F32, F16, BF16, I64, I32, "
                      "I16, I8, U8 or BOOL, found '" +
                          QString(type) + "'");
        for (const char* shape : {"2", "null", "[-2]", "[2.0]", "[\"2\"]", "[[2]]", "[2,null]",
                                  "[9223372036854775808]"})
            addMember(shape, describedTensor("a", "F32", shape, "[0,8]"),
                      "tensor 'a' has a bad shape: expected a list of whole numbers ≥ 0, found " +
                          QString(shape));
    }

    static void addOffsetFaults()
    {
        const QString wrong = "tensor 'a' has a wrong length: expected ";
        const auto shape = [&](const char* row, const QByteArray& extents, const QString& found) {
            addMember(row, describedTensor("a", "F32", extents, "[0,8]"), wrong + found);
        };
        shape("shorter than its shape", "[3]", "12 bytes by its shape, found 8 bytes");
        shape("longer than its shape", "[1]", "4 bytes by its shape, found 8 bytes");
        shape("scalar of two", "[]", "4 bytes by its shape, found 8 bytes");
        const QString overflow = "a shape that fits in memory, found 8 bytes";
        shape("2^62 elements", "[4611686018427387906]", overflow); // ·4 is 8 modulo 2^64
        shape("2^32 by 2^32", "[4294967296,4294967296]", overflow);
        const auto range = [](const char* row, const char* offsets, const QString& found) {
            addMember(row, describedTensor("a", "F32", "[2]", offsets),
                      "tensor 'a' has bad offsets: expected 0 ≤ first ≤ last ≤ 8, found " + found);
        };
        range("backwards", "[8,0]", "8 and 0");
        range("behind the end", "[4,12]", "4 and 12");
        range("far behind the end", "[18446744073709551608,18446744073709551615]",
              "18446744073709551608 and 18446744073709551615");
        addFault("data cut off", pair("[0,4]", "[4,8]", 7),
                 "tensor 'b' has bad offsets: expected 0 ≤ first ≤ last ≤ 7, found 4 and 8");
        addFault("gap at the start", pair("[4,8]", "[8,12]", 12),
                 "tensor 'a' leaves a gap before it: expected offset 0, found 4");
        addFault("gap between", pair("[0,4]", "[8,12]", 12),
                 "tensor 'b' leaves a gap before it: expected offset 4, found 8");
        addFault("overlap", pair("[0,4]", "[2,6]", 6),
                 "tensor 'b' overlaps the one before it: expected offset 4, found 2");
        addFault("one range for two", pair("[0,4]", "[0,4]", 4),
                 "tensor 'b' overlaps the one before it: expected offset 4, found 0");
        addFault("bytes behind", pair("[0,4]", "[4,8]", 9),
                 "has a wrong length: expected 8 bytes of tensors, found 9");
        addFault("bytes of nothing", safetensorsBytes("{}", "x"),
                 "has a wrong length: expected 0 bytes of tensors, found 1");
    }
};

QTEST_APPLESS_MAIN(TestSafetensorsFaults)
#include "tst_safetensors_faults.moc"
