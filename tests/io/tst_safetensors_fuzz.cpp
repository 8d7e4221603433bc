// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/safetensors.h"
#include "core/util/error.h"
#include "core/util/random.h"
#include "tests/support/safetensors_bytes.h"

#include <QtTest>

#include <cstring>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>
#include <sys/mman.h>
#include <unistd.h>

using namespace earshot;

namespace {

// A file in memory: thousands of rewrites of one on a disk take seconds.
class MemoryFile
{
public:
    MemoryFile()
        : m_descriptor(::memfd_create("fuzz", MFD_CLOEXEC))
    {
    }
    ~MemoryFile() { ::close(m_descriptor); }
    MemoryFile(const MemoryFile&) = delete;
    MemoryFile& operator=(const MemoryFile&) = delete;

    std::filesystem::path path() const { return "/proc/self/fd/" + std::to_string(m_descriptor); }
    void write(const QByteArray& bytes) const
    {
        const auto size = static_cast<std::size_t>(bytes.size());
        if (::ftruncate(m_descriptor, bytes.size()) != 0 ||
            ::pwrite(m_descriptor, bytes.constData(), size, 0) != bytes.size())
            throw std::runtime_error("the test cannot write");
    }

private:
    int m_descriptor;
};

// Changes a file in one of the ways that damage, or a person who means harm, would.
QByteArray mutated(QByteArray bytes, CounterRandom& random)
{
    static const QList<QByteArray> pieces =
        QByteArray("0 -1 18446744073709551615 9223372036854775807 4294967296 1e999 [ ] { } , : \" "
                   "\\ \\u0000 null \xFF")
            .split(' ');
    const auto at = [&](qsizetype size) {
        return static_cast<qsizetype>(random.index(static_cast<std::uint32_t>(size)));
    };
    const qsizetype place = at(bytes.size());
    const qsizetype length = at(16) + 1;
    switch (random.index(7)) {
    case 0:
        bytes[place] = static_cast<char>(bytes[place] ^ (1 << random.index(8)));
        break;
    case 1:
        bytes[place] = static_cast<char>(random.bits());
        break;
    case 2:
        bytes.truncate(place);
        break;
    case 3:
        bytes.remove(place, length);
        break;
    case 4:
        bytes.insert(place, bytes.mid(at(bytes.size()), length));
        break;
    case 5:
        bytes.replace(place, length % 4, pieces[at(pieces.size())]);
        break;
    default: { // one digit of the header's numbers
        qsizetype digit = place;
        while (digit < bytes.size() - 1 && !(bytes[digit] >= '0' && bytes[digit] <= '9'))
            ++digit;
        bytes[digit] = static_cast<char>('0' + random.index(10));
    }
    }
    return bytes;
}

// Empty if the file is refused; else how many bytes its tensors have, each of which was read.
std::optional<std::size_t> bytesOfTensors(const std::filesystem::path& path)
{
    try {
        const SafetensorsFile file(path);
        std::size_t total = 0;
        for (const TensorView& tensor : file.tensors()) {
            total += tensor.bytes.size();
            for (const volatile std::byte& byte : tensor.bytes)
                static_cast<void>(std::byte(byte)); // read, in case it isn't there
            if (tensor.type == TensorType::F32 || tensor.type == TensorType::F16)
                total += file.floats(tensor.name).size() - tensor.elements();
        }
        return total;
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::BadInput)
            throw;
        return std::nullopt;
    }
}

} // namespace

class TestSafetensorsFuzz : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void anyMutationParsesOrIsRefused()
    {
        const QByteArray header = R"({"__metadata__":{"k":"v\n"},)" +
                                  describedTensor("a", "F32", "[2,1]", "[0,8]") + "," +
                                  describedTensor("b", "F16", "[]", "[8,10]") + "," +
                                  describedTensor("c", "U8", "[0,3]", "[10,10]") + "," +
                                  describedTensor("d", "I16", "[1,7]", "[10,24]") + "}";
        const QByteArray valid = safetensorsBytes(header, "abcdefghijklmnopqrstuvwx");
        const MemoryFile file;
        file.write(valid);
        QCOMPARE(bytesOfTensors(file.path()), std::optional<std::size_t>(24));
        int parsed = 0;
        int refused = 0;
        for (std::uint64_t i = 0; i < 4000; ++i) {
            CounterRandom random(20191119, i);
            QByteArray bytes = mutated(valid, random);
            if (random.index(3) == 0 && !bytes.isEmpty())
                bytes = mutated(bytes, random);
            file.write(bytes);
            const std::optional<std::size_t> read = bytesOfTensors(file.path());
            ++(read ? parsed : refused);
            std::uint64_t length = 0;
            if (read) {
                std::memcpy(&length, bytes.data(), 8);
                QCOMPARE(*read, static_cast<std::size_t>(bytes.size()) - 8 - length);
            }
        }
        // Changes of data, names and white space leave a file valid; most others don't.
        QVERIFY2(parsed > 100 && refused > 2000,
                 qPrintable(QString("%1 parsed, %2 refused").arg(parsed).arg(refused)));
    }
};

QTEST_APPLESS_MAIN(TestSafetensorsFuzz)
#include "tst_safetensors_fuzz.moc"
