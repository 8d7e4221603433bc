#!/usr/bin/env bash
# Sets up, builds, and opens the window on the shipped models. Without a display it explains the classifier's
# singing-voice neuron from the command line: what makes it respond most, and least.
# Usage: scripts/run.sh [option of earshot …]            e.g. --response 'fc8[3]'
#        scripts/run.sh [option of earshot-cli explain …]  without a display, e.g. --examples 8 --out FOLDER
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)

if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
    "$root/scripts/build.sh" release earshot earshot-cli
    exec "$root/build/release/bin/earshot" "$@"
fi

# default OPTION VALUE     adds an option that was not given
arguments=("$@")
default() {
    local argument
    for argument in "${arguments[@]}"; do
        [[ $argument != "$1" && $argument != "$1="* ]] || return 0
    done
    arguments+=("$1" "$2")
}
default --response 'fc9[0]'
default --direction both
default --examples 4
default --out explanation

"$root/scripts/build.sh" release earshot-cli
status=0
"$root/build/release/bin/earshot-cli" explain "${arguments[@]}" || status=$?
[ $status -eq 0 ] || [ $status -eq 3 ] || exit $status
