// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/search_store.h"

#include "core/explain/grid_batch.h"
#include "core/explain/grid_identity.h"
#include "core/explain/grid_reader.h"
#include "core/io/json.h"
#include "core/io/safetensors.h"
#include "core/nets/device.h"
#include "core/util/error.h"

#include <algorithm>
#include <cmath>
#include <system_error>
#include <utility>

namespace earshot {

namespace fs = std::filesystem;

namespace {

int knownExamples(const GridResult& result)
{
    int examples = 0;
    for (const GridMeasurement& measurement : result.measurements)
        examples += measurement.examples;
    return examples;
}

void readInto(StoredSearches& stored, const fs::path& folder)
{
    try {
        if (std::optional<GridResult> result = readGrid(folder)) {
            const std::string name = gridName(result->settings);
            stored.results.emplace(name, std::make_shared<const GridResult>(*std::move(result)));
        }
    } catch (const Error& error) {
        stored.problems.emplace_back(error.what());
    }
}

} // namespace

GridSettings gridOf(SearchForm form, Direction direction)
{
    GridSettings settings = form == SearchForm::Quick ? quickGrid() : fullGrid();
    settings.direction = direction;
    return settings;
}

std::optional<SearchForm> formOf(const GridSettings& settings)
{
    for (const SearchForm form : {SearchForm::Quick, SearchForm::Full})
        if (gridName(settings) == gridName(gridOf(form, settings.direction)))
            return form;
    return std::nullopt;
}

std::string gridName(const GridSettings& settings)
{
    return std::to_string(pairCount(settings)) + "x" + std::to_string(settings.examples) + "x" +
           std::to_string(largestSteps(settings));
}

fs::path checkpointOf(const fs::path& folder, const GridSettings& settings, const Device& device)
{
    return folder /
           ((device.isCuda ? "unfinished-gpu-" : "unfinished-") + gridName(settings) + ".earshot");
}

StoredSearches readSearches(const fs::path& folder)
{
    StoredSearches stored;
    std::error_code error;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder, error))
        if (entry.is_directory(error))
            readInto(stored, entry.path());
    // Earlier versions kept one result, of whichever grid, in the folder itself.
    readInto(stored, folder);
    for (const SearchForm form : {SearchForm::Quick, SearchForm::Full})
        for (const bool isCuda : {false, true}) {
            Device device;
            device.isCuda = isCuda;
            const fs::path checkpoint =
                checkpointOf(folder, gridOf(form, Direction::Positive), device);
            if (UnfinishedSearch found = unfinishedSearch(checkpoint); found.updates > 0)
                stored.unfinished.emplace(checkpoint, std::move(found));
        }
    return stored;
}

void writeSearch(const GridResult& result, const fs::path& folder)
{
    writeGrid(result, folder / gridName(result.settings));
}

UnfinishedSearch unfinishedSearch(const fs::path& checkpoint)
{
    std::error_code error;
    if (!fs::exists(checkpoint, error))
        return {};
    try {
        const SafetensorsFile file(checkpoint);
        UnfinishedSearch unfinished;
        unfinished.identity = Json::parse(file.metadataValue("identity"), checkpoint.string());
        for (const float steps : file.floats("steps_done"))
            unfinished.updates += steps;
        return std::isfinite(unfinished.updates) ? unfinished : UnfinishedSearch();
    } catch (const Error&) {
        return {}; // the search, too, passes over one that it cannot go on from
    }
}

double shareDone(const UnfinishedSearch& unfinished, const GridSettings& settings,
                 const Json& identity)
{
    if (unfinished.updates <= 0 || !identityDifference(identity, unfinished.identity).names.empty())
        return 0;
    return std::min(1.0, unfinished.updates / gridUpdates(settings));
}

bool isWorthKeeping(const GridResult& result, const GridResult* before)
{
    if (result.end == RunEnd::Completed)
        return true;
    if (before != nullptr)
        return before->end != RunEnd::Completed && knownExamples(result) >= knownExamples(*before);
    return !std::ranges::all_of(result.curves.values(),
                                [](float value) { return std::isnan(value); });
}

GridResults::const_iterator mostInformative(const GridResults& results)
{
    const auto worth = [](const GridResults::value_type& one) {
        return std::pair(one.second->end == RunEnd::Completed, gridUpdates(one.second->settings));
    };
    return std::ranges::max_element(results, {}, worth);
}

} // namespace earshot
