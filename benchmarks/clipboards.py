#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Copies and pastes with `tellwire` and with the commands of other clipboards, in turns; docs/performance.md."""
import argparse
import collections
import contextlib
import filecmp
import os
import pathlib
import platform
import select
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time

KIB, MIB, GIB = 1 << 10, 1 << 20, 1 << 30
ROUNDS = {KIB: 100, MIB: 30, 64 * MIB: 9, GIB: 5}
QUICK = {KIB: 2, MIB: 1}
NOBODY = 65534
UNTIL_READY = 20  # Seconds for a display to start.
UNTIL_LOST = 300  # Seconds for one command.
MOST_PASTES = 20  # Until what was copied shows.

Clipboard = collections.namedtuple("Clipboard", "name copy paste environment")
Sample = collections.namedtuple("Sample", "copy paste both")  # Seconds.


class Missing(Exception):
    """Something is not installed, or does not start."""


class Failed(Exception):
    """A command was killed, or ended with an error."""


def requires(*programs):
    for program in programs:
        if not shutil.which(program):
            raise Missing(f"{program} is not installed")


def end(process):
    process.terminate()
    process.wait()


def hear(descriptor, process, name):
    """The line that tells that a display is ready."""
    line = b""
    while not line.endswith(b"\n"):
        ready, _, _ = select.select([descriptor], [], [], UNTIL_READY)
        more = os.read(descriptor, 256) if ready else b""
        if not more:
            end(process)
            raise Missing(f"{name} does not start")
        line += more
    return line.decode().strip()


def limit(directory, _):
    """What the machine takes to write the bytes to memory and to read them again."""
    stored = directory / "stored"
    return Clipboard("cat", ["sh", "-c", f"exec cat > {stored}"], ["cat", str(stored)], {})


def tellwire(directory, options):
    session = directory / "session"
    session.mkdir(mode=0o700)
    program = shutil.which(options.tellwire)
    if not program:
        sys.exit(f"there is no {options.tellwire}; build it, or name it with --tellwire")
    return Clipboard("tellwire", [program, "copy"], [program, "paste"],
                     {"TELLWIRE_DIRECTORY": str(session), "XDG_CACHE_HOME": str(directory / "cache")})


def xclip(directory, options):
    requires("xclip", "Xvfb")
    reader, writer = os.pipe()
    display = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writer), "-screen", "0", "640x480x24", "-nolisten", "tcp"],
        pass_fds=[writer], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(writer)
    with os.fdopen(reader):
        number = hear(reader, display, "Xvfb")
    options.cleanup.callback(end, display)
    command = ["xclip", "-selection", "clipboard"]
    return Clipboard("xclip", command + ["-i"], command + ["-o"], {"DISPLAY": f":{number}"})


def wayland(directory, options):
    requires("wl-copy", "wl-paste", "sway", "setpriv")
    home = directory / "sway"
    home.mkdir(mode=0o700)
    ready = home / "ready"
    os.mkfifo(ready)
    configuration = home / "configuration"
    configuration.write_text(f"xwayland disable\noutput HEADLESS-1 resolution 640x480\n"
                             f"exec echo $WAYLAND_DISPLAY > {ready}\n")
    command = ["sway", "-c", str(configuration)]
    if os.getuid() == 0:  # sway does not run as root.
        directory.chmod(0o711)
        for path in (home, ready, configuration):
            os.chown(path, NOBODY, NOBODY)
        command = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"] + command
    environment = {"XDG_RUNTIME_DIR": str(home), "HOME": str(home), "WLR_BACKENDS": "headless",
                   "WLR_LIBINPUT_NO_DEVICES": "1", "WLR_RENDERER": "pixman"}
    reader = os.open(ready, os.O_RDWR | os.O_NONBLOCK)  # Both ways: so it has no end before sway writes.
    display = subprocess.Popen(command, env={**os.environ, **environment},
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with os.fdopen(reader):
        name = hear(reader, display, "sway")
    options.cleanup.callback(end, display)
    return Clipboard("wl-copy", ["wl-copy", "--type", "text/plain"],
                     ["wl-paste", "--no-newline", "--type", "text/plain"],
                     {"XDG_RUNTIME_DIR": str(home), "WAYLAND_DISPLAY": name})


def write_text(file, size):
    """ASCII in which no two pieces of 1 KiB are equal."""
    with open(file, "wb") as text:
        for piece in range(size // KIB):
            text.write(b"%-32d" % piece + b"The quick brown fox jumps over\n\n" * 31)


def stamp(file, word):
    """Makes the content another one than that of all other rounds."""
    with open(file, "r+b") as text:
        text.write(word.encode().ljust(32))


def timed(command, environment, source, target):
    """Seconds until it has ended. Popen.wait() with a time-out looks only now and then: it would be the limit."""
    start = time.monotonic()
    process = subprocess.Popen(command, stdin=source, stdout=target, stderr=subprocess.DEVNULL,
                               env={**os.environ, **environment})
    descriptor = os.pidfd_open(process.pid)
    has_ended = select.select([descriptor], [], [], UNTIL_LOST)[0]
    elapsed = time.monotonic() - start
    os.close(descriptor)
    if not has_ended:
        process.kill()
    if process.wait() != 0:
        raise Failed
    return elapsed


def copy_and_paste(clipboard, source, target):
    """None if it fails. Some clipboards still show the old content just after `copy`: that is pasted again."""
    try:
        with open(source, "rb") as file:
            copy = timed(clipboard.copy, clipboard.environment, file, subprocess.DEVNULL)
        wasted = 0
        for _ in range(MOST_PASTES):
            target.unlink(missing_ok=True)
            with open(target, "wb") as file:
                paste = timed(clipboard.paste, clipboard.environment, subprocess.DEVNULL, file)
            if filecmp.cmp(source, target, shallow=False):
                return Sample(copy, paste, copy + wasted + paste)
            wasted += paste
    except Failed:
        pass
    return None


def measure(clipboards, directory, size, rounds):
    source, target = directory / "source", directory / "target"
    write_text(source, size)
    samples = {clipboard.name: [] for clipboard in clipboards}
    for number in range(rounds):
        first = number % len(clipboards)
        for clipboard in clipboards[first:] + clipboards[:first]:
            stamp(source, f"{clipboard.name} {number}")
            samples[clipboard.name].append(copy_and_paste(clipboard, source, target))
    return samples


def in_words(size):
    for unit, name in ((GIB, "GiB"), (MIB, "MiB"), (KIB, "KiB")):
        if size >= unit:
            return f"{size // unit} {name}"
    return f"{size} B"


def rows(size, rounds, samples):
    medians = {}
    for name, all_of_it in samples.items():
        right = [sample for sample in all_of_it if sample]
        medians[name] = Sample(*map(statistics.median, zip(*right))) if right else None
        if len(right) < rounds:
            print(f"{name}, {in_words(size)}: {rounds - len(right)} of {rounds} rounds failed", file=sys.stderr)
    own = medians["tellwire"]
    for name, median in medians.items():
        cells = [f"{1000 * value:.1f}" for value in median] if median else ["-"] * 3
        ratio = f"{median.both / own.both:.2f}" if median and own else "-"
        yield [in_words(size), name, *cells, ratio, f"{sum(map(bool, samples[name]))}/{rounds}"]


def line(cells):
    return "| " + " | ".join(text.ljust(width) for text, width in zip(cells, (6, 8, 9, 9, 9, 13, 6))) + " |"


def machine():
    return (f"{platform.system()} {platform.release()}, {os.cpu_count()} processors, "
            f"load {os.getloadavg()[0]:.2f}")


def started(options, directory):
    clipboards = []
    for start in (limit, tellwire, xclip, wayland):
        try:
            clipboards.append(start(directory, options))
        except Missing as reason:
            print(f"left out: {start.__name__}: {reason}", file=sys.stderr)
    return clipboards


def read_options():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tellwire", default="tellwire", help="the program; default: the one in PATH")
    parser.add_argument("--rounds", type=int, help="for every size; default: fewer for larger ones")
    parser.add_argument("--quick", action="store_true", help="show that it works; says nothing about time")
    return parser.parse_args()


def main():
    options = read_options()
    sizes = QUICK if options.quick else ROUNDS
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    with contextlib.ExitStack() as options.cleanup:
        directory = pathlib.Path(tempfile.mkdtemp(prefix="clipboards-", dir="/dev/shm"))
        options.cleanup.callback(shutil.rmtree, directory, ignore_errors=True)
        clipboards = started(options, directory)
        print(machine())
        print(line(["size", "", "copy, ms", "paste, ms", "both, ms", "× of tellwire", "rounds"]))
        print(line(["---"] * 7), flush=True)
        failed = False
        for size, rounds in sizes.items():
            samples = measure(clipboards, directory, size, options.rounds or rounds)
            for row in rows(size, options.rounds or rounds, samples):
                print(line(row), flush=True)
            failed |= None in samples["tellwire"]
        print(machine())
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
