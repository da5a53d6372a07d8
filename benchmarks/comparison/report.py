# SPDX-License-Identifier: Apache-2.0
"""Tables and plots in text, and a picture."""
import math
import statistics

from . import machine
from .peers import KIB, MIB
from .targets import all_targets

# title, field, whether less is better, what divides it and the unit that gives, and the configuration.
ROWS = [
    ("W1 request, 64 B", "p50_ns", True, 1e3, "us", dict(workload="w1")),
    ("W1 request, 4 KiB", "p50_ns", True, 1e3, "us", dict(workload="w1", size=4 * KIB)),
    ("W1 request, 1 MiB", "p50_ns", True, 1e3, "us", dict(workload="w1", size=MIB)),
    ("W1 request, 64 B, two processors", "p50_ns", True, 1e3, "us", dict(workload="w1", place="split")),
    ("W1 request, 64 B, one processor", "p50_ns", True, 1e3, "us", dict(workload="w1", place="same")),
    ("W2 update, 64 B, 1 kHz", "p50_ns", True, 1e3, "us", dict(workload="w2", rate=1000)),
    ("W2 update, 64 B, 10 kHz", "p50_ns", True, 1e3, "us", dict(workload="w2", rate=10000)),
    ("W2 update, 1 kHz, two processors", "p50_ns", True, 1e3, "us", dict(workload="w2", rate=1000, place="split")),
    ("W2 update, 1 kHz, one processor", "p50_ns", True, 1e3, "us", dict(workload="w2", rate=1000, place="same")),
    ("W3 stream, 64 B, 1 to 1", "msgs_per_s", False, 1e3, "k/s", dict(workload="w3")),
    ("W3 stream, 64 B, 1 to 8", "msgs_per_s", False, 1e3, "k/s", dict(workload="w3", subs=8)),
    ("W3 stream, 4 KiB, 1 to 1", "msgs_per_s", False, 1e3, "k/s", dict(workload="w3", size=4 * KIB)),
    ("W3 stream, 4 KiB, 1 to 8", "msgs_per_s", False, 1e3, "k/s", dict(workload="w3", size=4 * KIB, subs=8)),
    ("W3 processor time, 64 B, 1 to 1", "cpu_ns_per_msg", True, 1, "ns", dict(workload="w3")),
    ("W3 processor time, 64 B, 1 to 8", "cpu_ns_per_msg", True, 1, "ns", dict(workload="w3", subs=8)),
    ("W4 large update, 16 MiB", "p50_ns", True, 1e6, "ms", dict(workload="w4", size=16 * MIB)),
    ("W4 large update, 256 MiB", "p50_ns", True, 1e6, "ms", dict(workload="w4", size=256 * MIB)),
    ("W5 connection in a process", "p50_ns", True, 1e3, "us", dict(workload="w5", mode="ctx")),
    ("W5 connection of a new process", "p50_ns", True, 1e6, "ms", dict(workload="w5", mode="proc")),
    ("W7 one hot item of 10,000", "msgs_per_s", False, 1e3, "k/s", dict(workload="w7", mode="hot", items=10000)),
    ("W7 10,000 items in turn", "msgs_per_s", False, 1e3, "k/s", dict(workload="w7", mode="rr", items=10000)),
]


def number(value):
    if value is None:
        return "-"
    if value and abs(value) < 10:
        return f"{value:.2f}"
    return f"{value:.1f}" if abs(value) < 100 else f"{value:,.0f}"


def columns(head, body):
    """Text in columns: the first one to the left, the others to the right."""
    rows = [head] + body
    widths = [max(len(row[index]) for row in rows) for index in range(len(head))]
    lines = []
    for row in rows:
        cells = [cell.ljust(width) if index == 0 else cell.rjust(width)
                 for index, (cell, width) in enumerate(zip(row, widths))]
        lines.append("  ".join(cells).rstrip())
    lines.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join(lines)


def usual_variant(wanted):
    return "copy" if wanted["workload"] == "w4" else "block"


def compared(results):
    """For each row: Tellwire, the best peer, the limit; and the ratios that are better when smaller."""
    for title, field, is_less_better, divisor, unit, wanted in ROWS:
        variant = usual_variant(wanted)
        ours = results.median(field, peer="tellwire", variant=variant, **wanted)
        if ours is None:
            continue
        name, best = results.best_peer(field, is_less_better, variant=variant, **wanted)
        limit = results.median(field, peer="limit", variant=variant, **wanted)
        if limit is None:  # The ideal is a ring made by hand; the limit has none.
            limit = results.median(field, peer="shm_ideal", variant=variant, **wanted)

        def ratio(other):
            if not other or not ours:
                return None
            return ours / other if is_less_better else other / ours
        yield dict(title=title, unit=unit, ours=ours / divisor, peer=name, best=best and best / divisor,
                   limit=limit and limit / divisor, to_best=ratio(best), to_limit=ratio(limit))


def table(results):
    body = [[row["title"], row["unit"], number(row["ours"]), row["peer"] or "-", number(row["best"]),
             number(row["limit"]), number(row["to_best"]), number(row["to_limit"])] for row in compared(results)]
    head = ["", "unit", "Tellwire", "best peer", "its value", "limit", "times best", "times limit"]
    return columns(head, body) if body else "(nothing to compare)"


def clipboard_table(results):
    peers = [peer for peer in results.peers() if peer.startswith("clip_")]
    body = []
    for size, name in ((KIB, "1 KiB"), (64 * MIB, "64 MiB")):
        for peer in peers:
            times = [results.median("p50_ns", peer=peer, workload="w6", variant=what, size=size)
                     for what in ("put", "get", "e2e")]
            if times[2] is not None:
                body.append([f"W6 {name}, {peer[5:]}"] + [number(time / 1e6) for time in times])
    return columns(["", "copy, ms", "paste, ms", "both, ms"], body) if body else ""


def all_peers_table(results):
    """Every variant of everybody, so that nobody has to trust the choice of the best."""
    names = sorted({(line["peer"], line["variant"]) for line in results.lines
                    if line["workload"] != "w6"})
    titles = [f"{peer} {variant}" for peer, variant in names]
    body = []
    for title, field, _, divisor, unit, wanted in ROWS:
        values = [results.median(field, peer=peer, variant=variant, **wanted) for peer, variant in names]
        if any(value is not None for value in values):
            body.append((f"{title}, {unit}", [number(value / divisor) if value is not None else "-"
                                             for value in values]))
    blocks = []
    for title, values in body:
        there = [[name, value] for name, value in zip(titles, values) if value != "-"]
        blocks.append(columns([title, ""], there))
    return "\n\n".join(blocks)


def targets_table(results):
    verdicts = {True: "met", False: "MISSED", None: "not measured"}
    body = [[f"{target.workload} {target.what}", target.bound, number(target.value), target.unit,
             verdicts[target.is_met]] for target in all_targets(results)]
    return columns(["target", "bound", "measured", "unit", ""], body)


def text_plot(results, width=48):
    """A bar for each ratio, on a scale of powers of two: left of the line is better than the best peer."""
    middle = width // 2
    lines = []
    for row in compared(results):
        ratio = row["to_best"]
        if ratio is None:
            continue
        length = max(-middle, min(middle, round(math.log2(ratio) * middle / 4)))
        bar = [" "] * (width + 1)
        for place in range(min(0, length), max(0, length) + 1):
            bar[middle + place] = "#"
        bar[middle] = "|"
        lines.append(f"{row['title']:34}{''.join(bar)} {ratio:.2f}")
    scale = f"{'':34}{'1/16':<{middle}}1{'16':>{middle}}"
    return "\n".join([f"{'times the best peer; to the left is better':^{width + 34}}", scale] + lines)


def picture(results, path):
    """False if there is no matplotlib."""
    try:
        import matplotlib  # pylint: disable=import-outside-toplevel
        matplotlib.use("Agg")
        from matplotlib import pyplot  # pylint: disable=import-outside-toplevel
    except ImportError:
        return False
    rows = [row for row in compared(results) if row["to_best"] or row["to_limit"]][::-1]
    if not rows:
        return False
    figure, axes = pyplot.subplots(figsize=(9, 0.42 * len(rows) + 1.6))
    for offset, field, colour, label in ((0.2, "to_best", "#3465a4", "to the best peer"),
                                         (-0.2, "to_limit", "#c17d11", "to the limit")):
        there = [(index + offset, row[field]) for index, row in enumerate(rows) if row[field]]
        axes.barh([place for place, _ in there], [value - 1 for _, value in there], 0.38, left=1, color=colour,
                  label=label)
    axes.axvline(1, color="black", linewidth=0.8)
    axes.set_xscale("log", base=2)
    axes.set_yticks(range(len(rows)), [row["title"] for row in rows])
    axes.set_xlabel("times as much; less than 1 is better")
    axes.set_title("Tellwire beside its peers and the limit of the machine")
    axes.legend()
    figure.tight_layout()
    figure.savefig(path, dpi=110)
    pyplot.close(figure)
    return True


def failures(results):
    keys = ("peer", "workload", "variant", "size")
    return "".join("\n  failed: " + " ".join(str(line.get(key)) for key in keys) + ": " +
                   (line.get("error") or "nothing came") for line in results.failed)


def noise(results):
    shares = [line.get("foreign", 0) for line in results.lines]
    if not shares:
        return "nothing was measured"
    noisy = sum(share > results.quiet for share in shares)
    warning = "\nOTHERS USED THE MACHINE: these times are not to be relied on." if noisy * 4 > len(shares) else ""
    return (f"{len(shares)} measurements in {len(results.rounds())} rounds; others used "
            f"{statistics.median(shares):.0%} of the machine (median), {max(shares):.0%} (worst); "
            f"{noisy} measurements were disturbed, {len(results.failed)} failed{failures(results)}{warning}")


def text(results):
    parts = [machine.in_words(results.about), noise(results), table(results), clipboard_table(results), text_plot(results),
             targets_table(results), all_peers_table(results)]
    return "\n\n".join(part for part in parts if part) + "\n"
