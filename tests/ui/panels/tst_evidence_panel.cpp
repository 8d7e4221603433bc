// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/evidence_panel.h"
#include "ui/theme/theme.h"

#include <QApplication>
#include <QLabel>
#include <QStringList>
#include <QTest>

#include <limits>
#include <memory>

using namespace earshot;

namespace {

DirectionEvidence knownEvidence()
{
    DirectionEvidence evidence;
    evidence.response = 6.31;
    evidence.percentile = 99.2;
    evidence.heard = 5.9;
    evidence.heardKept = 7;
    evidence.heardCount = 8;
    evidence.examples = 8;
    evidence.witness = 4.24;
    evidence.witnessOnSide = 6;
    evidence.witnessCount = 8;
    evidence.distance = 1.16;
    evidence.latentNorm = 11.04;
    evidence.realResponse = 6.6;
    evidence.realHeard = 6.1;
    return evidence;
}

} // namespace

class TestEvidencePanel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        applyTheme(*qApp, Theme::Light);
        m_panel = std::make_unique<EvidencePanel>();
        m_panel->resize(260, 400);
        m_panel->show();
    }
    void cleanup() { m_panel.reset(); }

    void nothingIsKnownAtFirst()
    {
        for (const QLabel* label : values())
            QCOMPARE(label->text(), QString::fromUtf8("–"));
        QCOMPARE(values().size(), qsizetype(12));
    }

    void everyNumberHasItsPlace()
    {
        Evidence evidence;
        evidence.response = "fc9[0]";
        evidence.positive = knownEvidence();
        m_panel->setEvidence(evidence);
        QCOMPARE(value("Response, positive")->text(), QString("+6.3"));
        QCOMPARE(value("Heard, positive")->text(), QString("+5.9"));
        QCOMPARE(value("Witness, positive")->text(), QString("+4.2"));
        QCOMPARE(value("Distance, positive")->text(), QString("1.2"));
        QCOMPARE(value(QString::fromUtf8("‖z‖, positive"))->text(), QString("11.0"));
        QCOMPARE(value("Ceiling, positive")->text(), QString("+6.1"));
        QCOMPARE(value("Response, negative")->text(), QString::fromUtf8("–"));
        QCOMPARE(value("Heard, positive")->accessibleName(),
                 QString("Heard, positive: +5.9 7 of 8"));
        for (const char* text :
             {"fc9[0]", "p99.2", "7 of 8", "6 of 8", "of all 8", "in 9.9–12.7", "of +6.6"})
            QVERIFY2(label(text), text);
    }

    void unfinishedIsSaidSo()
    {
        Evidence evidence;
        evidence.negative = knownEvidence();
        evidence.negative->heardCount = 3;
        evidence.negative->heardKept = 3;
        evidence.negative->isProvisional = true;
        m_panel->setEvidence(evidence);
        QVERIFY(label("3 of 3 …"));
        QVERIFY(label("provisional"));
        QVERIFY(!label("of all 8"));
        // The others cannot be heard: that is all.
        evidence.negative->soundless = 5;
        m_panel->setEvidence(evidence);
        QVERIFY(label("3 of 3"));
    }

    void aWitnessThatWasNotAskedCountsNothing()
    {
        Evidence evidence;
        evidence.positive = knownEvidence();
        evidence.positive->witnessCount = 0;
        m_panel->setEvidence(evidence);
        QVERIFY(!label("6 of 8"));
        QVERIFY(label("7 of 8")); // heard
    }

    void latentNormOutsideItsBand_data()
    {
        QTest::addColumn<double>("norm");
        QTest::addColumn<QString>("expected");
        QTest::addColumn<bool>("isError");
        QTest::newRow("low") << 9.8 << "below 9.9" << true;
        QTest::newRow("lower edge") << 9.9 << QString::fromUtf8("in 9.9–12.7") << false;
        QTest::newRow("upper edge") << 12.7 << QString::fromUtf8("in 9.9–12.7") << false;
        QTest::newRow("high") << 12.8 << "above 12.7" << true;
    }
    void latentNormOutsideItsBand()
    {
        QFETCH(double, norm);
        QFETCH(QString, expected);
        QFETCH(bool, isError);
        Evidence evidence;
        evidence.positive = knownEvidence();
        evidence.positive->latentNorm = norm;
        m_panel->setEvidence(evidence);
        const QLabel* detail = label(expected);
        QVERIFY(detail);
        const auto isRed = [&] {
            return detail->palette().color(detail->foregroundRole()) ==
                   errorText(m_panel->palette());
        };
        QCOMPARE(isRed(), isError);
        applyTheme(*qApp, Theme::Dark);
        QCOMPARE(isRed(), isError);
    }

    void problemAndNoteAreShownWhenThereAreAny()
    {
        Evidence evidence;
        evidence.problem = "This unit is 0 for all 50 starts: use its pre-activation.";
        evidence.note = "Listening to example 3 of 8";
        m_panel->setEvidence(evidence);
        QVERIFY(label(evidence.problem)->isVisible());
        QVERIFY(label(evidence.note)->isVisible());
        const QLabel* problem = label(evidence.problem);
        m_panel->setEvidence({});
        QVERIFY(!problem->isVisible());
    }

    // What stands below or beside the panel does not move, whatever there is to say.
    void nothingMovesWhenEvidenceArrives()
    {
        const QSize atFirst = m_panel->minimumSizeHint();
        const QList<int> places = edges();
        Evidence evidence;
        evidence.response = QStringList(20, "fc8[1]").join(" - ") + ", start 1";
        evidence.positive = knownEvidence();
        evidence.positive->isProvisional = true;
        evidence.negative = knownEvidence();
        evidence.negative->latentNorm = 13;
        evidence.problem = "This unit is 0 for all 50 starts: use its pre-activation.";
        evidence.note = "Witness: in how many of the sounds it hears “vocal”. Whether that agrees "
                        "with this response, it cannot say.";
        m_panel->setEvidence(evidence);
        QCoreApplication::processEvents();
        QCOMPARE(m_panel->minimumSizeHint(), atFirst);
        QCOMPARE(edges(), places);
        QCOMPARE(label(evidence.response)->toolTip(), evidence.response);
    }

    // At its least width, every number and what is said of it can be read.
    void nothingIsCut()
    {
        Evidence evidence;
        evidence.positive = knownEvidence();
        evidence.negative = knownEvidence();
        evidence.negative->latentNorm = 13;
        m_panel->setEvidence(evidence);
        m_panel->resize(m_panel->minimumSizeHint());
        QCoreApplication::processEvents();
        for (const char* text : {"in 9.9–12.7", "above 12.7", "p99.2"}) {
            QVERIFY(label(text)->width() >= label(text)->sizeHint().width());
            QVERIFY(label(text)->geometry().right() < m_panel->width());
        }
    }

    void extremesAreWords()
    {
        Evidence evidence;
        evidence.positive = knownEvidence();
        evidence.positive->percentile = std::numeric_limits<double>::infinity();
        m_panel->setEvidence(evidence);
        QVERIFY(label("> max"));
    }

    void everyRowTeaches()
    {
        for (const QLabel* value : values())
            QVERIFY2(value->toolTip().size() > 80, qPrintable(value->accessibleName()));
    }

private:
    QList<int> edges() const
    {
        QList<int> list;
        for (const QLabel* value : values())
            list += value->mapTo(m_panel.get(), QPoint()).y();
        return list;
    }
    QList<QLabel*> values() const
    {
        QList<QLabel*> list;
        for (QLabel* label : m_panel->findChildren<QLabel*>())
            if (label->accessibleName().contains(", "))
                list += label;
        return list;
    }
    const QLabel* value(const QString& name) const
    {
        for (const QLabel* label : values())
            if (label->accessibleName().startsWith(name + ":"))
                return label;
        qFatal("no value %s", qPrintable(name));
    }
    const QLabel* label(const QString& text) const
    {
        for (const QLabel* label : m_panel->findChildren<QLabel*>())
            if (label->text() == text)
                return label;
        return nullptr;
    }

    std::unique_ptr<EvidencePanel> m_panel;
};

QTEST_MAIN(TestEvidencePanel)
#include "tst_evidence_panel.moc"
