// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/number_box.h"
#include "ui/panels/settings_panel.h"

#include <QAbstractItemView>
#include <QApplication>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTest>
#include <QToolButton>
#include <QWheelEvent>

#include <memory>

using namespace earshot;

class TestSettingsPanel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_panel = std::make_unique<SettingsPanel>();
        m_panel->resize(260, 500);
        m_panel->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_panel.get()));
        m_edits.clear();
        connect(m_panel.get(), &SettingsPanel::settingsChanged, m_panel.get(),
                [this](const ExplainSettings& settings) { m_edits.push_back(settings); });
    }
    void cleanup() { m_panel.reset(); }

    void startsAsRecommended()
    {
        QCOMPARE(box("Preset")->currentText(), QString("Recommended"));
        QCOMPARE(box("Response")->currentText(), QString("Divided by its spread"));
        QCOMPARE(box("Step shown")->currentText(), QString("Smallest distance"));
        QCOMPARE(count("Examples")->value(), 8);
        QCOMPARE(number("Learning rate")->text(), QString("0.01"));
    }

    void setSettingsIsSilent()
    {
        ExplainSettings settings = presetSettings(Preset::C3);
        settings.examples = 50;
        settings.seed = 12345678901234567U;
        settings.directions = Directions::Negative;
        m_panel->setSettings(settings);
        QCOMPARE(m_edits.size(), std::size_t(0));
        QCOMPARE(box("Preset")->currentText(), QString("Paper C3"));
        QCOMPARE(count("Steps")->value(), 1000);
        QCOMPARE(number("Learning rate")->text(), QString("0.1"));
        QCOMPARE(field<QLineEdit>("Seed")->text(), QString("12345678901234567"));
        QCOMPARE(box("Directions")->currentText(), QString("Negative"));
        QCOMPARE(box("Response")->currentText(), QString("Raw"));
        QCOMPARE(m_panel->settings().seed, settings.seed);
    }

    // As typed on many keyboards.
    void commaIsAPoint()
    {
        NumberBox* box = number("Prior weight");
        box->setFocus();
        box->selectAll();
        QTest::keyClicks(box, "0,5");
        QTest::keyClick(box, Qt::Key_Return);
        QCOMPARE(box->value(), 0.5);
        QCOMPARE(m_edits.back().priorWeight, 0.5);
    }

    void whatIsNotTakenIsSaid_data()
    {
        QTest::addColumn<QString>("field");
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("range");
        QTest::newRow("too few") << "Steps"
                                 << "0"
                                 << "1 to 100,000";
        QTest::newRow("none") << "Examples"
                              << ""
                              << "1 to 100,000";
        QTest::newRow("negative") << "Learning rate"
                                  << "-1"
                                  << "above 0, at most 10";
        QTest::newRow("too many") << "Prior weight"
                                  << "1e9"
                                  << "0 to 1000";
        QTest::newRow("seed") << "Seed"
                              << "-5"
                              << "0 to 2⁶³ − 1";
        QTest::newRow("long seed") << "Seed"
                                   << "12345678901234567890123"
                                   << "0 to 2⁶³ − 1";
    }
    void whatIsNotTakenIsSaid()
    {
        QFETCH(QString, field);
        QFETCH(QString, text);
        QFETCH(QString, range);
        const ExplainSettings before = m_panel->settings();
        QSignalSpy rejected(m_panel.get(), &SettingsPanel::rejected);
        QWidget* box = this->field<QWidget>(field);
        box->setFocus();
        QTest::keyClick(box, Qt::Key_A, Qt::ControlModifier);
        QTest::keyClick(box, Qt::Key_Backspace);
        QTest::keyClicks(box, text);
        QTest::keyClick(box, Qt::Key_Return);
        QVERIFY(!rejected.isEmpty());
        QCOMPARE(rejected.front().front().toString(),
                 QString("“%1” was not taken. %2: %3").arg(text, field, range));
        QVERIFY(isSame(m_panel->settings(), before));
        QVERIFY(m_edits.empty());
    }

    void presetKeepsExamplesSeedAndDirections()
    {
        ExplainSettings settings;
        settings.examples = 20;
        settings.seed = 7;
        settings.directions = Directions::Positive;
        m_panel->setSettings(settings);
        choose("Preset", 2);
        QCOMPARE(m_edits.size(), std::size_t(1));
        QCOMPARE(presetOf(m_edits[0]), std::optional(Preset::C2));
        QCOMPARE(m_edits[0].steps, 500);
        QCOMPARE(m_edits[0].examples, 20);
        QCOMPARE(m_edits[0].seed, std::uint64_t(7));
        QCOMPARE(m_edits[0].directions, Directions::Positive);
        choose("Preset", 2); // the same again is no edit
        QCOMPARE(m_edits.size(), std::size_t(1));
    }

    // After a search: this unit has its own, and that of all others is still a choice.
    void recommendedForThisUnit()
    {
        ExplainSettings own = presetSettings(Preset::C1);
        own.learningRate = 0.1;
        own.steps = 63;
        m_panel->setRecommended(own);
        QCOMPARE(box("Preset")->currentText(), QString("Recommended for all"));
        choose("Preset", 0);
        QCOMPARE(m_edits.size(), std::size_t(1));
        QVERIFY(sameCourse(m_edits[0], own));
        QCOMPARE(box("Preset")->currentText(), QString("Recommended for this unit"));
        QCOMPARE(box("Step shown")->currentText(), QString("Last"));
        choose("Preset", box("Preset")->count() - 1);
        QCOMPARE(presetOf(m_edits[1]), std::optional(Preset::Recommended));
        type("Steps", "63");
        QCOMPARE(box("Preset")->currentText(), QString("By hand"));
        m_panel->setSettings(own);
        m_panel->setRecommended(std::nullopt);
        QCOMPARE(box("Preset")->currentText(), QString("By hand"));
        QCOMPARE(box("Preset")->count(), 5);
        QCOMPARE(m_edits.size(), std::size_t(3));
    }

    // One whose numbers are the paper's is recommended all the same.
    void recommendedAsInThePaper()
    {
        m_panel->setRecommended(presetSettings(Preset::C1));
        choose("Preset", 1);
        QCOMPARE(box("Preset")->currentText(), QString("Recommended for this unit"));
    }

    void typedNumberIsByHand_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("typed");
        QTest::newRow("steps") << "Steps"
                               << "250";
        QTest::newRow("learning rate") << "Learning rate"
                                       << "2e-3";
        QTest::newRow("prior weight") << "Prior weight"
                                      << "0.5";
    }
    void typedNumberIsByHand()
    {
        QFETCH(QString, name);
        QFETCH(QString, typed);
        type(name, typed);
        QCOMPARE(m_edits.size(), std::size_t(1)); // not one for each digit
        // Scale and step stay what they were.
        QCOMPARE(m_edits[0].scale, ResponseScale::Deviation);
        QCOMPARE(m_edits[0].choice, StepChoice::SmallestDistance);
        QCOMPARE(box("Preset")->currentText(), QString("By hand"));
        QCOMPARE(box("Step shown")->currentText(), QString("Smallest distance"));
        const double value = name == "Steps"           ? m_edits[0].steps
                             : name == "Learning rate" ? m_edits[0].learningRate
                                                       : m_edits[0].priorWeight;
        QCOMPARE(value, typed.toDouble());
    }

    void examplesSeedAndDirectionsBelongToEveryPreset()
    {
        type("Examples", "50");
        choose("Directions", 1);
        auto* seed = field<QLineEdit>("Seed");
        seed->selectAll();
        QTest::keyClicks(seed, "9223372036854775807");
        QTest::keyClick(seed, Qt::Key_Return);
        QCOMPARE(m_edits.size(), std::size_t(3));
        QCOMPARE(m_edits[2].examples, 50);
        QCOMPARE(m_edits[2].directions, Directions::Positive);
        QCOMPARE(m_edits[2].seed, std::uint64_t(9223372036854775807U));
        QCOMPARE(presetOf(m_edits[2]), std::optional(Preset::Recommended));
    }

    void noSeedGoesBack_data()
    {
        QTest::addColumn<QString>("typed");
        QTest::newRow("letters") << "abc";
        QTest::newRow("negative") << "-1";
        QTest::newRow("2^63") << "9223372036854775808";
        QTest::newRow("empty") << "";
    }
    void noSeedGoesBack()
    {
        QFETCH(QString, typed);
        auto* seed = field<QLineEdit>("Seed");
        seed->selectAll();
        QTest::keyClick(seed, Qt::Key_Delete);
        QTest::keyClicks(seed, typed);
        QTest::keyClick(seed, Qt::Key_Return);
        QCOMPARE(m_edits.size(), std::size_t(0));
        QCOMPARE(seed->text(), QString("0"));
    }

    void scaleAndStepAreChosen()
    {
        choose("Response", 1);
        QCOMPARE(m_edits.size(), std::size_t(1));
        QCOMPARE(m_edits[0].scale, ResponseScale::Raw);
        QCOMPARE(m_edits[0].choice, StepChoice::SmallestDistance);
        QCOMPARE(box("Preset")->currentText(), QString("By hand"));
        // These are the numbers of C1.
        choose("Step shown", 1);
        QCOMPARE(m_edits[1].choice, StepChoice::Last);
        QCOMPARE(box("Preset")->currentText(), QString("Paper C1"));
        // By keys alone.
        QVERIFY(box("Response")->focusPolicy() & Qt::TabFocus);
        box("Response")->setFocus();
        QTest::keyClick(box("Response"), Qt::Key_Up);
        QCOMPARE(m_edits[2].scale, ResponseScale::Deviation);
        m_panel->setSettings(presetSettings(Preset::C1));
        QCOMPARE(box("Response")->currentText(), QString("Raw"));
        QCOMPARE(m_edits.size(), std::size_t(3));
    }

    // The numbers of C2 typed by hand are C2, with its scale and its step.
    void typedPresetIsThatPreset()
    {
        choose("Preset", 1);
        type("Steps", "500");
        type("Prior weight", "0.01");
        QCOMPARE(box("Preset")->currentText(), QString("Paper C2"));
    }

    void byHandIsNoChoice()
    {
        auto* preset = box("Preset");
        QCOMPARE(preset->count(), 5);
        QVERIFY(!(preset->model()->flags(preset->model()->index(4, 0)) & Qt::ItemIsEnabled));
    }

    void valuesStayInRange()
    {
        type("Learning rate", "0");
        type("Prior weight", "5000");
        for (const ExplainSettings& settings : m_edits)
            checkSettings(settings); // throws
        QVERIFY(m_panel->settings().learningRate > 0);
        QVERIFY(m_panel->settings().priorWeight <= 1000);
    }

    void stepsOfNumbers_data()
    {
        QTest::addColumn<double>("from");
        QTest::addColumn<int>("steps");
        QTest::addColumn<double>("to");
        QTest::newRow("up") << 0.01 << 1 << 0.02;
        QTest::newRow("up twice") << 0.02 << 2 << 0.1;
        QTest::newRow("down") << 0.01 << -1 << 0.005;
        QTest::newRow("between") << 0.03 << 1 << 0.05;
        QTest::newRow("down between") << 0.03 << -1 << 0.02;
        QTest::newRow("from 0") << 0.0 << 1 << 1e-5;
        QTest::newRow("to 0") << 1e-5 << -1 << 0.0;
        QTest::newRow("at the top") << 1000.0 << 1 << 1000.0;
        QTest::newRow("at 0") << 0.0 << -1 << 0.0;
    }
    void stepsOfNumbers()
    {
        QFETCH(double, from);
        QFETCH(int, steps);
        QFETCH(double, to);
        NumberBox number(0, 1000, 1e-5);
        number.setValue(from);
        number.stepBy(steps);
        QCOMPARE(number.value(), to);
    }

    // It lies in a column that scrolls.
    void wheelChangesOnlyTheFocusedField()
    {
        auto* steps = count("Steps");
        const auto turn = [steps] {
            QWheelEvent event({5, 5}, steps->mapToGlobal(QPointF(5, 5)), {}, {0, 120}, Qt::NoButton,
                              Qt::NoModifier, Qt::NoScrollPhase, false);
            QApplication::sendEvent(steps, &event);
        };
        count("Examples")->setFocus();
        turn();
        QCOMPARE(steps->value(), 100);
        QVERIFY(QTest::qWaitForWindowActive(m_panel.get()));
        steps->setFocus();
        turn();
        QVERIFY(steps->value() > 100);
        QCOMPARE(m_edits.size(), std::size_t(1));
    }

    void devices()
    {
        QSignalSpy chosen(m_panel.get(), &SettingsPanel::deviceChosen);
        m_panel->setDevices({"CPU", "GPU"}, 1, {});
        QCOMPARE(box("Device")->currentText(), QString("GPU"));
        choose("Device", 0);
        QCOMPARE(chosen.size(), 1);
        QCOMPARE(chosen.at(0).at(0).toInt(), 0);
        m_panel->setDevices({"CPU"}, 0, "no driver was found");
        QCOMPARE(chosen.size(), 1);
        bool isShown = false;
        for (const QLabel* label : m_panel->findChildren<QLabel*>())
            isShown = isShown || (label->text().startsWith("No GPU") && label->isVisible() &&
                                  label->toolTip() == "no driver was found");
        QVERIFY(isShown);
    }

    void everyFieldTeaches()
    {
        for (const char* name : {"Preset", "Examples", "Steps", "Learning rate", "Prior weight",
                                 "Seed", "Directions", "Response", "Step shown", "Device"})
            QVERIFY2(field<QWidget>(name)->toolTip().size() > 40, name);
    }

    void opensAndCloses()
    {
        QSignalSpy expandedChanged(m_panel.get(), &SettingsPanel::expandedChanged);
        m_panel->setExpanded(false);
        QVERIFY(!box("Preset")->isVisible());
        QCOMPARE(expandedChanged.size(), 0);
        QTest::mouseClick(m_panel->findChild<QToolButton*>(), Qt::LeftButton);
        QVERIFY(m_panel->isExpanded());
        QVERIFY(box("Preset")->isVisible());
        QCOMPARE(expandedChanged.size(), 1);
        QTest::keyClick(m_panel->findChild<QToolButton*>(), Qt::Key_Return);
        QVERIFY(!m_panel->isExpanded());
        QCOMPARE(expandedChanged.size(), 2);
    }

private:
    template <typename Widget>
    Widget* field(const QString& name) const
    {
        for (Widget* widget : m_panel->findChildren<Widget*>())
            if (widget->accessibleName().section(':', 0, 0) == name)
                return widget;
        qFatal("no field %s", qPrintable(name));
    }
    QComboBox* box(const QString& name) const { return field<QComboBox>(name); }
    QSpinBox* count(const QString& name) const { return field<QSpinBox>(name); }
    NumberBox* number(const QString& name) const { return field<NumberBox>(name); }

    // As the user does: keys to the entry, from the first.
    void choose(const QString& name, int index)
    {
        QComboBox* combo = box(name);
        combo->setFocus();
        combo->showPopup();
        QAbstractItemView* view = combo->view();
        view->setCurrentIndex(combo->model()->index(index, 0));
        QTest::keyClick(view, Qt::Key_Return);
    }
    void type(const QString& name, const QString& typed)
    {
        auto* spin = field<QAbstractSpinBox>(name);
        spin->setFocus();
        spin->selectAll();
        QTest::keyClicks(spin, typed);
        QTest::keyClick(spin, Qt::Key_Return);
    }

    std::unique_ptr<SettingsPanel> m_panel;
    std::vector<ExplainSettings> m_edits;
};

QTEST_MAIN(TestSettingsPanel)
#include "tst_settings_panel.moc"
