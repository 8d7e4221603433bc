// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/listen/heard.h"

#include "core/audio/audio_file.h"
#include "core/explain/explainer.h"
#include "core/explain/explanation_record.h"
#include "core/explain/witness.h"
#include "core/nets/device.h"
#include "core/util/error.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdio>
#include <exception>
#include <limits>
#include <mutex>
#include <string_view>
#include <system_error>
#include <thread>

namespace earshot {

namespace {

// A spectrogram to be made into sound, and where the sound goes.
struct Task
{
    MatrixView<const float> mels; // [frames, bands]
    std::vector<float>* sound;
};

// An exploded row can't: it stays silent, and the others are heard.
bool canBeSound(MatrixView<const float> mels)
{
    return std::ranges::all_of(
        mels.values(), [](float value) { return std::isfinite(value) && value <= loudestLogMel; });
}

void addTasks(MatrixView<const float> mels, const FrontEndParameters& frontEnd,
              std::vector<std::vector<float>>& sounds, std::vector<Task>& tasks)
{
    sounds.assign(mels.rows(), {});
    for (std::size_t row = 0; row < mels.rows(); ++row) {
        const MatrixView<const float> one(mels.row(row).data(), frontEnd.excerptFrames,
                                          frontEnd.melBands);
        if (canBeSound(one))
            tasks.push_back({one, &sounds[row]});
    }
}

// Runs the tasks on several threads. Each depends on its own spectrogram alone.
void runAll(const std::vector<Task>& tasks, const FrontEndParameters& frontEnd,
            const ResynthesisParameters& parameters, int threads, const std::stop_token& stop,
            const ProgressCallback& progress)
{
    std::atomic<std::size_t> next = 0;
    std::size_t finished = 0;
    std::mutex lock; // guards finished, failure and progress
    std::exception_ptr failure;
    const auto workOff = [&] {
        for (std::size_t i = next++; i < tasks.size(); i = next++) {
            std::vector<float> sound = resynthesise(tasks[i].mels, frontEnd, parameters, stop);
            const std::scoped_lock guard(lock);
            if (stop.stop_requested()) // the sound may be half made
                return;
            *tasks[i].sound = std::move(sound);
            ++finished;
            if (progress)
                progress({"resynthesising",
                          static_cast<double>(finished) / static_cast<double>(tasks.size()),
                          std::nullopt});
        }
    };
    const auto work = [&] {
        // Threads that flush denormals and threads that don't would make different bits.
        prepareWorkerThread();
        try {
            workOff();
        } catch (...) {
            const std::scoped_lock guard(lock);
            failure = std::current_exception();
            next = tasks.size();
        }
    };
    {
        std::vector<std::jthread> workers;
        try {
            for (int i = 1; i < threads; ++i)
                workers.emplace_back(work);
        } catch (const std::system_error&) { // the threads there are do all of it
        }
        work();
    }
    if (failure)
        std::rethrow_exception(failure);
}

constexpr const char* startName = "start";

std::string numbered(std::string_view what, std::size_t index)
{
    char number[32];
    std::snprintf(number, sizeof number, "_%02zu.wav", index);
    return std::string(what) + number;
}

} // namespace

std::vector<std::vector<float>> resynthesiseAll(MatrixView<const float> mels,
                                                const FrontEndParameters& frontEnd,
                                                const ResynthesisParameters& parameters,
                                                int threads, const std::stop_token& stop,
                                                const ProgressCallback& progress)
{
    std::vector<Task> tasks;
    std::vector<std::vector<float>> sounds;
    addTasks(mels, frontEnd, sounds, tasks);
    runAll(tasks, frontEnd, parameters, threads, stop, progress);
    return sounds;
}

std::vector<float> heardResponses(const Explainer& explainer, const ResponseExpression& expression,
                                  const std::vector<std::vector<float>>& sounds,
                                  const FrontEndParameters& frontEnd, const std::stop_token& stop)
{
    std::vector<std::size_t> made;
    for (std::size_t i = 0; i < sounds.size(); ++i)
        if (!sounds[i].empty())
            made.push_back(i);
    Matrix<float> mels(made.size(), frontEnd.excerptFrames * frontEnd.melBands);
    std::vector<float> heard(sounds.size(), std::numeric_limits<float>::quiet_NaN());
    for (std::size_t i = 0; i < made.size(); ++i) {
        if (stop.stop_requested())
            return heard;
        std::ranges::copy(logMel(sounds[made[i]], frontEnd).values(), mels.row(i).begin());
    }
    const std::vector<float> responses = explainer.responses(mels, expression, stop);
    for (std::size_t i = 0; i < responses.size(); ++i)
        heard[made[i]] = responses[i];
    return heard;
}

std::vector<float> witnessLogits(const Explainer& witness,
                                 const std::vector<std::vector<float>>& sounds,
                                 const FrontEndParameters& frontEnd, const std::stop_token& stop)
{
    ResponseTerm output;
    output.layer = witness.outputLayer();
    output.indices = {0};
    return heardResponses(witness, ResponseExpression({output}), sounds, frontEnd, stop);
}

bool hearExplanation(const Explainer& explainer, const FrontEndParameters& frontEnd,
                     const ResynthesisParameters& parameters, int threads, Explanation& explanation,
                     ExplanationSounds& sounds, std::stop_token stop,
                     const ProgressCallback& progress)
{
    std::vector<Task> tasks;
    addTasks(explanation.startMels, frontEnd, sounds.start, tasks);
    for (const auto& [direction, result] : explanation.directions)
        addTasks(result.mels, frontEnd, sounds.directions[direction], tasks);
    runAll(tasks, frontEnd, parameters, threads, stop, progress);
    if (stop.stop_requested())
        return false;
    const ResponseExpression expression = explainer.parse(explanation.response);
    const std::vector<float> start =
        heardResponses(explainer, expression, sounds.start, frontEnd, stop);
    std::map<Direction, std::vector<float>> directions;
    for (const auto& [direction, rows] : sounds.directions)
        directions[direction] = heardResponses(explainer, expression, rows, frontEnd, stop);
    if (stop.stop_requested())
        return false;
    explanation.startHeard = start;
    for (auto& [direction, heard] : directions)
        explanation.directions.at(direction).heard = std::move(heard);
    return true;
}

std::string soundProblem(MatrixView<const float> mels)
{
    std::size_t broken = 0;
    std::size_t loud = 0;
    float loudest = loudestLogMel;
    for (std::size_t row = 0; row < mels.rows(); ++row) {
        const auto values = mels.row(row);
        if (!std::ranges::all_of(values, [](float value) { return std::isfinite(value); })) {
            ++broken;
        } else if (const float highest = std::ranges::max(values); highest > loudestLogMel) {
            ++loud;
            loudest = std::max(loudest, highest);
        }
    }
    const auto countText = [&](std::size_t count) {
        return std::to_string(count) + " of " + std::to_string(mels.rows()) +
               (count == 1 ? " is " : " are ");
    };
    char limits[64];
    std::snprintf(limits, sizeof limits, "(log-mel %.0f, at most %.0f)",
                  static_cast<double>(loudest), static_cast<double>(loudestLogMel));
    std::string text;
    if (loud > 0)
        text = countText(loud) + "too loud to become sound " + limits;
    if (broken > 0)
        text += (text.empty() ? "" : "; ") + countText(broken) +
                "without a sound: a log-mel is not finite";
    return text;
}

bool askWitness(const Explainer& explainer, const Explainer& witness,
                const FrontEndParameters& frontEnd, const ExplanationSounds& sounds,
                Explanation& explanation, const std::stop_token& stop)
{
    const std::vector<float> start = witnessLogits(witness, sounds.start, frontEnd, stop);
    std::map<Direction, std::vector<float>> directions;
    for (const auto& [direction, rows] : sounds.directions)
        directions[direction] = witnessLogits(witness, rows, frontEnd, stop);
    if (stop.stop_requested())
        return false;
    explanation.startWitness = start;
    for (auto& [direction, logits] : directions)
        explanation.directions.at(direction).witness = std::move(logits);
    recordWitness(describeWitness(explainer, explainer.parse(explanation.response), witness),
                  explanation);
    return true;
}

std::vector<std::filesystem::path> writeSounds(const ExplanationSounds& sounds,
                                               const FrontEndParameters& frontEnd,
                                               const std::filesystem::path& folder)
{
    std::vector<std::filesystem::path> paths;
    const auto write = [&](std::string_view what, const std::vector<std::vector<float>>& rows) {
        for (std::size_t i = 0; i < rows.size(); ++i) {
            if (rows[i].empty()) // not made before a stop, or exploded
                continue;
            paths.push_back(folder / numbered(what, i));
            writeWav(paths.back(), rows[i], frontEnd.sampleRateHz);
        }
    };
    write(startName, sounds.start);
    for (const auto& [direction, rows] : sounds.directions)
        write(name(direction), rows);
    return paths;
}

std::set<std::string> soundNames(Directions directions, std::size_t examples)
{
    std::set<std::string> names;
    for (std::size_t i = 0; i < examples; ++i) {
        names.insert(numbered(startName, i));
        if (directions != Directions::Negative)
            names.insert(numbered(name(Direction::Positive), i));
        if (directions != Directions::Positive)
            names.insert(numbered(name(Direction::Negative), i));
    }
    return names;
}

} // namespace earshot
