// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/plot/spectrogram_view.h"
#include "ui/values.h"

#include <QFrame>
#include <QString>

class QHBoxLayout;
class QLabel;
class QToolButton;

namespace earshot {

// One of the four pictures side by side, with its name above and its numbers below. A click makes
// its sound the one that is heard.
class CellPanel : public QFrame
{
    Q_OBJECT

public:
    explicit CellPanel(Cell cell, QWidget* parent = nullptr);

    SpectrogramView& view() { return *m_view; }
    Cell cell() const { return m_cell; }
    void setTitle(const QString& title, const QString& toolTip);
    // "+6.3 · p99.2", "heard +5.9", and on a line of its own the file that it is taken from; the
    // second and the last may be empty.
    void setCaption(const QString& response, const QString& detail, const QString& toolTip,
                    const QString& source = {});
    // Framed in the cell's colour: this one is heard.
    void setSounding(bool isSounding);
    // Widgets to the right of the title.
    void addTool(QWidget* tool);

Q_SIGNALS:
    void chosen(Cell cell);
    void contextMenuRequested(Cell cell, QPoint globalPosition);

protected:
    void changeEvent(QEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;

private:
    void updateColours();

    Cell m_cell;
    bool m_isSounding = false;
    QLabel* m_key;
    QLabel* m_title;
    QHBoxLayout* m_tools;
    SpectrogramView* m_view;
    QLabel* m_response;
    QLabel* m_detail;
    QLabel* m_source;
};

} // namespace earshot
