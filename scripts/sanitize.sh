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
    # ThreadSanitizer of GCC 12 gives up where the kernel spreads addresses over more bits than it knows.
    fixed=()
    setarch -R true 2>/dev/null && fixed=(setarch -R)
    "${fixed[@]}" ctest --preset tsan -L threads "$@"
    ;;
*)
    echo "sanitize: asan or tsan?" >&2
    exit 2
    ;;
esac
