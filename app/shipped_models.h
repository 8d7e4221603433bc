// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace earshot {

// The shipped bundle of that name: in EARSHOT_MODELS if that is set, else beside an installed
// program or in the source tree. Error (BadInput) that lists where it was looked for.
std::filesystem::path shippedModel(const std::string& name);
// Empty where there is none.
std::optional<std::filesystem::path> findShippedModel(const std::string& name);

inline constexpr const char* shippedClassifier = "svdnet";
inline constexpr const char* shippedGenerator = "music-generator";
inline constexpr const char* shippedWitness = "witness";

} // namespace earshot
