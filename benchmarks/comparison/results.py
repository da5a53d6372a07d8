# SPDX-License-Identifier: Apache-2.0
"""The lines of JSON that the programs print, and how to find something among them."""
import json
import statistics

KEY = ("peer", "workload", "variant", "mode", "place", "size", "subs", "items", "rate")
DEFAULTS = {"mode": "-", "place": "free", "size": 64, "subs": 1, "items": 1, "rate": 0}

FAULTS = ("lost", "misorder", "bad")

# What the programs call themselves, where that is not the name of the peer.
IDEAL = "shm_ideal"


def load(path):
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def is_whole(line):
    return not line.get("error") and line.get("n", 0) > 0


class Results:
    """All measurements of a run. Rounds that others disturbed count only if there are not three quiet ones."""

    def __init__(self, lines, quiet=0.12):
        self.about = next((line["about"] for line in lines if "about" in line), {})
        measured = [line for line in lines if "about" not in line]
        self.lines = [line for line in measured if is_whole(line)]
        self.failed = [line for line in measured if not is_whole(line)]
        self.quiet = quiet

    def peers(self):
        return sorted({line["peer"] for line in self.lines})

    def rounds_in_words(self):
        count = len(self.rounds())
        return "1 round" if count == 1 else f"{count} rounds"

    def rounds(self):
        return sorted({line.get("round", 1) for line in self.lines})

    def find(self, **wanted):
        """The lines of one configuration; what is not said has its usual value, but for whole commands."""
        if wanted.get("workload") not in ("w6", "start"):
            wanted = {**DEFAULTS, **wanted}
        found = [line for line in self.lines if all(line.get(key) == value for key, value in wanted.items())]
        quiet = [line for line in found if line.get("foreign", 0) <= self.quiet]
        if len(quiet) >= 3:
            return quiet
        return sorted(found, key=lambda line: line.get("foreign", 0))[:3]

    def median(self, field, **wanted):
        values = [line[field] for line in self.find(**wanted) if line.get(field) is not None]
        return statistics.median(values) if values else None

    def by_round(self, field, **wanted):
        return {line.get("round", 1): line[field] for line in self.find(**wanted) if line.get(field) is not None}

    def ratio(self, field, ours, theirs):
        """The median of the ratios within each round, since only they met the same neighbours."""
        first, second = self.by_round(field, **ours), self.by_round(field, **theirs)
        ratios = [first[k] / second[k] for k in first if second.get(k)]
        return statistics.median(ratios) if ratios else None

    def best_peer(self, field, least=True, **wanted):
        """Name and value of the best of the others, who do the work in the same way and lose nothing. What is made by
        hand as a limit is no peer."""
        found = []
        for peer in self.peers():
            if peer in ("tellwire", "limit", IDEAL) or peer.startswith("clip_"):
                continue
            lines = self.find(**{**wanted, "peer": peer})
            value = self.median(field, **{**wanted, "peer": peer})
            if value and not any(line.get(fault) for line in lines for fault in FAULTS):
                found.append((value, peer))
        if not found:
            return None, None
        value, name = min(found) if least else max(found)
        return name, value
