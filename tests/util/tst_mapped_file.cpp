// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/util/mapped_file.h"
#include "tests/support/failure.h"
#include "tests/support/files.h"

#include <QtTest>

#include <sys/stat.h>
#include <utility>

using namespace earshot;

namespace {

QByteArray contents(const MappedFile& file)
{
    const auto bytes = file.bytes();
    return {reinterpret_cast<const char*>(bytes.data()), static_cast<qsizetype>(bytes.size())};
}

} // namespace

class TestMappedFile : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void showsTheWholeFile_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("one byte") << QByteArray(1, '\0');
        QTest::newRow("one page") << QByteArray(4096, 'p');
        QTest::newRow("a byte more") << QByteArray(4097, 'p');
    }

    void showsTheWholeFile()
    {
        QFETCH(QByteArray, bytes);
        const TestFolder folder;
        folder.write("a", bytes);
        QCOMPARE(contents(MappedFile(folder.path("a"))), bytes);
    }

    void bytesStayWhenMovedOrUnlinked()
    {
        const TestFolder folder;
        folder.write("a", "first");
        folder.write("b", "second");
        MappedFile first(folder.path("a"));
        const std::byte* address = first.bytes().data();
        MappedFile moved(std::move(first));
        QVERIFY(QFile::remove(folder.name("a")));
        QCOMPARE(moved.bytes().data(), address);
        MappedFile other(folder.path("b"));
        other = std::move(moved);
        QCOMPARE(other.bytes().data(), address);
        QCOMPARE(contents(other), "first");
    }

    void refuses_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("why");
        QTest::newRow("missing") << "missing"
                                 << "No such file or directory";
        QTest::newRow("below a file") << "file/a"
                                      << "Not a directory";
        QTest::newRow("folder") << "folder"
                                << "it is a folder";
        // Without a writer, opening it in the ordinary way would never return.
        QTest::newRow("pipe") << "pipe"
                              << "it is not a regular file";
    }

    void refuses()
    {
        QFETCH(QString, file);
        QFETCH(QString, why);
        const TestFolder folder;
        folder.write("file", "x");
        QVERIFY(QDir().mkdir(folder.name("folder")));
        QCOMPARE(::mkfifo(folder.path("pipe").c_str(), 0600), 0);
        QCOMPARE(failureOf([&] { MappedFile mapped(folder.path(file)); }),
                 "bad input: '" + folder.name(file) + "': cannot be read: " + why);
    }
};

QTEST_APPLESS_MAIN(TestMappedFile)
#include "tst_mapped_file.moc"
