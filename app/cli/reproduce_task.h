// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/reproduce_parts.h"
#include "app/cli/reproduce_plan.h"
#include "core/dsp/log_mel.h"
#include "core/explain/real_responses.h"
#include "core/util/matrix.h"

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace earshot {

class Context;
class Explainer;

// What every part of a reproduction works with. Borrowed.
struct ReproduceTask
{
    Context& context;
    const Explainer& explainer;
    const Explainer* witness; // nullptr: nobody is asked
    std::filesystem::path classifierFolder;
    std::filesystem::path generatorFolder;
    std::filesystem::path index; // of the user's own music; empty: the training music
    const ReproducePlan& plan;
    // Of every unit of the plan, to that music.
    std::map<std::string, RealResponses> real;
    ReproduceParts& parts;
    std::string command;   // that repeats it
    bool hasSounds = true; // in the page
    FrontEndParameters frontEnd = {};

    std::filesystem::path folder() const { return parts.folder(); }
};

// "fc8[3]" as a name of files: "fc8_3".
std::string fileNameOf(std::string_view response);

// Sounds of log-mels and what is heard in them. N rows.
struct HeardSounds
{
    std::vector<std::vector<float>> sounds; // an empty one: it exploded
    std::vector<float> heard;               // the trained classifier's response; NaN without sound
    std::vector<float> witness;             // the witness's logit; empty without a witness
};
// Short after a stop.
HeardSounds hear(const ReproduceTask& task, const std::string& response,
                 MatrixView<const float> mels, const ProgressCallback& progress);

// One array for a part's file, and back: NaN is null.
std::vector<float> floatsOf(const Json& json, std::string_view key);

} // namespace earshot
