// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/shipped_models.h"

#include "core/util/error.h"

#include <cstdlib>
#include <vector>

namespace earshot {

namespace fs = std::filesystem;

namespace {

std::vector<fs::path> placesOf(const std::string& name)
{
    if (const char* models = std::getenv("EARSHOT_MODELS"); models != nullptr && *models != '\0')
        return {(fs::path(models) / name).lexically_normal()};
    std::vector<fs::path> places;
    std::error_code error;
    const fs::path program = fs::read_symlink("/proc/self/exe", error);
    if (!error) {
        const fs::path folder = program.parent_path();
        places.push_back(folder / ".." / "share" / "earshot" / "models" / name);
        // build/<preset>/bin of a source tree
        places.push_back(folder / ".." / ".." / ".." / "models" / name);
    }
    for (fs::path& place : places)
        place = place.lexically_normal();
    return places;
}

} // namespace

std::optional<fs::path> findShippedModel(const std::string& name)
{
    std::error_code error;
    for (const fs::path& folder : placesOf(name))
        if (fs::exists(folder / "model.json", error))
            return folder;
    return std::nullopt;
}

fs::path shippedModel(const std::string& name)
{
    if (const std::optional<fs::path> folder = findShippedModel(name))
        return *folder;
    std::string looked;
    for (const fs::path& folder : placesOf(name))
        looked += (looked.empty() ? "" : ", ") + folder.string();
    throw badInput(name, "is not a shipped model here", "its model.json in one of " + looked,
                   "none; name a folder, or set EARSHOT_MODELS");
}

} // namespace earshot
