// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/settings_panel.h"

#include "ui/panels/elided_combo_box.h"
#include "ui/panels/number_box.h"
#include "ui/panels/section.h"

#include <QEvent>
#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>
#include <QScopedValueRollback>
#include <QStandardItemModel>
#include <QVBoxLayout>

#include <array>
#include <limits>
#include <type_traits>

namespace earshot {

namespace {

// In the order of the choice; the last two are no choices of their own.
constexpr std::array presets{Preset::Recommended, Preset::C1, Preset::C2, Preset::C3};
constexpr int byHandIndex = static_cast<int>(presets.size());
constexpr int forAllIndex = byHandIndex + 1; // recommended for all; only where one has its own
// core/explain/settings.h
constexpr int mostExamples = 100000;
constexpr int mostSteps = 100000;
constexpr double highestLearningRate = 10;
constexpr double highestPriorWeight = 1000;
constexpr double lowestLearningRate = 1e-9; // it excludes 0
constexpr auto mostSeed = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());

const char* const presetTip =
    "<b>Preset</b>: settings that are known to work.<br>"
    "<b>Recommended</b>: l<sub>r</sub> 0.01, λ 0.001, 100 steps. The response is divided by the "
    "spread of the unit's real responses, so that one setting serves every unit, and the step with "
    "the smallest distance to real music is shown.<br>"
    "After <i>Choose settings</i> and <i>Use</i> it is what was found for this unit: "
    "l<sub>r</sub>, "
    "λ and steps, raw response, last step.<br>"
    "<b>Paper C1, C2, C3</b>: Table 5 of the paper, raw response, last step. C1 is its best, C3 "
    "its "
    "worst.<br><b>By hand</b>: what it becomes when you change one of these below; the others stay "
    "as they are.";
const char* const examplesTip =
    "<b>Examples</b>, N, 1 to 100,000: how many random starts are explained.<br>More: you see how "
    "much explanations differ, and the distance is surer; time grows with N. Fewer than 2: no "
    "distance. The paper uses 50.";
const char* const stepsTip =
    "<b>Steps</b>, N<sub>t</sub>, 1 to 100,000: how often each start is changed.<br>More: stronger "
    "responses, further from music. Fewer: nearer to the start. The paper tries 100, 500 and 1000.";
const char* const learningRateTip =
    "<b>Learning rate</b>, l<sub>r</sub>, above 0, at most 10: how far one step of Adam goes in "
    "the "
    "generator's latent space.<br>More: faster, but it may leave what the generator knows and no "
    "longer sound like music. Less: gentle and slow. The paper tries 0.1, 0.01 and 0.001.";
const char* const priorWeightTip =
    "<b>Prior weight</b>, λ, 0 to 1000: how strongly Eq. 2 pulls ‖z‖ down, towards what the "
    "generator finds most likely.<br>More: tamer sounds, weaker responses; much too much draws all "
    "examples to the same sound. 0: only the response counts. The paper tries 0.1, 0.01 and 0.001.";
const char* const seedTip =
    "<b>Seed</b>, 0 to 2<sup>63</sup> − 1: which random starts are used.<br>The same seed gives "
    "the "
    "same starts for every unit and setting; another one shows whether what you see was luck.";
const char* const directionsTip =
    "<b>Directions</b>: positive raises the response (<i>more</i>), negative lowers it "
    "(<i>less</i>).<br>Both start from the same sounds. One alone takes half the time.";
const char* const scaleTip =
    "<b>Response scale</b>: what Adam sees. Each preset has its own.<br><b>Divided by its "
    "spread</b>: by the standard deviation of the unit's real responses, so that the prior weighs "
    "the same for every unit. <b>Raw</b>: as it is, like the paper.";
const char* const choiceTip =
    "<b>Step shown</b>: which step of the optimisation is the explanation. Each preset has its "
    "own.<br><b>Smallest distance</b>: the one whose responses are distributed most like those "
    "of the 50 most extreme real excerpts (Eq. 3), in each direction. <b>Last</b>: like the paper.";
const char* const deviceTip = "<b>Device</b>: where the networks run. CPU and GPU round "
                              "differently, and the optimisation makes whole steps of it: each "
                              "repeats its own results, not the other's.";

} // namespace

bool sameCourse(const ExplainSettings& a, const ExplainSettings& b)
{
    return a.learningRate == b.learningRate && a.priorWeight == b.priorWeight &&
           a.steps == b.steps && a.scale == b.scale && a.choice == b.choice;
}

bool isSame(const ExplainSettings& a, const ExplainSettings& b)
{
    return sameCourse(a, b) && a.examples == b.examples && a.seed == b.seed &&
           a.directions == b.directions;
}

std::optional<Preset> presetOf(const ExplainSettings& settings)
{
    for (const Preset preset : presets)
        if (sameCourse(settings, presetSettings(preset)))
            return preset;
    return {};
}

SettingsPanel::SettingsPanel(QWidget* parent)
    : QWidget(parent)
{
    makeFields();
    auto* body = new QWidget;
    auto* form = new QGridLayout(body);
    layOut(form);
    m_section = new Section("Settings", body);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_section);
    connect(m_section, &Section::expandedChanged, this, &SettingsPanel::expandedChanged);
    showSettings();
    connectFields();
}

void SettingsPanel::makeFields()
{
    m_preset = new ElidedComboBox;
    showPresets();
    m_examples = new CountBox(mostExamples);
    m_steps = new CountBox(mostSteps);
    m_learningRate = new NumberBox(lowestLearningRate, highestLearningRate, 1e-5);
    m_priorWeight = new NumberBox(0, highestPriorWeight, 1e-5);
    m_seed = new QLineEdit;
    m_directions = new ElidedComboBox;
    m_directions->addItem("Both", static_cast<int>(Directions::Both));
    m_directions->addItem("Positive", static_cast<int>(Directions::Positive));
    m_directions->addItem("Negative", static_cast<int>(Directions::Negative));
    m_scale = new ElidedComboBox;
    m_scale->addItem("Divided by its spread", static_cast<int>(ResponseScale::Deviation));
    m_scale->addItem("Raw", static_cast<int>(ResponseScale::Raw));
    m_choice = new ElidedComboBox;
    m_choice->addItem("Smallest distance", static_cast<int>(StepChoice::SmallestDistance));
    m_choice->addItem("Last", static_cast<int>(StepChoice::Last));
    m_device = new ElidedComboBox;
    m_noGpu = new QLabel;
    m_noGpu->setWordWrap(true);
    m_noGpu->setForegroundRole(QPalette::PlaceholderText);
    m_noGpu->hide();
}

// Names stand above their fields, two fields beside each other: a narrow column leaves the pictures
// their width.
void SettingsPanel::layOut(QGridLayout* grid)
{
    grid->setContentsMargins(8, 4, 8, 12);
    grid->setHorizontalSpacing(8);
    grid->setVerticalSpacing(2);
    grid->setColumnStretch(0, 1);
    grid->setColumnStretch(1, 1);
    addField(grid, 0, 0, 2, "Preset", {}, m_preset, presetTip);
    addField(grid, 1, 0, 1, "Examples", "N", m_examples, examplesTip);
    addField(grid, 1, 1, 1, "Steps", QString::fromUtf8("Nₜ"), m_steps, stepsTip);
    addField(grid, 2, 0, 1, "Learning rate", QString::fromUtf8("lᵣ"), m_learningRate,
             learningRateTip);
    addField(grid, 2, 1, 1, "Prior weight", QString::fromUtf8("λ"), m_priorWeight, priorWeightTip);
    addField(grid, 3, 0, 1, "Seed", {}, m_seed, seedTip);
    addField(grid, 3, 1, 1, "Directions", {}, m_directions, directionsTip);
    addField(grid, 4, 0, 2, "Response", {}, m_scale, scaleTip);
    addField(grid, 5, 0, 2, "Step shown", {}, m_choice, choiceTip);
    addField(grid, 6, 0, 2, "Device", {}, m_device, deviceTip);
    grid->addWidget(m_noGpu, fieldRows(7), 0, 1, 2);
}

// Each field takes three rows: name, field, space.
int SettingsPanel::fieldRows(int place)
{
    return 3 * place;
}

void SettingsPanel::addField(QGridLayout* grid, int place, int column, int columns,
                             const QString& name, const QString& symbol, QWidget* field,
                             const QString& toolTip)
{
    auto* label = new QLabel(symbol.isEmpty() ? name : name + "&nbsp; <i>" + symbol + "</i>");
    label->setTextFormat(Qt::RichText);
    label->setToolTip(toolTip);
    label->setBuddy(field);
    field->setToolTip(toolTip);
    field->setAccessibleName(name);
    field->installEventFilter(this);
    if (field->focusPolicy() == Qt::WheelFocus)
        field->setFocusPolicy(Qt::StrongFocus);
    const int row = fieldRows(place);
    grid->addWidget(label, row, column, 1, columns);
    grid->addWidget(field, row + 1, column, 1, columns);
    grid->setRowMinimumHeight(row + 2, 6);
}

void SettingsPanel::connectFields()
{
    connect(m_preset, &QComboBox::activated, this, &SettingsPanel::choosePreset);
    connect(m_examples, &QSpinBox::valueChanged, this, [this](int examples) {
        ExplainSettings changed = m_settings;
        changed.examples = examples;
        commit(changed);
    });
    connect(m_steps, &QSpinBox::valueChanged, this, [this](int steps) {
        ExplainSettings changed = m_settings;
        changed.steps = steps;
        commit(changed);
    });
    connect(m_learningRate, &QDoubleSpinBox::valueChanged, this, [this](double learningRate) {
        ExplainSettings changed = m_settings;
        changed.learningRate = learningRate;
        commit(changed);
    });
    connect(m_priorWeight, &QDoubleSpinBox::valueChanged, this, [this](double priorWeight) {
        ExplainSettings changed = m_settings;
        changed.priorWeight = priorWeight;
        commit(changed);
    });
    connect(m_seed, &QLineEdit::editingFinished, this, &SettingsPanel::commitSeed);
    connect(m_directions, &QComboBox::activated, this, [this] {
        ExplainSettings changed = m_settings;
        changed.directions = static_cast<Directions>(m_directions->currentData().toInt());
        commit(changed);
    });
    connect(m_scale, &QComboBox::activated, this, [this] {
        ExplainSettings changed = m_settings;
        changed.scale = static_cast<ResponseScale>(m_scale->currentData().toInt());
        commit(changed);
    });
    connect(m_choice, &QComboBox::activated, this, [this] {
        ExplainSettings changed = m_settings;
        changed.choice = static_cast<StepChoice>(m_choice->currentData().toInt());
        commit(changed);
    });
    connect(m_device, &QComboBox::activated, this, &SettingsPanel::deviceChosen);
    connectRanges();
}

void SettingsPanel::connectRanges()
{
    const auto connectRange = [this](const auto* box, const QString& range) {
        connect(box, &std::remove_pointer_t<decltype(box)>::rejected, this,
                [this, box, range](const QString& text) {
                    reject(text, box->accessibleName(), range);
                });
    };
    connectRange(m_examples, tr("1 to 100,000"));
    connectRange(m_steps, tr("1 to 100,000"));
    connectRange(m_learningRate, tr("above 0, at most 10"));
    connectRange(m_priorWeight, tr("0 to 1000"));
}

void SettingsPanel::reject(const QString& text, const QString& field, const QString& range)
{
    Q_EMIT rejected(tr("“%1” was not taken. %2: %3").arg(text, field, range));
}

void SettingsPanel::setSettings(const ExplainSettings& settings)
{
    m_settings = settings;
    showSettings();
}

void SettingsPanel::setDevices(const QStringList& names, int current, const QString& reasonNoGpu)
{
    m_device->clear();
    m_device->addItems(names);
    m_device->setCurrentIndex(current);
    m_noGpu->setText(tr("No GPU can be used here."));
    m_noGpu->setToolTip(reasonNoGpu);
    m_noGpu->setVisible(!reasonNoGpu.isEmpty());
}

void SettingsPanel::setExpanded(bool expanded)
{
    m_section->setExpanded(expanded);
}

bool SettingsPanel::isExpanded() const
{
    return m_section->isExpanded();
}

void SettingsPanel::commitPending()
{
    for (QAbstractSpinBox* box : std::initializer_list<QAbstractSpinBox*>{
             m_examples, m_steps, m_learningRate, m_priorWeight})
        box->interpretText();
    commitSeed();
}

// Scrolling the column must not change the field that comes under the pointer.
bool SettingsPanel::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::Wheel && !static_cast<QWidget*>(watched)->hasFocus()) {
        event->ignore();
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

void SettingsPanel::commit(const ExplainSettings& settings)
{
    if (m_isShowing || isSame(settings, m_settings))
        return;
    m_settings = settings;
    showSettings();
    Q_EMIT settingsChanged(m_settings);
}

void SettingsPanel::commitSeed()
{
    bool isNumber = false;
    const std::uint64_t seed = m_seed->text().trimmed().toULongLong(&isNumber);
    ExplainSettings changed = m_settings;
    if (isNumber && seed <= mostSeed)
        changed.seed = seed;
    else
        reject(m_seed->text(), m_seed->accessibleName(), tr("0 to 2⁶³ − 1"));
    commit(changed);
    m_seed->setText(QString::number(m_settings.seed)); // what was no seed goes
}

void SettingsPanel::choosePreset(int index)
{
    if (index == byHandIndex)
        return;
    ExplainSettings changed = index == 0 && m_recommended ? *m_recommended
                              : index == forAllIndex
                                  ? presetSettings(Preset::Recommended)
                                  : presetSettings(presets[static_cast<std::size_t>(index)]);
    changed.examples = m_settings.examples;
    changed.seed = m_settings.seed;
    changed.directions = m_settings.directions;
    commit(changed);
}

void SettingsPanel::setRecommended(const std::optional<ExplainSettings>& recommended)
{
    const bool isNew = recommended.has_value() != m_recommended.has_value();
    m_recommended = recommended;
    if (isNew)
        showPresets();
    showSettings();
}

void SettingsPanel::showPresets()
{
    const QScopedValueRollback guard(m_isShowing, true);
    m_preset->clear();
    m_preset->addItems({m_recommended ? "Recommended for this unit" : "Recommended", "Paper C1",
                        "Paper C2", "Paper C3", "By hand"});
    if (m_recommended)
        m_preset->addItem("Recommended for all");
    // It is a consequence of typing, not a choice.
    auto* items = qobject_cast<QStandardItemModel*>(m_preset->model());
    items->item(byHandIndex)->setEnabled(false);
}

int SettingsPanel::presetIndex() const
{
    if (m_recommended && sameCourse(m_settings, *m_recommended))
        return 0;
    const std::optional<Preset> preset = presetOf(m_settings);
    if (m_recommended && preset == Preset::Recommended)
        return forAllIndex;
    return preset ? static_cast<int>(*preset) : byHandIndex;
}

void SettingsPanel::showSettings()
{
    const QScopedValueRollback guard(m_isShowing, true);
    m_preset->setCurrentIndex(presetIndex());
    m_examples->setValue(m_settings.examples);
    m_steps->setValue(m_settings.steps);
    m_learningRate->setValue(m_settings.learningRate);
    m_priorWeight->setValue(m_settings.priorWeight);
    m_seed->setText(QString::number(m_settings.seed));
    m_directions->setCurrentIndex(m_directions->findData(static_cast<int>(m_settings.directions)));
    m_scale->setCurrentIndex(m_scale->findData(static_cast<int>(m_settings.scale)));
    m_choice->setCurrentIndex(m_choice->findData(static_cast<int>(m_settings.choice)));
}

} // namespace earshot
