// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/context.h"
#include "app/cli/exit_codes.h"
#include "app/cli/grid_report.h"
#include "app/cli/options.h"
#include "core/explain/explainer.h"
#include "core/explain/grid_identity.h"
#include "core/explain/grid_progress.h"
#include "core/explain/grid_reader.h"
#include "core/explain/grid_result.h"
#include "core/explain/grid_trajectories.h"
#include "core/util/atomic_file.h"
#include "core/util/error.h"
#if EARSHOT_HAS_AUDIO
#include "app/cli/indexed_music.h"
#endif

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <fcntl.h>
#include <limits>
#include <memory>
#include <optional>
#include <sys/file.h>
#include <unistd.h>

namespace earshot {

namespace fs = std::filesystem;

namespace {

constexpr const char* checkpointName = "grid-checkpoint.safetensors";

struct SelectOptions
{
    std::string response;
    std::string direction;
    bool quick = false;
    bool full = false;
    std::vector<double> learningRates;
    std::vector<double> priorWeights;
    std::vector<int> steps;
    int examples = 0;
    fs::path index; // empty: the classifier's own music
    fs::path out;

    bool isList() const
    {
        return !learningRates.empty() || !priorWeights.empty() || !steps.empty();
    }
};

// Any list: exactly that grid, what is not given being the paper's.
GridSettings settingsOf(const SelectOptions& options, const CLI::Option* examples,
                        std::uint64_t seed, bool isCuda)
{
    const bool quick = !options.isList() && (options.quick || (!options.full && !isCuda));
    GridSettings settings = quick ? quickGrid() : fullGrid();
    if (options.isList())
        settings.freshExamples = 0;
    if (!options.learningRates.empty())
        settings.learningRates = options.learningRates;
    if (!options.priorWeights.empty())
        settings.priorWeights = options.priorWeights;
    if (!options.steps.empty())
        settings.steps = options.steps;
    if (examples->count() > 0)
        settings.examples = options.examples;
    settings.refinedExamples = std::max(settings.refinedExamples, settings.examples);
    settings.direction =
        options.direction == "positive" ? Direction::Positive : Direction::Negative;
    settings.seed = seed;
    checkGrid(settings);
    return settings;
}

// "9 pairs of learning rate and prior weight, 8 examples, the best of 100 steps; …"
std::string planText(const GridSettings& settings)
{
    const auto number = [](auto value) { return std::to_string(value); };
    std::string text = number(pairCount(settings)) + " pairs of learning rate and prior weight, " +
                       number(settings.examples) + " examples, ";
    if (settings.choice == StepChoice::SmallestDistance)
        text += "the best of " + number(largestSteps(settings)) + " steps";
    else
        text += number(settings.steps.size()) + " numbers of steps up to " +
                number(largestSteps(settings));
    if (settings.refinedPairs > 0)
        text += "; the best " + number(settings.refinedPairs) + " pairs with " +
                number(settings.refinedExamples) + " examples";
    if (settings.freshExamples > 0)
        text += "; the chosen setting on " + number(settings.freshExamples) + " fresh starts";
    return text;
}

std::string stageText(const GridProgress& progress, const GridSettings& settings)
{
    switch (progress.stage) {
    case GridStage::Grid:
        break;
    case GridStage::Refinement:
        return "refining the best,";
    case GridStage::Comparison:
        return "comparing,";
    case GridStage::FreshStarts:
        return "measuring the chosen setting on fresh starts,";
    }
    double smallest = std::numeric_limits<double>::infinity();
    for (const GridPairProgress& pair : progress.pairs)
        for (const int step : latentSteps(settings))
            if (const auto index = static_cast<std::size_t>(step);
                index < pair.distances.size() && pair.distances[index] < smallest)
                smallest = pair.distances[index];
    if (!std::isfinite(smallest))
        return "searching,";
    char text[64];
    std::snprintf(text, sizeof text, "searching, smallest distance so far %.4g,", smallest);
    return text;
}

struct SelectReal
{
    RealSide side;
    Json index; // for the record; null: the classifier's own music
};

// What can be done about little music; empty: there is enough, or nothing can.
std::string adviceOn(const SelectReal& real)
{
    if (real.side.warnings.empty())
        return {};
    if (!real.index.isNull())
        return "add music to the folder and index it again";
    return EARSHOT_HAS_AUDIO ? "index music of your own ('index') and give it by --index" : "";
}

// Empty after a stop.
std::optional<SelectReal> realSideOf([[maybe_unused]] Context& context, const Explainer& explainer,
                                     const SelectOptions& options, Direction direction)
{
    const ResponseExpression expression = explainer.parse(options.response);
#if EARSHOT_HAS_AUDIO
    if (!options.index.empty()) {
        const std::optional<IndexedReal> indexed = realFromIndex(
            context, openIndex(context, options.index), explainer, expression,
            direction == Direction::Positive ? Directions::Positive : Directions::Negative);
        if (!indexed)
            return {};
        return SelectReal{realSide(indexed->real, direction), indexed->record};
    }
#endif
    const std::optional<RealResponses> real = explainer.realResponsesOf(expression);
    if (!real)
        throw badInput(options.response, "has no real responses to compare with",
                       "a unit, channel mean or layer mean that the classifier's "
                       "responses.safetensors holds, or --index FILE (made by 'index')");
    return SelectReal{realSide(*real, direction), Json()};
}

// Fails at once where nothing could be written after hours of work, or where another process
// searches; leaves no empty folder.
class SelectFolder
{
public:
    explicit SelectFolder(fs::path folder)
        : m_folder(std::move(folder))
    {
        std::error_code error;
        m_isNew = !fs::exists(m_folder, error);
        for (const char* file : {"grid.csv", "grid.earshot", checkpointName})
            AtomicFile(m_folder / file); // NOLINT: made and dropped
        m_lock = ::open(m_folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        // Some file systems have no locks.
        if (m_lock >= 0 && ::flock(m_lock, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
            ::close(m_lock);
            throw badInput(m_folder.string(), "is in use by another search: wait for it, or choose "
                                              "another folder");
        }
    }
    ~SelectFolder()
    {
        std::error_code error;
        if (m_isNew)
            fs::remove(m_folder, error); // if nothing came into it
        if (m_lock >= 0)
            ::close(m_lock);
    }
    SelectFolder(const SelectFolder&) = delete;
    SelectFolder& operator=(const SelectFolder&) = delete;

private:
    fs::path m_folder;
    bool m_isNew = false;
    int m_lock = -1; // released by the system when the process ends
};

// A part of a search does not replace the whole of it.
bool holdsWholeResult(const fs::path& folder)
{
    try {
        const std::optional<GridResult> kept = readGrid(folder);
        return kept && kept->end == RunEnd::Completed;
    } catch (const Error&) { // damaged
        return false;
    }
}

struct SelectOutcome
{
    GridResult result;
    // None: stopped before anything was known, or where a whole result lies.
    std::vector<fs::path> outputs;
};

SelectOutcome search(const Explainer& explainer, const SelectOptions& options,
                     const GridSettings& settings, const SelectReal& real,
                     const GridControl& control)
{
    try {
        SelectOutcome outcome{explainer.searchGrid(options.response, settings, real.side, control),
                              {}};
        GridResult& result = outcome.result;
        if (!real.index.isNull())
            result.record.set("index", real.index);
        const bool isPart = result.end != RunEnd::Completed;
        const bool isKnown = std::ranges::any_of(
            result.measurements, [](const GridMeasurement& m) { return m.examples > 0; });
        if (!isPart || (isKnown && !holdsWholeResult(options.out)))
            outcome.outputs = writeGrid(result, options.out);
        return outcome;
    } catch (const Error& error) {
        throw withCheckpoint(error, control.checkpoint);
    }
}

int runSelect(Context& context, const SelectOptions& options, const CLI::Option* examples)
{
    settingsOf(options, examples, context.seed, false); // judged before anything is read
    const Device device = context.device();
    const GridSettings settings = settingsOf(options, examples, context.seed, device.isCuda);
    const Explainer explainer(context.classifierFolder(), context.generatorFolder(), device);
    const SelectFolder folder(options.out); // before anything that takes long
    const std::optional<SelectReal> real =
        realSideOf(context, explainer, options, settings.direction);
    if (!real)
        return context.finishStopped("select");

    checkReplaceable(options.out,
                     gridIdentity(explainer, explainer.parse(options.response).canonical(),
                                  settings, real->side));
    if (real->index.isNull()) // an index has spoken for itself
        for (const std::string& warning : real->side.warnings)
            context.message("earshot-cli: note: real responses: " + warning);
    if (const std::string advice = adviceOn(*real); !advice.empty())
        context.message("earshot-cli: note: to compare with more, " + advice);
    GridControl control;
    control.checkpoint = options.out / checkpointName;
    std::error_code error;
    const bool resumes = fs::exists(control.checkpoint, error);
    context.message(planText(settings) + ": about " +
                    durationText(explainer.expectedGridSeconds(options.response, settings)) +
                    " on " + device.description +
                    (resumes ? ", less what the unfinished search in " + options.out.string() +
                                   " has done: going on with it"
                             : ""));
    control.stop = context.stop();
    control.progress = [show = context.progress(), &settings](const GridProgress& progress) {
        show({stageText(progress, settings), progress.fraction, progress.secondsLeft});
    };
    const auto [result, outputs] = search(explainer, options, settings, *real, control);
    if (outputs.empty())
        return context.finishStopped("select");
    const bool stopped = result.end == RunEnd::Stopped;
    if (!stopped)
        fs::remove(control.checkpoint, error);
    const std::string seed = context.seed == 0 ? "" : " --seed " + std::to_string(context.seed);
    const GridReport report(result,
                            seed + pathOption("--index", options.index) + context.modelOptions());
    for (const std::string& problem : report.problems())
        context.message("earshot-cli: note: " + problem);
    if (stopped)
        context.message("stopped: the same command goes on from here");
    context.finish("select", outputs, result.record, report.json(),
                   report.text() + "\nin " + options.out.string() +
                       ": grid.csv and grid.earshot\n");
    return stopped ? ExitStopped : ExitDone;
}

} // namespace

void addSelectCommand(CLI::App& program, Context& context, CommandBody& body)
{
    auto options = std::make_shared<SelectOptions>();
    CLI::App* command = program.add_subcommand(
        "select", "Choose learning rate, prior weight and steps by the paper's metric (Eq. 3): how "
                  "closely responses to explanations match those to the real music with the "
                  "highest (lowest) responses");
    command->add_option("--response", options->response, "What to explain, as for 'explain'")
        ->type_name("EXPRESSION")
        ->required();
    addChoice(*command, "--direction", options->direction, {"positive", "negative"},
              "Where to push the response")
        ->required()
        ->default_str("");
    CLI::Option* quick = command->add_flag(
        "--quick", options->quick,
        "Nine pairs of learning rate and prior weight, 8 examples, the best of 100 steps; the best "
        "two pairs with 50 examples (the default without a GPU; minutes)");
    CLI::Option* full =
        command
            ->add_flag("--full", options->full,
                       "The paper's 27 settings, 50 examples (the default on a GPU; about an "
                       "hour on two cores)")
            ->excludes(quick);
    const auto list = [&](const char* option, auto& values, const char* description,
                          const CLI::Validator& check) {
        command->add_option(option, values, description)
            ->type_name("A,B,...")
            ->delimiter(',')
            ->transform(check)
            ->excludes(quick)
            ->excludes(full);
    };
    list("--learning-rates", options->learningRates,
         "Any of these three lists: exactly this grid, without refinement or fresh starts; lists "
         "that "
         "are not given are the paper's. Each above 0 to 10",
         number("--learning-rates", "above 0 and at most 10"));
    list("--prior-weights", options->priorWeights, "Each 0 to 1000",
         number("--prior-weights", "0 to 1000"));
    list("--steps", options->steps, "Each 1 to 100000", wholeNumber("--steps", "1 to 100000"));
    const CLI::Option* examples =
        command
            ->add_option("--examples", options->examples,
                         "Examples of a setting, 2 to 100000 (default: 8 with --quick, else 50)")
            ->type_name("N")
            ->transform(wholeNumber("--examples", "2 to 100000"));
#if EARSHOT_HAS_AUDIO
    addIndexOption(*command, options->index);
#endif
    addOutOption(*command, options->out, "FOLDER",
                 "For grid.csv and grid.earshot. A search that was stopped or killed goes on "
                 "when the same command is given again; the result of another search is not "
                 "replaced")
        ->required();
    context.addClassifierOption(*command);
    context.addGeneratorOption(*command);
    context.addCommonOptions(
        *command, {"select --response 'fc9[0]' --direction positive --out selected",
                   "select --response 'fc8[3]' --direction negative --learning-rates 0.1,0.01 "
                   "--prior-weights 0.01 --steps 50,100 --examples 16 --out fc8-3"});
    command->callback([&body, options, examples] {
        body = [options, examples](Context& chosen) {
            return runSelect(chosen, *options, examples);
        };
    });
}

} // namespace earshot
