// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/witness.h"

#include "app/shipped_models.h"
#include "core/explain/explainer.h"
#include "core/util/error.h"

namespace earshot {

namespace fs = std::filesystem;

std::unique_ptr<const Explainer> loadWitness(const fs::path& asked, const Explainer& explainer)
{
    if (asked == noWitness)
        return nullptr;
    const bool isShipped = asked.empty();
    const std::optional<fs::path> folder = isShipped ? findShippedModel(shippedWitness) : asked;
    if (!folder)
        return nullptr;
    auto witness = std::make_unique<const Explainer>(*folder, fs::path(), explainer.device());
    if (witness->classifier().sha256 == explainer.classifier().sha256) {
        if (isShipped)
            return nullptr;
        throw badInput(folder->string(), "cannot be the witness", "another classifier",
                       "the one that is explained");
    }
    if (witness->outputLayer().empty())
        throw badInput(folder->string(), "cannot be the witness", "a linear layer with one unit",
                       "none");
    return witness;
}

} // namespace earshot
