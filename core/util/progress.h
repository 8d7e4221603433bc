// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <optional>
#include <string>

namespace earshot {

// How far a long operation has come. Sent from the thread that runs it.
struct Progress
{
    std::string stage;                 // what is being done, in words: "packing song 3 of 120"
    double fraction = 0;               // [0, 1] of the whole operation
    std::optional<double> secondsLeft; // empty while unknown
};

using ProgressCallback = std::function<void(const Progress&)>;

} // namespace earshot
