// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/sound_bank.h"

#include <QTest>

#include <vector>

using namespace earshot;

class TestSoundBank : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void remembersBySpectrogramAndResponse()
    {
        SoundBank bank;
        bank.insert("fc9[0]", m_one, {0.5F}, 3);
        bank.insert("fc8[0]", m_one, {0.5F}, 4);
        QCOMPARE(bank.find("fc9[0]", m_one)->heard, 3.0);
        QCOMPARE(bank.find("fc8[0]", m_one)->heard, 4.0);
        QVERIFY(!bank.find("fc9[0]", m_other));
        bank.insert("fc9[0]", m_one, {0.25F}, 5);
        QCOMPARE(bank.find("fc9[0]", m_one)->heard, 5.0);
        QCOMPARE(bank.find("fc9[0]", m_one)->samples, std::vector<float>{0.25F});
    }

    // The same spectrogram is heard otherwise by another one.
    void everyClassifierHearsForItself()
    {
        SoundBank bank;
        bank.setClassifier("a");
        bank.insert("fc9[0]", m_one, {0.5F}, 3);
        bank.setClassifier("b");
        QVERIFY(!bank.find("fc9[0]", m_one));
        bank.insert("fc9[0]", m_one, {0.5F}, -3);
        bank.setClassifier("a");
        QCOMPARE(bank.find("fc9[0]", m_one)->heard, 3.0);
    }

    void theOldestGoFirst()
    {
        // Three sounds of as many examples, and a hundred of real music.
        constexpr int capacity = 3 * static_cast<int>(SoundBank::mostExamples) + 100;
        SoundBank bank;
        for (int i = 0; i <= capacity; ++i)
            bank.insert("fc9[0]", std::vector<float>{static_cast<float>(i)}, {}, i);
        QVERIFY(!bank.find("fc9[0]", std::vector<float>{0}));
        QCOMPARE(bank.find("fc9[0]", std::vector<float>{1})->heard, 1.0);
        QCOMPARE(bank.find("fc9[0]", std::vector<float>{capacity})->heard, 1.0 * capacity);
    }

private:
    const std::vector<float> m_one{1, 2, 3};
    const std::vector<float> m_other{1, 2, 4};
};

QTEST_GUILESS_MAIN(TestSoundBank)
#include "tst_sound_bank.moc"
