// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/panel_binding.h"

#include "app/gui/real_comparison.h"
#include "app/gui/texts.h"
#include "core/explain/equations.h"
#include "core/explain/witness.h"
#include "ui/network/network_tree.h"
#include "ui/network/response_box.h"
#include "ui/network/unit_rows.h"
#include "ui/panels/settings_panel.h"
#include "ui/plot/curves_view.h"
#include "ui/plot/distributions_view.h"

#include <QTimer>
#include <QUndoCommand>
#include <QUndoStack>

#include <cmath>
#include <numeric>

namespace earshot {

namespace {

constexpr int curvesIntervalMilliseconds = 150; // four plots are dearer than the pictures

// One edit of the settings.
class SettingsEdit : public QUndoCommand
{
public:
    SettingsEdit(Session& session, const ExplainSettings& before, const ExplainSettings& after)
        : QUndoCommand(QObject::tr("settings"))
        , m_session(session)
        , m_response(session.response())
        , m_before(before)
        , m_after(after)
    {
    }
    void undo() override { show(m_before); }
    void redo() override { show(m_after); }

private:
    // Another response that is shown by now keeps its own course, which may have been adopted.
    void show(ExplainSettings settings)
    {
        if (const ExplainSettings& now = m_session.settings(); m_session.response() != m_response) {
            settings.learningRate = now.learningRate;
            settings.priorWeight = now.priorWeight;
            settings.steps = now.steps;
            settings.scale = now.scale;
            settings.choice = now.choice;
        }
        m_session.setSettings(settings);
    }

    Session& m_session;
    const std::string m_response;
    ExplainSettings m_before;
    ExplainSettings m_after;
};

std::vector<float> responsesOf(const std::vector<RealExcerpt>& excerpts)
{
    std::vector<float> values;
    for (const RealExcerpt& excerpt : excerpts)
        values.push_back(excerpt.response);
    return values;
}

std::vector<float> rowOf(const Matrix<float>& matrix, std::size_t row)
{
    const std::span<const float> values = matrix.row(row);
    return {values.begin(), values.end()};
}

DirectionCurves curvesOf(const DirectionResult& result, std::vector<double> distances)
{
    DirectionCurves curves;
    curves.responses = result.responses;
    curves.distances = std::move(distances);
    curves.gradientNorms = result.gradientNorms;
    curves.chosenStep = result.chosenStep;
    curves.normSteps = result.pathSteps;
    if (result.path.empty())
        return curves;
    curves.latentNorms = Matrix<float>(result.path.size(), result.path.front().rows());
    for (std::size_t k = 0; k < result.path.size(); ++k)
        for (std::size_t i = 0; i < result.path[k].rows(); ++i) {
            double sum = 0;
            for (const float value : result.path[k].row(i))
                sum += static_cast<double>(value) * value;
            curves.latentNorms(k, i) = static_cast<float>(std::sqrt(sum));
        }
    return curves;
}

} // namespace

PanelBinding::PanelBinding(Session& session, Focus& focus, RealGallery& gallery,
                           const Panels& panels, QUndoStack& undo, QObject* parent)
    : QObject(parent)
    , m_session(session)
    , m_focus(focus)
    , m_gallery(gallery)
    , m_panels(panels)
    , m_undo(undo)
    , m_curvesTimer(new QTimer(this))
{
    m_curvesTimer->setSingleShot(true);
    m_curvesTimer->setInterval(curvesIntervalMilliseconds);
    connect(m_curvesTimer, &QTimer::timeout, this, [this] {
        updateCurves();
        updateEvidence();
    });
    connectNetwork();
    connectSettings();
    connectResults();
}

void PanelBinding::connectNetwork()
{
    connect(&m_session, &Session::modelsLoaded, this, &PanelBinding::showNetwork);
    connect(&m_session, &Session::responseChanged, this, [this] {
        m_panels.tree.select(m_session.response());
        m_panels.responseBox.setResponse(QString::fromStdString(m_session.response()));
        leaveResponseBox();
    });
    connect(&m_session, &Session::responseRejected, this, [this](const QString& what, int place) {
        m_panels.responseBox.showError(what, place);
    });
    connect(&m_session, &Session::explainedResponsesChanged, this,
            [this] { m_panels.tree.setMarked(m_session.explainedResponses()); });
    connect(&m_panels.tree, &NetworkTree::selected, &m_session, &Session::show);
    connect(&m_panels.responseBox, &ResponseBox::committed, &m_session, &Session::show);
    connect(&m_panels.responseBox, &ResponseBox::edited, this,
            [this] { m_panels.responseBox.clearError(); });
    connect(&m_panels.responseBox, &ResponseBox::cancelled, this, &PanelBinding::leaveResponseBox);
}

bool PanelBinding::commitFields()
{
    m_panels.settings.commitPending();
    return m_panels.responseBox.commitPending();
}

// What was typed is taken or given up: single keys are for the window again.
void PanelBinding::leaveResponseBox()
{
    if (m_panels.responseBox.hasLineFocus())
        m_panels.tree.setFocus(Qt::OtherFocusReason);
}

void PanelBinding::showNetwork()
{
    const Explainer& explainer = *m_session.models()->explainer;
    std::vector<LayerRow> rows = networkRows(explainer.layers(), explainer.realResponses(),
                                             QString::fromStdString(explainer.classifier().label));
    QStringList names;
    for (const std::string& reference : references(rows))
        names += QString::fromStdString(reference);
    m_panels.responseBox.setReferences(names);
    m_panels.tree.setNetwork(std::move(rows));
    showDevices();
}

void PanelBinding::showDevices()
{
    const Models& models = *m_session.models();
    const Device& device = models.explainer->device();
    QStringList names;
    m_devices = {DeviceChoice::Cpu};
    names += device.isCuda ? tr("CPU") : QString::fromStdString(device.description);
    if (models.noCudaReason.empty()) {
        m_devices.push_back(DeviceChoice::Cuda);
        names += device.isCuda ? QString::fromStdString(device.description) : tr("GPU");
    }
    m_panels.settings.setDevices(names, device.isCuda ? 1 : 0,
                                 QString::fromStdString(models.noCudaReason));
}

void PanelBinding::connectSettings()
{
    connect(&m_panels.settings, &SettingsPanel::settingsChanged, this,
            [this](const ExplainSettings& settings) {
                m_undo.push(
                    new SettingsEdit(m_session, m_session.settings(), asRecommended(settings)));
            });
    connect(&m_session, &Session::settingsOpened, this, [this](const ExplainSettings& own) {
        m_undo.push(new SettingsEdit(m_session, own, m_session.settings()));
    });
    const auto showRecommended = [this] {
        const ExplainSettings& settings = m_session.settings();
        const Adoptions& adopted = m_session.adopted();
        m_panels.settings.setRecommended(adoptedFor(adopted, settings.directions)
                                             ? std::optional(recommendedSettings(settings, adopted))
                                             : std::nullopt);
    };
    connect(&m_session, &Session::settingsChanged, this, [this, showRecommended] {
        showRecommended(); // directions have their own
        m_panels.settings.setSettings(m_session.settings());
    });
    connect(&m_session, &Session::adoptedChanged, this, showRecommended);
    connect(&m_panels.settings, &SettingsPanel::deviceChosen, this, [this](int index) {
        if (index >= 0 && index < static_cast<int>(m_devices.size()))
            Q_EMIT deviceChosen(m_devices[static_cast<std::size_t>(index)]);
    });
}

// What is recommended stays so when other directions are chosen, which may have their own.
ExplainSettings PanelBinding::asRecommended(const ExplainSettings& edited) const
{
    const bool isKept = m_session.isRecommended() && sameCourse(edited, m_session.settings()) &&
                        edited.directions != m_session.settings().directions;
    return isKept ? recommendedSettings(edited, m_session.adopted()) : edited;
}

void PanelBinding::connectResults()
{
    connect(&m_session, &Session::explanationChanged, this, [this] {
        updateCurves();
        updateDistributions();
        updateEvidence();
    });
    // A run tells more often than a plot has to be drawn.
    const auto soon = [this] {
        if (!m_curvesTimer->isActive())
            m_curvesTimer->start();
    };
    connect(&m_session, &Session::progressed, this, soon);
    connect(&m_session, &Session::realChanged, this, [this, soon] {
        updateDistributions();
        soon();
    });
    connect(&m_focus, &Focus::cellsChanged, this, soon);
    connect(&m_focus, &Focus::exampleChanged, this, soon);
    connect(&m_focus, &Focus::positionChanged, this,
            [this] { m_panels.curves.setDial(m_focus.side(), m_focus.step()); });
    connect(&m_panels.curves, &CurvesView::stepRequested, &m_focus, &Focus::setStep);
}

void PanelBinding::updateCurves()
{
    Curves curves;
    curves.focus = m_focus.example();
    curves.steps = m_session.shownSettings().steps;
    if (const auto progress = m_session.progress()) {
        for (const auto& [direction, live] : progress->directions) {
            DirectionCurves& one = curves.directions[direction];
            one.responses = live.responses;
            one.distances = live.distances;
            one.gradientNorms = live.gradientNorms;
            one.meanRows = rowsReachedByAll(live.stepsDone);
            if (one.gradientNorms.size() > one.meanRows)
                one.gradientNorms.resize(one.meanRows); // they are means too
            one.latentNorms = live.latentNorms;
            one.normSteps.resize(live.latentNorms.rows());
            std::iota(one.normSteps.begin(), one.normSteps.end(), 0);
        }
    } else if (const auto explanation = m_session.explanation()) {
        for (const auto& [direction, result] : explanation->directions)
            curves.directions[direction] =
                curvesOf(result, distancesOf(m_session, *explanation, direction));
        curves.dialDirection = m_focus.side();
        curves.dialStep = m_focus.step();
    }
    m_panels.curves.setCurves(std::move(curves));
}

void PanelBinding::updateDistributions()
{
    Distributions shown;
    if (const auto real = m_session.realResponses()) {
        shown.realQuantiles = real->quantiles;
        shown.realHighest = responsesOf(real->highest);
        shown.realLowest = responsesOf(real->lowest);
    }
    if (const auto explanation = m_session.explanation())
        for (const auto& [direction, result] : explanation->directions) {
            const auto step = static_cast<std::size_t>(result.chosenStep);
            const bool isPositive = direction == Direction::Positive;
            (isPositive ? shown.positive : shown.negative) = rowOf(result.responses, step);
            shown.start = rowOf(result.responses, 0);
            const std::vector<double> distances = distancesOf(m_session, *explanation, direction);
            if (step < distances.size())
                (isPositive ? shown.positiveDistance : shown.negativeDistance) = distances[step];
        }
    m_panels.distributions.setDistributions(shown);
}

DirectionEvidence PanelBinding::evidenceOf(Direction direction) const
{
    DirectionEvidence evidence;
    const CellView& cell =
        m_focus.cell(direction == Direction::Positive ? Cell::Positive : Cell::Negative);
    evidence.response = cell.response;
    evidence.heard = cell.heard;
    evidence.witness = cell.witness;
    evidence.latentNorm = cell.latentNorm;
    if (const auto real = m_session.realResponses(); real && std::isfinite(cell.response))
        evidence.percentile = real->percentile(cell.response);
    // The gallery may show the user's music while the training music is compared with.
    if (m_gallery.isMusic() == (m_session.music() != nullptr)) {
        const RealGallery::Ceiling ceiling = m_gallery.ceiling(direction);
        evidence.realResponse = ceiling.response;
        evidence.realHeard = ceiling.heard;
    }
    evidence.examples = m_focus.examples();
    if (const auto progress = m_session.progress()) {
        const auto& distances = progress->directions.at(direction).distances;
        evidence.isProvisional = true;
        if (!distances.empty())
            evidence.distance = distances.back();
        return evidence;
    }
    const auto explanation = m_session.explanation();
    const std::vector<double> distances = distancesOf(m_session, *explanation, direction);
    if (cell.step >= 0 && static_cast<std::size_t>(cell.step) < distances.size())
        evidence.distance = distances[static_cast<std::size_t>(cell.step)];
    addHeard(evidence, *explanation, direction);
    addWitness(evidence, *explanation, direction);
    return evidence;
}

// Of those that could become sound: an example counts if its sound moves the response to the same
// side of its start.
void PanelBinding::addHeard(DirectionEvidence& evidence, const Explanation& explanation,
                            Direction direction) const
{
    const DirectionResult& result = explanation.directions.at(direction);
    const double sign = direction == Direction::Positive ? 1 : -1;
    for (std::size_t i = 0; i < result.heard.size(); ++i) {
        if (std::isnan(result.heard[i])) {
            ++evidence.soundless;
            continue;
        }
        ++evidence.heardCount;
        if (sign * (result.heard[i] - result.responses(0, i)) > 0)
            ++evidence.heardKept;
    }
}

void PanelBinding::addWitness(DirectionEvidence& evidence, const Explanation& explanation,
                              Direction direction) const
{
    const std::vector<float>& logits = explanation.directions.at(direction).witness;
    const std::optional<WitnessDescription> witness = witnessOf(explanation);
    if (!witness || logits.empty())
        return;
    evidence.witnessCount = static_cast<int>(countHeard(logits));
    const Direction side = witness->isSameQuestion ? direction : Direction::Positive;
    evidence.witnessOnSide = static_cast<int>(countOnSide(logits, side));
}

void PanelBinding::updateEvidence()
{
    if (!m_session.models())
        return;
    Evidence evidence;
    evidence.response = headingOf(m_session);
    if (m_focus.examples() > 0)
        evidence.response += tr(", start %1").arg(m_focus.number(m_focus.example()));
    const auto progress = m_session.progress();
    const auto explanation = m_session.explanation();
    std::vector<Direction> directions;
    for (const Direction direction : {Direction::Negative, Direction::Positive}) {
        const bool isThere = progress      ? progress->directions.contains(direction)
                             : explanation ? explanation->directions.contains(direction)
                                           : false;
        if (!isThere)
            continue;
        directions.push_back(direction);
        (direction == Direction::Positive ? evidence.positive : evidence.negative) =
            evidenceOf(direction);
    }
    QStringList notes = realSideTexts(m_session, directions);
    if (const auto witness = explanation && !progress ? witnessOf(*explanation) : std::nullopt;
        witness && !witness->isSameQuestion)
        notes += tr("Witness: in how many of the sounds it hears “%1”. Whether that agrees "
                    "with this response, it cannot say.")
                     .arg(QString::fromStdString(witness->label));
    evidence.note = notes.join(QStringLiteral("\n"));
    if (explanation && !progress)
        for (const auto& [direction, result] : explanation->directions)
            if (!result.problem.empty())
                evidence.problem = QString::fromStdString(result.problem);
    m_panels.evidence.setEvidence(evidence);
}

} // namespace earshot
