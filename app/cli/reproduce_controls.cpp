// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/reproduce_controls.h"

#include "app/cli/context.h"
#include "app/cli/reproduce_real.h"
#include "core/audio/audio_file.h"
#include "core/explain/explainer.h"
#include "core/explain/random_search.h"
#include "core/io/safetensors.h"
#include "core/util/error.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <span>

namespace earshot {

namespace fs = std::filesystem;

namespace {

constexpr float unknown = std::numeric_limits<float>::quiet_NaN();

std::string settingText(const GridSetting& setting)
{
    char text[96];
    std::snprintf(text, sizeof text, "learning rate %g, prior weight %g, %d steps",
                  setting.learningRate, setting.priorWeight, setting.steps);
    return text;
}

Json settingJson(const GridSetting& setting)
{
    return Json::object({{"learning_rate", setting.learningRate},
                         {"prior_weight", setting.priorWeight},
                         {"steps", setting.steps}});
}

// What a row is made of before it is listened to.
struct Material
{
    Matrix<float> mels;         // [N, 115·80]; none after a stop
    std::vector<float> own;     // [N] raw, of the classifier it was made with
    std::vector<float> trained; // [N]; empty: to be asked
    std::vector<float> ownStart = {};
    double priorWeight = 0;
};

// Generator outputs that a response's spread is measured over.
constexpr std::size_t spreadOutputs = 64;

// The rows of one unit.
class Controls
{
public:
    Controls(ReproduceTask& task, const ControlledUnit& unit, const SettingsSearch& search)
        : m_task(task)
        , m_unit(unit)
        , m_search(search)
        , m_examples(static_cast<std::size_t>(task.plan.controlExamples))
        , m_starts(task.explainer.generate(
              startLatents(task.plan.seed, m_examples, task.explainer.latentSize())))
    {
    }

    std::vector<ControlRow> rows();

private:
    struct RowPlan
    {
        ControlRow row;
        Json settings; // beside what all rows have
        double updates = 0;
        bool fromStarts = true;
    };

    using Maker = std::function<Material(const ProgressCallback& progress)>;
    ControlRow finished(RowPlan plan, const Maker& make);
    PartResult compute(const RowPlan& plan, const Maker& make, const ProgressCallback& progress);
    fs::path folder() const { return m_task.folder() / "controls" / fileNameOf(m_unit.response); }
    fs::path melFile(const std::string& key) const { return folder() / (key + ".safetensors"); }
    fs::path soundFile(const std::string& key) const { return folder() / (key + ".wav"); }

    ControlRow realRow();
    ControlRow clipsRow(const std::vector<RealClip>& clips);
    ControlRow settingRow(const char* key, const char* title, std::size_t index);
    ControlRow inputRow();
    ControlRow randomRow();
    ControlRow randomisedRow(const std::string& layer);
    Material explained(const Explainer& explainer, const ExplainSettings& settings,
                       const ProgressCallback& progress) const;
    ExplainSettings settingsOf(const GridSetting& setting, SearchSpace space) const;
    GridSetting chosen() const { return m_search.settings[m_search.chosen].measurement.setting; }
    std::vector<float> trainedResponses(const Matrix<float>& mels) const;
    double spreadOf(const Explainer& explainer) const;

    ReproduceTask& m_task;
    const ControlledUnit& m_unit;
    const SettingsSearch& m_search;
    const std::size_t m_examples;
    const Matrix<float> m_starts;
    Matrix<float> m_chosenMels; // once they are known
    std::optional<double> m_trainedSpread;
};

std::vector<ControlRow> Controls::rows()
{
    std::vector<ControlRow> list;
    list.push_back(realRow());
    if (const std::vector<RealClip> clips = realClips(m_task, m_unit.response, Direction::Positive);
        !clips.empty())
        list.push_back(clipsRow(clips));
    RowPlan start;
    start.row.key = "start";
    start.row.title = "start: what the generator makes of a random latent";
    start.fromStarts = false;
    start.updates = static_cast<double>(m_examples) * soundUpdates;
    list.push_back(finished(start, [this](const ProgressCallback&) {
        return Material{m_starts, {}, {}};
    }));
    list.push_back(settingRow("chosen", "Eq. 2, chosen setting", m_search.chosen));
    list.push_back(settingRow("median", "Eq. 2, median setting", m_search.median));
    list.push_back(settingRow("worst", "Eq. 2, worst setting", m_search.worst));
    list.push_back(inputRow());
    list.push_back(randomRow());
    for (const std::string& layer : m_unit.randomisedFrom)
        list.push_back(randomisedRow(layer));
    return list;
}

ControlRow Controls::finished(RowPlan plan, const Maker& make)
{
    ReproducePart part;
    part.name = "control-" + fileNameOf(m_unit.response) + "-" + plan.row.key;
    part.title = "controls of " + m_unit.response + ": " + plan.row.title;
    part.settings = Json::object({{"response", m_unit.response},
                                  {"examples", static_cast<std::int64_t>(m_examples)},
                                  {"chosen", settingJson(chosen())}});
    if (!plan.settings.isNull())
        part.settings.set("row", plan.settings);
    part.updates = plan.updates;
    const Json numbers = m_task.parts.finished(
        part, [&](const ProgressCallback& progress) { return compute(plan, make, progress); });
    ControlRow row = std::move(plan.row);
    row.responses = floatsOf(numbers, "responses");
    row.own = floatsOf(numbers, "own");
    row.ownStart = floatsOf(numbers, "own_start");
    row.priorWeight = numbers.number("prior_weight");
    row.heard = floatsOf(numbers, "heard");
    row.witness = floatsOf(numbers, "witness");
    row.cosines = numbers.numbers("cosines");
    std::error_code error;
    if (fs::exists(soundFile(row.key), error))
        row.sound = soundFile(row.key);
    if (row.key == "chosen")
        m_chosenMels =
            SafetensorsFile(melFile(row.key)).matrix("mels", static_cast<std::int64_t>(m_examples));
    return row;
}

PartResult Controls::compute(const RowPlan& plan, const Maker& make,
                             const ProgressCallback& progress)
{
    // So much of the row is making it.
    const double sounds = static_cast<double>(m_examples) * soundUpdates;
    const double share = std::max(0.0, 1 - sounds / std::max(plan.updates, 1.0));
    const auto part = [&](double from, double length) -> ProgressCallback {
        return [&progress, from, length](const Progress& state) {
            progress({"", from + length * state.fraction, {}});
        };
    };
    const Material material = make(part(0, share));
    const std::stop_token stop = m_task.context.stop();
    if (stop.stop_requested())
        return {};
    const HeardSounds heard = hear(m_task, m_unit.response, material.mels, part(share, 1 - share));
    if (stop.stop_requested())
        return {};
    std::vector<double> cosines;
    if (plan.fromStarts)
        cosines = changeCosines(m_starts, material.mels,
                                m_chosenMels.empty() ? material.mels : m_chosenMels);
    const std::vector<float> trained =
        material.trained.empty() ? trainedResponses(material.mels) : material.trained;
    PartResult result;
    result.numbers =
        Json::object({{"responses", Json::array(std::span<const float>(trained))},
                      {"own", Json::array(std::span<const float>(material.own))},
                      {"own_start", Json::array(std::span<const float>(material.ownStart))},
                      {"prior_weight", material.priorWeight},
                      {"heard", Json::array(std::span<const float>(heard.heard))},
                      {"witness", Json::array(std::span<const float>(heard.witness))},
                      {"cosines", Json::array(std::span<const double>(cosines))}});
    // An earlier one's, which this may lack.
    std::error_code error;
    fs::remove(soundFile(plan.row.key), error);
    if (!heard.sounds.empty() && !heard.sounds.front().empty()) {
        writeWav(soundFile(plan.row.key), heard.sounds.front(), m_task.frontEnd.sampleRateHz);
        result.files.push_back(soundFile(plan.row.key));
    }
    SafetensorsWriter writer;
    writer.add("mels", material.mels);
    writer.setMetadata("format", "earshot-control-1");
    writer.write(melFile(plan.row.key));
    result.files.push_back(melFile(plan.row.key));
    return result;
}

// Of rows that are finite, the trained classifier's; NaN of the others.
std::vector<float> Controls::trainedResponses(const Matrix<float>& mels) const
{
    std::vector<std::size_t> finite;
    for (std::size_t row = 0; row < mels.rows(); ++row)
        if (std::ranges::all_of(mels.row(row), [](float value) { return std::isfinite(value); }))
            finite.push_back(row);
    Matrix<float> some(finite.size(), mels.columns());
    for (std::size_t i = 0; i < finite.size(); ++i)
        std::ranges::copy(mels.row(finite[i]), some.row(i).begin());
    const std::vector<float> found =
        m_task.explainer.responses(some, m_task.explainer.parse(m_unit.response));
    std::vector<float> responses(mels.rows(), unknown);
    for (std::size_t i = 0; i < found.size(); ++i)
        responses[finite[i]] = found[i];
    return responses;
}

// The excerpts themselves are not in the bundle, or in many files.
ControlRow Controls::realRow()
{
    const std::vector<float>& highest =
        realSide(m_task.real.at(m_unit.response), Direction::Positive).responses;
    RowPlan plan;
    plan.row.key = "real";
    plan.row.title = "real music, highest " + std::to_string(highest.size());
    plan.row.detail = "responses only";
    plan.settings = Json::object({{"responses", Json::array(std::span<const float>(highest))}});
    plan.fromStarts = false;
    return finished(plan, [&](const ProgressCallback&) {
        return Material{logMelsOf({}, m_task.frontEnd), {}, highest};
    });
}

ControlRow Controls::clipsRow(const std::vector<RealClip>& clips)
{
    RowPlan plan;
    plan.row.key = "real_clips";
    plan.row.title = "real music, highest " + std::to_string(clips.size()) + " of different songs";
    plan.row.detail = "heard after the same resynthesis";
    for (const RealClip& clip : clips)
        if (!clip.licence.empty())
            plan.row.credits.push_back(clip.song + " (" + clip.licence + ")");
    plan.settings = Json::object({{"clips", clipsJson(clips)}});
    plan.fromStarts = false;
    plan.updates = static_cast<double>(clips.size()) * soundUpdates;
    return finished(plan, [&](const ProgressCallback&) {
        return Material{logMelsOf(clips, m_task.frontEnd), {}, {}};
    });
}

ExplainSettings Controls::settingsOf(const GridSetting& setting, SearchSpace space) const
{
    ExplainSettings settings = presetSettings(Preset::C1); // raw response, last step
    settings.directions = Directions::Positive;
    settings.examples = static_cast<int>(m_examples);
    settings.seed = m_task.plan.seed;
    settings.learningRate = setting.learningRate;
    settings.priorWeight = space == SearchSpace::Input ? 0 : setting.priorWeight;
    settings.steps = setting.steps;
    settings.space = space;
    return settings;
}

Material Controls::explained(const Explainer& explainer, const ExplainSettings& settings,
                             const ProgressCallback& progress) const
{
    ExplainControl control;
    control.stop = m_task.context.stop();
    control.abort = control.stop;
    control.progress = [&](const ExplainProgress& run) { progress({"", run.fraction, {}}); };
    Explanation explanation = explainer.explain(m_unit.response, settings, control);
    if (explanation.end != RunEnd::Completed)
        return {};
    DirectionResult& result = explanation.directions.at(Direction::Positive);
    const std::span<const float> own =
        result.responses.row(static_cast<std::size_t>(result.chosenStep));
    const std::span<const float> start = result.responses.row(0);
    return {std::move(result.mels),
            {own.begin(), own.end()},
            {},
            {start.begin(), start.end()},
            settings.priorWeight};
}

// Standard deviation of the unit's response over what the generator makes; 0 after a stop.
double Controls::spreadOf(const Explainer& explainer) const
{
    const Matrix<float> mels = m_task.explainer.generate(
        startLatents(m_task.plan.seed, spreadOutputs, m_task.explainer.latentSize()));
    const std::vector<float> responses =
        explainer.responses(mels, explainer.parse(m_unit.response), m_task.context.stop());
    return responses.size() < spreadOutputs ? 0 : std::sqrt(sampleMoments(responses).variance);
}

ControlRow Controls::settingRow(const char* key, const char* title, std::size_t index)
{
    const SearchedSetting& searched = m_search.settings[index];
    const GridSetting setting = searched.measurement.setting;
    RowPlan plan;
    plan.row.key = key;
    plan.row.title = title;
    plan.row.detail = settingText(setting);
    if (index != m_search.chosen && m_search.usable < m_search.candidates)
        plan.row.detail += "; of the " + std::to_string(m_search.usable) + " of " +
                           std::to_string(m_search.candidates) + " that did not explode";
    plan.settings = settingJson(setting);
    // The search's own trajectories, where it had this unit.
    const bool isKnown =
        m_search.response == m_unit.response && searched.latents.rows() >= m_examples;
    plan.updates = static_cast<double>(m_examples) * ((isKnown ? 0 : setting.steps) + soundUpdates);
    return finished(plan, [&](const ProgressCallback& progress) {
        if (!isKnown)
            return explained(m_task.explainer, settingsOf(setting, SearchSpace::Latent), progress);
        return Material{
            m_task.explainer.generate(searched.latents.view().slice(0, m_examples)), {}, {}};
    });
}

ControlRow Controls::inputRow()
{
    const ExplainSettings settings = settingsOf(chosen(), SearchSpace::Input);
    RowPlan plan;
    plan.row.key = "input";
    plan.row.title = "Eq. 1: the spectrogram itself, no generator";
    plan.row.detail = "from the same starts, the chosen setting's learning rate and steps";
    plan.updates = static_cast<double>(m_examples) * (settings.steps + soundUpdates);
    return finished(plan, [&](const ProgressCallback& progress) {
        return explained(m_task.explainer, settings, progress);
    });
}

ControlRow Controls::randomRow()
{
    RandomSearchSettings settings;
    settings.draws = m_examples * static_cast<std::size_t>(chosen().steps) * 2;
    settings.kept = m_examples;
    settings.seed = m_task.plan.seed;
    RowPlan plan;
    plan.row.key = "random";
    plan.row.title = "random search at equal compute";
    plan.row.detail =
        "best " + std::to_string(m_examples) + " of " + std::to_string(settings.draws) + " latents";
    plan.fromStarts = false;
    plan.updates = static_cast<double>(m_examples) * (chosen().steps + soundUpdates);
    return finished(plan, [&](const ProgressCallback& progress) {
        RandomSearchResult found = m_task.explainer.searchRandomly(m_unit.response, settings,
                                                                   m_task.context.stop(), progress);
        return Material{std::move(found.mels), std::move(found.responses), {}};
    });
}

ControlRow Controls::randomisedRow(const std::string& layer)
{
    const ExplainSettings settings = settingsOf(chosen(), SearchSpace::Latent);
    RowPlan plan;
    plan.row.key = "randomised_" + layer;
    plan.row.title = "Eq. 2, weights drawn anew from the output down to " + layer;
    plan.row.detail = "the chosen setting, its prior weight scaled as the response's spread is; "
                      "judged by the trained classifier";
    plan.updates = static_cast<double>(m_examples) * (settings.steps + soundUpdates) +
                   static_cast<double>(spreadOutputs);
    return finished(plan, [&](const ProgressCallback& progress) {
        if (m_task.context.stop().stop_requested())
            return Material();
        const Explainer random(m_task.classifierFolder, m_task.generatorFolder,
                               m_task.explainer.device(), Randomisation{layer, m_task.plan.seed});
        // A network that has learnt nothing answers more weakly: the same prior weight would
        // outweigh it.
        ExplainSettings scaled = settings;
        if (!m_trainedSpread)
            m_trainedSpread = spreadOf(m_task.explainer);
        const double trained = *m_trainedSpread;
        const double untrained = spreadOf(random);
        if (m_task.context.stop().stop_requested())
            return Material();
        if (trained > 0 && std::isfinite(untrained))
            scaled.priorWeight = std::min(settings.priorWeight * untrained / trained, 1e3);
        return explained(random, scaled, progress);
    });
}

} // namespace

Estimate UnitControls::cosineWithoutTraining(std::uint64_t seed) const
{
    const bool has = !rows.empty() && rows.back().key.starts_with("randomised_");
    std::vector<double> finite;
    if (has)
        for (const double value : rows.back().cosines)
            if (std::isfinite(value))
                finite.push_back(std::abs(value));
    return estimatedMean(finite, seed);
}

UnitControls controlsOf(ReproduceTask& task, const ControlledUnit& unit,
                        const SettingsSearch& search)
{
    UnitControls controls;
    controls.response = unit.response;
    controls.reason = unit.reason;
    controls.chosen = search.settings[search.chosen].measurement.setting;
    controls.rows = Controls(task, unit, search).rows();
    return controls;
}

double controlUpdates(const ReproducePlan& plan, const ControlledUnit& unit)
{
    const GridSettings& grid = unit.grid ? *unit.grid : plan.grids.front();
    const double steps = largestSteps(grid);
    const bool isOutput = unit.response == plan.output;
    // Real excerpts, the start and three settings; Eq. 1, random search and randomised weights.
    const double made =
        2 + static_cast<double>(unit.randomisedFrom.size()) + (unit.grid || isOutput ? 0 : 3);
    const double rows = 6 + static_cast<double>(unit.randomisedFrom.size());
    const double spreads =
        static_cast<double>(unit.randomisedFrom.size()) * static_cast<double>(spreadOutputs);
    return plan.controlExamples * (made * steps + rows * soundUpdates) + spreads +
           mostRealClips * soundUpdates;
}

} // namespace earshot
