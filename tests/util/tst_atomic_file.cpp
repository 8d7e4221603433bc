// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/util/atomic_file.h"
#include "tests/support/failure.h"
#include "tests/support/files.h"
#include "tests/support/full_disk.h"

#include <QtTest>

#include <fstream>
#include <string>
#include <sys/stat.h>

using namespace earshot;

namespace {

std::span<const std::byte> bytesOf(std::string_view text)
{
    return std::as_bytes(std::span(text));
}

} // namespace

class TestAtomicFile : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void appearsOnCommitOnly()
    {
        const TestFolder folder;
        {
            AtomicFile file(folder.path("a.txt"));
            file.write("one ");
            file.write("two");
            QVERIFY(!folder.entries().contains("a.txt"));
            QCOMPARE(folder.entries().size(), 1); // the temporary
            file.commit();
            QCOMPARE(folder.entries(), QStringList{"a.txt"});
        }
        QCOMPARE(folder.entries(), QStringList{"a.txt"});
        QCOMPARE(folder.read("a.txt"), "one two");
    }

    void withoutCommitTheTargetIsKept()
    {
        const TestFolder folder;
        folder.write("a.txt", "old");
        {
            AtomicFile file(folder.path("a.txt"));
            file.write("new");
            QCOMPARE(folder.read("a.txt"), "old");
        }
        QCOMPARE(folder.read("a.txt"), "old");
        QCOMPARE(folder.entries(), QStringList{"a.txt"});
    }

    void commitReplacesALongerFile()
    {
        const TestFolder folder;
        folder.write("a.txt", "much longer than before");
        writeFileAtomically(folder.path("a.txt"), "short");
        QCOMPARE(folder.read("a.txt"), "short");
    }

    void writeAtOverwritesAndExtends()
    {
        const TestFolder folder;
        AtomicFile file(folder.path("a.txt"));
        file.write("0123456789");
        file.writeAt(2, bytesOf("AB"));
        file.writeAt(9, bytesOf("XYZ"));
        file.write("-"); // goes on where write() stopped
        file.commit();
        QCOMPARE(folder.read("a.txt"), "01AB45678X-Z");
    }

    void otherLibrariesMayOpenTheTemporary()
    {
        const TestFolder folder;
        AtomicFile file(folder.path("a.txt"));
        std::ofstream(file.temporaryPath()) << "from elsewhere";
        file.commit();
        QCOMPARE(folder.read("a.txt"), "from elsewhere");
    }

    void permissionsFollowTheMask()
    {
        const TestFolder folder;
        const mode_t before = ::umask(027);
        writeFileAtomically(folder.path("a.txt"), "x");
        ::umask(before);
        struct stat status = {};
        QCOMPARE(::stat(folder.path("a.txt").c_str(), &status), 0);
        QCOMPARE(status.st_mode & 0777, mode_t(0640));
    }

    void missingFoldersAreMade()
    {
        const TestFolder folder;
        writeFileAtomically(folder.path("deep/down/a.txt"), "x");
        QCOMPARE(folder.read("deep/down/a.txt"), "x");
    }

    // A killed process leaves its temporary; whoever is still writing keeps his.
    void whatWasAbandonedIsRemoved()
    {
        const TestFolder folder;
        folder.write("result.1234567-1.partial", "of a killed process");
        const QStringList others{"other.1234567-1.partial",  "result.partial",
                                 "result.12.partial",        "result.12-x.partial",
                                 "result.-1.partial",        "result.12-.partial",
                                 "result.12-1.partial.kept", "xresult.12-1.partial"};
        for (const QString& other : others)
            folder.write(other, "of somebody");
        AtomicFile first(folder.path("result"));
        first.write("first");
        QVERIFY(!folder.entries().contains("result.1234567-1.partial"));
        for (const QString& other : others)
            QVERIFY2(folder.entries().contains(other), qPrintable(other));
        AtomicFile second(folder.path("result"));
        QVERIFY(std::filesystem::exists(first.temporaryPath()));
        second.write("second");
        second.commit();
        first.commit();
        QCOMPARE(folder.read("result"), QByteArray("first"));
        QCOMPARE(folder.entries().size(), others.size() + 1);
    }

    // Without a folder in its name too.
    void ofARelativePath()
    {
        const TestFolder folder;
        folder.write("result.1234567-1.partial", "of a killed process");
        const std::filesystem::path before = std::filesystem::current_path();
        const auto back = qScopeGuard([&] { std::filesystem::current_path(before); });
        std::filesystem::current_path(folder.path(""));
        writeFileAtomically("result", "whole");
        QCOMPARE(folder.entries(), QStringList{"result"});
    }

    void twoWritersOfOneTargetDoNotMix()
    {
        const TestFolder folder;
        AtomicFile first(folder.path("a.txt"));
        AtomicFile second(folder.path("a.txt"));
        QVERIFY(first.temporaryPath() != second.temporaryPath());
        first.write("first");
        second.write("second");
        second.commit();
        QCOMPARE(folder.read("a.txt"), "second");
        first.commit();
        QCOMPARE(folder.read("a.txt"), "first");
        QCOMPARE(folder.entries(), QStringList{"a.txt"});
    }

    void refusesTarget_data()
    {
        QTest::addColumn<QString>("target");
        QTest::addColumn<QString>("why");
        QTest::newRow("folder") << "folder"
                                << "it is a folder";
        QTest::newRow("new folder") << "new/"
                                    << "it is a folder";
        QTest::newRow("link to a folder") << "link"
                                          << "it is a folder";
        QTest::newRow("below a file") << "file/a.txt"
                                      << "its folder cannot be made: Not a directory";
        QTest::newRow("far below a file") << "file/b/c/a.txt"
                                          << "its folder cannot be made: Not a directory";
        QTest::newRow("below a loop of links")
            << "loop/a.txt"
            << "its folder cannot be made: Too many levels of symbolic links";
        QTest::newRow("name too long") << QString(300, 'a') << "File name too long";
        QTest::newRow("pipe") << "pipe"
                              << "it is not a regular file";
    }

    void refusesTarget()
    {
        QFETCH(QString, target);
        QFETCH(QString, why);
        const TestFolder folder;
        folder.write("file", "kept");
        QVERIFY(QDir().mkdir(folder.name("folder")));
        QVERIFY(QFile::link(folder.name("folder"), folder.name("link")));
        QVERIFY(QFile::link(folder.name("loop"), folder.name("loop")));
        QCOMPARE(::mkfifo(folder.path("pipe").c_str(), 0600), 0);
        const QStringList before = folder.entries();
        const QString said = failureOf([&] { AtomicFile file(folder.path(target)); });
        QCOMPARE(said, "cannot write: '" + folder.name(target) + "': cannot be written: " + why);
        QCOMPARE(folder.entries(), before);
        QCOMPARE(folder.read("file"), "kept");
    }

    // As root a rename would put a file in the device's place.
    void refusesADevice()
    {
        QCOMPARE(failureOf([] { AtomicFile file("/dev/null"); }),
                 "cannot write: '/dev/null': cannot be written: it is not a regular file");
    }

    void fullDisk_data()
    {
        QTest::addColumn<bool>("at");
        QTest::newRow("write") << false;
        QTest::newRow("writeAt") << true;
    }

    void fullDisk()
    {
        QFETCH(bool, at);
        const TestFolder folder;
        folder.write("a.txt", "old");
        const FullDisk disk(4096);
        const std::string text(4097, 'x');
        const QString said = failureOf([&] {
            AtomicFile file(folder.path("a.txt"));
            if (at)
                file.writeAt(0, bytesOf(text));
            else
                file.write(text);
            file.commit();
        });
        QCOMPARE(said,
                 "cannot write: '" + folder.name("a.txt") + "': cannot be written: File too large");
        QCOMPARE(folder.read("a.txt"), "old");
        QCOMPARE(folder.entries(), QStringList{"a.txt"});
        // What still fits is written.
        writeFileAtomically(folder.path("a.txt"), std::string_view(text).substr(1));
        QCOMPARE(folder.read("a.txt").size(), 4096);
    }

    void commitFailsIfAFolderCameBetween()
    {
        const TestFolder folder;
        const QString said = failureOf([&] {
            AtomicFile file(folder.path("a"));
            file.write("x");
            QVERIFY(QDir().mkpath(folder.name("a/inside")));
            file.commit();
        });
        QVERIFY2(said.startsWith("cannot write: '" + folder.name("a") +
                                 "': cannot be renamed into place: "),
                 qPrintable(said));
        QCOMPARE(folder.entries(), QStringList{"a"});
    }

    void commitFailsIfTheFolderIsGone()
    {
        const TestFolder folder;
        const QString said = failureOf([&] {
            AtomicFile file(folder.path("sub/a"));
            QVERIFY(QDir(folder.name("sub")).removeRecursively());
            file.commit();
        });
        QCOMPARE(said, "cannot write: '" + folder.name("sub/a") +
                           "': cannot be renamed into place: No such file or directory");
        QCOMPARE(folder.entries(), QStringList{});
    }

    void nothingIsWrittenAfterCommit()
    {
        const TestFolder folder;
        AtomicFile file(folder.path("a.txt"));
        file.write("x");
        file.commit();
        QVERIFY(failureOf([&] { file.write("y"); }).startsWith("cannot write: "));
        QVERIFY(failureOf([&] { file.commit(); }).startsWith("cannot write: "));
        QCOMPARE(folder.read("a.txt"), "x");
    }
};

QTEST_APPLESS_MAIN(TestAtomicFile)
#include "tst_atomic_file.moc"
