// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/evidence_panel.h"

#include "ui/panels/elided_label.h"
#include "ui/panels/number_text.h"
#include "ui/panels/text_scroll.h"
#include "ui/theme/theme.h"

#include <QEvent>
#include <QFontInfo>
#include <QGridLayout>
#include <QLabel>
#include <QScrollArea>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace earshot {

namespace {

// 95 % of the draws from the Gaussian prior of 128 dimensions.
constexpr double lowestUsualNorm = 9.9;
constexpr double highestUsualNorm = 12.7;
constexpr const char* belowUsual = "below 9.9";
constexpr const char* usual = "in 9.9–12.7";
constexpr const char* aboveUsual = "above 12.7";
constexpr const char* provisional = "provisional";

constexpr double detailSize = -1; // points, beside the names'
constexpr int noteLines = 4;

struct RowText
{
    const char* name;
    const char* toolTip;
};

constexpr std::array<RowText, 6> rowTexts{{
    {"Response",
     "<b>Response</b>, f<sub>a</sub>: what the classifier answers to the explanation in "
     "focus, at the step shown.<br>Below it its percentile among the answers to real "
     "music: p99.2 is higher than 99.2 % of them; &gt; max and &lt; min lie beyond all. "
     "The number alone means little for an inner unit."},
    {"Heard",
     "<b>Heard</b>: the explanation is a spectrogram. This is the classifier's answer to "
     "the sound made of it, as you hear it.<br>Below it: for how many of the N examples "
     "the sound keeps to its side: above the response of its start if positive, below it if "
     "negative. If few do, do not trust your ears."},
    {"Witness",
     "<b>Witness</b>: a second classifier, of another architecture, that had no part in making "
     "the explanation. It hears the same sound; this is its own answer, above 0 if it takes it "
     "for what it was trained to find.<br>Below it, for the classifier's output: how many of the "
     "N sounds it puts on the same side, above 0 if positive, below 0 if negative. An explanation "
     "that moves only one network may be that network's blind spot. An inner unit may mean "
     "something else: there it only says in how many it hears its label."},
    {"Distance",
     "<b>Distance</b>, Eq. 3: how far the responses of the explanations lie from those "
     "of the 50 real excerpts with the highest (negative: lowest) responses, both taken "
     "as Gaussian. 0: the same mean and variance. It is one number of all starts at the step "
     "shown.<br>Smaller is better. Large: they answer unlike any music. Provisional: not all "
     "starts are finished."},
    {"‖z‖", "<b>‖z‖</b>: length of the latent vector in focus. The generator was trained on random "
            "vectors, of which 95 % are between 9.9 and 12.7 long.<br>Outside this band the "
            "generator is asked for what it has not learnt, and the sound may be an artefact."},
    {"Ceiling", "<b>Ceiling</b>: real excerpts with the highest (lowest) responses, sent through "
                "the same way from spectrogram to sound: their mean response when heard, of what "
                "it was.<br>What is lost here is lost by making the sound, not by the explanation: "
                "no explanation can be expected to do better."},
}};

QFont fontOf(QFont font, bool isBold, double sizeDelta)
{
    font.setBold(isBold);
    font.setPointSizeF(QFontInfo(font).pointSizeF() + sizeDelta);
    return font;
}

QLabel* makeLabel(const QFont& font, bool isBold, double sizeDelta)
{
    auto* label = new QLabel;
    label->setFont(fontOf(font, isBold, sizeDelta));
    label->setTextFormat(Qt::PlainText);
    return label;
}

void setColour(QLabel* label, const QColor& colour)
{
    QPalette palette = label->palette();
    palette.setColor(QPalette::WindowText, colour);
    label->setPalette(palette);
}

bool isUnusualNorm(double norm)
{
    return norm < lowestUsualNorm || norm > highestUsualNorm;
}

QString normDetail(double norm)
{
    if (std::isnan(norm))
        return {};
    return QString::fromUtf8(norm < lowestUsualNorm    ? belowUsual
                             : norm > highestUsualNorm ? aboveUsual
                                                       : usual);
}

// The panel is not made wider by what it comes to show.
int widestDetail(const QFont& font)
{
    int widest = 0;
    for (const char* detail : {belowUsual, usual, aboveUsual, provisional})
        widest = std::max(widest, QFontMetrics(font).horizontalAdvance(QString::fromUtf8(detail)));
    return widest;
}

QString heardDetail(const DirectionEvidence& evidence)
{
    if (evidence.heardCount == 0)
        return {};
    const QString text = QString("%1 of %2").arg(evidence.heardKept).arg(evidence.heardCount);
    const bool isWhole = evidence.heardCount + evidence.soundless >= evidence.examples;
    return isWhole ? text : text + QString::fromUtf8(" …");
}

// What the other values are of one start, this is of all.
QString distanceDetail(const DirectionEvidence& evidence)
{
    if (std::isnan(evidence.distance))
        return {};
    return evidence.isProvisional ? QString(provisional)
                                  : QString("of all %1").arg(evidence.examples);
}

QString witnessDetail(const DirectionEvidence& evidence)
{
    if (evidence.witnessCount == 0)
        return {};
    return QString("%1 of %2").arg(evidence.witnessOnSide).arg(evidence.witnessCount);
}

} // namespace

EvidencePanel::EvidencePanel(QWidget* parent)
    : QWidget(parent)
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(8, 8, 8, 8);
    column->setSpacing(4);
    auto* heading = makeLabel(font(), true, 0);
    heading->setText("Evidence");
    column->addWidget(heading);
    m_response = new ElidedLabel(Elision::Middle); // its end says of which start
    m_response->setForegroundRole(QPalette::PlaceholderText);
    m_response->setFixedHeight(fontMetrics().height());
    column->addWidget(m_response);

    auto* grid = new QGridLayout;
    grid->setContentsMargins(0, 4, 0, 4);
    grid->setHorizontalSpacing(8);
    grid->setVerticalSpacing(0);
    grid->setColumnStretch(1, 1);
    grid->setColumnStretch(2, 1);
    for (const int side : {1, 2})
        grid->setColumnMinimumWidth(side, widestDetail(fontOf(font(), false, detailSize)));
    for (int side = 0; side < 2; ++side) {
        QLabel*& head = m_heads[static_cast<std::size_t>(side)];
        head = makeLabel(font(), true, 0);
        head->setText(side == 0 ? "Negative" : "Positive");
        head->setToolTip(side == 0 ? "The explanation that lowers the response: less"
                                   : "The explanation that raises the response: more");
        grid->addWidget(head, 0, side + 1);
    }
    grid->setRowMinimumHeight(0, fontMetrics().height() + 8);
    for (int row = 0; row < RowCount; ++row)
        addRow(grid, static_cast<Row>(row));
    column->addLayout(grid);

    column->addWidget(makeNotes());
    setEvidence({});
}

// Two lines of the grid: name and values, and their details below.
void EvidencePanel::addRow(QGridLayout* grid, Row row)
{
    const RowText& text = rowTexts[row];
    QLabel* name = makeLabel(font(), false, 0);
    name->setText(QString::fromUtf8(text.name));
    name->setForegroundRole(QPalette::PlaceholderText);
    name->setToolTip(QString::fromUtf8(text.toolTip));
    const int line = 1 + 2 * row;
    grid->addWidget(name, line, 0);
    for (int side = 0; side < 2; ++side) {
        CellLabels& cell = m_cells[row][static_cast<std::size_t>(side)];
        cell.value = makeLabel(font(), false, 1);
        cell.detail = makeLabel(font(), false, detailSize);
        cell.detail->setForegroundRole(QPalette::PlaceholderText);
        for (QLabel* label : {cell.value, cell.detail}) {
            label->setToolTip(QString::fromUtf8(text.toolTip));
            label->setTextInteractionFlags(Qt::TextSelectableByMouse);
        }
        grid->addWidget(cell.value, line, side + 1, Qt::AlignLeft | Qt::AlignBaseline);
        grid->addWidget(cell.detail, line + 1, side + 1);
    }
    grid->setAlignment(name, Qt::AlignLeft | Qt::AlignBaseline);
    // The details keep their line when empty: nothing jumps while a run fills the panel.
    grid->setRowMinimumHeight(line + 1, fontMetrics().height() + 3);
}

// As high when there is nothing to say: what stands below must not move while somebody types there.
QWidget* EvidencePanel::makeNotes()
{
    auto* notes = new QWidget;
    auto* column = new QVBoxLayout(notes);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    m_problem = makeLabel(font(), false, detailSize);
    m_note = makeLabel(font(), false, detailSize);
    m_note->setForegroundRole(QPalette::PlaceholderText);
    for (QLabel* label : {m_problem, m_note}) {
        label->setWordWrap(true);
        column->addWidget(label);
    }
    column->addStretch(1);
    QScrollArea* area = makeTextScroll(notes, "Notes");
    area->setFixedHeight(noteLines * m_note->fontMetrics().lineSpacing());
    return area;
}

void EvidencePanel::setEvidence(const Evidence& evidence)
{
    m_response->setText(evidence.response);
    m_response->setToolTip(evidence.response);
    showDirection(0, evidence.negative);
    showDirection(1, evidence.positive);
    m_problem->setText(evidence.problem);
    m_problem->setVisible(!evidence.problem.isEmpty());
    m_note->setText(evidence.note);
    m_note->setVisible(!evidence.note.isEmpty());
    m_isUnusual = {evidence.negative && isUnusualNorm(evidence.negative->latentNorm),
                   evidence.positive && isUnusualNorm(evidence.positive->latentNorm)};
    updateColours();
}

void EvidencePanel::showDirection(int side, const std::optional<DirectionEvidence>& evidence)
{
    const DirectionEvidence known = evidence.value_or(DirectionEvidence());
    setCell(Response, side, signedText(known.response), percentileText(known.percentile));
    setCell(Heard, side, signedText(known.heard), heardDetail(known));
    setCell(Witness, side, signedText(known.witness), witnessDetail(known));
    setCell(Distance, side, plainText(known.distance), distanceDetail(known));
    // Norms are compared with the band: always one decimal.
    setCell(Norm, side,
            std::isnan(known.latentNorm) ? plainText(known.latentNorm)
                                         : QString::number(known.latentNorm, 'f', 1),
            normDetail(known.latentNorm));
    setCell(Ceiling, side, signedText(known.realHeard),
            std::isnan(known.realResponse) ? QString() : "of " + signedText(known.realResponse));
}

void EvidencePanel::setCell(Row row, int side, const QString& value, const QString& detail)
{
    const CellLabels& cell = m_cells[row][static_cast<std::size_t>(side)];
    cell.value->setText(value);
    cell.detail->setText(detail);
    // A name replaces the text for a screen reader: it says all of it.
    cell.value->setAccessibleName(QString("%1, %2: %3 %4")
                                      .arg(QString::fromUtf8(rowTexts[row].name),
                                           side == 0 ? "negative" : "positive", value, detail)
                                      .trimmed());
}

void EvidencePanel::updateColours()
{
    setColour(m_heads[0], cellColour(Cell::Negative, palette()));
    setColour(m_heads[1], cellColour(Cell::Positive, palette()));
    setColour(m_problem, errorText(palette()));
    for (std::size_t side = 0; side < 2; ++side) {
        QLabel* detail = m_cells[Norm][side].detail;
        detail->setForegroundRole(m_isUnusual[side] ? QPalette::WindowText
                                                    : QPalette::PlaceholderText);
        setColour(detail, m_isUnusual[side] ? errorText(palette()) : mutedText(palette()));
    }
}

void EvidencePanel::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::PaletteChange)
        updateColours();
    QWidget::changeEvent(event);
}

} // namespace earshot
