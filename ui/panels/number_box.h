// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDoubleSpinBox>

namespace earshot {

// A number over many orders of magnitude, written as short as it can be ("0.001"), stepped
// … 0.01, 0.02, 0.05, 0.1 …
class NumberBox : public QDoubleSpinBox
{
    Q_OBJECT

public:
    // smallestStep: the first above 0.
    NumberBox(double lowest, double highest, double smallestStep, QWidget* parent = nullptr);

    QString textFromValue(double value) const override;
    double valueFromText(const QString& text) const override;
    QValidator::State validate(QString& text, int& position) const override;
    void stepBy(int steps) override;

private:
    double m_smallestStep;
};

} // namespace earshot
