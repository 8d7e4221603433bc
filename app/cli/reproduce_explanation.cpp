// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/reproduce_explanation.h"

#include "app/cli/context.h"
#include "core/audio/audio_file.h"
#include "core/dsp/descriptors.h"
#include "core/dsp/resynthesis.h"
#include "core/explain/explainer.h"
#include "core/explain/explanation_record.h"
#include "core/listen/heard.h"
#include "core/util/error.h"

#include <algorithm>
#include <cstdio>
#include <limits>
#include <span>

namespace earshot {

namespace fs = std::filesystem;

namespace {

ExplainSettings paperSettings(const ReproducePlan& plan)
{
    ExplainSettings settings = presetSettings(Preset::C1);
    settings.examples = plan.figureExamples;
    settings.steps = plan.figureSteps;
    settings.seed = plan.seed;
    return settings;
}

// [descriptorCount], in the order of descriptors().
std::vector<double> valuesOf(const std::vector<float>& sound, double sampleRateHz)
{
    if (sound.empty())
        return std::vector<double>(descriptorCount, std::numeric_limits<double>::quiet_NaN());
    const SoundDescriptors found = describeSound(sound, sampleRateHz);
    return {found.lowEnergyShare, found.harmonicPercussiveDb, found.onsetsPerSecond,
            found.centroidHz, found.levelDb};
}

class ExplanationPart
{
public:
    explicit ExplanationPart(ReproduceTask& task)
        : m_task(task)
        , m_settings(paperSettings(task.plan))
        , m_result(task.folder() / "figure4" / "result.earshot")
    {
    }

    PaperExplanation finished()
    {
        PaperExplanation paper;
        paper.highest = realClips(m_task, m_task.plan.output, Direction::Positive);
        paper.lowest = realClips(m_task, m_task.plan.output, Direction::Negative);
        ReproducePart part;
        part.name = "explanation";
        part.title = "explaining " + m_task.plan.output;
        part.settings = settingsJson(m_settings);
        part.settings.set("response", m_task.plan.output);
        part.settings.set("real_highest", clipsJson(paper.highest));
        part.settings.set("real_lowest", clipsJson(paper.lowest));
        part.updates = explanationUpdates(m_task.plan);
        const Json numbers = m_task.parts.finished(
            part, [&](const ProgressCallback& progress) { return compute(paper, progress); });
        paper.explanation = readExplanation(m_result);
        paper.result = m_result;
        for (const auto& [key, title] : groupTitles())
            if (numbers.contains(key))
                paper.groups.push_back(read(numbers.at(key), key, title));
        return paper;
    }

private:
    static std::vector<std::pair<std::string, std::string>> groupTitles()
    {
        return {{"start", "start"},
                {"positive", "maximised"},
                {"negative", "minimised"},
                {"real_highest", "real highest, resynthesised"},
                {"real_lowest", "real lowest, resynthesised"},
                {"real_highest_original", "real highest, as it is"},
                {"real_lowest_original", "real lowest, as it is"}};
    }
    static DescribedGroup read(const Json& json, const std::string& key, const std::string& title)
    {
        DescribedGroup group{key, title, {}};
        for (const Descriptor& descriptor : descriptors())
            group.values.push_back(json.numbers(descriptor.key));
        return group;
    }

    PartResult compute(const PaperExplanation& paper, const ProgressCallback& progress);
    Json describe(const std::vector<std::vector<float>>& sounds) const;
    void describeReal(const std::vector<RealClip>& clips, const std::string& key,
                      Json& numbers) const;
    std::vector<fs::path> write(const ExplanationSounds& sounds) const;

    ReproduceTask& m_task;
    const ExplainSettings m_settings;
    const fs::path m_result;
};

PartResult ExplanationPart::compute(const PaperExplanation& paper, const ProgressCallback& progress)
{
    const std::stop_token stop = m_task.context.stop();
    // So much of the part is optimising.
    const double share =
        2.0 * m_settings.examples * m_settings.steps / explanationUpdates(m_task.plan);
    ExplainControl control;
    control.stop = stop;
    control.abort = stop;
    control.progress = [&](const ExplainProgress& run) {
        progress({"", share * run.fraction, {}});
    };
    const std::string& output = m_task.plan.output;
    Explanation explanation =
        m_task.explainer.explain(output, m_settings, control, &m_task.real.at(output));
    if (explanation.end != RunEnd::Completed)
        return {};
    ExplanationSounds sounds;
    const auto resynthesising = [&](const Progress& state) {
        progress({"", share + (1 - share) * state.fraction, {}});
    };
    if (!hearExplanation(
            m_task.explainer, m_task.frontEnd, resynthesisDefaults(ResynthesisMethod::Joint),
            m_task.explainer.device().threads, explanation, sounds, stop, resynthesising))
        return {};
    if (m_task.witness != nullptr &&
        !askWitness(m_task.explainer, *m_task.witness, m_task.frontEnd, sounds, explanation, stop))
        return {};
    Json numbers = Json::object();
    numbers.set("start", describe(sounds.start));
    for (const auto& [direction, rows] : sounds.directions)
        numbers.set(std::string(name(direction)), describe(rows));
    describeReal(paper.highest, "real_highest", numbers);
    describeReal(paper.lowest, "real_lowest", numbers);
    if (stop.stop_requested())
        return {};
    std::vector<fs::path> files = write(sounds);
    writeExplanation(explanation, m_result);
    files.push_back(m_result);
    return {numbers, files};
}

Json ExplanationPart::describe(const std::vector<std::vector<float>>& sounds) const
{
    std::vector<std::vector<double>> values(descriptorCount);
    for (const std::vector<float>& sound : sounds) {
        if (m_task.context.stop().stop_requested())
            break;
        const std::vector<double> found = valuesOf(sound, m_task.frontEnd.sampleRateHz);
        for (std::size_t i = 0; i < descriptorCount; ++i)
            values[i].push_back(found[i]);
    }
    Json json = Json::object();
    for (std::size_t i = 0; i < descriptorCount; ++i)
        json.set(descriptors()[i].key, Json::array(std::span(values[i])));
    return json;
}

void ExplanationPart::describeReal(const std::vector<RealClip>& clips, const std::string& key,
                                   Json& numbers) const
{
    if (clips.empty())
        return;
    std::vector<std::vector<float>> originals;
    for (const RealClip& clip : clips)
        originals.push_back(clip.samples);
    const HeardSounds heard =
        hear(m_task, m_task.plan.output, logMelsOf(clips, m_task.frontEnd), {});
    numbers.set(key, describe(heard.sounds));
    numbers.set(key + "_original", describe(originals));
}

// Those of the first examples.
std::vector<fs::path> ExplanationPart::write(const ExplanationSounds& sounds) const
{
    ExplanationSounds some = sounds;
    const auto cut = [](std::vector<std::vector<float>>& rows) {
        rows.resize(std::min(rows.size(), shownExamples));
    };
    cut(some.start);
    for (auto& [direction, rows] : some.directions)
        cut(rows);
    // An earlier run's, which this may lack.
    std::error_code error;
    for (const fs::directory_entry& entry : fs::directory_iterator(m_result.parent_path(), error))
        if (entry.path().extension() == ".wav")
            fs::remove(entry.path(), error);
    return writeSounds(some, m_task.frontEnd, m_result.parent_path());
}

} // namespace

const std::vector<Descriptor>& descriptors()
{
    static const std::vector<Descriptor> list{
        {"low_energy_share", "energy below 150 Hz", "%", 100, 1},
        {"harmonic_percussive_db", "harmonic to percussive", "dB", 1, 1},
        {"onsets_per_second", "onsets a second", "1/s", 1, 2},
        {"centroid_hz", "spectral centroid", "Hz", 1, 0},
        {"level_db", "level (RMS)", "dBFS", 1, 1}};
    return list;
}

const DescribedGroup* PaperExplanation::group(std::string_view key) const
{
    const auto found = std::ranges::find(groups, key, &DescribedGroup::key);
    return found == groups.end() ? nullptr : &*found;
}

fs::path PaperExplanation::sound(std::string_view key, std::size_t example) const
{
    char file[48];
    std::snprintf(file, sizeof file, "%.*s_%02zu.wav", static_cast<int>(key.size()), key.data(),
                  example);
    const fs::path path = result.parent_path() / file;
    std::error_code error;
    return fs::exists(path, error) ? path : fs::path();
}

double explanationUpdates(const ReproducePlan& plan)
{
    const ExplainSettings settings = paperSettings(plan);
    return settings.examples * (2.0 * settings.steps + 3 * soundUpdates) +
           2 * mostRealClips * soundUpdates;
}

PaperExplanation explainAsPaper(ReproduceTask& task)
{
    return ExplanationPart(task).finished();
}

} // namespace earshot
