// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QWidget>

#include <array>
#include <limits>
#include <optional>

class QGridLayout;
class QLabel;

namespace earshot {

// How far one direction's explanation can be trusted. NaN: not known (yet).
struct DirectionEvidence
{
    static constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

    double response = unknown;     // of the focused start, at the step shown
    double percentile = unknown;   // RealResponses::percentile of it
    double heard = unknown;        // response of its resynthesised sound
    int heardKept = 0;             // of the examples heard so far, those on the right side
    int heardCount = 0;            // examples heard so far
    int soundless = 0;             // examples that cannot be heard
    int examples = 0;              // N
    double witness = unknown;      // a second classifier's logit of that sound
    int witnessOnSide = 0;         // of the sounds it was asked about, those on the right side of 0
    int witnessCount = 0;          // sounds it was asked about
    double distance = unknown;     // Eq. 3 at the step shown
    bool isProvisional = false;    // the distance covers only the starts finished so far
    double latentNorm = unknown;   // ‖z‖ of the focused start
    double realResponse = unknown; // mean of the real excerpts of this side
    double realHeard = unknown;    // the same after resynthesis: the ceiling of `heard`
};

struct Evidence
{
    QString response; // "fc9[0] · vocal"
    std::optional<DirectionEvidence> negative;
    std::optional<DirectionEvidence> positive;
    QString problem; // plain words; empty: none
    QString note;    // quiet: "listening to example 3 of 8"; empty: none
};

class EvidencePanel : public QWidget
{
    Q_OBJECT

public:
    explicit EvidencePanel(QWidget* parent = nullptr);

    void setEvidence(const Evidence& evidence);

protected:
    void changeEvent(QEvent* event) override;

private:
    // A value and the quiet line below it.
    struct CellLabels
    {
        QLabel* value = nullptr;
        QLabel* detail = nullptr;
    };
    enum Row
    {
        Response,
        Heard,
        Witness,
        Distance,
        Norm,
        Ceiling,
        RowCount
    };

    void addRow(QGridLayout* grid, Row row);
    QWidget* makeNotes();
    void showDirection(int side, const std::optional<DirectionEvidence>& evidence);
    void setCell(Row row, int side, const QString& value, const QString& detail);
    void updateColours();

    QLabel* m_response;
    std::array<QLabel*, 2> m_heads{};
    std::array<std::array<CellLabels, 2>, RowCount> m_cells{}; // [row][negative, positive]
    std::array<bool, 2> m_isUnusual{};                         // ‖z‖ outside its band
    QLabel* m_problem;
    QLabel* m_note;
};

} // namespace earshot
