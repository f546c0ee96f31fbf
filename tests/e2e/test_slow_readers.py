"""Readers that stop, that have 64 kbit/s, or that only hold a connection: nobody else notices, and memory stays bounded."""
import re
import socket
import threading

import pytest

from conftest import wait_until
from websocket import Closed, WebSocket

CAMERA = "/api/cameras/hall"
# Whatever the system and we keep for a reader who does not read.
KEPT_FOR_EACH = 3_000_000
SLOW = 8_000  # bytes a second: 64 kbit/s
STEP = 0.25


@pytest.fixture
def hall(make_sim, server):
    sim = make_sim("--width", 640, "--height", 360, "--fps", 25, "--bitrate", 2000)
    server.api.post("/api/cameras", {"id": "hall", "source_type": "rtsp", "source_url": sim.url(1)}, 201)
    server.wait_state("hall", "connected")
    return server


def connection(server, request):
    """A connection with little room that has asked for something."""
    raw = socket.socket()
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    raw.connect(("127.0.0.1", server.port))
    raw.sendall(request.encode())
    return raw


def http(path, more=""):
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{more}\r\n"


def segment(server):
    """Path of a whole segment."""
    def newest():
        reply = server.api.call("GET", "/hls/hall/main/index.m3u8")
        names = re.findall(r"^([0-9a-f]{8}-\d+\.m4s)", reply.text, re.M) if reply.status_code == 200 else []
        return names[-1] if names else None
    return "/hls/hall/main/" + wait_until(newest, 30, "a segment")


HANDSHAKE = "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
ASK = {
    "mse": lambda server: http(CAMERA + "/mse", HANDSHAKE),
    # As many as a connection takes: far more than fits into what the system keeps.
    "hls": lambda server: http(segment(server)) * 20,
    "mjpeg": lambda server: http(CAMERA + "/mjpeg"),
    "idle": lambda server: "",
    "half a request": lambda server: "GET /hls/hall/ma",
}


class Slowly(threading.Thread):
    """Reads all of them with 64 kbit/s each until it is stopped."""

    def __init__(self, sockets):
        super().__init__(daemon=True)
        self.sockets, self.over, self.got = sockets, threading.Event(), 0
        for one in sockets:
            one.setblocking(False)

    def run(self):
        while not self.over.wait(STEP):
            for one in self.sockets:
                try:
                    self.got += len(one.recv(int(SLOW * STEP)))
                except (BlockingIOError, ConnectionError):
                    continue

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.join()


def metric(server, name):
    text = server.api.session.get(server.url + "/metrics", timeout=20).text
    return float(re.search(rf"^{name} (\S+)$", text, re.M).group(1))


def watch(viewer, pictures):
    """Reads so many fragments; answers how many pictures it was told that it missed."""
    missed, seen = 0, 0
    while seen < pictures:
        message = viewer.read()
        if isinstance(message, bytes):
            seen += message.count(b"moof")
        elif message["type"] == "skipped":
            missed += message["pictures"]
    return missed


@pytest.mark.parametrize("manner,kind,count", [
    ("stopped", "mse", 20), ("stopped", "hls", 20), ("stopped", "mjpeg", 10),
    ("64 kbit/s", "mse", 20), ("64 kbit/s", "hls", 20), ("64 kbit/s", "mjpeg", 10),
    ("stopped", "idle", 400), ("stopped", "half a request", 200),
])
def test_nobody_notices_a_reader_who_does_not_read(hall, manner, kind, count):
    with WebSocket(hall.port, CAMERA + "/mse") as viewer:
        watch(viewer, 30)
        threads = metric(hall, "process_threads")
        before = metric(hall, "process_resident_memory_bytes")
        request = ASK[kind](hall)
        others = [connection(hall, request) for _ in range(count)]
        slowly = Slowly(others if manner == "64 kbit/s" else [])
        with slowly:
            assert watch(viewer, 250) == 0
            assert metric(hall, "process_resident_memory_bytes") - before < 40e6 + count * KEPT_FOR_EACH
            assert metric(hall, "process_threads") - threads < 20, "no thread of a reader's own"
            # Others still come in.
            with WebSocket(hall.port, CAMERA + "/mse") as newcomer:
                assert watch(newcomer, 10) == 0
            assert hall.api.call("GET", "/hls/hall/main/index.m3u8").status_code == 200
        assert manner == "stopped" or slowly.got > 0
        for one in others:
            one.close()


def test_a_reader_who_never_reads_is_sent_away(hall):
    sockets = [connection(hall, ASK["mse"](hall)) for _ in range(3)]
    with WebSocket(hall.port, CAMERA + "/mse") as viewer:
        def alone():
            watch(viewer, 25)
            text = hall.api.session.get(hall.url + "/metrics", timeout=20).text
            return 'vigil_live_readers{camera="hall",stream="main",transport="mse"} 1' in text
        try:
            wait_until(alone, 120, "the stopped readers to be gone", every=0)
        except Closed:
            pytest.fail("the one who reads was sent away")
    for one in sockets:
        one.close()
