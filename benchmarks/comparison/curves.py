# SPDX-License-Identifier: Apache-2.0
"""What grows, what is measured at each size, and what theory says of it."""
import collections

from .peers import GIB, KIB, MIB, Job

# along: which key of a line is the size. value: what to take from a line. exponent: as which power of the size it may
# grow; None: as the theory does. theory: from a size to a value, in the same unit, or the measured series whose wanted
# keys these are. Its figures are those of the design; docs/performance.md.
Series = collections.namedtuple("Series", "title wanted value exponent theory")
Panel = collections.namedtuple("Panel", "title along unit series")
Curve = collections.namedtuple("Curve", "name what sizes quick jobs panels")
Pace = collections.namedtuple("Pace", "seconds repetitions")  # Of one measurement.


PATIENCE = 110  # Seconds, a little less than measuring.TIMEOUT: so that it is the program that says what was too slow.


def least_in(unit):
    """What others do meanwhile is no part of a cost, and can only add to it."""
    return lambda line: line["min_ns"] / unit


def publisher_time(line):
    return line["cpu_pub_s"] * 1e6 / line["sent"] if line.get("sent") else None


def all_memory(line):
    return (line["pss_pub_kb"] + line["pss_sub_kb"]) / 1024


def key_of(name, divisor):
    return lambda line: line[name] / divisor


def growing(variant, step):
    return dict(workload="growth", variant=variant, mode=step)


def growth_job(variant, size, pace):
    return Job("growth", dict(workload="growth", variant=variant, items=size, count=pace.repetitions), None)


def reader_jobs(size, pace):
    yield growth_job("readers", size, pace)
    yield Job("tellwire", dict(workload="w2", subs=size, rate=100, seconds=pace.seconds), None)


def link_jobs(size, pace):
    for mode in ("hot", "rr"):
        yield Job("tellwire", dict(workload="w7", mode=mode, items=size, seconds=pace.seconds, timeout=PATIENCE),
                  None)


def payload_jobs(size, pace):
    # The first ones touch memory that nobody has touched before; the quickest one has it.
    for program in ("tellwire", "limit"):
        yield Job(program, dict(workload="w4", variant="copy", size=size, count=12, seconds=2 * pace.seconds,
                                timeout=PATIENCE), None)


def log_jobs(size, pace):
    yield growth_job("one_fact", size, pace)
    if size <= 100_000:  # A million would be a log of 128 MiB.
        yield growth_job("many_facts", size, pace)


def jobs_of(variant):
    return lambda size, pace: [growth_job(variant, size, pace)]


SLEEPERS = dict(peer="tellwire", workload="w2", variant="block", rate=100)
LINKS = dict(peer="tellwire", workload="w7", variant="block")
LARGE = dict(workload="w4", variant="copy")

READERS = Curve(
    "readers", "subscribers of one item, each a program", [1, 2, 4, 8, 16, 32, 64, 128, 256], [1, 4, 16], reader_jobs, [
        Panel("what the publisher pays for an update", {"w2": "subs", "growth": "items"}, "us", [
            Series("all awake", growing("readers", "awake"), least_in(1e3), 1, lambda n: 0.5 + 0.16 * n),
            Series("all asleep, rung only", growing("readers", "told"), least_in(1e3), 1, None),
            Series("all asleep and woken", SLEEPERS, publisher_time, 1, lambda n: 8 + 1.9 * (n - 1))]),
        Panel("memory of all programs together", {"w2": "subs"}, "MiB", [
            Series("publisher's own", SLEEPERS, key_of("private_pub_kb", 1024), 1, None),
            Series("all there is", SLEEPERS, all_memory, 1, None)])])

LINK_CURVE = Curve(
    "links", "links of one client", [1, 10, 100, 1000, 10_000, 100_000, 1_000_000], [1, 100, 1000], link_jobs, [
        Panel("until all links have a value", {"w7": "items"}, "ms", [
            Series("all links", {**LINKS, "mode": "hot"}, key_of("setup_ns", 1e6), 1, lambda n: 0.15 + 0.9e-3 * n)]),
        Panel("processor time of one update", {"w7": "items"}, "us", [
            Series("one hot item", {**LINKS, "mode": "hot"}, key_of("cpu_ns_per_sent", 1e3), 0, lambda n: 1.6),
            Series("all items in turn", {**LINKS, "mode": "rr"}, key_of("cpu_ns_per_sent", 1e3), 0, lambda n: 1.6)]),
        Panel("private memory", {"w7": "items"}, "MiB", [
            Series("client", {**LINKS, "mode": "hot"}, key_of("private_sub_kb", 1024), 1,
                   lambda n: 1.5 + 400 * n / MIB),
            Series("server", {**LINKS, "mode": "hot"}, key_of("private_pub_kb", 1024), 1,
                   lambda n: 1.5 + 400 * n / MIB)])])

SERVICES = Curve(
    "services", "services in the session", [1, 10, 100, 1000, 2000, 5000, 10_000], [1, 10, 100], jobs_of("services"), [
        Panel("for a newcomer, and for one more service", {"growth": "items"}, "us", [
            Series("join", growing("services", "join"), least_in(1e3), 1, lambda n: 37 + 0.109 * n),
            Series("list all", growing("services", "list"), least_in(1e3), 1, None),
            Series("initiate one", growing("services", "initiate"), least_in(1e3), 0, lambda n: 150),
            Series("publish one more", growing("services", "publish"), least_in(1e3), 0, lambda n: 1.8)])])

PAYLOAD = Curve(
    "payload", "bytes of one value", [64, KIB, 16 * KIB, 256 * KIB, MIB, 4 * MIB, 16 * MIB, 64 * MIB, 256 * MIB, GIB],
    [64, 64 * KIB, MIB], payload_jobs, [
        Panel("publish, receive and read all of it", {"w4": "size"}, "us", [
            Series("Tellwire", {**LARGE, "peer": "tellwire"}, least_in(1e3), 1, {**LARGE, "peer": "limit"})])])

LOG = Curve(
    "log", "changes that the session log has seen", [1, 10, 100, 1000, 4000, 10_000, 100_000, 1_000_000], [1, 10, 100],
    log_jobs, [
        Panel("a newcomer joins", {"growth": "items"}, "us", [
            Series("one fact, changed so often", growing("one_fact", "join"), least_in(1e3), None,
                   lambda n: 37 + 0.109 * min(n, 8192)),
            Series("so many facts", growing("many_facts", "join"), least_in(1e3), 1, lambda n: 37 + 0.109 * n)]),
        Panel("length of the log", {"growth": "items"}, "KiB", [
            Series("one fact, changed so often", growing("one_fact", "bytes"), least_in(KIB), None,
                   lambda n: min(0.125 * (n + 1), KIB)),
            Series("so many facts", growing("many_facts", "bytes"), least_in(KIB), 1, lambda n: 0.125 * (n + 1))])])

FORMATS = Curve(
    "formats", "registered formats", [1, 16, 256, 1024, 4096, 8192, 16_384], [1, 16, 256], jobs_of("formats"), [
        Panel("one among so many", {"growth": "items"}, "us", [
            Series("register one more", growing("formats", "register"), least_in(1e3), 0, lambda n: 1.8),
            Series("its number", growing("formats", "number"), least_in(1e3), 0, None),
            Series("its name", growing("formats", "name"), least_in(1e3), 0, None),
            Series("join, and its number", growing("formats", "join"), least_in(1e3), 1, lambda n: 37 + 0.109 * n)])])

CURVES = [READERS, LINK_CURVE, SERVICES, PAYLOAD, LOG, FORMATS]
