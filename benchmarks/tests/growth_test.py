# SPDX-License-Identifier: Apache-2.0
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

BENCHMARKS = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(BENCHMARKS))

from comparison import curves, growth_report, results  # pylint: disable=wrong-import-position

SIZES = (1, 10, 100, 1000, 10_000)


def step(size, nanoseconds, variant="services", mode="initiate"):
    return dict(peer="tellwire", workload="growth", variant=variant, mode=mode, place="free", size=64, subs=1,
                items=size, rate=0, n=3, p50_ns=nanoseconds, min_ns=nanoseconds, round=1, foreign=0)


def verdict(lines, title):
    found = [one for one in growth_report.verdicts(results.Results(lines), curves.CURVES) if one.series.title == title]
    assert len(found) == 1, found
    return found[0]


class ACurve(unittest.TestCase):
    def test_that_is_flat_is_as_theory_wants_it(self):
        self.assertFalse(verdict([step(size, 1000) for size in SIZES], "initiate one").is_worse)

    def test_that_ought_to_be_flat_may_not_rise_with_the_size(self):
        self.assertTrue(verdict([step(size, 1000 * size) for size in SIZES], "initiate one").is_worse)

    def test_that_may_rise_with_the_size_may_not_rise_with_its_square(self):
        linear = [step(size, 1000 * size, mode="list") for size in SIZES]
        square = [step(size, 1000 * size * size, mode="list") for size in SIZES]

        verdicts = [verdict(lines, "list all").is_worse for lines in (linear, square)]

        self.assertEqual(verdicts, [False, True])

    def test_is_judged_by_its_upper_half(self):
        lines = [step(1, 1), step(10, 1), step(100, 1000), step(1000, 1000), step(10_000, 1000)]

        self.assertFalse(verdict(lines, "initiate one").is_worse)

    def test_is_not_judged_by_two_sizes(self):
        self.assertIsNone(verdict([step(1, 1000), step(10, 100_000)], "initiate one").is_worse)

    def test_says_what_each_further_one_costs(self):
        lines = [step(size, 5000 + 200 * size, mode="list") for size in SIZES]

        self.assertEqual(verdict(lines, "list all").further, "200 ns")

    def test_may_level_off_where_theory_does(self):
        lines = [step(size, 37_000 + 109 * min(size, 8192), "one_fact", "join") for size in (*SIZES, 100_000)]

        self.assertFalse(verdict(lines, "one fact, changed so often").is_worse)


class AReportOfGrowth(unittest.TestCase):
    def test_has_tables_verdicts_and_what_is_missing(self):
        lines = [{"about": {"machine": "a very small one"}}, *(step(size, 1000 * size) for size in SIZES),
                 {"peer": "tellwire", "workload": "w7", "items": 1_000_000, "error": "there is not enough memory"},
                 {"peer": "tellwire", "workload": "growth", "variant": "services", "items": 10, "round": 2,
                  "error": "no time was left"}]
        with tempfile.TemporaryDirectory() as directory:
            out = pathlib.Path(directory)
            (out / "canned.jsonl").write_text("\n".join(json.dumps(one) for one in lines), encoding="utf-8")

            subprocess.run([sys.executable, str(BENCHMARKS / "growth"), "--from", str(out / "canned.jsonl"),
                            "--out", directory], check=True, stdout=subprocess.DEVNULL)

            text = (out / "curves.txt").read_text(encoding="utf-8")
            picture = out / "curves.png"
            has_picture = not picture.exists() or picture.read_bytes().startswith(b"\x89PNG")
        self.assertIn("a very small one", text)
        self.assertRegex(text, r"\n +1,000 +1,000 +150\n")
        self.assertRegex(text, r"initiate one +N\^1.00 +N\^0.00 .* WORSE")
        self.assertIn("not measured: workload w7 items 1000000: there is not enough memory", text)
        self.assertNotIn("not measured: workload growth", text)
        self.assertTrue(has_picture)


if __name__ == "__main__":
    unittest.main()
