#!/usr/bin/env bash
# Installs what building and testing need: Debian packages, and the pinned LibTorch in a cache outside the tree; or
# what the format check or the benchmarks need. Says what it is about to do; does nothing that is done already.
# Usage: scripts/setup.sh [build|format|bench]
set -euo pipefail

build_packages=(
    ca-certificates g++ cmake ninja-build ccache pkg-config  # building
    python3 python3-pip                                      # fetching and unpacking LibTorch's wheels
    nlohmann-json3-dev libcli11-dev libssl-dev               # JSON, command line, SHA-256
    libfftw3-dev libsndfile1-dev libsoxr-dev                 # signal processing, audio files, resampling
    portaudio19-dev                                          # playing sound
    qt6-base-dev qt6-svg-dev qt6-wayland libqcustomplot-dev  # the window, its icons and plots; Qt Test
)
bench_packages=(libbenchmark-dev python3-venv)
format_packages=(ca-certificates python3 python3-pip)

# The PyPI wheels, and the SHA-256 of each. torch 2.11.0 is linked against the CUDA runtime and CUPTI even where
# there is no GPU; both are unpacked beside it, as in site-packages.
torch_version=2.11.0
torch_wheels=(torch==$torch_version nvidia-cuda-runtime==13.0.96 nvidia-cuda-cupti==13.0.85)
format_version=14.0.6
declare -A hashes=(
    [torch-2.11.0-cp311-cp311-manylinux_2_28_x86_64.whl]=7aa2f9bbc6d4595ba72138026b2074be1233186150e9292865e04b7a63b8c67a
    [nvidia_cuda_runtime-13.0.96-py3-none-manylinux2014_x86_64.manylinux_2_17_x86_64.whl]=7f82250d7782aa23b6cfe765ecc7db554bd3c2870c43f3d1821f1d18aebf0548
    [nvidia_cuda_cupti-13.0.85-py3-none-manylinux_2_25_x86_64.whl]=4eb01c08e859bf924d222250d2e8f8b8ff6d3db4721288cf35d14252a4d933c8
    [clang_format-14.0.6-py2.py3-none-manylinux_2_12_x86_64.manylinux2010_x86_64.whl]=d7c1c5e404c58e55f0170f01b3c5611dce6c119e62b5d1020347e0ad97d5a047
)

cache="${XDG_CACHE_HOME:-$HOME/.cache}/earshot"

say() { printf 'setup: %s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

[ "$(uname -m)" = x86_64 ] || fail "this machine is $(uname -m); the pinned LibTorch is made for x86_64"

# install_packages PACKAGE…
install_packages() {
    command -v dpkg-query >/dev/null || fail "this is no Debian system; install by hand what these packages provide: $*"
    local missing=()
    for package in "$@"; do
        [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    say "installing Debian packages: ${missing[*]}"
    local root=()
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || fail "these packages are missing and there is neither root nor sudo: ${missing[*]}"
        root=(sudo)
    fi
    local log; log=$(mktemp)
    if ! { "${root[@]}" apt-get update -q && "${root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -q --no-install-recommends "${missing[@]}"; } >"$log" 2>&1 </dev/null; then
        tail -n 15 "$log" >&2
        fail "apt-get could not install: ${missing[*]} (is there a network? the whole log: $log)"
    fi
    rm -f "$log"
}

# install_wheels FOLDER SIZE PATTERN WHEEL…     the files of the wheels whose names begin with PATTERN, unpacked in FOLDER
install_wheels() {
    local target=$1 size=$2 pattern=$3
    shift 3
    [ ! -e "$target/complete" ] || return 0
    say "fetching $* from PyPI ($size) into $target"
    local folder="$target.partial"
    rm -rf "$folder"
    mkdir -p "$folder"
    local platforms=(manylinux_2_28_x86_64 manylinux_2_25_x86_64 manylinux_2_17_x86_64 manylinux2014_x86_64
        manylinux_2_12_x86_64 manylinux2010_x86_64)
    python3 -m pip download -q --disable-pip-version-check --no-deps --only-binary :all: --python-version 3.11 \
        "${platforms[@]/#/--platform=}" -d "$folder" "$@" >&2 ||
        fail "PyPI did not give $* (is there a network?)"
    local file wheel found
    for file in "$folder"/*.whl; do
        wheel=$(basename "$file")
        found=$(sha256sum "$file" | cut -d' ' -f1)
        [ "$found" = "${hashes[$wheel]:-unknown}" ] ||
            fail "$wheel is not the file it should be: expected SHA-256 ${hashes[$wheel]:-of none of ours}, found $found"
    done
    python3 - "$folder" "$pattern" <<'PYTHON' || fail "$* could not be unpacked (is the disk full?)"
import pathlib, re, sys, zipfile
folder, pattern = pathlib.Path(sys.argv[1]), sys.argv[2]
for wheel in folder.glob("*.whl"):
    with zipfile.ZipFile(wheel) as archive:
        for member in archive.infolist():
            if re.match(pattern, member.filename):
                pathlib.Path(archive.extract(member, folder)).chmod(member.external_attr >> 16 or 0o644)
    wheel.unlink()
PYTHON
    touch "$folder/complete"
    rm -rf "$target"
    mv "$folder" "$target"
}

case "${1:-build}" in
build | bench)
    install_packages "${build_packages[@]}"
    [ "${1:-}" != bench ] || install_packages "${bench_packages[@]}"
    install_wheels "$cache/libtorch-$torch_version" '540 MB' 'torch/(lib|include)/|nvidia/' "${torch_wheels[@]}"
    ;;
format)
    install_packages "${format_packages[@]}"
    install_wheels "$cache/clang-format-$format_version" '1 MB' 'clang_format/data/' "clang-format==$format_version"
    ;;
*) fail "knows build, format and bench, not $1" ;;
esac
