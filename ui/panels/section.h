// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QToolButton;

namespace earshot {

// A heading that opens and closes what stands below it.
class Section : public QWidget
{
    Q_OBJECT

public:
    Section(const QString& title, QWidget* body, QWidget* parent = nullptr);

    void setExpanded(bool expanded); // emits nothing
    bool isExpanded() const { return m_isExpanded; }

Q_SIGNALS:
    void expandedChanged(bool expanded); // by the user

private:
    QToolButton* m_heading;
    QWidget* m_body;
    bool m_isExpanded = true;
};

} // namespace earshot
