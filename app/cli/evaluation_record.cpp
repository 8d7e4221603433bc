// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/evaluation_record.h"

#include "core/explain/settings.h"
#include "core/io/sha256.h"
#include "core/train/checkpoint.h"
#include "core/train/packed_data.h"

namespace earshot {

Json dataIdentity(const PackedData& data)
{
    const SafetensorsFile& file = data.file();
    return Json::object({{"bytes", static_cast<std::int64_t>(file.sizeBytes())},
                         {"header_sha256", sha256(file.header())}});
}

std::string recordMarkdown(const Json& record)
{
    const Json identity = record.at("data_identity");
    const Json hashes = record.at("sha256");
    const Json versions = record.at("versions");
    std::string text = "- data: `" + record.text("data") + "`, " +
                       std::to_string(identity.integer("bytes")) +
                       " bytes; SHA-256 of its header (names, splits and offsets, not the "
                       "values): " +
                       identity.text("header_sha256") + "\n- split: " + record.text("split") + "\n";
    for (const std::string& model : hashes.keys())
        if (!hashes.text(model).empty())
            text.append("- ").append(model).append(": SHA-256 ").append(hashes.text(model)) += "\n";
    text += "- device: " + record.text("device") + "\n- versions:";
    std::string separator = " ";
    for (const std::string& part : versions.keys()) {
        text.append(separator).append(part).append(" ").append(versions.text(part));
        separator = ", ";
    }
    return text + "\n- seed: " + std::to_string(record.integer("seed")) + "\n";
}

std::string settingsText(const ExplainSettings& settings)
{
    return "learning rate " + exactText(settings.learningRate) + ", prior weight " +
           exactText(settings.priorWeight) + ", " + std::to_string(settings.steps) +
           (settings.steps == 1 ? " step, " : " steps, ") +
           (settings.scale == ResponseScale::Raw
                ? "raw response, "
                : "response divided by its real standard deviation, ") +
           (settings.choice == StepChoice::Last ? "last step" : "step of the smallest Eq. 3");
}

} // namespace earshot
