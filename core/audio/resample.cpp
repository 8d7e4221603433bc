// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audio/resample.h"

#include "core/util/error.h"

#include <soxr.h>

#include <cmath>
#include <cstddef>
#include <string>

namespace earshot {

namespace {

// Made at a time.
constexpr std::size_t pieceSamples = 8192;

struct DeleteSoxr
{
    void operator()(soxr* resampler) const { ::soxr_delete(resampler); }
};

} // namespace

struct Resampler::Implementation
{
    std::unique_ptr<soxr, DeleteSoxr> handle; // null: the rates are equal

    // samples.data() == nullptr: the end.
    void process(std::span<const float> samples, std::vector<float>& made) const
    {
        const bool isEnd = samples.data() == nullptr;
        for (std::size_t taken = pieceSamples; !samples.empty() || taken == pieceSamples;) {
            const std::size_t before = made.size();
            made.resize(before + pieceSamples);
            std::size_t used = 0;
            const soxr_error_t error =
                ::soxr_process(handle.get(), isEnd ? nullptr : samples.data(), samples.size(),
                               &used, made.data() + before, pieceSamples, &taken);
            if (error != nullptr)
                throw Error(ErrorKind::Failed, "",
                            std::string("resampling failed: ") + soxr_strerror(error));
            made.resize(before + taken);
            samples = isEnd ? samples : samples.subspan(used);
        }
    }
};

Resampler::Resampler(double fromHz, double toHz)
    : m_implementation(std::make_unique<Implementation>())
{
    const auto usable = [](double hz) { return hz >= 1 && hz <= 1e6; };
    if (!usable(fromHz) || !usable(toHz))
        throw badInput("sample rate", "cannot be used", "1 to 1,000,000 Hz",
                       std::to_string(usable(fromHz) ? toHz : fromHz));
    if (fromHz == toHz)
        return;
    const soxr_quality_spec_t quality = ::soxr_quality_spec(SOXR_HQ, 0);
    const soxr_io_spec_t types = ::soxr_io_spec(SOXR_FLOAT32_I, SOXR_FLOAT32_I);
    soxr_error_t error = nullptr;
    m_implementation->handle.reset(
        ::soxr_create(fromHz, toHz, 1, &error, &types, &quality, nullptr));
    if (error != nullptr)
        throw Error(ErrorKind::Failed, "",
                    std::string("resampling failed: ") + soxr_strerror(error));
}

Resampler::~Resampler() = default;

void Resampler::push(std::span<const float> samples, std::vector<float>& made)
{
    if (m_implementation->handle == nullptr)
        made.insert(made.end(), samples.begin(), samples.end());
    else if (!samples.empty())
        m_implementation->process(samples, made);
}

void Resampler::finish(std::vector<float>& made)
{
    if (m_implementation->handle != nullptr)
        m_implementation->process({}, made);
}

std::vector<float> resample(std::span<const float> samples, double fromHz, double toHz)
{
    Resampler resampler(fromHz, toHz);
    std::vector<float> made;
    made.reserve(
        static_cast<std::size_t>(std::ceil(static_cast<double>(samples.size()) * toHz / fromHz)));
    resampler.push(samples, made);
    if (!samples.empty())
        resampler.finish(made);
    return made;
}

} // namespace earshot
