// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dsp/log_mel.h"

#include "core/dsp/mel_filter_bank.h"
#include "core/dsp/stft.h"
#include "core/util/error.h"

#include <algorithm>
#include <cmath>
#include <string>

namespace earshot {

namespace {

// O'Shaughnessy's mel scale; librosa: htk=True up to rounding of its constants.
double melOfHz(double hz)
{
    return 1127 * std::log(1 + hz / 700);
}

double hzOfMel(double mel)
{
    return 700 * (std::exp(mel / 1127) - 1);
}

void logMelRow(const MelFilterBank& bank, std::span<const double> magnitudes, double floor,
               std::vector<double>& mel, std::span<float> out)
{
    bank.apply(magnitudes, mel);
    for (std::size_t band = 0; band < mel.size(); ++band)
        out[band] = static_cast<float>(std::log(std::max(mel[band], floor)));
}

} // namespace

std::size_t FrontEndParameters::framesOf(std::size_t samples) const
{
    return samples < fftSize ? 0 : 1 + (samples - fftSize) / hopSamples;
}

std::size_t FrontEndParameters::samplesOf(std::size_t frames) const
{
    return frames == 0 ? 0 : (frames - 1) * hopSamples + fftSize;
}

MelFilterBank::MelFilterBank(const FrontEndParameters& parameters)
    : m_bins(parameters.bins())
{
    if (!(parameters.minimumHz >= 0 && parameters.minimumHz < parameters.maximumHz &&
          parameters.maximumHz <= parameters.sampleRateHz / 2))
        throw badInput("mel filter bank", "cannot be made",
                       "0 <= lowest < highest <= " + std::to_string(parameters.sampleRateHz / 2) +
                           " Hz",
                       std::to_string(parameters.minimumHz) + " and " +
                           std::to_string(parameters.maximumHz) + " Hz");
    const double low = melOfHz(parameters.minimumHz);
    const double high = melOfHz(parameters.maximumHz);
    const double binHz = parameters.sampleRateHz / static_cast<double>(parameters.fftSize);
    std::vector<double> points(parameters.melBands + 2); // p_i
    std::vector<std::size_t> bins(points.size());        // b_i: the first FFT bin at or above p_i
    for (std::size_t i = 0; i < points.size(); ++i) {
        points[i] = hzOfMel(low + (high - low) * static_cast<double>(i) /
                                      static_cast<double>(points.size() - 1));
        bins[i] = static_cast<std::size_t>(std::ceil(points[i] / binHz));
    }
    for (std::size_t i = 0; i < parameters.melBands; ++i) {
        Band band{bins[i], {}};
        const auto rise = static_cast<double>(bins[i + 1] - bins[i]);
        const auto fall = static_cast<double>(bins[i + 2] - bins[i + 1]);
        double sum = 0;
        for (std::size_t bin = bins[i]; bin < bins[i + 2]; ++bin) {
            const double hz = static_cast<double>(bin) * binHz;
            // Distances in bins, as the formula divides them by numbers of bins.
            const double weight = bin < bins[i + 1] ? (hz - points[i]) / binHz / rise
                                                    : (points[i + 2] - hz) / binHz / fall;
            band.weights.push_back(weight);
            sum += weight;
        }
        if (!(sum > 0))
            throw badInput("mel filter bank", "cannot be made", "filters at least one bin wide",
                           "filter " + std::to_string(i) + " without one");
        for (double& weight : band.weights)
            weight /= sum;
        m_bands.push_back(std::move(band));
    }
}

void MelFilterBank::apply(std::span<const double> magnitudes, std::span<double> mel) const
{
    for (std::size_t i = 0; i < m_bands.size(); ++i) {
        const Band& band = m_bands[i];
        double sum = 0;
        for (std::size_t k = 0; k < band.weights.size(); ++k)
            sum += band.weights[k] * magnitudes[band.firstBin + k];
        mel[i] = sum;
    }
}

Matrix<float> melFilterBank(const FrontEndParameters& parameters)
{
    Matrix<float> dense(parameters.bins(), parameters.melBands);
    const MelFilterBank bank(parameters);
    for (std::size_t i = 0; i < bank.bands().size(); ++i)
        for (std::size_t k = 0; k < bank.bands()[i].weights.size(); ++k)
            dense(bank.bands()[i].firstBin + k, i) = static_cast<float>(bank.bands()[i].weights[k]);
    return dense;
}

Matrix<float> logMelOfMagnitudes(MatrixView<const float> magnitudes,
                                 const FrontEndParameters& parameters)
{
    if (magnitudes.columns() != parameters.bins())
        throw badInput("magnitudes", "cannot be used", std::to_string(parameters.bins()) + " bins",
                       std::to_string(magnitudes.columns()));
    const MelFilterBank bank(parameters);
    Matrix<float> result(magnitudes.rows(), parameters.melBands);
    std::vector<double> row(parameters.bins());
    std::vector<double> mel(parameters.melBands);
    for (std::size_t frame = 0; frame < magnitudes.rows(); ++frame) {
        std::ranges::copy(magnitudes.row(frame), row.begin());
        logMelRow(bank, row, parameters.magnitudeFloor, mel, result.row(frame));
    }
    return result;
}

Matrix<float> stftMagnitudes(std::span<const float> samples, const FrontEndParameters& parameters)
{
    return Stft(parameters.fftSize, parameters.hopSamples).magnitudes(samples);
}

Matrix<float> logMel(std::span<const float> samples, const FrontEndParameters& parameters)
{
    // Float32 magnitudes carry a relative error of 6e-8, as much as the result's own rounding.
    return logMelOfMagnitudes(stftMagnitudes(samples, parameters), parameters);
}

void requireFinite(MatrixView<const float> logMels, const std::filesystem::path& sound)
{
    if (!std::ranges::all_of(logMels.values(), [](float value) { return std::isfinite(value); }))
        throw badInput(sound.string(), "cannot be analysed", "samples of finite power",
                       "samples beyond what a sound holds");
}

} // namespace earshot
