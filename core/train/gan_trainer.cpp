// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/gan_trainer.h"

#include "core/nets/torch_device.h"
#include "core/train/checkpoint.h"
#include "core/train/gan_checkpoint.h"
#include "core/train/gan_training.h"
#include "core/train/generator_data.h"
#include "core/util/error.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <optional>

namespace earshot {

namespace fs = std::filesystem;

namespace {

constexpr double checkpointSeconds = 60;
constexpr double progressSeconds = 1;
constexpr std::int64_t iterationsPerLogLine = 20;
const std::vector<std::string> logColumns{"step",    "seconds",    "critic_loss", "generator_loss",
                                          "penalty", "real_score", "fake_score"};
// The same music packed again (8 or 16 bits) may differ by so much in mean and deviation and still
// be resumed.
constexpr double unitTolerance = 0.02;

// Refuses a checkpoint that another command made.
void checkMatches(const fs::path& path, const GanCheckpointInfo& found,
                  const GanCheckpointInfo& expected)
{
    const auto refuse = [&](const std::string& what, const std::string& wanted,
                            const std::string& has) {
        throw badInput(path.string(), "cannot be resumed: it was made with another " + what, wanted,
                       has);
    };
    if (found.recipe != expected.recipe)
        refuse("recipe", std::string(name(expected.recipe)), std::string(name(found.recipe)));
    if (found.seed != expected.seed)
        refuse("seed", std::to_string(expected.seed), std::to_string(found.seed));
    if (std::abs(found.mean - expected.mean) > unitTolerance ||
        std::abs(found.std - expected.std) > unitTolerance)
        refuse("training set",
               "mean " + exactText(expected.mean) + " and deviation " + exactText(expected.std),
               exactText(found.mean) + " and " + exactText(found.std));
}

// Sums of the iterations since the last line of log.csv.
class StepMeans
{
public:
    void add(const GanStep& step)
    {
        const std::array<double, 5> values{step.criticLoss, step.generatorLoss, step.penalty,
                                           step.realScore, step.fakeScore};
        for (std::size_t i = 0; i < values.size(); ++i)
            m_sums[i] += values[i];
        ++m_count;
    }

    int count() const { return m_count; }

    // seconds and the means, in the order of logColumns; starts anew.
    std::array<double, 6> take(double seconds)
    {
        std::array<double, 6> row{std::round(seconds * 10) / 10};
        for (std::size_t i = 0; i < m_sums.size(); ++i)
            row[i + 1] = m_sums[i] / m_count;
        m_sums = {};
        m_count = 0;
        return row;
    }

private:
    std::array<double, 5> m_sums{};
    int m_count = 0;
};

// Before anything is read or written.
GanRecipe checkedRecipe(const TrainingSettings& settings)
{
    if (settings.steps && *settings.steps < 1)
        throw badInput("steps", "is out of range", "at least 1", std::to_string(*settings.steps));
    if (settings.minutes && !(*settings.minutes > 0 && std::isfinite(*settings.minutes)))
        throw badInput("minutes", "is out of range", "above 0", exactText(*settings.minutes));
    checkStart(settings);
    return parseGanRecipe(settings.recipe);
}

// One call of trainGenerator().
class TrainingRun
{
public:
    TrainingRun(const PackedData& data, const TrainingSettings& settings, const Device& device)
        : m_settings(settings)
        , m_checkpoint(settings.output / checkpointFileName)
        , m_recipe(checkedRecipe(settings))
        , m_data(data, {.instrumentalWeight = recipeSettings(m_recipe).instrumentalWeight})
        , m_training(m_recipe, recipeSettings(m_recipe), settings.seed, device,
                     fastComputeType(m_recipe, device))
        , m_iterationLimit(settings.steps)
    {
        m_info.recipe = m_recipe;
        m_info.seed = settings.seed;
        m_info.mean = m_data.mean();
        m_info.std = m_data.std();
        m_info.licence = settings.licence.empty() ? unspecifiedLicence : settings.licence;
        m_info.name = modelName(settings);
        if (!settings.steps && !settings.minutes)
            m_iterationLimit = recipeIterations(m_recipe);
        if (settings.start == TrainingStart::Resume)
            resume();
        m_log.emplace(settings.output / trainingLogFileName, logColumns, m_training.iterations());
    }

    TrainingResult run(std::stop_token stop, const ProgressCallback& progress)
    {
        start();
        if (m_training.iterations() == 0)
            saveCheckpoint(); // an earlier training's is never mistaken for this one's
        while (!isFinished() && !stop.stop_requested()) {
            m_means.add(m_training.iterate(m_data));
            if (m_means.count() == iterationsPerLogLine)
                log();
            if (seconds() - m_lastCheckpoint >= checkpointSeconds)
                save();
            if (progress && seconds() - m_lastProgress >= progressSeconds) {
                m_lastProgress = seconds();
                progress(currentProgress());
            }
        }
        if (m_means.count() > 0)
            log();
        save();
        if (progress)
            progress(currentProgress());
        return {isFinished() ? TrainingEnd::Completed : TrainingEnd::Stopped,
                m_training.iterations(), seconds()};
    }

private:
    void resume()
    {
        const SafetensorsFile file(m_checkpoint);
        const GanCheckpointInfo found = readGanCheckpointInfo(file);
        checkMatches(m_checkpoint, found, m_info);
        m_training.restore(Weights::read(file, GanTraining::stateShapes(found.recipe)),
                           found.iterations);
        m_data.useUnits(found.mean, found.std);
        m_info.mean = found.mean;
        m_info.std = found.std;
        m_info.seconds = found.seconds;
        if (m_settings.licence.empty())
            m_info.licence = found.licence;
    }

    void start()
    {
        m_secondsBefore = m_info.seconds;
        m_iterationsBefore = m_training.iterations();
        m_started = std::chrono::steady_clock::now();
        m_lastCheckpoint = m_lastProgress = seconds();
    }

    // Of training, with those before it was resumed.
    double seconds() const
    {
        return m_secondsBefore +
               std::chrono::duration<double>(std::chrono::steady_clock::now() - m_started).count();
    }

    bool isFinished() const
    {
        return (m_iterationLimit && m_training.iterations() >= *m_iterationLimit) ||
               (m_settings.minutes && seconds() >= *m_settings.minutes * 60);
    }

    void log() { m_log->add(m_training.iterations(), m_means.take(seconds())); }

    void saveCheckpoint()
    {
        m_info.seconds = seconds();
        writeGanCheckpoint(m_checkpoint, m_training, m_info);
        m_lastCheckpoint = seconds();
    }

    // The bundle too, so that what a long training has learned so far can be looked at.
    void save()
    {
        saveCheckpoint();
        m_info.iterations = m_training.iterations();
        writeGeneratorBundle(m_settings.output, m_info, m_training.average());
    }

    Progress currentProgress() const
    {
        const double elapsed = seconds();
        const auto done = static_cast<double>(m_training.iterations() - m_iterationsBefore);
        Progress progress;
        progress.stage = "iteration " + std::to_string(m_training.iterations());
        if (m_settings.minutes) {
            const double limit = *m_settings.minutes * 60;
            progress.fraction = std::min(1.0, elapsed / limit);
            progress.secondsLeft = std::max(0.0, limit - elapsed);
        }
        if (m_iterationLimit) {
            const auto limit = static_cast<double>(*m_iterationLimit);
            const auto now = static_cast<double>(m_training.iterations());
            progress.fraction = std::min(1.0, std::max(progress.fraction, now / limit));
            if (done > 0) {
                const double left = std::max(0.0, limit - now) * (elapsed - m_secondsBefore) / done;
                progress.secondsLeft = std::min(left, progress.secondsLeft.value_or(left));
            }
        }
        return progress;
    }

    const TrainingSettings& m_settings;
    fs::path m_checkpoint;
    GanRecipe m_recipe;
    GeneratorData m_data;
    GanCheckpointInfo m_info;
    GanTraining m_training;
    std::optional<TrainingLog> m_log;
    StepMeans m_means;
    std::optional<std::int64_t> m_iterationLimit;
    std::chrono::steady_clock::time_point m_started;
    double m_secondsBefore = 0;
    std::int64_t m_iterationsBefore = 0;
    double m_lastCheckpoint = 0;
    double m_lastProgress = 0;
};

} // namespace

TrainingResult trainGenerator(const PackedData& data, const TrainingSettings& settings,
                              const Device& device, std::stop_token stop,
                              const ProgressCallback& progress)
{
    return translateTorchErrors("training the generator", [&] {
        return TrainingRun(data, settings, device).run(stop, progress);
    });
}

} // namespace earshot
