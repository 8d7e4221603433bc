// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nets/classifier_architecture.h"

#include "core/nets/residual_net.h"
#include "core/nets/svdnet.h"

#include <algorithm>

namespace earshot {

namespace {

template <typename Network>
ClassifierArchitecture architectureOf(const char* name, const char* output)
{
    return {name,
            output,
            &Network::weightShapes,
            [](Weights weights) -> std::unique_ptr<Classifier> {
                return std::make_unique<Network>(std::move(weights));
            },
            &Network::initialWeights,
            &Network::trainingLogits};
}

} // namespace

const std::vector<ClassifierArchitecture>& classifierArchitectures()
{
    static const std::vector<ClassifierArchitecture> list{
        architectureOf<SvdNet>("svdnet", "fc9"),
        architectureOf<ResidualNet>("residual-net", "fc11")};
    return list;
}

const ClassifierArchitecture* findClassifierArchitecture(std::string_view name)
{
    const auto& list = classifierArchitectures();
    const auto found = std::ranges::find(list, name, &ClassifierArchitecture::name);
    return found == list.end() ? nullptr : &*found;
}

} // namespace earshot
