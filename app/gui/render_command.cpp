// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/render_command.h"

#include "app/gui/figure_content.h"
#include "app/gui/paper_figures.h"
#include "app/shipped_models.h"
#include "core/explain/explainer.h"
#include "core/io/json.h"
#include "core/util/error.h"

#include <memory>
#include <optional>
#include <string>

namespace earshot {

namespace fs = std::filesystem;

namespace {

// Of the classifier in a folder, or of the shipped one, if there is one: a figure needs no model.
// sha256: if it has to be that one.
std::unique_ptr<RealResponsesFile> realResponses(const fs::path& classifier,
                                                 const std::optional<std::string>& sha256)
{
    const std::optional<fs::path> folder =
        classifier.empty() ? findShippedModel(shippedClassifier) : std::optional(classifier);
    if (!folder)
        return nullptr;
    const Json hashes = Json::readFile(*folder / "model.json").at("sha256");
    constexpr const char* name = "responses.safetensors";
    if ((sha256 && hashes.text("weights.safetensors") != *sha256) || !hashes.contains(name))
        return nullptr;
    return std::make_unique<RealResponsesFile>(*folder / name);
}

// Of a compact result.
void restoreMels(Explanation& explanation, const fs::path& result, const ModelRequest& models)
{
    const auto folderOf = [](const fs::path& named, const char* shipped) {
        return named.empty() ? shippedModel(shipped) : named;
    };
    const Explainer explainer(folderOf(models.classifier, shippedClassifier),
                              folderOf(models.generator, shippedGenerator),
                              initialiseTorch(models.device, models.threads));
    const std::string made = explanation.record.at("sha256").text("generator");
    if (made != explainer.generator().sha256)
        throw badInput(result.string(),
                       "holds no spectrograms, and was made with another generator: name it with "
                       "--generator",
                       "SHA-256 " + made, explainer.generator().sha256);
    explainer.restoreMels(explanation);
}

void renderTable(const fs::path& path, const QString& figure, const ModelRequest& models)
{
    const CsvTable table = CsvTable::readFile(path);
    if (isFigure2(table))
        renderFigure(figure2Content(table), figure);
    else if (isFigure3(table))
        renderFigure(figure3Content(table, ColourMap::Magma,
                                    colourRange(realResponses(models.classifier, {}).get())),
                     figure);
    else
        throw badInput(path.string(), "is no table that can be drawn",
                       "figure2.csv or figure3.csv as 'earshot-cli reproduce' writes them",
                       "the column " + table.columns().front());
}

} // namespace

void renderResult(const fs::path& result, const QString& figure, const ModelRequest& models)
{
    if (result.extension() == ".csv") {
        renderTable(result, figure, models);
        return;
    }
    Explanation explanation = readExplanation(result);
    if (explanation.startMels.empty())
        restoreMels(explanation, result, models);
    const std::unique_ptr<RealResponsesFile> real =
        realResponses(models.classifier, explanation.record.at("sha256").text("classifier"));
    const RealResponses* statistics = real ? real->find(explanation.response) : nullptr;
    renderFigure(figureContent(explanation, statistics, ColourMap::Magma, colourRange(real.get())),
                 figure);
}

} // namespace earshot
