// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/context.h"
#include "app/cli/exit_codes.h"
#include "app/cli/options.h"
#include "core/corpus/packer.h"
#include "core/train/classifier_evaluation.h"
#include "core/util/error.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdio>
#include <map>
#include <memory>
#include <utility>

namespace earshot {

namespace fs = std::filesystem;

namespace {

struct PackOptions
{
    std::vector<fs::path> folders;
    PackSettings settings;
    fs::path catalogue;
    std::string features = "spectra";
    std::string bits = "16";
};

// "song" and "instrumental" are words of singing.
std::string kindText(RecordingKind kind, const std::string& label)
{
    if (!isSinging(label) && kind == RecordingKind::Song)
        return "with " + label;
    if (!isSinging(label) && kind == RecordingKind::Instrumental)
        return "without " + label;
    return std::string(name(kind));
}

// Minutes by kind and split.
std::string table(const PackSummary& summary, const std::string& label, double framesPerMinute)
{
    std::map<std::string, std::map<Split, double>> minutes;
    for (const Recording& recording : summary.recordings)
        minutes[kindText(recording.kind, label)][recording.split] +=
            static_cast<double>(recording.frames) / framesPerMinute;
    std::size_t width = 13;
    for (const auto& [kind, bySplit] : minutes)
        width = std::max(width, kind.size());
    const auto padded = [width](std::string kind) {
        kind.resize(width, ' ');
        return kind;
    };
    std::string text = padded("kind") + "   train   valid    test  (minutes)\n";
    for (auto& [kind, bySplit] : minutes) {
        char line[80];
        std::snprintf(line, sizeof line, " %7.1f %7.1f %7.1f\n", bySplit[Split::Train],
                      bySplit[Split::Valid], bySplit[Split::Test]);
        text += padded(kind) + line;
    }
    return text;
}

std::string minutesText(double seconds)
{
    char text[32];
    std::snprintf(text, sizeof text, "%.1f minutes", seconds / 60);
    return text;
}

// Error (BadInput) for names that could not be told apart.
void checkClasses(const ClassNames& classes)
{
    for (const auto& [option, word] :
         {std::pair{"--label", &classes.label}, std::pair{"--other", &classes.other}})
        if (word->empty() || *word == "a_cappella" || *word == "unlabelled" ||
            word->find('/') != std::string::npos)
            throw badInput(option, "cannot be the name of a class",
                           "a word, as folders are named, but a_cappella and unlabelled",
                           "'" + *word + "'");
    if (classes.label == classes.other)
        throw badInput("--other", "names the same class as --label", "two classes",
                       "'" + classes.other + "' twice");
}

int runPack(Context& context, PackOptions options)
{
    if (options.bits == "8" && options.features == "spectra")
        throw badInput("--bits", "cannot be used with --features spectra", "16, or --features mel",
                       options.bits);
    context.device(); // one that is not there is an error, like everywhere
    PackSettings& settings = options.settings;
    checkClasses(settings.classes);
    settings.features = options.features == "mel" ? PackedFeatures::Mel : PackedFeatures::Spectra;
    settings.bits = options.bits == "8" ? 8 : 16;
    if (!options.catalogue.empty())
        settings.catalogue = options.catalogue;
    settings.seed = context.seed;
    settings.threads = context.threads;
    const PackSummary summary =
        packTraining(options.folders, settings, context.stop(), context.progress());
    for (const std::string& problem : summary.problems)
        context.message("left out: " + problem);
    for (const std::string& note : summary.notes)
        context.message("note: " + note);
    if (summary.stopped)
        return context.finishStopped("pack");
    Json record = context.record();
    record.set("features", options.features);
    if (settings.features == PackedFeatures::Mel)
        record.set("bits", settings.bits);
    record.set("label", settings.classes.label);
    record.set("other", settings.classes.other);
    const Json results =
        Json::object({{"recordings", static_cast<std::int64_t>(summary.recordings.size())},
                      {"minutes", summary.seconds / 60},
                      {"positive_minutes", summary.positiveSeconds / 60},
                      {"left_out", static_cast<std::int64_t>(summary.problems.size())},
                      {"problems", Json::array(std::span(summary.problems))},
                      {"notes", Json::array(std::span(summary.notes))}});
    if (summary.positiveSeconds <= 0 && settings.features == PackedFeatures::Spectra)
        context.message("nothing is labelled '" + settings.classes.label +
                        "': a classifier cannot learn from this; --label names another label");
    if (std::ranges::none_of(summary.recordings, [](const Recording& recording) {
            return recording.split == Split::Train;
        }))
        context.message("note: nothing of this is for training: all of it lies below folders "
                        "named valid or test");
    const double framesPerMinute = summary.seconds > 0 && !summary.recordings.empty()
                                       ? static_cast<double>(summary.recordings.back().firstFrame +
                                                             summary.recordings.back().frames) *
                                             60 / summary.seconds
                                       : 1;
    context.finish("pack", {settings.output}, record, results,
                   settings.output.string() + ": " + std::to_string(summary.recordings.size()) +
                       " recordings, " + std::to_string(summary.problems.size()) + " left out\n" +
                       table(summary, settings.classes.label, framesPerMinute) +
                       minutesText(summary.positiveSeconds) + " of them are labelled '" +
                       settings.classes.label + "'\n");
    return ExitDone;
}

} // namespace

void addPackCommand(CLI::App& program, Context& context, CommandBody& body)
{
    auto options = std::make_shared<PackOptions>();
    CLI::App* command =
        program.add_subcommand("pack", "Pack folders of music into a training file");
    command
        ->add_option("FOLDER", options->folders,
                     "Folders of music: sound files with labels beside them (NAME.csv with "
                     "start_s,end_s,label; NAME.lab; UltraStar's song.txt), stems (vocals.*, "
                     "accompaniment.*, vocals.csv); and, without labels, sound files below "
                     "folders that are named as the two classes (--label, --other), a_cappella or "
                     "unlabelled")
        ->type_name("")
        ->required();
    addOutOption(*command, options->settings.output, "FILE", "The training file (.safetensors)")
        ->required();
    command
        ->add_option(
            "--catalogue", options->catalogue,
            "CSV with file (beside the catalogue, or below), kind (song, stems, a cappella, "
            "instrumental, song without labels), split (train, valid, test; empty: left "
            "out), artist, title and licence, instead of what folders and labels say")
        ->type_name("FILE");
    addChoice(*command, "--features", options->features, {"spectra", "mel"},
              "spectra, for training a classifier, or mel, for a generator");
    addChoice(*command, "--bits", options->bits, {"8", "16"},
              "Bits of a log-mel value (--features mel)");
    command
        ->add_option("--label", options->settings.classes.label,
                     "The class to find: the label that counts, and the folder that holds "
                     "nothing else")
        ->type_name("WORD")
        ->capture_default_str();
    command
        ->add_option("--other", options->settings.classes.other, "The folder that holds none of it")
        ->type_name("WORD")
        ->capture_default_str();
    context.addCommonOptions(*command,
                             {"pack music --out spectra.safetensors",
                              "pack music --features mel --bits 8 --out mels.safetensors",
                              "pack mine --label guitar --other drums --out guitar.safetensors"});
    command->callback([&body, options] {
        body = [options](Context& chosen) { return runPack(chosen, *options); };
    });
}

} // namespace earshot
