#!/usr/bin/env bash
# Formats every C++ file of the tree by the pinned clang-format 14.0.6. Usage: scripts/format.sh [--check]
#   --check: changes nothing, names what is not formatted, and fails if there is any
set -euo pipefail
cd "$(dirname "$0")/.."
mode=(-i)
case "${1:-}" in
'') ;;
--check) mode=(--dry-run --Werror) ;;
*)
    echo "format: knows --check, not $1" >&2
    exit 2
    ;;
esac

scripts/setup.sh format
tool="${XDG_CACHE_HOME:-$HOME/.cache}/earshot/clang-format-14.0.6/clang_format/data/bin/clang-format"
mapfile -t files < <(find . \( -name build -o -name '.*' ! -name . \) -prune -o \( -name '*.h' -o -name '*.cpp' \) -print | sort)
"$tool" "${mode[@]}" "${files[@]}"
echo "format: ${#files[@]} files" >&2
