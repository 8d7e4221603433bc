// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>
#include <QWidget>

class QCompleter;
class QLabel;
class QLineEdit;
class QStringListModel;

namespace earshot {

// The line in which a response is written: a unit, a mean, or a sum of them. It knows no grammar:
// its owner parses what is committed and answers with setResponse or showError.
class ResponseBox : public QWidget
{
    Q_OBJECT

public:
    explicit ResponseBox(QWidget* parent = nullptr);

    // What completion offers for the reference under the cursor.
    void setReferences(const QStringList& references);
    // What Escape comes back to. Emits nothing; clears an error.
    void setResponse(const QString& text);
    QString response() const;
    // Shown below the line; position: 1-based character to be marked, 0: none.
    void showError(const QString& message, int position);
    void clearError();
    // Commits what was typed and not yet committed. False if its owner answered with an error.
    bool commitPending();
    // Puts the cursor into the line, all selected.
    void focusLine();
    bool hasLineFocus() const;

Q_SIGNALS:
    void committed(const QString& text); // Enter, or a completion that is the whole response
    void edited(const QString& text);    // each change by the user
    void cancelled();                    // Escape: what was typed is given up

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void complete();
    void insertCompletion(const QString& completion);
    void commit();
    void markError(int position);

    QLineEdit* m_line;
    QLabel* m_error;
    QCompleter* m_completer;
    QStringListModel* m_references;
    QString m_response;
    int m_errorPosition = 0;
};

} // namespace earshot
