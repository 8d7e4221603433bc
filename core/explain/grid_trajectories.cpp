// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explain/grid_trajectories.h"

#include "core/explain/grid_identity.h"
#include "core/io/safetensors.h"
#include "core/util/error.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

namespace earshot {

namespace fs = std::filesystem;

namespace {

// Layout, R finished trajectories, T the largest number of steps, K steps whose latents are kept:
//   pairs, starts, steps_done [R]    F32, whole numbers
//   start_gradients           [R]    F32
//   responses            [R, T + 1]  F32, NaN beyond steps_done
//   latents          [R, K, latent]  F32, NaN beyond steps_done
// metadata: format, identity (JSON)
constexpr const char* formatName = "earshot-grid-checkpoint-1";
constexpr float unknown = std::numeric_limits<float>::quiet_NaN();

std::int64_t length(std::size_t count)
{
    return static_cast<std::int64_t>(count);
}

std::size_t stepsUpTo(const std::vector<int>& steps, int last)
{
    return static_cast<std::size_t>(std::ranges::upper_bound(steps, last) - steps.begin());
}

// "steps", "prior_weights": what the file was made with and the search was not. Both as JSON.
void checkIdentity(const fs::path& path, const Json& identity, const Json& found)
{
    const IdentityDifference difference = identityDifference(identity, found);
    if (!difference.names.empty())
        throw badInput(path.string(),
                       "belongs to an unfinished search with other " + difference.names +
                           "; finish that one with its own options, choose another folder, or "
                           "remove this file",
                       difference.wanted, difference.found);
}

// The list's whole numbers in [0, limit).
std::vector<std::size_t> wholeNumbers(const SafetensorsFile& file, const std::string& name,
                                      std::size_t rows, std::size_t limit)
{
    std::vector<std::size_t> values;
    for (const float value : file.floats(name, {length(rows)})) {
        if (!(value >= 0 && value < static_cast<float>(limit)) || value != std::floor(value))
            throw badInput(file.path().string(), "is damaged: its " + name + " do not fit the grid",
                           "whole numbers below " + std::to_string(limit), std::to_string(value));
        values.push_back(static_cast<std::size_t>(value));
    }
    return values;
}

} // namespace

Error withCheckpoint(const Error& error, const fs::path& checkpoint)
{
    std::error_code failure;
    if (error.kind() != ErrorKind::CannotWrite || !fs::exists(checkpoint, failure))
        return error;
    std::string what = error.what();
    if (const std::string prefix = "'" + error.subject() + "': "; what.starts_with(prefix))
        what.erase(0, prefix.size());
    return cannotWrite(error.subject(), what + "; what is finished is kept: make room, and the "
                                               "same search goes on");
}

void writeGridCheckpoint(const fs::path& path, const Json& identity, const GridSettings& settings,
                         const GridTrajectories& trajectories)
{
    const auto steps = static_cast<std::size_t>(largestSteps(settings)) + 1;
    const std::size_t kept = latentSteps(settings).size();
    std::vector<float> pairs;
    std::vector<float> starts;
    std::vector<float> stepsDone;
    std::vector<float> gradients;
    std::vector<float> responses;
    std::vector<float> latents;
    responses.reserve(trajectories.size() * steps);
    std::size_t width = 0;
    for (const auto& [key, row] : trajectories) {
        if (!row.finished)
            continue;
        latents.reserve(trajectories.size() * kept * row.latents.columns());
        pairs.push_back(static_cast<float>(key.first));
        starts.push_back(static_cast<float>(key.second));
        stepsDone.push_back(static_cast<float>(row.stepsDone));
        gradients.push_back(row.startGradient);
        responses.insert(responses.end(), row.responses.begin(), row.responses.end());
        responses.resize(pairs.size() * steps, unknown);
        width = row.latents.columns();
        latents.insert(latents.end(), row.latents.values().begin(), row.latents.values().end());
        latents.resize(pairs.size() * kept * width, unknown);
    }
    const std::int64_t rows = length(pairs.size());
    SafetensorsWriter writer;
    writer.add("pairs", {rows}, pairs);
    writer.add("starts", {rows}, starts);
    writer.add("steps_done", {rows}, stepsDone);
    writer.add("start_gradients", {rows}, gradients);
    writer.add("responses", {rows, length(steps)}, responses);
    writer.add("latents", {rows, length(kept), length(width)}, latents);
    writer.setMetadata("format", formatName);
    writer.setMetadata("identity", identity.dump(-1));
    writer.write(path);
}

GridTrajectories readGridCheckpoint(const fs::path& path, const Json& identity,
                                    const GridSettings& settings, std::size_t latentSize)
{
    std::error_code error;
    if (!fs::exists(path, error))
        return {};
    const SafetensorsFile file(path);
    if (file.metadataValue("format") != formatName)
        throw badInput(path.string(), "has an unknown format", formatName,
                       file.metadataValue("format"));
    checkIdentity(path, identity,
                  Json::parse(file.metadataValue("identity"), path.string() + ": identity"));
    const std::vector<int> keptSteps = latentSteps(settings);
    const auto steps = static_cast<std::size_t>(largestSteps(settings)) + 1;
    const Matrix<float> responses = file.matrix("responses", -1, length(steps));
    const std::size_t rows = responses.rows();
    const auto starts =
        wholeNumbers(file, "starts", rows,
                     firstFreshStart(settings) + static_cast<std::size_t>(settings.freshExamples));
    const auto pairs = wholeNumbers(file, "pairs", rows, pairCount(settings));
    const auto stepsDone = wholeNumbers(file, "steps_done", rows, steps);
    const std::vector<float> gradients = file.floats("start_gradients", {length(rows)});
    const std::vector<float> latents =
        file.floats("latents", {length(rows), length(keptSteps.size()), length(latentSize)});
    GridTrajectories trajectories;
    for (std::size_t i = 0; i < rows; ++i) {
        GridTrajectory row{static_cast<int>(stepsDone[i]), true, {}, gradients[i], {}};
        row.responses.assign(responses.row(i).begin(),
                             responses.row(i).begin() +
                                 static_cast<std::ptrdiff_t>(stepsDone[i] + 1));
        const std::size_t kept = stepsUpTo(keptSteps, row.stepsDone);
        const auto first =
            latents.begin() + static_cast<std::ptrdiff_t>(i * keptSteps.size() * latentSize);
        row.latents = Matrix<float>({first, first + static_cast<std::ptrdiff_t>(kept * latentSize)},
                                    kept, latentSize);
        if (!trajectories.emplace(std::pair(pairs[i], starts[i]), std::move(row)).second)
            throw badInput(path.string(), "is damaged: it holds a trajectory twice");
    }
    return trajectories;
}

} // namespace earshot
