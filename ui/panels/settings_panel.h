// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/explain/settings.h"

#include <QStringList>
#include <QWidget>

#include <optional>

class QComboBox;
class QGridLayout;
class QLabel;
class QLineEdit;

namespace earshot {

class CountBox;
class NumberBox;
class Section;

// The preset with these numbers, scale and choice of the step (examples, seed and directions are
// nobody's); none: set by hand.
std::optional<Preset> presetOf(const ExplainSettings& settings);
// Whether they differ in examples, seed and directions at most.
bool sameCourse(const ExplainSettings& a, const ExplainSettings& b);
bool isSame(const ExplainSettings& a, const ExplainSettings& b); // in all that is shown of them

// All that decides an optimisation, and where it runs.
class SettingsPanel : public QWidget
{
    Q_OBJECT

public:
    explicit SettingsPanel(QWidget* parent = nullptr);

    // Emits nothing.
    void setSettings(const ExplainSettings& settings);
    ExplainSettings settings() const { return m_settings; }
    // What *recommended* means for the response and the directions, if a search chose it; none: the
    // same as for all others. Emits nothing.
    void setRecommended(const std::optional<ExplainSettings>& recommended);
    // reasonNoGpu: the tooltip of what stands below the choice then; empty if there is a GPU. Emits
    // nothing.
    void setDevices(const QStringList& names, int current, const QString& reasonNoGpu);
    void setExpanded(bool expanded);
    bool isExpanded() const;
    // Takes what is typed in a field that still has the focus, as leaving it would.
    void commitPending();

Q_SIGNALS:
    void settingsChanged(const ExplainSettings& settings); // once for each edit by the user
    void deviceChosen(int index);                          // by the user
    void expandedChanged(bool expanded);                   // by the user
    // What was typed was not taken, and why, for the user.
    void rejected(const QString& message);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void makeFields();
    void layOut(QGridLayout* grid);
    static int fieldRows(int place);
    void connectFields();
    void connectRanges();
    void reject(const QString& text, const QString& field, const QString& range);
    void addField(QGridLayout* grid, int place, int column, int columns, const QString& name,
                  const QString& symbol, QWidget* field, const QString& toolTip);
    void commit(const ExplainSettings& settings);
    void commitSeed();
    void choosePreset(int index);
    void showSettings();
    void showPresets();
    int presetIndex() const;

    ExplainSettings m_settings;
    std::optional<ExplainSettings> m_recommended;
    Section* m_section;
    QComboBox* m_preset;
    CountBox* m_examples;
    CountBox* m_steps;
    NumberBox* m_learningRate;
    NumberBox* m_priorWeight;
    QLineEdit* m_seed;
    QComboBox* m_directions;
    QComboBox* m_scale;
    QComboBox* m_choice;
    QComboBox* m_device;
    QLabel* m_noGpu;
    bool m_isShowing = false; // the program, not the user, changes the fields
};

} // namespace earshot
