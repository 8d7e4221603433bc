// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/classifier_metrics.h"

#include "core/util/error.h"
#include "core/util/random.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace earshot {

namespace {

constexpr double notANumber = std::numeric_limits<double>::quiet_NaN();

double share(std::size_t part, std::size_t whole)
{
    return whole == 0 ? notANumber : static_cast<double>(part) / static_cast<double>(whole);
}

struct Labelled
{
    float score;
    bool isPositive;
};

// Those with a known label, ascending.
std::vector<Labelled> sortedKnown(std::span<const float> scores, std::span<const FrameLabel> labels)
{
    std::vector<Labelled> known;
    for (std::size_t i = 0; i < scores.size(); ++i)
        if (labels[i] != FrameLabel::Unknown)
            known.push_back({scores[i], labels[i] == FrameLabel::Positive});
    std::sort(known.begin(), known.end(),
              [](const Labelled& a, const Labelled& b) { return a.score < b.score; });
    return known;
}

} // namespace

Confusion& Confusion::operator+=(const Confusion& other)
{
    truePositives += other.truePositives;
    falsePositives += other.falsePositives;
    trueNegatives += other.trueNegatives;
    falseNegatives += other.falseNegatives;
    return *this;
}

std::size_t Confusion::count() const
{
    return truePositives + falsePositives + trueNegatives + falseNegatives;
}

double Confusion::precision() const
{
    return share(truePositives, truePositives + falsePositives);
}

double Confusion::recall() const
{
    return share(truePositives, truePositives + falseNegatives);
}

double Confusion::specificity() const
{
    return share(trueNegatives, trueNegatives + falsePositives);
}

double Confusion::f1() const
{
    return share(2 * truePositives, 2 * truePositives + falsePositives + falseNegatives);
}

double Confusion::error() const
{
    return share(falsePositives + falseNegatives, count());
}

double Confusion::balancedError() const
{
    return 1 - (recall() + specificity()) / 2;
}

Confusion confusion(std::span<const float> scores, std::span<const FrameLabel> labels,
                    double threshold)
{
    Confusion result;
    for (std::size_t i = 0; i < scores.size(); ++i) {
        const bool decision = static_cast<double>(scores[i]) > threshold;
        if (labels[i] == FrameLabel::Positive)
            ++(decision ? result.truePositives : result.falseNegatives);
        else if (labels[i] == FrameLabel::Negative)
            ++(decision ? result.falsePositives : result.trueNegatives);
    }
    return result;
}

double bestThreshold(std::span<const float> scores, std::span<const FrameLabel> labels,
                     ThresholdCriterion criterion)
{
    for (const float score : scores)
        if (std::isnan(score))
            throw badInput("scores", "have no best threshold", "numbers", "NaN");
    const std::vector<Labelled> known = sortedKnown(scores, labels);
    if (known.empty())
        throw badInput("scores", "have no best threshold", "known labels", "none");
    const auto negatives =
        std::count_if(known.begin(), known.end(), [](const Labelled& l) { return !l.isPositive; });
    const auto positives = static_cast<std::ptrdiff_t>(known.size()) - negatives;
    const bool isBalanced = criterion == ThresholdCriterion::BalancedError;
    if (isBalanced && (positives == 0 || negatives == 0))
        throw badInput("scores", "have no best threshold", "labels of both classes", "one class");
    // In whole numbers, so that equals are equal: balanced, each class weighs as much as the other.
    const std::int64_t ofPositive = isBalanced ? negatives : 1;
    const std::int64_t ofNegative = isBalanced ? positives : 1;
    // Errors of a threshold below all scores: every negative. Passing a score upwards mends a
    // negative and breaks a positive.
    std::int64_t errors = negatives * ofNegative;
    std::int64_t fewest = errors;
    double best = static_cast<double>(known.front().score) - 1;
    for (std::size_t i = 0; i < known.size(); ++i) {
        errors += known[i].isPositive ? ofPositive : -ofNegative;
        const auto score = static_cast<double>(known[i].score);
        if (i + 1 < known.size() && known[i + 1].score == known[i].score)
            continue; // no threshold separates equals
        const double threshold = i + 1 < known.size()
                                     ? (score + static_cast<double>(known[i + 1].score)) / 2
                                     : score + 1;
        if (errors < fewest || (errors == fewest && std::abs(threshold) < std::abs(best))) {
            fewest = errors;
            best = threshold;
        }
    }
    return best;
}

double areaUnderCurve(std::span<const float> scores, std::span<const FrameLabel> labels)
{
    if (std::any_of(scores.begin(), scores.end(), [](float score) { return std::isnan(score); }))
        return notANumber;
    const std::vector<Labelled> known = sortedKnown(scores, labels);
    // Mann–Whitney: pairs counted from below, group of equals by group.
    double pairs = 0;
    double negatives = 0;
    double positives = 0;
    for (std::size_t i = 0; i < known.size();) {
        double groupPositives = 0;
        double groupNegatives = 0;
        const float score = known[i].score;
        for (; i < known.size() && known[i].score == score; ++i)
            (known[i].isPositive ? groupPositives : groupNegatives) += 1;
        pairs += groupPositives * (negatives + groupNegatives / 2);
        positives += groupPositives;
        negatives += groupNegatives;
    }
    return positives > 0 && negatives > 0 ? pairs / (positives * negatives) : notANumber;
}

std::vector<float> medianFiltered(std::span<const float> values, std::size_t width)
{
    const auto count = static_cast<std::int64_t>(values.size());
    const auto mirrored = [&](std::int64_t i) {
        const std::int64_t period = 2 * count;
        const std::int64_t inside = ((i % period) + period) % period;
        return values[static_cast<std::size_t>(inside < count ? inside : period - 1 - inside)];
    };
    std::vector<float> result(values.size());
    std::vector<float> window(width);
    const auto before = static_cast<std::int64_t>(width / 2);
    for (std::int64_t i = 0; i < count; ++i) {
        for (std::size_t k = 0; k < width; ++k)
            window[k] = mirrored(i - before + static_cast<std::int64_t>(k));
        const auto middle = window.begin() + before;
        std::nth_element(window.begin(), middle, window.end());
        result[static_cast<std::size_t>(i)] = *middle;
    }
    return result;
}

Interval bootstrapError(std::span<const Confusion> songs, std::size_t draws, std::uint64_t seed)
{
    if (songs.empty() || draws == 0)
        return {notANumber, notANumber};
    CounterRandom random(seed, 0);
    std::vector<float> errors;
    for (std::size_t draw = 0; draw < draws; ++draw) {
        Confusion sum;
        for (std::size_t i = 0; i < songs.size(); ++i)
            sum += songs[random.index(static_cast<std::uint32_t>(songs.size()))];
        if (sum.count() > 0)
            errors.push_back(static_cast<float>(sum.error()));
    }
    if (errors.empty())
        return {notANumber, notANumber};
    std::sort(errors.begin(), errors.end());
    const std::vector<float> quantiles = quantilesOfSorted(errors, 41); // steps of 2.5 %
    return {static_cast<double>(quantiles[1]), static_cast<double>(quantiles[39])};
}

std::vector<float> quantilesOfSorted(std::span<const float> values, std::size_t count)
{
    std::vector<float> result(count);
    for (std::size_t i = 0; i < count; ++i) {
        const double position = static_cast<double>(values.size() - 1) * static_cast<double>(i) /
                                static_cast<double>(count - 1);
        const auto lower = static_cast<std::size_t>(position);
        const std::size_t upper = std::min(lower + 1, values.size() - 1);
        const double part = position - static_cast<double>(lower);
        result[i] = static_cast<float>(static_cast<double>(values[lower]) * (1 - part) +
                                       static_cast<double>(values[upper]) * part);
    }
    return result;
}

} // namespace earshot
