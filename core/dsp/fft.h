// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <complex>
#include <cstddef>
#include <memory>
#include <span>

namespace earshot {

// Real FFT of a fixed even size in double precision (FFTW3, FFTW_ESTIMATE: measured plans differ
// from run to run, and so do bits). Planning is serialised; one object serves one thread at a time.
class RealFft
{
public:
    // size: even, 2 to 16,777,216. Error (BadInput) otherwise.
    explicit RealFft(std::size_t size);
    ~RealFft();
    RealFft(RealFft&&) noexcept;
    RealFft& operator=(RealFft&&) noexcept;

    std::size_t size() const;
    std::size_t bins() const { return size() / 2 + 1; }
    // The buffer that forward() reads and inverse() writes: size() samples.
    std::span<double> time();
    // The buffer that forward() writes and inverse() reads: bins() values.
    std::span<std::complex<double>> spectrum();
    void forward(); // numpy.fft.rfft
    void inverse(); // numpy.fft.irfft (scaled by 1/size); destroys spectrum()

private:
    struct Plans;
    std::unique_ptr<Plans> m_plans;
};

} // namespace earshot
