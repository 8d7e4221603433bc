// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/explain/explainer.h"
#include "core/explain/grid_settings.h"
#include "core/explain/real_side.h"
#include "core/io/json.h"

#include <filesystem>
#include <string>

namespace earshot {

// What a search is of: {response, classifier, generator, versions}; the response in canonical
// spelling, the models by the SHA-256 of their weights.
Json gridOrigin(const std::string& response, const ModelDescription& classifier,
                const ModelDescription& generator);

// All that must be equal for a search to go on from another's checkpoint: the origin's members,
// those of gridSettingsJson(), real_responses (SHA-256) and on_gpu.
Json gridIdentity(const Json& origin, const GridSettings& settings, const RealSide& real,
                  const Device& device);
Json gridIdentity(const Explainer& explainer, const std::string& response,
                  const GridSettings& settings, const RealSide& real);

// The members of `wanted` that another identity lacks or has otherwise, each text joined by ", ".
struct IdentityDifference
{
    std::string names; // empty: there are none
    std::string wanted;
    std::string found;
};
IdentityDifference identityDifference(const Json& wanted, const Json& found);

// Error (BadInput) if grid.earshot in the folder is of a search with another identity, which it
// names, or cannot be read. Version and device may differ: they find the same anew.
void checkReplaceable(const std::filesystem::path& folder, const Json& identity);

} // namespace earshot
