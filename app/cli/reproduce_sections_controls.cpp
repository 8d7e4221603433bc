// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the paper has not: controls, and whether the metric chooses well.
#include "app/cli/report_charts.h"
#include "app/cli/report_page.h"
#include "app/cli/reproduce_sections.h"
#include "core/explain/equations.h"
#include "core/explain/explainer.h"
#include "core/explain/witness.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>

namespace earshot {

namespace {

std::vector<double> finiteOf(const std::vector<float>& values)
{
    std::vector<double> finite;
    for (const float value : values)
        if (std::isfinite(value))
            finite.push_back(value);
    return finite;
}

std::string meanText(const std::vector<float>& values, std::uint64_t seed)
{
    const std::vector<double> finite = finiteOf(values);
    if (finite.empty())
        return "";
    std::string text = estimateText(estimatedMean(finite, seed));
    if (finite.size() < values.size())
        text += ", " + std::to_string(values.size() - finite.size()) + " exploded";
    return text;
}

std::string percentileText(const std::vector<float>& values, const RealResponses& real)
{
    const std::vector<double> finite = finiteOf(values);
    if (finite.empty())
        return "";
    double sum = 0;
    for (const double value : finite)
        sum += std::clamp(real.percentile(value), 0.0, 100.0);
    return numberText(sum / static_cast<double>(finite.size()), 1);
}

std::string witnessText(const std::vector<float>& logits, std::uint64_t seed)
{
    if (logits.empty())
        return "";
    const std::string text = onSideText(logits, Direction::Positive);
    const std::vector<double> heard = finiteOf(logits);
    return heard.empty() ? text : text + ": " + estimateText(estimatedMean(heard, seed));
}

std::string cosineText(const ControlRow& row, std::uint64_t seed)
{
    if (row.key == "chosen")
        return "1 (itself)";
    std::vector<double> finite;
    std::ranges::copy_if(row.cosines, std::back_inserter(finite),
                         [](double value) { return std::isfinite(value); });
    return finite.empty() ? "" : estimateText(estimatedMean(finite, seed));
}

// Whether a network with other weights was maximised at all.
std::string detailOf(const ControlRow& row, std::uint64_t seed)
{
    if (!row.key.starts_with("randomised_") || finiteOf(row.own).empty())
        return row.detail;
    return row.detail + "; its own response went from " +
           numberText(estimatedMean(finiteOf(row.ownStart), seed).value) + " to " +
           numberText(estimatedMean(finiteOf(row.own), seed).value) + " with prior weight " +
           numberText(row.priorWeight, 5);
}

void addUnit(HtmlWriter& page, const ReproduceTask& task, const UnitControls& unit)
{
    const std::uint64_t seed = task.plan.seed;
    const RealResponses& real = task.real.at(unit.response);
    page.add("h3", unit.response + ": " + unit.reason);
    if (!unit.problem.empty()) {
        page.add("p", "No controls: " + unit.problem + ".", {{"class", "note"}});
        return;
    }
    std::vector<std::string> columns{"", "response", "percentile", "heard", "witness", "cosine"};
    std::vector<std::vector<ReportCell>> rows;
    for (const ControlRow& row : unit.rows)
        rows.push_back({{row.title, CellKind::Text, {}, detailOf(row, seed)},
                        {meanText(row.responses, seed)},
                        {percentileText(row.responses, real)},
                        {meanText(row.heard, seed)},
                        {witnessText(row.witness, seed)},
                        {cosineText(row, seed)}});
    if (task.hasSounds) {
        columns.emplace_back("sound");
        for (std::size_t i = 0; i < rows.size(); ++i)
            rows[i].push_back(
                {unit.response + ", " + unit.rows[i].title, CellKind::Sound, unit.rows[i].sound});
    }
    addTable(page,
             "Means with bootstrap intervals (95 %). Response: the trained classifier's, to the "
             "spectrograms; percentile: mean of theirs among real music; heard: to the sounds; "
             "witness: in how many sounds it hears its label, and its mean logit; cosine: between "
             "this row's change of the spectrogram and the chosen setting's, from the same "
             "starts, signs and all." +
                 std::string(task.hasSounds
                                 ? " The sound is the first example's; random search's the "
                                   "best one's."
                                 : ""),
             columns, rows);
    page.add("p", verdictOf(unit, seed),
             {{"class", isGeneratorsOwn(unit, seed) ? "verdict" : "note"}});
}

} // namespace

bool isGeneratorsOwn(const UnitControls& unit, std::uint64_t seed)
{
    return unit.cosineWithoutTraining(seed).low >= highCosine;
}

std::string verdictOf(const UnitControls& unit, std::uint64_t seed)
{
    const Estimate cosine = unit.cosineWithoutTraining(seed);
    if (std::isnan(cosine.value))
        return "Whether the explanation of " + unit.response +
               " needs what was learnt is not known: no cosine could be computed.";
    const std::string text = "With all weights drawn anew, once, the change of the spectrogram has "
                             "a cosine of magnitude " +
                             estimateText(cosine) + " with the trained classifier's. ";
    if (isGeneratorsOwn(unit, seed))
        return text + "It stays high: this explanation of " + unit.response +
               " shows the generator more than the classifier.";
    if (cosine.high >= highCosine)
        return text + "Whether it stays high (at " + numberText(highCosine, 1) +
               " or more) cannot be told from so few examples, and so not whether the explanation "
               "of " +
               unit.response + " shows the classifier or the generator.";
    return text + "It does not stay high (below " + numberText(highCosine, 1) +
           "): what the explanation of " + unit.response +
           " shows depends on what the classifier has learnt.";
}

std::string metricVerdict(const ReproduceResults& results)
{
    const Estimate& metric = results.metric.correlation;
    if (std::isnan(metric.value))
        return "Whether the metric chooses well is not known: no witness was asked, it was trained "
               "to find something else, or it answers alike everywhere.";
    std::string text = "Spearman's correlation between distance and the witness's agreement over " +
                       std::to_string(results.metric.settings) + " settings is " +
                       estimateText(metric) + ". ";
    if (results.metric.exploded > 0)
        text += std::to_string(results.metric.exploded) +
                " of them exploded and count as the farthest; without these it is " +
                estimateText(results.metric.withoutExploded) + ". ";
    if (metric.high < 0)
        text += "The nearer a setting is by the metric, the more the witness agrees: the metric "
                "chooses well here.";
    else if (metric.low > 0)
        text += "The nearer a setting is by the metric, the less the witness agrees: the metric "
                "does not choose well here.";
    else
        text += "The interval holds 0: it does not show here that the metric chooses what a "
                "second classifier agrees with.";
    return text;
}

std::string orderVerdict(const ReproduceResults& results)
{
    std::vector<double> distances;
    for (const PublishedSetting& published : publishedSettings()) {
        const SearchedSetting* found = results.search.find(published.setting);
        if (found == nullptr)
            return "Not all of the paper's settings were computed.";
        const double distance = found->measurement.distance;
        distances.push_back(std::isfinite(distance) ? distance
                                                    : std::numeric_limits<double>::infinity());
    }
    std::string text = "The paper ranks C1 best, C2 median and C3 worst. ";
    for (std::size_t i = 0; i < distances.size(); ++i)
        text += (i == 0 ? "Here " : ", ") + std::string(publishedSettings()[i].name) + " has " +
                numberText(distances[i]);
    return text + (std::ranges::is_sorted(distances) ? ": the same order." : ": another order.");
}

void addControlsSection(HtmlWriter& page, const ReproduceTask& task,
                        const ReproduceResults& results)
{
    page.add("h2", "Controls: what an explanation is worth", {{"id", "controls"}});
    page.add("p", "A response that went up proves little by itself. Here the same neurons are "
                  "maximised without a generator (Eq. 1), without any optimisation (the best of as "
                  "many random latents as the same work pays for), and on a classifier that "
                  "forgets what it learnt, layer by layer from its output (Adebayo et al. 2018). A "
                  "control of " +
                      std::to_string(task.plan.controlExamples) + " examples each.");
    for (const ControlledUnit& unit : task.plan.units)
        if (unit.grid) {
            page.add("p", "The inner units' settings are chosen by smaller searches: " +
                              std::to_string(pairCount(*unit.grid) * unit.grid->steps.size()) +
                              " settings of at most " + std::to_string(largestSteps(*unit.grid)) +
                              " steps with " + std::to_string(unit.grid->examples) + " examples.");
            break;
        }
    for (const UnitControls& unit : results.controls)
        addUnit(page, task, unit);
}

void addMetricSection(HtmlWriter& page, const ReproduceTask& task, const ReproduceResults& results)
{
    page.add("h2", "Does the metric choose well?", {{"id", "metric"}});
    page.add("p", metricVerdict(results), {{"class", "note"}});
    std::vector<ScatterPoint> points;
    for (std::size_t i = 0; i < results.search.settings.size(); ++i) {
        const SearchedSetting& searched = results.search.settings[i];
        const GridSetting& setting = searched.measurement.setting;
        points.push_back({searched.usableDistance(), searched.agreement(),
                          "learning rate " + numberText(setting.learningRate, 3) +
                              ", prior weight " + numberText(setting.priorWeight, 3) + ", " +
                              std::to_string(setting.steps) + " steps",
                          i == results.search.chosen});
    }
    if (task.witness == nullptr)
        return;
    page.open("figure").add("figcaption",
                            "Each dot a setting; the chosen one is marked. Where the witness "
                            "hears its label in few sounds although the distance is small, the "
                            "metric was content with what only the first classifier takes for it. "
                            "Exploded settings have no dot.");
    addScatter(page, points, "distance (Eq. 3)", "witness's agreement",
               "Scatter plot of agreement over distance; the numbers are in settings.csv");
    page.close();
}

std::string comparisonVerdict(const ReproduceResults& results)
{
    if (results.comparisons.empty())
        return {};
    const auto good = std::ranges::count_if(results.comparisons, &SearchComparison::isAsGood);
    return "For " + std::to_string(good) + " of " + std::to_string(results.comparisons.size()) +
           " responses the quick search's choice for the positive explanation is, on the same "
           "fresh starts, nearer than the wider search's choice, or cannot be told from it.";
}

void addComparisonSection(HtmlWriter& page, const ReproduceResults& results)
{
    if (results.comparisons.empty())
        return;
    page.add("h2", "Does the quick search choose as well?", {{"id", "quick"}});
    page.add("p", comparisonVerdict(results), {{"class", "note"}});
    constexpr double nothing = std::numeric_limits<double>::quiet_NaN();
    std::vector<std::vector<ReportCell>> rows;
    const auto add = [&](const SearchChoice& choice, const std::string& search,
                         const std::string& verdict) {
        const GridSetting& setting = choice.measured.setting;
        const GridMeasurement fresh = choice.fresh.value_or(FreshMeasurement()).measurement;
        rows.push_back({{choice.response, CellKind::Text, {}, search},
                        {choice.settings == 0 ? "" : std::to_string(choice.settings)},
                        {numberText(setting.learningRate, 3)},
                        {numberText(setting.priorWeight, 3)},
                        {std::to_string(setting.steps)},
                        {distanceText({choice.measured.distance, nothing, nothing})},
                        {distanceText({fresh.distance, fresh.interval.low, fresh.interval.high})},
                        {verdict, CellKind::Text}});
    };
    for (const SearchComparison& comparison : results.comparisons) {
        add(comparison.wider, "wider", "");
        add(comparison.quick, "quick", comparison.isAsGood() ? "not farther" : "farther");
    }
    addTable(page,
             "What the quick search chooses (nine pairs of learning rate and prior weight, eight "
             "examples, every step up to 100, the two best pairs with fifty) beside the choice of "
             "the wider search above. Distance: among the examples that it was chosen by; fresh: "
             "on starts that had no part in either choice, the same for both, with the middle 95 % "
             "of 1,000 bootstrap draws. Farther: in 97.5 % of the draws of these starts.",
             {"", "settings", "learning rate", "prior weight", "steps", "distance",
              "distance, fresh", "quick is"},
             rows);
}

} // namespace earshot
