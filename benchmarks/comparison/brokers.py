# SPDX-License-Identifier: Apache-2.0
"""What peers need to have running: each in a new private directory, and ended with it."""
import os
import re
import select
import shutil
import subprocess
import tempfile
import time

NOBODY = 65534
UNTIL_READY = 30  # Seconds.
CONFIGURATION = os.path.join(os.path.dirname(os.path.abspath(__file__)), "configuration")
NEEDS = {"roudi": ["iox-roudi"], "dbus": ["dbus-daemon"], "redis": ["redis-server"], "mqtt": ["mosquitto"],
         "nats": ["nats-server"], "xvfb": ["Xvfb"], "sway": ["sway", "setpriv"]}
# Debian has some of them where not everybody looks.
PATH = os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin"])


class Missing(Exception):
    """Something is not installed, or does not start."""


class Broker:
    """Use it in a `with`. `kind` is one of NEEDS; with None there is only a directory."""

    def __init__(self, kind):
        for program in NEEDS.get(kind, []):
            if not shutil.which(program, path=PATH):
                raise Missing(f"{program} is not installed")
        self.kind = kind
        self.process = None
        self.started = []
        self.environment = {}
        memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
        self.directory = tempfile.mkdtemp(prefix="tw", dir=memory)

    def __enter__(self):
        try:
            if self.kind:
                getattr(self, "_start_" + self.kind)()
        except Exception:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for process in [*self.started, *filter(None, [self.process])]:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        shutil.rmtree(self.directory, ignore_errors=True)

    def start(self, command, text):
        """A program that stays for as long as the broker does, or leaves one that does, and reads this text."""
        with open(os.path.join(self.directory, "text"), "w+", encoding="utf-8") as file:
            file.write(text)
            file.seek(0)
            environment = {**os.environ, "TELLWIRE_DIRECTORY": self.directory, **self.environment}
            self.started.append(subprocess.Popen(command.split(), stdin=file, stdout=subprocess.DEVNULL,
                                                 stderr=subprocess.DEVNULL, env=environment, start_new_session=True))

    @property
    def pid(self):
        return self.process.pid if self.process else 0

    def _log(self):
        with open(os.path.join(self.directory, "log"), "rb") as log:
            return log.read()

    def _run(self, command, environment=None, **more):
        with open(os.path.join(self.directory, "log"), "wb") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL,
                                            env={**os.environ, "PATH": PATH, **(environment or {})}, **more)

    def _wait(self, is_ready):
        end = time.monotonic() + UNTIL_READY
        while not is_ready():
            if self.process.poll() is not None or time.monotonic() > end:
                raise Missing(f"{self.kind} does not start: {self._log()[-300:].decode(errors='replace')}")
            time.sleep(0.02)

    def _configured(self, name):
        with open(os.path.join(CONFIGURATION, name), encoding="utf-8") as template:
            text = template.read().replace("@DIRECTORY@", self.directory)
        path = os.path.join(self.directory, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def _start_dbus(self):
        self._run(["dbus-daemon", "--config-file=" + self._configured("dbus.conf"), "--nofork"])
        self._wait(lambda: os.path.exists(self.directory + "/dbus.sock"))

    def _start_roudi(self):
        self._run(["iox-roudi", "-c", self._configured("roudi.toml")])
        self._wait(lambda: b"ready for clients" in self._log())

    def _start_redis(self):
        self._run(["redis-server", self._configured("redis.conf")])
        self._wait(lambda: os.path.exists(self.directory + "/redis.sock"))

    def _start_mqtt(self):
        self._run(["mosquitto", "-c", self._configured("mosquitto.conf")])
        self._wait(lambda: os.path.exists(self.directory + "/mqtt.sock"))

    def _start_nats(self):
        self._run(["nats-server", "-c", self._configured("nats.conf")])
        self._wait(lambda: b"Server is ready" in self._log())
        address = re.search(rb"client connections on (\S+)", self._log()).group(1).decode()
        with open(self.directory + "/nats.address", "w", encoding="utf-8") as file:
            file.write(f"nats://{address}\n")

    def _start_xvfb(self):
        reader, writer = os.pipe()
        self._run(["Xvfb", "-displayfd", str(writer), "-screen", "0", "640x480x24", "-nolisten", "tcp"],
                  pass_fds=[writer])
        os.close(writer)
        with os.fdopen(reader) as display:
            ready, _, _ = select.select([display], [], [], UNTIL_READY)
            number = display.readline().strip() if ready else ""
        if not number:
            raise Missing("Xvfb does not start")
        self.environment = {"DISPLAY": ":" + number, "QT_QPA_PLATFORM": "xcb"}

    def _start_sway(self):
        configuration = self.directory + "/sway.conf"
        with open(configuration, "w", encoding="utf-8") as file:
            file.write("xwayland disable\noutput HEADLESS-1 resolution 640x480\n")
        command = ["sway", "-c", configuration]
        if os.getuid() == 0:  # sway does not run as root.
            for path in (self.directory, configuration):
                os.chown(path, NOBODY, NOBODY)
            command = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"] + command
        self._run(command, {"XDG_RUNTIME_DIR": self.directory, "HOME": self.directory,
                            "WLR_BACKENDS": "headless", "WLR_LIBINPUT_NO_DEVICES": "1",
                            "WLR_RENDERER": "pixman"})

        def displays():
            return [name for name in os.listdir(self.directory) if re.fullmatch(r"wayland-\d+", name)]
        self._wait(displays)
        self.environment = {"XDG_RUNTIME_DIR": self.directory, "WAYLAND_DISPLAY": displays()[0]}
