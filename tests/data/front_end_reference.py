# SPDX-License-Identifier: GPL-3.0-or-later
"""Reference numbers for core/dsp: numpy alone, from the definitions of the paper's front end.

Run `python3 front_end_reference.py` (numpy 2.4) to write front_end_reference.safetensors beside it.
Written from the definitions, not from the C++: a dense filter matrix, numpy.linalg.pinv, numpy.fft,
everything in double.

    front end    mono at 22,050 Hz; frames of 1024 every 315 samples, no padding;
                 numpy.hanning(1024); magnitude of the real FFT.
    filters      82 points p equally spaced in mel(f) = 1127 ln(1 + f/700) from 27.5 to 8000 Hz;
                 b_i the first FFT bin at or above p_i; filter i rises over bins [b_i, b_i+1) as
                 (f - p_i)/(b_i+1 - b_i), falls over [b_i+1, b_i+2) as
                 (p_i+2 - f)/(b_i+2 - b_i+1), and is divided by its sum.
    log-mel      log(max(x, 1e-7)), natural.
    inverse      sum of windowed inverse FFTs over max(sum of squared windows, 0.01 of its interior
                 value); the outer 64 samples are limited to the peak of the others.
"""
import json
import pathlib

import numpy as np

RATE, SIZE, HOP, BANDS, LOW, HIGH, FLOOR = 22050, 1024, 315, 80, 27.5, 8000.0, 1e-7
WINDOW = np.hanning(SIZE)


def stft(samples):
    starts = range(0, len(samples) - SIZE + 1, HOP)
    return np.array([np.fft.rfft(samples[s:s + SIZE].astype(float) * WINDOW) for s in starts])


def filter_bank():
    """[513, 80], columns with sum 1."""
    mels = np.linspace(1127 * np.log1p(LOW / 700), 1127 * np.log1p(HIGH / 700), BANDS + 2)
    points = 700 * np.expm1(mels / 1127)
    hertz = np.arange(SIZE // 2 + 1) * RATE / SIZE
    bins = np.searchsorted(hertz, points)  # first at or above
    bank = np.zeros((SIZE // 2 + 1, BANDS))
    for i in range(BANDS):
        left, peak, right = bins[i:i + 3]
        bank[left:peak, i] = (hertz[left:peak] - points[i]) / (peak - left)
        bank[peak:right, i] = (points[i + 2] - hertz[peak:right]) / (right - peak)
        bank[:, i] /= bank[:, i].sum()
    return bank


def inverse(spectrogram):
    samples = np.zeros((len(spectrogram) - 1) * HOP + SIZE)
    overlap = np.zeros_like(samples)
    for i, row in enumerate(spectrogram):
        part = slice(i * HOP, i * HOP + SIZE)
        samples[part] += np.fft.irfft(row) * WINDOW
        overlap[part] += WINDOW ** 2
    samples /= np.maximum(overlap, 0.01 * (WINDOW ** 2).sum() / HOP)
    peak = np.abs(samples[64:-64]).max()
    samples[:64] = np.clip(samples[:64], -peak, peak)
    samples[-64:] = np.clip(samples[-64:], -peak, peak)
    return samples


def sound(frames):
    """A gliding, harmonic tone with noise and a click; silent at the end, with 7 samples to spare."""
    random = np.random.default_rng(1)
    samples = (frames - 1) * HOP + SIZE + 7
    t = np.arange(samples) / RATE
    phase = 2 * np.pi * (220 * t + 300 * t * t)
    x = sum(0.3 / k * np.sin(k * phase) for k in range(1, 20))
    x += 0.02 * random.standard_normal(samples)
    x[1500] += 0.9
    x[-SIZE - HOP:] = 0
    return x.astype(np.float32)


def write_safetensors(path, tensors):
    header, offset = {}, 0
    kinds = {"float32": "F32", "float64": "F64", "int32": "I32"}
    for name, array in tensors.items():
        header[name] = {"dtype": kinds[str(array.dtype)], "shape": list(array.shape),
                        "data_offsets": [offset, offset + array.nbytes]}
        offset += array.nbytes
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    body = b"".join(np.ascontiguousarray(array).tobytes() for array in tensors.values())
    path.write_bytes(len(text).to_bytes(8, "little") + text + body)


def main():
    random = np.random.default_rng(2)
    samples = sound(10)
    spectrogram = stft(samples)
    bank = filter_bank()
    log_mel = np.log(np.maximum(np.abs(spectrogram) @ bank, FLOOR))
    # No sound has this spectrogram; with a click within the first 64 samples, so that their rule
    # matters.
    invented = random.standard_normal((3, 513)) + 1j * random.standard_normal((3, 513))
    invented[0] += 5 * np.exp(-2j * np.pi * 60 / SIZE * np.arange(513))
    invented[:, [0, -1]] = invented[:, [0, -1]].real
    mels = np.exp(random.uniform(-6, 3, (2, BANDS)))
    pairs = lambda z: np.stack([z.real, z.imag], -1)
    columns, rows = bank.T.nonzero()
    write_safetensors(pathlib.Path(__file__).with_suffix(".safetensors"), {
        "samples": samples,
        "stft": pairs(spectrogram),  # [10, 513, 2]: real, imaginary
        "log_mel": log_mel,  # [10, 80]
        "filter_band": columns.astype(np.int32),  # the non-zero weights, by band, then by bin
        "filter_bin": rows.astype(np.int32),
        "filter_weight": bank[rows, columns],
        "invented": pairs(invented),  # [3, 513, 2]
        "inverse": inverse(invented),
        "mels": mels,  # [2, 80]
        "pseudo_inverse": np.maximum(mels @ np.linalg.pinv(bank), 0),  # [2, 513]
    })


if __name__ == "__main__":
    main()
