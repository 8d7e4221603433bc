// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <memory>

namespace earshot {

class Explainer;

inline constexpr const char* noWitness = "none";

// The second classifier that is asked about explanations of the explainer's: of the folder `asked`;
// if that is empty, the shipped one, where there is one that is not the classifier itself; nullptr
// for noWitness. Error (BadInput) for an unusable bundle, one without an output neuron, or a folder
// that holds the classifier itself, which would only agree.
std::unique_ptr<const Explainer> loadWitness(const std::filesystem::path& asked,
                                             const Explainer& explainer);

} // namespace earshot
