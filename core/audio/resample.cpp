// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audio/resample.h"

#include "core/util/error.h"

#include <soxr.h>

#include <cmath>
#include <string>

namespace earshot {

std::vector<float> resample(std::span<const float> samples, double fromHz, double toHz)
{
    const auto usable = [](double hz) { return hz >= 1 && hz <= 1e6; };
    if (!usable(fromHz) || !usable(toHz))
        throw badInput("sample rate", "cannot be used", "1 to 1,000,000 Hz",
                       std::to_string(usable(fromHz) ? toHz : fromHz));
    if (fromHz == toHz || samples.empty())
        return {samples.begin(), samples.end()};
    const auto length =
        static_cast<std::size_t>(std::ceil(static_cast<double>(samples.size()) * toHz / fromHz));
    std::vector<float> result(length);
    const soxr_quality_spec_t quality = soxr_quality_spec(SOXR_HQ, 0);
    const soxr_io_spec_t types = soxr_io_spec(SOXR_FLOAT32_I, SOXR_FLOAT32_I);
    std::size_t made = 0;
    const soxr_error_t error =
        soxr_oneshot(fromHz, toHz, 1, samples.data(), samples.size(), nullptr, result.data(),
                     result.size(), &made, &types, &quality, nullptr);
    if (error != nullptr)
        throw Error(ErrorKind::Failed, "",
                    std::string("resampling failed: ") + soxr_strerror(error));
    result.resize(made);
    return result;
}

} // namespace earshot
