// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/gan_batches.h"

#include "core/util/random.h"

#include <ATen/ops/empty.h>

#include <span>
#include <system_error>

namespace earshot {

namespace {

constexpr std::int64_t latentSize = 128;

// Streams of random numbers: every iteration has 64, every critic update of it the first four of 8
// after the generator's 8.
enum class Purpose : std::uint64_t
{
    Excerpts,
    Latents,
    Shifts,
    Mix
};
constexpr std::uint64_t streamsPerIteration = 64;
constexpr std::uint64_t streamsPerUpdate = 8;
constexpr int generatorUpdate = -1;

std::uint64_t stream(std::int64_t iteration, int update, Purpose purpose)
{
    return static_cast<std::uint64_t>(iteration) * streamsPerIteration +
           static_cast<std::uint64_t>(update + 1) * streamsPerUpdate +
           static_cast<std::uint64_t>(purpose);
}

GanBatch drawBatch(const GeneratorData& data, const GanRecipeSettings& settings, std::uint64_t seed,
                   std::int64_t iteration, int update)
{
    const std::int64_t count = settings.batchSize;
    GanBatch batch;
    if (update != generatorUpdate)
        batch.real = data.batch(seed, stream(iteration, update, Purpose::Excerpts),
                                static_cast<std::size_t>(count));

    const auto span = [](at::Tensor& tensor) {
        return std::span<float>(tensor.mutable_data_ptr<float>(),
                                static_cast<std::size_t>(tensor.numel()));
    };
    batch.latents = at::empty({count, latentSize}, at::kFloat);
    CounterRandom(seed, stream(iteration, update, Purpose::Latents))
        .fillNormal(span(batch.latents));

    batch.bands = at::empty({count}, at::kLong);
    batch.levels = at::empty({count}, at::kFloat);
    CounterRandom shifts(seed, stream(iteration, update, Purpose::Shifts));
    const auto bandChoices = static_cast<std::uint32_t>(2 * settings.shiftBands + 1);
    for (std::int64_t i = 0; i < count; ++i) {
        batch.bands.mutable_data_ptr<std::int64_t>()[i] =
            static_cast<std::int64_t>(shifts.index(bandChoices)) - settings.shiftBands;
        span(batch.levels)[static_cast<std::size_t>(i)] =
            static_cast<float>(shifts.uniform(-settings.shiftLevel, settings.shiftLevel));
    }

    batch.mix = at::empty({count}, at::kFloat);
    CounterRandom mixes(seed, stream(iteration, update, Purpose::Mix));
    for (float& share : span(batch.mix))
        share = static_cast<float>(mixes.uniform());
    return batch;
}

GanIterationBatches drawIteration(const GeneratorData& data, const GanRecipeSettings& settings,
                                  std::uint64_t seed, std::int64_t iteration)
{
    GanIterationBatches batches;
    batches.generator = drawBatch(data, settings, seed, iteration, generatorUpdate);
    for (int update = 0; update < settings.criticUpdates; ++update)
        batches.critic.push_back(drawBatch(data, settings, seed, iteration, update));
    return batches;
}

void move(GanBatch& batch, const at::Device& device)
{
    for (at::Tensor* tensor :
         {&batch.real, &batch.latents, &batch.bands, &batch.levels, &batch.mix})
        if (tensor->defined())
            *tensor = tensor->to(device);
}

} // namespace

GanBatches::GanBatches(const GanRecipeSettings& settings, std::uint64_t seed, at::Device device,
                       Drawing drawing)
    : m_settings(settings)
    , m_seed(seed)
    , m_device(device)
    , m_drawing(drawing)
{
}

GanIterationBatches GanBatches::draw(const GeneratorData& data, std::int64_t iteration)
{
    const bool isDrawn = m_next.valid() && m_nextData == &data && m_nextIteration == iteration;
    GanIterationBatches batches =
        isDrawn ? m_next.get() : drawIteration(data, m_settings, m_seed, iteration);
    m_next = {};
    if (m_drawing == Drawing::Ahead) {
        m_nextData = &data;
        m_nextIteration = iteration + 1;
        try {
            m_next = std::async(std::launch::async,
                                [&data, settings = m_settings, seed = m_seed, iteration] {
                                    return drawIteration(data, settings, seed, iteration + 1);
                                });
        } catch (const std::system_error&) { // no thread is to be had: it is drawn when asked for
        }
    }
    move(batches.generator, m_device);
    for (GanBatch& batch : batches.critic)
        move(batch, m_device);
    return batches;
}

} // namespace earshot
