# SPDX-License-Identifier: Apache-2.0
"""What Tellwire is to reach, each as a ratio within one run."""
import collections

from .peers import KIB, MIB, READERS
from .results import IDEAL

# value and bound in the same unit; without a value the target could not be judged. about: the configuration it is about,
# if it is about one; briefly: the bound in the row of the table that is about the same.
Target = collections.namedtuple("Target", "workload what bound value unit is_met about briefly", defaults=[None, ""])

VALUE = 64  # Bytes. The server keeps one for each item, a client one for each link.
PLACES = ("free", "split", "same")
SOCKET_PEERS = ("unixsock", "zmq", "nng", "qlocalsocket", "dbus", "redis", "mqtt", "nats")
PEERS_WITH_DISCOVERY = ("iceoryx", "dbus", "cyclonedds", "mqtt", "nats")


def at_most(workload, what, value, bound, unit="x"):
    return Target(workload, what, f"<= {bound:g}", value, unit, None if value is None else value <= bound)


def at_least(workload, what, value, bound, unit="x"):
    return Target(workload, what, f">= {bound:g}", value, unit, None if value is None else value >= bound)


def over(first, second):
    return first / second if first is not None and second else None


def to_limit(results, bound, text, **wanted):
    """How much longer than the limit of the same round."""
    limit = {**wanted, "peer": "limit"}
    if limit["variant"] == "qt":
        limit["variant"] = "block"
    ratio = results.ratio("p50_ns", {**wanted, "peer": "tellwire"}, limit)
    return at_most(wanted["workload"].upper(), text, ratio, bound)._replace(about=wanted,
                                                                            briefly=f"<= {bound:g} limit")


def to_best(results, field, least, **wanted):
    """Name of the best peer, and the ratio to it within each round."""
    name, _ = results.best_peer(field, least, **wanted)
    if name is None:
        return None, None
    return name, results.ratio(field, {**wanted, "peer": "tellwire"}, {**wanted, "peer": name})


def below_all(results, text, **wanted):
    """How much longer than the best peer."""
    name, ratio = to_best(results, "p50_ns", True, **wanted)
    return at_most(wanted["workload"].upper(), f"{text}: to the best peer ({name})", ratio, 1)._replace(
        about=wanted, briefly="<= best")


def above_all(results, text, **wanted):
    """How much more a second than the best peer."""
    name, ratio = to_best(results, "msgs_per_s", False, **wanted)
    return at_least(wanted["workload"].upper(), f"{text}: to the best peer ({name})", ratio, 1)._replace(
        about=wanted, briefly=">= best")


def updates(results):
    for variant, bound in (("block", 1.15), ("qt", 1.3)):
        for place in PLACES:
            yield to_limit(results, bound, f"update of 64 B, {variant}, {place}: to the wake of the limit",
                           workload="w2", variant=variant, rate=1000, place=place)
    for place in PLACES:
        yield below_all(results, f"update of 64 B, {place}", workload="w2", variant="block", rate=1000, place=place)


def requests(results):
    for place in PLACES:
        yield to_limit(results, 1.25, f"request of 64 B, {place}: to two wakes of the limit", workload="w1",
                       variant="block", place=place)
    yield to_limit(results, 4, "request of 64 B, both polling: to the ping-pong of a cache line", workload="w1",
                   variant="spin", place="split")
    linked = results.median("p50_ns", peer="tellwire", workload="w1", variant="linked")
    yield at_most("W1", "request of 64 B, answered in place", linked and linked / 1000, 0.5, "us")._replace(
        about=dict(workload="w1", variant="linked"), briefly="<= 0.5 us")
    for size, name in ((4 * KIB, "4 KiB"), (MIB, "1 MiB")):
        yield below_all(results, f"request of {name}", workload="w1", variant="block", size=size)
    yield to_limit(results, 1.3, "request of 1 MiB: to wakes and one copy", workload="w1", variant="block",
                   size=MIB)


def streams(results):
    for size, name in ((64, "64 B"), (4 * KIB, "4 KiB")):
        wanted = dict(workload="w3", variant="block", size=size)
        yield above_all(results, f"stream of {name}, 1 to 1", **wanted)
        ratio = results.ratio("msgs_per_s", {**wanted, "peer": "tellwire"}, {**wanted, "peer": IDEAL})
        if size == 64:
            yield at_least("W3", "stream of 64 B, 1 to 1: to the ideal ring", ratio, 0.3)._replace(
                about=wanted, briefly=">= 0.3 limit")
        yield to_sockets(results, f"stream of {name}, 1 to 8: to the best socket peer", **wanted, subs=8)
    yield at_most("W3", "publisher's time for each further reader, without wake-ups", further_reader(results), 100,
                  "ns")


def to_sockets(results, text, **wanted):
    ours = {**wanted, "peer": "tellwire"}
    rates = {peer: results.median("msgs_per_s", **{**wanted, "peer": peer}) or 0 for peer in SOCKET_PEERS}
    best = max(rates, key=rates.get)
    ratio = results.ratio("msgs_per_s", ours, {**wanted, "peer": best}) if rates[best] else None
    return at_least("W3", f"{text} ({best if rates[best] else None})", ratio, 4)._replace(about=wanted,
                                                                                        briefly=">= 4 x sockets")


def further_reader(results):
    """Of readers that have been told already and do not sleep yet, all in one thread with the publisher."""
    few, many = (results.median("min_ns", peer="tellwire", workload="growth", variant="readers", mode="awake",
                                items=count) for count in READERS)
    return None if few is None or many is None else (many - few) / (READERS[1] - READERS[0])


def large(results):
    for size, name in ((16 * MIB, "16 MiB"), (256 * MIB, "256 MiB")):
        yield to_limit(results, 1.1, f"{name} published and read: to one copy and one pass", workload="w4",
                       variant="copy", size=size)


def connections(results):
    ours = results.median("p50_ns", peer="tellwire", workload="w5", variant="block", mode="proc")
    for peer in PEERS_WITH_DISCOVERY:
        theirs = results.median("p50_ns", peer=peer, workload="w5", variant="block", mode="proc")
        yield at_most("W5", f"new process until its first reply: to {peer}", over(ours, theirs), 1)._replace(
            about=dict(workload="w5", variant="block", mode="proc"), briefly=f"<= {peer}")
    since = results.median("since_main_ns", peer="tellwire", workload="w5", variant="block", mode="proc")
    yield at_most("W5", "first reply after the start of main()", since and since / 1000, 300, "us")


def clipboards(results):
    for size, name in ((KIB, "1 KiB"), (64 * MIB, "64 MiB")):
        for ours, others in (("clip_tellwire", ("clip_qt",)),
                             ("clip_tellwire_command", ("clip_xclip", "clip_xsel", "clip_wl"))):
            for other in others:
                first = results.median("p50_ns", peer=ours, workload="w6", variant="e2e", size=size)
                second = results.median("p50_ns", peer=other, workload="w6", variant="e2e", size=size)
                yield at_most("W6", f"clipboard, {name}: {ours[5:]} to {other[5:]}", over(first, second), 0.5)


def time_per_update(results, mode, items):
    """Of processors, on both sides: what others use meanwhile is not in it."""
    return results.median("cpu_ns_per_sent", peer="tellwire", workload="w7", variant="block", mode=mode, items=items)


def memory_per_link(results, variant, field, count, few=10):
    wanted = dict(peer="tellwire", workload="w7", variant=variant, mode="hot")
    most, least = (results.median(field, items=items, **wanted) for items in (count, few))
    return None if most is None or least is None else (most - least) * 1024 / (count - few)


def memory(results, count):
    """Beyond the value. What the server has before anybody has connected is that of its items."""
    def of(variant, field):
        return memory_per_link(results, variant, field, count)
    client, of_many = of("block", "private_sub_kb"), of("many", "private_sub_kb")
    server, item = of("block", "private_pub_kb"), of("block", "private_pub_before_kb")
    yield "client", "links", client and client - VALUE
    yield "client with AdviseLinks", "links", of_many and of_many - VALUE
    yield "server", "links", server and item and server - item
    yield "server", "items", item and item - VALUE


def links(results):
    for mode, name in (("hot", "one hot item"), ("rr", "in turn")):
        few = time_per_update(results, mode, 10)
        for items in (10_000, 100_000):
            yield at_most("W7", f"processor time of an update, {items:,} links, {name}: to 10 links",
                          over(time_per_update(results, mode, items), few), 1.2)
    for count in (10_000, 100_000):
        for side, what, bytes_each in memory(results, count):
            yield at_most("W7", f"private memory of the {side} for each of {count:,} {what}, beyond the value",
                          bytes_each, 400, "B")


def start_ups(results):
    for what in ("tellwire request", "tellwire paste"):
        time = results.median("p50_ns", peer=what, workload="start")
        yield at_most("start", what, time and time / 1e6, 15, "ms")


def all_targets(results):
    found = []
    for group in (updates, requests, streams, large, connections, clipboards, links, start_ups):
        found.extend(group(results))
    return found
