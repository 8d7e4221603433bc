// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/enter_clicks.h"

#include <QAbstractButton>
#include <QKeyEvent>

namespace earshot {

namespace {

class EnterClicks : public QObject
{
public:
    explicit EnterClicks(QAbstractButton* button)
        : QObject(button)
        , m_button(button)
    {
        button->installEventFilter(this);
    }

    bool eventFilter(QObject*, QEvent* event) override
    {
        if (event->type() != QEvent::KeyPress)
            return false;
        const int key = static_cast<QKeyEvent*>(event)->key();
        if (key != Qt::Key_Return && key != Qt::Key_Enter)
            return false;
        m_button->click();
        return true;
    }

private:
    QAbstractButton* m_button;
};

} // namespace

void clickOnEnter(QAbstractButton* button)
{
    new EnterClicks(button); // the button's child
}

} // namespace earshot
