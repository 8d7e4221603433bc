// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace earshot {

// A number for a table: so many digits after the point, "–" for NaN, and never "-0.000".
std::string fixedText(double value, int digits = 3);

} // namespace earshot
