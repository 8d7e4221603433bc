// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explain/random_search.h"

#include "core/explain/forward_passes.h"
#include "core/nets/generator.h"
#include "core/util/random.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace earshot {

namespace {

constexpr std::size_t chunk = 256; // draws whose log-mels are held at once
// Streams of random numbers from here on: below are starts, above the bootstrap's draws.
constexpr std::uint64_t firstLatentStream = std::uint64_t(1) << 62;

using Candidate = std::pair<float, std::size_t>; // response and number of the draw

} // namespace

RandomSearchResult searchRandomly(const ResponsePath& path, const RandomSearchSettings& settings,
                                  std::stop_token stop,
                                  const std::function<void(std::size_t drawn)>& progress)
{
    const auto width = static_cast<std::size_t>(path.generator.latentSize());
    const auto draw = [&](std::size_t number, std::span<float> latent) {
        CounterRandom(settings.seed, firstLatentStream + number).fillNormal(latent);
    };
    const bool up = settings.direction == Direction::Positive;
    const auto isBetter = [up](const Candidate& a, const Candidate& b) {
        if (a.first != b.first)
            return up ? a.first > b.first : a.first < b.first;
        return a.second < b.second;
    };
    std::vector<Candidate> best;
    RandomSearchResult result;
    while (result.draws < settings.draws && !stop.stop_requested()) {
        const std::size_t count = std::min(chunk, settings.draws - result.draws);
        Matrix<float> latents(count, width);
        for (std::size_t i = 0; i < count; ++i)
            draw(result.draws + i, latents.row(i));
        const Matrix<float> mels = generateLogMels(path.generator, path.device, latents, stop);
        const std::vector<float> responses = evaluateResponses(
            path.inputMap, path.classifier, path.expression, path.device, mels, stop);
        for (std::size_t i = 0; i < responses.size(); ++i)
            if (std::isfinite(responses[i]))
                best.emplace_back(responses[i], result.draws + i);
        std::ranges::sort(best, isBetter);
        best.resize(std::min(best.size(), settings.kept));
        result.draws += responses.size();
        if (progress)
            progress(result.draws);
    }
    result.latents = Matrix<float>(best.size(), width);
    for (std::size_t i = 0; i < best.size(); ++i) {
        draw(best[i].second, result.latents.row(i));
        result.responses.push_back(best[i].first);
    }
    result.mels = generateLogMels(path.generator, path.device, result.latents);
    return result;
}

} // namespace earshot
