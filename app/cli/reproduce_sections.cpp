// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the paper has: Tables 3, 5 and 6, Figures 2, 3 and 4, section 4.2.
#include "app/cli/reproduce_sections.h"

#include "app/cli/report_charts.h"
#include "app/cli/report_page.h"
#include "core/explain/explainer.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace earshot {

namespace {

ReportCell published(double value, int digits = 3)
{
    return {numberText(value, digits), CellKind::Published};
}

std::string shortNumber(double value)
{
    char text[32];
    std::snprintf(text, sizeof text, "%g", value);
    return text;
}

std::string percentileText(const RealResponses& real, double response)
{
    const double percentile = real.percentile(response);
    if (std::isnan(percentile))
        return "";
    if (std::isinf(percentile))
        return percentile > 0 ? " · > max" : " · < min";
    // Nearer to an end than a tenth: 99.97 is no maximum.
    const bool isNearAnEnd = percentile > 99.85 || percentile < 0.15;
    return " · p" + numberText(percentile, isNearAnEnd ? 2 : 1);
}

std::string intervalText(const GridMeasurement& measured)
{
    return distanceText({measured.distance, measured.interval.low, measured.interval.high});
}

std::string freshText(const SettingsSearch& search)
{
    if (!search.fresh)
        return {};
    const GridMeasurement& fresh = search.fresh->measurement;
    return " On " + std::to_string(fresh.examples) +
           " fresh starts, which had no part in the choice, its distance is " +
           intervalText(fresh) + ".";
}

void addSettingsTable(HtmlWriter& page, const ReproduceResults& results)
{
    std::vector<std::vector<ReportCell>> rows;
    for (const SearchedSetting& searched : results.search.settings) {
        const GridMeasurement& measured = searched.measurement;
        const bool isChosen = &searched == &results.search.settings[results.search.chosen];
        rows.push_back(
            {{shortNumber(measured.setting.learningRate) + (isChosen ? " (chosen)" : "")},
             {shortNumber(measured.setting.priorWeight)},
             {std::to_string(measured.setting.steps)},
             {std::to_string(measured.examples)},
             {numberText(measured.moments.mean)},
             {intervalText(measured)},
             {std::string(name(measured.state)), CellKind::Text},
             {numberText(100 * searched.agreement(), 0)}});
    }
    page.open("details").add("summary", "Every setting");
    addTable(page,
             "All settings of the search, maximising. Distance: Eq. 3, with the middle 95 % of "
             "1,000 bootstrap draws of the examples. Agreement: in how many sounds of a hundred "
             "the witness hears its label.",
             {"learning rate", "prior weight", "steps", "examples", "mean response", "distance",
              "state", "agreement"},
             rows);
    page.close();
}

void addFigure2(HtmlWriter& page, const ReproduceTask& task, const ReproduceResults& results)
{
    const Explanation& explanation = results.paper.explanation;
    std::vector<StripRow> rows{
        {"real, highest " + std::to_string(results.search.real.responses.size()),
         results.search.real.responses},
        {"start", responsesOf(explanation, "start")}};
    for (const PublishedSetting& setting : publishedSettings())
        if (const SearchedSetting* found = results.search.find(setting.setting))
            rows.push_back({setting.name, found->responses});
    const SearchedSetting& chosen = results.search.settings[results.search.chosen];
    rows.push_back({"chosen setting", chosen.responses});
    page.open("figure").open("figcaption");
    page.text("Figure 2 with our numbers: the responses of " + explanation.response +
              " to real music, to its most exciting excerpts, and to what the settings made. The "
              "metric looks for the row that lies as the highest real ones do, neither to the left "
              "nor to the right, and as wide.");
    page.close();
    addStripChart(page, task.real.at(explanation.response).quantiles, rows,
                  "response " + explanation.response,
                  "Strip chart of responses; the numbers are in figure2.csv");
    page.close();
}

// Cells of one row each: pictures with a caption and a sound.
class PictureGrid
{
public:
    PictureGrid(HtmlWriter& page, const std::string& caption, std::size_t columns)
        : m_page(page)
    {
        page.open("figure").add("figcaption", caption);
        page.open("div", {{"class", "pictures"},
                          {"style", "grid-template-columns: repeat(" + std::to_string(columns) +
                                        ", minmax(7.5rem, 15rem))"}});
    }
    void add(const ReproduceTask& task, std::span<const float> mel, const std::string& title,
             const std::string& detail, const std::filesystem::path& sound)
    {
        m_page.open("div", {{"class", "picture"}});
        addSpectrogram(m_page, mel, task.frontEnd.melBands, melRange(task),
                       "Mel spectrogram, " + title);
        m_page.open("div").add("strong", title).text(" " + detail).close();
        if (task.hasSounds)
            addSound(m_page, sound, title);
        m_page.close();
    }
    void end() { m_page.close().close(); }

private:
    HtmlWriter& m_page;
};

void addFigure3(HtmlWriter& page, const ReproduceTask& task, const ReproduceResults& results)
{
    const std::vector<Figure3Column> columns = figure3(task, results);
    const RealResponses& real = task.real.at(results.paper.explanation.response);
    PictureGrid grid(page,
                     "Figure 3: two starts and where C1, C2 and C3 lead from them, with their "
                     "responses. Unlike the paper's, all pictures have one colour scale, that of "
                     "real music; what is louder is white" +
                         std::string(task.hasSounds ? ", and what exploded has no sound." : "."),
                     columns.size());
    for (std::size_t row = 0; row < figure3Rows; ++row)
        for (const Figure3Column& column : columns)
            if (row < column.mels.rows())
                grid.add(task, column.mels.row(row), column.name + " " + std::to_string(row + 1),
                         numberText(column.responses[row]) +
                             percentileText(real, column.responses[row]),
                         row < column.sounds.size() ? column.sounds[row] : std::filesystem::path());
    grid.end();
}

} // namespace

std::pair<double, double> melRange(const ReproduceTask& task)
{
    const RealResponsesFile* real = task.explainer.realResponses();
    if (real == nullptr)
        return {std::log(1e-7), 5.5}; // the front end's floor, and what music reaches
    return real->pictureRange();
}

void addClassifierSection(HtmlWriter& page, const ReproduceResults& results)
{
    page.add("h2", "Table 3: the classifier", {{"id", "table3"}});
    page.add("p", results.classifier.source);
    const std::vector<std::pair<const char*, double ClassifierRow::*>> measures{
        {"precision", &ClassifierRow::precision},
        {"recall", &ClassifierRow::recall},
        {"specificity", &ClassifierRow::specificity},
        {"F1", &ClassifierRow::f1},
        {"error", &ClassifierRow::error}};
    std::vector<std::string> columns{""};
    std::vector<std::vector<ReportCell>> rows{{{"threshold"}}};
    for (const auto& [name, value] : measures)
        rows.push_back({{name}});
    const auto add = [&](const ClassifierRow& classifier, bool isOurs) {
        columns.push_back(classifier.name);
        rows[0].push_back({classifier.threshold, isOurs ? CellKind::Number : CellKind::Published});
        for (std::size_t i = 0; i < measures.size(); ++i) {
            const double value = classifier.*measures[i].second;
            rows[i + 1].push_back(isOurs ? ReportCell{numberText(value, 3)} : published(value));
        }
    };
    for (const ClassifierRow& classifier : results.classifier.rows)
        add(classifier, true);
    for (const ClassifierRow& classifier : publishedClassifiers())
        add(classifier, false);
    addTable(page,
             "Singing voice detection on held-out songs. The test sets differ: ours is open "
             "music, the paper's is Jamendo; compare the kind of the numbers, not their digits. "
             "The threshold is of our classifier's logit, of theirs of the probability.",
             columns, rows);
}

void addSettingsSection(HtmlWriter& page, const ReproduceTask& task,
                        const ReproduceResults& results)
{
    page.add("h2", "Table 5: the metric and the settings", {{"id", "table5"}});
    page.add("p", orderVerdict(results), {{"class", "note"}});
    std::vector<std::vector<ReportCell>> rows;
    for (const PublishedSetting& setting : publishedSettings()) {
        const SearchedSetting* found = results.search.find(setting.setting);
        const GridMeasurement measured = found == nullptr ? GridMeasurement() : found->measurement;
        rows.push_back({{std::string(setting.name) + ", the paper's " + setting.rank},
                        {shortNumber(setting.setting.learningRate)},
                        {shortNumber(setting.setting.priorWeight)},
                        {std::to_string(setting.setting.steps)},
                        {found == nullptr ? "" : std::to_string(measured.examples)},
                        {found == nullptr ? "" : numberText(measured.moments.mean)},
                        {intervalText(measured)},
                        published(setting.distance)});
    }
    addTable(page,
             "Fréchet distance (Eq. 3) between the responses of " +
                 results.paper.explanation.response + " to explanations and to the " +
                 results.search.real.source + ", whose mean is " +
                 numberText(results.search.realMoments.mean) +
                 "; in brackets the middle 95 % of 1,000 bootstrap draws of the examples. Settings "
                 "of one learning rate and prior weight are checkpoints of one trajectory.",
             {"", "learning rate", "prior weight", "steps", "examples", "mean response",
              "our distance", "published"},
             rows);
    const SearchedSetting& chosen = results.search.settings[results.search.chosen];
    const GridSetting& setting = chosen.measurement.setting;
    page.add("p", "Of the settings searched here the metric chooses learning rate " +
                      shortNumber(setting.learningRate) + ", prior weight " +
                      shortNumber(setting.priorWeight) + ", " + std::to_string(setting.steps) +
                      " steps, at distance " + intervalText(chosen.measurement) +
                      ": of those that cannot be told from the nearest, the one that changes the "
                      "start least." +
                      freshText(results.search));
    for (const std::string& warning : results.search.real.warnings)
        page.add("p", "Note: of the real music, " + warning + ".", {{"class", "note"}});
    addSettingsTable(page, results);
    addFigure2(page, task, results);
    addFigure3(page, task, results);
}

void addExamplesSection(HtmlWriter& page, const ReproduceTask& task,
                        const ReproduceResults& results)
{
    const Explanation& explanation = results.paper.explanation;
    page.add("h2", "Table 6 and Figure 4: up and down from the same starts", {{"id", "table6"}});
    const std::vector<std::pair<const char*, const char*>> titles{
        {"start", "start"}, {"positive", "maximised"}, {"negative", "minimised"}};
    std::vector<std::string> columns{""};
    std::vector<std::vector<ReportCell>> rows;
    for (std::size_t i = 0; i < shownExamples; ++i)
        rows.push_back({{"example " + std::to_string(i + 1)}});
    for (std::size_t kind = 0; kind < titles.size(); ++kind) {
        columns.insert(columns.end(), {titles[kind].second, "published"});
        const std::vector<float> responses = responsesOf(explanation, titles[kind].first);
        for (std::size_t i = 0; i < shownExamples; ++i) {
            rows[i].push_back({i < responses.size() ? numberText(responses[i]) : ""});
            rows[i].push_back(published(publishedResponses()[kind].responses[i], 2));
        }
    }
    addTable(page,
             "Responses of " + explanation.response + " to the first " +
                 std::to_string(std::min(shownExamples, explanation.examples.size())) + " of " +
                 std::to_string(explanation.examples.size()) + " examples, by C1" +
                 (task.plan.figureSteps == publishedSettings()[0].setting.steps
                      ? std::string()
                      : ", cut to " + std::to_string(task.plan.figureSteps) + " steps") +
                 ". The paper's starts are others than ours.",
             columns, rows);
    const RealResponses& real = task.real.at(explanation.response);
    PictureGrid grid(page,
                     std::string(task.hasSounds ? "Figure 4, with sound" : "Figure 4") +
                         ": the starts, and what maximising and minimising make of them. Below "
                         "each: the response to the spectrogram and its percentile among real "
                         "music; heard: the response to the sound; witness: the second "
                         "classifier's answer to it, above 0 for its label." +
                         (task.hasSounds ? " Played at matched level." : ""),
                     std::min(shownExamples, explanation.examples.size()));
    for (const auto& [key, title] : titles) {
        const std::vector<float> responses = responsesOf(explanation, key);
        const std::vector<float> heard = heardOf(explanation, key);
        const std::vector<float> witness = logitsOf(explanation, key);
        const Matrix<float>& mels =
            std::string(key) == "start"
                ? explanation.startMels
                : explanation.directions
                      .at(std::string(key) == "positive" ? Direction::Positive
                                                         : Direction::Negative)
                      .mels;
        for (std::size_t i = 0; i < std::min(shownExamples, responses.size()); ++i)
            grid.add(task, mels.row(i), std::string(title) + " " + std::to_string(i + 1),
                     numberText(responses[i]) + percentileText(real, responses[i]) +
                         (i < heard.size() ? ", heard " + numberText(heard[i]) : "") +
                         (i < witness.size() ? ", witness " + numberText(witness[i]) : ""),
                     results.paper.sound(key, i));
    }
    grid.end();
    if (!results.figure4.empty()) {
        page.open("details").add("summary", "Figure 4 as the paper prints it");
        addPicture(page, results.figure4.front(),
                   "Figure 4: spectrograms of four starts, "
                   "maximised and minimised");
        page.close();
    }
    page.add("p",
             "“earshot --render " +
                 results.paper.result.lexically_relative(task.folder()).string() +
                 " --out figure4.pdf” draws it as the paper prints it, and likewise figure2.csv "
                 "and figure3.csv.",
             {{"class", "quiet"}});
}

void addSoundSection(HtmlWriter& page, const ReproduceTask& task, const ReproduceResults& results)
{
    page.add("h2", "Section 4.2 in figures: what changes in the sound", {{"id", "sound"}});
    page.add("p", "The paper says of maximised examples: stronger harmonic content, a lack of "
                  "energy below the voice, few drum hits; of minimised ones the contrary. Here "
                  "this is measured on the sounds, by librosa's conventions.");
    std::vector<std::string> columns{""};
    for (const Descriptor& descriptor : descriptors())
        columns.push_back(std::string(descriptor.title) + ", " + descriptor.unit);
    std::vector<std::vector<ReportCell>> rows;
    for (const DescribedGroup& group : results.paper.groups) {
        std::vector<ReportCell> row{
            {group.title + " (" + std::to_string(group.values.front().size()) + ")"}};
        for (std::size_t i = 0; i < descriptorCount; ++i) {
            std::vector<double> scaled;
            for (const double value : group.values[i])
                if (std::isfinite(value))
                    scaled.push_back(value * descriptors()[i].factor);
            row.push_back(
                {estimateText(estimatedMean(scaled, task.plan.seed), descriptors()[i].digits)});
        }
        rows.push_back(row);
    }
    addTable(page,
             "Means over the sounds, whose number is in brackets, with bootstrap intervals (95 %). "
             "Explanations are those of C1. Real excerpts went through the same resynthesis, "
             "which has a sound of its own; beside them as they are.",
             columns, rows);
    rows.clear();
    for (const DescribedEffect& effect : effectsOf(results.paper, task.plan.seed)) {
        std::vector<ReportCell> differences{{effect.title}};
        std::vector<ReportCell> sizes{{std::string("effect size of it")}};
        for (std::size_t i = 0; i < descriptorCount; ++i) {
            const Estimate& difference = effect.effects[i].difference;
            const double factor = descriptors()[i].factor;
            differences.push_back({estimateText(
                {difference.value * factor, difference.low * factor, difference.high * factor},
                descriptors()[i].digits)});
            sizes.push_back({estimateText(effect.effects[i].size)});
        }
        rows.push_back(differences);
        rows.push_back(sizes);
    }
    addTable(page,
             "Paired differences on the same starts, and their effect sizes (Cohen's d_z: the mean "
             "of the differences over their standard deviation), with bootstrap intervals (95 %). "
             "An interval that leaves out 0 says that the mean changed.",
             columns, rows);
    const auto addReal = [&](const std::vector<RealClip>& clips, const char* title) {
        for (std::size_t i = 0; i < std::min<std::size_t>(3, clips.size()); ++i) {
            page.open("div", {{"class", "clip"}});
            if (task.hasSounds)
                addSound(page, clips[i].samples, task.frontEnd.sampleRateHz, clips[i].song);
            page.add("span", std::string(title) + " " + std::to_string(i + 1) + ": " +
                                 numberText(clips[i].response) + ", " + clips[i].song +
                                 (clips[i].licence.empty() ? "" : " (" + clips[i].licence + ")"));
            page.close();
        }
    };
    page.add("h3", "Real music, as it is");
    addReal(results.paper.highest, "highest");
    addReal(results.paper.lowest, "lowest");
}

} // namespace earshot
