#!/usr/bin/env bash
# Installs what building and testing need: Debian packages, and the pinned LibTorch in a cache outside the tree.
# Says what it is about to do; does nothing that is done already. Usage: scripts/setup.sh
set -euo pipefail

packages=(
    ca-certificates g++ cmake ninja-build ccache pkg-config  # building
    python3 python3-pip                                      # fetching and unpacking LibTorch's wheels
    nlohmann-json3-dev libcli11-dev libssl-dev               # JSON, command line, SHA-256
    libfftw3-dev libsndfile1-dev libsoxr-dev                 # signal processing, audio files, resampling
    qt6-base-dev                                             # Qt Test
)

# The PyPI wheels, and the SHA-256 of each. torch 2.11.0 is linked against the CUDA runtime and CUPTI even where
# there is no GPU; both are unpacked beside it, as in site-packages.
torch_version=2.11.0
wheels=(torch==$torch_version nvidia-cuda-runtime==13.0.96 nvidia-cuda-cupti==13.0.85)
declare -A hashes=(
    [torch-2.11.0-cp311-cp311-manylinux_2_28_x86_64.whl]=7aa2f9bbc6d4595ba72138026b2074be1233186150e9292865e04b7a63b8c67a
    [nvidia_cuda_runtime-13.0.96-py3-none-manylinux2014_x86_64.manylinux_2_17_x86_64.whl]=7f82250d7782aa23b6cfe765ecc7db554bd3c2870c43f3d1821f1d18aebf0548
    [nvidia_cuda_cupti-13.0.85-py3-none-manylinux_2_25_x86_64.whl]=4eb01c08e859bf924d222250d2e8f8b8ff6d3db4721288cf35d14252a4d933c8
)

cache="${XDG_CACHE_HOME:-$HOME/.cache}/earshot"
libtorch="$cache/libtorch-$torch_version"

say() { printf 'setup: %s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

[ "$(uname -m)" = x86_64 ] || fail "this machine is $(uname -m); the pinned LibTorch is made for x86_64"

install_packages() {
    command -v dpkg-query >/dev/null || fail "this is no Debian system; install by hand what ${packages[*]} provide"
    local missing=()
    for package in "${packages[@]}"; do
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

install_libtorch() {
    [ ! -e "$libtorch/complete" ] || return 0
    say "fetching LibTorch $torch_version (540 MB) into $libtorch"
    rm -rf "$libtorch.partial"
    mkdir -p "$libtorch.partial"
    local folder="$libtorch.partial"
    local platforms=(manylinux_2_28_x86_64 manylinux_2_25_x86_64 manylinux_2_17_x86_64 manylinux2014_x86_64)
    python3 -m pip download -q --disable-pip-version-check --no-deps --only-binary :all: --python-version 3.11 \
        "${platforms[@]/#/--platform=}" -d "$folder" "${wheels[@]}" >&2 ||
        fail "LibTorch could not be fetched from PyPI: ${wheels[*]} (is there a network?)"
    for wheel in "${!hashes[@]}"; do
        [ -f "$folder/$wheel" ] || fail "PyPI did not give $wheel"
        echo "${hashes[$wheel]}  $folder/$wheel" | sha256sum --check --status ||
            fail "$wheel is not the file it should be: expected SHA-256 ${hashes[$wheel]}, found $(sha256sum "$folder/$wheel" | cut -d' ' -f1)"
    done
    say "unpacking LibTorch"
    python3 - "$folder" <<'PYTHON' || fail "LibTorch could not be unpacked (is the disk full?)"
import pathlib, sys, zipfile
folder = pathlib.Path(sys.argv[1])
for wheel in folder.glob("*.whl"):
    with zipfile.ZipFile(wheel) as archive:
        wanted = [n for n in archive.namelist() if n.startswith(("torch/lib/", "torch/include/", "nvidia/"))]
        archive.extractall(folder, wanted)
    wheel.unlink()
PYTHON
    touch "$folder/complete"
    rm -rf "$libtorch"
    mv "$folder" "$libtorch"
}

install_packages
install_libtorch
