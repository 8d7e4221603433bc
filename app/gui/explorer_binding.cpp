// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/explorer_binding.h"

#include "app/gui/figure_content.h"
#include "app/gui/notices.h"
#include "app/gui/problem_text.h"
#include "app/gui/texts.h"
#include "ui/panels/dial.h"
#include "ui/panels/number_text.h"
#include "ui/plot/colour_bar.h"
#include "ui/plot/film_strip.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace earshot {

namespace {

constexpr std::array<std::pair<Direction, Cell>, 2> directionCells{
    {{Direction::Negative, Cell::Negative}, {Direction::Positive, Cell::Positive}}};

std::vector<float> difference(const std::vector<float>& a, const std::vector<float>& b)
{
    std::vector<float> values(a.size());
    std::ranges::transform(a, b, values.begin(), std::minus<>());
    return values;
}

} // namespace

ExplorerBinding::ExplorerBinding(Session& session, Focus& focus, RealGallery& gallery,
                                 FocusArea& area, QList<QAction*> waysOut, QObject* parent)
    : QObject(parent)
    , m_session(session)
    , m_focus(focus)
    , m_gallery(gallery)
    , m_area(area)
    , m_waysOut(std::move(waysOut))
{
    connectFocus();
    connectArea();
}

void ExplorerBinding::connectFocus()
{
    connect(&m_session, &Session::modelsLoaded, this, &ExplorerBinding::updateColours);
    connect(&m_session, &Session::modelsFailed, this, &ExplorerBinding::showNoModels);
    connect(&m_session, &Session::responseChanged, this, &ExplorerBinding::updateHeading);
    connect(&m_session, &Session::settingsChanged, this, &ExplorerBinding::updateHeading);
    connect(&m_session, &Session::adoptedChanged, this, &ExplorerBinding::updateHeading);
    connect(&m_session, &Session::runChanged, this, [this] {
        updateHeading();
        if (const auto run = m_session.run(); !run || run->isHere) // another's changes nothing
            updateNotice();
        for (std::size_t i = 0; i < cellCount; ++i)
            updatePlaceholder(static_cast<Cell>(i));
    });
    connect(&m_session, &Session::explanationChanged, this, [this] {
        updateHeading();
        updateNotice();
        updateDial();
        updateStrip();
    });
    connect(&m_session, &Session::realChanged, this, [this] {
        updateNotice();
        updateCells();
    });
    connect(&m_session, &Session::progressed, this, &ExplorerBinding::updateLiveStrip);
    connect(&m_focus, &Focus::cellsChanged, this, &ExplorerBinding::updateCells);
    connect(&m_focus, &Focus::exampleChanged, this,
            [this] { m_area.strip().setFocusedExample(m_focus.example()); });
    connect(&m_focus, &Focus::positionChanged, this, [this] {
        m_area.dial().setPosition(m_focus.position());
        updateDialText();
    });
}

void ExplorerBinding::connectArea()
{
    connect(&m_area.dial(), &Dial::moved, &m_focus, &Focus::setPosition);
    connect(&m_area.strip(), &FilmStrip::focusRequested, &m_focus, &Focus::setExample);
    connect(&m_area, &FocusArea::viewChosen, this, &ExplorerBinding::setView);
    connect(&m_area, &FocusArea::realStepRequested, &m_focus, &Focus::moveReal);
    connect(&m_area, &FocusArea::realChoiceChosen, this, [this](RealChoice choice) {
        m_focus.setRealSide(choice == RealChoice::Highest ? Direction::Positive
                                                          : Direction::Negative);
    });
}

void ExplorerBinding::setView(View view)
{
    m_area.setView(view);
    updateColours();
    updateCells();
    Q_EMIT viewChanged(view);
}

void ExplorerBinding::setColours(const ColourChoice& colours)
{
    m_colours = colours;
    updateColours();
}

ColourRange ExplorerBinding::range() const
{
    const ColourRange range =
        colourRange(m_session.models() ? m_session.models()->explainer->realResponses() : nullptr);
    if (!m_colours.isFitted)
        return range;
    double low = std::numeric_limits<double>::infinity();
    double high = -low;
    for (std::size_t i = 0; i < cellCount; ++i)
        for (const float value : m_focus.cell(static_cast<Cell>(i)).logMel)
            if (std::isfinite(value)) {
                low = std::min<double>(low, value);
                high = std::max<double>(high, value);
            }
    return low < high ? ColourRange{low, high} : range;
}

ChangeScale ExplorerBinding::changeScale() const
{
    std::vector<std::vector<float>> differences;
    const std::vector<float>& start = m_focus.cell(Cell::Start).logMel;
    for (const auto& [direction, cell] : directionCells)
        if (const std::vector<float>& logMel = m_focus.cell(cell).logMel;
            !logMel.empty() && logMel.size() == start.size())
            differences.push_back(difference(logMel, start));
    return changeScaleOf(differences);
}

void ExplorerBinding::updateColours()
{
    const ColourRange range = this->range();
    const ChangeScale change = changeScale();
    for (std::size_t i = 0; i < cellCount; ++i) {
        const Cell cell = static_cast<Cell>(i);
        if (showsChange(cell))
            m_area.panel(cell).view().setChange(change);
        else
            m_area.panel(cell).view().setColours(m_colours.map, range);
    }
    if (m_area.view() == View::Change)
        m_area.colourBar().setChange(change);
    else
        m_area.colourBar().setColours(m_colours.map, range);
    m_area.strip().setColours(m_colours.map, range);
}

void ExplorerBinding::updateHeading()
{
    if (!m_session.models()) {
        m_area.setHeading(m_session.isLoading() ? QString() : tr("No classifier is loaded"), {},
                          {});
        return;
    }
    m_area.setHeading(headingOf(m_session), belongsToOf(m_session), provenanceOf(m_session));
}

void ExplorerBinding::showNoModels()
{
    if (m_session.models()) // those that were loaded before
        return;
    updateHeading();
    const ProblemText problem = problemText(m_session.modelsProblem());
    m_area.setNotice(problem.details.isEmpty() ? problem.summary
                                               : problem.summary + '\n' + problem.details,
                     m_waysOut);
    updateCells();
}

void ExplorerBinding::updateNotice()
{
    if (!m_session.modelsProblem().isEmpty())
        return;
    m_area.setNotice(noticeOf(m_session));
}

QString ExplorerBinding::responseText(double response) const
{
    QString text = signedText(response);
    if (const auto real = m_session.realResponses(); real && std::isfinite(response))
        text += QStringLiteral(" · ") + percentileText(real->percentile(response));
    return text;
}

// Of one of the excerpts that the percentiles are of: its clip, encoded and decoded, may answer a
// little beyond all that was measured.
QString ExplorerBinding::realResponseText(double response) const
{
    const auto real = m_session.realResponses();
    if (!real || !std::isfinite(response))
        return signedText(response);
    const double percentile = std::clamp(real->percentile(response), 0.0, 100.0);
    return signedText(response) + QStringLiteral(" · ") + percentileText(percentile);
}

// Whether what is shown runs, or ran, in the direction of the cell.
bool ExplorerBinding::isExplained(Cell cell) const
{
    const Directions directions = m_session.shownSettings().directions;
    return directions == Directions::Both || cell == Cell::Start ||
           (cell == Cell::Positive) == (directions == Directions::Positive);
}

QString ExplorerBinding::placeholder(Cell cell) const
{
    if (const RealClip* clip = m_focus.cell(cell).real; clip != nullptr && !clip->problem.isEmpty())
        return clip->problem;
    if (!m_session.models())
        return {};
    if (cell == Cell::Real)
        return m_gallery.problem().isEmpty() ? tr("Reading…") : m_gallery.problem();
    const auto run = m_session.run();
    const bool isRunHere = run && run->isHere;
    if ((isRunHere || m_session.explanation()) && !isExplained(cell))
        return isRunHere ? tr("This direction is not run") : tr("This direction was not run");
    if (m_session.progress())
        return tr("Waiting");
    if (isRunHere)
        return tr("Beginning…");
    if (m_session.explanation())
        return tr("Beyond what can be drawn");
    if (run && run->isWaitingHere)
        return tr("Waiting for %1 to end").arg(QString::fromStdString(run->response));
    return tr("Press Explain (E)");
}

void ExplorerBinding::updatePlaceholder(Cell cell)
{
    m_area.panel(cell).view().setPlaceholder(placeholder(cell));
}

void ExplorerBinding::updateCells()
{
    if (m_colours.isFitted || m_area.view() == View::Change)
        updateColours();
    for (std::size_t i = 0; i < cellCount; ++i)
        updateCell(static_cast<Cell>(i));
    updateRealTitle();
    updateDialText();
}

void ExplorerBinding::updateCell(Cell cell)
{
    updatePlaceholder(cell);
    m_area.panel(cell).view().setSpectrogram(shownLogMel(cell));
    updateCaption(cell);
}

bool ExplorerBinding::showsChange(Cell cell) const
{
    return m_area.view() == View::Change && (cell == Cell::Negative || cell == Cell::Positive);
}

std::vector<float> ExplorerBinding::shownLogMel(Cell cell) const
{
    const std::vector<float>& logMel = m_focus.cell(cell).logMel;
    if (!showsChange(cell))
        return logMel;
    const std::vector<float>& start = m_focus.cell(Cell::Start).logMel;
    return logMel.size() == start.size() ? difference(logMel, start) : std::vector<float>();
}

FigureContent ExplorerBinding::figureOf(Cell cell) const
{
    const CellView& view = m_focus.cell(cell);
    const QString response =
        view.real == nullptr ? responseText(view.response) : realResponseText(view.response);
    FigureContent figure = cellFigure(
        m_session, view, cell, QStringList{titleOf(cell), response}.join(QStringLiteral(" · ")));
    figure.rows.front().cells.front().logMel = shownLogMel(cell);
    figure.scale = showsChange(cell) ? ColourScale(changeScale(), ChangeGround::Light)
                                     : ColourScale(m_colours.map, range());
    return figure;
}

QString ExplorerBinding::titleOf(Cell cell) const
{
    const CellView& view = m_focus.cell(cell);
    if (cell == Cell::Start && m_focus.examples() > 0)
        return tr("start %1").arg(m_focus.number(m_focus.example()));
    if (view.step >= 0 && (cell == Cell::Negative || cell == Cell::Positive))
        return cellName(cell) + tr(" · step %1").arg(view.step);
    return cellName(cell);
}

void ExplorerBinding::updateCaption(Cell cell)
{
    const CellView& view = m_focus.cell(cell);
    CellPanel& panel = m_area.panel(cell);
    if (cell != Cell::Real)
        panel.setTitle(titleOf(cell), cellHelp(cell));
    if (view.logMel.empty() && std::isnan(view.response)) {
        panel.setCaption({}, {}, {});
        return;
    }
    QString detail;
    if (!std::isnan(view.heard))
        detail = tr("heard %1").arg(signedText(view.heard));
    else if (view.isSettled && !view.sound)
        detail = tr("making the sound…");
    panel.setCaption(responseText(view.response), detail,
                     tr("The response of %1 to this spectrogram, with its percentile among the "
                        "responses to real music; heard: the response to its sound")
                         .arg(QString::fromStdString(m_session.response())));
}

void ExplorerBinding::updateRealTitle()
{
    CellPanel& panel = m_area.panel(Cell::Real);
    const Direction side = m_focus.realSide();
    const bool isHighest = side == Direction::Positive;
    m_area.setReal(isHighest ? RealChoice::Highest : RealChoice::Lowest, m_focus.realIndex(),
                   m_gallery.clips(side).size());
    const CellView& view = m_focus.cell(Cell::Real);
    if (view.real == nullptr) {
        panel.setTitle(tr("real"), cellHelp(Cell::Real));
        return;
    }
    panel.setTitle(tr("real"), attributionOf(view.real->example));
    QString detail;
    if (!std::isnan(view.heard))
        detail = tr("heard %1").arg(signedText(view.heard));
    panel.setCaption(realResponseText(view.response), detail, attributionOf(view.real->example),
                     QString::fromStdString(view.real->example.title));
}

void ExplorerBinding::updateDial()
{
    const auto explanation = m_session.explanation();
    if (!explanation) {
        m_area.dial().setScale(std::nullopt);
        m_area.dial().setText({});
        return;
    }
    DialScale scale;
    for (const auto& [direction, result] : explanation->directions) {
        const bool isPositive = direction == Direction::Positive;
        (isPositive ? scale.positiveSteps : scale.negativeSteps) = result.pathSteps;
        (isPositive ? scale.positiveChosen : scale.negativeChosen) = result.chosenStep;
    }
    m_area.dial().setScale(scale);
    m_area.dial().setPosition(m_focus.position());
    updateDialText();
}

void ExplorerBinding::updateDialText()
{
    if (!m_session.explanation() || m_session.progress()) {
        m_area.dial().setText({});
        return;
    }
    const CellView& view = m_focus.position() == 0  ? m_focus.cell(Cell::Start)
                           : m_focus.position() > 0 ? m_focus.cell(Cell::Positive)
                                                    : m_focus.cell(Cell::Negative);
    m_area.dial().setText(tr("step %1 of %2 · %3 · ‖z‖ %4")
                              .arg(std::max(0, view.step))
                              .arg(m_session.explanation()->settings.steps)
                              .arg(responseText(view.response))
                              .arg(view.latentNorm, 0, 'f', 1));
}

void ExplorerBinding::updateStrip()
{
    FilmStrip& strip = m_area.strip();
    m_liveSteps.clear();
    const auto explanation = m_session.explanation();
    if (m_session.progress())
        return;
    strip.setExamples(m_focus.examples());
    showNumbers();
    if (!explanation) {
        strip.clear();
        return;
    }
    for (int i = 0; i < m_focus.examples(); ++i) {
        const auto row = static_cast<std::size_t>(i);
        double start = CellView::unknown;
        for (const auto& [direction, cell] : directionCells) {
            const auto found = explanation->directions.find(direction);
            if (found == explanation->directions.end()) {
                strip.setCell(cell, i, {}, {}, ThumbnailState::Running);
                continue;
            }
            const DirectionResult& result = found->second;
            start = result.responses(0, row);
            const auto step = static_cast<std::size_t>(result.chosenStep);
            strip.setCell(cell, i, result.mels.row(row), signedText(result.responses(step, row)),
                          ThumbnailState::Final);
        }
        strip.setCell(Cell::Start, i, explanation->startMels.row(row), signedText(start),
                      ThumbnailState::Final);
    }
    strip.setFocusedExample(m_focus.example());
}

void ExplorerBinding::showNumbers()
{
    std::vector<int> numbers;
    for (int i = 0; i < m_focus.examples(); ++i)
        numbers.push_back(m_focus.number(i));
    m_area.strip().setNumbers(std::move(numbers));
}

void ExplorerBinding::updateLiveStrip()
{
    const auto progress = m_session.progress();
    FilmStrip& strip = m_area.strip();
    if (m_liveSteps.empty()) { // a run begins, or comes back into view
        strip.setExamples(m_focus.examples());
        showNumbers();
        strip.clear();
        strip.setFocusedExample(m_focus.example());
    }
    if (!progress)
        return;
    const int steps = m_session.shownSettings().steps;
    for (const auto& [direction, live] : progress->directions) {
        const Cell cell = direction == Direction::Positive ? Cell::Positive : Cell::Negative;
        for (const LiveMel& mel : live.mels) {
            const auto [place, isNew] = m_liveSteps.insert({{cell, mel.example}, -1});
            if (place->second == mel.step)
                continue;
            place->second = mel.step;
            const double response = live.responses(static_cast<std::size_t>(mel.step),
                                                   static_cast<std::size_t>(mel.example));
            strip.setCell(cell, mel.example, mel.mel, signedText(response),
                          mel.step == steps ? ThumbnailState::Final : ThumbnailState::Running);
        }
    }
}

} // namespace earshot
