# SPDX-License-Identifier: Apache-2.0
"""Tables and plots in text, and a picture."""
import collections
import math
import statistics

from . import machine
from .peers import GIB, KIB, MIB
from .results import DEFAULTS, IDEAL
from .targets import all_targets

# title, field, whether less is better, what divides it and the unit that gives, and the configuration. Where only
# Tellwire has the variant, it is compared with what others usually do.
Row = collections.namedtuple("Row", "title field is_less_better divisor unit wanted")


def times(title, divisor, unit, **wanted):
    return Row(title, "p50_ns", True, divisor, unit, wanted)


def rates(title, **wanted):
    return Row(title, "msgs_per_s", False, 1e3, "k/s", wanted)


ROWS = [
    times("W1 request", 1e3, "us", workload="w1"),
    times("W1 request", 1e3, "us", workload="w1", place="split"),
    times("W1 request", 1e3, "us", workload="w1", place="same"),
    times("W1 request, Qt", 1e3, "us", workload="w1", variant="qt"),
    times("W1 request, both polling", 1e3, "us", workload="w1", variant="spin", place="split"),
    times("W1 request of a linked item", 1e3, "us", workload="w1", variant="linked"),
    times("W1 request", 1e3, "us", workload="w1", size=4 * KIB),
    times("W1 request", 1e3, "us", workload="w1", size=MIB),
    times("W2 update, 1 kHz", 1e3, "us", workload="w2", rate=1000),
    times("W2 update, 1 kHz", 1e3, "us", workload="w2", rate=1000, place="split"),
    times("W2 update, 1 kHz", 1e3, "us", workload="w2", rate=1000, place="same"),
    times("W2 update, 1 kHz, Qt", 1e3, "us", workload="w2", rate=1000, variant="qt"),
    times("W2 update, 1 kHz, Qt", 1e3, "us", workload="w2", rate=1000, variant="qt", place="split"),
    times("W2 update, 1 kHz, Qt", 1e3, "us", workload="w2", rate=1000, variant="qt", place="same"),
    times("W2 update, 10 kHz", 1e3, "us", workload="w2", rate=10_000),
    rates("W3 stream, 1 to 1", workload="w3"),
    rates("W3 stream, 1 to 8", workload="w3", subs=8),
    rates("W3 stream, 1 to 1", workload="w3", size=4 * KIB),
    rates("W3 stream, 1 to 8", workload="w3", size=4 * KIB, subs=8),
    Row("W3 processor time, 1 to 1", "cpu_ns_per_msg", True, 1, "ns", dict(workload="w3")),
    Row("W3 processor time, 1 to 8", "cpu_ns_per_msg", True, 1, "ns", dict(workload="w3", subs=8)),
    times("W4 large update", 1e6, "ms", workload="w4", size=16 * MIB),
    times("W4 large update", 1e6, "ms", workload="w4", size=256 * MIB),
    times("W5 connection in a process", 1e3, "us", workload="w5", mode="ctx"),
    times("W5 connection of a new process", 1e6, "ms", workload="w5", mode="proc"),
    rates("W7 one hot item of 10,000", workload="w7", mode="hot", items=10_000),
    rates("W7 10,000 items in turn", workload="w7", mode="rr", items=10_000),
]


def about(wanted):
    """The configuration with all that goes without saying."""
    return {**DEFAULTS, "variant": usual_variant(wanted), **wanted}


def full_title(row):
    """Of one line, where there are no columns."""
    wanted = about(row.wanted)
    place = "" if wanted["place"] == "free" else f", {wanted['place']}"
    return f"{row.title}, {size_in_words(wanted['size'])}{place}"


def number(value):
    if value is None:
        return "-"
    if value and abs(value) < 10:
        return f"{value:.2f}"
    return f"{value:.1f}" if abs(value) < 100 else f"{value:,.0f}"


def size_in_words(size):
    for unit, name in ((GIB, "GiB"), (MIB, "MiB"), (KIB, "KiB")):
        if size >= unit:
            return f"{size // unit} {name}"
    return f"{size} B"


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


def judged(targets, row):
    """What is wanted of this row, in brief, and what became of it."""
    if row.field == "cpu_ns_per_msg":
        return "", None  # What is wanted of the workload is another figure.
    here = [target for target in targets if target.about and about(target.about) == about(row.wanted)]
    verdicts = [target.is_met for target in here if target.is_met is not None]
    return ", ".join(target.briefly for target in here), None if not verdicts else all(verdicts)


def compared(results):
    """For each row: Tellwire, the best peer, the limit; and the ratios that are better when smaller."""
    targets = all_targets(results)
    for row in ROWS:
        wanted = about(row.wanted)
        ours = results.median(row.field, peer="tellwire", **wanted)
        if ours is None:
            continue
        others = {**wanted, "variant": usual_variant(wanted)} if wanted["variant"] in ("qt", "linked") else wanted
        name, best = results.best_peer(row.field, row.is_less_better, **others)
        limit = "limit"
        if results.median(row.field, peer=limit, **others) is None:
            limit = IDEAL  # A ring made by hand; the limit has none.
        at_limit = results.median(row.field, peer=limit, **others)

        def ratio(other):
            if not other or not ours:
                return None
            found = results.ratio(row.field, {**wanted, "peer": "tellwire"}, {**others, "peer": other})
            return found if found is None or row.is_less_better else 1 / found
        target, is_met = judged(targets, row)
        yield dict(row=row, title=full_title(row), size=size_in_words(wanted["size"]), place=wanted["place"],
                   ours=ours / row.divisor, peer=name, best=best and best / row.divisor,
                   limit=at_limit and at_limit / row.divisor, to_best=ratio(name),
                   to_limit=ratio(limit) if at_limit else None, target=target, is_met=is_met)


VERDICTS = {True: "met", False: "MISSED", None: ""}
HEAD = ["workload", "size", "place", "unit", "Tellwire", "limit", "best peer", "its name", "x best", "x limit", "target", "verdict"]


def cells(found):
    return [found["row"].title, found["size"], found["place"], found["row"].unit, number(found["ours"]),
            number(found["limit"]), number(found["best"]), found["peer"] or "-", number(found["to_best"]),
            number(found["to_limit"]), found["target"] or "-", VERDICTS[found["is_met"]]]


def table(results):
    body = [cells(found) for found in compared(results)]
    if not body:
        return "(nothing to compare)"
    return columns(HEAD, body) + "\nx best, x limit: times as much as they, within a round; less than 1 is better, " \
        "also where more is better (k/s)"


def markdown(results):
    """The table for a page, without what was only measured once more in another way."""
    rows = [found for found in compared(results) if found["target"] and found["place"] in ("free", "split")]
    lines = ["| workload | size | placement | Tellwire | limit | best peer | × best | × limit | target | verdict |",
             "|---|---|---|---|---|---|---|---|---|---|"]
    for found in rows:
        unit = found["row"].unit.replace("us", "µs")
        best = f"{number(found['best'])} ({found['peer']})" if found["peer"] else "-"
        lines.append(f"| {found['row'].title} | {found['size']} | {found['place']} | {number(found['ours'])} {unit} | "
                     f"{number(found['limit'])} | {best} | {number(found['to_best'])} | {number(found['to_limit'])} | "
                     f"{found['target']} | {VERDICTS[found['is_met']]} |")
    return "\n".join(lines)


def further_markdown(results):
    """The targets that are about no row."""
    lines = ["| | target | measured | verdict |", "|---|---|---|---|"]
    for target in all_targets(results):
        if not target.about and target.is_met is not None:
            unit = target.unit.replace("us", "µs").replace("x", "×")
            lines.append(f"| {target.workload} {target.what} | {target.bound} {unit} | {number(target.value)} {unit} | "
                         f"{VERDICTS[target.is_met]} |")
    return "\n".join(lines)


def summary(results):
    verdicts = collections.Counter(target.is_met for target in all_targets(results))
    return f"{verdicts[True]} targets met, {verdicts[False]} missed, {verdicts[None]} not measured"


def start_up_table(results):
    found = {line["peer"]: results.median("p50_ns", peer=line["peer"], workload="start")
             for line in results.lines if line["workload"] == "start"}
    body = [[f"start-up: {name}", number(time / 1e6)] for name, time in sorted(found.items(), key=lambda one: one[1])]
    return columns(["", "whole process, ms"], body) if body else ""


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
                    if line["workload"] not in ("w6", "start", "growth")})
    titles = [f"{peer} {variant}" for peer, variant in names]
    body = []
    for row in ROWS:
        if row.wanted.get("variant"):
            continue  # All variants are below the usual one.
        values = [results.median(row.field, peer=peer, variant=variant, **row.wanted) for peer, variant in names]
        if any(value is not None for value in values):
            body.append((f"{full_title(row)}, {row.unit}", [number(value / row.divisor) if value is not None else "-"
                                                            for value in values]))
    blocks = []
    for title, values in body:
        there = [[name, value] for name, value in zip(titles, values) if value != "-"]
        blocks.append(columns([title, ""], there))
    return "\n\n".join(blocks)


def targets_table(results):
    verdicts = {**VERDICTS, None: "not measured"}
    body = [[f"{target.workload} {target.what}", target.bound, number(target.value), target.unit,
             verdicts[target.is_met]] for target in all_targets(results)]
    return columns(["target", "bound", "measured", "unit", ""], body)


def text_plot(results, width=48):
    """A bar for each ratio, on a scale of powers of two: left of the line is better than the best peer."""
    middle, indent = width // 2, 44
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
        lines.append(f"{row['title']:{indent}}{''.join(bar)} {ratio:.2f}")
    scale = f"{'':{indent}}{'1/16':<{middle}}1{'16':>{middle}}"
    return "\n".join([f"{'times the best peer; to the left is better':^{width + indent}}", scale] + lines)


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
    figure, axes = pyplot.subplots(figsize=(9.5, 0.42 * len(rows) + 2))
    for offset, field, colour, label in ((0.2, "to_best", "#3465a4", "to the best peer"),
                                         (-0.2, "to_limit", "#c17d11", "to the limit")):
        draw_bars(axes, [(index + offset, row[field]) for index, row in enumerate(rows) if row[field]], colour, label)
    axes.axvline(1, color="black", linewidth=0.8)
    axes.set_xscale("log", base=2)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}" if value >= 1 else f"1/{1 / value:g}")
    axes.margins(x=0.12, y=0.01)
    axes.set_yticks(range(len(rows)), [row["title"] for row in rows], fontsize=9)
    for tick, row in zip(axes.get_yticklabels(), rows):
        tick.set_color({True: "#3a7d1e", False: "#b02020", None: "black"}[row["is_met"]])
    axes.set_xlabel("times as much; less than 1 is better. Green: all targets of the row met; red: one missed")
    described = ", ".join(filter(None, (results.about.get(key) for key in ("machine", "system", "date"))))
    axes.set_title("Tellwire beside its peers and the limit of the machine\n" + described, fontsize=10, pad=30)
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncol=2, frameon=False)
    axes.grid(axis="x", alpha=0.3)
    figure.tight_layout()
    figure.savefig(path, dpi=110)
    pyplot.close(figure)
    return True


def draw_bars(axes, there, colour, label):
    places, values = [place for place, _ in there], [value for _, value in there]
    axes.barh(places, [value - 1 for value in values], 0.38, left=1, color=colour, label=label)
    for place, value in there:
        axes.annotate(f"{value:.2f}", (value, place), (3 if value >= 1 else -3, 0), textcoords="offset points",
                      va="center", ha="left" if value >= 1 else "right", fontsize=7)


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
    return (f"{len(shares)} measurements in {results.rounds_in_words()}; others used "
            f"{statistics.median(shares):.0%} of the machine (median), {max(shares):.0%} (worst); "
            f"{noisy} measurements were disturbed, {len(results.failed)} failed{failures(results)}{warning}")


def text(results):
    parts = [machine.in_words(results.about), noise(results), summary(results), table(results), clipboard_table(results), start_up_table(results), text_plot(results),
             targets_table(results), all_peers_table(results)]
    return "\n\n".join(part for part in parts if part) + "\n"
