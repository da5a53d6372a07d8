# SPDX-License-Identifier: Apache-2.0
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

BENCHMARKS = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(BENCHMARKS))

from check_workload import faults  # pylint: disable=wrong-import-position
from comparison import page, report, results, targets  # pylint: disable=wrong-import-position


def line(peer, workload="w1", **more):
    usual = dict(peer=peer, workload=workload, variant="block", mode="-", place="free", size=64, subs=1, items=1,
                 rate=0, n=100, lost=0, misorder=0, bad=0, p50_ns=1000, msgs_per_s=1000, round=1, foreign=0)
    return {**usual, **more}


def verdict(lines, what):
    found = [target for target in targets.all_targets(results.Results(lines)) if what in target.what]
    assert len(found) == 1, found
    return found[0].is_met


class AComparison(unittest.TestCase):
    def test_takes_ratios_within_a_round(self):
        lines = [line("tellwire", p50_ns=10, round=1), line("limit", p50_ns=5, round=1),
                 line("tellwire", p50_ns=400, round=2), line("limit", p50_ns=200, round=2)]

        ratio = results.Results(lines).ratio("p50_ns", dict(peer="tellwire", workload="w1", variant="block"),
                                             dict(peer="limit", workload="w1", variant="block"))

        self.assertEqual(ratio, 2)

    def test_leaves_out_disturbed_rounds_if_there_are_three_quiet_ones(self):
        lines = [line("zmq", p50_ns=10, round=number) for number in (1, 2, 3)]
        lines.append(line("zmq", p50_ns=9000, round=4, foreign=0.9))

        found = results.Results(lines).find(peer="zmq", workload="w1", variant="block")

        self.assertEqual([one["round"] for one in found], [1, 2, 3])

    def test_takes_neither_tellwire_nor_a_limit_for_the_best_peer(self):
        lines = [line("tellwire", p50_ns=1), line("limit", p50_ns=2), line("shm_ideal", p50_ns=3),
                 line("zmq", p50_ns=50), line("nng", p50_ns=40)]

        name, value = results.Results(lines).best_peer("p50_ns", workload="w1", variant="block")

        self.assertEqual((name, value), ("nng", 40))

    def test_takes_no_failed_measurement(self):
        lines = [line("nng", p50_ns=1, error="it takes too long"), line("zmq", p50_ns=50)]

        name, _ = results.Results(lines).best_peer("p50_ns", workload="w1", variant="block")

        self.assertEqual(name, "zmq")

    def test_takes_nobody_who_loses_updates(self):
        lines = [line("nng", "w3", msgs_per_s=900, lost=1), line("zmq", "w3", msgs_per_s=50)]

        name, _ = results.Results(lines).best_peer("msgs_per_s", least=False, workload="w3", variant="block")

        self.assertEqual(name, "zmq")


class ATarget(unittest.TestCase):
    def test_is_met_up_to_its_bound(self):
        lines = [line("tellwire", p50_ns=1250), line("limit", p50_ns=1000)]

        self.assertTrue(verdict(lines, "request of 64 B, free"))

    def test_is_missed_beyond_it(self):
        lines = [line("tellwire", p50_ns=1260), line("limit", p50_ns=1000)]

        self.assertFalse(verdict(lines, "request of 64 B, free"))

    def test_is_not_judged_without_measurements(self):
        self.assertIsNone(verdict([line("tellwire")], "request of 64 B, free"))

    def test_of_a_further_reader_leaves_wake_ups_out(self):
        lines = [dict(line("tellwire", "growth", variant="readers", mode="awake", items=count), min_ns=1000 + 90 * count)
                 for count in (1, 8)]

        self.assertTrue(verdict(lines, "each further reader"))

    def test_of_a_start_up_is_about_the_whole_process(self):
        lines = [line("tellwire paste", "start", p50_ns=15_100_000), line("tellwire request", "start", p50_ns=9_000_000)]

        verdicts = [verdict(lines, what) for what in ("tellwire paste", "tellwire request")]

        self.assertEqual(verdicts, [False, True])

    def test_counts_only_private_memory_for_each_link(self):
        few = line("tellwire", "w7", mode="hot", items=10, private_sub_kb=1000, pss_sub_kb=1000)
        many = line("tellwire", "w7", mode="hot", items=100_000, private_sub_kb=1000 + 30_000, pss_sub_kb=900_000)

        self.assertTrue(verdict([few, many], "private memory of the client for each of 100,000"))

    def test_tells_the_memory_of_links_from_that_of_items_that_nobody_watches(self):
        few = line("tellwire", "w7", mode="hot", items=10, private_pub_before_kb=900, private_pub_kb=1000)
        many = line("tellwire", "w7", mode="hot", items=100_000, private_pub_before_kb=60_000, private_pub_kb=90_000)

        verdicts = [verdict([few, many], f"server for each of 100,000 {what}") for what in ("links", "items")]

        self.assertEqual(verdicts, [True, False])


class AReport(unittest.TestCase):
    def test_has_table_plot_targets_and_picture(self):
        lines = [line("tellwire", p50_ns=2000), line("limit", p50_ns=1000), line("zmq", p50_ns=8000)]
        with tempfile.TemporaryDirectory() as directory:
            out = pathlib.Path(directory)
            (out / "canned.jsonl").write_text("\n".join(json.dumps(one) for one in lines), encoding="utf-8")

            subprocess.run([sys.executable, str(BENCHMARKS / "compare"), "--from", str(out / "canned.jsonl"),
                            "--out", directory], check=True, stdout=subprocess.DEVNULL)

            text = (out / "table.txt").read_text(encoding="utf-8")
            picture = out / "ratios.png"
            has_picture = not picture.exists() or picture.read_bytes().startswith(b"\x89PNG")
        self.assertRegex(text, r"W1 request +64 B +free +us +2.00 +1.00 +8.00 +zmq +0.25 +2.00 +<= 1.25 limit +MISSED")
        self.assertRegex(text, r"W1 request, 64 B +#+\| +0.25")
        self.assertRegex(text, r"two wakes of the limit +<= 1.25 +2.00 +x +MISSED")
        self.assertTrue(has_picture)

    def test_says_on_what_machine_it_was_measured_and_not_read(self):
        found = results.Results([{"about": {"machine": "a very small one"}}, line("tellwire")])

        self.assertIn("a very small one", report.text(found))

    def test_renews_only_its_section_of_a_page(self):
        found = results.Results([line("tellwire", p50_ns=2000), line("limit")])
        with tempfile.TemporaryDirectory() as directory:
            readme = pathlib.Path(directory) / "README.md"
            readme.write_text("# Tellwire\n\n## Promises and limits\n\n## Licence\n", encoding="utf-8")
            page.renew(readme, page.speed(found))
            first = readme.read_text(encoding="utf-8")

            page.renew(readme, page.speed(found))

            self.assertEqual(readme.read_text(encoding="utf-8"), first)
        self.assertRegex(first, r"(?s)# Tellwire\n\n## Speed\n.*\| W1 request \| 64 B \| free \| 2.00 µs \|.*\n\n## Promises")

    def test_names_what_failed(self):
        failed = results.Results([line("tellwire"), line("nng", error="it takes too long")])

        self.assertIn("failed: nng w1 block 64: it takes too long", report.noise(failed))

    def test_says_when_others_used_the_machine(self):
        noisy = results.Results([line("tellwire", foreign=0.5)])

        self.assertIn("OTHERS USED THE MACHINE", report.noise(noisy))


class ACheckOfAWorkload(unittest.TestCase):
    def test_finds_lost_and_misordered_updates(self):
        found = faults(line("tellwire", "w3", lost=1, misorder=2))

        self.assertIn("1 lost", found)
        self.assertIn("2 misorder", found)

    def test_lets_a_link_for_the_newest_value_skip(self):
        found = faults(line("tellwire", "w7", variant="conflate", lost=1))

        self.assertFalse([fault for fault in found if "lost" in fault])


if __name__ == "__main__":
    unittest.main()
