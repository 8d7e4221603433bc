#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks every #include of core, ui, app and tests against the table below: project includes point down it only, and
an outside library is included where its row says and nowhere else. Usage: check_includes.py [ROOT]
Exits with 1 and one line for each include that breaks a rule."""

import re
import sys
from pathlib import Path
from typing import NamedTuple


class Row(NamedTuple):
    """What a folder may include, beside its own files and the standard library."""

    project: tuple = ()  # folders of this project
    anywhere: tuple = ()  # outside libraries, in headers too
    sources: tuple = ()  # outside libraries, in .cpp files only


CORE = ("core/util", "core/dsp", "core/audio", "core/io", "core/nets", "core/explain", "core/train", "core/listen",
        "core/corpus")

# The longest folder that a file lies below gives its row. In dependency order, as in the README.
TABLE = {
    "core/util": Row(),
    "core/dsp": Row(("core/util",), sources=("fftw",)),
    "core/audio": Row(("core/util",), sources=("sndfile", "soxr", "portaudio")),
    "core/io": Row(("core/util",), sources=("json", "openssl")),
    "core/nets": Row(("core/util", "core/io"), ("tensor",), ("torch",)),
    "core/explain": Row(("core/util", "core/io", "core/nets"), ("tensor",), ("torch",)),
    "core/train": Row(("core/util", "core/io", "core/nets", "core/explain"), ("tensor",), ("torch",)),
    "core/listen": Row(("core/util", "core/io", "core/dsp", "core/audio", "core/nets", "core/explain"),
                       sources=("tensor", "torch")),
    "core/corpus": Row(("core/util", "core/io", "core/dsp", "core/audio", "core/nets", "core/explain", "core/train"),
                       sources=("tensor", "torch")),
    "ui": Row(CORE, ("qt",)),
    "ui/plot": Row(CORE + ("ui",), ("qt", "qcustomplot")),
    "ui/grid": Row(CORE + ("ui",), ("qt",)),
    "ui/song": Row(CORE + ("ui",), ("qt",)),
    "ui/explorer": Row(CORE + ("ui",), ("qt",)),
    "app": Row(CORE, ("qt",)),
    "app/gui": Row(CORE + ("ui", "app"), ("qt",)),
    "app/cli": Row(CORE + ("app",), ("cli11",)),
    "tests": Row(CORE + ("ui", "app"), ("qt", "tensor", "torch", "json", "openssl", "fftw", "sndfile", "soxr",
                                        "portaudio", "cli11", "system")),
    "tests/bench": Row(CORE + ("tests", "ui", "app"), ("qt", "tensor", "torch", "benchmark")),
}

# The first that matches names the library. "system" (POSIX, the processor) is open to every .cpp file.
LIBRARIES = {
    "standard": r"[a-z][a-z0-9_]*",
    "tensor": r"ATen/core/Tensor\.h",  # the one torch header that headers may include: the others cost seconds
    "torch": r"(ATen|torch|c10)/.+",
    "json": r"nlohmann/.+",
    "openssl": r"openssl/.+",
    "fftw": r"fftw3\.h",
    "sndfile": r"sndfile\.h(h)?",
    "soxr": r"soxr\.h",
    "portaudio": r"portaudio\.h",
    "cli11": r"CLI/.+",
    "benchmark": r"benchmark/.+",
    "qcustomplot": r"qcustomplot\.h",
    "qt": r"Q[A-Za-z]+(/.+)?",
    "system": r"(sys/.+|unistd|fcntl|dlfcn|malloc|cpuid|pthread|poll|signal|spawn)\.h",
}

# The facade's headers and what lies below ui reach no torch header at all, through no chain of headers.
TORCH_FREE = ("ui", "core/explain/explainer.h", "core/explain/explanation.h", "core/explain/runner.h",
              "core/explain/settings.h")

INCLUDE = re.compile(r"^\s*#\s*include\s*(.*?)\s*(//.*)?$")


class Include(NamedTuple):
    file: str  # from the root, with slashes
    line: int
    text: str  # <string> or "core/util/error.h"

    @property
    def target(self):
        return self.text[1:-1]

    def problem(self, message):
        return f"{self.file}:{self.line}: {self.text}: {message}"


def below(path, folder):
    return path == folder or path.startswith(folder + "/")


def row_of(file):
    """The folder of the table that a file belongs to, or None."""
    return max((folder for folder in TABLE if below(file, folder)), key=len, default=None)


def library_of(target):
    return next((name for name, pattern in LIBRARIES.items() if re.fullmatch(pattern, target)), None)


def includes_of(root, file):
    lines = (root / file).read_text(encoding="utf-8").splitlines()
    return [Include(file, number, match.group(1)) for number, line in enumerate(lines, 1)
            if (match := INCLUDE.match(line))]


def check_project(root, include):
    folder, target = row_of(include.file), include.target
    if target == Path(include.file).stem + ".moc":
        return None
    if not (root / target).is_file():
        return "is no file of this project (project includes are written from the root)"
    other = row_of(target)
    if other is None or target.endswith(".cpp"):
        return "is not for including"
    if other != folder and not any(below(other, allowed) for allowed in TABLE[folder].project):
        return f"{folder} may not include {other}"
    return None


def check_outside(include):
    folder, library = row_of(include.file), library_of(include.target)
    row, is_source = TABLE[folder], include.file.endswith(".cpp")
    if library == "standard" or library in row.anywhere:
        return None
    if library is None:
        return "is of no library that the table knows"
    if is_source and (library == "system" or library in row.sources):
        return None
    if library == "system" or library in row.sources:
        return f"{folder} may include {library} in .cpp files only"
    return f"{folder} may not include {library}"


def check_include(root, include):
    if re.fullmatch(r'"[^"]+"', include.text):
        return check_project(root, include)
    if re.fullmatch(r"<[^>]+>", include.text):
        return check_outside(include)
    return 'is neither "…" nor <…>'


def torch_chain(includes, file, seen):
    """The files from `file` to the first torch header that it reaches, or None."""
    for include in includes.get(file, ()):
        if library_of(include.target) in ("tensor", "torch"):
            return [file, include.target]
        if include.target in includes and include.target not in seen:
            seen.add(include.target)
            if chain := torch_chain(includes, include.target, seen):
                return [file] + chain
    return None


def check(root):
    """The problems of a tree and its number of files. Raises ValueError if there is nothing to check."""
    root = Path(root)
    files = sorted(path.relative_to(root).as_posix() for top in ("core", "ui", "app", "tests")
                   for pattern in ("*.h", "*.cpp") for path in (root / top).rglob(pattern))
    if not files:
        raise ValueError(f"no C++ file below {root}")
    problems = [f"{file}: lies in no folder of the table" for file in files if row_of(file) is None]
    includes = {file: includes_of(root, file) for file in files if row_of(file) is not None}
    for file in includes:
        problems += [include.problem(message) for include in includes[file]
                     if (message := check_include(root, include))]
        if any(below(file, place) for place in TORCH_FREE) and (chain := torch_chain(includes, file, {file})):
            problems.append(f"{file}: reaches torch: " + " → ".join(chain[1:]))
    return problems, len(files)


def main(arguments):
    root = arguments[1] if len(arguments) > 1 else Path(__file__).resolve().parent.parent
    try:
        problems, count = check(root)
    except ValueError as error:
        problems, count = [str(error)], 0
    print("\n".join(problems + [f"{count} files, {len(problems)} problems"]))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
