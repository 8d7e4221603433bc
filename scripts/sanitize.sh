#!/usr/bin/env bash
# Builds and runs the tests with sanitizers. Usage: scripts/sanitize.sh asan|tsan [ctest option …]
#   asan: AddressSanitizer and UndefinedBehaviorSanitizer, every test
#   tsan: ThreadSanitizer, the tests that start threads of ours (label "threads")
set -euo pipefail
cd "$(dirname "$0")/.."
sanitizer=${1:-}
shift || true
case "$sanitizer" in
asan)
    scripts/build.sh asan
    ctest --preset asan -j "$(nproc)" "$@"
    ;;
tsan)
    scripts/build.sh tsan thread_tests
    ctest --preset tsan "$@"
    ;;
*)
    echo "sanitize: asan or tsan?" >&2
    exit 2
    ;;
esac
