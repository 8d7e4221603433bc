// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explain/explainer.h"

#include "core/explain/explanation_record.h"
#include "core/explain/explanation_run.h"
#include "core/explain/forward_passes.h"
#include "core/explain/grid_batch.h"
#include "core/explain/grid_identity.h"
#include "core/explain/grid_record.h"
#include "core/explain/grid_search.h"
#include "core/explain/random_search.h"
#include "core/explain/reference_responses.h"
#include "core/nets/excerpt_geometry.h"
#include "core/nets/model_bundle.h"
#include "core/nets/torch_device.h"
#include "core/util/error.h"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace earshot {

namespace fs = std::filesystem;

namespace {

constexpr const char* judgingStage = "judging excerpts";
constexpr const char* realResponsesName = "responses.safetensors";
constexpr std::size_t melSize = ExcerptGeometry::frames * ExcerptGeometry::bands;

ModelDescription describe(const BundleInfo& info)
{
    return {info.folder, info.kind,   info.architecture, info.name,         info.licence,
            info.label,  info.sha256, info.randomised,   info.trainedSha256};
}

std::unique_ptr<RealResponsesFile> readRealResponses(const fs::path& classifierFolder)
{
    // Those that the manifest does not list may be of other weights.
    if (!Json::readFile(classifierFolder / "model.json").at("sha256").contains(realResponsesName))
        return nullptr;
    return std::make_unique<RealResponsesFile>(classifierFolder / realResponsesName);
}

// The statistics of coefficient · f_a.
RealResponses multiplied(RealResponses real, double coefficient)
{
    const auto scale = [coefficient](float value) {
        return static_cast<float>(coefficient * value);
    };
    real.mean *= coefficient;
    real.standardDeviation *= std::fabs(coefficient);
    std::ranges::transform(real.quantiles, real.quantiles.begin(), scale);
    for (std::vector<RealExcerpt>* excerpts : {&real.highest, &real.lowest})
        for (RealExcerpt& excerpt : *excerpts)
            excerpt.response = scale(excerpt.response);
    if (coefficient < 0) {
        std::ranges::reverse(real.quantiles);
        std::swap(real.highest, real.lowest);
        real.auc = 1 - real.auc;
    }
    return real;
}

void checkLogMels(MatrixView<const float> logMels)
{
    if (logMels.rows() > 0 && logMels.columns() != melSize)
        throw badInput("log-mels", "have the wrong size", std::to_string(melSize) + " values each",
                       std::to_string(logMels.columns()));
    if (!std::ranges::all_of(logMels.values(), [](float value) { return std::isfinite(value); }))
        throw badInput("log-mels", "cannot be judged", "finite numbers", "NaN or infinity");
}

// Turns numbers of rows done into progress.
std::function<void(std::size_t)> counting(const char* stage, std::size_t rows,
                                          const ProgressCallback& progress)
{
    if (!progress)
        return {};
    return [stage, rows, progress, begun = std::chrono::steady_clock::now()](std::size_t done) {
        Progress state{stage, 1, std::nullopt};
        if (rows > 0)
            state.fraction = static_cast<double>(done) / static_cast<double>(rows);
        const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begun;
        if (done > 0)
            state.secondsLeft = seconds.count() * (1 - state.fraction) / state.fraction;
        progress(state);
    };
}

} // namespace

struct Explainer::Models
{
    ClassifierBundle classifier;
    std::optional<GeneratorBundle> generator;
    std::unique_ptr<RealResponsesFile> realResponses;
    Device device;
    ModelDescription classifierDescription;
    ModelDescription generatorDescription;
    std::vector<LayerDescription> layers;
    std::string outputLayer;

    const Generator& requireGenerator() const
    {
        if (!generator)
            throw Error(ErrorKind::Failed, "", "no generator was loaded");
        return *generator->generator;
    }
    ResponsePath path(const ResponseExpression& expression) const
    {
        return {requireGenerator(), *classifier.inputMap, *classifier.classifier, expression,
                device};
    }
};

Explainer::Explainer(const fs::path& classifierFolder, const fs::path& generatorFolder,
                     const Device& device, const std::optional<Randomisation>& randomisation)
    // In braces these happen from left to right: what is no bundle is refused as such.
    : Explainer{loadClassifier(classifierFolder, randomisation),
                generatorFolder.empty() ? std::optional<GeneratorBundle>()
                                        : loadGenerator(generatorFolder),
                randomisation ? nullptr : readRealResponses(classifierFolder), device}
{
}

Explainer::Explainer(ClassifierBundle&& classifier, std::optional<GeneratorBundle>&& generator,
                     std::unique_ptr<RealResponsesFile> realResponses, const Device& device)
{
    auto models = std::make_unique<Models>();
    models->device = device;
    models->realResponses = std::move(realResponses);
    models->classifierDescription = describe(classifier.info);
    for (const LayerInfo& layer : classifier.classifier->layers())
        models->layers.push_back({layer.name, layer.shape, layer.activation});
    models->outputLayer = outputLayerOf(*classifier.classifier);
    translateTorchErrors("the models", [&] {
        classifier.classifier->to(torchDevice(device), at::kFloat);
        classifier.inputMap->to(torchDevice(device), at::kFloat);
        if (generator)
            generator->generator->to(torchDevice(device), at::kFloat);
    });
    models->classifier = std::move(classifier);
    if (generator) {
        models->generatorDescription = describe(generator->info);
        models->generator = std::move(generator);
    }
    m_models = std::move(models);
}

Explainer::~Explainer() = default;

const ModelDescription& Explainer::classifier() const
{
    return m_models->classifierDescription;
}

const ModelDescription& Explainer::generator() const
{
    return m_models->generatorDescription;
}

const Device& Explainer::device() const
{
    return m_models->device;
}

const std::vector<LayerDescription>& Explainer::layers() const
{
    return m_models->layers;
}

const std::string& Explainer::outputLayer() const
{
    return m_models->outputLayer;
}

const RealResponsesFile* Explainer::realResponses() const
{
    return m_models->realResponses.get();
}

std::optional<RealResponses> Explainer::realResponsesOf(const ResponseExpression& expression) const
{
    if (m_models->realResponses == nullptr || expression.terms().size() != 1)
        return std::nullopt;
    const ResponseTerm& term = expression.terms().front();
    const RealResponses* real = m_models->realResponses->find(term.reference());
    if (real == nullptr)
        return std::nullopt;
    return multiplied(*real, term.coefficient);
}

ResponseExpression Explainer::parse(std::string_view response) const
{
    return parseResponse(response, m_models->layers);
}

Explanation Explainer::explain(std::string_view response, const ExplainSettings& settings,
                               const ExplainControl& control, const RealResponses* real) const
{
    const ResponseExpression expression = parse(response);
    checkSettings(settings);
    const std::optional<RealResponses> own =
        real == nullptr ? realResponsesOf(expression) : std::nullopt;
    if (own)
        real = &*own;
    const ResponsePath path = m_models->path(expression);
    Explanation explanation = runExplanation({path, settings, real}, control);
    if (explanation.end != RunEnd::Aborted)
        explanation.record =
            explanationRecord(explanation, classifier(), generator(), device(), real);
    return explanation;
}

GridResult Explainer::searchGrid(std::string_view response, const GridSettings& settings,
                                 const RealSide& real, const GridControl& control) const
{
    const ResponseExpression expression = parse(response);
    const Json origin = gridOrigin(expression.canonical(), classifier(), generator());
    GridResult result =
        earshot::searchGrid({m_models->path(expression), settings, real, origin}, control);
    result.record = gridRecord(result, classifier(), generator(), device());
    return result;
}

double Explainer::expectedGridSeconds(std::string_view response, const GridSettings& settings) const
{
    const ResponseExpression expression = parse(response);
    checkGrid(settings);
    return earshot::expectedGridSeconds(m_models->path(expression), settings);
}

RandomSearchResult Explainer::searchRandomly(std::string_view response,
                                             const RandomSearchSettings& settings,
                                             std::stop_token stop,
                                             const ProgressCallback& progress) const
{
    const ResponseExpression expression = parse(response);
    return earshot::searchRandomly(m_models->path(expression), settings, std::move(stop),
                                   counting("drawing latents", settings.draws, progress));
}

std::vector<float> Explainer::responses(MatrixView<const float> logMels,
                                        const ResponseExpression& expression, std::stop_token stop,
                                        const ProgressCallback& progress) const
{
    checkLogMels(logMels);
    return evaluateResponses(*m_models->classifier.inputMap, *m_models->classifier.classifier,
                             expression, m_models->device, logMels, std::move(stop),
                             counting(judgingStage, logMels.rows(), progress));
}

std::vector<std::string> Explainer::references() const
{
    return referencesOf(*m_models->classifier.classifier);
}

Matrix<float> Explainer::referenceResponses(MatrixView<const float> logMels, std::stop_token stop,
                                            const ProgressCallback& progress) const
{
    checkLogMels(logMels);
    return earshot::referenceResponses(
        *m_models->classifier.inputMap, *m_models->classifier.classifier, m_models->device, logMels,
        std::move(stop), counting(judgingStage, logMels.rows(), progress));
}

std::size_t Explainer::latentSize() const
{
    return static_cast<std::size_t>(m_models->requireGenerator().latentSize());
}

Matrix<float> Explainer::generate(MatrixView<const float> latents) const
{
    return generateLogMels(m_models->requireGenerator(), m_models->device, latents);
}

void Explainer::restoreMels(Explanation& explanation) const
{
    if (!explanation.startMels.empty())
        return;
    if (const std::string& made = explanation.record.at("sha256").text("generator");
        made != generator().sha256)
        throw badInput("the result's spectrograms", "cannot be generated",
                       "the generator with SHA-256 " + made,
                       generator().sha256.empty() ? "none" : generator().sha256);
    explanation.startMels = generate(explanation.startLatents);
    for (auto& [direction, result] : explanation.directions)
        result.mels = generate(result.latents);
}

} // namespace earshot
