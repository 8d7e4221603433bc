// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/listen/heard.h"

#include "core/audio/audio_file.h"
#include "core/explain/explainer.h"
#include "core/util/error.h"

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <exception>
#include <mutex>
#include <thread>

namespace earshot {

namespace {

// A spectrogram to be made into sound, and where the sound goes.
struct Task
{
    MatrixView<const float> mels; // [frames, bands]
    std::vector<float>* sound;
};

void addTasks(const Matrix<float>& mels, const FrontEndParameters& frontEnd,
              std::vector<std::vector<float>>& sounds, std::vector<Task>& tasks)
{
    sounds.resize(mels.rows());
    for (std::size_t row = 0; row < mels.rows(); ++row)
        tasks.push_back(
            {{mels.row(row).data(), frontEnd.excerptFrames, frontEnd.melBands}, &sounds[row]});
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
    const auto work = [&] {
        for (std::size_t i = next++; i < tasks.size() && !stop.stop_requested(); i = next++) {
            try {
                *tasks[i].sound = resynthesise(tasks[i].mels, frontEnd, parameters, stop);
            } catch (...) {
                const std::scoped_lock guard(lock);
                failure = std::current_exception();
                next = tasks.size();
                return;
            }
            const std::scoped_lock guard(lock);
            ++finished;
            if (progress)
                progress({"resynthesising",
                          static_cast<double>(finished) / static_cast<double>(tasks.size()),
                          std::nullopt});
        }
    };
    {
        std::vector<std::jthread> workers;
        for (int i = 1; i < threads; ++i)
            workers.emplace_back(work);
        work();
    }
    if (failure)
        std::rethrow_exception(failure);
}

// [N, 115·80]: the sounds analysed again.
Matrix<float> melsOf(const std::vector<std::vector<float>>& sounds,
                     const FrontEndParameters& frontEnd)
{
    Matrix<float> mels(sounds.size(), frontEnd.excerptFrames * frontEnd.melBands);
    for (std::size_t i = 0; i < sounds.size(); ++i)
        std::ranges::copy(logMel(sounds[i], frontEnd).values(), mels.row(i).begin());
    return mels;
}

std::string numbered(const char* what, std::size_t index)
{
    char name[48];
    std::snprintf(name, sizeof name, "%s_%02zu.wav", what, index);
    return name;
}

} // namespace

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
    explanation.startHeard = explainer.responses(melsOf(sounds.start, frontEnd), expression);
    for (auto& [direction, result] : explanation.directions)
        result.heard =
            explainer.responses(melsOf(sounds.directions.at(direction), frontEnd), expression);
    return true;
}

std::vector<std::filesystem::path> writeSounds(const ExplanationSounds& sounds,
                                               const FrontEndParameters& frontEnd,
                                               const std::filesystem::path& folder)
{
    std::vector<std::filesystem::path> paths;
    const auto write = [&](const char* what, const std::vector<std::vector<float>>& rows) {
        for (std::size_t i = 0; i < rows.size(); ++i) {
            if (rows[i].empty()) // not made before a stop
                continue;
            paths.push_back(folder / numbered(what, i));
            writeWav(paths.back(), rows[i], frontEnd.sampleRateHz);
        }
    };
    write("start", sounds.start);
    for (const auto& [direction, rows] : sounds.directions)
        write(direction == Direction::Positive ? "positive" : "negative", rows);
    return paths;
}

} // namespace earshot
