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

// Of the shipped classifier, if there is one: a figure needs no model. classifier: SHA-256, if it
// has to be that one.
std::unique_ptr<RealResponsesFile> realResponses(const std::optional<std::string>& classifier)
{
    const std::optional<fs::path> folder = findShippedModel(shippedClassifier);
    if (!folder)
        return nullptr;
    const Json hashes = Json::readFile(*folder / "model.json").at("sha256");
    std::error_code error;
    if ((classifier && hashes.text("weights.safetensors") != *classifier) ||
        !fs::exists(*folder / "responses.safetensors", error))
        return nullptr;
    return std::make_unique<RealResponsesFile>(*folder / "responses.safetensors");
}

void renderTable(const fs::path& path, const QString& figure)
{
    const CsvTable table = CsvTable::readFile(path);
    if (isFigure2(table))
        renderFigure(figure2Content(table), figure);
    else if (isFigure3(table))
        renderFigure(figure3Content(table, ColourMap::Magma, colourRange(realResponses({}).get())),
                     figure);
    else
        throw badInput(path.string(), "is no table that can be drawn",
                       "figure2.csv or figure3.csv as 'earshot-cli reproduce' writes them",
                       "the column " + table.columns().front());
}

} // namespace

void renderResult(const fs::path& result, const QString& figure)
{
    if (result.extension() == ".csv") {
        renderTable(result, figure);
        return;
    }
    Explanation explanation = readExplanation(result);
    if (explanation.startMels.empty()) // a compact one
        Explainer(shippedModel(shippedClassifier), shippedModel(shippedGenerator),
                  initialiseTorch(DeviceChoice::Cpu))
            .restoreMels(explanation);
    const std::unique_ptr<RealResponsesFile> real =
        realResponses(explanation.record.at("sha256").text("classifier"));
    const RealResponses* statistics = real ? real->find(explanation.response) : nullptr;
    renderFigure(figureContent(explanation, statistics, ColourMap::Magma, colourRange(real.get())),
                 figure);
}

} // namespace earshot
