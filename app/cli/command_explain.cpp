// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/context.h"
#include "app/cli/exit_codes.h"
#include "app/cli/explanation_report.h"
#include "core/explain/explainer.h"
#include "core/util/atomic_file.h"
#include "core/util/error.h"
#if EARSHOT_HAS_AUDIO
#include "core/listen/heard.h"
#endif

#include <CLI/CLI.hpp>

#include <memory>
#include <set>

namespace earshot {

namespace fs = std::filesystem;

namespace {

constexpr const char* resultName = "result.earshot";

struct ExplainOptions
{
    std::string response;
    std::string direction = "both";
    std::string preset = "recommended";
    int examples = ExplainSettings().examples;
    int steps = 0;
    double learningRate = 0;
    double priorWeight = 0;
    fs::path out = "explanation";
    // Which of the options above were given.
    const CLI::Option* presetOption = nullptr;
    const CLI::Option* stepsOption = nullptr;
    const CLI::Option* learningRateOption = nullptr;
    const CLI::Option* priorWeightOption = nullptr;
};

bool given(const CLI::Option* option)
{
    return option->count() > 0;
}

// A number typed by hand means the paper's way: raw response, last step; what was not typed comes
// from the named preset, else from C1.
ExplainSettings settingsOf(const ExplainOptions& options, std::uint64_t seed)
{
    const bool byHand = given(options.stepsOption) || given(options.learningRateOption) ||
                        given(options.priorWeightOption);
    ExplainSettings settings = presetSettings(
        byHand && !given(options.presetOption) ? Preset::C1 : parsePreset(options.preset));
    if (byHand) {
        settings.scale = ResponseScale::Raw;
        settings.choice = StepChoice::Last;
    }
    if (given(options.stepsOption))
        settings.steps = options.steps;
    if (given(options.learningRateOption))
        settings.learningRate = options.learningRate;
    if (given(options.priorWeightOption))
        settings.priorWeight = options.priorWeight;
    settings.directions = parseDirections(options.direction);
    settings.examples = options.examples;
    settings.seed = seed;
    checkSettings(settings);
    return settings;
}

// The files of one explanation: all of them, or, after an error, none.
class OutputFolder
{
public:
    // Fails at once where nothing could be written after minutes of work.
    explicit OutputFolder(fs::path folder)
        : m_folder(std::move(folder))
    {
        AtomicFile(m_folder / resultName); // NOLINT: made and dropped
    }

    std::vector<fs::path> write(const Explanation& explanation
#if EARSHOT_HAS_AUDIO
                                ,
                                const ExplanationSounds& sounds
#endif
    )
    {
        std::vector<fs::path> paths;
#if EARSHOT_HAS_AUDIO
        removeSounds(); // of an explanation that was here before
        try {
            paths = writeSounds(sounds, FrontEndParameters(), m_folder);
            writeExplanation(explanation, m_folder / resultName);
        } catch (...) {
            removeSounds();
            throw;
        }
#else
        writeExplanation(explanation, m_folder / resultName);
#endif
        paths.insert(paths.begin(), m_folder / resultName);
        return paths;
    }

private:
    // Only files that this command names so.
    void removeSounds() const
    {
        static const std::set<std::string> names{"start", "positive", "negative"};
        std::error_code error;
        for (const fs::directory_entry& entry : fs::directory_iterator(m_folder, error)) {
            const std::string stem = entry.path().stem().string();
            const std::size_t line = stem.find('_');
            if (entry.path().extension() == ".wav" && line != std::string::npos &&
                names.contains(stem.substr(0, line)) &&
                stem.find_first_not_of("0123456789", line + 1) == std::string::npos)
                fs::remove(entry.path(), error);
        }
    }

    fs::path m_folder;
};

ExplainControl controlOf(Context& context, const ExplainSettings& settings)
{
    ExplainControl control;
    control.stop = context.stop();
    control.progress = [show = context.progress(), settings](const ExplainProgress& progress) {
        show({"explaining, " + std::to_string(progress.finishedExamples) + " of " +
                  std::to_string(settings.examples) + " examples done,",
              progress.fraction, progress.secondsLeft});
    };
    return control;
}

int runExplain(Context& context, const ExplainOptions& options)
{
    const ExplainSettings settings = settingsOf(options, context.seed);
    const Device device = context.device();
    const Explainer explainer(context.classifierFolder(), context.generatorFolder(), device);
    const ResponseExpression expression = explainer.parse(options.response);
    OutputFolder folder(options.out);

    Explanation explanation =
        explainer.explain(options.response, settings, controlOf(context, settings));
    bool stopped = explanation.end != RunEnd::Completed;
    if (explanation.examples.empty()) {
        context.message("stopped before the first step: nothing was written");
        return ExitStopped;
    }
#if EARSHOT_HAS_AUDIO
    ExplanationSounds sounds;
    const bool heard =
        !stopped && hearExplanation(explainer, FrontEndParameters(),
                                    resynthesisDefaults(ResynthesisMethod::Joint), device.threads,
                                    explanation, sounds, context.stop(), context.progress());
    stopped = stopped || !heard;
    const std::vector<fs::path> outputs = folder.write(explanation, sounds);
#else
    const std::vector<fs::path> outputs = folder.write(explanation);
#endif
    const std::optional<RealResponses> real = explainer.realResponsesOf(expression);
    const ExplanationReport report(explanation, real ? &*real : nullptr, stopped);
    for (const std::string& problem : report.problems())
        context.message("earshot-cli: note: " + problem);
    context.finish("explain", outputs, explanation.record, report.json(),
                   report.text() + "\n" + options.out.string() + ": " +
                       std::to_string(outputs.size()) + " files\n");
    return stopped ? ExitStopped : ExitDone;
}

} // namespace

void addExplainCommand(CLI::App& program, Context& context, CommandBody& body)
{
    auto options = std::make_shared<ExplainOptions>();
    CLI::App* command = program.add_subcommand(
        "explain", "Make sounds that a neuron responds to most (positive) and least (negative)");
    command
        ->add_option("--response", options->response,
                     "What to explain: fc9[0], mean(conv4[12]), norm(fc7), fc8[3] - fc8[7], …")
        ->required();
    command->add_option("--direction", options->direction, "positive, negative or both")
        ->check(CLI::IsMember({"positive", "negative", "both"}))
        ->capture_default_str();
    command->add_option("--examples", options->examples, "Starts N")->capture_default_str();
    options->presetOption =
        command
            ->add_option("--preset", options->preset,
                         "recommended, or the paper's C1, C2, C3 (raw response, last step)")
            ->check(CLI::IsMember({"recommended", "C1", "C2", "C3"}))
            ->capture_default_str();
    options->stepsOption = command->add_option("--steps", options->steps, "Updates N_t");
    options->learningRateOption =
        command->add_option("--learning-rate", options->learningRate, "Learning rate l_r of Adam");
    options->priorWeightOption =
        command->add_option("--prior-weight", options->priorWeight, "Prior weight λ of Eq. 2");
    command->add_option("--out", options->out, "Folder for result.earshot and the WAV files")
        ->capture_default_str();
    context.addClassifierOption(*command);
    context.addGeneratorOption(*command);
    context.addCommonOptions(*command);
    command->callback([&body, options] {
        body = [options](Context& chosen) { return runExplain(chosen, *options); };
    });
}

} // namespace earshot
