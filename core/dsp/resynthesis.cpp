// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dsp/resynthesis.h"

#include "core/dsp/mel_filter_bank.h"
#include "core/dsp/mel_inversion.h"
#include "core/dsp/stft.h"
#include "core/util/error.h"
#include "core/util/random.h"

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>

namespace earshot {

namespace {

using Complex = std::complex<double>;

constexpr int jointIterations = 150;
constexpr int paperIterations = 100;
constexpr double fastMomentum = 0.99; // Perraudin, Balazs & Søndergaard 2013

void check(MatrixView<const float> logMel, const FrontEndParameters& frontEnd,
           const ResynthesisParameters& parameters)
{
    if (logMel.rows() == 0 || logMel.columns() != frontEnd.melBands)
        throw badInput("log-mel spectrogram", "cannot be resynthesised",
                       "[at least 1, " + std::to_string(frontEnd.melBands) + "]",
                       "[" + std::to_string(logMel.rows()) + ", " +
                           std::to_string(logMel.columns()) + "]");
    const auto values = logMel.values();
    const auto bad = std::find_if(values.begin(), values.end(), [](float value) {
        return !(std::isfinite(value) && value <= loudestLogMel);
    });
    if (bad != values.end())
        throw badInput(
            "log-mel spectrogram", "cannot be resynthesised", "finite values up to 80",
            std::to_string(*bad) + " in frame " +
                std::to_string(static_cast<std::size_t>(bad - values.begin()) / logMel.columns()));
    if (parameters.iterations < 1 || parameters.iterations > 10000)
        throw badInput("iterations", "cannot be used", "1 to 10,000",
                       std::to_string(parameters.iterations));
    if (!(parameters.momentum >= 0 && parameters.momentum < 1))
        throw badInput("momentum", "cannot be used", "[0, 1)", std::to_string(parameters.momentum));
}

// exp of the log-mels; a band at the floor is silence.
Matrix<double> melMagnitudes(MatrixView<const float> logMel, double floor)
{
    Matrix<double> mels(logMel.rows(), logMel.columns());
    const double limit = floor * (1 + 1e-5); // the floor as float32 stores its logarithm
    for (std::size_t i = 0; i < mels.size(); ++i) {
        const double value = std::exp(static_cast<double>(logMel.data()[i]));
        mels.data()[i] = value > limit ? value : 0;
    }
    return mels;
}

// Without hypot's care for squares beyond double's range, which took a third of all time: the
// loudest log-mel is far below, and what is below 1e-154 is silence.
double magnitudeOf(Complex value)
{
    return std::sqrt(std::norm(value));
}

Complex withMagnitude(Complex value, double length, double magnitude)
{
    return length > 0 ? value * (magnitude / length) : Complex(magnitude, 0);
}

// The state that both methods share: complex spectrogram, its consistent projection, and momentum.
class PhaseRecovery
{
public:
    PhaseRecovery(const FrontEndParameters& frontEnd, Matrix<double> magnitudes, std::uint64_t seed)
        : m_stft(frontEnd.fftSize, frontEnd.hopSamples)
        , m_magnitudes(std::move(magnitudes))
        , m_spectrogram(m_magnitudes.rows(), m_magnitudes.columns())
        , m_previous(m_magnitudes.rows(), m_magnitudes.columns())
    {
        CounterRandom random(seed, 0);
        for (std::size_t i = 0; i < m_magnitudes.size(); ++i)
            m_spectrogram.data()[i] =
                std::polar(m_magnitudes.data()[i], 2 * std::numbers::pi * random.uniform());
    }

    // One iteration: projects on the consistent spectrograms, lets `constrain` set the magnitudes
    // of the projection, and extrapolates by the momentum (fast Griffin-Lim; 0: Griffin & Lim
    // 1984).
    template <typename Constrain>
    void iterate(double momentum, Constrain constrain)
    {
        Matrix<Complex> consistent = m_stft.forward(m_stft.inverse(m_spectrogram.view()));
        for (std::size_t frame = 0; frame < consistent.rows(); ++frame) {
            const auto now = consistent.row(frame);
            const auto before = m_previous.row(frame);
            const auto next = m_spectrogram.row(frame);
            for (std::size_t bin = 0; bin < now.size(); ++bin)
                next[bin] = now[bin] + momentum * (now[bin] - before[bin]);
            constrain(frame, next);
        }
        m_previous = std::move(consistent);
    }

    const Matrix<double>& magnitudes() const { return m_magnitudes; }
    std::vector<float> samples()
    {
        const std::vector<double> exact = m_stft.inverse(m_spectrogram.view());
        return {exact.begin(), exact.end()};
    }

private:
    Stft m_stft;
    Matrix<double> m_magnitudes;
    Matrix<Complex> m_spectrogram;
    Matrix<Complex> m_previous;
};

// Sets a frame's magnitudes so that its mel bands come near the target: every bin is scaled by the
// filters' ratios of target to present energy, weighted by how much of the bin each filter sees.
// Bins that no filter sees are silent. A multiplicative update (as in non-negative matrix
// factorisation, Lee & Seung 2001) keeps magnitudes non-negative and leaves the fine structure to
// the consistency projection.
class MelConstraint
{
public:
    MelConstraint(const FrontEndParameters& frontEnd, Matrix<double> target)
        : m_bank(frontEnd)
        , m_target(std::move(target))
        , m_seen(frontEnd.bins())
        , m_lengths(frontEnd.bins())
        , m_magnitudes(frontEnd.bins())
        , m_scale(frontEnd.bins())
        , m_mel(frontEnd.melBands)
    {
        for (const MelFilterBank::Band& band : m_bank.bands())
            for (std::size_t k = 0; k < band.weights.size(); ++k)
                m_seen[band.firstBin + k] += band.weights[k];
    }

    void operator()(std::size_t frame, std::span<Complex> spectrum)
    {
        for (std::size_t bin = 0; bin < spectrum.size(); ++bin)
            m_magnitudes[bin] = m_lengths[bin] = magnitudeOf(spectrum[bin]);
        for (int pass = 0; pass < passes; ++pass)
            update(frame);
        for (std::size_t bin = 0; bin < spectrum.size(); ++bin)
            spectrum[bin] = withMagnitude(spectrum[bin], m_lengths[bin], m_magnitudes[bin]);
    }

private:
    static constexpr int passes = 2;
    // Keeps a bin that has died alive where its band wants energy, relative to the band's target.
    static constexpr double revival = 1e-3;

    void update(std::size_t frame)
    {
        m_bank.apply(m_magnitudes, m_mel);
        std::ranges::fill(m_scale, 0);
        const std::vector<MelFilterBank::Band>& bands = m_bank.bands();
        for (std::size_t i = 0; i < bands.size(); ++i) {
            const double target = m_target(frame, i);
            const double ratio = target / std::max(m_mel[i], revival * target + 1e-12);
            for (std::size_t k = 0; k < bands[i].weights.size(); ++k)
                m_scale[bands[i].firstBin + k] += bands[i].weights[k] * ratio;
        }
        for (std::size_t bin = 0; bin < m_magnitudes.size(); ++bin)
            m_magnitudes[bin] *= m_seen[bin] > 0 ? m_scale[bin] / m_seen[bin] : 0;
    }

    MelFilterBank m_bank;
    Matrix<double> m_target;
    std::vector<double> m_seen;
    std::vector<double> m_lengths; // before the update
    std::vector<double> m_magnitudes;
    std::vector<double> m_scale;
    std::vector<double> m_mel;
};

} // namespace

ResynthesisParameters resynthesisDefaults(ResynthesisMethod method)
{
    if (method == ResynthesisMethod::Paper)
        return {method, paperIterations, 0, 0};
    return {method, jointIterations, fastMomentum, 0};
}

std::vector<float> resynthesise(MatrixView<const float> logMel, const FrontEndParameters& frontEnd,
                                const ResynthesisParameters& parameters, std::stop_token stop,
                                const ProgressCallback& progress)
{
    check(logMel, frontEnd, parameters);
    const Matrix<double> mels = melMagnitudes(logMel, frontEnd.magnitudeFloor);
    PhaseRecovery recovery(frontEnd, pseudoInverseMagnitudes(mels.view(), frontEnd),
                           parameters.seed);
    MelConstraint melConstraint(frontEnd, mels);
    for (int iteration = 0; iteration < parameters.iterations && !stop.stop_requested();
         ++iteration) {
        if (parameters.method == ResynthesisMethod::Joint) {
            recovery.iterate(parameters.momentum, melConstraint);
        } else {
            recovery.iterate(
                parameters.momentum, [&](std::size_t frame, std::span<Complex> spectrum) {
                    for (std::size_t bin = 0; bin < spectrum.size(); ++bin)
                        spectrum[bin] = withMagnitude(spectrum[bin], magnitudeOf(spectrum[bin]),
                                                      recovery.magnitudes()(frame, bin));
                });
        }
        if (progress)
            progress({"resynthesising", (iteration + 1.0) / parameters.iterations, std::nullopt});
    }
    return recovery.samples();
}

} // namespace earshot
