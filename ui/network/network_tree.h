// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/network/network_filter.h"
#include "ui/network/unit_rows.h"

#include <QStringList>
#include <QWidget>

#include <string>
#include <vector>

class QAction;
class QComboBox;
class QLabel;
class QLineEdit;
class QModelIndex;
class QTreeView;

namespace earshot {

class NetworkDelegate;
class NetworkModel;

// The classifier's layers and units, to filter, sort and choose from. One row is selected at most.
class NetworkTree : public QWidget
{
    Q_OBJECT

public:
    explicit NetworkTree(QWidget* parent = nullptr);

    void setNetwork(std::vector<LayerRow> rows);
    // Shows and selects the row, or none if no row has this reference; emits nothing.
    void select(const std::string& reference);
    // Rows with a stored explanation get a dot.
    void setMarked(const QStringList& references);
    void setOrder(NetworkOrder order);
    NetworkOrder order() const;

Q_SIGNALS:
    // By the user: mouse, keys, or Enter in the filter line.
    void selected(const QString& reference);
    void orderChanged(NetworkOrder order);

public Q_SLOTS:
    void focusFilter();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void makeView();
    void makeFilterRow();
    // The column cannot be made narrower than what its rows show.
    void makeRoom();
    void applyFilter(const QString& text);
    void keepExpanded();
    void restoreExpanded();
    void selectFirstMatch();
    void showSelection();
    void currentChanged(const QModelIndex& current);
    void updateIcons();

    NetworkModel* m_model;
    NetworkFilter* m_filter;
    NetworkDelegate* m_delegate;
    QAction* m_searchIcon;
    QLineEdit* m_filterLine;
    QComboBox* m_orderBox;
    QTreeView* m_view;
    QLabel* m_noMatch;
    QString m_selected;
    QStringList m_expanded;    // the layers open before the filter opened all
    bool m_isUpdating = false; // the program, not the user, moves the selection
};

} // namespace earshot
