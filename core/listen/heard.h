// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dsp/resynthesis.h"
#include "core/explain/explanation.h"
#include "core/util/matrix.h"
#include "core/util/progress.h"

#include <filesystem>
#include <map>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

namespace earshot {

class Explainer;
class ResponseExpression;

// The sounds of an explanation, a row an example: [N][36,934] mono samples at 22,050 Hz, as
// resynthesised.
struct ExplanationSounds
{
    std::vector<std::vector<float>> start; // an empty row: none was made
    std::map<Direction, std::vector<std::vector<float>>> directions;
};

// The sounds of log-mels [N, frames·bands], several at once; an empty row for one that exploded.
// After a stop only those that were finished. Bits do not depend on the number of threads.
std::vector<std::vector<float>> resynthesiseAll(MatrixView<const float> mels,
                                                const FrontEndParameters& frontEnd,
                                                const ResynthesisParameters& parameters,
                                                int threads, const std::stop_token& stop,
                                                const ProgressCallback& progress = {});

// [N] the response to each sound, analysed again; NaN where there is none, or after a stop.
std::vector<float> heardResponses(const Explainer& explainer, const ResponseExpression& expression,
                                  const std::vector<std::vector<float>>& sounds,
                                  const FrontEndParameters& frontEnd,
                                  const std::stop_token& stop = {});
// The same of a witness: its logit, above 0 for its label.
std::vector<float> witnessLogits(const Explainer& witness,
                                 const std::vector<std::vector<float>>& sounds,
                                 const FrontEndParameters& frontEnd,
                                 const std::stop_token& stop = {});

// Resynthesises the start and the chosen step of every example, several at once, and analyses the
// sounds again: fills startHeard and heard with the classifier's response to what is heard. Bits do
// not depend on the number of threads. A row that exploded has no sound, and NaN for its heard
// response. On a stop what is finished is kept in `sounds`, the heard responses stay empty, and
// false is returned.
bool hearExplanation(const Explainer& explainer, const FrontEndParameters& frontEnd,
                     const ResynthesisParameters& parameters, int threads, Explanation& explanation,
                     ExplanationSounds& sounds, std::stop_token stop = {},
                     const ProgressCallback& progress = {});

// Why some of these log-mels [N, frames·bands] have no sound: "2 of 4 are too loud to become sound
// (log-mel 108, at most 80)"; empty where all of them have.
std::string soundProblem(MatrixView<const float> mels);

// Asks a second classifier about the sounds that hearExplanation made, analysed again: fills
// startWitness and witness with its logits, above 0 for its label, whatever the response is, and
// adds it to the record. A row without sound has NaN. False on a stop, with nothing filled in.
bool askWitness(const Explainer& explainer, const Explainer& witness,
                const FrontEndParameters& frontEnd, const ExplanationSounds& sounds,
                Explanation& explanation, const std::stop_token& stop = {});

// start_00.wav, positive_00.wav, negative_00.wav, … in `folder`; returns the paths, starts first.
// Error: CannotWrite.
std::vector<std::filesystem::path> writeSounds(const ExplanationSounds& sounds,
                                               const FrontEndParameters& frontEnd,
                                               const std::filesystem::path& folder);
// The names that writeSounds gives so many examples.
std::set<std::string> soundNames(Directions directions, std::size_t examples);

} // namespace earshot
