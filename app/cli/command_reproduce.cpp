// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/context.h"
#include "app/cli/exit_codes.h"
#include "app/cli/indexed_music.h"
#include "app/cli/options.h"
#include "app/cli/render_program.h"
#include "app/cli/reproduce_results.h"
#include "app/witness.h"
#include "core/explain/explainer.h"
#include "core/io/sha256.h"
#include "core/util/atomic_file.h"
#include "core/util/error.h"

#include <CLI/CLI.hpp>

#include <chrono>
#include <memory>
#include <optional>

namespace earshot {

namespace fs = std::filesystem;

namespace {

struct ReproduceOptions
{
    fs::path out;
    bool isQuick = false;
    ReproduceLimits limits;
    fs::path data;  // packed, for Table 3
    fs::path index; // empty: the training music
    fs::path witness;
    bool leavesSoundsOut = false; // of the page
};

// Counted up whenever the same settings come to give other numbers: parts of before are then
// computed again.
constexpr int numbersVersion = 5;

// Everything that the parts have in common.
Json originOf(const Explainer& explainer, const Explainer* witness, const ReproduceOptions& options,
              const Context& context)
{
    Json origin = context.record();
    origin.set("classifier", explainer.classifier().sha256);
    origin.set("generator", explainer.generator().sha256);
    origin.set("witness", witness == nullptr ? Json() : Json(witness->classifier().sha256));
    origin.set("index", options.index.empty() ? Json() : Json(sha256OfFile(options.index)));
    origin.set("numbers", numbersVersion);
    return origin;
}

// Of everything that the plan searches. Empty after a stop. Error (BadInput) where there are none.
std::map<std::string, RealResponses> realResponsesOf(const Context& context,
                                                     const Explainer& explainer,
                                                     const ReproducePlan& plan,
                                                     const fs::path& indexFile)
{
    std::optional<CorpusIndex> index;
    if (!indexFile.empty())
        index = openIndex(context, indexFile);
    std::vector<std::string> responses;
    for (const ControlledUnit& unit : plan.units)
        responses.push_back(unit.response);
    for (const ComparedUnit& unit : plan.compared)
        responses.push_back(unit.response);
    std::map<std::string, RealResponses> real;
    for (const std::string& response : responses) {
        if (real.contains(response))
            continue;
        const ResponseExpression expression = explainer.parse(response);
        std::optional<RealResponses> found;
        if (!index) {
            found = explainer.realResponsesOf(expression);
            if (!found)
                throw badInput(explainer.classifier().folder.string(),
                               "has no real responses to compare " + response + " with",
                               "responses.safetensors in the bundle, or --index");
        } else {
            const std::optional<IndexedReal> indexed =
                realFromIndex(context, *index, explainer, expression, Directions::Positive);
            if (!indexed)
                return {};
            found = indexed->real;
        }
        real.emplace(response, std::move(*found));
    }
    return real;
}

double updatesOf(const ReproducePlan& plan, const fs::path& data)
{
    double updates = classifierUpdates(data) + searchUpdates(plan.grids, SearchSounds::Made) +
                     explanationUpdates(plan);
    for (const ControlledUnit& unit : plan.units)
        updates += controlUpdates(plan, unit) +
                   (unit.grid ? searchUpdates({*unit.grid}, SearchSounds::None) : 0);
    return updates + comparisonUpdates(plan);
}

// As it is now: some updates are measured. After a stop any number.
double secondsPerUpdate(const Context& context, const Explainer& explainer,
                        const ReproducePlan& plan)
{
    if (context.stop().stop_requested())
        return 0;
    ExplainSettings settings = presetSettings(Preset::C1);
    settings.examples = explainer.device().threads; // each with two rows
    settings.steps = 1;
    ExplainControl control;
    control.stop = context.stop();
    explainer.explain(plan.output, settings, control); // the first pass of a network takes longer
    settings.steps = 4;
    const auto begun = std::chrono::steady_clock::now();
    explainer.explain(plan.output, settings, control);
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begun;
    // The response after the last update costs about half an update.
    return seconds.count() / (2 * settings.examples * (settings.steps + 0.5));
}

// With what differs from the defaults; models that were named are the bundles listed beside it.
std::string commandOf(const Context& context, const ReproduceOptions& options)
{
    std::string text = "earshot-cli reproduce --out DIR --seed " + std::to_string(context.seed);
    if (options.isQuick)
        text += " --quick";
    const ReproduceLimits none;
    if (options.limits.examples != none.examples)
        text += " --examples " + std::to_string(options.limits.examples);
    if (options.limits.steps != none.steps)
        text += " --most-steps " + std::to_string(options.limits.steps);
    if (options.leavesSoundsOut)
        text += " --without-sounds";
    return text + pathOption("--data", options.data) + pathOption("--index", options.index) +
           pathOption("--witness", options.witness) + context.modelOptions();
}

// What a folder's report is of, beside the models and the versions: origin.
Json claimOf(const Json& origin, const ReproduceOptions& options)
{
    const ReproduceLimits none;
    const auto limit = [](int value, int unlimited) {
        return value == unlimited ? Json() : Json(value);
    };
    Json claim = origin;
    claim.set("form", options.isQuick ? "quick" : "full");
    claim.set("most_examples", limit(options.limits.examples, none.examples));
    claim.set("most_steps", limit(options.limits.steps, none.steps));
    return claim;
}

// Another report's parts would be lost, hours of work, and its files mistaken for this one's. True
// if the folder holds this one already. Error (BadInput) if it holds another one.
bool claimFolder(const Json& origin, const ReproduceOptions& options)
{
    const Json claim = claimOf(origin, options);
    const fs::path file = options.out / "parts" / "form.json";
    std::error_code error;
    const bool isThere = fs::exists(file, error);
    const Json found = isThere ? Json::readFile(file) : Json();
    const auto textOf = [](const Json& object, const std::string& key) {
        return object.contains(key) && !object.at(key).isNull() ? object.at(key).dump(-1) : "none";
    };
    for (const std::string& key : isThere ? found.keys() : std::vector<std::string>())
        if (textOf(claim, key) != textOf(found, key))
            throw badInput(options.out.string(),
                           "holds another report: give another folder, or remove this one",
                           key + " " + textOf(claim, key), textOf(found, key));
    if (claim.dump(-1) != found.dump(-1))
        claim.writeFile(file);
    return isThere;
}

ReproduceResults compute(ReproduceTask& task, const fs::path& data)
{
    ReproduceResults results;
    results.classifier = classifierTable(task, data);
    results.paper = explainAsPaper(task);
    results.search = searchSettings(task, task.plan.output, task.plan.grids, SearchSounds::Made);
    for (const ControlledUnit& unit : task.plan.units) {
        std::optional<SettingsSearch> own;
        try {
            if (unit.grid)
                own = searchSettings(task, unit.response, {*unit.grid}, SearchSounds::None);
        } catch (const Error& error) { // the other units have theirs
            if (error.kind() != ErrorKind::Failed || task.context.stop().stop_requested())
                throw;
            results.controls.push_back({unit.response, unit.reason, {}, error.what(), {}});
            results.choices.push_back(nothingChosen(unit.response));
            continue;
        }
        const SettingsSearch& search = own ? *own : results.search;
        results.controls.push_back(controlsOf(task, unit, search));
        if (own || unit.response == task.plan.output)
            results.choices.push_back(choiceOf(search));
    }
    results.comparisons = compareSearches(task, results.choices);
    results.metric = checkMetric(task, results.search);
    results.seconds = task.parts.secondsWorked();
    return results;
}

// As the window's program draws it, if there is one: NAME.png and NAME.pdf beside it.
std::vector<fs::path> drawFigure(const Context& context, const fs::path& source, const char* name)
{
    const std::optional<fs::path> program = windowProgram();
    if (!program)
        return {};
    std::vector<fs::path> figures;
    for (const char* ending : {".png", ".pdf"}) {
        figures.push_back(source.parent_path() / (std::string(name) + ending));
        if (!renderFigure(*program, source, figures.back(), context.stop())) {
            context.message("earshot-cli: note: " + program->string() + " could not draw " +
                            figures.back().string());
            return {};
        }
    }
    return figures;
}

int runReproduce(Context& context, const ReproduceOptions& options)
{
    const Device device = context.device();
    const Explainer explainer(context.classifierFolder(), context.generatorFolder(), device);
    const std::unique_ptr<const Explainer> witness = loadWitness(options.witness, explainer);
    const ReproducePlan plan =
        reproducePlan(explainer, options.isQuick ? ReproduceForm::Quick : ReproduceForm::Full,
                      context.seed, options.limits);
    const Json origin = originOf(explainer, witness.get(), options, context);
    std::map<std::string, RealResponses> real =
        realResponsesOf(context, explainer, plan, options.index);
    if (real.empty())
        return context.finishStopped("reproduce");
    // Fails at once where nothing could be written after hours of work.
    AtomicFile(options.out / "report.html"); // NOLINT: made and dropped
    const bool resumes = claimFolder(origin, options);

    const double updates = updatesOf(plan, options.data);
    ReproduceParts parts(context, options.out, origin, device.isCuda, updates,
                         secondsPerUpdate(context, explainer, plan));
    const std::string form = options.isQuick ? "the quick form" : "the full form";
    const std::string folder = options.out.string();
    parts.beforeWork([&, seconds = parts.secondsLeft()] {
        context.message(
            form + ": about " + durationText(seconds) + " on " + device.description +
            (resumes ? ", less what the unfinished one in " + folder + " has done: going on with it"
                     : ""));
    });
    ReproduceTask task{context,
                       explainer,
                       witness.get(),
                       context.classifierFolder(),
                       context.generatorFolder(),
                       options.index,
                       plan,
                       std::move(real),
                       parts,
                       commandOf(context, options),
                       !options.leavesSoundsOut};
    ReproduceResults results;
    try {
        results = compute(task, options.data);
    } catch (const Error& error) {
        if (error.kind() == ErrorKind::CannotWrite)
            throw Error(error.kind(), {},
                        std::string(error.what()) +
                            ". What is finished is kept: the same command goes on from there");
        if (error.kind() != ErrorKind::Failed || !context.stop().stop_requested())
            throw;
        context.message("stopped: the same command goes on from here");
        context.finish("reproduce", {}, origin, Json::object({{"state", "stopped"}}), "");
        return ExitStopped;
    }
    if (parts.isAllReused())
        context.message(form + ": all of it lies in " + folder + ": only the page is made anew");
    results.figure4 = drawFigure(context, results.paper.result, "figure4");
    std::vector<fs::path> outputs = writeTables(task, results);
    const std::size_t tables = outputs.size();
    outputs.insert(outputs.begin(), writeReport(task, results));
    for (const char* name : {"figure2", "figure3"})
        for (const fs::path& figure :
             drawFigure(context, options.out / (std::string(name) + ".csv"), name))
            outputs.push_back(figure);
    context.finish("reproduce", outputs, origin, resultsJson(task, results),
                   outputs.front().string() + ": the report, with " + std::to_string(tables) +
                       " tables beside it\n");
    return ExitDone;
}

} // namespace

void addReproduceCommand(CLI::App& program, Context& context, CommandBody& body)
{
    auto options = std::make_shared<ReproduceOptions>();
    CLI::App* command = program.add_subcommand(
        "reproduce", "Make the paper's tables and figures anew, with controls, as one report");
    addOutOption(*command, options->out, "FOLDER",
                 "For report.html, its numbers as CSV, and what they come from. What was "
                 "stopped or killed goes on when the same command is given again")
        ->required();
    command->add_flag("--quick", options->isQuick,
                      "Fewer examples, settings and units, as the report says: within ten minutes "
                      "on two idle cores (without --data), where the full form takes hours");
    command
        ->add_option("--examples", options->limits.examples,
                     "For a first look: nowhere more examples than so many, 2 or more")
        ->type_name("N")
        ->transform(wholeNumber("--examples", "at least 2"));
    command
        ->add_option("--most-steps", options->limits.steps,
                     "Likewise: nowhere more optimisation steps, 1 or more")
        ->type_name("N")
        ->transform(wholeNumber("--most-steps", "at least 1"));
    command
        ->add_option("--data", options->data,
                     "Judge the classifier on the test split of this packed file, for Table 3 "
                     "(default: the figures of its model card)")
        ->type_name("FILE");
    command->add_flag("--without-sounds", options->leavesSoundsOut,
                      "A smaller page, with nobody's music in it, to publish. After a whole run it "
                      "is made in a moment, from what lies in FOLDER");
    addIndexOption(*command, options->index);
    addWitnessOption(*command, options->witness);
    context.addClassifierOption(*command);
    context.addGeneratorOption(*command);
    context.addCommonOptions(*command, {"reproduce --out paper --quick", "reproduce --out paper"});
    command->callback([&body, options] {
        body = [options](Context& chosen) { return runReproduce(chosen, *options); };
    });
}

} // namespace earshot
