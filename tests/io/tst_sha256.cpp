// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/sha256.h"
#include "tests/support/failure.h"
#include "tests/support/files.h"

#include <QtTest>

#include <filesystem>
#include <stop_token>
#include <thread>

using namespace earshot;

class TestSha256 : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // The examples of NIST for FIPS 180-4 (csrc.nist.gov, "SHA256.pdf" and "SHA2_Additional.pdf").
    void examples_data()
    {
        QTest::addColumn<QByteArray>("message");
        QTest::addColumn<QString>("digest");
        QTest::newRow("nothing")
            << QByteArray() << "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        QTest::newRow("one block")
            << QByteArray("abc")
            << "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        QTest::newRow("two blocks")
            << QByteArray("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")
            << "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1";
        QTest::newRow("a byte above 127")
            << QByteArray::fromHex("bd")
            << "68325720aabd7c82f30f554b313d0570c95accbb7dc4b5aae11204c08ffe732b";
        QTest::newRow("a million letters")
            << QByteArray(1'000'000, 'a')
            << "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0";
    }

    void examples()
    {
        QFETCH(QByteArray, message);
        QFETCH(QString, digest);
        const auto* data = reinterpret_cast<const std::byte*>(message.constData());
        const std::span bytes(data, static_cast<std::size_t>(message.size()));
        QCOMPARE(QString::fromStdString(sha256(bytes)), digest);
        const TestFolder folder;
        folder.write("f", message);
        QCOMPARE(QString::fromStdString(sha256OfFile(folder.path("f"))), digest);
    }

    // Longer than what is hashed between two looks at the stop. By Python's hashlib.
    void largeFilesAreHashedInPieces()
    {
        const TestFolder folder;
        folder.write("f", QByteArray(3'000'000, 'e'));
        QCOMPARE(sha256OfFile(folder.path("f")),
                 std::string("37131d2e2ba4f0a17c7f333213d2eb16cc06be10115c21fc13316095ba15b065"));
        std::stop_source stop;
        stop.request_stop();
        QCOMPARE(failureOf([&] { sha256OfFile(folder.path("f"), stop.get_token()); }),
                 "failed: '" + folder.name("f") + "': was not read to its end: stopped");
    }

    // Cut off and made long again, over and over, by another thread.
    void shrinkingFileIsAnError()
    {
        const TestFolder folder;
        const std::filesystem::path path = folder.path("f");
        folder.write("f", "");
        const std::jthread other([&](const std::stop_token& stop) {
            for (std::uintmax_t size = 4'000'000; !stop.stop_requested(); size = 4'000'000 - size) {
                std::filesystem::resize_file(path, size);
                std::this_thread::sleep_for(std::chrono::microseconds(500));
            }
        });
        QString failure;
        for (const QDeadlineTimer end(60'000); failure.isEmpty() && !end.hasExpired();)
            failure = badInputOf([&] { sha256OfFile(path); });
        QVERIFY2(failure.contains("f': shrank while it was read"), qPrintable(failure));
    }

    void unreadableFileIsNamed()
    {
        const TestFolder folder;
        QCOMPARE(failureOf([&] { sha256OfFile(folder.path("f")); }),
                 "bad input: '" + folder.name("f") +
                     "': cannot be read: No such file or directory");
    }
};

QTEST_APPLESS_MAIN(TestSha256)
#include "tst_sha256.moc"
