// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/io/json.h"

#include <string>

namespace earshot {

class PackedData;
struct ExplainSettings;

// What tells packed data from other data: {bytes, header_sha256}. It may be gigabytes, so it is
// known by its size and the SHA-256 of its safetensors header, which holds every recording's name,
// split and place, and not by its values.
Json dataIdentity(const PackedData& data);

// A record {data, data_identity, split, sha256 by model, device, versions, seed} as a list for
// people.
std::string recordMarkdown(const Json& record);

// "learning rate 0.01, prior weight 0.001, 100 steps, raw response, last step"
std::string settingsText(const ExplainSettings& settings);

} // namespace earshot
