// SPDX-License-Identifier: GPL-3.0-or-later
// One step of Eq. 2's optimiser on the shipped models, beside the machine's own matrix product.
// items_per_second counts floating-point operations.
#include "core/explain/explainer.h"
#include "core/explain/optimiser.h"
#include "core/nets/input_map.h"
#include "core/nets/model_bundle.h"
#include "core/nets/torch_device.h"

#include <ATen/ops/mm.h>
#include <ATen/ops/rand.h>

#include <benchmark/benchmark.h>

#include <filesystem>

namespace earshot {

namespace {

// Multiply-adds of one example forward: SVDNet and the generator (the paper's Tables 4 and 1, layer
// by layer: output elements × inputs that reach one). A step runs both forward and, at equal cost,
// back to their input; a multiply-add is two operations.
constexpr double classifierMultiplyAdds = 242e6;
constexpr double generatorMultiplyAdds = 117e6;
constexpr double operationsOfStep = 2 * 2 * (classifierMultiplyAdds + generatorMultiplyAdds);
constexpr int steps = 4;

const Device& device()
{
    static const Device chosen = initialiseTorch(DeviceChoice::Cpu);
    return chosen;
}

// The step's time is that of `steps` updates with the one response after the last, divided by
// `steps`: a little more than a step.
void optimiserStep(benchmark::State& state)
{
    const Device& cpu = device();
    const std::filesystem::path models = std::filesystem::path(EARSHOT_SOURCE_DIR) / "models";
    static ClassifierBundle classifier = loadClassifier(models / "svdnet");
    static GeneratorBundle generator = loadGenerator(models / "music-generator");
    const ResponseExpression expression({{1, ResponseKind::Unit, "fc9", {0}}});
    const ResponsePath path{*generator.generator, *classifier.inputMap, *classifier.classifier,
                            expression, cpu};
    const auto examples = static_cast<std::size_t>(state.range(0));
    const Matrix<float> starts = startLatents(0, examples);
    OptimiserTask task;
    task.starts = starts;
    task.steps = steps;
    for (std::size_t i = 0; i < examples; ++i)
        task.rows.push_back({i, Direction::Positive, 0.01, 0.001});
    for (auto _ : state)
        benchmark::DoNotOptimize(optimise(path, task));
    state.counters["seconds_per_step"] = benchmark::Counter(
        steps, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
    state.counters["GFLOP/s"] =
        benchmark::Counter(steps * static_cast<double>(examples) * operationsOfStep / 1e9,
                           benchmark::Counter::kIsIterationInvariantRate);
}
BENCHMARK(optimiserStep)->Arg(1)->Arg(8)->Arg(50)->UseRealTime()->Unit(benchmark::kMillisecond);

// float32, square, all threads: what this machine can do.
void matrixProduct(benchmark::State& state)
{
    device();
    const std::int64_t size = state.range(0);
    const at::Tensor a = at::rand({size, size}, at::kFloat);
    const at::Tensor b = at::rand({size, size}, at::kFloat);
    for (auto _ : state)
        benchmark::DoNotOptimize(at::mm(a, b).data_ptr());
    const auto extent = static_cast<double>(size);
    state.counters["GFLOP/s"] = benchmark::Counter(2 * extent * extent * extent / 1e9,
                                                   benchmark::Counter::kIsIterationInvariantRate);
}
BENCHMARK(matrixProduct)->Arg(2048)->UseRealTime()->Unit(benchmark::kMillisecond);

} // namespace

} // namespace earshot

BENCHMARK_MAIN();
