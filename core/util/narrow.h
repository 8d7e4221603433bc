// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <limits>

namespace earshot {

// An int for what a file says, which may be too large for one: then the largest or the least, as a
// range is checked after. Fractions are cut off; NaN gives the least.
int nearestInt(std::integral auto value)
{
    return static_cast<int>(std::clamp<std::int64_t>(value, std::numeric_limits<int>::min(),
                                                     std::numeric_limits<int>::max()));
}
inline int nearestInt(double value)
{
    if (std::isnan(value))
        return std::numeric_limits<int>::min();
    return static_cast<int>(std::clamp<double>(value, std::numeric_limits<int>::min(),
                                               std::numeric_limits<int>::max()));
}

} // namespace earshot
