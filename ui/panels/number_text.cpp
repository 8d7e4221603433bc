// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/number_text.h"

#include <algorithm>
#include <cmath>

namespace earshot {

namespace {

// Of a finite value at least 0.
QString magnitudeText(double value)
{
    if (value >= 1e6)
        return QString::number(value, 'e', 1).replace("e+0", "e").replace("e+", "e");
    if (value >= 99.95)
        return QString::number(value, 'f', 0);
    if (value >= 0.995 || value == 0)
        return QString::number(value, 'f', 1);
    if (value >= 0.0995)
        return QString::number(value, 'f', 2);
    if (value >= 0.00995)
        return QString::number(value, 'f', 3);
    return QString::number(value, 'e', 1).replace("e-0", "e-").replace('-', QChar(0x2212));
}

} // namespace

QString signedText(double value)
{
    if (std::isnan(value))
        return QString(QChar(0x2013));
    const QString sign = value < 0 ? QString(QChar(0x2212)) : value > 0 ? "+" : "";
    return sign + (std::isinf(value) ? QString(QChar(0x221E)) : magnitudeText(std::abs(value)));
}

QString plainText(double value)
{
    const QString text = signedText(value);
    return text.startsWith('+') ? text.mid(1) : text;
}

QString percentileText(double percentile)
{
    if (std::isnan(percentile))
        return {};
    if (std::isinf(percentile))
        return percentile > 0 ? "> max" : "< min";
    // Nearer to an end than a tenth: 99.97 is no maximum, nor is 99.998.
    const int decimals = percentile > 99.85 || percentile < 0.15 ? 2 : 1;
    const bool isEnd = percentile <= 0 || percentile >= 100;
    QString number =
        QString::number(isEnd ? percentile : std::clamp(percentile, 0.01, 99.99), 'f', decimals);
    while (number.contains('.') && (number.endsWith('0') || number.endsWith('.')))
        number.chop(1);
    return "p" + number;
}

} // namespace earshot
