// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/json.h"
#include "tests/support/failure.h"
#include "tests/support/files.h"
#include "tests/support/full_disk.h"

#include <QtTest>

#include <array>
#include <cmath>
#include <limits>
#include <utility>

using namespace earshot;

namespace {

using Texts = std::vector<std::string>;

Json parsed(const QByteArray& text)
{
    return Json::parse({text.constData(), static_cast<std::size_t>(text.size())}, "m.json");
}

// What is said about document "m.json", without its name.
template <typename Call>
QString refusal(Call&& call)
{
    const QString text = failureOf(call);
    const QString start = "bad input: 'm.json': ";
    return text.startsWith(start) ? text.mid(start.size()) : "unexpected: " + text;
}

} // namespace

class TestJson : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keepsTheOrderOfMembers()
    {
        Json json = Json::object({{"z", 1}, {"a", Json::array()}});
        json.set("m", "text");
        json.set("z", 2); // stays first
        QCOMPARE(json.keys(), (Texts{"z", "a", "m"}));
        QCOMPARE(json.dump(-1), std::string(R"({"z":2,"a":[],"m":"text"})"));
        QCOMPARE(parsed(R"({"b":1,"a":{"d":0,"c":0}})").dump(-1),
                 std::string(R"({"b":1,"a":{"d":0,"c":0}})"));
    }

    void readsEveryType()
    {
        const Json json = parsed(R"({"t":"\u00fc→\n","n":-1.5e3,"i":-9007199254740993,"b":true,)"
                                 R"("x":null,"l":[1,2.5,null],"s":["a",""],"o":{"k":[{"d":4}]}})");
        QCOMPARE(json.text("t"), std::string("ü→\n"));
        QCOMPARE(json.number("n"), -1500.0);
        QCOMPARE(json.number("i"), -9007199254740992.0);
        QCOMPARE(json.integer("i"), std::int64_t(-9007199254740993)); // no double has it
        QVERIFY(json.boolean("b"));
        QVERIFY(json.at("x").isNull() && !json.at("b").isNull());
        const std::vector<double> numbers = json.numbers("l");
        QCOMPARE(numbers.size(), std::size_t(3));
        QCOMPARE(numbers[1], 2.5);
        QVERIFY(std::isnan(numbers[2]));
        QCOMPARE(json.texts("s"), (Texts{"a", ""}));
        QCOMPARE(json.at("o").at("k").at(std::size_t(0)).integer("d"), std::int64_t(4));
        QCOMPARE(json.at("l").size(), std::size_t(3));
        QVERIFY(json.contains("x") && !json.contains("X") && !json.at("l").contains("x"));
    }

    void numbersComeBackToTheBit()
    {
        using Limits = std::numeric_limits<double>;
        const std::vector<double> doubles = {
            0.1,  1.0 / 3, Limits::max(),      Limits::denorm_min(),
            -0.0, 1e22,    9007199254740993.0, 5e-5};
        const std::vector<float> floats = {0.1F, 1e-45F, 3.4028235e38F, -16777217.F};
        Json json = Json::object({{"d", Json::array(std::span(doubles))},
                                  {"f", Json::array(std::span(floats))},
                                  {"low", std::numeric_limits<std::int64_t>::min()},
                                  {"high", std::numeric_limits<std::int64_t>::max()}});
        const Json back = Json::parse(json.dump(), "m.json");
        const std::vector<double> d = back.numbers("d");
        for (std::size_t i = 0; i < doubles.size(); ++i) {
            QCOMPARE(d[i], doubles[i]);
            QCOMPARE(std::signbit(d[i]), std::signbit(doubles[i]));
        }
        const std::vector<double> f = back.numbers("f");
        for (std::size_t i = 0; i < floats.size(); ++i)
            QCOMPARE(static_cast<float>(f[i]), floats[i]);
        QCOMPARE(back.integer("low"), std::numeric_limits<std::int64_t>::min());
        QCOMPARE(back.integer("high"), std::numeric_limits<std::int64_t>::max());
    }

    void nonFiniteNumbersAreNull()
    {
        const double nan = std::nan("");
        const double infinity = std::numeric_limits<double>::infinity();
        const std::array<double, 3> doubles = {nan, 1, -infinity};
        const std::array<float, 2> floats = {std::nanf(""), static_cast<float>(infinity)};
        Json json = Json::object({{"nan", nan}, {"infinity", infinity}});
        json.set("d", Json::array(doubles));
        json.set("f", Json::array(floats));
        QCOMPARE(
            json.dump(-1),
            std::string(R"({"nan":null,"infinity":null,"d":[null,1.0,null],"f":[null,null]})"));
        QVERIFY(std::isnan(json.number("nan")));
    }

    void faultsAreNamedWithLineAndColumn_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("place");
        QTest::addColumn<QString>("about"); // part of the rest of the message
        const QString syntax = "expected JSON, found syntax error while parsing ";
        QTest::newRow("empty") << QByteArray() << "line 1, column 1"
                               << "expected JSON, found an empty text";
        QTest::newRow("no value") << QByteArray("{\n \"a\": ,\n}") << "line 2, column 7" << syntax;
        QTest::newRow("cut off") << QByteArray("{\n\"a\": 1\n") << "line 3, column 1" << syntax;
        QTest::newRow("comma too many") << QByteArray("[1,\n2,]") << "line 2, column 3" << syntax;
        QTest::newRow("two documents") << QByteArray("{} {}") << "line 1, column 4" << syntax;
        QTest::newRow("comment") << QByteArray("{} // x") << "line 1, column 4" << syntax;
        QTest::newRow("NaN") << QByteArray("[NaN]") << "line 1, column 2"
                             << "invalid literal";
        QTest::newRow("leading zero") << QByteArray("[01]") << "line 1, column 3" << syntax;
        QTest::newRow("not UTF-8") << QByteArray("{\n\"a\": \"b\xC3(\"}") << "line 2, column 9"
                                   << "ill-formed UTF-8";
        QTest::newRow("half a surrogate") << QByteArray("[\"\\ud800\"]") << "line 1, column 9"
                                          << "surrogate";
        QTest::newRow("zero byte") << QByteArray("[1]\0", 4) << "line 1, column 4"
                                   << "expected JSON, found a zero byte";
        QTest::newRow("zero byte within")
            << QByteArray("[1,\0]", 6) << "line 1, column 4" << syntax;
        QTest::newRow("number too large")
            << QByteArray("[1,\n  -1e999 ]") << "line 2, column 8"
            << "expected JSON, found number overflow parsing '-1e999'";
        QTest::newRow("name twice")
            << QByteArray("{\"a\": 1,\n\"b\": {\"a\": 2}, \"a\": 3}") << "line 2, column 18"
            << "expected every name once in an object, found 'a' twice";
        QTest::newRow("too deep") << QByteArray(101, '[') + QByteArray(101, ']')
                                  << "line 1, column 101"
                                  << "expected at most 100 levels of nesting, found more";
        QTest::newRow("far too deep") << QByteArray(3'000'000, '[') << "line 1, column 101"
                                      << "expected at most 100 levels of nesting, found more";
        QTest::newRow("depth of objects")
            << QByteArray("{\"a\":").repeated(101) << "line 1, column 501"
            << "expected at most 100 levels of nesting, found more";
    }

    void faultsAreNamedWithLineAndColumn()
    {
        QFETCH(QByteArray, text);
        QFETCH(QString, place);
        QFETCH(QString, about);
        const QString said = refusal([&] { parsed(text); });
        QVERIFY2(said.startsWith("cannot be read at " + place + ": ") && said.contains(about),
                 qPrintable(said));
        QVERIFY(said.size() < 300);
    }

    void aLongFaultIsCutShort()
    {
        // 400 bytes of two-byte letters: neither cut goes through one.
        const QString said = refusal([] { parsed("[\"" + QByteArray("ü").repeated(200)); });
        QVERIFY2(said.contains(" … ") && !said.contains(QChar::ReplacementCharacter),
                 qPrintable(said));
        QVERIFY(said.size() < 300);
        const Json json = parsed("{\"a\":\"" + QByteArray(100'000, 'x') + "\"}");
        QVERIFY(refusal([&] { json.number("a"); }).size() < 300);
    }

    void aHundredLevelsAreFine()
    {
        const QByteArray text = QByteArray(100, '[') + QByteArray(100, ']');
        QCOMPARE(parsed(text).dump(-1), text.toStdString());
    }

    void wrongTypesAreNamedWithTheirPath()
    {
        const Json json = parsed(R"({"o":{"l":[1,{"t":5}],"e":{}},"big":9223372036854775808,)"
                                 R"("huge":123456789012345678901234567890,"whole":1.0})");
        const Json list = json.at("o").at("l");
        const auto element = [&](std::size_t index) { return list.at(index); };
        QCOMPARE(refusal([&] { json.at("x"); }), "lacks a value: expected 'x', found none");
        QCOMPARE(refusal([&] { json.at("o").at("x"); }),
                 "lacks a value: expected 'o.x', found none");
        QCOMPARE(refusal([&] { list.at("x"); }), "lacks a value: expected 'o.l.x', found array");
        QCOMPARE(refusal([&] { element(2); }),
                 "lacks a value: expected 'o.l[2]', found 2 elements");
        QCOMPARE(refusal([&] { json.at(std::size_t(0)); }),
                 "lacks a value: expected '[0]', found object");
        QCOMPARE(refusal([&] { element(1).text("t"); }),
                 "has a wrong value at 'o.l[1].t': expected a text, found 5");
        QCOMPARE(refusal([&] { json.number("o"); }),
                 R"(has a wrong value at 'o': expected a number, found {"l":[1,{"t":5}],"e":{}})");
        QCOMPARE(refusal([&] { json.boolean("whole"); }),
                 "has a wrong value at 'whole': expected true or false, found 1.0");
        QCOMPARE(refusal([&] { json.at("o").numbers("l"); }),
                 R"(has a wrong value at 'o.l[1]': expected a number, found {"t":5})");
        QCOMPARE(refusal([&] { json.at("o").numbers("e"); }),
                 "has a wrong value at 'o.e': expected a list of numbers, found {}");
        QCOMPARE(refusal([&] { json.at("o").texts("l"); }),
                 "has a wrong value at 'o.l[0]': expected a text, found 1");
        QCOMPARE(refusal([&] { json.texts("whole"); }),
                 "has a wrong value at 'whole': expected a list of texts, found 1.0");
        QCOMPARE(refusal([&] { list.keys(); }),
                 R"(has a wrong value at 'o.l': expected an object, found [1,{"t":5}])");
        QCOMPARE(refusal([&] { element(0).size(); }),
                 "has a wrong value at 'o.l[0]': expected a list or an object, found 1");
        QCOMPARE(refusal([&] { json.integer("whole"); }),
                 "has a wrong value at 'whole': expected a whole number of at most 64 bits, "
                 "found 1.0");
        QCOMPARE(refusal([&] { json.integer("big"); }), // 2^63, which is −2^63 to the careless
                 "has a wrong value at 'big': expected a whole number of at most 64 bits, found "
                 "9223372036854775808");
        QVERIFY(refusal([&] { json.integer("huge"); }).startsWith("has a wrong value at 'huge'"));
        QCOMPARE(json.number("huge"), 1.2345678901234568e29);
        QCOMPARE(refusal([&] { parsed("[]").text(); }),
                 "has a wrong value: expected a text, found []");
    }

    void textThatIsNotUtf8IsReplaced()
    {
        const Json json("caf\xE9");
        QCOMPARE(json.dump(), std::string("\"caf\uFFFD\""));
        QVERIFY(failureOf([&] { json.number(); }).startsWith("bad input: "));
    }

    void valuesAreTheirOwn()
    {
        Json original = Json::object({{"a", 1}});
        Json copy = original;
        copy.set("a", 2);
        QCOMPARE(original.integer("a"), std::int64_t(1));
        Json moved = std::move(copy);
        QCOMPARE(moved.integer("a"), std::int64_t(2));
        moved.set("self", moved);
        QCOMPARE(moved.dump(-1), std::string(R"({"a":2,"self":{"a":2}})"));
        Json list = Json::array();
        list.append(original);
        list.append(true);
        QCOMPARE(list.dump(-1), std::string(R"([{"a":1},true])"));
    }

    void filesAreReadAndWrittenWhole()
    {
        const TestFolder folder;
        const Json json = Json::object({{"a", Json::object({{"b", "ü"}})}});
        json.writeFile(folder.path("f"));
        QCOMPARE(folder.read("f"), QByteArray("{\n  \"a\": {\n    \"b\": \"ü\"\n  }\n}\n"));
        QCOMPARE(Json::readFile(folder.path("f")).dump(), json.dump());
        folder.write("marked", "\xEF\xBB\xBF{\"a\":1}"); // as some editors begin a file
        QCOMPARE(Json::readFile(folder.path("marked")).integer("a"), std::int64_t(1));
        folder.write("bad", "{");
        QVERIFY(failureOf([&] {
                    Json::readFile(folder.path("bad"));
                }).startsWith("bad input: '" + folder.name("bad") + "': cannot be read at "));
        const FullDisk disk(10);
        QVERIFY(failureOf([&] {
                    json.writeFile(folder.path("f"));
                }).startsWith("cannot write: '" + folder.name("f")));
        QCOMPARE(Json::readFile(folder.path("f")).dump(), json.dump());
    }
};

QTEST_APPLESS_MAIN(TestJson)
#include "tst_json.moc"
