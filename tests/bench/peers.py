# SPDX-License-Identifier: GPL-3.0-or-later
"""The peers that the benchmarks compare with: a plain PyTorch loop for Eq. 2, and librosa's mel spectrogram.

Usage: peers.py MODELS_FOLDER THREADS > peers.json
The loop is what a researcher would write: contiguous float32 tensors, autograd, torch.optim.Adam on z; the shipped
weights. librosa runs the paper's front end (its own mel filters, no padding) on one thread.
"""
import json
import struct
import sys
import time
from pathlib import Path

import librosa
import numpy as np
import torch
import torch.nn.functional as F

STEPS = 4


def read_weights(path):
    data = path.read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    header.pop("__metadata__", None)
    return {
        name: torch.from_numpy(
            np.frombuffer(data, "<f4", int(np.prod(entry["shape"])), 8 + length + entry["data_offsets"][0])
            .reshape(entry["shape"])
            .copy()
        )
        for name, entry in header.items()
    }


def generate(w, z):
    x = F.leaky_relu(F.linear(z, w["fc.weight"], w["fc.bias"]), 0.2).view(-1, 128, 8, 5)
    for name, k in (("convt1", 10), ("convt2", 20), ("convt3", 20), ("convt4", 20)):
        x = F.conv_transpose2d(
            x, w[name + ".weight"], w[name + ".bias"], stride=2, padding=(2, k // 2 - 1), output_padding=(1, 0)
        )
        x = F.leaky_relu(x, 0.2)
    x = F.conv2d(x, w["conv.weight"], w["conv.bias"], padding=2)
    return x[:, :, 6:121].clamp(min=float(np.log(1e-7)), max=float(np.log(2 / np.pi * 511.5)))


def logit(w, mel):
    x = (mel - w["input.mean"]) / w["input.std"]
    for name in ("conv1", "conv2", None, "conv4", "conv5", None):
        if name is None:
            x = F.max_pool2d(x, 3)
        else:
            x = F.leaky_relu(F.conv2d(x, w[name + ".weight"], w[name + ".bias"]), 0.01)
    x = x.flatten(1)
    for name in ("fc7", "fc8"):
        x = F.leaky_relu(F.linear(x, w[name + ".weight"], w[name + ".bias"]), 0.01)
    return F.linear(x, w["fc9.weight"], w["fc9.bias"])[:, 0]


def seconds_per_step(classifier, generator, examples):
    z = torch.randn(examples, 128, requires_grad=True)
    adam = torch.optim.Adam([z], lr=0.01, betas=(0.99, 0.999), maximize=True)

    def step():
        adam.zero_grad()
        objective = logit(classifier, generate(generator, z)).sum() - 0.001 * 0.5 * z.square().sum()
        objective.backward()
        adam.step()

    step()
    best = float("inf")
    for _ in range(3):
        begun = time.perf_counter()
        for _ in range(STEPS):
            step()
        best = min(best, (time.perf_counter() - begun) / STEPS)
    return best


def librosa_speed():
    torch.set_num_threads(1)
    samples = np.random.default_rng(0).standard_normal(30 * 22050).astype(np.float32)

    def analyse():
        mel = librosa.feature.melspectrogram(
            y=samples, sr=22050, n_fft=1024, hop_length=315, center=False, power=1, n_mels=80, fmin=27.5, fmax=8000
        )
        return np.log(np.maximum(mel, 1e-7))

    analyse()
    best = float("inf")
    for _ in range(10):
        begun = time.perf_counter()
        analyse()
        best = min(best, time.perf_counter() - begun)
    return 30 / best


def main():
    models = Path(sys.argv[1])
    torch.set_num_threads(int(sys.argv[2]))
    torch.manual_seed(0)
    classifier = read_weights(models / "svdnet" / "weights.safetensors")
    generator = read_weights(models / "music-generator" / "weights.safetensors")
    result = {
        "torch": torch.__version__,
        "librosa": librosa.__version__,
        "plain_loop_seconds_per_step": {n: seconds_per_step(classifier, generator, n) for n in (1, 8, 50)},
        "librosa_audio_seconds_per_second": librosa_speed(),
    }
    json.dump(result, sys.stdout, indent=2)


main()
