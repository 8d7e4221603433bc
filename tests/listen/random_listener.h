// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/explain/explainer.h"
#include "core/nets/input_map.h"
#include "core/nets/model_bundle.h"
#include "core/nets/svdnet.h"

#include <ATen/ops/full.h>

#include <optional>
#include <utility>

namespace earshot {

// A network as it is before training, behind an input map of round numbers, and no generator.
template <typename Network = SvdNet>
Explainer randomListener()
{
    ClassifierBundle classifier;
    classifier.info.kind = "classifier";
    classifier.classifier = std::make_unique<Network>(Network::initialWeights(1));
    classifier.inputMap =
        std::make_unique<Standardise>(at::full({80}, -4.0F), at::full({80}, 2.0F));
    return Explainer(std::move(classifier), std::nullopt, nullptr,
                     initialiseTorch(DeviceChoice::Cpu, 1));
}

} // namespace earshot
