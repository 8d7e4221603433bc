// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/listen/audio_response.h"

#include "core/audio/audio_file.h"
#include "core/explain/explainer.h"
#include "core/util/error.h"

#include <algorithm>
#include <string>

namespace earshot {

namespace {

// Excerpts at a time: 37 kB each.
constexpr std::size_t batchExcerpts = 256;

} // namespace

ResponseCurve respondToAudio(const Explainer& explainer, const std::filesystem::path& audio,
                             std::string_view response, std::size_t hopFrames,
                             const FrontEndParameters& frontEnd, std::stop_token stop,
                             const ProgressCallback& progress)
{
    const ResponseExpression expression = explainer.parse(response);
    if (hopFrames == 0)
        throw badInput("hop", "cannot be used", "at least 1 frame", "0");
    const Matrix<float> mels = logMel(readMono(audio, frontEnd.sampleRateHz), frontEnd);
    if (mels.rows() < frontEnd.excerptFrames)
        throw badInput(audio.string(), "is too short",
                       "at least " + std::to_string(frontEnd.excerptFrames) + " frames (1.675 s)",
                       std::to_string(mels.rows()) + " frames");
    requireFinite(mels, audio);
    const std::size_t count = 1 + (mels.rows() - frontEnd.excerptFrames) / hopFrames;
    const std::size_t values = frontEnd.excerptFrames * frontEnd.melBands;
    const double centreSamples = static_cast<double>(
        frontEnd.excerptFrames / 2 * frontEnd.hopSamples + frontEnd.fftSize / 2);
    ResponseCurve curve;
    for (std::size_t i = 0; i < count; ++i) {
        const auto first = static_cast<double>(i * hopFrames * frontEnd.hopSamples);
        curve.startSeconds.push_back(first / frontEnd.sampleRateHz);
        curve.centreSeconds.push_back((first + centreSamples) / frontEnd.sampleRateHz);
    }
    for (std::size_t first = 0; first < count && !stop.stop_requested(); first += batchExcerpts) {
        const std::size_t rows = std::min(batchExcerpts, count - first);
        Matrix<float> batch(rows, values);
        for (std::size_t i = 0; i < rows; ++i)
            std::ranges::copy(
                mels.view().slice((first + i) * hopFrames, frontEnd.excerptFrames).values(),
                batch.row(i).begin());
        const std::vector<float> part = explainer.responses(batch, expression, stop);
        curve.responses.insert(curve.responses.end(), part.begin(), part.end());
        if (progress)
            progress({"responding", static_cast<double>(first + rows) / static_cast<double>(count),
                      std::nullopt});
    }
    return curve;
}

} // namespace earshot
