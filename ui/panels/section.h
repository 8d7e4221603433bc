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
    bool isExpanded() const;

Q_SIGNALS:
    void expandedChanged(bool expanded); // by the user

protected:
    void changeEvent(QEvent* event) override;

private:
    void updateHeading();

    QToolButton* m_heading;
    QWidget* m_body;
};

} // namespace earshot
