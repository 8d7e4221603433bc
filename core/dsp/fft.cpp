// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dsp/fft.h"

#include "core/util/error.h"

#include <fftw3.h>

#include <mutex>

namespace earshot {

namespace {

// Only execution is thread-safe in FFTW (manual, "Thread safety").
std::mutex& plannerLock()
{
    static std::mutex lock;
    return lock;
}

} // namespace

struct RealFft::Plans
{
    std::size_t size;
    double* time;
    fftw_complex* spectrum;
    fftw_plan forward;
    fftw_plan inverse;

    explicit Plans(std::size_t samples)
        : size(samples)
        , time(fftw_alloc_real(samples))
        , spectrum(fftw_alloc_complex(samples / 2 + 1))
    {
        const std::scoped_lock lock(plannerLock());
        const int n = static_cast<int>(samples);
        forward = fftw_plan_dft_r2c_1d(n, time, spectrum, FFTW_ESTIMATE);
        inverse = fftw_plan_dft_c2r_1d(n, spectrum, time, FFTW_ESTIMATE);
    }
    ~Plans()
    {
        const std::scoped_lock lock(plannerLock());
        fftw_destroy_plan(forward);
        fftw_destroy_plan(inverse);
        fftw_free(time);
        fftw_free(spectrum);
    }
    Plans(const Plans&) = delete;
    Plans& operator=(const Plans&) = delete;
};

RealFft::RealFft(std::size_t size)
{
    if (size < 2 || size % 2 != 0 || size > (1U << 24))
        throw badInput("FFT size", "cannot be used", "an even number from 2 to 16,777,216",
                       std::to_string(size));
    m_plans = std::make_unique<Plans>(size);
}

RealFft::~RealFft() = default;
RealFft::RealFft(RealFft&&) noexcept = default;
RealFft& RealFft::operator=(RealFft&&) noexcept = default;

std::size_t RealFft::size() const
{
    return m_plans->size;
}

std::span<double> RealFft::time()
{
    return {m_plans->time, m_plans->size};
}

std::span<std::complex<double>> RealFft::spectrum()
{
    // FFTW's complex type is laid out as std::complex (manual, "Complex numbers").
    return {reinterpret_cast<std::complex<double>*>(m_plans->spectrum), bins()};
}

void RealFft::forward()
{
    fftw_execute(m_plans->forward);
}

void RealFft::inverse()
{
    fftw_execute(m_plans->inverse);
    for (double& sample : time())
        sample /= static_cast<double>(m_plans->size);
}

} // namespace earshot
