// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <optional>
#include <stop_token>

namespace earshot {

// The program with the window, which also draws figures, if it lies beside this one.
std::optional<std::filesystem::path> windowProgram();

// `earshot --render RESULT --out FIGURE` in a process of its own, without a display, which a stop
// ends. True if it drew the figure.
bool renderFigure(const std::filesystem::path& program, const std::filesystem::path& result,
                  const std::filesystem::path& figure, const std::stop_token& stop);

} // namespace earshot
