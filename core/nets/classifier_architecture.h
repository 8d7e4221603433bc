// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nets/classifier.h"
#include "core/nets/weights.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace earshot {

// A kind of classifier that is built in: what loading and training must know of it.
struct ClassifierArchitecture
{
    std::string name;   // in model.json: "svdnet"
    std::string output; // the layer whose one unit is the logit: "fc9"
    const std::vector<Weights::Shape>& (*weightShapes)();
    std::unique_ptr<Classifier> (*make)(Weights weights);
    // Functions of the network's class.
    Weights (*initialWeights)(std::uint64_t seed);
    at::Tensor (*trainingLogits)(const Weights& weights, const at::Tensor& input);
};

// SVDNet first.
const std::vector<ClassifierArchitecture>& classifierArchitectures();
// nullptr for a name that is not among them.
const ClassifierArchitecture* findClassifierArchitecture(std::string_view name);

} // namespace earshot
