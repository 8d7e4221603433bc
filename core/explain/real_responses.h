// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace earshot {

// A real excerpt with one of the 50 highest or lowest responses.
struct RealExcerpt
{
    float response = 0;
    std::string song;       // as named in the packed training file
    double timeSeconds = 0; // of its first sample
};

// What a bundle knows of one reference's responses to real music.
struct RealResponses
{
    double mean = 0;
    double standardDeviation = 0;
    double auc = 0;                   // of the training label; NaN if unlabelled
    double zeroShare = 0;             // share of exact zeros, [0, 1]
    std::vector<float> quantiles;     // [1001] at 0, 0.001, …, 1
    std::vector<RealExcerpt> highest; // 50, descending
    std::vector<RealExcerpt> lowest;  // 50, ascending
    std::size_t excerpts = 0;
    std::size_t songs = 0;

    // Percentage of real responses below `response`, interpolated between quantiles, [0, 100];
    // -inf below the smallest and +inf above the largest.
    double percentile(double response) const;
};

// responses.safetensors of a classifier's bundle, by reference: "fc9[0]", "mean(conv4[12])",
// "mean(conv4)".
class RealResponsesFile
{
public:
    // Error (BadInput) for a damaged file.
    explicit RealResponsesFile(const std::filesystem::path& path);
    // nullptr if the reference is not in the file. reference is in canonical spelling
    // (response_expression.h).
    const RealResponses* find(std::string_view reference) const;
    const std::vector<std::string>& references() const { return m_names; }
    const std::vector<float>& logMelQuantiles() const { return m_logMelQuantiles; } // [1001]
    // What pictures show, low and high: natural log-mel from its 0.1 to its 99.9 % quantile, but
    // not more than the upper 80 dB of that (librosa's top_db): digital silence lies far below.
    std::pair<double, double> pictureRange() const;

private:
    std::vector<std::string> m_names;
    std::map<std::string, RealResponses, std::less<>> m_responses;
    std::vector<float> m_logMelQuantiles;
};

void writeRealResponses(const std::filesystem::path& path,
                        const std::vector<std::pair<std::string, RealResponses>>& responses,
                        const std::vector<float>& logMelQuantiles);

} // namespace earshot
