// SPDX-License-Identifier: GPL-3.0-or-later
// Log-mel analysis of 30 s of noise, on one thread.
#include "core/dsp/log_mel.h"
#include "core/util/random.h"

#include <benchmark/benchmark.h>

#include <vector>

namespace earshot {

namespace {

constexpr double seconds = 30;

void logMelAnalysis(benchmark::State& state)
{
    const FrontEndParameters frontEnd;
    std::vector<float> samples(static_cast<std::size_t>(seconds * frontEnd.sampleRateHz));
    CounterRandom(0, 0).fillNormal(samples);
    for (auto _ : state)
        benchmark::DoNotOptimize(logMel(samples, frontEnd));
    state.counters["audio_seconds_per_second"] =
        benchmark::Counter(seconds, benchmark::Counter::kIsIterationInvariantRate);
}
BENCHMARK(logMelAnalysis)->UseRealTime()->Unit(benchmark::kMillisecond);

} // namespace

} // namespace earshot

BENCHMARK_MAIN();
