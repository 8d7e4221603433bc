// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDoubleSpinBox>
#include <QSpinBox>

namespace earshot {

// A count, from 1, that changes when it is typed whole.
class CountBox : public QSpinBox
{
    Q_OBJECT

public:
    explicit CountBox(int highest, QWidget* parent = nullptr);

    void fixup(QString& text) const override;

Q_SIGNALS:
    void rejected(const QString& text) const; // what was typed is out of range, and is not taken
};

// A number over many orders of magnitude, written as short as it can be ("0.001"), stepped
// … 0.01, 0.02, 0.05, 0.1 … A comma typed is a point.
class NumberBox : public QDoubleSpinBox
{
    Q_OBJECT

public:
    // smallestStep: the first above 0.
    NumberBox(double lowest, double highest, double smallestStep, QWidget* parent = nullptr);

    QString textFromValue(double value) const override;
    double valueFromText(const QString& text) const override;
    QValidator::State validate(QString& text, int& position) const override;
    void fixup(QString& text) const override;
    void stepBy(int steps) override;

Q_SIGNALS:
    void rejected(const QString& text) const; // what was typed is out of range, and is not taken

private:
    double m_smallestStep;
};

} // namespace earshot
