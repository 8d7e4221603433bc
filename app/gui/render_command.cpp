// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/render_command.h"

#include "app/gui/figure_content.h"
#include "app/shipped_models.h"
#include "core/explain/explainer.h"
#include "core/io/json.h"
#include "core/util/error.h"

#include <memory>

namespace earshot {

namespace fs = std::filesystem;

namespace {

// Of the shipped classifier, if the result was made with it.
std::unique_ptr<RealResponsesFile> realResponsesFor(const Explanation& explanation)
{
    fs::path folder;
    try {
        folder = shippedModel(shippedClassifier);
    } catch (const Error&) {
        return nullptr; // a figure needs no model
    }
    const Json hashes = Json::readFile(folder / "model.json").at("sha256");
    std::error_code error;
    if (hashes.text("weights.safetensors") != explanation.record.at("sha256").text("classifier") ||
        !fs::exists(folder / "responses.safetensors", error))
        return nullptr;
    return std::make_unique<RealResponsesFile>(folder / "responses.safetensors");
}

} // namespace

void renderResult(const fs::path& result, const QString& figure)
{
    Explanation explanation = readExplanation(result);
    if (explanation.startMels.empty()) // a compact one
        Explainer(shippedModel(shippedClassifier), shippedModel(shippedGenerator),
                  initialiseTorch(DeviceChoice::Cpu))
            .restoreMels(explanation);
    const std::unique_ptr<RealResponsesFile> real = realResponsesFor(explanation);
    const RealResponses* statistics = real ? real->find(explanation.response) : nullptr;
    renderFigure(figureContent(explanation, statistics, ColourMap::Magma, colourRange(real.get())),
                 figure);
}

} // namespace earshot
