# SPDX-License-Identifier: GPL-3.0-or-later
"""Reference numbers for core/dsp/descriptors: librosa's own functions at their defaults.

Run `python3 descriptors_reference.py` (librosa 0.11, numpy) to write descriptors_reference.json
beside it. The sounds are formulas, which the test computes again: 36,934 samples at 22,050 Hz.
"""
import json
import pathlib

import librosa
import numpy as np

RATE, COUNT = 22050, 36934
t = np.arange(COUNT) / RATE


def hits(period, decay, hertz):
    """A decaying tone every `period` seconds, the first after a quarter of one."""
    since = np.mod(t - period / 4, period)
    return np.where(t < period / 4, 0, np.exp(-since / decay) * np.sin(2 * np.pi * hertz * since))


# A generator of numbers that any language has (Numerical Recipes' quick one), in [-1, 1).
state, noise = 1, np.empty(COUNT)
for i in range(COUNT):
    state = (1664525 * state + 1013904223) % 2**32
    noise[i] = state / 2**31 - 1

SOUNDS = {
    "sine": 0.5 * np.sin(2 * np.pi * 440 * t) + 0.001 * noise,
    "bass": 0.4 * np.sin(2 * np.pi * 80 * t) + 0.1 * np.sin(2 * np.pi * 2000 * t) + 0.01 * noise,
    "noise": 0.25 * noise,
    "hits": 0.8 * hits(0.3, 0.01, 900) + 0.001 * noise,
    "both": 0.3 * np.sin(2 * np.pi * 330 * t) + 0.5 * hits(0.4, 0.02, 1500) + 0.0005 * noise,
}


def describe(y):
    y = y.astype(np.float32).astype(np.float64)
    spectrum = librosa.stft(y)
    magnitude = np.abs(spectrum)
    hertz = librosa.fft_frequencies(sr=RATE)
    harmonic, percussive = librosa.decompose.hpss(magnitude)
    return {
        "low_energy_share": (magnitude[hertz < 150] ** 2).sum() / (magnitude ** 2).sum(),
        "harmonic_percussive_db": 10 * np.log10((harmonic ** 2).sum() / (percussive ** 2).sum()),
        "onsets_per_second": len(librosa.onset.onset_detect(y=y, sr=RATE)) * RATE / COUNT,
        "centroid_hz": librosa.feature.spectral_centroid(S=magnitude, sr=RATE).mean(),
        "level_db": 20 * np.log10(np.sqrt((y ** 2).mean())),
    }


numbers = {name: {k: float(v) for k, v in describe(y).items()} for name, y in SOUNDS.items()}
path = pathlib.Path(__file__).with_suffix(".json")
path.write_text(json.dumps({"librosa": librosa.__version__, "sounds": numbers}, indent=1) + "\n")
