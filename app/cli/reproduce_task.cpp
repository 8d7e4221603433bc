// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/reproduce_task.h"

#include "app/cli/context.h"
#include "core/dsp/resynthesis.h"
#include "core/explain/explainer.h"
#include "core/listen/heard.h"

#include <cctype>

namespace earshot {

std::string fileNameOf(std::string_view response)
{
    std::string name;
    for (const char letter : response) {
        const bool isPlain = std::isalnum(static_cast<unsigned char>(letter)) != 0;
        if (isPlain)
            name += letter;
        else if (!name.empty() && name.back() != '_')
            name += '_';
    }
    while (name.ends_with('_'))
        name.pop_back();
    return name;
}

HeardSounds hear(const ReproduceTask& task, const std::string& response,
                 MatrixView<const float> mels, const ProgressCallback& progress)
{
    const std::stop_token stop = task.context.stop();
    HeardSounds result;
    result.sounds =
        resynthesiseAll(mels, task.frontEnd, resynthesisDefaults(ResynthesisMethod::Joint),
                        task.explainer.device().threads, stop, progress);
    result.heard = heardResponses(task.explainer, task.explainer.parse(response), result.sounds,
                                  task.frontEnd, stop);
    if (task.witness != nullptr)
        result.witness = witnessLogits(*task.witness, result.sounds, task.frontEnd, stop);
    return result;
}

std::vector<float> floatsOf(const Json& json, std::string_view key)
{
    const std::vector<double> values = json.numbers(key);
    std::vector<float> result;
    for (const double value : values)
        result.push_back(static_cast<float>(value));
    return result;
}

} // namespace earshot
