// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/section.h"

#include "ui/panels/enter_clicks.h"

#include <QToolButton>
#include <QVBoxLayout>

namespace earshot {

Section::Section(const QString& title, QWidget* body, QWidget* parent)
    : QWidget(parent)
    , m_heading(new QToolButton)
    , m_body(body)
{
    m_heading->setText(title);
    m_heading->setAutoRaise(true);
    m_heading->setFocusPolicy(Qt::StrongFocus);
    m_heading->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_heading->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    m_heading->setToolTip("Show or hide " + title.toLower());
    QFont font = m_heading->font();
    font.setBold(true);
    m_heading->setFont(font);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_heading);
    column->addWidget(m_body);
    connect(m_heading, &QToolButton::clicked, this, [this] {
        setExpanded(!m_isExpanded);
        Q_EMIT expandedChanged(m_isExpanded);
    });
    clickOnEnter(m_heading);
    setExpanded(true);
}

void Section::setExpanded(bool expanded)
{
    m_isExpanded = expanded;
    m_body->setVisible(expanded);
    m_heading->setArrowType(expanded ? Qt::DownArrow : Qt::RightArrow);
    m_heading->setAccessibleDescription(expanded ? "open" : "closed");
}

} // namespace earshot
