// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/network/response_box.h"

#include "ui/theme/theme.h"

#include <QAbstractItemView>
#include <QApplication>
#include <QCompleter>
#include <QInputMethodEvent>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QStringListModel>
#include <QTextCharFormat>
#include <QVBoxLayout>

#include <algorithm>

namespace earshot {

namespace {

constexpr int shownCompletions = 12;

const QString separators = "+-*/ ";

// Where the reference that ends at the cursor begins: after the last operator or space outside
// quotes.
qsizetype referenceStart(const QString& text, qsizetype cursor)
{
    qsizetype start = 0;
    bool isQuoted = false;
    for (qsizetype i = 0; i < cursor; ++i) {
        if (text[i] == '"')
            isQuoted = !isQuoted;
        else if (!isQuoted && separators.contains(text[i]))
            start = i + 1;
    }
    return start;
}

} // namespace

ResponseBox::ResponseBox(QWidget* parent)
    : QWidget(parent)
    , m_line(new QLineEdit)
    , m_error(new QLabel)
    , m_completer(new QCompleter(this))
    , m_references(new QStringListModel(this))
{
    m_line->setPlaceholderText("fc9[0], mean(conv4[12]), fc8[3] - fc8[7] …");
    m_line->setAccessibleName("Response");
    m_line->setToolTip(
        "<b>Response</b> f<sub>a</sub>: the number that an explanation raises or lowers.<br>"
        "<b>fc8[3]</b> a neuron, <b>mean(conv4[12])</b> a channel's mean, <b>mean(conv4)</b> a "
        "layer's mean, <b>norm(fc7)</b> a layer's length, <b>conv4[12,3,5]</b> one element "
        "(channel, time, frequency), and sums, differences and multiples of these: <b>fc8[3] - "
        "0.5*fc8[7]</b>.<br>Enter takes it.");
    m_error->setWordWrap(true);
    m_error->setTextFormat(Qt::PlainText);
    m_error->hide();
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    column->addWidget(m_line);
    column->addWidget(m_error);
    setFocusProxy(m_line);

    m_completer->setModel(m_references);
    m_completer->setFilterMode(Qt::MatchContains);
    m_completer->setCaseSensitivity(Qt::CaseInsensitive);
    m_completer->setMaxVisibleItems(shownCompletions);
    m_completer->setWidget(m_line); // not the line's own: that completes the whole text only
    connect(m_completer, qOverload<const QString&>(&QCompleter::activated), this,
            &ResponseBox::insertCompletion);
    connect(m_line, &QLineEdit::textEdited, this, [this](const QString& text) {
        clearError();
        complete();
        Q_EMIT edited(text);
    });
    connect(m_line, &QLineEdit::returnPressed, this, &ResponseBox::commit);
    m_line->installEventFilter(this);
}

void ResponseBox::setReferences(const QStringList& references)
{
    m_references->setStringList(references);
}

void ResponseBox::setResponse(const QString& text)
{
    clearError();
    m_response = text;
    if (m_line->text() != text) {
        m_line->setText(text);
        m_line->setCursorPosition(0);
    }
}

QString ResponseBox::response() const
{
    return m_line->text();
}

void ResponseBox::showError(const QString& message, int position)
{
    QPalette colours = m_error->palette();
    colours.setColor(QPalette::WindowText, errorText(palette()));
    m_error->setPalette(colours);
    m_error->setText(message);
    m_error->setVisible(!message.isEmpty());
    m_line->setAccessibleDescription(message);
    markError(position);
}

void ResponseBox::clearError()
{
    if (m_error->text().isEmpty() && m_errorPosition == 0)
        return;
    m_error->clear();
    m_error->hide();
    m_line->setAccessibleDescription({});
    markError(0);
}

bool ResponseBox::commitPending()
{
    if (m_line->text() != m_response)
        Q_EMIT committed(m_line->text());
    return m_error->text().isEmpty();
}

void ResponseBox::focusLine()
{
    m_line->setFocus(Qt::ShortcutFocusReason);
    m_line->selectAll();
}

bool ResponseBox::hasLineFocus() const
{
    return m_line->hasFocus();
}

// Escape gives up what was typed; where nothing was, it is the window's.
bool ResponseBox::eventFilter(QObject* watched, QEvent* event)
{
    const bool isKey =
        event->type() == QEvent::ShortcutOverride || event->type() == QEvent::KeyPress;
    if (watched == m_line && isKey && m_line->text() != m_response &&
        static_cast<QKeyEvent*>(event)->key() == Qt::Key_Escape) {
        event->accept();
        if (event->type() == QEvent::KeyPress) {
            setResponse(m_response);
            Q_EMIT cancelled();
        }
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

void ResponseBox::complete()
{
    const qsizetype cursor = m_line->cursorPosition();
    const QString text = m_line->text();
    const qsizetype start = referenceStart(text, cursor);
    const QString prefix = text.mid(start, cursor - start);
    QAbstractItemView* popup = m_completer->popup();
    m_completer->setCompletionPrefix(prefix);
    const int found = m_completer->completionCount();
    const bool isComplete = found == 1 && m_completer->currentCompletion() == prefix;
    if (prefix.isEmpty() || found == 0 || isComplete) {
        popup->hide();
        return;
    }
    m_completer->complete();
    popup->setCurrentIndex({}); // Enter commits what is written unless an entry is chosen
}

void ResponseBox::insertCompletion(const QString& completion)
{
    const qsizetype cursor = m_line->cursorPosition();
    QString text = m_line->text();
    const qsizetype start = referenceStart(text, cursor);
    const bool isWhole = start == 0 && cursor == text.size();
    text.replace(start, cursor - start, completion);
    m_line->setText(text);
    m_line->setCursorPosition(static_cast<int>(start + completion.size()));
    Q_EMIT edited(text);
    if (isWhole)
        Q_EMIT committed(text);
}

void ResponseBox::commit()
{
    // The completer takes the same Enter for its chosen entry.
    const QAbstractItemView* popup = m_completer->popup();
    if (popup->isVisible() && popup->currentIndex().isValid())
        return;
    Q_EMIT committed(m_line->text());
}

// Marks from there to the end of the reference. A line edit has no formats of its own, but it draws
// those of an input method.
void ResponseBox::markError(int position)
{
    m_errorPosition = position;
    QList<QInputMethodEvent::Attribute> attributes;
    const QString text = m_line->text();
    if (position > 0 && !text.isEmpty()) {
        const int start = std::min(position, static_cast<int>(text.size())) - 1;
        int end = start + 1;
        while (end < text.size() && !separators.contains(text[end]))
            ++end;
        m_line->setCursorPosition(start);
        QTextCharFormat format;
        format.setUnderlineStyle(QTextCharFormat::WaveUnderline);
        format.setUnderlineColor(errorText(palette()));
        QColor ground = errorText(palette());
        ground.setAlphaF(0.2f);
        format.setBackground(ground);
        attributes.append(
            {QInputMethodEvent::TextFormat, start - m_line->cursorPosition(), end - start, format});
    }
    QInputMethodEvent event({}, attributes);
    QApplication::sendEvent(m_line, &event);
}

void ResponseBox::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::PaletteChange && !m_error->text().isEmpty())
        showError(m_error->text(), m_errorPosition);
    QWidget::changeEvent(event);
}

} // namespace earshot
