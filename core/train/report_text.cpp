// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/report_text.h"

#include <cmath>
#include <cstdio>

namespace earshot {

std::string fixedText(double value, int digits)
{
    if (std::isnan(value))
        return "–";
    char buffer[64];
    std::snprintf(buffer, sizeof buffer, "%.*f", digits, value);
    const std::string text = buffer;
    return text.find_first_not_of("-0.") == std::string::npos && text.front() == '-'
               ? text.substr(1)
               : text;
}

} // namespace earshot
