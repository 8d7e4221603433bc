// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/util/output_path.h"
#include "tests/support/failure.h"
#include "tests/support/files.h"

#include <QTest>

using namespace earshot;

class TestOutputPath : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theInputIsRefusedHoweverItIsNamed()
    {
        const TestFolder folder;
        folder.write("song", "a song");
        folder.write("other", "a song");
        std::filesystem::create_directory(folder.path("below"));
        std::filesystem::create_symlink(folder.path("song"), folder.path("link"));
        std::filesystem::create_hard_link(folder.path("song"), folder.path("hard"));
        const auto song = folder.path("song");
        QCOMPARE(badInputOf([&] { requireNotInput(song, song); }),
                 "'" + folder.name("song") + "': is the input itself: give another file");
        for (const char* name : {"link", "hard", "below/../song"})
            QCOMPARE(badInputOf([&] { requireNotInput(folder.path(name), song); }),
                     "'" + folder.name(name) + "': is the input itself, " + folder.name("song") +
                         ": give another file");
    }

    void othersAreNot()
    {
        const TestFolder folder;
        folder.write("song", "a song");
        folder.write("other", "a song");
        const auto song = folder.path("song");
        requireNotInput(folder.path("other"), song);
        requireNotInput(folder.path("none"), song);
        requireNotInput(folder.path("none"), folder.path("none"));
        requireNotInput(folder.path("."), folder.path(".")); // nothing overwrites a folder
    }
};

QTEST_APPLESS_MAIN(TestOutputPath)
#include "tst_output_path.moc"
