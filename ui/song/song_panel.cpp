// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/song/song_panel.h"

#include "ui/grid/compact_table.h"
#include "ui/panels/elided_combo_box.h"
#include "ui/panels/enter_clicks.h"
#include "ui/plot/strip_plot.h"

#include <QAction>
#include <QHBoxLayout>
#include <QLabel>
#include <QScopedValueRollback>
#include <QStyle>
#include <QStyledItemDelegate>
#include <QTableView>
#include <QToolButton>
#include <QVBoxLayout>

#include <utility>

namespace earshot {

namespace {

constexpr int gap = 8;
constexpr int smallGap = 4;
constexpr int songsWidth = 260;

// Paths whose folders go before the files' names do.
class PathDelegate : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override
    {
        QStyleOptionViewItem item = option;
        initStyleOption(&item, index);
        const QStyle& style = *item.widget->style();
        const int margin = style.pixelMetric(QStyle::PM_FocusFrameHMargin, &item, item.widget) + 1;
        const QRect area = style.subElementRect(QStyle::SE_ItemViewItemText, &item, item.widget);
        item.text =
            elidedText(item.text, Elision::Folder, item.fontMetrics, area.width() - 2 * margin);
        style.drawControl(QStyle::CE_ItemViewItem, &item, painter, item.widget);
    }
};

// No wider than it must be.
QToolButton* makeSmallButton(QAction* action, Qt::ToolButtonStyle style)
{
    QToolButton* button = makeCommandButton(action);
    button->setToolButtonStyle(style);
    button->setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    return button;
}

} // namespace

SongPanel::SongPanel(const SongActions& actions, QWidget* parent)
    : CommandPage("Progress of the indexing", parent)
    , m_model(new ExcerptModel(this))
    , m_table(new QTableView)
    , m_excerptText(new QLabel)
    , m_songs(new ElidedComboBox(Elision::Folder))
    , m_strip(new StripPlot)
    , m_readout(new QLabel)
    , m_problems(new QToolButton)
{
    auto* page = new QWidget;
    auto* row = new QHBoxLayout(page);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(gap);
    row->addWidget(makeExcerpts(actions), 9);
    row->addWidget(makeSong(actions), 14);
    makeCommands(actions);
    setContents(page);

    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex& current) {
                if (!m_isShowing && current.isValid())
                    Q_EMIT excerptSelected(current.row());
            });
    const auto activate = [this](const QModelIndex& index) {
        Q_EMIT excerptActivated(index.row());
    };
    connect(m_table, &QTableView::clicked, this, activate);
    connect(m_table, &QTableView::activated, this, activate);
    connect(m_songs, &QComboBox::activated, this, &SongPanel::songChosen);
    connect(m_problems, &QToolButton::clicked, this, &SongPanel::problemsRequested);
    SongPanel::setStatus({});
    setProblemCount(0);
}

void SongPanel::makeCommands(const SongActions& actions)
{
    m_indexButton = makeCommandButton(actions.index);
    m_indexButton->setPopupMode(QToolButton::MenuButtonPopup);
    m_indexButton->addAction(actions.open);
    m_stopButton = makeCommandButton(actions.stop);
    m_updateButton = makeCommandButton(actions.update);
    addCommand(m_indexButton);
    addCommand(m_stopButton);
    addCommand(m_updateButton);
    addCommand(makeCommandButton(actions.compare));
    m_problems->setAutoRaise(true);
    m_problems->setFocusPolicy(Qt::TabFocus);
    m_problems->setToolTip("<b>Left out</b>: files that could not be used, and why");
    clickOnEnter(m_problems);
    addBelowStatus(m_problems);
}

QWidget* SongPanel::makeExcerpts(const SongActions& actions)
{
    auto* excerpts = new QWidget;
    auto* column = new QVBoxLayout(excerpts);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(smallGap);
    auto* head = new QHBoxLayout;
    head->addWidget(makeSmallButton(actions.lowest, Qt::ToolButtonTextOnly));
    m_excerptText->setForegroundRole(QPalette::PlaceholderText);
    m_excerptText->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    head->addWidget(m_excerptText, 1);
    column->addLayout(head);
    m_table->setModel(m_model);
    makeCompact(*m_table);
    m_table->setItemDelegateForColumn(ExcerptModel::Song, new PathDelegate(m_table));
    m_table->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_table->setAccessibleName("Excerpts with the most extreme responses");
    m_table->setToolTip("The excerpts of your music that the unit responds to most, or least, one "
                        "a song. Click, or press Enter, to hear one from its file.");
    column->addWidget(m_table, 1);
    return excerpts;
}

QWidget* SongPanel::makeSong(const SongActions& actions)
{
    auto* song = new QWidget;
    auto* column = new QVBoxLayout(song);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(smallGap);
    auto* head = new QHBoxLayout;
    head->addWidget(makeSmallButton(actions.play, Qt::ToolButtonIconOnly));
    m_songs->setAccessibleName("Song");
    m_songs->setToolTip("<b>Song</b> whose responses are shown below");
    m_songs->setFixedWidth(songsWidth);
    head->addWidget(m_songs);
    m_readout->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_readout->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    head->addWidget(m_readout, 1);
    column->addLayout(head);
    column->addWidget(m_strip, 1);
    return song;
}

void SongPanel::clear(const QString& reason)
{
    setReason(reason);
    showReason();
}

void SongPanel::setStatus(const QString& text, std::optional<double> fraction)
{
    CommandPage::setStatus(text, fraction);
    m_indexButton->setVisible(!fraction);
    m_updateButton->setVisible(!fraction);
    m_stopButton->setVisible(fraction.has_value());
}

void SongPanel::setProblemCount(std::size_t count)
{
    m_problems->setVisible(count > 0);
    m_problems->setText(count == 1 ? QString("1 file left out…")
                                   : QString("%1 files left out…").arg(count));
}

void SongPanel::setExcerpts(std::vector<ExcerptRow> rows, int selected, const QString& text)
{
    const QScopedValueRollback guard(m_isShowing, true);
    m_model->setRows(std::move(rows));
    m_excerptText->setText(text);
    m_excerptText->setToolTip(text);
    if (selected < 0) {
        m_table->clearSelection();
        m_table->setCurrentIndex({});
    } else if (m_table->currentIndex().row() != selected ||
               !m_table->selectionModel()->isRowSelected(selected, {})) {
        m_table->selectRow(selected);
    }
    showContents();
}

void SongPanel::setSongs(const QStringList& names, const QStringList& paths)
{
    m_songs->clear();
    m_songs->addItems(names);
    for (int i = 0; i < m_songs->count() && i < paths.size(); ++i)
        m_songs->setItemData(i, paths[i], Qt::ToolTipRole);
}

void SongPanel::setSong(int index)
{
    m_songs->setCurrentIndex(index);
}

void SongPanel::setReadout(const QString& text)
{
    m_readout->setText(text);
}

} // namespace earshot
