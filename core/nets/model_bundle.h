// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/io/json.h"
#include "core/nets/classifier.h"
#include "core/nets/generator.h"
#include "core/nets/input_map.h"
#include "core/nets/randomisation.h"
#include "core/nets/weights.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace earshot {

// A model bundle: a folder with model.json, weights.safetensors and README.md (the model card).
// model.json: {"format": 1, "kind": "classifier"|"generator", "architecture":
// "svdnet"|"residual-net"|"music-generator", "input_map": "standardise" (classifier), "front_end":
// "ismir2015", "licence": "…", "name": "…", "label": "vocal" (classifier: what the output
// neuron stands for), "sha256": {"weights.safetensors": "…", …}}.
struct BundleInfo
{
    std::filesystem::path folder;
    std::string kind;
    std::string architecture;
    std::string name;
    std::string licence;
    std::string label;
    // Of weights.safetensors: the model's hash everywhere. Of a randomised classifier that of its
    // own weights, which no trained one has.
    std::string sha256;
    Json manifest;
    std::optional<Randomisation> randomised;
    std::string trainedSha256; // of weights.safetensors where they were randomised, else empty
};

struct ClassifierBundle
{
    BundleInfo info;
    std::unique_ptr<Classifier> classifier;
    std::unique_ptr<InputMap> inputMap;
};

struct GeneratorBundle
{
    BundleInfo info;
    std::unique_ptr<Generator> generator;
};

// Error (BadInput): not a bundle, unknown kind or architecture, a hash that does not match, bad
// weights.
BundleInfo readBundleInfo(const std::filesystem::path& folder);
// randomisation: after loading, every weight and bias of that layer and of those after it is drawn
// anew, by the architecture's own initialisation; the name says so, and the hash is another. Error
// (BadInput) for a layer without weights.
ClassifierBundle loadClassifier(const std::filesystem::path& folder,
                                const std::optional<Randomisation>& randomisation = {});
GeneratorBundle loadGenerator(const std::filesystem::path& folder);

// Writes weights and manifest (with hashes, of other files of the folder named in info.manifest
// too), both before either replaces an older one; the card is not touched. Classifier weights hold
// the input map's tensors "input.mean" and "input.std" [80] beside the network's. Error
// (CannotWrite).
void writeBundle(const BundleInfo& info, const Weights& weights);
// Lists the file of that name, e.g. "responses.safetensors", in model.json, and brings the hashes
// of those already listed up to date; one that is no longer there goes. Other files of the folder
// are none of the bundle's. Errors: BadInput for what cannot be read, CannotWrite.
void refreshHashes(const std::filesystem::path& folder, const std::string& added);

} // namespace earshot
