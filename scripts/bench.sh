#!/usr/bin/env bash
# Measures the optimiser's step and the log-mel analysis beside their peers, and how long the window keeps its user
# waiting, all in one run, and prints tables.
# To be run on an otherwise idle machine. Usage: scripts/bench.sh
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/setup.sh bench
cmake --preset release -B build/bench -DEARSHOT_BENCH=ON \
    -DCMAKE_CXX_COMPILER_LAUNCHER=ccache >/dev/null
cmake --build build/bench --target bench_optimiser bench_log_mel bench_window >&2

venv="${XDG_CACHE_HOME:-$HOME/.cache}/earshot/bench-venv"
if [ ! -e "$venv/complete" ]; then
    echo "bench: installing PyTorch 2.11.0 and librosa into $venv (3 GB)" >&2
    python3 -m venv "$venv"
    "$venv/bin/pip" install -q --disable-pip-version-check torch==2.11.0 numpy librosa
    touch "$venv/complete"
fi

out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
echo "bench: running (a minute or two)" >&2
build/bench/bin/bench_optimiser --benchmark_format=json >"$out/optimiser.json"
build/bench/bin/bench_log_mel --benchmark_format=json >"$out/log_mel.json"
# Not what some machines set for an old numpy.
env -u OPENBLAS_CORETYPE -u OPENBLAS_L2_SIZE OMP_NUM_THREADS="$(nproc)" \
    "$venv/bin/python" tests/bench/peers.py models "$(nproc)" >"$out/peers.json"
"$venv/bin/python" tests/bench/table.py "$out/optimiser.json" "$out/log_mel.json" "$out/peers.json"
echo
build/bench/bin/bench_window
