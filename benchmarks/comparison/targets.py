# SPDX-License-Identifier: Apache-2.0
"""What Tellwire is to reach, each as a ratio within one run."""
import collections

from .peers import KIB, MIB

# value and bound in the same unit; without a value the target could not be judged.
Target = collections.namedtuple("Target", "workload what bound value unit is_met")

PLACES = ("free", "split", "same")
SOCKET_PEERS = ("unixsock", "zmq", "nng", "qlocalsocket", "dbus")
PEERS_WITH_DISCOVERY = ("iceoryx", "dbus", "cyclonedds")


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
    return at_most(wanted["workload"].upper(), text, ratio, bound)


def below_all(results, text, **wanted):
    """How much longer than the best peer."""
    ours = results.median("p50_ns", **{**wanted, "peer": "tellwire"})
    name, best = results.best_peer("p50_ns", **wanted)
    return at_most(wanted["workload"].upper(), f"{text}: to the best peer ({name})", over(ours, best), 1)


def updates(results):
    for variant, bound in (("block", 1.15), ("qt", 1.3)):
        for place in PLACES:
            yield to_limit(results, bound, f"update of 64 B, {variant}, {place}: to the wake of the limit",
                           workload="w2", variant=variant, rate=1000, place=place)
    yield below_all(results, "update of 64 B", workload="w2", variant="block", rate=1000)


def requests(results):
    for place in PLACES:
        yield to_limit(results, 1.25, f"request of 64 B, {place}: to two wakes of the limit", workload="w1",
                       variant="block", place=place)
    yield to_limit(results, 4, "request of 64 B, both polling: to the ping-pong of a cache line", workload="w1",
                   variant="spin", place="split")
    linked = results.median("p50_ns", peer="tellwire", workload="w1", variant="linked")
    yield at_most("W1", "request of 64 B, answered in place", linked and linked / 1000, 0.5, "us")
    for size, name in ((4 * KIB, "4 KiB"), (MIB, "1 MiB")):
        yield below_all(results, f"request of {name}", workload="w1", variant="block", size=size)
    yield to_limit(results, 1.3, "request of 1 MiB: to wakes and one copy", workload="w1", variant="block",
                   size=MIB)


def rate(results, peer, subscribers=1, size=64):
    return results.median("msgs_per_s", peer=peer, workload="w3", variant="block", size=size, subs=subscribers)


def saturated(results):
    for size, name in ((64, "64 B"), (4 * KIB, "4 KiB")):
        peer, best = results.best_peer("msgs_per_s", least=False, workload="w3", variant="block", size=size)
        yield at_least("W3", f"saturated {name}, 1 to 1: to the best peer ({peer})",
                       over(rate(results, "tellwire", size=size), best), 1)
    yield at_least("W3", "saturated 64 B, 1 to 1: to the ideal ring",
                   over(rate(results, "tellwire"), rate(results, "shm_ideal")), 0.3)
    sockets = [rate(results, peer, 8) or 0 for peer in SOCKET_PEERS]
    yield at_least("W3", "saturated 64 B, 1 to 8: to the best socket peer",
                   over(rate(results, "tellwire", 8), max(sockets)), 4)
    yield at_most("W3", "publisher's time for each further reader, wakes included", further_reader(results), 100,
                  "ns")


def further_reader(results):
    costs = []
    for subscribers in (1, 8):
        lines = results.find(peer="tellwire", workload="w3", variant="block", subs=subscribers)
        found = sorted(line["cpu_pub_s"] * 1e9 / line["sent"] for line in lines if line.get("sent"))
        if not found:
            return None
        costs.append(found[len(found) // 2])
    return (costs[1] - costs[0]) / 7


def large(results):
    for size, name in ((16 * MIB, "16 MiB"), (256 * MIB, "256 MiB")):
        yield to_limit(results, 1.1, f"{name} published and read: to one copy and one pass", workload="w4",
                       variant="copy", size=size)


def connections(results):
    ours = results.median("p50_ns", peer="tellwire", workload="w5", variant="block", mode="proc")
    for peer in PEERS_WITH_DISCOVERY:
        theirs = results.median("p50_ns", peer=peer, workload="w5", variant="block", mode="proc")
        yield at_most("W5", f"new process until its first reply: to {peer}", over(ours, theirs), 1)
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


def memory_per_link(results, side, count=100_000, few=10):
    field = f"private_{side}_kb"
    wanted = dict(peer="tellwire", workload="w7", variant="block", mode="hot")
    most, least = (results.median(field, items=items, **wanted) for items in (count, few))
    return None if most is None or least is None else (most - least) * 1024 / (count - few)


def links(results):
    for mode, name in (("hot", "one hot item"), ("rr", "in turn")):
        few = time_per_update(results, mode, 10)
        for items in (10_000, 100_000):
            yield at_most("W7", f"processor time of an update, {items:,} links, {name}: to 10 links",
                          over(time_per_update(results, mode, items), few), 1.2)
    for side, name in (("sub", "client"), ("pub", "server")):
        yield at_most("W7", f"private memory of the {name} for each of 100,000 links", memory_per_link(results, side),
                      400, "B")


def all_targets(results):
    found = []
    for group in (updates, requests, saturated, large, connections, clipboards, links):
        found.extend(group(results))
    return found
