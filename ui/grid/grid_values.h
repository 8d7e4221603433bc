// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <cstddef>
#include <limits>
#include <optional>
#include <vector>

namespace earshot {

// What is known of a setting of a grid search, or of a pair of learning rate and prior weight at
// one of its steps.
enum class SettingState
{
    Waiting,
    Running, // a number now is over the examples so far
    Known,
    Exploded,
    Dead,
    Stopped // fewer examples than were asked for
};

enum class SettingMark
{
    None,
    Tied, // cannot be told apart from the best
    Best  // the one to use, or the best so far
};

inline constexpr double unknownNumber = std::numeric_limits<double>::quiet_NaN();

// A row of the table.
struct SettingRow
{
    std::size_t pair = 0;
    int steps = 0;    // 0: not known
    int examples = 0; // N, that the numbers are over
    double mean = unknownNumber;
    double distance = unknownNumber; // Eq. 3
    double low = unknownNumber;      // of its interval
    double high = unknownNumber;
    SettingState state = SettingState::Waiting;
    SettingMark mark = SettingMark::None;
};

// One pair along its steps.
struct PairSteps
{
    int examples = 0;
    SettingState state = SettingState::Waiting;
    int explodedStep = std::numeric_limits<int>::max(); // from here on, if it explodes
    std::vector<double> distances;                      // Eq. 3 by step, from the start on
};

// A search, while it runs or afterwards.
struct GridContent
{
    std::vector<double> learningRates; // in the order of the rows of pairs
    std::vector<double> priorWeights;
    int steps = 0;                // the largest number
    std::vector<PairSteps> pairs; // by learning rate, then prior weight
    std::vector<SettingRow> rows;
    bool isRunning = false;

    double learningRate(std::size_t pair) const
    {
        return learningRates[pair / priorWeights.size()];
    }
    double priorWeight(std::size_t pair) const { return priorWeights[pair % priorWeights.size()]; }
    std::optional<std::size_t> bestRow() const
    {
        for (std::size_t row = 0; row < rows.size(); ++row)
            if (rows[row].mark == SettingMark::Best)
                return row;
        return std::nullopt;
    }
};

// A pair after so many updates.
struct SettingPlace
{
    std::size_t pair = 0;
    int step = 1;
    bool operator==(const SettingPlace&) const = default;
};

// What a pair is at a step. Distance NaN: none is known there.
struct PlaceView
{
    double distance = unknownNumber;
    int examples = 0;
    SettingState state = SettingState::Waiting;
    SettingMark mark = SettingMark::None;
};
PlaceView viewOf(const GridContent& content, const SettingPlace& place);

// "waiting", "running", "ok", "exploded", "dead", "stopped"
QString stateText(SettingState state);
// "best", "tie"; of a running search "best so far"; "" for none.
QString markText(SettingMark mark, bool isRunning);

} // namespace earshot
