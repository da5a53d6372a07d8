# SPDX-License-Identifier: Apache-2.0
"""Curves of cost against size: tables, verdicts, and a picture."""
import collections
import itertools
import math
import statistics

from .peers import KIB, MIB
from .report import columns, number
from .report import size_in_words as bytes_in_words

TOLERANCE = 0.15  # Of an exponent: caches that get too small, and noise.
LEAST_SIZES = 3  # Two always lie on a line.
BARS = "▁▂▃▄▅▆▇█"

Verdict = collections.namedtuple("Verdict", "curve panel series exponent allowed is_worse to_theory further theory_further")

# What a unit is in the smallest one of its kind, and what that one and a thousand and a million of it are called.
UNITS = {"us": (1e3, "ns"), "ms": (1e6, "ns"), "KiB": (KIB, "B"), "MiB": (MIB, "B")}
PREFIXES = {"ns": ("ns", "us", "ms"), "B": ("B", "kB", "MB")}


def size_in_words(size, along):
    return bytes_in_words(size) if along == "size" else f"{size:,}"


def sizes_of(curve, results):
    """Those of which something was measured."""
    offered = sorted(set(curve.sizes) | set(curve.quick))
    found = set()
    for panel in curve.panels:
        for series in panel.series:
            found |= set(points(results, panel, offered, series.wanted, series.value))
    return sorted(found)


def points(results, panel, sizes, wanted, value):
    """From each size to the median of its rounds; sizes without a measurement are not in it."""
    key = panel.along[wanted["workload"]]
    found = {}
    for size in sizes:
        lines = results.find(**{**wanted, key: size})
        values = [one for one in map(value, lines) if one is not None]
        if values:
            found[size] = statistics.median(values)
    return found


def theory_name(series):
    return "theory" if callable(series.theory) else "limit"


def theory_points(results, panel, sizes, series):
    if series.theory is None:
        return {}
    if callable(series.theory):
        return {size: series.theory(size) for size in sizes}
    return points(results, panel, sizes, series.theory, series.value)


def exponent(found):
    """As which power of the size the upper half grows: the median of the slopes between any two, so that one bad
    measurement decides nothing."""
    upper = [(math.log(size), math.log(value)) for size, value in sorted(found.items()) if value > 0]
    upper = upper[-max(LEAST_SIZES, math.ceil(len(upper) / 2)):]
    if len(upper) < LEAST_SIZES:
        return None
    return statistics.median((second[1] - first[1]) / (second[0] - first[0])
                             for first, second in itertools.combinations(upper, 2))


def each_further(found, unit):
    """What one more costs in the upper half, in words."""
    sizes = sorted(found)
    if len(sizes) < LEAST_SIZES:
        return "-"
    first, last = sizes[len(sizes) // 2 - 1], sizes[-1]
    in_base, base = UNITS[unit]
    further = (found[last] - found[first]) / (last - first) * in_base
    for larger, name in ((1e6, PREFIXES[base][2]), (1e3, PREFIXES[base][1])):
        if abs(further) >= larger:
            return f"{number(further / larger)} {name}"
    return f"{number(further)} {base}"


def verdict(curve, panel, series, found, theory):
    grown = exponent(found)
    allowed = exponent(theory) if series.exponent is None else series.exponent
    common = [size for size in found if theory.get(size)]
    to_theory = found[max(common)] / theory[max(common)] if common else None
    is_worse = None if None in (grown, allowed) else grown > allowed + TOLERANCE
    return Verdict(curve, panel, series, grown, allowed, is_worse, to_theory, each_further(found, panel.unit),
                   each_further(theory, panel.unit))


def verdicts(results, curves):
    for curve in curves:
        sizes = sizes_of(curve, results)
        for panel in curve.panels:
            for series in panel.series:
                found = points(results, panel, sizes, series.wanted, series.value)
                if not found:
                    continue
                yield verdict(curve, panel, series, found, theory_points(results, panel, sizes, series))


def sparkline(values):
    """On the logarithmic scale of the panel."""
    there = [math.log(value) for value in values if value]
    if not there:
        return ""
    low, high = min(there), max(there)

    def bar(value):
        if not value:
            return " "
        return BARS[round((math.log(value) - low) / (high - low) * (len(BARS) - 1)) if high > low else 0]
    return "".join(map(bar, values))


def panel_table(results, curve, panel, sizes):
    along = next(iter(panel.along.values())) if len(panel.along) == 1 else "items"
    head, cells = [f"{panel.title}, {panel.unit}"], []
    for series in panel.series:
        found = points(results, panel, sizes, series.wanted, series.value)
        if not found:
            continue
        theory = theory_points(results, panel, sizes, series)
        head += [series.title] + ([theory_name(series)] if theory else [])
        cells += [found] + ([theory] if theory else [])
    if not cells:
        return ""
    body = [[f"{size_in_words(size, along):>10}"] + [number(column.get(size)) for column in cells] for size in sizes]
    body.append(["  on a logarithmic scale"] + [sparkline([column.get(size) for size in sizes]) for column in cells])
    return columns(head, body)


def in_words(one):
    if one.is_worse is None:
        return "too few sizes"
    return "WORSE" if one.is_worse else "no worse"


def power(value):
    return "-" if value is None else f"N^{value:.2f}"


def verdict_table(results, curves):
    body = []
    for one in verdicts(results, curves):
        is_flat = one.allowed is not None and one.allowed <= TOLERANCE
        body.append([f"{one.curve.name}: {one.panel.title}, {one.series.title}", power(one.exponent), power(one.allowed),
                     "-" if is_flat else one.further, "-" if is_flat else one.theory_further, number(one.to_theory),
                     in_words(one)])
    head = ["how it grows, in the upper half of the sizes", "measured", "allowed", "each further", "in theory",
            "x theory at last", ""]
    return columns(head, body)


ABOUT = ("workload", "variant", "mode", "subs", "items", "size")


def missing(results):
    """What failed or was refused in every round."""
    found = {}
    for failed in results.failed:
        about = {key: failed[key] for key in ABOUT if key in failed}
        if not any(about.items() <= line.items() for line in results.lines):
            found[" ".join(f"{key} {value}" for key, value in about.items())] = failed.get("error") or "nothing came"
    return "\n".join(f"not measured: {about}: {reason}" for about, reason in found.items())


def text(results, curves):
    parts = []
    for curve in curves:
        sizes = sizes_of(curve, results)
        if sizes:
            parts.append(f"{curve.name.upper()}: {curve.what}")
            parts += filter(None, (panel_table(results, curve, panel, sizes) for panel in curve.panels))
    return "\n\n".join([*parts, verdict_table(results, curves), missing(results)]).strip()


def draw(axes, results, curve, panel):
    sizes = sizes_of(curve, results)
    for index, series in enumerate(panel.series):
        colour = f"C{index}"
        found = points(results, panel, sizes, series.wanted, series.value)
        theory = theory_points(results, panel, sizes, series)
        there = {size: value for size, value in found.items() if value > 0}
        axes.plot(list(there), list(there.values()), "o-", color=colour, markersize=4, label=series.title)
        if theory:
            axes.plot(list(theory), list(theory.values()), "--", color=colour, linewidth=1, alpha=0.7,
                      label=theory_name(series) if theory_name(series) == "limit" else None)
    axes.set_xscale("log")
    axes.set_yscale("log")
    low, high = axes.get_ylim()
    if high < 10 * low:  # What is flat has to look so.
        middle = math.sqrt(low * high)
        axes.set_ylim(middle / 10, middle * 10)
    axes.set_title(f"{curve.name}: {panel.title}", fontsize=10)
    axes.set_xlabel(curve.what)
    axes.set_ylabel(panel.unit)
    axes.grid(alpha=0.3)
    axes.legend(fontsize=8)


def picture(results, curves, path, about):
    """False if there is no matplotlib, or nothing to draw."""
    try:
        import matplotlib  # pylint: disable=import-outside-toplevel
        matplotlib.use("Agg")
        from matplotlib import pyplot  # pylint: disable=import-outside-toplevel
    except ImportError:
        return False
    panels = [(curve, panel) for curve in curves if sizes_of(curve, results) for panel in curve.panels]
    if not panels:
        return False
    across = min(3, len(panels))
    down = math.ceil(len(panels) / across)
    figure, grid = pyplot.subplots(down, across, figsize=(5 * across, 3.8 * down + 0.6), squeeze=False)
    for axes in grid.flat[len(panels):]:
        axes.set_axis_off()
    for axes, (curve, panel) in zip(grid.flat, panels):
        draw(axes, results, curve, panel)
    figure.suptitle("Tellwire: cost against size; dashed: theory\n" + about, fontsize=11)
    figure.tight_layout(rect=(0, 0, 1, 0.99))
    figure.savefig(path, dpi=100)
    pyplot.close(figure)
    return True
