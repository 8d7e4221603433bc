// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/corpus/example_choice.h"
#include "core/util/random.h"

#include <QTest>

#include <set>

using namespace earshot;

namespace {

using Indices = std::vector<std::size_t>;

// Excerpts of four frames, two frames apart: neighbours in a song overlap.
std::vector<ExcerptPlace> places(const std::vector<std::size_t>& songs)
{
    std::vector<ExcerptPlace> list;
    for (std::size_t i = 0; i < songs.size(); ++i)
        list.push_back(
            {songs[i], i > 0 && songs[i] == songs[i - 1] ? list.back().firstFrame + 2 : 0});
    return list;
}

} // namespace

class TestExampleChoice : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aSongIsInAListOnce()
    {
        const std::vector<float> responses{9, 8, 7, 1, 6, 2, 5, 3};
        const auto where = places({0, 0, 0, 0, 1, 1, 2, 2});
        const ExampleChoice choice = chooseExamples(responses, where, 2, 4);
        QCOMPARE(choice.highest, (Indices{0, 4}));
        QCOMPARE(choice.lowest, (Indices{3, 7})); // 5 overlaps 4, which is among the highest
    }

    void theListsShareNoFrame()
    {
        // The lowest of the song is the neighbour of its highest, and the last but one is free.
        const std::vector<float> responses{9, -9, 0, 1};
        const ExampleChoice choice = chooseExamples(responses, places({5, 5, 5, 5}), 8, 4);
        QCOMPARE(choice.highest, Indices{0});
        QCOMPARE(choice.lowest, Indices{2});
        QCOMPARE(chooseExamples(responses, places({5, 5, 5, 5}), 8, 2).lowest, Indices{1});
        QVERIFY(chooseExamples(responses, places({5, 5, 5, 5}), 8, 100).lowest.empty());
    }

    void ofEqualsTheEarlierIsTaken()
    {
        const std::vector<float> responses(8, 1.5F);
        const ExampleChoice choice =
            chooseExamples(responses, places({3, 3, 3, 1, 1, 1, 2, 2}), 2, 4);
        QCOMPARE(choice.highest, (Indices{0, 3}));
        QCOMPARE(choice.lowest, (Indices{2, 5}));
    }

    void nothingGivesNothing()
    {
        QVERIFY(chooseExamples({}, {}, 8, 4).highest.empty());
        const std::vector<float> one{1};
        QVERIFY(chooseExamples(one, places({0}), 0, 4).highest.empty());
    }

    // Against the definition, on random responses: the songs' best, sorted.
    void theListsAreTheSongsBest()
    {
        CounterRandom random(1, 2);
        std::vector<float> responses;
        std::vector<std::size_t> songs;
        for (std::size_t i = 0; i < 400; ++i) {
            songs.push_back(i / 20);
            responses.push_back(static_cast<float>(random.normal()));
        }
        const ExampleChoice choice = chooseExamples(responses, places(songs), 8, 4);
        QCOMPARE(choice.highest.size(), std::size_t{8});
        std::multiset<float> best;
        for (std::size_t song = 0; song < 20; ++song)
            best.insert(
                *std::max_element(responses.begin() + static_cast<std::ptrdiff_t>(20 * song),
                                  responses.begin() + static_cast<std::ptrdiff_t>(20 * song + 20)));
        auto expected = best.rbegin();
        for (const std::size_t excerpt : choice.highest)
            QCOMPARE(responses[excerpt], *expected++);
        for (std::size_t i = 1; i < 8; ++i)
            QVERIFY(responses[choice.lowest[i]] >= responses[choice.lowest[i - 1]]);
    }

    void candidatesAreRankedAndOfSeveralSongs()
    {
        // Song 0 has the three best, song 1 the next, song 2 the last.
        const std::vector<float> responses{9, 8, 7, 1, 6, 2, 5, 3};
        const auto where = places({0, 0, 0, 0, 1, 1, 2, 2});
        using enum Direction;
        QCOMPARE(candidatesOf(responses, where, Positive, 2, 0, {}, 4), (Indices{0, 1}));
        QCOMPARE(candidatesOf(responses, where, Positive, 2, 3, {}, 4), (Indices{0, 1, 4, 6}));
        QCOMPARE(candidatesOf(responses, where, Negative, 3, 0, {}, 4), (Indices{3, 5, 7}));
        // 3 is free of 1, two excerpts before; 5 overlaps 4.
        QCOMPARE(candidatesOf(responses, where, Negative, 2, 2, Indices{1, 4}, 4), (Indices{3, 7}));
        QVERIFY(candidatesOf({}, {}, Positive, 5, 5, {}, 4).empty());
        const std::vector<float> equal(4, 1.5F);
        QCOMPARE(candidatesOf(equal, places({3, 3, 1, 1}), Positive, 3, 0, {}, 4),
                 (Indices{0, 1, 2}));
    }

    void listsShareWhatTheyCan()
    {
        // Excerpts 0 … 7, each a song of its own. 4 serves three lists, then 5 two; 6 was there.
        const auto where = places({0, 1, 2, 3, 4, 5, 6, 7});
        const std::vector<Indices> lists{{0, 1, 4}, {2, 4, 5}, {4, 3, 6}, {7, 5}};
        QCOMPARE(chooseShared(lists, where, Indices{6}, 2),
                 (std::vector<Indices>{{0, 4}, {4, 5}, {4, 6}, {7, 5}}));
        // One of a list: what is there already comes first.
        QCOMPARE(chooseShared(lists, where, Indices{3, 5}, 1),
                 (std::vector<Indices>{{0}, {5}, {3}, {5}}));
        QVERIFY(chooseShared({}, where, {}, 2).empty());
        QCOMPARE(chooseShared(std::vector<Indices>{{}, {1}}, where, {}, 2),
                 (std::vector<Indices>{{}, {1}}));
    }

    void sharedListsHoldASongOnce()
    {
        const auto where = places({0, 0, 0, 1});
        QCOMPARE(chooseShared(std::vector<Indices>{{2, 1, 0, 3}}, where, {}, 3),
                 (std::vector<Indices>{{0, 3}})); // of equal gain the earliest of the song
        QCOMPARE(chooseShared(std::vector<Indices>{{2, 1, 0, 3}}, where, Indices{1, 2}, 3),
                 (std::vector<Indices>{{2, 3}})); // of those that are there the best
    }
};

QTEST_GUILESS_MAIN(TestExampleChoice)
#include "tst_example_choice.moc"
