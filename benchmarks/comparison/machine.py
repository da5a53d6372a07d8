# SPDX-License-Identifier: Apache-2.0
"""What was measured on, and with: no figure means anything without it."""
import os
import pathlib
import platform
import re
import shutil
import subprocess
import time

PROCESSORS = os.cpu_count() or 1

# Which Debian package brings what is compared; docs/performance.md.
PACKAGES = {"iceoryx": "iceoryx", "cyclone": "cyclonedds-dev", "boostmq": "libboost-dev", "zmq": "libzmq3-dev",
            "nng": "libnng-dev", "qlocal": "qt6-base-dev", "dbus": "dbus-daemon", "sd-bus": "libsystemd-dev",
            "redis": "redis-server", "hiredis": "libhiredis-dev", "mosquitto": "mosquitto",
            "libmosquitto": "libmosquitto-dev", "nats": "nats-server", "libnats": "libnats-dev",
            "busctl": "systemd", "xclip": "xclip", "xsel": "xsel", "wl-clipboard": "wl-clipboard", "Xvfb": "xvfb", "sway": "sway"}


def first_match(path, expression, otherwise):
    try:
        found = re.search(expression, pathlib.Path(path).read_text(encoding="utf-8", errors="replace"), re.M)
    except OSError:
        return otherwise
    return found.group(1).strip() if found else otherwise


def output(*command):
    if not shutil.which(command[0]):
        return ""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False)
    return done.stdout.strip()


def load():
    return " ".join(f"{value:.1f}" for value in os.getloadavg())


def hardware():
    model = first_match("/proc/cpuinfo", r"^model name\s*: (.*)$", platform.machine())
    memory = int(first_match("/proc/meminfo", r"^MemTotal:\s*(\d+)", "0")) >> 20
    is_virtual = first_match("/proc/cpuinfo", r"^flags.*\b(hypervisor)\b", "")
    return f"{PROCESSORS} processors ({model}{', virtual' if is_virtual else ''}), {memory} GiB of memory"


def build(directory):
    cache = directory / "CMakeCache.txt"
    compiler = first_match(cache, r"^CMAKE_CXX_COMPILER:\w+=(.*)$", "c++")
    kind = first_match(cache, r"^CMAKE_BUILD_TYPE:\w+=(.*)$", "unknown")
    version = output(compiler, "--version").split("\n")[0]
    return f"{version or compiler}, {kind}"


def versions():
    found = {}
    for name, package in PACKAGES.items():
        version = output("dpkg-query", "-W", "-f=${Version}", package)
        if version:
            found[name] = re.sub(r"^\d+:|[-+].*$", "", version)
    return ", ".join(f"{name} {version}" for name, version in found.items())


def description(directory):
    """What stays the same through a run, for people; kept with its lines."""
    revision = output("git", "-C", str(pathlib.Path(__file__).parent), "describe", "--always", "--dirty")
    return {"date": time.strftime("%Y-%m-%d %H:%M"), "machine": hardware(), "load before": load(),
            "system": f"{platform.system()} {platform.release()}", "compiler": build(directory),
            "Tellwire": revision or "unknown", "others": versions()}


def in_words(about):
    width = max(map(len, about), default=0)
    return "\n".join(f"{key:{width}}  {value}" for key, value in about.items())
