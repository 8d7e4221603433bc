// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractTableModel>
#include <QString>

#include <limits>
#include <vector>

namespace earshot {

// An excerpt of the user's own music, for people.
struct ExcerptRow
{
    static constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

    QString song; // short
    QString path; // the whole
    QString time; // "1:02.5", of its first sample
    double response = unknown;
    double percentile = unknown; // RealResponses::percentile of it

    bool operator==(const ExcerptRow&) const = default;
};

// Excerpts in the order of their responses, a row each.
class ExcerptModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column
    {
        Rank,
        Response,
        Percentile,
        Time,
        Song,
        ColumnCount
    };

    using QAbstractTableModel::QAbstractTableModel;

    void setRows(std::vector<ExcerptRow> rows);
    const std::vector<ExcerptRow>& rows() const { return m_rows; }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::vector<ExcerptRow> m_rows;
};

} // namespace earshot
