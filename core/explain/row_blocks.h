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

// Rows that a GPU computes together at most: enough to fill it, and some gigabytes of activations.
inline constexpr std::size_t cudaBlockRows = 256;

// Of a full block, at least 1, among `rows` rows. A CPU's last one is filled up, a GPU's is not.
std::size_t blockRows(const Device& device, std::size_t rows);

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
