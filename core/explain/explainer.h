// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/explain/explanation.h"
#include "core/explain/real_responses.h"
#include "core/explain/response_expression.h"
#include "core/explain/settings.h"
#include "core/nets/device.h"
#include "core/nets/randomisation.h"
#include "core/util/matrix.h"
#include "core/util/progress.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace earshot {

struct ClassifierBundle;
struct GeneratorBundle;
struct GridControl;
struct GridResult;
struct GridSettings;
struct RandomSearchResult;
struct RandomSearchSettings;
struct RealSide;

// What is shown of a model. Empty strings where a model was not loaded.
struct ModelDescription
{
    std::filesystem::path folder;
    std::string kind; // "classifier", "generator"
    std::string architecture;
    std::string name;
    std::string licence;
    std::string label;  // of the classifier's output neuron: "vocal"
    std::string sha256; // of the weights
    std::optional<Randomisation> randomised;
    std::string trainedSha256; // before they were randomised; else empty
};

// A spectrogram on its way.
struct LiveMel
{
    int example = 0;
    int step = 0;           // updates done
    std::vector<float> mel; // [115·80] natural log-mel, time-major
};

// How far one direction has come. N examples, in the order of their starts.
struct DirectionProgress
{
    std::vector<int> stepsDone; // [N] updates done; −1: not begun
    Matrix<float> responses;    // [steps + 1, N] raw f_a; NaN beyond stepsDone
    Matrix<float> latentNorms;  // [steps + 1, N] ‖z‖; likewise
    // Mean of ‖∇_z f_a‖ by step, over the starts that have come so far; as many as are known.
    std::vector<double> gradientNorms;
    // Eq. 3 by step, over the starts that are finished (of one block of rows, as on a GPU: over
    // all, up to the step in hand); provisional. Empty without real responses or with fewer than
    // two of them.
    std::vector<double> distances;
    // Those of the watched examples that have begun; the focus first.
    std::vector<LiveMel> mels;
};

// Immutable; owned by the receiver.
struct ExplainProgress
{
    double fraction = 0;
    std::optional<double> secondsLeft;
    int finishedExamples = 0;
    std::map<Direction, DirectionProgress> directions;
};

// What a caller may do to a running explanation. Tokens may be set from any thread.
struct ExplainControl
{
    std::stop_token stop;  // end after the step in hand, keep the result
    std::stop_token abort; // discard
    // On the thread that called explain(), at most every progressIntervalSeconds.
    std::function<void(const ExplainProgress&)> progress;
    double progressIntervalSeconds = 0.1;
    int focus = 0; // the start that is computed first, [0, examples)
    // How many examples the progress shows spectrograms of, in the order of work (the focus, then
    // from 0 on); each costs 74 kB a callback.
    int watchedExamples = 1;
};

// The facade of core/explain: models in, explanations out. Immutable after construction; every
// function may be called from several threads at once. initialiseTorch must have been called.
class Explainer
{
public:
    // Loads the bundles onto the device, with the responses.safetensors that the classifier's
    // model.json lists, if it does. An empty generator folder: only what needs no generator works.
    // Error (BadInput) for an unusable bundle. randomisation: of the classifier
    // (core/nets/model_bundle.h), whose real responses are not the bundle's any more: there are
    // none then.
    Explainer(const std::filesystem::path& classifierFolder,
              const std::filesystem::path& generatorFolder, const Device& device,
              const std::optional<Randomisation>& randomisation = {});
    // From parts, e.g. in tests; takes the networks over. realResponses may be null.
    Explainer(ClassifierBundle&& classifier, std::optional<GeneratorBundle>&& generator,
              std::unique_ptr<RealResponsesFile> realResponses, const Device& device);
    ~Explainer();
    Explainer(const Explainer&) = delete;
    Explainer& operator=(const Explainer&) = delete;

    const ModelDescription& classifier() const;
    const ModelDescription& generator() const;
    const Device& device() const;
    // In the order of the forward pass.
    const std::vector<LayerDescription>& layers() const;
    // The last linear layer of one unit, the classifier's answer before its sigmoid; "" if it has
    // none.
    const std::string& outputLayer() const;
    // nullptr where the bundle lists none.
    const RealResponsesFile* realResponses() const;
    // Statistics of one expression: those of its reference, multiplied through by the coefficient.
    // Empty for sums and where the bundle has none.
    std::optional<RealResponses> realResponsesOf(const ResponseExpression& expression) const;

    // Error (BadInput), see parseResponse.
    ResponseExpression parse(std::string_view response) const;

    // Runs Eq. 2 for every start and direction, chooses steps, and makes the record. After a stop
    // it holds the starts that were finished, or, if there are none, those begun, up to the step
    // they have in common. After an abort only `end` is set. real: the statistics of the whole
    // response over other music, instead of the bundle's. Errors: BadInput for the response or
    // settings, before anything is computed; Failed for torch's.
    Explanation explain(std::string_view response, const ExplainSettings& settings,
                        const ExplainControl& control = {},
                        const RealResponses* real = nullptr) const;

    // Chooses settings by Eq. 3, one direction; see searchGrid in core/explain/grid_search.h, to
    // which this adds the response and the record. Errors also: BadInput for the response.
    GridResult searchGrid(std::string_view response, const GridSettings& settings,
                          const RealSide& real, const GridControl& control) const;
    // How long it will take: measures a few steps, which takes some seconds.
    double expectedGridSeconds(std::string_view response, const GridSettings& settings) const;

    // A control: random_search.h. Errors also: BadInput for the response.
    RandomSearchResult searchRandomly(std::string_view response,
                                      const RandomSearchSettings& settings,
                                      std::stop_token stop = {},
                                      const ProgressCallback& progress = {}) const;

    // Raw responses [N] to log-mels [N, 115·80], natural logarithm, time-major. Stopped: only the
    // first so many. Error (BadInput) if a value is not finite or the width is wrong.
    std::vector<float> responses(MatrixView<const float> logMels,
                                 const ResponseExpression& expression, std::stop_token stop = {},
                                 const ProgressCallback& progress = {}) const;
    // What an index of music holds of every excerpt, by name: reference_responses.h.
    std::vector<std::string> references() const;
    // All of them at once for log-mels as above: [N, references()]. A row's bits depend on that row
    // alone.
    Matrix<float> referenceResponses(MatrixView<const float> logMels, std::stop_token stop = {},
                                     const ProgressCallback& progress = {}) const;
    // Of the generator's latents, 128 in the paper's. Error (BadInput) without a generator.
    std::size_t latentSize() const;
    // Latents [N, latentSize()] → natural log-mels [N, 115·80].
    Matrix<float> generate(MatrixView<const float> latents) const;
    // The log-mels that a compact result lacks; nothing to do for a whole one. Error (BadInput)
    // without a generator, or if it is not the one that the result was made with.
    void restoreMels(Explanation& explanation) const;

private:
    struct Models;
    std::unique_ptr<const Models> m_models;
};

// The starts: row i is 128 normals that depend on (seed, i) alone.
Matrix<float> startLatents(std::uint64_t seed, std::size_t examples, std::size_t latentSize = 128);

} // namespace earshot
