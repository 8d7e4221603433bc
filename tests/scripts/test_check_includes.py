# SPDX-License-Identifier: GPL-3.0-or-later
"""Small trees that keep and break each rule of scripts/check_includes.py."""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "check_includes.py"
sys.dont_write_bytecode = True
sys.path.insert(0, str(SCRIPT.parent))
from check_includes import CORE, LIBRARIES, TABLE, check  # noqa: E402


class CheckIncludes(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        # What the cases include.
        for header in ("core/util/error.h", "core/io/json.h", "core/dsp/stft.h", "core/nets/device.h",
                       "core/train/adam.h", "ui/panel.h", "ui/plot/qcustomplot.h", "app/cli/context.h"):
            self.write(header)
        self.write("core/nets/classifier.h", "<ATen/core/Tensor.h>")

    def write(self, file, *includes):
        path = self.root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(f"#include {include}\n" for include in includes), encoding="utf-8")

    def problems(self, file, *includes):
        self.write(file, *includes)
        return check(self.root)[0]

    def assert_allowed(self, file, *includes):
        self.assertEqual(self.problems(file, *includes), [])

    def assert_refused(self, reason, file, include):
        problems = self.problems(file, "<vector>", include)
        self.assertEqual(len(problems), 1, problems)
        self.assertIn(reason, problems[0])
        self.assertTrue(problems[0].startswith(f"{file}:2: {include}: "), problems[0])
        (self.root / file).unlink()

    def test_what_the_table_allows(self):
        self.assert_allowed("core/util/a.cpp", "<vector>", "<unistd.h>", "<sys/mman.h>", '"core/util/error.h"')
        self.assert_allowed("core/dsp/a.cpp", "<fftw3.h>", '"core/util/error.h"', '"core/dsp/stft.h"')
        self.assert_allowed("core/io/a.cpp", "<nlohmann/json.hpp>", "<openssl/evp.h>")
        self.assert_allowed("core/explain/a.h", "<ATen/core/Tensor.h>", '"core/nets/classifier.h"')
        self.assert_allowed("core/explain/a.cpp", "<ATen/ops/zeros.h>", "<torch/csrc/autograd/autograd.h>")
        self.assert_allowed("core/listen/a.cpp", '"core/dsp/stft.h"', '"core/nets/device.h"', "<ATen/ops/zeros.h>")
        self.assert_allowed("ui/plot/a.cpp", "<QWidget>", "<qcustomplot.h>", '"ui/panel.h"')
        self.assert_allowed("app/cli/a.cpp", "<CLI/CLI.hpp>", '"core/train/adam.h"')
        self.assert_allowed("tests/dsp/tst_a.cpp", "<QtTest>", '"core/dsp/stft.h"', '"tst_a.moc"')
        self.assert_allowed("tests/support/a.h", "<sys/resource.h>", "<ATen/ops/zeros.h>")
        self.assert_allowed("tests/bench/a.cpp", "<benchmark/benchmark.h>", '"core/nets/device.h"')

    def test_project_includes_point_down(self):
        self.assert_refused("core/util may not include core/io", "core/util/a.cpp", '"core/io/json.h"')
        self.assert_refused("core/io may not include core/nets", "core/io/a.h", '"core/nets/device.h"')
        self.assert_refused("core/dsp may not include core/nets", "core/dsp/a.cpp", '"core/nets/device.h"')
        self.assert_refused("core/nets may not include core/dsp", "core/nets/a.cpp", '"core/dsp/stft.h"')
        self.assert_refused("core/explain may not include core/train", "core/explain/a.cpp", '"core/train/adam.h"')
        self.assert_refused("core/train may not include core/dsp", "core/train/a.cpp", '"core/dsp/stft.h"')
        self.assert_refused("core/corpus may not include ui", "core/corpus/a.cpp", '"ui/panel.h"')
        self.assert_refused("ui may not include app/cli", "ui/a.cpp", '"app/cli/context.h"')
        self.assert_refused("app/cli may not include ui", "app/cli/a.cpp", '"ui/panel.h"')

    def test_outside_libraries_stay_in_their_folder(self):
        self.assert_refused("core/util may not include qt", "core/util/a.cpp", "<QString>")
        self.assert_refused("core/train may not include qt", "core/train/a.cpp", "<QtCore/QString>")
        self.assert_refused("core/dsp may not include torch", "core/dsp/a.cpp", "<ATen/ops/zeros.h>")
        self.assert_refused("core/listen may not include fftw", "core/listen/a.cpp", "<fftw3.h>")
        self.assert_refused("core/nets may not include json", "core/nets/a.cpp", "<nlohmann/json.hpp>")
        self.assert_refused("app may not include cli11", "app/a.cpp", "<CLI/CLI.hpp>")
        self.assert_refused("app/cli may not include qt", "app/cli/a.cpp", "<QString>")
        self.assert_refused("app/cli may not include torch", "app/cli/a.cpp", "<ATen/ops/zeros.h>")
        self.assert_refused("ui may not include qcustomplot", "ui/a.cpp", "<qcustomplot.h>")
        self.assert_refused("no library that the table knows", "core/io/a.cpp", "<boost/any.hpp>")

    def test_outside_libraries_stay_out_of_headers(self):
        self.assert_refused("fftw in .cpp files only", "core/dsp/a.h", "<fftw3.h>")
        self.assert_refused("json in .cpp files only", "core/io/a.h", "<nlohmann/json.hpp>")
        self.assert_refused("torch in .cpp files only", "core/nets/a.h", "<ATen/ops/zeros.h>")
        self.assert_refused("tensor in .cpp files only", "core/listen/a.h", "<ATen/core/Tensor.h>")
        self.assert_refused("system in .cpp files only", "core/util/a.h", "<unistd.h>")

    def test_project_includes_are_written_from_the_root(self):
        self.assert_refused("is no file of this project", "core/util/a.cpp", '"error.h"')
        self.assert_refused("is no file of this project", "core/dsp/a.cpp", '"core/util/missing.h"')
        self.assert_refused("is no file of this project", "core/dsp/a.cpp", '"fftw3.h"')
        self.assert_refused("is no file of this project", "tests/dsp/tst_a.cpp", '"tst_b.moc"')
        self.assert_refused("no library that the table knows", "core/dsp/a.cpp", "<core/util/error.h>")
        self.assert_refused("is neither", "core/dsp/a.cpp", "HEADER")
        self.write("core/util/b.cpp")
        self.assert_refused("is not for including", "core/util/a.cpp", '"core/util/b.cpp"')

    def test_spaces_and_comments_hide_nothing(self):
        (self.root / "core/util/a.cpp").write_text("  #  include <QString> // why\n", encoding="utf-8")
        self.assertEqual(len(check(self.root)[0]), 1)

    def test_the_facade_reaches_no_torch_through_other_headers(self):
        self.write("core/explain/parts.h", '"core/nets/classifier.h"')
        problems = self.problems("core/explain/explainer.h", '"core/explain/parts.h"')
        self.assertEqual(problems, ["core/explain/explainer.h: reaches torch: core/explain/parts.h → "
                                    "core/nets/classifier.h → ATen/core/Tensor.h"])

    def test_a_ring_of_headers_ends(self):
        self.write("core/explain/parts.h", '"core/explain/runner.h"')
        self.assert_allowed("core/explain/runner.h", '"core/explain/parts.h"')

    def test_every_folder_has_a_row(self):
        self.assertEqual(self.problems("core/misc/a.cpp"), ["core/misc/a.cpp: lies in no folder of the table"])

    def test_nothing_to_check_is_an_error(self):
        with tempfile.TemporaryDirectory() as empty:
            self.assertRaises(ValueError, check, empty)

    def test_the_table_names_known_folders_and_libraries_in_order(self):
        order = list(TABLE)
        self.assertEqual(tuple(folder for folder in order if folder.startswith("core/")), CORE)
        for folder, row in TABLE.items():
            self.assertLessEqual(set(row.anywhere + row.sources), set(LIBRARIES))
            for allowed in row.project:
                self.assertLess(order.index(allowed), order.index(folder))

    def test_the_exit_status(self):
        def status(root):
            return subprocess.run([sys.executable, SCRIPT, root], capture_output=True).returncode

        self.assertEqual(status(self.root), 0)
        self.write("core/util/a.cpp", "<QString>")
        self.assertEqual(status(self.root), 1)
        self.assertEqual(status(self.root / "nowhere"), 1)


if __name__ == "__main__":
    unittest.main()
