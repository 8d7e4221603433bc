// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nets/excerpt_geometry.h"
#include "core/train/classifier_trainer.h"
#include "core/train/excerpt_scoring.h"
#include "core/util/error.h"

#include <algorithm>
#include <cmath>

namespace earshot {

namespace {

constexpr std::size_t statisticsHop = 10 * ExcerptGeometry::hop;
constexpr double smallestDeviation = 1e-3;

std::vector<RecordingExcerpts> statisticsExcerpts(const PackedData& data)
{
    using enum RecordingKind;
    std::vector<RecordingExcerpts> excerpts =
        excerptsOf(data, Split::Train, {Song, Stems, Instrumental}, statisticsHop);
    if (excerpts.empty())
        excerpts = excerptsOf(data, Split::Train, {StemsMix, Mix}, statisticsHop);
    if (excerpts.empty())
        throw badInput(data.file().path().string(), "has nothing to train on",
                       "recordings of at least 115 frames in the training split", "none");
    return excerpts;
}

} // namespace

BandStatistics bandStatistics(const PackedData& data)
{
    constexpr std::size_t bands = ExcerptGeometry::bands;
    std::array<double, bands> sums{};
    std::array<double, bands> squares{};
    double frames = 0;
    for (const RecordingExcerpts& excerpts : statisticsExcerpts(data)) {
        const Recording& recording = data.recordings()[excerpts.recording];
        for (const std::size_t first : excerpts.first) {
            const Matrix<float> logMels = data.logMels(recording, first, ExcerptGeometry::frames);
            for (std::size_t frame = 0; frame < logMels.rows(); ++frame)
                for (std::size_t band = 0; band < bands; ++band) {
                    const auto value = static_cast<double>(logMels(frame, band));
                    sums[band] += value;
                    squares[band] += value * value;
                }
            frames += static_cast<double>(logMels.rows());
        }
    }
    BandStatistics result;
    for (std::size_t band = 0; band < bands; ++band) {
        const double mean = sums[band] / frames;
        // Log-mels are a few units in size: the difference of squares loses nothing that matters.
        const double variance =
            std::max((squares[band] - frames * mean * mean) / (frames - 1), 0.0);
        if (!std::isfinite(mean) || !std::isfinite(variance))
            throw badInput(data.file().path().string(), "cannot be trained on", "finite values",
                           "a mean or deviation that is not finite");
        result.mean[band] = static_cast<float>(mean);
        result.std[band] = static_cast<float>(std::max(std::sqrt(variance), smallestDeviation));
    }
    return result;
}

} // namespace earshot
