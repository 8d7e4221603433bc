// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/context.h"
#include "app/cli/exit_codes.h"
#include "app/cli/options.h"
#include "core/corpus/index_builder.h"
#include "core/explain/explainer.h"
#include "core/explain/real_side.h"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <memory>

namespace earshot {

namespace fs = std::filesystem;

namespace {

struct IndexOptions
{
    fs::path folder;
    fs::path out;
};

Json resultsOf(const IndexSummary& summary)
{
    const auto number = [](std::size_t value) { return static_cast<std::int64_t>(value); };
    Json results = Json::object({{"indexed", number(summary.indexed)},
                                 {"kept", number(summary.kept)},
                                 {"left_out", number(summary.problems.size())},
                                 {"problems", Json::array(summary.problems)}});
    if (!summary.stopped) {
        results.set("removed", number(summary.removed));
        results.set("songs", number(summary.songs));
        results.set("excerpts", number(summary.excerpts));
        results.set("silent_excerpts", number(summary.silent));
        results.set("minutes", summary.seconds / 60);
    }
    results.set("state", summary.stopped ? "stopped" : "ok");
    return results;
}

std::string textOf(const fs::path& file, const IndexSummary& summary)
{
    char minutes[32];
    std::snprintf(minutes, sizeof minutes, "%.1f", summary.seconds / 60);
    return file.string() + ": " + groupedNumber(summary.excerpts) + " excerpts (" +
           groupedNumber(summary.silent) + " silent) of " + groupedNumber(summary.songs) +
           " songs, " + minutes + " minutes\n" + groupedNumber(summary.indexed) +
           " songs indexed now, " + groupedNumber(summary.kept) + " kept, " +
           groupedNumber(summary.removed) + " removed, " + groupedNumber(summary.problems.size()) +
           " files left out\n";
}

int runIndex(Context& context, const IndexOptions& options)
{
    const Device device = context.device();
    const Explainer explainer(context.classifierFolder(), {}, device);
    IndexControl control;
    control.stop = context.stop();
    control.progress = context.progress();
    control.leftOut = [&](const std::string& problem) { context.message("left out: " + problem); };
    const IndexSummary summary = buildIndex(options.folder, options.out, explainer, control);
    Json record = context.record();
    record.set("sha256", Json::object({{"classifier", explainer.classifier().sha256}}));
    record.set("folder", options.folder.string());
    record.set("device", device.description);
    if (summary.stopped) {
        context.message("stopped: " + groupedNumber(summary.indexed + summary.kept) +
                        " songs are finished and kept; the same command goes on");
        context.finish("index", {}, record, resultsOf(summary), "");
        return ExitStopped;
    }
    context.finish("index", {options.out}, record, resultsOf(summary),
                   textOf(options.out, summary));
    return ExitDone;
}

} // namespace

void addIndexCommand(CLI::App& program, Context& context, CommandBody& body)
{
    auto options = std::make_shared<IndexOptions>();
    CLI::App* command = program.add_subcommand(
        "index", "Run a classifier over a folder of music, for 'top' and 'explain --index'; given "
                 "again, it goes on, or brings the index up to date");
    command
        ->add_option("FOLDER", options->folder,
                     "Music: sound files in it and in the folders below, 1.7 s each at least")
        ->type_name("")
        ->required();
    addOutOption(*command, options->out, "FILE",
                 "The index: a safetensors file, 27 MB an hour; what is unfinished is in a "
                 "folder FILE.partial beside it")
        ->required();
    context.addClassifierOption(*command);
    context.addCommonOptions(*command, {"index ~/Music --out music.index"});
    command->callback([&body, options] {
        body = [options](Context& chosen) { return runIndex(chosen, *options); };
    });
}

} // namespace earshot
