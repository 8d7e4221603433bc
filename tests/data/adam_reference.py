#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reference trajectories of Adam as an ascent, by torch.optim.Adam(maximize=True) in float32.

Gradients follow from a closed formula, so that none has to be stored: coordinate i at step t has
((7919·i + 104729·t) mod 2001 - 1000)/1024 · 10^(-2i), which spans eight orders of magnitude, but coordinate 5
is always 0, and coordinate 6 is 0 except at every hundredth step.

    python3 adam_reference.py adam_reference.json      (made with torch 2.11.0 on a CPU)
"""
import json
import sys

import torch

COORDINATES = 7
STEPS = 400
KEPT = [1, 2, 3, 10, 50, 100, 400]


def gradient(t):
    values = []
    for i in range(COORDINATES):
        value = ((7919 * i + 104729 * t) % 2001 - 1000) / 1024 * 10.0 ** (-2 * (i % 5))
        if i == 5 or (i == 6 and t % 100 != 0):
            value = 0.0
        values.append(value)
    return torch.tensor(values, dtype=torch.float32)


def trajectory(learning_rate):
    z = torch.arange(COORDINATES, dtype=torch.float32) / 4 - 1
    z.requires_grad_(True)
    adam = torch.optim.Adam([z], lr=learning_rate, betas=(0.99, 0.999), eps=1e-8, maximize=True)
    kept = []
    for t in range(1, STEPS + 1):
        z.grad = gradient(t)
        adam.step()
        if t in KEPT:
            kept.append([float(value) for value in z.detach()])
    return {"learning_rate": learning_rate, "latents": kept}


document = {
    "torch": torch.__version__.split("+")[0],
    "steps": KEPT,
    "trajectories": [trajectory(rate) for rate in (0.1, 0.01, 0.001)],
}
with open(sys.argv[1], "w", encoding="utf-8") as file:
    json.dump(document, file, indent=1)
    file.write("\n")
