// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace earshot {

// A response with its sign: "+6.3", "−0.42", "+128", "−3.1e−5"; NaN: "–".
QString signedText(double value);
// The same without a plus: distances, norms. "1.2", "0.042", "1558".
QString plainText(double value);
// Of RealResponses::percentile: "p99.2", "> max" for +inf, "< min" for −inf; NaN: "".
QString percentileText(double percentile);

} // namespace earshot
