// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/network/network_tree.h"

#include "ui/network/network_delegate.h"
#include "ui/network/network_model.h"
#include "ui/theme/theme.h"

#include <QAction>
#include <QComboBox>
#include <QHBoxLayout>
#include <QItemSelectionModel>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QScopedValueRollback>
#include <QStyle>
#include <QTreeView>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace earshot {

namespace {

constexpr int widestNeeded = 280; // a longer name is cut in its middle, rather than the pictures

} // namespace

NetworkTree::NetworkTree(QWidget* parent)
    : QWidget(parent)
    , m_model(new NetworkModel(this))
    , m_filter(new NetworkFilter(this))
    , m_delegate(new NetworkDelegate(this))
    , m_searchIcon(nullptr)
    , m_filterLine(new QLineEdit)
    , m_orderBox(new QComboBox)
    , m_view(new QTreeView)
    , m_noMatch(new QLabel("Nothing matches"))
{
    m_filter->setSourceModel(m_model);
    makeView();
    makeFilterRow();

    auto* top = new QHBoxLayout;
    top->setSpacing(4);
    top->setContentsMargins(8, 8, 8, 8);
    top->addWidget(m_filterLine, 1);
    top->addWidget(m_orderBox);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addLayout(top);
    column->addWidget(m_noMatch);
    column->addWidget(m_view, 1);
    m_noMatch->setContentsMargins(12, 0, 8, 8);
    m_noMatch->setForegroundRole(QPalette::PlaceholderText);
    m_noMatch->hide();
    setFocusProxy(m_view);
    updateIcons();
}

void NetworkTree::makeView()
{
    m_view->setModel(m_filter);
    m_view->setItemDelegate(m_delegate);
    m_view->setHeaderHidden(true);
    m_view->setUniformRowHeights(true);
    m_view->setIndentation(16);
    m_view->setFrameShape(QFrame::NoFrame);
    m_view->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_view->setAccessibleName("Network");
    m_view->setAccessibleDescription("Layers and units of the classifier");
    connect(m_view->selectionModel(), &QItemSelectionModel::currentChanged, this,
            &NetworkTree::currentChanged);
}

void NetworkTree::makeFilterRow()
{
    m_filterLine->setPlaceholderText("Filter");
    m_filterLine->setClearButtonEnabled(true);
    m_filterLine->setAccessibleName("Filter the network");
    m_filterLine->setToolTip(
        "<b>Filter</b>: shows only what holds this text: conv4, fc8[3], [12].<br>Enter takes the "
        "first match, Escape shows all again.");
    m_filterLine->installEventFilter(this);
    m_searchIcon = m_filterLine->addAction(QIcon(), QLineEdit::LeadingPosition);
    connect(m_filterLine, &QLineEdit::textChanged, this, &NetworkTree::applyFilter);
    connect(m_filterLine, &QLineEdit::returnPressed, this, &NetworkTree::selectFirstMatch);

    m_orderBox->addItem("Index", static_cast<int>(NetworkOrder::Layers));
    m_orderBox->addItem("Spread", static_cast<int>(NetworkOrder::Spread));
    m_orderBox->addItem("AUC", static_cast<int>(NetworkOrder::Auc));
    m_orderBox->setAccessibleName("Order of the units");
    m_orderBox->setToolTip(
        "Order of the units in each layer.<br><b>Index</b>: as in the network.<br><b>Spread</b>: "
        "the "
        "most varied responses to real music (standard deviation) first.<br><b>AUC</b>: the ones "
        "that tell the training label best first, either way round; 0.5 is chance, 1 and 0 are "
        "perfect.");
    connect(m_orderBox, &QComboBox::activated, this, [this] {
        const auto order = static_cast<NetworkOrder>(m_orderBox->currentData().toInt());
        if (order == m_filter->order())
            return;
        setOrder(order);
        Q_EMIT orderChanged(order);
    });
}

void NetworkTree::setNetwork(std::vector<LayerRow> rows)
{
    const QScopedValueRollback guard(m_isUpdating, true);
    // The last two layers are where people start.
    QStringList open;
    for (const LayerRow& row : rows)
        if (!row.afterActivation && open.size() < 2)
            open += QString::fromStdString(row.whole.reference);
    m_model->setNetwork(std::move(rows));
    makeRoom();
    m_expanded = open;
    if (m_filterLine->text().trimmed().isEmpty())
        restoreExpanded();
    else
        m_view->expandAll();
    showSelection();
}

void NetworkTree::makeRoom()
{
    const QFontMetrics metrics = m_view->fontMetrics();
    int widest = 0;
    for (int i = 0; i < m_model->rowCount(); ++i) {
        const QModelIndex layer = m_model->index(i, 0);
        widest = std::max(widest, NetworkDelegate::widthOf(layer.data().toString(), metrics) +
                                      m_view->indentation());
        for (int j = 0; j < m_model->rowCount(layer); ++j)
            widest = std::max(widest, m_delegate->widthOf(m_model->index(j, 0, layer), metrics) +
                                          2 * m_view->indentation());
    }
    widest += style()->pixelMetric(QStyle::PM_ScrollBarExtent);
    m_view->setMinimumWidth(std::min(widest, widestNeeded));
}

void NetworkTree::select(const std::string& reference)
{
    m_selected = QString::fromStdString(reference);
    showSelection();
}

void NetworkTree::setMarked(const QStringList& references)
{
    m_model->setMarked(references);
}

void NetworkTree::setOrder(NetworkOrder order)
{
    m_orderBox->setCurrentIndex(m_orderBox->findData(static_cast<int>(order)));
    const QScopedValueRollback guard(m_isUpdating, true);
    m_delegate->setOrder(order);
    m_filter->setOrder(order);
    makeRoom();
    m_view->viewport()->update();
    showSelection();
}

NetworkOrder NetworkTree::order() const
{
    return m_filter->order();
}

void NetworkTree::focusFilter()
{
    m_filterLine->setFocus(Qt::ShortcutFocusReason);
    m_filterLine->selectAll();
}

void NetworkTree::applyFilter(const QString& text)
{
    const QScopedValueRollback guard(m_isUpdating, true);
    const bool wasFiltered = m_filter->isFiltered();
    const bool isFiltered = !text.trimmed().isEmpty();
    m_searchIcon->setVisible(text.isEmpty()); // its place is the text's
    if (isFiltered && !wasFiltered)
        keepExpanded();
    m_filter->setText(text);
    if (isFiltered)
        m_view->expandAll();
    else if (wasFiltered)
        restoreExpanded();
    m_noMatch->setVisible(m_filter->rowCount() == 0 && m_model->rowCount() > 0);
    showSelection();
}

void NetworkTree::keepExpanded()
{
    m_expanded.clear();
    for (int row = 0; row < m_filter->rowCount(); ++row)
        if (const QModelIndex layer = m_filter->index(row, 0); m_view->isExpanded(layer))
            m_expanded += layer.data(ReferenceRole).toString();
}

void NetworkTree::restoreExpanded()
{
    m_view->collapseAll();
    for (const QString& reference : std::as_const(m_expanded))
        m_view->expand(m_filter->mapFromSource(m_model->indexOf(reference)));
}

// The first unit whose reference or label matches; where only a layer's does, the layer.
void NetworkTree::selectFirstMatch()
{
    const QModelIndex layer = m_filter->index(0, 0);
    if (!layer.isValid())
        return;
    const QModelIndex unit = m_filter->index(0, 0, layer);
    m_view->setFocus();
    m_view->setCurrentIndex(unit.isValid() ? unit : layer);
}

void NetworkTree::showSelection()
{
    const QScopedValueRollback guard(m_isUpdating, true);
    const QModelIndex index = m_filter->mapFromSource(m_model->indexOf(m_selected));
    m_view->setCurrentIndex(index);
    if (!index.isValid()) {
        m_view->clearSelection();
        return;
    }
    m_view->scrollTo(index); // opens its layer too
}

void NetworkTree::currentChanged(const QModelIndex& current)
{
    if (m_isUpdating || !current.isValid())
        return;
    m_selected = current.data(ReferenceRole).toString();
    Q_EMIT selected(m_selected);
}

bool NetworkTree::eventFilter(QObject* watched, QEvent* event)
{
    // Where there is nothing to clear, Escape is the window's.
    if (watched == m_filterLine && event->type() == QEvent::ShortcutOverride &&
        static_cast<QKeyEvent*>(event)->key() == Qt::Key_Escape &&
        !m_filterLine->text().isEmpty()) {
        event->accept();
        return true;
    }
    if (watched == m_filterLine && event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent*>(event)->key();
        if (key == Qt::Key_Escape && !m_filterLine->text().isEmpty()) {
            m_filterLine->clear();
            return true;
        }
        if (key == Qt::Key_Down) {
            if (m_view->currentIndex().isValid())
                m_view->setFocus();
            else
                selectFirstMatch();
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

void NetworkTree::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::PaletteChange)
        updateIcons();
    QWidget::changeEvent(event);
}

void NetworkTree::updateIcons()
{
    m_searchIcon->setIcon(icon("search", palette()));
}

} // namespace earshot
