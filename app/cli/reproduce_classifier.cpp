// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/reproduce_classifier.h"

#include "app/cli/context.h"
#include "core/explain/explainer.h"
#include "core/io/sha256.h"
#include "core/train/classifier_evaluation.h"
#include "core/train/report_text.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <sstream>
#include <string_view>

namespace earshot {

namespace fs = std::filesystem;

namespace {

// Every frame of some songs, judged densely and without a gradient, takes about as long.
constexpr double evaluationUpdates = 3'000;

// What Table 3 judges by, of the main recordings: every frame, smoothed; and what the bundle is
// judged by.
constexpr std::string_view smoothed = ", every frame, median of 56";
constexpr std::string_view plain = ", every 50 frames";
constexpr std::size_t cardColumns = 9; // those of ClassifierEvaluation::table()

// "| a | b |" → "a", "b".
std::vector<std::string> cellsOf(const std::string& line)
{
    std::vector<std::string> cells;
    std::istringstream stream(line);
    std::string cell;
    std::getline(stream, cell, '|'); // before the first bar
    while (std::getline(stream, cell, '|')) {
        const std::size_t first = cell.find_first_not_of(' ');
        cells.push_back(first == std::string::npos
                            ? ""
                            : cell.substr(first, cell.find_last_not_of(' ') - first + 1));
    }
    return cells;
}

double numberOf(const std::string& text)
{
    char* end = nullptr;
    const double value = std::strtod(text.c_str(), &end);
    return end == text.c_str() ? std::numeric_limits<double>::quiet_NaN() : value;
}

Json rowJson(const ClassifierRow& row)
{
    return Json::object({{"name", row.name},
                         {"threshold", row.threshold},
                         {"precision", row.precision},
                         {"recall", row.recall},
                         {"specificity", row.specificity},
                         {"f1", row.f1},
                         {"error", row.error}});
}

double numberOrNan(const Json& json, const char* key)
{
    return json.at(key).number();
}

ClassifierRow rowOf(const Json& json)
{
    return {json.text("name"),
            json.text("threshold"),
            numberOrNan(json, "precision"),
            numberOrNan(json, "recall"),
            numberOrNan(json, "specificity"),
            numberOrNan(json, "f1"),
            numberOrNan(json, "error")};
}

// As the paper judges first.
void putSmoothedFirst(std::vector<ClassifierRow>& rows)
{
    std::ranges::stable_partition(
        rows, [](const ClassifierRow& row) { return row.name.ends_with(smoothed); });
}

bool isMain(const std::string& name, const std::string& recordings)
{
    return name == recordings + std::string(smoothed) || name == recordings + std::string(plain);
}

PartResult evaluate(ReproduceTask& task, const fs::path& data, const ProgressCallback& progress)
{
    prepareWorkerThread();
    const PackedData packed(data);
    ClassifierBundle classifier = loadClassifier(task.classifierFolder);
    ClassifierEvaluationSettings settings;
    settings.seed = task.plan.seed;
    const ClassifierEvaluation evaluation = evaluateClassifier(
        packed, classifier, task.explainer.device(), settings, task.context.stop(), progress);
    Json rows = Json::array();
    for (const EvaluationRow& row : evaluation.rows) {
        const std::string name = row.recordings + ", " + row.method;
        if (row.thresholdKind != "shipped" || !isMain(name, evaluation.mainRecordings))
            continue;
        rows.append(
            rowJson({name, fixedText(row.threshold), row.counts.precision(), row.counts.recall(),
                     row.counts.specificity(), row.counts.f1(), row.counts.error()}));
    }
    if (rows.size() == 0) {
        const EvaluationRow& row = evaluation.headline();
        rows.append(rowJson({row.recordings + ", " + row.method, fixedText(row.threshold),
                             row.counts.precision(), row.counts.recall(), row.counts.specificity(),
                             row.counts.f1(), row.counts.error()}));
    }
    return {Json::object({{"rows", rows}}), {}};
}

} // namespace

std::vector<ClassifierRow> cardRows(const std::string& card, const std::string& sha256)
{
    std::vector<ClassifierRow> rows;
    // The table stands below the line that names the weights.
    const std::size_t begin = card.find("Weights " + sha256);
    if (sha256.empty() || begin == std::string::npos)
        return rows;
    std::istringstream lines(card.substr(begin));
    std::string line;
    std::string recordings = "songs";
    std::getline(lines, line);
    while (std::getline(lines, line) && line.find("Weights ") == std::string::npos) {
        const std::vector<std::string> cells = cellsOf(line);
        if (cells.size() != cardColumns || cells[1].find("validation") != std::string::npos)
            continue;
        // Only the main recordings have it.
        if (cells[0].ends_with(smoothed))
            recordings = cells[0].substr(0, cells[0].size() - smoothed.size());
        rows.push_back({cells[0], cells[1], numberOf(cells[2]), numberOf(cells[3]),
                        numberOf(cells[4]), numberOf(cells[5]), numberOf(cells[6])});
    }
    std::erase_if(rows, [&](const ClassifierRow& row) { return !isMain(row.name, recordings); });
    putSmoothedFirst(rows);
    return rows;
}

ClassifierTable classifierTable(ReproduceTask& task, const fs::path& data)
{
    ClassifierTable table;
    if (data.empty()) {
        const fs::path card = task.classifierFolder / "README.md";
        std::ifstream file(card, std::ios::binary);
        std::ostringstream text;
        text << file.rdbuf();
        table.rows = cardRows(text.str(), task.explainer.classifier().sha256);
        table.source = table.rows.empty()
                           ? "The model card has no figures of these weights, and no packed data "
                             "was given to judge them by (--data)."
                           : "Not judged anew: the figures of the model card, of these very "
                             "weights. With --data they are computed.";
        return table;
    }
    ReproducePart part;
    part.name = "classifier";
    part.title = "judging the classifier";
    part.settings = Json::object({{"data", sha256OfFile(data, task.context.stop())}});
    part.updates = classifierUpdates(data);
    const Json rows = task.parts
                          .finished(part,
                                    [&](const ProgressCallback& progress) {
                                        return evaluate(task, data, progress);
                                    })
                          .at("rows");
    for (std::size_t i = 0; i < rows.size(); ++i)
        table.rows.push_back(rowOf(rows.at(i)));
    putSmoothedFirst(table.rows);
    table.source = "Judged now, on the test split of " + data.filename().string() + ".";
    return table;
}

double classifierUpdates(const fs::path& data)
{
    return data.empty() ? 0 : evaluationUpdates;
}

const std::vector<ClassifierRow>& publishedClassifiers()
{
    static const std::vector<ClassifierRow> rows{
        {"published: original, Jamendo", "0.47 (probability)", 0.901, 0.926, 0.912, 0.913, 0.082},
        {"published: replication, Jamendo", "0.50 (probability)", 0.896, 0.925, 0.908, 0.910,
         0.084}};
    return rows;
}

} // namespace earshot
