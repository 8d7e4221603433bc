#!/usr/bin/env bash
# Sets up, builds and runs all tests. Usage: scripts/test.sh [ctest option …]     e.g. -R optimiser: only those named so
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/build.sh release
ctest --preset release -j "$(nproc)" "$@"
