# SPDX-License-Identifier: GPL-3.0-or-later
"""Prints the benchmarks beside their peers. Usage: table.py OPTIMISER.json LOG_MEL.json PEERS.json"""
import json
import sys

GFLOP_OF_STEP = 1.436  # per example, as bench_optimiser.cpp counts

optimiser, log_mel, peers = (json.load(open(path)) for path in sys.argv[1:4])
runs = {run["name"].removesuffix("/real_time"): run for run in optimiser["benchmarks"]}
limit = runs["matrixProduct/2048"]["GFLOP/s"]
print(f"matrix product 2048², float32: {limit:.0f} GFLOP/s on {optimiser['context']['num_cpus']} cores")
print(f"plain loop: PyTorch {peers['torch']}\n")
print("| examples N | Earshot s/step | GFLOP/s | of the matrix product | plain loop s/step | GFLOP/s | speed-up |")
print("|---|---|---|---|---|---|---|")
for n, plain in peers["plain_loop_seconds_per_step"].items():
    run = runs[f"optimiserStep/{n}"]
    seconds, rate = run["seconds_per_step"], run["GFLOP/s"]
    print(
        f"| {n} | {seconds:.3f} | {rate:.0f} | {100 * rate / limit:.0f} % | {plain:.3f} "
        f"| {int(n) * GFLOP_OF_STEP / plain:.0f} | {plain / seconds:.2f}× |"
    )
ours = log_mel["benchmarks"][0]["audio_seconds_per_second"]
theirs = peers["librosa_audio_seconds_per_second"]
print(f"\nlog-mel analysis, one thread: {ours:.0f} s of audio a second; librosa {peers['librosa']}: {theirs:.0f}; "
      f"{ours / theirs:.2f}×")
