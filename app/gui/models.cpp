// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/models.h"

#include "app/shipped_models.h"
#include "app/witness.h"
#include "core/nets/model_bundle.h"
#include "core/util/error.h"

#include <algorithm>
#include <cctype>

namespace earshot {

ModelHashes Models::hashes() const
{
    return {explainer->classifier().sha256, explainer->generator().sha256, {}};
}

namespace {

// Where only one was chosen, and the other did not come with the program: what is wrong with the
// chosen one is said before what lacks beside it.
void checkPair(const ModelRequest& request)
{
    if (request.classifier.empty() == request.generator.empty())
        return;
    const bool lacksGenerator = request.generator.empty();
    if (findShippedModel(lacksGenerator ? shippedGenerator : shippedClassifier))
        return;
    if (lacksGenerator)
        loadClassifier(request.classifier);
    else
        loadGenerator(request.generator);
    throw badInput((lacksGenerator ? request.classifier : request.generator).string(),
                   lacksGenerator ? "needs a generator beside it" : "needs a classifier beside it",
                   "both", "none that came with the program, and none chosen");
}

} // namespace

std::shared_ptr<const Models> loadModels(ModelRequest request)
{
    checkPair(request);
    if (request.classifier.empty())
        request.classifier = shippedModel(shippedClassifier);
    if (request.generator.empty())
        request.generator = shippedModel(shippedGenerator);
    auto models = std::make_shared<Models>();
    const Device device = initialiseTorch(request.device, request.threads);
    models->noCudaReason = whyNoCuda();
    models->explainer =
        std::make_shared<const Explainer>(request.classifier, request.generator, device);
    models->witness = loadWitness(request.witness, *models->explainer);
    // Without its examples a classifier can still be explained.
    try {
        models->examples = RealExamples::load(request.classifier);
    } catch (const Error& error) {
        models->examplesProblem = error.what();
    }
    models->request = std::move(request);
    return models;
}

std::filesystem::path shippedExplanation(const Models& models, const std::string& response)
{
    std::string name = response;
    std::ranges::replace_if(
        name, [](unsigned char letter) { return std::isalnum(letter) == 0; }, '_');
    return models.request.classifier / "explanations" / (name + ".earshot");
}

} // namespace earshot
