// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/explain/settings.h"
#include "core/io/json.h"
#include "core/train/classifier_evaluation.h"
#include "core/train/generator_evaluation.h"

#include <optional>
#include <string>
#include <vector>

namespace earshot {

// The starts of an explanation, or where they came in one direction.
struct ExplainedRow
{
    std::string name;               // "start", "positive", "negative"
    int step = 0;                   // after so many updates
    int wantedSign = 0;             // of the responses; 0: any
    int witnessSign = 0;            // the same of the witness's; 0 if it knows another question
    std::optional<double> distance; // Eq. 3
    std::vector<float> responses;   // [N], of the classifier to the spectrograms
    std::vector<float> heard;       // to the sounds; empty if none were made
    std::vector<float> witness;     // of the witness to the sounds; empty without one
};

// Everything that is told of a classifier, a generator, and the explanations made with them.
struct EvaluationSummary
{
    Json record; // what repeats it: see recordMarkdown()
    ClassifierEvaluation classifier;
    GeneratorEvaluation generator;
    std::optional<GeneratorEvaluation> witnessedGenerator; // in the witness's features
    std::string response;                                  // what was explained
    std::string preset;                                    // by which: "recommended", "C1", …
    ExplainSettings settings;  // the preset's, but perhaps for the steps
    std::string witnessSha256; // empty without a witness
    std::string witnessLabel;  // what its logit above 0 stands for
    std::vector<ExplainedRow> rows;

    Json json() const;
    std::string markdown() const;
};

} // namespace earshot
