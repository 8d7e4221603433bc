# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes safetensors_reference.safetensors: a file in the format of
https://github.com/huggingface/safetensors, laid out by hand with numpy alone, the way other writers
may do it: members of the header out of the order of the data, white space, escapes, no padding, so
that no tensor is aligned. tests/io/tst_safetensors_reader.cpp knows the values."""

import json
import pathlib
import struct

import numpy as np

tensors = {
    "f32": ("F32", np.array([[1, -2, 0.5], [np.inf, 1e-45, 3.4028235e38]], "<f4")),
    "f16": ("F16", np.array([1, 65504, 2.0**-24, -0.0], "<f2")),
    "bf16": ("BF16", np.array([0x3F80, 0xC000], "<u2").reshape(1, 2)),
    "none": ("F32", np.zeros((0, 80), "<f4")),
    "f64": ("F64", np.array(np.pi, "<f8")),
    "i64": ("I64", np.array([-(2**63), 2**63 - 1], "<i8")),
    "i32": ("I32", np.array([-(2**31)], "<i4")),
    "i16": ("I16", np.array([-2, 300], "<i2")),
    "i8": ("I8", np.array([-128, 127], "i1")),
    "bool": ("BOOL", np.array([True, False, True])),
    "größe": ("U8", np.array([255], "u1")),
}

header, data = {}, b""
for name, (dtype, array) in tensors.items():
    first, data = len(data), data + array.tobytes()
    header[name] = {"shape": list(array.shape), "data_offsets": [first, len(data)], "dtype": dtype}
header = dict(reversed(header.items()))
header["__metadata__"] = {"made by": "Python", "zitat": '"ü"\n\u2192'}
text = json.dumps(header, ensure_ascii=True, indent=1).encode()
if len(text) % 8 == 0:
    text += b" "
path = pathlib.Path(__file__).with_suffix(".safetensors")
path.write_bytes(struct.pack("<Q", len(text)) + text + data)
