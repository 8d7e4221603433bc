// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/util/regular_file.h"
#include "tests/support/failure.h"
#include "tests/support/files.h"

#include <QtTest>

#include <filesystem>
#include <span>

using namespace earshot;

namespace {

QByteArray part(const RegularFile& file, std::size_t offset, std::size_t count)
{
    QByteArray bytes(static_cast<qsizetype>(count), '?');
    file.read(offset, std::as_writable_bytes(std::span(bytes.data(), count)));
    return bytes;
}

} // namespace

// Which files are refused: tst_mapped_file.cpp, whose class opens them with this one.
class TestRegularFile : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsAnyPart()
    {
        const TestFolder folder;
        folder.write("f", "0123456789");
        const RegularFile file(folder.path("f"));
        QCOMPARE(file.size(), std::size_t(10));
        QCOMPARE(part(file, 0, 10), "0123456789");
        QCOMPARE(part(file, 8, 2), "89");
        QCOMPARE(part(file, 10, 0), "");
    }

    // The size stays that of the opening.
    void filesThatChangeAreNoEnd()
    {
        const TestFolder folder;
        folder.write("f", QByteArray(10'000, 'f'));
        const RegularFile file(folder.path("f"));
        std::filesystem::resize_file(folder.path("f"), 5'000);
        QCOMPARE(file.size(), std::size_t(10'000));
        QCOMPARE(part(file, 4'999, 1), "f");
        const QString expected = "'" + folder.name("f") +
                                 "': shrank while it was read: read it again: expected %1 bytes, "
                                 "found fewer";
        QCOMPARE(badInputOf([&] { part(file, 4'000, 2'000); }), expected.arg(6'000));
        QCOMPARE(badInputOf([&] { part(file, 9'000, 1'000); }), expected.arg(10'000));
        std::filesystem::resize_file(folder.path("f"), 20'000);
        QCOMPARE(file.size(), std::size_t(10'000));
        QCOMPARE(part(file, 9'999, 1), QByteArray(1, '\0'));
    }

    // The memory of this process: nothing is at address 0.
    void failingDisksAreNamed()
    {
        const RegularFile file("/proc/self/mem");
        QCOMPARE(badInputOf([&] { part(file, 0, 1); }),
                 QString("'/proc/self/mem': cannot be read: Input/output error"));
    }
};

QTEST_APPLESS_MAIN(TestRegularFile)
#include "tst_regular_file.moc"
