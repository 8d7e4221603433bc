#!/usr/bin/env bash
# Sets up and builds. Usage: scripts/build.sh [preset] [ninja target …]     preset: release (default), debug, asan, tsan
# The programs lie in build/<preset>/bin.
set -euo pipefail
cd "$(dirname "$0")/.."
preset=${1:-release}
shift || true

scripts/setup.sh
launcher=()
if command -v ccache >/dev/null; then
    launcher=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
    export CCACHE_SLOPPINESS=pch_defines,time_macros CCACHE_BASEDIR="$PWD" CCACHE_NOHASHDIR=1
fi
log=$(mktemp)
if ! cmake --preset "$preset" "${launcher[@]}" >"$log" 2>&1; then
    cat "$log" >&2
    exit 1
fi
rm -f "$log"
# A file that uses torch takes 0.6 GB to compile.
jobs=$(nproc)
if available=$(awk '/^MemAvailable/ { print $2 }' /proc/meminfo 2>/dev/null) && [ -n "$available" ]; then
    memory_jobs=$((available / 700000 + 1))
    jobs=$((memory_jobs < jobs ? memory_jobs : jobs))
fi
cmake --build --preset "$preset" -j "$jobs" ${1:+--target "$@"} >&2
