// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/context.h"
#include "app/cli/evaluation_record.h"
#include "app/cli/evaluation_summary.h"
#include "app/cli/exit_codes.h"
#include "app/cli/explain_for_summary.h"
#include "app/cli/options.h"
#include "core/explain/explainer.h"
#include "core/io/safetensors.h"
#include "core/train/classifier_evaluation.h"
#include "core/train/contact_sheet_picture.h"
#include "core/train/generator_evaluation.h"
#include "core/util/atomic_file.h"
#include "core/util/error.h"
#if EARSHOT_HAS_AUDIO
#include "app/witness.h"
#endif

#include <CLI/CLI.hpp>

#include <algorithm>
#include <iterator>
#include <memory>

namespace earshot {

namespace fs = std::filesystem;

namespace {

struct EvaluateOptions
{
    fs::path data;
    std::string split;
    fs::path out;
    std::size_t excerpts = GeneratorEvaluationSettings().excerpts;
    std::size_t sheet = 32; // excerpts of each kind
    // Of the explanation.
    int examples = 32;
    std::string preset = "recommended";
    int steps = 0; // 0: the preset's
    fs::path witness;
};

RealSet parseHeldOut(const std::string& text)
{
    return text == "test"    ? RealSet::Test
           : text == "valid" ? RealSet::Validation
                             : RealSet::HeldOut;
}

Split parseSplit(const std::string& text)
{
    return text == "train" ? Split::Train : text == "valid" ? Split::Valid : Split::Test;
}

Json recordOf(const Context& context, const EvaluateOptions& options, const Device& device)
{
    Json record = context.record();
    record.set("data", options.data.string());
    record.set("split", options.split);
    record.set("device", device.description);
    return record;
}

// Writes the tables, if a folder was given, and prints them.
void finishTables(Context& context, const std::string& command, const fs::path& folder,
                  const std::string& name, const Json& record, const Json& results,
                  const std::string& markdown, std::vector<fs::path> outputs = {})
{
    if (!folder.empty()) {
        outputs.push_back(folder / (name + ".json"));
        results.writeFile(outputs.back());
        outputs.push_back(folder / (name + ".md"));
        writeFileAtomically(outputs.back(), markdown);
    }
    context.finish(command, outputs, record, results, markdown);
}

int runEvaluateClassifier(Context& context, const EvaluateOptions& options)
{
    const Device device = context.device();
    prepareWorkerThread();
    const PackedData data(options.data);
    ClassifierBundle classifier = loadClassifier(context.classifierFolder());
    ClassifierEvaluationSettings settings;
    settings.split = parseSplit(options.split);
    settings.seed = context.seed;
    const ClassifierEvaluation evaluation =
        evaluateClassifier(data, classifier, device, settings, context.stop(), context.progress());
    Json record = recordOf(context, options, device);
    record.set("sha256", Json::object({{"classifier", evaluation.classifierSha256}}));
    finishTables(context, "evaluate classifier", options.out, "classifier", record,
                 evaluation.json(), evaluation.markdown());
    return ExitDone;
}

// Random outputs beside real excerpts: as a picture, and [count, 115, 80] each.
std::vector<fs::path> writeSheet(const PackedData& data, const Generator& generator,
                                 const Device& device, const EvaluateOptions& options,
                                 std::uint64_t seed)
{
    const ContactSheet sheet =
        contactSheet(data, generator, device, parseHeldOut(options.split), options.sheet, seed);
    SafetensorsWriter writer;
    const std::vector<std::int64_t> shape{static_cast<std::int64_t>(options.sheet), 115, 80};
    writer.add("generated", shape, sheet.generated.values());
    writer.add("real", shape, sheet.real.values());
    writer.setMetadata("recordings", Json::array(std::span(sheet.names)).dump(-1));
    const fs::path values = options.out / "generator_sheet.safetensors";
    writer.write(values);
    const fs::path picture = options.out / "generator_sheet.png";
    AtomicFile file(picture);
    file.write(contactSheetPng(sheet));
    file.commit();
    return {values, picture};
}

// What stands before the output neuron.
std::string layerBeforeOutput(const Classifier& classifier)
{
    const std::vector<LayerInfo>& layers = classifier.layers();
    const auto output = std::ranges::find(layers, outputLayerOf(classifier), &LayerInfo::name);
    if (output == layers.begin() || output == layers.end())
        throw badInput("classifier", "cannot give features",
                       "a layer before a linear one of one unit", "none");
    return std::prev(output)->name;
}

int runEvaluateGenerator(Context& context, const EvaluateOptions& options)
{
    const Device device = context.device();
    prepareWorkerThread();
    const PackedData data(options.data);
    ClassifierBundle classifier = loadClassifier(context.classifierFolder());
    GeneratorBundle generator = loadGenerator(context.generatorFolder());
    GeneratorEvaluationSettings settings;
    settings.excerpts = options.excerpts;
    settings.heldOut = parseHeldOut(options.split);
    settings.layer = layerBeforeOutput(*classifier.classifier);
    settings.seed = context.seed;
    const GeneratorEvaluation evaluation = evaluateGenerator(
        data, classifier, generator, device, settings, context.stop(), context.progress());
    std::vector<fs::path> outputs;
    if (!options.out.empty())
        outputs = writeSheet(data, *generator.generator, device, options, context.seed);
    Json record = recordOf(context, options, device);
    record.set("data_identity", dataIdentity(data));
    record.set("sha256", Json::object({{"classifier", evaluation.classifierSha256},
                                       {"generator", evaluation.generatorSha256}}));
    finishTables(context, "evaluate generator", options.out, "generator", record, evaluation.json(),
                 evaluation.markdown(), outputs);
    return ExitDone;
}

ExplainSettings explanationSettings(const EvaluateOptions& options, std::uint64_t seed)
{
    ExplainSettings settings = presetSettings(parsePreset(options.preset));
    settings.examples = options.examples;
    if (options.steps > 0)
        settings.steps = options.steps;
    settings.seed = seed;
    checkSettings(settings);
    return settings;
}

int runEvaluateAll(Context& context, const EvaluateOptions& options)
{
    const ExplainSettings settings = explanationSettings(options, context.seed);
    const Device device = context.device();
    prepareWorkerThread();
    const PackedData data(options.data);
    ClassifierBundle classifier = loadClassifier(context.classifierFolder());
    GeneratorBundle generator = loadGenerator(context.generatorFolder());
    const Explainer explainer(context.classifierFolder(), context.generatorFolder(), device);
    std::unique_ptr<const Explainer> witness;
#if EARSHOT_HAS_AUDIO
    witness = loadWitness(options.witness, explainer);
#endif

    EvaluationSummary summary;
    summary.preset = options.preset;
    ClassifierEvaluationSettings judging;
    judging.split = parseSplit(options.split);
    judging.seed = context.seed;
    summary.classifier =
        evaluateClassifier(data, classifier, device, judging, context.stop(), context.progress());
    GeneratorEvaluationSettings comparing;
    comparing.excerpts = options.excerpts;
    comparing.seed = context.seed;
    const auto compare = [&](ClassifierBundle& judge) {
        comparing.layer = layerBeforeOutput(*judge.classifier);
        return evaluateGenerator(data, judge, generator, device, comparing, context.stop(),
                                 context.progress());
    };
    summary.generator = compare(classifier);
    if (witness) {
        ClassifierBundle second = loadClassifier(witness->classifier().folder);
        summary.witnessedGenerator = compare(second);
        summary.witnessSha256 = second.info.sha256;
    }
    explainForSummary(context, explainer, witness.get(), settings, summary);

    summary.record = recordOf(context, options, device);
    summary.record.set("data_identity", dataIdentity(data));
    summary.record.set("sha256", Json::object({{"classifier", summary.classifier.classifierSha256},
                                               {"generator", summary.generator.generatorSha256},
                                               {"witness", summary.witnessSha256}}));
    finishTables(context, "evaluate all", options.out, "all", summary.record, summary.json(),
                 summary.markdown());
    return ExitDone;
}

using Evaluation = int (*)(Context&, const EvaluateOptions&);

void addEvaluation(CLI::App& parent, Context& context, CommandBody& body, const std::string& name,
                   const std::string& description, const std::vector<std::string>& splits,
                   const char* splitDescription, const char* example, Evaluation evaluation)
{
    auto options = std::make_shared<EvaluateOptions>();
    options->split = splits.back();
    CLI::App* command = parent.add_subcommand(name, description);
    command->add_option("--data", options->data, "Training file made by 'pack'")
        ->type_name("FILE")
        ->required();
    addChoice(*command, "--split", options->split, splits, splitDescription);
    addOutOption(*command, options->out, "FOLDER",
                 name == "generator"
                     ? "For the table as JSON and Markdown, and generated beside real "
                       "excerpts as generator_sheet.png and .safetensors"
                     : "For the tables as JSON and Markdown");
    context.addClassifierOption(*command);
    if (name == "all") {
        command->add_option("--examples", options->examples, "Examples of the explanation")
            ->type_name("N")
            ->transform(wholeNumber("--examples", 1, 100000))
            ->capture_default_str();
        addChoice(*command, "--preset", options->preset, {"recommended", "C1", "C2", "C3"},
                  "Settings of the explanation, as of 'explain'");
        command
            ->add_option("--steps", options->steps,
                         "Optimisation steps of the explanation; all else stays as the preset has "
                         "it (default: the preset's)")
            ->type_name("N")
            ->transform(wholeNumber("--steps", 1, 100000));
#if EARSHOT_HAS_AUDIO
        addWitnessOption(*command, options->witness);
#endif
    }
    if (name == "generator")
        command
            ->add_option("--sheet", options->sheet,
                         "Generated excerpts, and as many real ones, in the pictures of --out")
            ->type_name("N")
            ->transform(wholeNumber("--sheet", 1, 512))
            ->capture_default_str();
    if (name != "classifier") {
        context.addGeneratorOption(*command);
        command->add_option("--excerpts", options->excerpts, "Excerpts in each set")
            ->type_name("N")
            ->transform(wholeNumber("--excerpts", 2, 20000))
            ->capture_default_str();
    }
    context.addCommonOptions(*command, {example});
    command->callback([&body, options, evaluation] {
        body = [options, evaluation](Context& chosen) { return evaluation(chosen, *options); };
    });
}

} // namespace

void addEvaluateCommand(CLI::App& program, Context& context, CommandBody& body)
{
    CLI::App* command = program.add_subcommand("evaluate", "Measure a model on packed music");
    command->require_subcommand(1);
    addEvaluation(*command, context, body, "classifier",
                  "Table 3's columns, error per song, intervals by bootstrap over songs",
                  {"train", "valid", "test"}, "What to judge by",
                  "evaluate classifier --data spectra.safetensors --out tables",
                  runEvaluateClassifier);
    addEvaluation(*command, context, body, "generator",
                  "Fréchet distance, precision and recall against held-out music",
                  {"test", "valid", "heldout"},
                  "Music to compare with; heldout: the splits valid and test together",
                  "evaluate generator --data mels.safetensors --generator my-generator",
                  runEvaluateGenerator);
    addEvaluation(*command, context, body, "all",
                  "Both, and explanations of the output neuron: as spectrograms, as sound, and "
                  "judged by a second classifier",
                  {"train", "valid", "test"},
                  "What to judge the classifier by; the generator is compared with the splits "
                  "valid and test together",
                  "evaluate all --data spectra.safetensors --out tables", runEvaluateAll);
}

} // namespace earshot
