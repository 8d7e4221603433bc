// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explain/response_expression.h"
#include "core/util/random.h"
#include "tests/support/failure.h"

#include <QTest>

#include <string>
#include <vector>

using namespace earshot;

namespace {

const std::vector<LayerDescription>& layers()
{
    static const std::vector<LayerDescription> list{{"conv4", {128, 35, 23}, "linear"},
                                                    {"conv5", {64, 33, 21}, "linear"},
                                                    {"conv5.act", {64, 33, 21}, "leaky_relu"},
                                                    {"fc8", {64}, "linear"},
                                                    {"fc9", {1}, "linear"},
                                                    {"fc9.act", {1}, "sigmoid"},
                                                    {"features.0", {16}, "linear"},
                                                    {"0", {3}, "linear"},
                                                    {"two words", {3}, "linear"},
                                                    {"a\"b\\c", {3}, "linear"},
                                                    {"schicht_ä", {3}, "linear"},
                                                    {"mean", {4}, "linear"}};
    return list;
}

QString canonical(const std::string& text)
{
    return QString::fromStdString(parseResponse(text, layers()).canonical());
}

} // namespace

class TestResponseExpression : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void valid_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char* text, const char* expected) {
            QTest::newRow(text) << text << expected;
        };
        row("fc9[0]", "fc9[0]");
        row(" \tfc9 [ 0 ]\n", "fc9[0]");
        row("conv4[127,34,22]", "conv4[127,34,22]");
        row("mean(conv4)", "mean(conv4)");
        row("mean( conv5.act [ 12 ] )", "mean(conv5.act[12])");
        row("norm(fc8)", "norm(fc8)");
        row("mean(fc8)", "mean(fc8)");
        row("mean(fc8[3])", "fc8[3]"); // a single value is its own mean
        row("+fc9[0]", "fc9[0]");
        row("-fc9[0]", "-fc9[0]");
        row("--fc9[0]", "fc9[0]");
        row("0.5*mean(conv4) + 0.5*mean(conv5)", "0.5*mean(conv4) + 0.5*mean(conv5)");
        row("fc8[3]-fc8[7]", "fc8[3] - fc8[7]");
        row("fc8[3] - -2*fc8[7]", "fc8[3] + 2*fc8[7]");
        row("mean(conv4)*.5", "0.5*mean(conv4)");
        row("3*fc8[1]/10", "0.3*fc8[1]");
        row("fc8[1]/4*2", "0.5*fc8[1]");
        row("2/4*fc8[1]", "0.5*fc8[1]");
        row("1e22*fc9[0]", "1e+22*fc9[0]");
        row("1e+22*fc9[0]", "1e+22*fc9[0]");
        row("0.1*fc9[0] + 0.2*fc9[0]", "0.30000000000000004*fc9[0]");
        row("2*(fc8[0] - (fc8[1] + 3*fc8[2]))", "2*fc8[0] - 2*fc8[1] - 6*fc8[2]");
        row("-(fc8[0] - fc8[1])", "-fc8[0] + fc8[1]");
        row("fc8[0] + fc8[1] + fc8[0]", "2*fc8[0] + fc8[1]");
        row("fc8[0] + fc8[1] - fc8[0]", "fc8[1]");
        row("0*fc8[0] + fc8[1]", "fc8[1]");
        row("(fc8[0] + 1) - 1", "fc8[0]"); // constants that cancel out are none
        row("fc8[0]*(3 - 1)", "2*fc8[0]");
        row("\"fc9\"[0]", "fc9[0]"); // quotes only where they must be
        row("\"features.0\"[3]", "features.0[3]");
        row("features.0[15]", "features.0[15]");
        row("\"0\"[2]", "\"0\"[2]");
        row("mean(\"two words\")", "mean(\"two words\")");
        row("\"a\\\"b\\\\c\"[1]", "\"a\\\"b\\\\c\"[1]");
        row("\"schicht_ä\"[1]", "\"schicht_ä\"[1]");
        row("mean[2]", "mean[2]"); // a layer of a function's name
        row("mean(mean)", "mean(mean)");
    }

    void valid()
    {
        QFETCH(QString, text);
        QFETCH(QString, expected);
        const QString found = canonical(text.toStdString());
        QCOMPARE(found, expected);
        QCOMPARE(canonical(found.toStdString()), found);
    }

    void partsOfAnExpression()
    {
        const ResponseExpression expression =
            parseResponse("fc8[3] - 2*mean(conv4[5]) + norm(fc8) + conv5[1,2,3]", layers());
        const std::vector<ResponseTerm>& terms = expression.terms();
        QCOMPARE(terms.size(), 4U);
        QVERIFY(terms[0].kind == ResponseKind::Unit);
        QVERIFY(terms[1].kind == ResponseKind::ChannelMean);
        QVERIFY(terms[2].kind == ResponseKind::Norm);
        QCOMPARE(terms[1].coefficient, -2.0);
        QCOMPARE(terms[1].reference(), std::string("mean(conv4[5])"));
        QCOMPARE(terms[3].indices, (std::vector<std::int64_t>{1, 2, 3}));
        // Every layer once, in the order of the terms.
        QCOMPARE(expression.layers(), (std::vector<std::string>{"fc8", "conv4", "conv5"}));
    }

    void invalid_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("message");
        const auto row = [](const QString& text, const QString& message) {
            QTest::newRow(qPrintable(text.left(60))) << text << message;
        };
        row("", "is empty (at character 1): expected a response such as fc9[0]");
        row("  ", "is empty (at character 3): expected a response such as fc9[0]");
        row("fc7[0]",
            "names an unknown layer (at character 1): expected fc8 or another of its layers, "
            "found fc7");
        row("fc8[0] + FC9[0]",
            "names an unknown layer (at character 10): expected fc9 or another of its layers, "
            "found FC9");
        row("mean(conv5.Akt)",
            "names an unknown layer (at character 6): expected conv5.act or another of its "
            "layers, found conv5.Akt");
        row("\"two wrds\"[0]",
            "names an unknown layer (at character 1): expected \"two words\" or another of its "
            "layers, found \"two wrds\"");
        row("fc8[64]", "asks for a unit that fc8 has not (at character 5): expected 0 to 63, "
                       "found 64");
        row("fc9[1]",
            "asks for a unit that fc9 has not (at character 5): expected 0, the only one, found 1");
        row("conv4[128,0,0]", "asks for a channel that conv4 has not (at character 7): expected "
                              "0 to 127, found 128");
        row("conv4[0,35,0]", "asks for a time that conv4 has not (at character 9): expected 0 to "
                             "34, found 35");
        row("conv4[0,0,23]", "asks for a frequency that conv4 has not (at character 11): expected "
                             "0 to 22, found 23");
        row("mean(conv4[128])", "asks for a channel that conv4 has not (at character 12): "
                                "expected 0 to 127, found 128");
        row("fc8[99999999999999999999]", "asks for a unit that fc8 has not (at character 5): "
                                         "expected 0 to 63, found a larger number");
        row("conv4[7]",
            "conv4 is a convolution of 128×35×23 (at character 6): expected mean(conv4[7]) or "
            "conv4[7,time,frequency], found 1 index");
        row("conv4[7,1]", "conv4 is a convolution of 128×35×23 (at character 6): expected "
                          "conv4[channel,time,frequency], found 2 indices");
        row("fc8[1,2,3]",
            "fc8 has units of one index (at character 4): expected fc8[1], found 3 indices");
        row("fc8", "does not say which unit of fc8 (at character 4): expected fc8[0], mean(fc8) "
                   "or norm(fc8), found the end");
        row("conv4 + 1", "does not say which unit of conv4 (at character 7): expected "
                         "mean(conv4[0]), mean(conv4) or norm(conv4), found '+'");
        row("mean(conv4[1,2,3])", "takes the mean of a single value (at character 11): expected "
                                  "mean(conv4[channel]), found 3 indices");
        row("norm(fc8[3])",
            "takes the norm of a part of a layer (at character 9): expected norm(fc8)");
        row("max(fc8)",
            "names an unknown function (at character 1): expected mean or norm, found max");
        row("3", "has no response in it (at character 1): expected a unit such as fc9[0], found "
                 "a number");
        row("fc9[0] + 3", "has a constant in it, which changes no explanation (at character 1): "
                          "expected the same without it, found 3");
        row("fc9[0] - fc9[0]",
            "is always 0 (at character 1): expected terms that do not cancel out");
        row("0*fc9[0]", "is always 0 (at character 1): expected terms that do not cancel out");
        row("fc9[0]*fc8[0]", "multiplies two responses (at character 8): expected a number on "
                             "one side of *");
        row("1/fc9[0]", "divides by a response (at character 3): expected a number after /");
        row("fc9[0]/0", "divides by 0 (at character 8): expected another number");
        row("fc9[0]/ (1 - 1)", "divides by 0 (at character 9): expected another number");
        row("1e308*10*fc9[0]",
            "has a factor that is too large (at character 1): expected finite numbers");
        row("1e400*fc9[0]", "cannot be read (at character 1): expected a finite number, found '1'");
        row(".*fc9[0]", "cannot be read (at character 1): expected a finite number, found '.'");
        row("fc9[0] fc8[0]",
            "cannot be read (at character 8): expected +, -, *, / or the end, found 'f'");
        row("fc9[-1]",
            "cannot be read (at character 5): expected an index (0, 1, 2, …), found '-'");
        row("fc9[0",
            "cannot be read (at character 6): expected ']' after the index, found the end");
        row("fc9[0.5]", "cannot be read (at character 6): expected ']' after the index, found '.'");
        row("(fc9[0]",
            "cannot be read (at character 8): expected ')' to close the parenthesis, found the "
            "end");
        row("mean(conv4",
            "cannot be read (at character 11): expected ')' to close mean, found the end");
        row("fc9[0] +", "cannot be read (at character 9): expected a layer, mean(…), norm(…) or "
                        "a number, found the end");
        row("\"fc9[0]", "has a quoted name without an end (at character 1): expected a closing "
                        "\"");
        // Characters are counted, not bytes.
        row("\"schicht_ä\"[1] + ö", "cannot be read (at character 18): expected a layer, mean(…), "
                                    "norm(…) or a number, found 'ö'");
        row(QString(51, '(') + "fc9[0]" + QString(51, ')'),
            "is nested too deeply (at character 51): expected at most 50 levels");
        row(QString(100000, '-') + "fc9[0]",
            "is nested too deeply (at character 51): expected at most 50 levels");
    }

    void invalid()
    {
        QFETCH(QString, text);
        QFETCH(QString, message);
        const std::string input = text.toStdString();
        const QString found = badInputOf([&] { parseResponse(input, layers()); });
        // An empty subject has no quotes.
        QCOMPARE(found, text.isEmpty() ? message : "'" + text + "': " + message);
    }

    // It ends the text of the error, but no expression.
    void zeroBytesAreNoEnd()
    {
        const std::string zero(1, 0);
        QCOMPARE(badInputOf([&] { parseResponse("fc9[0]" + zero, layers()); }), "'fc9[0]");
        QCOMPARE(badInputOf([&] { parseResponse("fc9[0" + zero + "]", layers()); }), "'fc9[0");
        QVERIFY(failureOf([&] { parseResponse(zero + "fc9[0]", layers()); }) != "nothing thrown");
    }

    void deepestNesting()
    {
        QCOMPARE(canonical(std::string(49, '(') + "fc9[0]" + std::string(49, ')')), "fc9[0]");
        QCOMPARE(canonical(std::string(50, '-') + "fc9[0]"), "fc9[0]");
    }

    // Whatever is typed is an expression that reads back as itself, or bad input.
    void mutationsNeverSlipThrough()
    {
        const std::vector<std::string> seeds{
            "0.5*mean(conv4) + 0.5*mean(conv5)", "fc8[3] - fc8[7]/2.5e1",
            "-(norm(fc8) - \"a\\\"b\\\\c\"[1])", "conv4[12,3,4]*2 + \"schicht_ä\"[0]",
            "mean( conv5.act[63] ) - fc9.act[0]"};
        const std::string alphabet =
            std::string("()[]+-*/.,\"\\ 0159efcmeanv_\n\xc3\xa4\x80") + '\0';
        CounterRandom random(20, 0);
        int accepted = 0;
        int refused = 0;
        for (int round = 0; round < 20000; ++round) {
            std::string text = seeds[random.index(static_cast<std::uint32_t>(seeds.size()))];
            for (std::uint32_t change = random.index(4) + 1; change > 0; --change) {
                const std::size_t at = random.index(static_cast<std::uint32_t>(text.size()) + 1);
                const char character =
                    alphabet[random.index(static_cast<std::uint32_t>(alphabet.size()))];
                const std::uint32_t kind = random.index(3);
                if (kind == 0)
                    text.insert(at, 1, character);
                else if (kind == 1)
                    text.erase(at, random.index(5));
                else if (at < text.size())
                    text[at] = character;
            }
            try {
                const std::string once = parseResponse(text, layers()).canonical();
                if (parseResponse(once, layers()).canonical() != once)
                    QFAIL(("does not read back: " + text + " as " + once).c_str());
                ++accepted;
            } catch (const Error& error) {
                QVERIFY(error.kind() == ErrorKind::BadInput);
                ++refused;
            }
        }
        QVERIFY(accepted > 500);
        QVERIFY(refused > 500);
    }
};

QTEST_APPLESS_MAIN(TestResponseExpression)
#include "tst_response_expression.moc"
