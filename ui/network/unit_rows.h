// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/explain/response_expression.h"

#include <QString>

#include <cstddef>
#include <limits>
#include <string>
#include <vector>

namespace earshot {

class RealResponsesFile;

enum class UnitState
{
    Live,
    Dead,     // 0 for every real excerpt
    Constant, // the same value for every real excerpt
    Unknown,  // no real responses
};

inline constexpr std::size_t histogramBins = 24;

// What the tree shows of a neuron, a channel's mean or a layer's mean.
struct UnitRow
{
    std::string reference; // canonical: "fc8[3]", "mean(conv4[12])"
    QString label;         // "[3]"; of an output neuron with what it stands for: "[0] vocal"
    UnitState state = UnitState::Unknown;
    QString reason; // one sentence on why it is not Live
    // [histogramBins] of the real responses between their 0.5 and 99.5 % quantiles, the highest
    // bin 1; empty if Unknown or Constant.
    std::vector<float> histogram;
    double spread = std::numeric_limits<double>::quiet_NaN(); // standard deviation; NaN: unknown
    double auc = std::numeric_limits<double>::quiet_NaN();    // of the training label; NaN: unknown
};

struct LayerRow
{
    LayerDescription layer;
    QString shapeText; // "64 units", "64 × 113 × 78"
    UnitRow whole;     // mean(layer); label: the layer's name
    std::vector<UnitRow> units;
    bool afterActivation = false; // it is NAME.act, and NAME stands before it
};

// Rows in the order of the tree: the output's layer first, each .act directly after its layer.
// real: may be null. outputLabel: what the classifier's output stands for, may be empty.
std::vector<LayerRow> networkRows(const std::vector<LayerDescription>& layers,
                                  const RealResponsesFile* real, const QString& outputLabel);
// Every reference of the rows, for completion.
std::vector<std::string> references(const std::vector<LayerRow>& rows);

// [histogramBins] from quantiles at equal shares (at least 2), as UnitRow::histogram says.
std::vector<float> quantileHistogram(const std::vector<float>& quantiles);

} // namespace earshot
