# SPDX-License-Identifier: Apache-2.0
"""Runs the programs, and notes how much of the machine others used meanwhile."""
import json
import os
import resource
import signal
import subprocess
import sys
import time

from .machine import PROCESSORS

TICK = os.sysconf("SC_CLK_TCK")
TIMEOUT = 120  # Seconds for one measurement.


def busy():
    """Seconds for which processors of this machine have worked, for anybody, or were stolen from it."""
    with open("/proc/stat", encoding="ascii") as stat:
        user, nice, system, _, _, interrupt, soft, stolen = map(int, stat.readline().split()[1:9])
    return (user + nice + system + interrupt + soft + stolen) / TICK


def time_of(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as stat:
            fields = stat.read().rpartition(")")[2].split()
        return sum(int(field) for field in fields[11:15]) / TICK
    except OSError:
        return 0.0


def time_of_children():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


class Foreign:
    """The share of the machine that others use, from now on."""

    def __init__(self, broker_pid):
        self.broker_pid = broker_pid
        self.start = time.monotonic()
        self.busy = busy()
        self.own = self._own()

    def _own(self):
        return time_of_children() + (time_of(self.broker_pid) if self.broker_pid else 0)

    def share(self):
        wall = time.monotonic() - self.start
        return max(0.0, busy() - self.busy - (self._own() - self.own)) / (wall * PROCESSORS)


def run(command, environment, directory):
    """What it prints, and what it complains of. Some libraries write files to where they are."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                               env={**os.environ, **environment}, cwd=directory, start_new_session=True)
    try:
        return process.communicate(timeout=TIMEOUT)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        output, _ = process.communicate()
        return output, "it took too long"


def parsed(output):
    lines = []
    for line in output.splitlines():
        try:
            lines.append(json.loads(line))
        except ValueError:
            pass  # A library of a peer talks.
    return lines


class Recorder:
    """Measures, and writes each line to a file at once: a run that is cut short has all until then."""

    def __init__(self, path, quiet, retries):
        self.file = open(path, "w", encoding="utf-8")  # pylint: disable=consider-using-with
        self.quiet = quiet
        self.retries = retries
        self.lines = []

    def describe(self, about):
        """What the lines that follow were measured on."""
        self._keep({"about": about})

    def measure(self, command, broker, number, about):
        """Repeats what others disturbed, and keeps the quietest. `about` says what failed if the program does not."""
        best = None
        for attempt in range(1 + self.retries):
            foreign = Foreign(broker.pid)
            output, complaint = run(command, broker.environment, broker.directory)
            share, lines = foreign.share(), parsed(output)
            is_right = bool(lines) and not any("error" in line for line in lines)
            if best is None or (not is_right, share) < best[0]:
                best = ((not is_right, share), lines, complaint, attempt + 1)
            if is_right and share <= self.quiet:
                break
        (is_wrong, share), lines, complaint, attempts = best
        if is_wrong:
            print("!", " ".join(command), complaint.strip()[-200:], file=sys.stderr)
            said = complaint.strip().split("\n")[-1] or "it said nothing"
            lines = [{**line, "error": f"{line['error']}: {said}"} if "error" in line else line for line in lines]
            lines = lines or [{**about, "error": said}]
        for line in lines:
            self._keep({**line, "round": number, "foreign": round(share, 4), "tries": attempts,
                        "load": os.getloadavg()[0]})

    def miss(self, about, number, reason):
        """What is not measured, for this reason."""
        self._keep({**about, "round": number, "error": reason})

    def _keep(self, line):
        self.lines.append(line)
        self.file.write(json.dumps(line) + "\n")
        self.file.flush()
