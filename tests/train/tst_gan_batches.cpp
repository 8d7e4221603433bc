// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nets/device.h"
#include "core/train/gan_batches.h"
#include "tests/train/generator_music.h"

#include <ATen/core/Tensor.h>

#include <QTest>

#include <algorithm>
#include <cmath>

using namespace earshot;

namespace {

GanRecipeSettings someSettings()
{
    GanRecipeSettings settings;
    settings.batchSize = 16;
    settings.criticUpdates = 2;
    return settings;
}

bool isEqual(const GanBatch& a, const GanBatch& b)
{
    return a.real.defined() == b.real.defined() && (!a.real.defined() || a.real.equal(b.real)) &&
           a.latents.equal(b.latents) && a.bands.equal(b.bands) && a.levels.equal(b.levels) &&
           a.mix.equal(b.mix);
}

bool isEqual(const GanIterationBatches& a, const GanIterationBatches& b)
{
    return isEqual(a.generator, b.generator) &&
           std::ranges::equal(a.critic, b.critic,
                              [](const auto& x, const auto& y) { return isEqual(x, y); });
}

} // namespace

class TestGanBatches : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;

private Q_SLOTS:
    void initTestCase() { initialiseTorch(DeviceChoice::Cpu, 1); }

    void everyUpdateDrawsItsOwn()
    {
        const PackedData pack(writePack(m_folder, smallMusic()));
        const GeneratorData data(pack, {});
        GanBatches batches(someSettings(), 4, at::kCPU, GanBatches::Drawing::WhenAsked);
        const GanIterationBatches first = batches.draw(data, 0);
        QVERIFY(!first.generator.real.defined());
        QCOMPARE(first.critic.size(), std::size_t{2});
        QVERIFY(first.critic[1].real.sizes() == at::IntArrayRef({16, 1, 115, 80}));
        QVERIFY(first.critic[1].latents.sizes() == at::IntArrayRef({16, 128}));
        QVERIFY(!first.critic[0].real.equal(first.critic[1].real));
        const GanIterationBatches second = batches.draw(data, 1);
        const std::vector<GanBatch> all{first.generator, first.critic[0], first.critic[1],
                                        second.generator, second.critic[0]};
        for (std::size_t i = 0; i < all.size(); ++i)
            for (std::size_t k = 0; k < i; ++k) {
                QVERIFY(!all[i].latents.equal(all[k].latents));
                QVERIFY(!all[i].bands.equal(all[k].bands));
                QVERIFY(!all[i].mix.equal(all[k].mix));
            }
        GanBatches other(someSettings(), 5, at::kCPU, GanBatches::Drawing::WhenAsked);
        QVERIFY(!other.draw(data, 0).generator.latents.equal(first.generator.latents));
    }

    void theRangesAreTheSettings()
    {
        const PackedData pack(writePack(m_folder, smallMusic()));
        const GeneratorData data(pack, {});
        GanRecipeSettings settings = someSettings();
        settings.batchSize = 500;
        settings.criticUpdates = 0;
        settings.shiftBands = 3;
        settings.shiftLevel = 0.5;
        GanBatches batches(settings, 4, at::kCPU, GanBatches::Drawing::WhenAsked);
        const GanBatch batch = batches.draw(data, 9).generator;
        QCOMPARE(batch.bands.min().item<int>(), -3);
        QCOMPARE(batch.bands.max().item<int>(), 3);
        const auto isNear = [](const at::Tensor& value, double expected, double tolerance) {
            return std::abs(value.item<double>() - expected) < tolerance;
        };
        QVERIFY(isNear(batch.levels.min(), -0.49, 0.011) &&
                isNear(batch.levels.max(), 0.49, 0.011));
        QVERIFY(isNear(batch.mix.min(), 0.01, 0.011) && isNear(batch.mix.max(), 0.99, 0.011));
        // 500 · 128 normal numbers: six standard errors.
        QVERIFY(isNear(batch.latents.mean(), 0, 6 / std::sqrt(64000)));
        QVERIFY(isNear(batch.latents.square().mean(), 1, 6 * std::sqrt(2.0 / 64000)));
    }

    // Whatever was drawn ahead and is not what is asked for is forgotten.
    void whatIsDrawnAheadIsTheSame()
    {
        const PackedData pack(writePack(m_folder, smallMusic()));
        const GeneratorData data(pack, {});
        GeneratorData shifted(pack, {});
        shifted.useUnits(1, 2);
        GanBatches ahead(someSettings(), 4, at::kCPU, GanBatches::Drawing::Ahead);
        GanBatches asked(someSettings(), 4, at::kCPU, GanBatches::Drawing::WhenAsked);
        for (const std::int64_t iteration : {0, 1, 2, 7, 7, 3})
            QVERIFY(isEqual(ahead.draw(data, iteration), asked.draw(data, iteration)));
        QVERIFY(isEqual(ahead.draw(shifted, 4), asked.draw(shifted, 4)));
        QVERIFY(!isEqual(ahead.draw(data, 4), asked.draw(shifted, 4)));
    }
};

QTEST_GUILESS_MAIN(TestGanBatches)
#include "tst_gan_batches.moc"
