// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/explain/explainer.h"

namespace earshot {

class SafetensorsFile;
class SafetensorsWriter;

// The members that every record has: sha256, models, response, seed, settings, device, versions;
// see below; of a classifier with weights drawn anew also randomised {from, seed, trained_sha256}.
// settings: an object.
Json originRecord(std::string_view response, std::uint64_t seed, const Json& settings,
                  const ModelDescription& classifier, const ModelDescription& generator,
                  const Device& device);

// {earshot, torch}: other versions may come to other bits.
Json versionsRecord();

// What is needed to repeat an explanation, and what is known of it beside its tensors:
//   sha256        {classifier, generator}: of the weights
//   models        {classifier, generator}: their names
//   response, seed, settings, device, versions {earshot, torch}, end, examples
//   chosen_step_positive|negative
//   frechet_distance, gradient_norm, percentiles, problems: by direction; the first two by step,
//   the third by example at the chosen step, 0 and 100 also beyond the real extremes
//   witness {name, sha256, label, same_question}, added when one is asked: core/explain/witness.h
//   real_responses {excerpts, songs, mean, standard_deviation}, null where nothing is known
Json explanationRecord(const Explanation& explanation, const ModelDescription& classifier,
                       const ModelDescription& generator, const Device& device,
                       const RealResponses* real);

// A record as the metadata of a file, a key a member: the texts "response", "device" and "end" as
// they are, all else as JSON.
void setRecord(SafetensorsWriter& writer, const Json& record);
// Back from the metadata, of which "format" is no part. Error (BadInput) for what is no JSON.
Json recordOf(const SafetensorsFile& file);

std::string_view name(Direction direction); // "positive", "negative"
std::string_view name(RunEnd end);          // "completed", "stopped", "aborted"

// Settings as the record writes them, and back. Error (BadInput) for what is missing or unknown.
Json settingsJson(const ExplainSettings& settings);
ExplainSettings settingsOf(const Json& json);

} // namespace earshot
