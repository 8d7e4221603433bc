// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/explain/explanation.h"

namespace earshot {

// Two examples, one step: responses 1 and 2 become 3 and 5 (positive) or −1 and −2 (negative). Of
// its pictures only the first number tells which is which: 10 and 11 (start), 20 and 21 (positive),
// 30 and 31 (negative).
inline Explanation handMade()
{
    constexpr std::size_t melSize = std::size_t(115) * 80;
    const auto mels = [](float first) {
        Matrix<float> matrix(2, melSize);
        matrix(0, 0) = first;
        matrix(1, 0) = first + 1;
        return matrix;
    };
    const auto direction = [&mels](float first, float second, float firstMel) {
        DirectionResult result;
        result.latents = Matrix<float>(2, 128);
        result.mels = mels(firstMel);
        result.responses = Matrix<float>(2, 2);
        result.responses(0, 0) = 1;
        result.responses(0, 1) = 2;
        result.responses(1, 0) = first;
        result.responses(1, 1) = second;
        result.pathSteps = {0, 1};
        result.path = {Matrix<float>(2, 128), Matrix<float>(2, 128)};
        result.distances = {0.5, 0.25};
        result.gradientNorms = {0.75};
        result.chosenStep = 1;
        return result;
    };
    Explanation explanation;
    explanation.response = "fc9[0]";
    explanation.settings.examples = 2;
    explanation.settings.steps = 1;
    explanation.examples = {0, 4};
    explanation.startLatents = Matrix<float>(2, 128);
    explanation.startMels = mels(10);
    explanation.directions.emplace(Direction::Positive, direction(3, 5, 20));
    explanation.directions.emplace(Direction::Negative, direction(-1, -2, 30));
    explanation.record = Json::object(
        {{"models", Json::object({{"classifier", "svdnet"}, {"generator", "music"}})},
         {"sha256",
          Json::object({{"classifier", "0123456789abcdef"}, {"generator", "fedcba9876543210"}})}});
    return explanation;
}

} // namespace earshot
