// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/command_page.h"

#include "ui/panels/text_scroll.h"

#include <QFontInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QScrollArea>
#include <QStackedLayout>
#include <QVBoxLayout>

#include <cmath>

namespace earshot {

namespace {

constexpr int gap = 8;
constexpr int smallGap = 4;
constexpr int progressSteps = 1000;
constexpr int commandsWidth = 228;

} // namespace

CommandPage::CommandPage(const QString& progressName, QWidget* parent)
    : QWidget(parent)
    , m_progress(new QProgressBar)
    , m_status(new QLabel)
    , m_reason(new QLabel)
{
    auto* commands = new QWidget;
    commands->setFixedWidth(commandsWidth);
    m_column = new QVBoxLayout(commands);
    m_column->setContentsMargins(0, 0, 0, 0);
    m_column->setSpacing(smallGap);
    m_progress->setRange(0, progressSteps);
    m_progress->setTextVisible(false);
    m_progress->setMaximumHeight(fontMetrics().height() / 2);
    m_progress->setAccessibleName(progressName);
    m_column->addWidget(m_progress);
    m_status->setWordWrap(true);
    m_status->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    QFont small = font();
    small.setPointSizeF(QFontInfo(small).pointSizeF() - 1);
    m_status->setFont(small); // six lines of it are seen on a small screen
    m_column->addWidget(makeTextScroll(m_status, tr("Status")), 1);
    m_reason->setAlignment(Qt::AlignCenter);
    m_reason->setWordWrap(true);
    m_reason->setMinimumSize(1, 1);

    auto* whole = new QHBoxLayout(this);
    whole->setContentsMargins(gap, smallGap, gap, smallGap);
    whole->setSpacing(gap);
    whole->addWidget(commands);
    auto* pages = new QWidget;
    m_pages = new QStackedLayout(pages);
    m_pages->addWidget(m_reason);
    whole->addWidget(pages, 1);
    CommandPage::setStatus({});
}

void CommandPage::addCommand(QWidget* button)
{
    m_column->insertWidget(m_column->indexOf(m_progress), button);
}

void CommandPage::addBelowStatus(QWidget* widget)
{
    m_column->addWidget(widget);
}

void CommandPage::setContents(QWidget* contents)
{
    m_pages->addWidget(contents);
}

void CommandPage::showContents()
{
    m_pages->setCurrentIndex(1);
}

void CommandPage::setReason(const QString& reason)
{
    m_reason->setText(reason);
}

void CommandPage::showReason()
{
    m_pages->setCurrentIndex(0);
}

void CommandPage::setStatus(const QString& text, std::optional<double> fraction)
{
    m_status->setText(text);
    m_status->setToolTip(text);
    m_progress->setVisible(fraction.has_value());
    if (fraction)
        m_progress->setValue(static_cast<int>(std::lround(*fraction * progressSteps)));
}

QSize CommandPage::sizeHint() const
{
    return {900, 170};
}

QSize CommandPage::minimumSizeHint() const
{
    return {640, 110};
}

} // namespace earshot
