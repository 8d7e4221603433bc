// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/models.h"

#include "app/shipped_models.h"
#include "app/witness.h"
#include "core/util/error.h"

#include <algorithm>
#include <cctype>

namespace earshot {

ModelHashes Models::hashes() const
{
    return {explainer->classifier().sha256, explainer->generator().sha256, {}};
}

std::shared_ptr<const Models> loadModels(ModelRequest request)
{
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
