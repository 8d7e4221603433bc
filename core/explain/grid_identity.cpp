// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explain/grid_identity.h"

#include "core/explain/explanation_record.h"
#include "core/io/safetensors.h"
#include "core/io/sha256.h"
#include "core/util/error.h"

#include <span>
#include <system_error>

namespace earshot {

namespace fs = std::filesystem;

namespace {

void append(std::string& list, const std::string& text)
{
    list += (list.empty() ? "" : ", ") + text;
}

void setAll(Json& object, const Json& members)
{
    for (const std::string& key : members.keys())
        object.set(key, members.at(key));
}

// As far as a result holds it.
Json identityOfResult(const fs::path& path)
{
    const SafetensorsFile file(path);
    const auto parsed = [&](const char* key) {
        return Json::parse(file.metadataValue(key), path.string() + ": " + key);
    };
    Json identity = Json::object({{"response", file.metadataValue("response")}});
    setAll(identity, parsed("sha256"));
    setAll(identity, parsed("settings"));
    identity.set("real_responses", sha256(file.tensor("real_responses").bytes));
    return identity;
}

} // namespace

Json gridOrigin(const std::string& response, const ModelDescription& classifier,
                const ModelDescription& generator)
{
    return Json::object({{"response", response},
                         {"classifier", classifier.sha256},
                         {"generator", generator.sha256},
                         {"versions", versionsRecord()}});
}

Json gridIdentity(const Json& origin, const GridSettings& settings, const RealSide& real,
                  const Device& device)
{
    Json identity = origin;
    setAll(identity, gridSettingsJson(settings));
    identity.set("real_responses", sha256(std::as_bytes(std::span(real.responses))));
    identity.set("on_gpu", device.isCuda);
    return identity;
}

Json gridIdentity(const Explainer& explainer, const std::string& response,
                  const GridSettings& settings, const RealSide& real)
{
    return gridIdentity(gridOrigin(response, explainer.classifier(), explainer.generator()),
                        settings, real, explainer.device());
}

IdentityDifference identityDifference(const Json& wanted, const Json& found)
{
    IdentityDifference difference;
    for (const std::string& key : wanted.keys()) {
        const std::string value = wanted.at(key).dump(-1);
        const std::string other = found.contains(key) ? found.at(key).dump(-1) : "nothing";
        if (value == other)
            continue;
        append(difference.names, key);
        append(difference.wanted, value);
        append(difference.found, other);
    }
    return difference;
}

void checkReplaceable(const fs::path& folder, const Json& identity)
{
    const fs::path path = folder / "grid.earshot";
    std::error_code error;
    if (!fs::exists(path, error))
        return;
    // Other responses, directions and models have other real responses: those say nothing new then.
    Json wanted = Json::object();
    for (const std::string& key : identity.keys())
        if (key != "versions" && key != "on_gpu" && key != "real_responses")
            wanted.set(key, identity.at(key));
    IdentityDifference difference;
    try {
        const Json found = identityOfResult(path);
        difference = identityDifference(wanted, found);
        if (difference.names.empty())
            difference = identityDifference(
                Json::object({{"real_responses", identity.at("real_responses")}}), found);
    } catch (const Error&) {
        throw badInput(path.string(), "would be replaced; choose another folder, or remove it",
                       "the result of a search", "a file that is damaged or something else");
    }
    if (!difference.names.empty())
        throw badInput(path.string(),
                       "is the result of a search with other " + difference.names +
                           "; choose another folder, or remove it",
                       difference.wanted, difference.found);
}

} // namespace earshot
