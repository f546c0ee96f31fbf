"""The real programs, started for tests: the server, the camera simulator and Redis, each on free loopback ports."""
import contextlib
import itertools
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import time

import pytest

from contract import Contract

ROOT = pathlib.Path(__file__).resolve().parent.parent
VIGIL = pathlib.Path(os.environ.get("VIGIL_BIN", ROOT / "build/dev/vigil"))
FOOTAGE = ROOT / "build/demo/vtest.avi"
# Tests stay on this machine.
os.environ.setdefault("VIGIL_MODELS_FETCH", "false")


def own_ports():
    """Ports one after the other, below those that the system gives out by itself; tests that run beside these have others."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % 8
    ports = list(range(20000 + worker * 1500, 20000 + (worker + 1) * 1500))
    first = os.getpid() % len(ports)
    return itertools.cycle(ports[first:] + ports[:first])


PORTS = own_ports()


def free_port():
    for port in PORTS:
        with socket.socket() as s, contextlib.suppress(OSError):
            s.bind(("127.0.0.1", port))
            return port


def wait_until(check, timeout=60.0, what="the condition", every=0.05):
    """Waits for check() to give something true, and gives that. An assertion inside counts as not yet. The time is patience,
    which must do on the slowest machine, unless the test is about how soon."""
    deadline, last = time.monotonic() + timeout, None
    while time.monotonic() < deadline:
        try:
            last = check()
            if last:
                return last
        except (AssertionError, OSError) as error:
            last = error
        time.sleep(every)
    raise AssertionError(f"{what} did not come within {timeout} s; last: {last!r}")


class Ended(Exception):
    """A program ended that should run: there is nothing more to wait for."""


class Program:
    """A started process with its output in a file."""

    def __init__(self, args, log, env=None, stdin=None):
        self.log_path = pathlib.Path(log)
        self.log_file = open(log, "ab")
        self.process = subprocess.Popen([str(a) for a in args], stdout=self.log_file, stderr=subprocess.STDOUT, stdin=stdin,
                                        env={**os.environ, **(env or {})})

    @property
    def log(self):
        return self.log_path.read_text(errors="replace")

    def stop(self, sig=signal.SIGTERM, timeout=10):
        """Ends it; the exit code and the seconds it took."""
        began = time.monotonic()
        if self.process.poll() is None:
            self.process.send_signal(sig)
        try:
            code = self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"{self.process.args[:2]} did not end within {timeout} s; its log ends: {self.log[-2000:]}") from None
        finally:
            self.log_file.close()
        return code, time.monotonic() - began

    def children(self, command):
        """Processes that it started to do that: `vigil <command>`."""
        tasks = pathlib.Path(f"/proc/{self.process.pid}/task").glob("*/children")
        pids = [int(child) for task in tasks for child in task.read_text().split()]
        return [pid for pid in pids if command in command_line(pid)[1:]]


def command_line(pid):
    """Of a process; empty when it has ended."""
    try:
        return pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")
    except OSError:
        return []


class Server(Program):
    """A running `vigil serve`. `api` checks every answer against the OpenAPI document."""

    def __init__(self, data, log, *options, port=None, auth="none", env=None):
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.data = data
        super().__init__([VIGIL, "serve", "--data", data, "--listen", f"127.0.0.1:{self.port}", "--auth", auth, *options], log, env)
        self.api = Contract(self.url, ROOT / "docs/ref/openapi.yaml")
        wait_until(self.is_ready, 20, "a ready server")

    def is_ready(self):
        if self.process.poll() is not None:
            raise Ended(f"the server ended: {self.log[-3000:]}")
        return self.api.session.get(self.url + "/ready", timeout=5).status_code == 200

    def setup_link(self):
        return wait_until(lambda: re.search(r"https?://\S+/setup\S*token=(\S+)", self.log), 30, "the set-up link")

    def state(self, camera):
        return self.api.get(f"/api/cameras/{camera}/status")

    def wait_state(self, camera, state, reason=None, timeout=60):
        def check():
            status = self.state(camera)
            return status if status["state"] == state and reason in (None, status["reason"]) else None
        try:
            return wait_until(check, timeout, f"{camera} {state} {reason or ''}")
        except AssertionError as error:
            raise AssertionError(f"{error}; it is {self.state(camera)}") from None


# Begins every line that a simulator logs; once it is up, it logs nothing but answers.
ANSWER = "simulator: "


class Sim(Program):
    """A running `vigil sim`; cameras at url(1) … url(n). command() changes faults while it runs."""

    def __init__(self, log, *options, file="scene", cameras=1, port=None):
        self.port = port or free_port()
        self.count = cameras
        super().__init__([VIGIL, "sim", "--file", file, "--cameras", cameras, "--listen", f"127.0.0.1:{self.port}", *options], log,
                         stdin=subprocess.PIPE)

    def url(self, n=1, sub=False, user=""):
        return f"rtsp://{user}127.0.0.1:{self.port}/cam{n}{'/sub' if sub else ''}"

    def command(self, line):
        """Returns when it is in force: the simulator has logged its answer."""
        before = self.log.count(ANSWER)
        self.process.stdin.write((line + "\n").encode())
        self.process.stdin.flush()
        wait_until(lambda: self.log.count(ANSWER) > before, 20, f"the simulator's answer to {line!r}")

    def wait_listening(self):
        def connects():
            with contextlib.closing(socket.create_connection(("127.0.0.1", self.port), 1)):
                return True
        wait_until(connects, 30, "a listening simulator")
        return self


@pytest.fixture
def starter(tmp_path):
    """start(Class, …) gives a started program that is ended with the test."""
    started = []

    def start(kind, *args, **kwargs):
        program = kind(*args, **kwargs)
        started.append(program)
        return program

    yield start
    for program in reversed(started):
        with contextlib.suppress(Exception):
            program.stop(signal.SIGKILL if isinstance(program, Sim) else signal.SIGTERM)


# Tests go easy on waiting: first retry after half a second instead of five.
QUICK = ("--ingest-retry-delays", "500ms,1s,2s", "--ingest-read-timeout", "2s", "--ingest-connect-timeout", "3s")


@pytest.fixture
def make_server(starter, tmp_path):
    def make(*options, name="data", **kwargs):
        return starter(Server, kwargs.pop("data", tmp_path / name), tmp_path / f"{name}.log", *options, **kwargs)
    return make


@pytest.fixture
def server(make_server):
    return make_server(*QUICK)


@pytest.fixture
def make_sim(starter, tmp_path):
    def make(*options, **kwargs):
        return starter(Sim, tmp_path / f"sim{len(list(tmp_path.glob('sim*.log')))}.log", *options, **kwargs).wait_listening()
    return make


class Redis(Program):
    def __init__(self, directory, port=None):
        assert shutil.which("redis-server"), "redis-server is missing: run tools/deps.sh"
        self.port = port or free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        super().__init__(["redis-server", "--port", self.port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", directory],
                         directory / f"redis-{self.port}.log")
        wait_until(lambda: socket.create_connection(("127.0.0.1", self.port), 1).close() is None, 30, "redis")


@pytest.fixture
def redis(starter, tmp_path):
    return starter(Redis, tmp_path)


@pytest.fixture(scope="session")
def footage():
    assert FOOTAGE.exists(), "the demo footage is missing: run tools/footage.sh build/demo"
    return FOOTAGE


@pytest.fixture(scope="session")
def jpeg(tmp_path_factory):
    """jpeg(width, height, colour) gives the bytes of a JPEG picture, made by ffmpeg."""
    made = {}

    def make(width=320, height=240, colour="red", kind="mjpeg"):
        key = (width, height, colour, kind)
        if key not in made:
            made[key] = subprocess.run(["ffmpeg", "-v", "error", "-f", "lavfi", "-i", f"color={colour}:s={width}x{height}", "-frames:v", "1",
                                        "-f", "image2pipe", "-c:v", kind, "-"], check=True, capture_output=True).stdout
        return made[key]
    return make
