#!/usr/bin/env bash
# Sets up, builds, and explains the shipped classifier's singing-voice neuron: what makes it respond most, and least.
# Usage: scripts/run.sh [option of earshot-cli explain …]     e.g. --response 'fc8[3]' --examples 8 --out FOLDER
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)

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
