// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include <optional>

class QLabel;
class QProgressBar;
class QStackedLayout;
class QVBoxLayout;

namespace earshot {

// A page of the window's lower part: on the left what can be done and what it is at, on the right
// the contents, or why there are none.
class CommandPage : public QWidget
{
    Q_OBJECT

public:
    // What is there, or happens. fraction: of what runs, [0, 1]; empty: nothing does.
    virtual void setStatus(const QString& text, std::optional<double> fraction = std::nullopt);

    // The window's lower part is no higher than the curves need.
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    // progressName: for those who do not see it.
    CommandPage(const QString& progressName, QWidget* parent);

    void addCommand(QWidget* button);
    void addBelowStatus(QWidget* widget);
    void setContents(QWidget* contents); // once
    void showContents();
    void setReason(const QString& reason); // why there are no contents
    void showReason();

private:
    QVBoxLayout* m_column;
    QProgressBar* m_progress;
    QLabel* m_status;
    QLabel* m_reason;
    QStackedLayout* m_pages;
};

} // namespace earshot
