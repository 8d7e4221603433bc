// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/context.h"
#include "app/cli/reproduce_parts.h"
#include "tests/support/failure.h"
#include "tests/support/files.h"

#include <QTest>

#include <cmath>
#include <optional>
#include <thread>

using namespace earshot;

class TestReproduceParts : public QObject
{
    Q_OBJECT

    TestFolder m_folder;
    std::stop_source m_stop;
    std::optional<Context> m_context;
    int m_computed = 0;

    static Json origin(int seed = 5) { return Json::object({{"seed", seed}}); }
    // Four of eight updates.
    static ReproducePart part(const std::string& name = "search")
    {
        ReproducePart part;
        part.name = name;
        part.title = "searching";
        part.settings = Json::object({{"steps", 3}});
        part.updates = 4;
        return part;
    }
    ReproduceParts parts(const Json& origin, bool isOnGpu = false) const
    {
        return ReproduceParts(*m_context, m_folder.path(QTest::currentTestFunction()), origin,
                              isOnGpu, 8, 1000);
    }
    PartResult work(const ProgressCallback& progress)
    {
        ++m_computed;
        progress({"", 1, {}});
        return {Json::object({{"answer", 42}}), {}};
    }
    // What the part's first computation, in `parts`, came to.
    std::int64_t finish(ReproduceParts& parts, const ReproducePart& part)
    {
        return parts
            .finished(part, [this](const ProgressCallback& progress) { return work(progress); })
            .integer("answer");
    }
    void writeBegun(const ReproduceParts& parts, const ReproducePart& part, double seconds,
                    double fraction) const
    {
        Json::object({{"seconds", seconds}, {"fraction", fraction}})
            .writeFile(parts.checkpoint(part).replace_extension(".begun"));
    }
    static void writeCheckpoint(const ReproduceParts& parts, const ReproducePart& part)
    {
        Json::object({{"any", "thing"}}).writeFile(parts.checkpoint(part));
    }

private Q_SLOTS:
    void init()
    {
        begin();
        m_computed = 0;
    }

    // By another run, and not for another origin or other settings.
    void finishedOnce()
    {
        ReproduceParts first = parts(origin());
        QCOMPARE(finish(first, part()), 42);
        QCOMPARE(first.reused(), std::size_t(0));
        ReproduceParts second = parts(origin());
        QCOMPARE(finish(second, part()), 42);
        QCOMPARE(m_computed, 1);
        QCOMPARE(second.reused(), std::size_t(1));
        QCOMPARE(second.secondsWorked(), first.secondsWorked());
        ReproduceParts third = parts(origin(6));
        finish(third, part());
        QCOMPARE(m_computed, 2);
        ReproducePart other = part();
        other.settings = Json::object({{"steps", 4}});
        finish(third, other);
        QCOMPARE(m_computed, 3);
    }

    // Begun on a GPU, ended on a processor: finished parts are kept, and known by their device; one
    // that was not finished begins anew.
    void goesOnOnAnotherDevice()
    {
        ReproduceParts gpu = parts(origin(), true);
        finish(gpu, part());
        QCOMPARE(gpu.madeOn(true), std::vector<std::string>{"searching"});
        QVERIFY(gpu.madeOn(false).empty());
        ReproducePart other = part("other");
        other.title = "explaining";
        writeCheckpoint(gpu, other);
        ReproduceParts processor = parts(origin());
        finish(processor, part());
        QCOMPARE(m_computed, 1);
        QVERIFY(!std::filesystem::exists(processor.checkpoint(other)));
        QVERIFY(!std::filesystem::exists(gpu.checkpoint(other)));
        finish(processor, other);
        QCOMPARE(m_computed, 2);
        QCOMPARE(processor.madeOn(true), std::vector<std::string>{"searching"});
        QCOMPARE(processor.madeOn(false), std::vector<std::string>{"explaining"});
        ReproduceParts again = parts(origin(), true);
        finish(again, part());
        finish(again, other);
        QCOMPARE(m_computed, 2);
        QCOMPARE(again.madeOn(false), std::vector<std::string>{"explaining"});
    }

    // Stopped within a part: what was done of it counts when it goes on.
    void stopsWithin()
    {
        ReproduceParts first = parts(origin());
        const QString stopped = failureOf([&] {
            first.finished(part(), [&](const ProgressCallback& progress) {
                progress({"", 0.25, {}});
                writeCheckpoint(first, part());
                std::this_thread::sleep_for(std::chrono::milliseconds(20));
                m_stop.request_stop();
                return PartResult();
            });
        });
        QVERIFY2(stopped.contains("stopped"), qPrintable(stopped));
        QCOMPARE(first.secondsWorked(), 0.0); // no part is finished
        const Json begun = Json::readFile(first.checkpoint(part()).replace_extension(".begun"));
        QCOMPARE(begun.number("fraction"), 0.25);
        QVERIFY(begun.number("seconds") >= 0.02);
        begin();
        ReproduceParts second = parts(origin());
        finish(second, part());
        QVERIFY(second.secondsWorked() >= begun.number("seconds"));
        QCOMPARE(QDir(m_folder.name("stopsWithin/parts")).entryList(QDir::Files),
                 QStringList{"search.json"});
    }

    // The rate is this run's alone: three quarters of the part were there.
    void timeLeft()
    {
        ReproduceParts again = parts(origin());
        writeCheckpoint(again, part());
        writeBegun(again, part(), 3600, 0.75);
        constexpr double slept = 0.05;
        again.finished(part(), [&](const ProgressCallback& progress) {
            std::this_thread::sleep_for(std::chrono::duration<double>(slept));
            return work(progress);
        });
        QVERIFY(again.secondsWorked() >= 3600 + slept);
        // One update took at least that long, and four are left.
        QVERIFY(again.secondsLeft() >= 4 * slept);
    }

    // A checkpoint that nothing is known of, and the work that is lost without one.
    void unknownWork()
    {
        ReproduceParts first = parts(origin());
        writeCheckpoint(first, part());
        finish(first, part());
        QVERIFY(std::isnan(first.secondsWorked()));
        QCOMPARE(first.secondsLeft(), 4000.0); // as was measured before
        ReproduceParts second = parts(origin());
        finish(second, part());
        QCOMPARE(m_computed, 1);
        QVERIFY(std::isnan(second.secondsWorked()));
        const ReproducePart lost = part("lost");
        ReproduceParts third = parts(origin());
        writeBegun(third, lost, 100, 0.5); // its checkpoint could not be written
        finish(third, lost);
        QVERIFY(third.secondsWorked() >= 100);
        QVERIFY(third.secondsLeft() < 4000); // all four updates were done now
    }

private:
    // A run that nobody has stopped.
    void begin()
    {
        m_stop = std::stop_source();
        m_context.emplace(m_stop.get_token());
    }
};

QTEST_GUILESS_MAIN(TestReproduceParts)
#include "tst_reproduce_parts.moc"
