// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/context.h"
#include "app/cli/exit_codes.h"
#include "app/cli/options.h"
#include "core/corpus/example_gallery.h"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <memory>

namespace earshot {

namespace fs = std::filesystem;

namespace {

struct ExamplesOptions
{
    fs::path data;
    GallerySettings gallery;
    int count = 8;
    int innerCount = 4;
    double megabytes = 12;
};

Json resultsOf(const GallerySummary& summary)
{
    const auto number = [](std::uintmax_t value) { return static_cast<std::int64_t>(value); };
    return Json::object({{"units", number(summary.references)},
                         {"constant_units", number(summary.constant)},
                         {"clips", number(summary.clips)},
                         {"songs", number(summary.songs)},
                         {"examples", number(summary.examples)},
                         {"fewest", number(summary.fewest)},
                         {"fewest_inner", number(summary.fewestInner)},
                         {"left_out", number(summary.unshared)},
                         {"silent_excerpts", number(summary.silent)},
                         {"bytes", number(summary.bytes)},
                         {"quality", summary.quality},
                         {"mean_difference", summary.meanDifference},
                         {"largest_difference", summary.largestDifference}});
}

int runExamples(Context& context, ExamplesOptions options)
{
    GallerySettings& settings = options.gallery;
    settings.count = static_cast<std::size_t>(options.count);
    settings.innerCount = static_cast<std::size_t>(options.innerCount);
    settings.maximumBytes = static_cast<std::uintmax_t>(options.megabytes * 1e6);
    if (settings.catalogue.empty())
        settings.catalogue = settings.music / "catalogue.csv";
    if (settings.output.empty())
        settings.output = context.classifierFolder() / "examples";
    const Device device = context.device();
    prepareWorkerThread();
    const PackedData data(options.data);
    ClassifierBundle classifier = loadClassifier(context.classifierFolder());
    const GallerySummary summary =
        makeExampleGallery(data, classifier, settings, device, context.stop(), context.progress());
    if (summary.unshared > 0)
        context.message("left out for want of a licence: " + std::to_string(summary.unshared) +
                        " recordings");
    if (summary.fewest < settings.count)
        context.message("too few songs: a list holds only " + std::to_string(summary.fewest));
    if (summary.fewestInner < settings.innerCount)
        context.message("too few songs: an inner unit's list holds only " +
                        std::to_string(summary.fewestInner));
    Json record = context.record();
    record.set("sha256", Json::object({{"classifier", classifier.info.sha256}}));
    record.set("data", options.data.string());
    record.set("device", device.description);
    char text[256];
    std::snprintf(text, sizeof text,
                  ": %zu clips of %zu songs for %zu units, %.1f MB; the clips' own responses are "
                  "%.2f deviations off on average, %.2f at most\n",
                  summary.clips, summary.songs, summary.references,
                  static_cast<double>(summary.bytes) / 1e6, summary.meanDifference,
                  summary.largestDifference);
    context.finish("examples", {settings.output}, record, resultsOf(summary),
                   settings.output.string() + text);
    return ExitDone;
}

} // namespace

void addExamplesCommand(CLI::App& program, Context& context, CommandBody& body)
{
    auto options = std::make_shared<ExamplesOptions>();
    CLI::App* command = program.add_subcommand(
        "examples", "Put real excerpts that excite a classifier's units most and least into its "
                    "bundle: 1.7 s clips of every unit of its dense layers and every channel of "
                    "its convolutions");
    command
        ->add_option(
            "--data", options->data,
            "Training file made by 'pack'; its training split is searched, but for silence and "
            "recordings whose licence is not named")
        ->type_name("FILE")
        ->required();
    command->add_option("--music", options->gallery.music, "The folder that was packed")
        ->type_name("FOLDER")
        ->required();
    command
        ->add_option("--catalogue", options->gallery.catalogue,
                     "Its CSV; a column 'source' says where each file came from (default: "
                     "catalogue.csv in --music)")
        ->type_name("FILE");
    addOutOption(*command, options->gallery.output, "FOLDER",
                 "For the clips, examples.json and ATTRIBUTION.md; replaced as a whole "
                 "(default: examples in the classifier's folder)");
    command
        ->add_option("--count", options->count,
                     "Of each unit of the last two dense layers, clips of the highest responses, "
                     "and of the lowest")
        ->type_name("N")
        ->transform(wholeNumber("--count", 1, 50))
        ->capture_default_str();
    command
        ->add_option("--inner-count", options->innerCount,
                     "Of each other unit and channel: of its highest and lowest, those that it "
                     "shares with others, nearly all among its 50; 0: none")
        ->type_name("N")
        ->transform(wholeNumber("--inner-count", 0, 50))
        ->capture_default_str();
    command
        ->add_option("--megabytes", options->megabytes,
                     "For all files; the sound's quality is the best that fits")
        ->type_name("X")
        ->transform(number("--megabytes", 0.1, 1e4))
        ->capture_default_str();
    context.addClassifierOption(*command);
    context.addCommonOptions(*command, {"examples --data spectra.safetensors --music music"});
    command->callback([&body, options] {
        body = [options](Context& chosen) { return runExamples(chosen, *options); };
    });
}

} // namespace earshot
