// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/train/gan_recipe.h"
#include "core/train/generator_data.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <future>
#include <vector>

namespace earshot {

// What one update of a critic or of the generator sees. N examples.
struct GanBatch
{
    at::Tensor real;    // u [N, 1, 115, 80]; undefined for the generator
    at::Tensor latents; // [N, 128]
    at::Tensor bands;   // int64 [N], the shift
    at::Tensor levels;  // [N], the shift
    at::Tensor mix;     // [N], in [0, 1)
};

struct GanIterationBatches
{
    GanBatch generator;
    std::vector<GanBatch> critic; // settings.criticUpdates
};

// The batches of one iteration after another, which depend on (settings, seed, iteration) and the
// data alone. Not thread-safe; a thread of its own may be drawing the next ones meanwhile.
class GanBatches
{
public:
    enum class Drawing
    {
        WhenAsked,
        Ahead // another thread draws the next iteration's after each
    };
    GanBatches(const GanRecipeSettings& settings, std::uint64_t seed, at::Device device,
               Drawing drawing);

    // On the device. The data must stay as it is until the next call or the end of this object.
    GanIterationBatches draw(const GeneratorData& data, std::int64_t iteration);

private:
    GanRecipeSettings m_settings;
    std::uint64_t m_seed;
    at::Device m_device;
    Drawing m_drawing;
    // Of what the batches drawn ahead are.
    const GeneratorData* m_nextData = nullptr;
    std::int64_t m_nextIteration = 0;
    std::future<GanIterationBatches> m_next; // on the CPU
};

} // namespace earshot
