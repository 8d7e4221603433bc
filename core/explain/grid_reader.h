// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/explain/grid_result.h"

#include <filesystem>
#include <optional>

namespace earshot {

// What writeGrid() left in a folder; none if there is nothing. The latents are left there. Error
// (BadInput) for files that are damaged or do not belong together.
std::optional<GridResult> readGrid(const std::filesystem::path& folder);

} // namespace earshot
