// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/classifier_trainer.h"

#include "core/nets/model_bundle.h"
#include "core/nets/torch_device.h"
#include "core/train/checkpoint.h"
#include "core/train/classifier_training.h"
#include "core/train/classifier_validation.h"
#include "core/train/pseudo_labels.h"
#include "core/util/error.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/empty.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <memory>
#include <optional>

namespace earshot {

namespace {

using Clock = std::chrono::steady_clock;

constexpr const char* checkpointFormat = "earshot-classifier-1";
constexpr double checkpointSeconds = 60;
constexpr double progressSeconds = 0.5;
// The same music packed again may differ by so much in a band's mean and deviation and still be
// resumed.
constexpr float statisticsTolerance = 0.02F;
const std::vector<std::string> logColumns{"step",
                                          "seconds",
                                          "learning_rate",
                                          "loss",
                                          "valid_area",
                                          "valid_error",
                                          "valid_balanced_error",
                                          "valid_mix_recall",
                                          "valid_instrumental_specificity",
                                          "valid_threshold"};

at::Tensor tensorOf(const std::array<float, 80>& values)
{
    at::Tensor tensor = at::empty({80}, at::kFloat);
    std::copy(values.begin(), values.end(), tensor.mutable_data_ptr<float>());
    return tensor;
}

at::ScalarType fastType(const Device& device)
{
    return !device.isCuda && hasFastBfloat16() ? at::kBFloat16 : at::kFloat;
}

void checkSettings(const TrainingSettings& settings)
{
    if (settings.steps && *settings.steps < 1)
        throw badInput("steps", "is out of range", "1 or more", std::to_string(*settings.steps));
    if (settings.minutes && !(*settings.minutes > 0 && std::isfinite(*settings.minutes)))
        throw badInput("minutes", "is out of range", "above 0", exactText(*settings.minutes));
}

// Of the teachers, separated by spaces.
std::string hashesOf(const std::vector<std::filesystem::path>& teachers)
{
    std::string list;
    for (const std::filesystem::path& folder : teachers)
        list += (list.empty() ? "" : " ") + readBundleInfo(folder).sha256;
    return list;
}

// Before teachers label anything.
void checkResumable(const TrainingSettings& settings)
{
    const SafetensorsFile file(settings.output / checkpointFileName);
    const auto require = [&](const std::string& key, const std::string& expected,
                             const std::string& complaint) {
        if (const std::string& found = file.metadataValue(key); found != expected)
            throw badInput(file.path().string(), complaint, expected, found);
    };
    require("format", checkpointFormat, "is not a classifier's checkpoint");
    require("recipe", classifierRecipe(settings.recipe).name,
            "cannot be resumed: it was made with another recipe");
    require("seed", std::to_string(settings.seed),
            "cannot be resumed: it was made with another seed");
    // Those of trainings without teachers may lack the key.
    const auto taughtBy = file.metadata().find("teachers");
    const std::string found = taughtBy == file.metadata().end() ? "" : taughtBy->second;
    if (const std::string expected = hashesOf(settings.teachers); found != expected)
        throw badInput(file.path().string(), "cannot be resumed: it was made with other teachers",
                       "'" + expected + "'", "'" + found + "'");
}

// One call of trainClassifier.
class ClassifierRun
{
public:
    ClassifierRun(const PackedData& data, const TrainingSettings& settings, const Device& device,
                  std::stop_token stop, const ProgressCallback& progress)
        : m_data(data)
        , m_settings(settings)
        , m_device(device)
        , m_stop(std::move(stop))
        , m_progress(progress)
        , m_recipe(classifierRecipe(settings.recipe))
        , m_licence(settings.licence.empty() ? unspecifiedLicence : settings.licence)
        , m_taught(settings.teachers.empty()
                       ? PseudoLabels{}
                       : pseudoLabels(data, {settings.teachers}, device, m_stop, progress))
        , m_maker(data, m_recipe.batch, settings.seed, m_taught.labels)
        , m_validation(data)
        , m_mean(tensorOf(bandStatisticsOnce().mean))
        , m_std(tensorOf(bandStatisticsOnce().std))
        , m_training(m_recipe, settings.seed, device, fastType(device), m_mean, m_std)
    {
    }

    TrainingResult run();

private:
    const std::vector<Weights::Shape>& weightShapes() const
    {
        return m_training.architecture().weightShapes();
    }
    const BandStatistics& bandStatisticsOnce()
    {
        if (!m_statistics)
            m_statistics = bandStatistics(m_data);
        return *m_statistics;
    }
    std::filesystem::path checkpointPath() const { return m_settings.output / checkpointFileName; }
    double seconds() const
    {
        return m_secondsBefore + std::chrono::duration<double>(Clock::now() - m_start).count();
    }
    double done() const;
    bool isValidationDue(double share) const
    {
        return m_training.steps() > 0 &&
               (share >= 1 || m_training.steps() % m_recipe.validationSteps == 0);
    }
    void resume();
    void writeCheckpoint();
    void checkStatistics(const Weights& state) const;
    void train(TrainingLog& log);
    void validate(TrainingLog& log);
    void addLogLine(TrainingLog& log, const ValidationFigures& figures);
    void report();
    void writeResult();

    const PackedData& m_data;
    const TrainingSettings& m_settings;
    Device m_device;
    std::stop_token m_stop;
    const ProgressCallback& m_progress;
    ClassifierRecipe m_recipe;
    std::string m_licence;
    PseudoLabels m_taught;
    BatchMaker m_maker;
    ClassifierValidation m_validation;
    std::optional<BandStatistics> m_statistics;
    at::Tensor m_mean;
    at::Tensor m_std;
    ClassifierTraining m_training;

    Clock::time_point m_start = Clock::now();
    Clock::time_point m_lastCheckpoint = m_start;
    Clock::time_point m_lastProgress = m_start - std::chrono::hours(1);
    double m_secondsBefore = 0; // of training, before this run
    double m_lossSum = 0;
    int m_lossCount = 0;
    double m_learningRate = 0;
    double m_lastLoss = ValidationFigures::none;
    Weights m_best; // as ClassifierTraining::exported; empty: none yet
    std::int64_t m_bestStep = 0;
    std::int64_t m_validatedStep = 0; // the latest
    double m_bestArea = ValidationFigures::none;
};

double ClassifierRun::done() const
{
    double share = 0;
    if (m_settings.minutes)
        share = seconds() / (60 * *m_settings.minutes);
    if (m_settings.steps || !m_settings.minutes)
        share = std::max(share, static_cast<double>(m_training.steps()) /
                                    static_cast<double>(m_settings.steps.value_or(m_recipe.steps)));
    return share;
}

void ClassifierRun::checkStatistics(const Weights& state) const
{
    for (const auto& [name, own] : {std::pair{"input.mean", m_mean}, {"input.std", m_std}}) {
        const at::Tensor& before = state.at(name);
        for (std::int64_t i = 0; i < own.numel(); ++i) {
            const float a = own.const_data_ptr<float>()[i];
            const float b = before.const_data_ptr<float>()[i];
            if (!(std::abs(a - b) <= statisticsTolerance))
                throw badInput(checkpointPath().string(),
                               "cannot be resumed: it was made with another training set",
                               std::string(name) + " " + std::to_string(a), std::to_string(b));
        }
    }
}

void ClassifierRun::resume()
{
    const SafetensorsFile file(checkpointPath());
    if (const auto validated = file.metadata().find("validated_step");
        validated != file.metadata().end())
        m_validatedStep = static_cast<std::int64_t>(metadataInteger(file, validated->first));
    if (const auto licence = file.metadata().find("licence");
        licence != file.metadata().end() && m_settings.licence.empty())
        m_licence = licence->second;
    std::vector<Weights::Shape> shapes = m_training.stateShapes();
    shapes.push_back({"input.mean", {80}});
    shapes.push_back({"input.std", {80}});
    m_bestStep = static_cast<std::int64_t>(metadataInteger(file, "best_step"));
    if (m_bestStep > 0)
        for (const Weights::Shape& shape : weightShapes())
            shapes.push_back({"best." + shape.name, shape.shape});
    const Weights state = Weights::read(file, shapes);
    checkStatistics(state);
    m_training.restore(state, static_cast<std::int64_t>(metadataInteger(file, "steps")));
    m_secondsBefore = metadataNumber(file, "seconds");
    if (m_bestStep > 0) {
        m_bestArea = metadataNumber(file, "best_area");
        for (const Weights::Shape& shape : weightShapes())
            m_best.add(shape.name, state.at("best." + shape.name));
        m_best.add("input.mean", state.at("input.mean"));
        m_best.add("input.std", state.at("input.std"));
    }
}

void ClassifierRun::writeCheckpoint()
{
    Weights state = m_training.state();
    state.add("input.mean", m_mean);
    state.add("input.std", m_std);
    TensorMetadata metadata{{"format", checkpointFormat},
                            {"recipe", m_recipe.name},
                            {"seed", std::to_string(m_settings.seed)},
                            {"steps", std::to_string(m_training.steps())},
                            {"seconds", exactText(seconds())},
                            {"teachers", hashesOf(m_settings.teachers)},
                            {"licence", m_licence},
                            {"validated_step", std::to_string(m_validatedStep)},
                            {"best_step", std::to_string(m_bestStep)}};
    if (m_bestStep > 0) {
        metadata["best_area"] = exactText(m_bestArea);
        for (const Weights::Shape& shape : weightShapes())
            state.add("best." + shape.name, m_best.at(shape.name));
    }
    state.write(checkpointPath(), metadata);
    m_lastCheckpoint = Clock::now();
}

void ClassifierRun::addLogLine(TrainingLog& log, const ValidationFigures& figures)
{
    const double loss = m_lossCount > 0 ? m_lossSum / m_lossCount : ValidationFigures::none;
    const bool isValidated = !std::isnan(figures.error);
    const std::array<double, 9> values{seconds(),
                                       m_learningRate,
                                       loss,
                                       figures.area,
                                       figures.error,
                                       figures.balancedError,
                                       figures.mixRecall,
                                       figures.instrumentalSpecificity,
                                       isValidated ? figures.threshold : ValidationFigures::none};
    log.add(m_training.steps(), values);
    if (m_lossCount > 0)
        m_lastLoss = loss;
    m_lossSum = 0;
    m_lossCount = 0;
}

void ClassifierRun::report()
{
    if (!m_progress ||
        Clock::now() - m_lastProgress < std::chrono::duration<double>(progressSeconds))
        return;
    m_lastProgress = Clock::now();
    std::string stage = "training, step " + std::to_string(m_training.steps());
    const auto add = [&](const char* text, double value, double unit, const char* after) {
        if (!std::isnan(value))
            stage +=
                text + std::to_string(std::round(value * unit * 1000) / 1000).substr(0, 5) + after;
    };
    add(", loss ", m_lastLoss, 1, "");
    add(", best validation area ", m_bestArea, 1, "");
    const double fraction = std::min(done(), 1.0);
    std::optional<double> left;
    if (fraction > 0.002)
        left = seconds() * (1 - fraction) / fraction;
    m_progress({stage, fraction, left});
}

void ClassifierRun::validate(TrainingLog& log)
{
    ValidationFigures figures;
    if (m_validation.isPossible()) {
        figures = m_validation.run(
            [this](const at::Tensor& logMels) { return m_training.averagedLogits(logMels); },
            m_device, m_stop);
        // Of equals the later: its learning rate was lower.
        if (m_bestStep == 0 || figures.area >= m_bestArea) {
            m_best = m_training.exported();
            m_bestStep = m_training.steps();
            m_bestArea = figures.area;
        }
    }
    m_validatedStep = m_training.steps();
    addLogLine(log, figures);
}

void ClassifierRun::train(TrainingLog& log)
{
    double share = done();
    // The run before may have been stopped in the middle of a validation.
    if (isValidationDue(share) && m_validatedStep != m_training.steps())
        validate(log);
    BatchLoader loader(m_maker, static_cast<std::uint64_t>(m_training.steps()));
    while (share < 1 && !m_stop.stop_requested()) {
        m_learningRate = scheduledLearningRate(m_recipe, m_training.steps(), share);
        m_lossSum += m_training.step(loader.next(), m_learningRate);
        ++m_lossCount;
        // Asked once a step: where the time limit decides, the last step must not go unvalidated.
        share = done();
        if (isValidationDue(share)) {
            validate(log);
            share = done();
        } else if (m_training.steps() % m_recipe.logSteps == 0) {
            addLogLine(log, {});
        }
        report();
        if (Clock::now() - m_lastCheckpoint > std::chrono::duration<double>(checkpointSeconds))
            writeCheckpoint();
    }
}

void ClassifierRun::writeResult()
{
    const ClassifierArchitecture& architecture = m_training.architecture();
    Weights weights = m_bestStep > 0 ? m_best : m_training.exported();
    double threshold = 0;
    if (m_validation.isPossible()) {
        Weights own;
        for (const Weights::Shape& shape : weightShapes())
            own.add(shape.name, weights.at(shape.name));
        const std::unique_ptr<Classifier> classifier = architecture.make(std::move(own));
        Standardise inputMap(weights.at("input.mean"), weights.at("input.std"));
        const at::Device place(m_device.isCuda ? at::kCUDA : at::kCPU);
        classifier->to(place, at::kFloat);
        inputMap.to(place, at::kFloat);
        const ScoreFunction score = [&](const at::Tensor& logMels) {
            const at::NoGradGuard noGradient;
            const std::array<std::string, 1> names{architecture.output};
            return classifier->activations(inputMap.apply(logMels), names).front().flatten();
        };
        // Whoever stopped waits.
        threshold = m_stop.stop_requested() ? m_validation.run(score, m_device, {}).threshold
                                            : m_validation.threshold(score, m_device, {});
        at::Tensor& bias = weights.at(architecture.output + ".bias");
        bias = bias.sub(threshold);
    }
    BundleInfo info;
    info.folder = m_settings.output;
    info.kind = "classifier";
    info.architecture = architecture.name;
    info.name = modelName(m_settings);
    info.licence = m_licence;
    info.label = m_data.label();
    info.manifest = Json::object();
    info.manifest.set("training",
                      Json::object({{"recipe", m_recipe.name},
                                    {"steps", m_training.steps()},
                                    {"best_step", m_bestStep > 0 ? m_bestStep : m_training.steps()},
                                    {"minutes", seconds() / 60},
                                    {"seed", std::to_string(m_settings.seed)},
                                    {"teachers", Json::array(m_taught.teachers)},
                                    {"validation_threshold", threshold},
                                    {"validation_area", m_bestArea}}));
    writeBundle(info, weights);
    // Of what stood here before: the new manifest does not list it.
    std::error_code error;
    std::filesystem::remove(m_settings.output / "responses.safetensors", error);
}

TrainingResult ClassifierRun::run()
{
    if (m_settings.start == TrainingStart::Resume)
        resume();
    m_start = Clock::now();
    TrainingLog log(m_settings.output / trainingLogFileName, logColumns, m_training.steps());
    if (m_training.steps() == 0)
        writeCheckpoint(); // an earlier training's is never mistaken for this one's
    try {
        train(log);
    } catch (const Error&) {
        // A stop during a validation loses nothing.
        if (!m_stop.stop_requested())
            throw;
    }
    writeCheckpoint();
    writeResult();
    return {m_stop.stop_requested() ? TrainingEnd::Stopped : TrainingEnd::Completed,
            m_training.steps(), seconds()};
}

} // namespace

std::int64_t recipeSteps(std::string_view recipe)
{
    return classifierRecipe(recipe).steps;
}

TrainingResult trainClassifier(const PackedData& data, const TrainingSettings& settings,
                               const Device& device, std::stop_token stop,
                               const ProgressCallback& progress)
{
    checkSettings(settings);
    return translateTorchErrors("training the classifier", [&] {
        checkStart(settings);
        if (settings.start == TrainingStart::Resume)
            checkResumable(settings);
        return ClassifierRun(data, settings, device, std::move(stop), progress).run();
    });
}

} // namespace earshot
