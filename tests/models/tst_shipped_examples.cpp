// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explain/real_responses.h"
#include "core/listen/real_examples.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <set>

using namespace earshot;

namespace fs = std::filesystem;

namespace {

const fs::path bundle = fs::path(EARSHOT_SOURCE_DIR) / "models" / "svdnet";

const RealExamples& shipped()
{
    static const std::optional<RealExamples> examples = RealExamples::load(bundle);
    return examples.value();
}

} // namespace

// The real excerpts that come with the classifier: made for its weights, enough, and no more than
// they may be.
class TestShippedExamples : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyLiveUnitHasEightOfEach_data()
    {
        QTest::addColumn<QString>("reference");
        QTest::newRow("output") << "fc9[0]";
        for (int unit = 0; unit < 64; ++unit)
            QTest::addRow("fc8[%d]", unit) << QString("fc8[%1]").arg(unit);
    }
    void everyLiveUnitHasEightOfEach()
    {
        QFETCH(QString, reference);
        static const RealResponsesFile real(bundle / "responses.safetensors");
        const RealResponses* responses = real.find(reference.toStdString());
        QVERIFY(responses != nullptr);
        const auto* highest = shipped().highest(reference.toStdString());
        const auto* lowest = shipped().lowest(reference.toStdString());
        if (responses->quantiles.front() == responses->quantiles.back()) {
            QVERIFY(highest == nullptr && lowest == nullptr);
            return;
        }
        QVERIFY(highest != nullptr && highest->size() >= 8);
        QVERIFY(lowest != nullptr && lowest->size() >= 8);
        // Of the same music; another processor rounds otherwise.
        QVERIFY(highest->front().response < responses->quantiles.back() + 0.01F);
        QVERIFY(lowest->front().response > responses->quantiles.front() - 0.01F);
        QVERIFY(highest->back().response > lowest->back().response);
    }

    void everyOtherLiveUnitAndChannelHasFourOfEach_data()
    {
        QTest::addColumn<QString>("pattern");
        QTest::addColumn<int>("units");
        QTest::newRow("fc7") << "fc7[%1]" << 256;
        QTest::newRow("conv5") << "mean(conv5[%1])" << 64;
        QTest::newRow("conv4") << "mean(conv4[%1])" << 128;
        QTest::newRow("conv2") << "mean(conv2[%1])" << 32;
        QTest::newRow("conv1") << "mean(conv1[%1])" << 64;
    }
    void everyOtherLiveUnitAndChannelHasFourOfEach()
    {
        QFETCH(QString, pattern);
        QFETCH(int, units);
        static const RealResponsesFile real(bundle / "responses.safetensors");
        for (int unit = 0; unit < units; ++unit) {
            const std::string reference = pattern.arg(unit).toStdString();
            const RealResponses* responses = real.find(reference);
            QVERIFY2(responses != nullptr, reference.c_str());
            if (responses->quantiles.front() == responses->quantiles.back())
                continue;
            const auto* highest = shipped().highest(reference);
            const auto* lowest = shipped().lowest(reference);
            QVERIFY2(highest != nullptr && highest->size() >= 4, reference.c_str());
            QVERIFY2(lowest != nullptr && lowest->size() >= 4, reference.c_str());
            QVERIFY2(highest->back().response > lowest->front().response, reference.c_str());
        }
    }

    void everyClipCanBeHeardAndIsAttributed()
    {
        std::set<fs::path> clips;
        for (const std::string& reference : shipped().references())
            for (const auto* list : {shipped().highest(reference), shipped().lowest(reference)})
                for (const RealExample& example : *list) {
                    if (!clips.insert(example.clip).second)
                        continue;
                    const std::vector<float> sound = samples(example);
                    const float peak = std::abs(*std::ranges::max_element(
                        sound, {}, [](float sample) { return std::abs(sample); }));
                    QVERIFY2(peak > 0.0001F, example.clip.c_str());
                    QVERIFY2(!example.licence.empty() && !example.title.empty() &&
                                 !example.source.empty(),
                             example.file.c_str());
                }
        QVERIFY(fs::exists(bundle / "examples" / "ATTRIBUTION.md"));
        std::uintmax_t bytes = 0;
        for (const fs::directory_entry& entry : fs::directory_iterator(bundle / "examples")) {
            bytes += entry.file_size();
            QVERIFY2(entry.path().extension() != ".ogg" || clips.contains(entry.path()),
                     entry.path().c_str());
        }
        QVERIFY(bytes <= 12'000'000);
    }
};

QTEST_GUILESS_MAIN(TestShippedExamples)
#include "tst_shipped_examples.moc"
