// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explain/explainer.h"
#include "core/explain/random_search.h"
#include "tests/explain/toy_path.h"

#include <QTest>

#include <algorithm>

using namespace earshot;

namespace {

// The response is the first value of the latent.
RandomSearchResult search(std::size_t draws, std::size_t kept, Direction direction, int threads = 1,
                          const char* response = "value[0]", std::uint64_t seed = 3)
{
    const ToyPath toy(response, threads);
    return searchRandomly(toy.path(), {draws, kept, seed, direction});
}

} // namespace

class TestRandomSearch : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { initialiseTorch(DeviceChoice::Cpu, 1); }

    void keepsTheMostExtreme()
    {
        // All of them, which tell what the best of them are; across a chunk of 256.
        const RandomSearchResult all = search(300, 300, Direction::Positive);
        QCOMPARE(all.draws, std::size_t(300));
        QCOMPARE(all.responses.size(), std::size_t(300));
        QVERIFY(std::ranges::is_sorted(all.responses, std::ranges::greater()));
        const RandomSearchResult best = search(300, 4, Direction::Positive, 2);
        const RandomSearchResult least = search(300, 4, Direction::Negative);
        for (std::size_t i = 0; i < 4; ++i) {
            QCOMPARE(best.responses[i], all.responses[i]);
            QCOMPARE(least.responses[i], all.responses[299 - i]);
            QCOMPARE(best.latents(i, 0), best.responses[i]);
            QCOMPARE(best.mels(i, 0), best.responses[i]);
        }
        // Drawn from N(0, 1): 300 of them reach beyond 2, and all lie within 6.
        QVERIFY(best.responses[0] > 2 && best.responses[0] < 6);
    }

    void isNoStart()
    {
        const Matrix<float> starts = startLatents(3, 20, 4);
        const RandomSearchResult all = search(20, 20, Direction::Positive);
        for (const float response : all.responses)
            for (std::size_t i = 0; i < 20; ++i)
                QVERIFY(starts(i, 0) != response);
        QVERIFY(search(20, 1, Direction::Positive, 1, "value[0]", 4).responses !=
                search(20, 1, Direction::Positive).responses);
    }

    // Constant responses: the first drawn come first, whatever the direction.
    void equalResponses()
    {
        const RandomSearchResult two = search(5, 2, Direction::Positive, 1, "flat[0]");
        const RandomSearchResult same = search(2, 2, Direction::Negative, 1, "flat[0]");
        QCOMPARE(two.latents.values()[0], same.latents.values()[0]);
        QCOMPARE(two.latents(1, 2), same.latents(1, 2));
    }

    void fewerThanAreKept()
    {
        const RandomSearchResult result = search(3, 8, Direction::Positive);
        QCOMPARE(result.responses.size(), std::size_t(3));
        QCOMPARE(result.mels.rows(), std::size_t(3));
    }

    void stopKeepsWhatIsKnown()
    {
        std::stop_source source;
        const ToyPath toy("value[0]");
        std::vector<std::size_t> reported;
        const RandomSearchResult part =
            searchRandomly(toy.path(), {100'000, 2, 3, Direction::Positive}, source.get_token(),
                           [&](std::size_t drawn) {
                               reported.push_back(drawn);
                               source.request_stop();
                           });
        QCOMPARE(part.draws, std::size_t(256));
        QCOMPARE(reported, std::vector<std::size_t>{256});
        QCOMPARE(part.responses, search(256, 2, Direction::Positive).responses);
        const RandomSearchResult none =
            searchRandomly(toy.path(), {10, 2, 3, Direction::Positive}, source.get_token());
        QCOMPARE(none.draws, std::size_t(0));
        QVERIFY(none.responses.empty() && none.mels.empty());
    }
};

QTEST_APPLESS_MAIN(TestRandomSearch)
#include "tst_random_search.moc"
