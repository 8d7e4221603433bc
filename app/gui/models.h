// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/explain/explainer.h"
#include "core/explain/result_store.h"
#include "core/listen/real_examples.h"
#include "core/nets/device.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace earshot {

// Which models to load. Empty folders: the shipped ones, of a witness where there is one.
struct ModelRequest
{
    std::filesystem::path classifier;
    std::filesystem::path generator;
    DeviceChoice device = DeviceChoice::Auto;
    int threads = 0;               // 0: one a core
    std::filesystem::path witness; // "none": nobody is asked for a second opinion
};

// Loaded models, shared with the workers. Immutable.
struct Models
{
    ModelRequest request; // with the folders filled in
    std::shared_ptr<const Explainer> explainer;
    std::shared_ptr<const Explainer> witness; // null: none
    std::optional<RealExamples> examples;
    std::string examplesProblem; // why there are no examples; empty if there are, or never were
    std::string noCudaReason;    // empty: there is a GPU

    ModelHashes hashes() const;
};

// Takes a second; on any thread. Error (BadInput) for unusable bundles or a device that isn't
// there.
std::shared_ptr<const Models> loadModels(ModelRequest request);

// Where a classifier's bundle keeps the stored explanation of a response.
std::filesystem::path shippedExplanation(const Models& models, const std::string& response);

} // namespace earshot
