// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/context.h"
#include "app/cli/report_page.h"
#include "app/cli/reproduce_sections.h"
#include "core/explain/explainer.h"
#include "core/nets/device.h"
#include "core/util/atomic_file.h"

#include <cmath>
#include <set>
#include <string>
#include <vector>

namespace earshot {

namespace fs = std::filesystem;

namespace {

void addContents(HtmlWriter& page, bool hasComparisons)
{
    page.open("nav", {{"aria-label", "Contents"}}).open("ul");
    for (const auto& [id, title] : std::vector<std::pair<std::string, std::string>>{
             {"table3", "The classifier (Table 3)"},
             {"table5", "The metric and the settings (Table 5, Figures 2 and 3)"},
             {"table6", "Up and down from the same starts (Table 6, Figure 4)"},
             {"sound", "What changes in the sound (section 4.2)"},
             {"controls", "Controls"},
             {"metric", "Does the metric choose well?"},
             {"quick", "Does the quick search choose as well?"},
             {"record", "How to repeat this"}})
        if (id != "quick" || hasComparisons)
            page.open("li").add("a", title, {{"href", "#" + id}}).close();
    page.close().close();
}

void addSummary(HtmlWriter& page, const ReproduceTask& task, const ReproduceResults& results)
{
    page.open("ul");
    if (!results.classifier.rows.empty())
        page.add("li", "The classifier errs in " +
                           numberText(100 * results.classifier.rows.front().error, 1) +
                           " % of the frames of its test songs (" +
                           results.classifier.rows.front().name + "); the paper's in 8.4 %.");
    page.add("li", orderVerdict(results));
    page.add("li", metricVerdict(results));
    if (const std::string verdict = comparisonVerdict(results); !verdict.empty())
        page.add("li", verdict);
    for (const UnitControls& unit : results.controls)
        page.add("li", verdictOf(unit, task.plan.seed));
    page.close();
}

// Of two kinds, if the report went on on another device: then by their titles the fewer parts.
std::string devicesOf(const ReproduceTask& task)
{
    const std::vector<std::string>& onGpu = task.parts.madeOn(true);
    const std::vector<std::string>& onCpu = task.parts.madeOn(false);
    const bool isCuda = task.explainer.device().isCuda;
    if ((isCuda ? onCpu : onGpu).empty())
        return task.explainer.device().description;
    if (onGpu.empty() || onCpu.empty())
        return onCpu.empty() ? "GPU" : "CPU";
    const bool isMostlyGpu = onGpu.size() > onCpu.size();
    std::string titles;
    for (const std::string& title : isMostlyGpu ? onCpu : onGpu)
        titles += (titles.empty() ? "" : "; ") + title;
    return (isMostlyGpu ? "GPU, but CPU for: " : "CPU, but GPU for: ") + titles;
}

void addRecord(HtmlWriter& page, const ReproduceTask& task, const ReproduceResults& results)
{
    page.add("h2", "How to repeat this", {{"id", "record"}});
    page.open("dl");
    const auto add = [&](const char* what, const std::string& value) {
        page.add("dt", what).add("dd", value);
    };
    const auto model = [](const ModelDescription& description) {
        return description.name + ", SHA-256 " + description.sha256 +
               (description.licence.empty() ? "" : ", " + description.licence);
    };
    add("command", task.command);
    add("classifier", model(task.explainer.classifier()));
    add("generator", model(task.explainer.generator()));
    add("witness", task.witness == nullptr ? "none" : model(task.witness->classifier()));
    add("real music", task.index.empty()
                          ? "the classifier's training music: " + results.search.real.source
                          : task.index.string() + ": " + results.search.real.source);
    add("device", devicesOf(task) + ", torch " + torchVersion());
    add("Earshot", EARSHOT_VERSION);
    add("work", std::isnan(results.seconds)
                    ? "not known: it went on from work whose time was not kept"
                    : durationText(results.seconds) + ", all runs together");
    page.close();
    page.add("p",
             "The same models, seed, processor model and version of LibTorch give the same bits. "
             "Beside this page lie all its numbers as CSV, the explanation of Figure 4 "
             "(figure4/result.earshot, which the window opens), the searches and the controls.");
    std::set<std::string> credits;
    for (const std::vector<RealClip>* clips : {&results.paper.highest, &results.paper.lowest})
        for (const RealClip& clip : *clips)
            if (!clip.licence.empty())
                credits.insert(clip.song + " (" + clip.licence + ")");
    for (const UnitControls& unit : results.controls)
        for (const ControlRow& row : unit.rows)
            credits.insert(row.credits.begin(), row.credits.end());
    if (credits.empty())
        return;
    page.add("h3", task.hasSounds ? "Music of others in this page"
                                  : "Music of others behind these numbers")
        .open("ul");
    for (const std::string& credit : credits)
        page.add("li", credit);
    page.close();
}

} // namespace

fs::path writeReport(const ReproduceTask& task, const ReproduceResults& results)
{
    HtmlWriter page;
    page.open("main");
    page.add("h1", "The paper, repeated");
    page.add("p",
             "“GAN-based generation and automatic selection of explanations for neural networks” "
             "(Mishra, Stoller, Benetos, Sturm, Dixon, 2019), its tables and figures made anew "
             "with " +
                 task.explainer.classifier().name + " and " + task.explainer.generator().name +
                 ", trained from scratch on open music. The paper's numbers stand beside ours, "
                 "in italics.",
             {{"class", "lead"}});
    if (!task.hasSounds)
        page.add("p", "The sounds are left out of this copy of the page; the same command without "
                      "--without-sounds puts them in.");
    if (const std::string differences = smallerThanFull(task.plan); !differences.empty())
        page.add("p", differences, {{"class", "note"}});
    addSummary(page, task, results);
    addContents(page, !results.comparisons.empty());
    addClassifierSection(page, results);
    addSettingsSection(page, task, results);
    addExamplesSection(page, task, results);
    addSoundSection(page, task, results);
    addControlsSection(page, task, results);
    addMetricSection(page, task, results);
    addComparisonSection(page, results);
    addRecord(page, task, results);
    page.close();
    const fs::path path = task.folder() / "report.html";
    writeFileAtomically(path, page.page("The paper, repeated: Earshot", reportStyle));
    return path;
}

} // namespace earshot
