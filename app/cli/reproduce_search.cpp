// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/reproduce_search.h"

#include "app/cli/context.h"
#include "core/audio/audio_file.h"
#include "core/explain/explainer.h"
#include "core/explain/grid_batch.h"
#include "core/explain/grid_progress.h"
#include "core/explain/grid_reader.h"
#include "core/explain/witness.h"
#include "core/io/safetensors.h"
#include "core/io/sha256.h"
#include "core/util/error.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <span>
#include <utility>

namespace earshot {

namespace fs = std::filesystem;

namespace {

double soundsOf(const GridSettings& grid)
{
    return static_cast<double>(pairCount(grid) * grid.steps.size()) * grid.examples;
}

std::string realHash(const RealSide& real)
{
    return sha256(std::as_bytes(std::span(real.responses)));
}

// One grid of a unit, as two parts.
class GridPart
{
public:
    GridPart(ReproduceTask& task, const std::string& response, const GridSettings& grid,
             const RealSide& real, const std::string& kind, std::size_t number)
        : m_task(task)
        , m_response(response)
        , m_grid(grid)
        , m_real(real)
        , m_name(kind + "-" + fileNameOf(response) + "-" + std::to_string(number + 1))
    {
    }

    std::vector<SearchedSetting> search(SearchSounds sounds)
    {
        ReproducePart part;
        part.name = m_name;
        part.title = "searching settings of " + m_response;
        part.settings = settings();
        part.updates = gridUpdates(m_grid);
        m_task.parts.finished(
            part, [&](const ProgressCallback& progress) { return compute(part, progress); });
        std::vector<SearchedSetting> list = read();
        if (sounds == SearchSounds::Made)
            makeSounds(list);
        return list;
    }
    // Row of the chosen setting.
    std::size_t chosen() const { return m_chosen; }
    std::optional<FreshMeasurement> fresh() const { return m_fresh; }

private:
    fs::path folder() const { return m_task.folder() / "searches" / m_name; }
    fs::path soundFile(std::size_t row, std::size_t example) const
    {
        return folder() / ("sound_" + std::to_string(row) + "_" + std::to_string(example) + ".wav");
    }
    Json settings() const
    {
        Json json = gridSettingsJson(m_grid);
        json.set("response", m_response);
        json.set("real_responses", realHash(m_real));
        return json;
    }
    PartResult compute(const ReproducePart& part, const ProgressCallback& progress) const;
    std::vector<SearchedSetting> read();
    void makeSounds(std::vector<SearchedSetting>& list) const;
    void keepSounds(const HeardSounds& heard, std::size_t row, PartResult& result) const;

    ReproduceTask& m_task;
    const std::string& m_response;
    const GridSettings& m_grid;
    const RealSide& m_real;
    const std::string m_name;
    std::size_t m_chosen = 0;
    std::optional<FreshMeasurement> m_fresh;
};

PartResult GridPart::compute(const ReproducePart& part, const ProgressCallback& progress) const
{
    GridControl control;
    control.stop = m_task.context.stop();
    control.checkpoint = m_task.parts.checkpoint(part);
    control.progress = [&](const GridProgress& grid) { progress({"", grid.fraction, {}}); };
    const GridResult result = m_task.explainer.searchGrid(m_response, m_grid, m_real, control);
    if (result.end != RunEnd::Completed)
        return {};
    return {Json::object(), writeGrid(result, folder())};
}

std::vector<SearchedSetting> GridPart::read()
{
    const std::optional<GridResult> grid = readGrid(folder());
    if (!grid)
        throw badInput(folder().string(), "lost its grid.csv or grid.earshot");
    if (!grid->chosen)
        throw Error(ErrorKind::Failed, m_response,
                    "has no setting to choose: every explanation of it exploded, or it is dead");
    m_chosen = *grid->chosen;
    m_fresh = grid->fresh;
    const SafetensorsFile tensors(folder() / "grid.earshot");
    const auto count = static_cast<std::int64_t>(grid->measurements.size());
    const auto examples = static_cast<std::int64_t>(grid->responses.columns());
    const auto width = static_cast<std::int64_t>(m_task.explainer.latentSize());
    const std::vector<float> latents = tensors.floats("latents", {count, examples, width});
    const auto size = static_cast<std::size_t>(examples * width);
    std::vector<SearchedSetting> list;
    for (std::size_t row = 0; row < grid->measurements.size(); ++row) {
        SearchedSetting setting;
        setting.measurement = grid->measurements[row];
        const std::span<const float> responses = grid->responses.row(row);
        setting.responses.assign(responses.begin(), responses.end());
        const std::span<const float> own = std::span(latents).subspan(row * size, size);
        setting.latents =
            Matrix<float>(std::vector<float>(own.begin(), own.end()),
                          static_cast<std::size_t>(examples), static_cast<std::size_t>(width));
        list.push_back(std::move(setting));
    }
    return list;
}

void GridPart::makeSounds(std::vector<SearchedSetting>& list) const
{
    ReproducePart part;
    part.name = m_name + "-sounds";
    part.title = "listening to the settings of " + m_response;
    part.settings = settings();
    part.updates = soundsOf(m_grid) * soundUpdates;
    const Json numbers = m_task.parts.finished(part, [&](const ProgressCallback& progress) {
        PartResult result;
        result.numbers = Json::object();
        for (std::size_t row = 0; row < list.size(); ++row) {
            if (m_task.context.stop().stop_requested())
                return PartResult();
            const HeardSounds heard =
                hear(m_task, m_response, m_task.explainer.generate(list[row].latents), {});
            const std::string key = std::to_string(row);
            result.numbers.set("heard_" + key, Json::array(std::span(heard.heard)));
            result.numbers.set("witness_" + key, Json::array(std::span(heard.witness)));
            keepSounds(heard, row, result);
            progress({"", static_cast<double>(row + 1) / static_cast<double>(list.size()), {}});
        }
        return result;
    });
    for (std::size_t row = 0; row < list.size(); ++row) {
        list[row].heard = floatsOf(numbers, "heard_" + std::to_string(row));
        list[row].witness = floatsOf(numbers, "witness_" + std::to_string(row));
        for (std::size_t i = 0; i < keptSounds; ++i) {
            std::error_code error;
            const fs::path file = soundFile(row, i);
            list[row].sounds.push_back(fs::exists(file, error) ? file : fs::path());
        }
    }
}

void GridPart::keepSounds(const HeardSounds& heard, std::size_t row, PartResult& result) const
{
    for (std::size_t i = 0; i < keptSounds; ++i) {
        const fs::path file = soundFile(row, i);
        std::error_code error;
        fs::remove(file, error); // an earlier one's, which this may lack
        if (i >= heard.sounds.size() || heard.sounds[i].empty() ||
            m_task.context.stop().stop_requested())
            continue;
        writeWav(file, heard.sounds[i], m_task.frontEnd.sampleRateHz);
        result.files.push_back(file);
    }
}

// Median and worst by distance, of the candidates that have one.
void rank(SettingsSearch& search)
{
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < search.candidates; ++i)
        if (std::isfinite(search.settings[i].usableDistance()))
            order.push_back(i);
    search.usable = order.size();
    search.median = search.worst = search.chosen;
    if (order.empty())
        return;
    std::ranges::sort(order, {},
                      [&](std::size_t i) { return search.settings[i].measurement.distance; });
    search.median = order[order.size() / 2];
    search.worst = order.back();
}

} // namespace

double SearchedSetting::agreement() const
{
    if (witness.empty())
        return std::numeric_limits<double>::quiet_NaN();
    return static_cast<double>(countOnSide(witness, Direction::Positive)) /
           static_cast<double>(witness.size());
}

double SearchedSetting::usableDistance() const
{
    const bool isUsable =
        std::isfinite(measurement.distance) && measurement.state != GridState::Exploded;
    return isUsable ? measurement.distance : std::numeric_limits<double>::infinity();
}

const SearchedSetting* SettingsSearch::find(const GridSetting& setting) const
{
    const auto found = std::ranges::find_if(settings, [&](const SearchedSetting& other) {
        const GridSetting& known = other.measurement.setting;
        return known.learningRate == setting.learningRate &&
               known.priorWeight == setting.priorWeight && known.steps == setting.steps;
    });
    return found == settings.end() ? nullptr : &*found;
}

SettingsSearch searchSettings(ReproduceTask& task, const std::string& response,
                              const std::vector<GridSettings>& grids, SearchSounds sounds,
                              const std::string& kind)
{
    SettingsSearch search;
    search.response = response;
    search.real = realSide(task.real.at(response), Direction::Positive);
    search.realMoments = sampleMoments(search.real.responses);
    for (std::size_t number = 0; number < grids.size(); ++number) {
        GridPart part(task, response, grids[number], search.real, kind, number);
        std::vector<SearchedSetting> list = part.search(sounds);
        if (number == 0) {
            search.chosen = part.chosen();
            search.fresh = part.fresh();
            search.firstFresh = firstFreshStart(grids[number]);
        }
        for (SearchedSetting& setting : list)
            search.settings.push_back(std::move(setting));
        if (number == 0) {
            search.candidates = search.settings.size();
            rank(search);
        }
    }
    return search;
}

double searchUpdates(const std::vector<GridSettings>& grids, SearchSounds sounds)
{
    double updates = 0;
    for (const GridSettings& grid : grids)
        updates +=
            gridUpdates(grid) + (sounds == SearchSounds::Made ? soundsOf(grid) * soundUpdates : 0);
    return updates;
}

MetricCheck checkMetric(const ReproduceTask& task, const SettingsSearch& search)
{
    const bool isSameQuestion =
        task.witness != nullptr &&
        describeWitness(task.explainer, task.explainer.parse(task.plan.output), *task.witness)
            .isSameQuestion;
    const auto correlation = [&](bool withExploded) {
        std::vector<double> distances;
        std::vector<double> agreements;
        std::vector<std::size_t> groups;
        std::map<std::pair<double, double>, std::size_t> trajectories;
        for (const SearchedSetting& setting : search.settings) {
            const double distance = setting.usableDistance();
            if (std::isinf(distance) && !withExploded)
                continue;
            const GridSetting& place = setting.measurement.setting;
            distances.push_back(distance);
            agreements.push_back(isSameQuestion ? setting.agreement()
                                                : std::numeric_limits<double>::quiet_NaN());
            groups.push_back(
                trajectories
                    .try_emplace({place.learningRate, place.priorWeight}, trajectories.size())
                    .first->second);
        }
        return estimatedSpearman(distances, agreements, groups, task.plan.seed);
    };
    MetricCheck check;
    check.settings = search.settings.size();
    check.exploded = static_cast<std::size_t>(
        std::ranges::count_if(search.settings, [](const SearchedSetting& setting) {
            return std::isinf(setting.usableDistance());
        }));
    check.correlation = correlation(true);
    check.withoutExploded = correlation(false);
    return check;
}

} // namespace earshot
