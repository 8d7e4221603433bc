// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace earshot {

// A tensor of a classifier that a response may name; nets' LayerInfo without torch.
struct LayerDescription
{
    std::string name;
    std::vector<std::int64_t> shape; // [units] or [channels, time, frequency]
    std::string activation;          // "linear", "leaky_relu", "sigmoid", "max_pool", "sum"

    bool isConvolutional() const { return shape.size() == 3; }
    std::int64_t units() const { return shape.front(); } // neurons, or channels
};

enum class ResponseKind
{
    Unit,        // layer[unit] or layer[channel,time,frequency]: indices has 1 or 3 entries
    Mean,        // mean(layer): over all elements; no indices
    ChannelMean, // mean(layer[channel]): over time and frequency; 1 index
    Norm,        // norm(layer): L2 over all elements; no indices
};

struct ResponseTerm
{
    double coefficient = 1; // finite, not 0
    ResponseKind kind = ResponseKind::Unit;
    std::string layer;
    std::vector<std::int64_t> indices; // 0-based, within the layer's shape

    // Without the coefficient, in canonical spelling: "mean(conv4[12])".
    std::string reference() const;
};

// A response f_a: a sum of multiples of units, means and norms.
class ResponseExpression
{
public:
    // As parseResponse leaves them: at least one, no reference twice.
    explicit ResponseExpression(std::vector<ResponseTerm> terms);

    const std::vector<ResponseTerm>& terms() const { return m_terms; }
    // Every layer once, in the order of the terms.
    const std::vector<std::string>& layers() const { return m_layers; }
    // "0.5*mean(conv4) + 0.5*mean(conv5)", "-fc9[0]": spaces only around + and -, coefficients as
    // short as they can be, names quoted only where they must be. Parsing it gives it again.
    std::string canonical() const;

private:
    std::vector<ResponseTerm> m_terms;
    std::vector<std::string> m_layers;
};

// Grammar (spaces anywhere between symbols):
//   sum     = ["+"|"-"] product {("+"|"-") product}
//   product = factor {("*"|"/") factor}       at most one factor is not a plain number
//   factor  = number | "(" sum ")" | "-" factor | unit | "mean" "(" layer ["[" index "]"] ")"
//           | "norm" "(" layer ")"
//   unit    = layer "[" index ["," index "," index] "]"
//   layer   = letter or "_" {letter, digit, "_", "."} | '"' any characters, \" and \\ escaped '"'
// Equal references are added up. Error (BadInput) with the position (1-based character) and what to
// write instead: unknown layer (the nearest name), index out of range (the range), a convolution's
// channel alone (mean(…)), a constant that is left over, a response that is always 0.
ResponseExpression parseResponse(std::string_view text, std::span<const LayerDescription> layers);

} // namespace earshot
