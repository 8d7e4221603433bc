// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/number_box.h"

#include <QLocale>

#include <algorithm>
#include <cmath>

namespace earshot {

namespace {

// The nearest of 1, 2, 5 times a power of ten strictly above (up) or below.
double nextRound(double value, bool up)
{
    const double power = std::pow(10, std::floor(std::log10(value)) - 1);
    static constexpr double factors[] = {1, 2, 5, 10, 20, 50, 100, 200};
    // Rounding noise must not make 0.02 the next step of 0.02.
    static constexpr double tolerance = 1e-9;
    if (up)
        return power * *std::find_if(std::begin(factors), std::end(factors), [&](double factor) {
                   return power * factor > value * (1 + tolerance);
               });
    return power * *std::find_if(std::rbegin(factors), std::rend(factors), [&](double factor) {
               return power * factor < value * (1 - tolerance);
           });
}

} // namespace

CountBox::CountBox(int highest, QWidget* parent)
    : QSpinBox(parent)
{
    setRange(1, highest);
    setKeyboardTracking(false); // one change for one number, not for each digit
    setStepType(QAbstractSpinBox::AdaptiveDecimalStepType);
}

void CountBox::fixup(QString& text) const
{
    Q_EMIT rejected(text);
}

NumberBox::NumberBox(double lowest, double highest, double smallestStep, QWidget* parent)
    : QDoubleSpinBox(parent)
    , m_smallestStep(smallestStep)
{
    setLocale(QLocale::c());
    setDecimals(9);
    setRange(lowest, highest);
    setKeyboardTracking(false);
}

QString NumberBox::textFromValue(double value) const
{
    return QString::number(value, 'g', 6);
}

double NumberBox::valueFromText(const QString& text) const
{
    bool isNumber = false;
    const double value = text.trimmed().toDouble(&isNumber);
    return isNumber ? value : this->value();
}

// "1e-4" may be typed too.
QValidator::State NumberBox::validate(QString& text, int&) const
{
    text.replace(',', '.');
    bool isNumber = false;
    const double value = text.trimmed().toDouble(&isNumber);
    if (isNumber && value >= minimum() && value <= maximum())
        return QValidator::Acceptable;
    for (const QChar character : text)
        if (!character.isDigit() && !QStringLiteral(".eE+- ").contains(character))
            return QValidator::Invalid;
    return QValidator::Intermediate;
}

void NumberBox::fixup(QString& text) const
{
    Q_EMIT rejected(text);
}

void NumberBox::stepBy(int steps)
{
    double next = value();
    for (int i = 0; i < std::abs(steps); ++i) {
        if (steps > 0)
            next = next < m_smallestStep * 0.999 ? m_smallestStep : nextRound(next, true);
        else
            next = next < m_smallestStep * 1.001 ? minimum() : nextRound(next, false);
    }
    setValue(std::clamp(next, minimum(), maximum()));
    selectAll();
}

} // namespace earshot
