# SPDX-License-Identifier: Apache-2.0
"""Who takes part, with which broker, and what is measured of whom."""
import collections

KIB, MIB, GIB = 1 << 10, 1 << 20, 1 << 30

Peer = collections.namedtuple("Peer", "name program broker")

# One call of a program; options without their dashes. `before` is a command that stays, and the text it is given.
# @DIRECTORY@ is the private directory of the broker.
Job = collections.namedtuple("Job", "peer options broker before", defaults=[None])

TELLWIRE = Peer("tellwire", "tellwire-bench", None)
PEERS = [
    Peer("limit", "limit-bench", None),
    Peer("ideal", "peer_ideal", None),
    Peer("unix", "peer_unix", None),
    Peer("iceoryx", "peer_iceoryx", "roudi"),
    Peer("boostmq", "peer_boostmq", None),
    Peer("zmq", "peer_zmq", None),
    Peer("nng", "peer_nng", None),
    Peer("qlocal", "peer_qlocal", None),
    Peer("dbus", "peer_dbus", "dbus"),
    Peer("cyclone", "peer_cyclone", None),
    Peer("redis", "peer_redis", "redis"),
    Peer("mqtt", "peer_mqtt", "mqtt"),
    Peer("nats", "peer_nats", "nats"),
]
READERS = (1, 8)  # The publisher's cost of a further one is a difference.
MANY_LINKS = [10, 1000, 10_000, 100_000]
PEER_LINKS = {"iceoryx": 250}  # A WaitSet takes 256.


def variants(peer, workload):
    table = {
        ("tellwire", "w1"): ["block", "qt", "linked"],
        ("tellwire", "w2"): ["block", "qt"],
        ("tellwire", "w3"): ["block", "qt"],
        ("tellwire", "w7"): ["block", "many", "conflate"],
        ("ideal", "w4"): ["copy", "zerocopy"],
        ("iceoryx", "w4"): ["copy", "zerocopy"],
        ("zmq", "w4"): ["copy", "zerocopy"],
        ("dbus", "w4"): ["copy", "zerocopy"],
    }
    return table.get((peer, workload), ["copy"] if workload == "w4" else ["block"])


def requests(peer, seconds):
    if peer == "ideal":
        return  # It is only a ring.
    for variant in variants(peer, "w1"):
        for size in (64, 4 * KIB, MIB):
            yield dict(workload="w1", variant=variant, size=size, seconds=seconds)
    for place in ("split", "same"):
        yield dict(workload="w1", variant="block", size=64, place=place, seconds=seconds)
    if peer in ("tellwire", "limit", "unix", "zmq", "nng", "iceoryx", "boostmq"):
        yield dict(workload="w1", variant="spin", size=64, place="split", seconds=seconds)


def paced_updates(peer, seconds):
    for variant in variants(peer, "w2"):
        for place in ("free", "split", "same"):
            for rate in (1000, 10_000):
                yield dict(workload="w2", variant=variant, rate=rate, place=place, seconds=seconds)


def saturated_updates(peer, seconds):
    if peer == "limit":
        return  # The ideal ring is the limit of streams.
    for variant in variants(peer, "w3"):
        for size in (64, 4 * KIB):
            for subscribers in (1, 8):
                yield dict(workload="w3", variant=variant, size=size, subs=subscribers, seconds=seconds)


def large_updates(peer, seconds):
    for variant in variants(peer, "w4"):
        for size, count in ((16 * MIB, 12), (256 * MIB, 5)):
            if peer == "cyclone" and size > 16 * MIB:
                continue  # In datagrams, that takes longer than a measurement may.
            yield dict(workload="w4", variant=variant, size=size, count=count, seconds=max(seconds, 1.0))


def connections(peer, seconds):
    if peer in ("limit", "ideal"):
        return  # They need no connection.
    # iceoryx frees what closed clients had in RouDi's own time: no more of them than it has.
    most = 150 if peer == "iceoryx" else 5000
    yield dict(workload="w5", mode="ctx", seconds=seconds, count=most)
    if peer == "tellwire":
        yield dict(workload="w5", mode="ctx", variant="join", seconds=seconds, count=most)
    yield dict(workload="w5", mode="proc", seconds=max(seconds, 0.5), count=50)


def many_links(peer, seconds):
    if peer in ("limit", "unix", "qlocal", "boostmq"):
        return  # They have no links, only one stream.
    counts = MANY_LINKS if peer in ("tellwire", "ideal") else [1, PEER_LINKS.get(peer, 10_000)]
    if peer == "ideal":
        counts = MANY_LINKS[:3]
    for variant in variants(peer, "w7"):
        for items in counts:
            for mode in ("hot", "rr"):
                yield dict(workload="w7", variant=variant, mode=mode, items=items, seconds=seconds)


def clipboards(names, tellwire_tool, clipboard_program):
    """Jobs of W6: long-running pairs, and whole processes as scripts start them."""
    for size, count in ((KIB, 10), (64 * MIB, 3)):
        yield Job("tellwire", dict(workload="w6", variant="block", size=size, count=count), None)
        if tellwire_tool:
            yield Job("tellwire", dict(workload="w6", variant="command", size=size, count=count,
                                       program=tellwire_tool), None)
        if clipboard_program and "qt" in names:
            yield Job("clipboard", dict(workload="w6", variant="block", size=size, count=count), "xvfb")
        for tool, display in (("xclip", "xvfb"), ("xsel", "xvfb"), ("wl-copy", "sway")):
            if tool in names:
                yield Job("command", dict(workload="w6", variant="command", size=size, count=count,
                                          program=tool), display)


def further_readers(has_growth):
    """What the publisher pays for its readers alone: nobody sleeps, so that nobody is woken."""
    for count in READERS if has_growth else ():
        yield Job("growth", dict(workload="growth", variant="readers", items=count, count=100), None)


def start_ups(names, tellwire_tool, seconds):
    """Whole processes that ask once, each of somebody who is there already."""
    def job(who, peer, program, broker=None, before=None):
        options = dict(workload="start", variant=who, program=program, seconds=seconds, count=50)
        return Job(peer, options, broker, before)

    yield job("nothing", "limit", "echo 1")
    if tellwire_tool:
        yield job("tellwire request", "tellwire", f"{tellwire_tool} request Started|values!one", None,
                  (f"{tellwire_tool} publish Started|values --keep", "one=1\n"))
        yield job("tellwire paste", "tellwire", f"{tellwire_tool} paste", None, (f"{tellwire_tool} copy", "1"))
    if "busctl" in names:
        yield job("busctl call", "command", "busctl --address=unix:path=@DIRECTORY@/dbus.sock call "
                  "org.freedesktop.DBus / org.freedesktop.DBus GetId", "dbus")
    if "xclip" in names:
        yield job("xclip -o", "command", "xclip -selection clipboard -o", "xvfb", ("xclip -selection clipboard -i", "1"))
    if "wl-copy" in names:
        yield job("wl-paste", "command", "wl-paste -n", "sway", ("wl-copy", "1"))


WORKLOADS = [requests, paced_updates, saturated_updates, large_updates, connections, many_links]


def jobs(seconds, workload):
    """One workload of all peers, so that those who are compared are measured one after the other."""
    for peer in [TELLWIRE] + PEERS:
        for options in workload(peer.name, seconds):
            yield Job(peer.name, options, peer.broker)
