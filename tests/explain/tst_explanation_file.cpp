// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explain/explanation.h"
#include "core/explain/explanation_record.h"
#include "core/io/safetensors.h"
#include "tests/explain/changed_tensors.h"
#include "tests/explain/real_responses_example.h"
#include "tests/support/failure.h"
#include "tests/support/files.h"
#include "tests/support/full_disk.h"

#include <QTest>

#include <cmath>
#include <functional>
#include <limits>

using namespace earshot;

namespace {

Matrix<float> counted(std::size_t rows, std::size_t columns, float first)
{
    Matrix<float> matrix(rows, columns);
    for (float& value : matrix.values())
        value = first += 0.25F;
    return matrix;
}

// Two of three examples, stopped after 2 of 5 updates.
Explanation example(Directions directions)
{
    Explanation explanation;
    explanation.response = "fc9[0] - 0.5*mean(\"schicht_ä\")";
    explanation.settings.directions = directions;
    explanation.settings.examples = 3;
    explanation.settings.steps = 5;
    explanation.settings.seed = (std::uint64_t{1} << 63) - 1;
    explanation.end = RunEnd::Stopped;
    explanation.examples = {0, 2};
    explanation.startLatents = counted(2, 4, 0);
    explanation.startMels = counted(2, 115 * 80, 100);
    explanation.startHeard = {1.5F, -2};
    explanation.startWitness = {0.25F, -0.125F};
    for (const Direction direction : {Direction::Positive, Direction::Negative}) {
        if (directions ==
            (direction == Direction::Positive ? Directions::Negative : Directions::Positive))
            continue;
        const float first = direction == Direction::Positive ? 1000 : -1000;
        DirectionResult& result = explanation.directions[direction];
        result.latents = counted(2, 4, first);
        result.mels = counted(2, 115 * 80, first);
        result.responses = counted(3, 2, direction == Direction::Positive ? 9 : -1);
        result.pathSteps = {0, 1, 2};
        for (int step = 0; step < 3; ++step)
            result.path.push_back(counted(2, 4, first + static_cast<float>(step)));
        result.distances = {3.5, std::numeric_limits<double>::quiet_NaN(), 1.25};
        result.gradientNorms = {0.1, 0.2};
        result.chosenStep = direction == Direction::Positive ? 1 : 2;
        result.heard = {0.5F, 0.75F};
        result.witness = {first, -3};
    }
    if (explanation.directions.contains(Direction::Negative))
        explanation.directions[Direction::Negative].problem = "exploded";
    const RealResponses real = realExample(0);
    ModelDescription classifier;
    classifier.name = "svdnet";
    classifier.sha256 = "3fa2";
    ModelDescription generator;
    generator.sha256 = "77";
    explanation.record =
        explanationRecord(explanation, classifier, generator, {false, "CPU, 2 threads", 2}, &real);
    return explanation;
}

bool isSame(const Matrix<float>& a, const Matrix<float>& b)
{
    return a.rows() == b.rows() && a.columns() == b.columns() &&
           std::ranges::equal(a.values(), b.values());
}

// a is b rounded to float16.
bool isHalf(const Matrix<float>& a, const Matrix<float>& b)
{
    return a.rows() == b.rows() && std::ranges::equal(a.values(), b.values(), [](float x, float y) {
               return std::abs(x - y) <= std::ldexp(std::abs(y), -11);
           });
}

} // namespace

class TestExplanationFile : public QObject
{
    Q_OBJECT

    TestFolder m_folder;

private Q_SLOTS:
    void roundTrip_data()
    {
        QTest::addColumn<int>("directions");
        QTest::newRow("both") << static_cast<int>(Directions::Both);
        QTest::newRow("positive") << static_cast<int>(Directions::Positive);
        QTest::newRow("negative") << static_cast<int>(Directions::Negative);
    }

    void roundTrip()
    {
        QFETCH(int, directions);
        const Explanation written = example(static_cast<Directions>(directions));
        writeExplanation(written, m_folder.path("trip"));
        const Explanation read = readExplanation(m_folder.path("trip"));
        QCOMPARE(read.response, written.response);
        QCOMPARE(settingsJson(read.settings).dump(), settingsJson(written.settings).dump());
        QVERIFY(read.end == RunEnd::Stopped);
        QCOMPARE(read.examples, written.examples);
        QVERIFY(isSame(read.startLatents, written.startLatents));
        QVERIFY(isSame(read.startMels, written.startMels));
        QCOMPARE(read.startHeard, written.startHeard);
        QCOMPARE(read.startWitness, written.startWitness);
        QCOMPARE(read.directions.size(), written.directions.size());
        for (const auto& [direction, expected] : written.directions) {
            const DirectionResult& found = read.directions.at(direction);
            QVERIFY(isSame(found.latents, expected.latents));
            QVERIFY(isSame(found.mels, expected.mels));
            QVERIFY(isSame(found.responses, expected.responses));
            QCOMPARE(found.pathSteps, expected.pathSteps);
            QCOMPARE(found.path.size(), expected.path.size());
            for (std::size_t i = 0; i < found.path.size(); ++i)
                QVERIFY(isSame(found.path[i], expected.path[i]));
            QCOMPARE(found.distances.size(), 3U);
            QCOMPARE(found.distances[0], 3.5);
            QVERIFY(std::isnan(found.distances[1]));
            QCOMPARE(found.gradientNorms, expected.gradientNorms);
            QCOMPARE(found.chosenStep, expected.chosenStep);
            QCOMPARE(found.heard, expected.heard);
            QCOMPARE(found.witness, expected.witness);
            QCOMPARE(found.problem, expected.problem);
        }
        // The record goes through, so that a copy says the same.
        writeExplanation(read, m_folder.path("again"));
        QCOMPARE(m_folder.read("again"), m_folder.read("trip"));
    }

    // What scripts depend on.
    void tensorsAndMetadata()
    {
        writeExplanation(example(Directions::Both), m_folder.path("both"));
        const SafetensorsFile file(m_folder.path("both"));
        std::map<std::string, std::vector<std::int64_t>> expected{{"latents_start", {2, 4}},
                                                                  {"mels_start", {2, 115, 80}},
                                                                  {"heard_start", {2}},
                                                                  {"witness_start", {2}},
                                                                  {"path_steps", {3}}};
        for (const std::string direction : {"positive", "negative"}) {
            expected["latents_" + direction] = {2, 4};
            expected["mels_" + direction] = {2, 115, 80};
            expected["responses_" + direction] = {3, 2};
            expected["latents_path_" + direction] = {3, 2, 4};
            expected["heard_" + direction] = {2};
            expected["witness_" + direction] = {2};
        }
        QCOMPARE(file.tensors().size(), expected.size());
        for (const auto& [name, shape] : expected)
            QVERIFY2(file.tensor(name).shape == shape && file.tensor(name).type == TensorType::F32,
                     name.c_str());
        const auto value = [&](const char* key) {
            return QString::fromStdString(file.metadataValue(key));
        };
        QCOMPARE(value("chosen_step_positive"), "1");
        QCOMPARE(value("chosen_step_negative"), "2");
        QCOMPARE(value("response"), "fc9[0] - 0.5*mean(\"schicht_ä\")");
        QCOMPARE(value("seed"), "9223372036854775807");
        QCOMPARE(value("device"), "CPU, 2 threads");
        QCOMPARE(value("end"), "stopped");
        QCOMPARE(value("examples"), "[0,2]");
        QCOMPARE(value("sha256"), R"({"classifier":"3fa2","generator":"77"})");
        QCOMPARE(value("problems"), R"({"negative":"exploded"})");
        QCOMPARE(value("frechet_distance"),
                 R"({"positive":[3.5,null,1.25],"negative":[3.5,null,1.25]})");
        // Responses 9.75 and 10 after one update among 0, 0.01, …, 10; below 0 all are beyond.
        const Json shares = Json::parse(file.metadataValue("percentiles"), "percentiles");
        QVERIFY(std::abs(shares.numbers("positive").at(0) - 97.5) < 1e-4);
        QCOMPARE(shares.numbers("positive").at(1), 100.0);
        const Json versions = Json::parse(file.metadataValue("versions"), "versions");
        QVERIFY(!versions.text("earshot").empty() && !versions.text("torch").empty());
        QVERIFY(value("real_responses").contains("\"standard_deviation\":3"));
        QVERIFY(value("settings").contains("\"step_choice\":\"smallest distance\""));
    }

    void compactHasNoSpectrograms()
    {
        const Explanation whole = example(Directions::Both);
        writeExplanation(whole, m_folder.path("compact"), ResultDetail::Compact);
        const SafetensorsFile file(m_folder.path("compact"));
        for (const TensorView& tensor : file.tensors()) {
            QVERIFY2(!tensor.name.starts_with("mels_"), tensor.name.c_str());
            QVERIFY2((tensor.type == TensorType::F16) == tensor.name.starts_with("latents_"),
                     tensor.name.c_str());
        }
        const Explanation read = readExplanation(m_folder.path("compact"));
        QVERIFY(read.startMels.empty());
        QVERIFY(isSame(read.startLatents, whole.startLatents)); // quarters below 512 are exact
        for (const auto& [direction, expected] : whole.directions) {
            const DirectionResult& found = read.directions.at(direction);
            QVERIFY(found.mels.empty());
            QVERIFY(isHalf(found.latents, expected.latents));
            QVERIFY(isHalf(found.path.back(), expected.path.back()));
            QVERIFY(isSame(found.responses, expected.responses));
            QCOMPARE(found.heard, expected.heard);
            QCOMPARE(found.witness, expected.witness);
        }
    }

    void halfPrecisionIsRead()
    {
        const Explanation whole = example(Directions::Positive);
        writeExplanation(whole, m_folder.path("whole"));
        const SafetensorsFile file(m_folder.path("whole"));
        SafetensorsWriter writer;
        for (const TensorView& tensor : file.tensors())
            writer.addHalf(tensor.name, tensor.shape, file.floats(tensor.name));
        for (const auto& [key, value] : file.metadata())
            writer.setMetadata(key, value);
        writer.write(m_folder.path("half"));
        const Explanation read = readExplanation(m_folder.path("half"));
        QVERIFY(isSame(read.startLatents, whole.startLatents)); // quarters below 512 are exact
        QCOMPARE(read.directions.at(Direction::Positive).pathSteps, (std::vector<int>{0, 1, 2}));
    }

    void damaged_data()
    {
        QTest::addColumn<int>("change");
        const std::vector<const char*> names = changeNames();
        for (std::size_t i = 0; i < names.size(); ++i)
            QTest::newRow(names[i]) << static_cast<int>(i);
    }

    void damaged()
    {
        QFETCH(int, change);
        writeExplanation(example(Directions::Both), m_folder.path("whole"));
        ChangedTensors changed(m_folder.path("whole"));
        changes().at(static_cast<std::size_t>(change)).second(changed);
        changed.write(m_folder.path("damaged"));
        const QString message = badInputOf([&] { readExplanation(m_folder.path("damaged")); });
        QVERIFY2(!message.isEmpty(), "accepted");
        QVERIFY2(message.contains(m_folder.name("damaged")), qPrintable(message));
    }

    void everyTensorAndKeyIsNeeded()
    {
        writeExplanation(example(Directions::Both), m_folder.path("whole"));
        const SafetensorsFile file(m_folder.path("whole"));
        const auto isRefused = [&](const ChangedTensors& changed) {
            changed.write(m_folder.path("part"));
            return !badInputOf([&] { readExplanation(m_folder.path("part")); }).isEmpty();
        };
        for (const TensorView& tensor : file.tensors()) {
            // Only where measured, and where a witness was asked.
            if (tensor.name.starts_with("heard_") || tensor.name.starts_with("witness_"))
                continue;
            ChangedTensors changed(m_folder.path("whole"));
            changed.remove(tensor.name);
            QVERIFY2(isRefused(changed), tensor.name.c_str());
        }
        for (const char* key :
             {"format", "response", "settings", "end", "examples", "chosen_step_positive",
              "frechet_distance", "gradient_norm", "problems"}) {
            ChangedTensors changed(m_folder.path("whole"));
            changed.metadata().erase(key);
            QVERIFY2(isRefused(changed), key);
        }
    }

    void settingsComeBack()
    {
        ExplainSettings settings = presetSettings(Preset::C2);
        settings.directions = Directions::Negative;
        settings.learningRate = 0.1;
        QCOMPARE(settingsJson(settingsOf(settingsJson(settings))).dump(),
                 settingsJson(settings).dump());
        Json json = settingsJson(settings);
        json.set("step_choice", "middle");
        QCOMPARE(badInputOf([&] { settingsOf(json); }),
                 "'step_choice': is unknown: expected last, smallest distance, found middle");
        json = settingsJson(settings);
        json.set("examples", std::int64_t{1} + (std::int64_t{1} << 32)); // 1 in 32 bits
        QVERIFY(badInputOf([&] { settingsOf(json); }).contains("'examples': is out of range"));
        json = settingsJson(settings);
        json.set("seed", -1);
        QVERIFY(badInputOf([&] { settingsOf(json); }).contains("'seed': is out of range"));
    }

    void cannotBeWritten()
    {
        m_folder.write("file", "x");
        const Explanation explanation = example(Directions::Both);
        QVERIFY(failureOf([&] {
                    writeExplanation(explanation, m_folder.path("file/result"));
                }).startsWith("cannot write"));
        m_folder.write("result", "before");
        const QStringList before = m_folder.entries();
        const FullDisk full(5000);
        QVERIFY(failureOf([&] {
                    writeExplanation(explanation, m_folder.path("result"));
                }).startsWith("cannot write"));
        QCOMPARE(m_folder.read("result"), "before");
        QCOMPARE(m_folder.entries(), before);
    }

private:
    using Change = std::function<void(ChangedTensors&)>;

    static const std::vector<std::pair<const char*, Change>>& changes()
    {
        const auto metadata = [](std::string key, std::string value) {
            return [key, value](ChangedTensors& file) { file.metadata()[key] = value; };
        };
        const auto shape = [](std::string tensor, std::vector<std::int64_t> extents) {
            return [tensor, extents](ChangedTensors& file) { file.reshape(tensor, extents); };
        };
        const auto step = [](std::size_t index, double value) {
            return
                [index, value](ChangedTensors& file) { file.setValue("path_steps", index, value); };
        };
        const auto setting = [](const char* key, const Json& value) {
            return [key, value](ChangedTensors& file) {
                Json settings = Json::parse(file.metadata().at("settings"), "settings");
                settings.set(key, value);
                file.metadata()["settings"] = settings.dump(-1);
            };
        };
        static const std::vector<std::pair<const char*, Change>> list{
            {"format", metadata("format", "earshot-result-9")},
            {"end", metadata("end", "aborted")},
            {"not JSON", metadata("sha256", "{")},
            {"seed of another type", metadata("settings", R"({"seed":"1"})")},
            {"no steps", setting("steps", 0)},
            {"unknown step choice", setting("step_choice", "middle")},
            {"unknown directions", setting("directions", "sideways")},
            {"half a witness", metadata("witness", R"({"name":"small"})")},
            {"no examples", metadata("examples", "[]")},
            {"example beyond the settings", metadata("examples", "[0,3]")},
            {"example below 0", metadata("examples", "[-1,2]")},
            {"example twice", metadata("examples", "[2,2]")},
            {"half an example", metadata("examples", "[0,1.5]")},
            {"endless example", metadata("examples", "[0,1e300]")},
            {"fewer examples", metadata("examples", "[0]")},
            {"chosen step beyond", metadata("chosen_step_positive", "3")},
            {"chosen step below 0", metadata("chosen_step_positive", "-1")},
            {"chosen step in 32 bits", metadata("chosen_step_positive", "4294967297")},
            {"chosen step is a text", metadata("chosen_step_positive", "\"1\"")},
            {"distances of other steps",
             metadata("frechet_distance", R"({"positive":[1,2],"negative":[]})")},
            {"norms of other steps",
             metadata("gradient_norm", R"({"positive":[1],"negative":[1,2]})")},
            {"path out of order", step(1, 0)},
            {"path without its start", step(0, 0.5)},
            {"path without its end", step(2, 3)},
            {"NaN in the path", step(1, std::numeric_limits<double>::quiet_NaN())},
            {"endless path", step(2, 1e30)},
            {"shorter path", shape("path_steps", {2})},
            {"latents of another width", shape("latents_positive", {2, 3})},
            {"latents of another number", shape("latents_negative", {1, 4})},
            {"another start", shape("latents_start", {1, 4})},
            {"mels of another size", shape("mels_positive", {2, 80, 115})},
            {"flat mels", shape("mels_start", {2, 9200})},
            {"responses of one row", shape("responses_positive", {3, 1})},
            {"no responses", shape("responses_positive", {0, 2})},
            {"heard of one row", shape("heard_positive", {1})},
            {"witness of one row", shape("witness_negative", {1})},
            {"a direction less", [](ChangedTensors& file) { file.remove("latents_negative"); }},
        };
        return list;
    }
    static std::vector<const char*> changeNames()
    {
        std::vector<const char*> names;
        for (const auto& [name, change] : changes())
            names.push_back(name);
        return names;
    }
};

QTEST_APPLESS_MAIN(TestExplanationFile)
#include "tst_explanation_file.moc"
