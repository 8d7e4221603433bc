// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/corpus/index_audio.h"
#include "core/corpus/index_parts.h"
#include "core/corpus/index_ranking.h"
#include "core/corpus/indexed_real.h"
#include "core/explain/explainer.h"
#include "core/explain/real_side.h"
#include "tests/corpus/index_example.h"
#include "tests/support/failure.h"

#include <QtTest>

#include <cmath>
#include <limits>

using namespace earshot;

namespace {

const float unknown = std::numeric_limits<float>::quiet_NaN();

} // namespace

// An index of known numbers: what can be read from it.
class TestIndexFile : public QObject
{
    Q_OBJECT

    const TestFolder m_folder;
    const std::unique_ptr<Explainer> m_toy = toyListener();

    // Two references; the songs "a" of three excerpts and "b" of two:
    //   value[0]      1 5 2 | 5 −3
    //   mean(value)   0 1 0 | 1  2
    // the last excerpt being silent.
    std::filesystem::path written(const std::string& classifier = "c0ffee")
    {
        const std::filesystem::path path = m_folder.path("music.index");
        const IndexContents contents{
            m_folder.path("music"), classifier, "toy", {"value[0]", "mean(value)"}, {}};
        const IndexedSong a{"a.wav", {10, 20}, "aa", 4, 0, 3};
        const IndexedSong b{"b.wav", {30, 40}, "bb", 3, 0, 2};
        IndexParts parts(path, contents);
        parts.add(b, Matrix<float>({5, 1, -3, 2}, 2, 2), {false, true});
        parts.add(a, Matrix<float>({1, 0, 5, 1, 2, 0}, 3, 2), {false, false, false});
        if (!parts.join({a, b}, nullptr, {}))
            throw std::runtime_error("the test cannot write an index");
        parts.clear();
        return path;
    }
    std::vector<float> responsesTo(const CorpusIndex& index, const char* expression) const
    {
        return index.responses(m_toy->parse(expression)).value_or(std::vector<float>());
    }

private Q_SLOTS:
    void holdsWhatWasWritten()
    {
        const CorpusIndex index(written());
        QCOMPARE(index.excerpts(), std::size_t(5));
        QCOMPARE(index.songs().size(), std::size_t(2));
        QCOMPARE(index.songs()[1].name, std::string("b.wav"));
        QCOMPARE(index.songs()[1].firstExcerpt, std::size_t(3));
        QCOMPARE(index.songPath(1), m_folder.path("music/b.wav"));
        QCOMPARE(index.contents().classifierName, std::string("toy"));
        QCOMPARE(index.songOf(2), std::size_t(0));
        QCOMPARE(index.songOf(3), std::size_t(1));
        QCOMPARE(index.timeSeconds(2), 2 * 50 * 315 / 22050.0);
        QCOMPARE(index.timeSeconds(3), 0.0);
        QVERIFY(!index.isSilent(3) && index.isSilent(4));
        QCOMPARE(m_folder.entries(), QStringList("music.index"));
        // What other programs read.
        const SafetensorsFile file(index.path());
        const std::vector<float> song{0, 0, 0, 1, 1};
        const auto* numbers =
            reinterpret_cast<const std::int32_t*>(file.tensor("song").bytes.data());
        QVERIFY(std::equal(song.begin(), song.end(), numbers));
    }

    void addsUpWhatIsIndexed()
    {
        const CorpusIndex index(written());
        QVERIFY((responsesTo(index, "value[0]") == std::vector<float>{1, 5, 2, 5, -3}));
        QVERIFY(
            (responsesTo(index, "value[0] - 2*mean(value)") == std::vector<float>{1, 3, 2, 3, -7}));
        QVERIFY(!index.responses(m_toy->parse("value[1]")));
        QVERIFY(!index.responses(m_toy->parse("value[0] + norm(value)")));
    }

    void ranksAreByResponseThenPlace()
    {
        const CorpusIndex index(written());
        const std::vector<float> responses = responsesTo(index, "value[0]");
        const auto ranks = [&](const TopSettings& settings) {
            std::vector<std::size_t> list;
            for (const TopExcerpt& top : topExcerpts(index, responses, settings))
                list.push_back(top.excerpt);
            return list;
        };
        using Ranks = std::vector<std::size_t>;
        QVERIFY((ranks({Direction::Positive, 3}) == Ranks{1, 3, 2}));
        QVERIFY((ranks({Direction::Negative, 2}) == Ranks{4, 0}));
        QVERIFY((ranks({Direction::Positive, 99}) == Ranks{1, 3, 2, 0, 4}));
        QVERIFY((ranks({Direction::Positive, 99, PerSong::One}) == Ranks{1, 3}));
        QVERIFY((ranks({Direction::Negative, 99, PerSong::One, Silence::LeftOut}) == Ranks{0, 3}));
        const TopExcerpt first = topExcerpts(index, responses, {Direction::Negative, 1}).front();
        QCOMPARE(first.song, std::size_t(1));
        QCOMPARE(first.response, -3.0F);
        QCOMPARE(first.timeSeconds, 50 * 315 / 22050.0);
        QVERIFY(first.isSilent);
        // What could not be computed has no rank.
        const std::vector<float> partly{1, unknown, 2, 0, unknown};
        const std::vector<TopExcerpt> known = topExcerpts(index, partly, {Direction::Positive, 99});
        QCOMPARE(known.size(), std::size_t(3));
        QCOMPARE(known.front().excerpt, std::size_t(2));
    }

    // Eq. 3's real side: without silence.
    void realSideIsOfWhatSounds()
    {
        const CorpusIndex index(written());
        const RealResponses real = realResponses(index, responsesTo(index, "value[0]"), "value[0]");
        QCOMPARE(real.excerpts, std::size_t(4));
        QCOMPARE(real.mean, 13.0 / 4);
        QCOMPARE(real.quantiles.front(), 1.0F);
        QCOMPARE(real.highest.front().song, std::string("a.wav"));
        QCOMPARE(real.highest.front().timeSeconds, 50 * 315 / 22050.0);
        QVERIFY(std::isnan(real.auc));
        const RealSide low = realSide(real, Direction::Negative);
        QVERIFY((low.responses == std::vector<float>{1, 2, 5, 5}));
        QCOMPARE(low.source, std::string("bottom 4 of 4, from 2 songs"));
        QCOMPARE(low.warnings.size(), std::size_t(2));
        const QString failure = badInputOf(
            [&] { realResponses(index, std::vector<float>(5, unknown), "norm(value)"); });
        QVERIFY2(failure.contains("norm(value)"), qPrintable(failure));
    }

    void recordSaysWhatWasComparedWith()
    {
        const CorpusIndex index(written());
        const IndexedReal both =
            indexedReal(index, responsesTo(index, "value[0]"), "value[0]", Directions::Both);
        QCOMPARE(both.record.text("file"), index.path().string());
        QCOMPARE(both.record.text("positive"), std::string("top 4 of 4, from 2 songs"));
        QCOMPARE(both.record.text("negative"), std::string("bottom 4 of 4, from 2 songs"));
        QCOMPARE(both.record.integer("excerpts"), std::int64_t(5));
        // printf 'aa\nbb\n' | sha256sum
        QCOMPARE(both.record.text("sha256"),
                 std::string("329d670e59ead1543a2d36865895972560bc434204c5f4a0c8219005dd312719"));
        const IndexedReal one =
            indexedReal(index, responsesTo(index, "value[0]"), "value[0]", Directions::Negative);
        QVERIFY(!one.record.contains("positive") && one.record.contains("negative"));
    }

    void stripIsAlongOneSong()
    {
        const CorpusIndex index(written());
        const ResponseStrip strip = responseStrip(index, responsesTo(index, "value[0]"), 1);
        QVERIFY((strip.responses == std::vector<float>{5, -3}));
        QCOMPARE(strip.startSeconds[1], 15750 / 22050.0);
        QCOMPARE(strip.centreSeconds[1], (15750 + 57 * 315 + 512) / 22050.0);
    }

    void songsAreCompared()
    {
        const CorpusIndex index(written());
        QVERIFY(index.songState(0) == SongState::Vanished);
        QDir().mkpath(m_folder.name("music"));
        m_folder.write("music/a.wav", "0123456789");
        QVERIFY(index.songState(0) == SongState::Changed);
        QFile::remove(m_folder.name("music/a.wav"));
        QDir().rmdir(m_folder.name("music"));
    }

    void anotherClassifierIsRefused()
    {
        const CorpusIndex index(written("decaf"));
        const QString failure =
            badInputOf([&] { respondToIndexed(index, *m_toy, m_toy->parse("value[0]")); });
        QVERIFY2(failure.contains("is an index of another classifier") &&
                     failure.contains("expected SHA-256 c0ffee…, found decaf… (toy)"),
                 qPrintable(failure));
    }

    // Every length of a file that was cut off, in steps; then single bytes changed at random in the
    // header: an Error or an index, never anything else.
    void damagedFilesAreRefused()
    {
        const std::filesystem::path path = written();
        const QByteArray whole = m_folder.read("music.index");
        for (qsizetype length = 0; length < whole.size(); length += 7) {
            m_folder.write("cut.index", whole.left(length));
            QVERIFY(!badInputOf([&] { CorpusIndex(m_folder.path("cut.index")); }).isEmpty());
        }
        CounterRandom random(5, 0);
        for (int i = 0; i < 300; ++i) {
            QByteArray damaged = whole;
            damaged[random.index(static_cast<std::uint32_t>(whole.size()))] =
                static_cast<char>(random.index(256));
            m_folder.write("cut.index", damaged);
            failureOf([&] {
                const CorpusIndex index(m_folder.path("cut.index"));
                QVERIFY(responsesTo(index, "value[0]").size() <= 5);
            });
        }
        QFile::remove(m_folder.name("cut.index"));
    }

    void numbersThatAreNoneAreRefused()
    {
        const std::filesystem::path path = written();
        QByteArray bytes = m_folder.read("music.index");
        const SafetensorsFile file(path);
        const std::size_t offset = static_cast<std::size_t>(bytes.size()) - 5 - 5 * 4 - 10 * 4;
        std::memcpy(bytes.data() + offset, &unknown, 4);
        m_folder.write("nan.index", bytes);
        const CorpusIndex index(m_folder.path("nan.index"));
        QVERIFY(badInputOf([&] { responsesTo(index, "value[0]"); }).contains("is damaged"));
        QVERIFY(badInputOf([&] { responsesTo(index, "mean(value)"); }).isEmpty());
        QFile::remove(m_folder.name("nan.index"));
    }

    void whatIsNoIndexIsNamed()
    {
        const auto failure = [&](const QString& name) {
            return badInputOf([&] { CorpusIndex(m_folder.path(name)); });
        };
        QVERIFY(failure("none").contains("No such file"));
        SafetensorsWriter writer;
        writer.write(m_folder.path("other.safetensors"));
        QVERIFY2(failure("other.safetensors").contains("is not an index of music"),
                 qPrintable(failure("other.safetensors")));
        QDir().mkpath(m_folder.name("half.partial"));
        QVERIFY2(failure("half").contains("is unfinished: index its folder again"),
                 qPrintable(failure("half")));
        QDir().rmdir(m_folder.name("half.partial"));
        QFile::remove(m_folder.name("other.safetensors"));
    }
};

QTEST_APPLESS_MAIN(TestIndexFile)
#include "tst_index_file.moc"
