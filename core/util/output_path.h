// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>

namespace earshot {

// Error (BadInput) if `output` is the file `input`, however it is spelled or linked: writing it
// would destroy what it is made of.
void requireNotInput(const std::filesystem::path& output, const std::filesystem::path& input);

} // namespace earshot
