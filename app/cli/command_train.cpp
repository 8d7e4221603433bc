// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/context.h"
#include "app/cli/exit_codes.h"
#include "app/cli/options.h"
#include "core/explain/real_responses.h"
#include "core/nets/model_bundle.h"
#include "core/train/classifier_trainer.h"
#include "core/train/gan_recipe.h"
#include "core/train/gan_trainer.h"
#include "core/train/real_response_collection.h"
#include "core/util/error.h"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <memory>

namespace earshot {

namespace fs = std::filesystem;

namespace {

struct TrainOptions
{
    fs::path data;
    TrainingSettings settings;
    std::int64_t steps = 0;
    double minutes = 0;
    bool resume = false;
    bool restart = false;
};

enum class Labelling
{
    AsPacked,
    ByTeachersToo // offers --teacher
};

using Trainer = TrainingResult (*)(const PackedData&, const TrainingSettings&, const Device&,
                                   std::stop_token, const ProgressCallback&);

int runTraining(Context& context, TrainOptions options, const char* command, Trainer trainer)
{
    const Device device = context.device();
    prepareWorkerThread();
    const PackedData data(options.data);
    TrainingSettings& settings = options.settings;
    settings.seed = context.seed;
    settings.start = options.resume    ? TrainingStart::Resume
                     : options.restart ? TrainingStart::Restart
                                       : TrainingStart::Fresh;
    if (options.steps > 0)
        settings.steps = options.steps;
    if (options.minutes > 0)
        settings.minutes = options.minutes;
    context.message("training on " + device.description);
    if (!device.isCuda &&
        (settings.recipe == name(GanRecipe::Paper) || settings.recipe == name(GanRecipe::Combined)))
        context.message("note: the recipe " + settings.recipe +
                        " is for a GPU: here an iteration takes seconds, and all of them take days "
                        "or weeks; --recipe cpu takes hours");
    const TrainingResult result =
        trainer(data, settings, device, context.stop(), context.progress());
    const bool stopped = result.end == TrainingEnd::Stopped;
    const Json results = Json::object({{"state", stopped ? "stopped" : "completed"},
                                       {"steps", result.steps},
                                       {"seconds", result.seconds}});
    char text[128];
    std::snprintf(text, sizeof text, ": %lld steps in %.0f s%s\n",
                  static_cast<long long>(result.steps), result.seconds,
                  stopped ? ", stopped; --resume goes on" : "");
    Json record = context.record();
    record.set("recipe", settings.recipe);
    record.set("data", options.data.string());
    record.set("device", device.description);
    context.finish(command, {settings.output}, record, results, settings.output.string() + text);
    return stopped ? ExitStopped : ExitDone;
}

// A finished classifier gets the distributions of its responses to the music it was trained on,
// which percentiles and Eq. 3 compare with. A witness is asked for its output alone.
TrainingResult trainClassifierWithResponses(const PackedData& data,
                                            const TrainingSettings& settings, const Device& device,
                                            std::stop_token stop, const ProgressCallback& progress)
{
    const TrainingResult result = trainClassifier(data, settings, device, stop, progress);
    if (result.end == TrainingEnd::Stopped || settings.recipe == "witness")
        return result;
    ClassifierBundle classifier = loadClassifier(settings.output);
    RealResponseCollection real;
    try {
        real = collectRealResponses(data, classifier, device, stop, progress);
    } catch (const Error&) {
        if (!stop.stop_requested())
            throw;
        return {TrainingEnd::Stopped, result.steps, result.seconds};
    }
    const std::string name = "responses.safetensors";
    writeRealResponses(settings.output / name, real.responses, real.logMelQuantiles);
    refreshHashes(settings.output, name);
    return result;
}

// What can be chosen, and how many steps it is.
struct Recipe
{
    const char* name;
    std::int64_t steps;
};

struct TrainerTexts
{
    std::string name;
    std::string description;
    std::string recipes;
    std::string command;
    const char* example;
};

void addTrainer(CLI::App& parent, Context& context, CommandBody& body, const TrainerTexts& texts,
                const std::vector<Recipe>& recipes, Trainer trainer, Labelling labelling)
{
    auto options = std::make_shared<TrainOptions>();
    options->settings.recipe = recipes.front().name;
    CLI::App* sub = parent.add_subcommand(texts.name, texts.description);
    sub->add_option("--data", options->data, "Training file made by 'pack'")
        ->type_name("FILE")
        ->required();
    addOutOption(*sub, options->settings.output, "FOLDER",
                 "Folder of the bundle, the checkpoint and log.csv")
        ->required();
    std::vector<std::string> names;
    std::string numbers;
    for (const auto& [recipe, number] : recipes) {
        names.push_back(recipe);
        numbers += (numbers.empty() ? "" : ", ") + std::to_string(number) + " of " + recipe;
    }
    addChoice(*sub, "--recipe", options->settings.recipe, names, texts.recipes);
    CLI::Option* steps =
        sub->add_option("--steps", options->steps, "Number of steps (default: " + numbers + ")")
            ->type_name("N")
            ->transform(wholeNumber("--steps", 1, 1000000000));
    sub->add_option("--minutes", options->minutes, "End after so much training time")
        ->type_name("X")
        ->transform(number("--minutes", 0.01, 1e6))
        ->excludes(steps);
    sub->add_option("--name", options->settings.name,
                    "Name of the model, for model.json (default: the folder's)")
        ->type_name("TEXT");
    sub->add_option("--licence", options->settings.licence,
                    "Licence of the weights, for model.json: the strictest terms of the music that "
                    "they learn from (default: unspecified)")
        ->type_name("TEXT");
    if (labelling == Labelling::ByTeachersToo)
        sub->add_option("--teacher", options->settings.teachers,
                        "Bundle of a trained SVDNet; it, or the mean of several, first labels the "
                        "music without labels where it is sure (may be given several times)")
            ->type_name("BUNDLE");
    CLI::Option* resume =
        sub->add_flag("--resume", options->resume, "Go on from the checkpoint in --out");
    sub->add_flag("--restart", options->restart,
                  "Begin anew where --out holds a training or a model: it is lost")
        ->excludes(resume);
    context.addCommonOptions(*sub, {texts.example});
    sub->callback([&body, options, command = texts.command, trainer] {
        body = [options, command, trainer](Context& chosen) {
            return runTraining(chosen, *options, command.c_str(), trainer);
        };
    });
}

} // namespace

void addTrainCommand(CLI::App& program, Context& context, CommandBody& body)
{
    CLI::App* command = program.add_subcommand("train", "Train a classifier or a generator");
    command->require_subcommand(1);
    const auto classifier = [](const char* name) { return Recipe{name, recipeSteps(name)}; };
    addTrainer(*command, context, body,
               {"classifier",
                "SVDNet, on packed spectra; with --recipe witness the small network that gives "
                "second opinions",
                "standard; quick, for a first look; witness, another network for second opinions",
                "train classifier",
                "train classifier --data spectra.safetensors --out my-classifier"},
               {classifier("standard"), classifier("quick"), classifier("witness")},
               trainClassifierWithResponses, Labelling::ByTeachersToo);
    addTrainer(
        *command, context, body,
        {"generator", "The paper's generator, on packed log-mels",
         "cpu, hours on a processor; paper, as published (WGAN-GP), hours on a GPU; "
         "combined, cpu with larger batches, more instrumentals and a weaker penalty, minutes "
         "on a GPU",
         "train generator",
         "train generator --data mels.safetensors --out my-generator --minutes 120"},
        {{"cpu", recipeIterations(GanRecipe::Cpu)},
         {"paper", recipeIterations(GanRecipe::Paper)},
         {"combined", recipeIterations(GanRecipe::Combined)}},
        trainGenerator, Labelling::AsPacked);
}

} // namespace earshot
