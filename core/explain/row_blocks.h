// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nets/device.h"

#include <cstddef>
#include <functional>
#include <stop_token>

namespace earshot {

// Rows that a CPU computes together. Adam turns rounding noise into whole steps, and a network's
// rounding depends on the batch's size; with blocks of two a row's bits depend on nothing but the
// row (an example's positive and negative, in either slot).
inline constexpr std::size_t cpuBlockRows = 2;

// Calls work(block) for every block in [0, blocks), in ascending order of beginning, on
// device.threads threads, within each of which torch computes alone. On a GPU: on one thread. Polls
// `stop` before every block. `idle`, if any, is called on the calling thread at least every
// idleSeconds while the work goes on. Rethrows the first failure after all threads have ended.
// Error (Failed) if a thread cannot be started.
// Several threads may call it at once.
void forEachBlock(const Device& device, std::size_t blocks,
                  const std::function<void(std::size_t block)>& work, std::stop_token stop,
                  const std::function<void()>& idle = {}, double idleSeconds = 0.1);

} // namespace earshot
