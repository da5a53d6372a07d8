#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs one measurement, and fails if a key is missing or if not all came, in order and whole."""
import json
import subprocess
import sys

ALWAYS = {"peer", "workload", "variant", "mode", "place", "size", "n", "bad", "p50_ns", "p90_ns", "p99_ns",
          "p999_ns", "min_ns", "msgs_per_s", "bytes_per_s", "cpu_s"}
BUT_FOR_COMMANDS = {"subs", "items", "rate", "lost", "misorder", "sent", "wall_s", "pub_wall_s", "cpu_pub_s",
                    "cpu_sub_s", "cpu_broker_s", "cpu_ns_per_msg", "cpu_ns_per_sent", "setup_ns",
                    "since_main_ns", "pss_pub_kb", "pss_sub_kb", "pss_broker_kb", "rss_sub_kb",
                    "rss_broker_kb", "private_pub_before_kb", "private_pub_kb", "private_sub_kb"}


def faults(line):
    """What is wrong with a measurement; none if nothing is."""
    wanted = ALWAYS if line.get("workload") in ("w6", "start") else ALWAYS | BUT_FOR_COMMANDS
    found = [f"{key} is missing" for key in sorted(wanted - line.keys())]
    if line.get("error"):
        found.append(line["error"])
    if not line.get("n"):
        found.append("nothing was measured")
    skips = line.get("variant") == "conflate"  # Only the newest value comes, by design.
    for counter in ("bad",) if skips else ("bad", "lost", "misorder"):
        if line.get(counter, 0) != 0:
            found.append(f"{line[counter]} {counter}")
    return found


def main():
    done = subprocess.run(sys.argv[1:], stdout=subprocess.PIPE, text=True, check=False)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    found = [fault for line in lines for fault in faults(line)]
    if not lines:
        found.append("there is no line")
    if done.returncode != 0:
        found.append(f"exit code {done.returncode}")
    print(done.stdout, *found, sep="\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
