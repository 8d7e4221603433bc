// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/network/unit_rows.h"

#include "core/explain/real_responses.h"

#include <QStringList>

#include <algorithm>
#include <tuple>
#include <utility>

namespace earshot {

namespace {

const std::string activationSuffix = ".act";

bool isActivationOf(const LayerDescription& layer, const LayerDescription& before)
{
    return layer.name == before.name + activationSuffix;
}

// Why the real responses tell nothing; empty if they do.
std::pair<UnitState, QString> judge(const RealResponses& real, const LayerRow& row,
                                    const ResponseTerm& term)
{
    const bool zeroQuantiles =
        !real.quantiles.empty() && std::all_of(real.quantiles.begin(), real.quantiles.end(),
                                               [](float value) { return value == 0; });
    if (real.zeroShare >= 1 || (zeroQuantiles && row.afterActivation)) {
        QString reason = "It answers 0 to every real excerpt.";
        if (row.afterActivation) {
            ResponseTerm before = term;
            before.layer.resize(before.layer.size() - activationSuffix.size());
            reason += " Before its activation it may still move: try " +
                      QString::fromStdString(before.reference()) + ".";
        }
        return {UnitState::Dead, reason};
    }
    if (real.standardDeviation == 0)
        return {UnitState::Constant, QString("It answers %1 to every real excerpt: nothing in the "
                                             "music moves it.")
                                         .arg(real.mean, 0, 'g', 3)};
    return {UnitState::Live, {}};
}

UnitRow unitRow(const ResponseTerm& term, const QString& label, const LayerRow& layer,
                const RealResponsesFile* real)
{
    UnitRow row;
    row.reference = term.reference();
    row.label = label;
    const RealResponses* responses = real ? real->find(row.reference) : nullptr;
    if (!responses) {
        row.reason = "How it answers real music is not known.";
        return row;
    }
    std::tie(row.state, row.reason) = judge(*responses, layer, term);
    row.spread = responses->standardDeviation;
    row.auc = responses->auc;
    if (row.state == UnitState::Live)
        row.histogram = quantileHistogram(responses->quantiles);
    return row;
}

QString shapeText(const LayerDescription& layer)
{
    if (layer.shape.size() == 1)
        return layer.units() == 1 ? QString("1 unit") : QString("%1 units").arg(layer.units());
    QStringList sizes;
    for (const std::int64_t size : layer.shape)
        sizes += QString::number(size);
    return sizes.join(QString::fromUtf8(" × "));
}

LayerRow layerRow(const LayerDescription& layer, bool afterActivation,
                  const RealResponsesFile* real, const QString& outputLabel)
{
    LayerRow row;
    row.layer = layer;
    row.shapeText = shapeText(layer);
    row.afterActivation = afterActivation;
    row.whole = unitRow({1, ResponseKind::Mean, layer.name, {}}, QString::fromStdString(layer.name),
                        row, real);
    const ResponseKind kind =
        layer.isConvolutional() ? ResponseKind::ChannelMean : ResponseKind::Unit;
    for (std::int64_t unit = 0; unit < layer.units(); ++unit) {
        QString label = QString("[%1]").arg(unit);
        if (!outputLabel.isEmpty())
            label += " " + outputLabel;
        row.units.push_back(unitRow({1, kind, layer.name, {unit}}, label, row, real));
    }
    return row;
}

} // namespace

std::vector<LayerRow> networkRows(const std::vector<LayerDescription>& layers,
                                  const RealResponsesFile* real, const QString& outputLabel)
{
    std::vector<LayerRow> rows;
    // From the output to the input, but a layer before its activation.
    for (std::size_t end = layers.size(); end > 0;) {
        const bool isPair = end >= 2 && isActivationOf(layers[end - 1], layers[end - 2]);
        const std::size_t begin = end - (isPair ? 2 : 1);
        // The label stands for a single output neuron.
        const bool isOutput =
            end == layers.size() && layers[begin].shape == std::vector<std::int64_t>{1};
        for (std::size_t i = begin; i < end; ++i)
            rows.push_back(
                layerRow(layers[i], i > begin, real, isOutput ? outputLabel : QString()));
        end = begin;
    }
    return rows;
}

std::vector<std::string> references(const std::vector<LayerRow>& rows)
{
    std::vector<std::string> list;
    for (const LayerRow& row : rows) {
        list.push_back(row.whole.reference);
        for (const UnitRow& unit : row.units)
            list.push_back(unit.reference);
    }
    return list;
}

std::vector<float> quantileHistogram(const std::vector<float>& quantiles)
{
    if (quantiles.size() < 2)
        return {};
    const std::size_t intervals = quantiles.size() - 1;
    // Single far-off excerpts would squeeze all others into one bin.
    const std::size_t margin = intervals / 200;
    const double low = quantiles[margin];
    const double high = quantiles[intervals - margin];
    if (!(high > low))
        return {};
    const double binWidth = (high - low) / histogramBins;
    std::vector<double> mass(histogramBins, 0);
    // Between two quantiles lies an equal share of the excerpts, taken as evenly spread.
    for (std::size_t i = margin; i < intervals - margin; ++i) {
        const double from = (quantiles[i] - low) / binWidth;
        const double to = (quantiles[i + 1] - low) / binWidth;
        const auto first = std::min<std::size_t>(histogramBins - 1, static_cast<std::size_t>(from));
        const auto last = std::min<std::size_t>(histogramBins - 1, static_cast<std::size_t>(to));
        for (std::size_t bin = first; bin <= last; ++bin) {
            const double begin = std::max(from, static_cast<double>(bin));
            const double end = std::min(to, static_cast<double>(bin + 1));
            mass[bin] += to > from ? (end - begin) / (to - from) : 1;
        }
    }
    const double most = *std::max_element(mass.begin(), mass.end());
    std::vector<float> histogram;
    histogram.reserve(mass.size());
    for (const double value : mass)
        histogram.push_back(static_cast<float>(value / most));
    return histogram;
}

} // namespace earshot
