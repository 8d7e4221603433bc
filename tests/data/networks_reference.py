#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reference numbers for SVDNet, the residual network, the generator, the critic and Adam, by PyTorch itself.

Written from the published tables (1: generator, 2: discriminator, 4: SVDNet), and from the words in
core/nets/residual_net.h, with torch.nn modules alone.
Weights and inputs follow from a closed formula (filled()), so that none has to be stored.
Of every result a strided sample of values, the sum and the sum of absolute values are kept.

    python3 networks_reference.py networks_reference.json      (made with torch 2.11.0 on a CPU)
"""
import json
import sys

import numpy as np
import torch
from torch import nn

SAMPLES = 24


def filled(shape, number, scale):
    """Element i is (x/2^31 - 1)·scale in double precision, then float32, where x is i and number, mixed:
    32-bit arithmetic, the same in every language. Uniform, of variance scale²/3."""
    x = np.arange(np.prod(shape), dtype=np.uint64) * 2654435761 + number * 40503
    x &= 0xFFFFFFFF
    x ^= x >> np.uint64(16)
    x = (x * 2246822519) & 0xFFFFFFFF
    x ^= x >> np.uint64(13)
    values = ((x / 2.0**31 - 1) * scale).astype(np.float32)
    return torch.from_numpy(values.reshape(shape))


def fill(module):
    """Parameter k, counted from 1: weights of variance 2/fan-in, biases within ±0.1."""
    for k, (name, parameter) in enumerate(module.named_parameters()):
        shape = tuple(parameter.shape)
        if len(shape) == 1:
            scale = 0.1
        else:
            # A transposed convolution of stride 2×2 uses every fourth tap.
            fan = shape[0] * shape[2] * shape[3] / 4 if name.startswith("convt") else np.prod(shape[1:])
            scale = (6 / fan) ** 0.5
        with torch.no_grad():
            parameter.copy_(filled(shape, k + 1, scale))
    return module


def summary(tensor):
    values = tensor.detach().double().contiguous().flatten()
    step = max(1, values.numel() // SAMPLES)
    return {
        "shape": list(tensor.shape),
        "step": step,
        "values": values[::step][:SAMPLES].tolist(),
        "sum": values.sum().item(),
        "sum_of_absolutes": values.abs().sum().item(),
    }


class SvdNet(nn.Module):
    """Table 4."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 64, (3, 3))
        self.conv2 = nn.Conv2d(64, 32, (3, 3))
        self.conv4 = nn.Conv2d(32, 128, (3, 3))
        self.conv5 = nn.Conv2d(128, 64, (3, 3))
        self.fc7 = nn.Linear(64 * 11 * 7, 256)
        self.fc8 = nn.Linear(256, 64)
        self.fc9 = nn.Linear(64, 1)

    def forward(self, x):
        tensors = {}
        for name in ("conv1", "conv2", "pool3", "conv4", "conv5", "pool6", "fc7", "fc8", "fc9"):
            if name.startswith("pool"):
                x = tensors[name] = nn.MaxPool2d(3)(x)
                continue
            if name == "fc7":
                x = nn.Flatten()(x)  # channel, time, frequency
            x = tensors[name] = getattr(self, name)(x)
            x = tensors[name + ".act"] = nn.Sigmoid()(x) if name == "fc9" else nn.LeakyReLU(0.01)(x)
        return tensors


class ResidualNet(nn.Module):
    """Blocks of two 3×3 convolutions beside an identity or a 1×1 convolution; numbered like the layers."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 24, 5, stride=2, padding=2)
        self.conv2 = nn.Conv2d(24, 24, 3, padding=1)
        self.conv3 = nn.Conv2d(24, 24, 3, padding=1)
        channels = {3: 24, 5: 48, 7: 96, 9: 192}
        for last in (5, 7, 9):
            before, after = channels[last - 2], channels[last]
            setattr(self, f"conv{last - 1}", nn.Conv2d(before, after, 3, stride=2, padding=1))
            setattr(self, f"conv{last}", nn.Conv2d(after, after, 3, padding=1))
            setattr(self, f"skip{last}", nn.Conv2d(before, after, 1, stride=2))
        self.fc10 = nn.Linear(192 * 8 * 5, 64)
        self.fc11 = nn.Linear(64, 1)

    def forward(self, x):
        tensors = {}

        def keep(name, tensor, activation=None):
            tensors[name] = tensor
            if activation is not None:
                tensors[name + ".act"] = tensor = activation(tensor)
            return tensor

        leaky = nn.LeakyReLU(0.01)
        x = keep("conv1", self.conv1(x), leaky)
        for last in (3, 5, 7, 9):
            inner = keep(f"conv{last - 1}", getattr(self, f"conv{last - 1}")(x), leaky)
            inner = keep(f"conv{last}", getattr(self, f"conv{last}")(inner))
            skip = x if last == 3 else keep(f"skip{last}", getattr(self, f"skip{last}")(x))
            x = keep(f"sum{last}", skip + inner, leaky)
        x = keep("fc10", self.fc10(nn.Flatten()(x)), leaky)  # channel, time, frequency
        keep("fc11", self.fc11(x), nn.Sigmoid())
        return tensors


class Generator(nn.Module):
    """Table 1."""

    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(128, 5120)
        channels = [128, 64, 32, 16, 8]
        for i, bands in enumerate((10, 20, 20, 20)):
            layer = nn.ConvTranspose2d(channels[i], channels[i + 1], (5, bands), stride=2,
                                       padding=(2, bands // 2 - 1), output_padding=(1, 0))
            setattr(self, f"convt{i + 1}", layer)
        self.conv = nn.Conv2d(8, 1, (5, 5), padding=2)

    def forward(self, z):
        activation = nn.LeakyReLU(0.2)
        x = activation(self.fc(z)).view(-1, 128, 8, 5)
        for i in range(4):
            x = activation(getattr(self, f"convt{i + 1}")(x))
        return self.conv(x)


class Critic(nn.Module):
    """Table 2; 115 frames are padded to its 128."""

    def __init__(self):
        super().__init__()
        channels = [1, 32, 64, 128, 256]
        for i, bands in enumerate((80, 40, 20, 10)):
            layer = nn.Conv2d(channels[i], channels[i + 1], (5, bands), stride=2, padding=(2, bands // 2 - 1))
            setattr(self, f"conv{i + 1}", layer)
        self.fc = nn.Linear(8 * 5 * 256, 1, bias=False)

    def forward(self, u):
        x = nn.ZeroPad2d((0, 0, 6, 7))(u)
        for i in range(4):
            x = nn.LeakyReLU(0.2)(getattr(self, f"conv{i + 1}")(x))
        return self.fc(x.flatten(1)).squeeze(1)


def gradient_of(result, leaf):
    return torch.autograd.grad(result.sum(), leaf)[0]


def networks():
    """In float64, from float32 weights and inputs."""
    excerpt = filled((2, 1, 115, 80), 100, 1.7).double().requires_grad_(True)
    latents = filled((2, 128), 200, 1.7).double().requires_grad_(True)
    svdnet = fill(SvdNet()).double()
    residual = fill(ResidualNet()).double()(excerpt)
    generator = fill(Generator()).double()
    critic = fill(Critic()).double()
    tensors = svdnet(excerpt)
    whole = generator(latents)
    kept = whole[:, :, 6:121]
    # In units of the training set: s·u + m is what a bundle holds. Most of it lies between the
    # limits, log 1e-7 and the loudest that samples within ±1 reach, and some at them.
    mels = torch.clamp(kept * 6 - 12, min=np.log(1e-7), max=np.log(2 / np.pi * np.hanning(1024).sum()))
    scores = critic(excerpt)
    return {
        "svdnet": {name: summary(tensor) for name, tensor in tensors.items()},
        "svdnet_gradient": summary(gradient_of(tensors["fc9"], excerpt)),
        "residual_net": {name: summary(tensor) for name, tensor in residual.items()},
        "residual_net_gradient": summary(gradient_of(residual["fc11"], excerpt)),
        "generator": summary(whole),
        "generator_log_mels": summary(mels),
        "generator_gradient": summary(gradient_of(mels, latents)),
        "critic": summary(scores),
        "critic_gradient": summary(gradient_of(scores, excerpt)),
    }


def adam():
    """torch.optim.Adam on gradients of a closed formula; the learning rate changes on the way."""
    runs = []
    for lr, betas, eps in ((1e-3, (0.9, 0.999), 1e-8), (2e-4, (0.0, 0.99), 1e-8), (0.1, (0.99, 0.999), 1e-3)):
        parameter = torch.nn.Parameter(filled((5,), 300, 1).double())
        optimiser = torch.optim.Adam([parameter], lr=lr, betas=betas, eps=eps, foreach=False)
        steps = []
        for t in range(60):
            for group in optimiser.param_groups:
                group["lr"] = lr / (1 + t)
            index = torch.arange(5, dtype=torch.float64)
            parameter.grad = torch.sin(1.3 * index + 0.7 * t) * 10 ** (index - 3)
            optimiser.step()
            if t in (0, 1, 9, 59):
                steps.append({"step": t + 1, "values": parameter.detach().tolist()})
        runs.append({"learning_rate": lr, "beta1": betas[0], "beta2": betas[1], "epsilon": eps, "steps": steps})
    return runs


def main():
    torch.set_num_threads(1)
    document = {"made_by": "networks_reference.py", "torch": torch.__version__.split("+")[0]}
    document.update(networks())
    document["adam"] = adam()
    with open(sys.argv[1], "w", encoding="utf-8") as stream:
        json.dump(document, stream, indent=None, separators=(",", ":"))
        stream.write("\n")


if __name__ == "__main__":
    main()
