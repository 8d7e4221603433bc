// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/corpus/sound_ending.h"

#include <QTest>

using namespace earshot;

class TestSoundEnding : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void endings_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<SoundEnding>("expected");
        QTest::newRow("wave") << "a/song.wav" << SoundEnding::Readable;
        QTest::newRow("capitals") << "SONG.Flac" << SoundEnding::Readable;
        QTest::newRow("of several dots") << "1. song.v2.opus" << SoundEnding::Readable;
        QTest::newRow("Apple's old") << "song.aiff" << SoundEnding::Readable;
        QTest::newRow("Apple's new") << "song.M4A" << SoundEnding::Unreadable;
        QTest::newRow("film") << "song.mp4" << SoundEnding::Unreadable;
        QTest::newRow("picture") << "cover.jpg" << SoundEnding::None;
        QTest::newRow("none") << "wav" << SoundEnding::None;
        QTest::newRow("hidden") << ".wav" << SoundEnding::None;
        QTest::newRow("in the folder's name") << "a.wav/readme" << SoundEnding::None;
    }
    void endings()
    {
        QFETCH(QString, path);
        QTEST(soundEnding(path.toStdString()), "expected");
    }
};

QTEST_APPLESS_MAIN(TestSoundEnding)
#include "tst_sound_ending.moc"
