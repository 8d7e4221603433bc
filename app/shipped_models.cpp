// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/shipped_models.h"

#include "core/util/error.h"

#include <cstdlib>
#include <vector>

namespace earshot {

namespace fs = std::filesystem;

fs::path shippedModel(const std::string& name)
{
    std::vector<fs::path> places;
    if (const char* models = std::getenv("EARSHOT_MODELS"); models != nullptr && *models != '\0')
        places.emplace_back(models);
    std::error_code error;
    const fs::path program = fs::read_symlink("/proc/self/exe", error);
    if (!error) {
        places.push_back(program.parent_path() / ".." / "share" / "earshot" / "models");
        // build/<preset>/bin of a source tree
        places.push_back(program.parent_path() / ".." / ".." / ".." / "models");
    }
    std::string looked;
    for (const fs::path& place : places) {
        const fs::path folder = (place / name).lexically_normal();
        if (fs::exists(folder / "model.json", error))
            return folder;
        looked += (looked.empty() ? "" : ", ") + folder.string();
    }
    throw badInput(name, "is not a shipped model here", "its model.json in one of " + looked,
                   "none; name a folder, or set EARSHOT_MODELS");
}

} // namespace earshot
