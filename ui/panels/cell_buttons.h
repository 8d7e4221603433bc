// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/values.h"

#include <QWidget>

#include <array>

class QAbstractButton;
class QButtonGroup;

namespace earshot {

// A negative · B start · C positive · D real: one segmented choice in the cells' colours.
class CellButtons : public QWidget
{
    Q_OBJECT

public:
    explicit CellButtons(QWidget* parent = nullptr);

    void setAvailable(const std::array<bool, cellCount>& available);
    void setCurrent(Cell cell); // emits nothing
    void setName(Cell cell, const QString& name);
    Cell current() const;

Q_SIGNALS:
    void chosen(Cell cell); // by the user

private:
    QButtonGroup* m_group;
    std::array<QAbstractButton*, cellCount> m_buttons{};
};

} // namespace earshot
