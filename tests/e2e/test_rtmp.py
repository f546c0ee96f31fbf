"""RTMP in: ffmpeg publishes as OBS would, a small client publishes H.265 by Enhanced RTMP, and others misbehave."""
import contextlib
import os
import socket
import struct
import subprocess

import pytest

from conftest import QUICK, free_port, wait_until


@pytest.fixture
def rtmp_server(make_server):
    """A server that takes RTMP on loopback, with `server.rtmp(key)` and `server.rtmp_port`."""
    def make(*options, port=None, **more):
        port = port or free_port()
        made = make_server(*QUICK, "--ingest-rtmp-listen", f"127.0.0.1:{port}", *options, **more)
        made.rtmp_port = port
        made.rtmp = lambda key: f"rtmp://127.0.0.1:{port}/live/{key}"
        return made
    return make


@pytest.fixture
def publish():
    """publish(url) starts an ffmpeg that publishes H.264 and AAC; it is ended with the test."""
    started = []

    def start(url, size="320x240"):
        process = subprocess.Popen(["ffmpeg", "-v", "error", "-re", "-f", "lavfi", "-i", f"testsrc2=s={size}:r=15", "-f", "lavfi", "-i", "sine=r=44100",
                                    "-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency", "-g", "15", "-c:a", "aac", "-f", "flv", url],
                                   stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def add(server, camera="stage"):
    server.api.post("/api/cameras", {"id": camera, "source_type": "rtmp_push"}, 201)
    made = server.api.post(f"/api/cameras/{camera}/stream-key", None, 200)
    assert made["port"] == server.rtmp_port
    return made["stream_key"]


def frames(server, camera="stage"):
    streams = server.state(camera)["streams"]
    return streams[0]["frames"] if streams else 0


def test_an_encoder_publishes_and_the_camera_is_connected(rtmp_server, publish):
    server = rtmp_server()
    key = add(server)
    server.wait_state("stage", "connecting")
    publish(server.rtmp(key))
    server.wait_state("stage", "connected", timeout=40)
    stream = wait_until(lambda: (s := server.state("stage")["streams"][0])["audio_codec"] and s["frames"] > 15 and s, 40, "pictures and sound")
    assert (stream["codec"], stream["audio_codec"], stream["width"], stream["height"], stream["transport"]) == ("h264", "aac", 320, 240, "tcp")
    latest = wait_until(lambda: (r := server.api.get("/api/cameras/stage/frame/latest")).headers["X-Frame-Live"] == "true" and r, 20, "a live picture")
    assert latest.content[:2] == b"\xff\xd8"
    metrics = server.api.session.get(server.url + "/metrics").text
    assert "vigil_rtmp_publishing 1" in metrics and "vigil_rtmp_accepted_total 1" in metrics


def test_only_the_right_key_is_taken_and_it_is_told_to_nobody(rtmp_server, publish):
    server = rtmp_server()
    key = add(server)
    camera = server.api.get("/api/cameras/stage")
    assert camera["has_password"] and key not in str(camera)
    for wrong in ("x" * 32, key[:-1], ""):
        process = publish(server.rtmp(wrong))
        assert process.wait(40) != 0
    assert server.state("stage")["state"] == "connecting"
    assert key not in server.log and key[:-1] not in server.log
    publish(server.rtmp(key))
    server.wait_state("stage", "connected", timeout=40)
    assert key not in server.log
    for root, _, names in os.walk(server.data):
        for name in names:
            with open(os.path.join(root, name), "rb") as file:
                assert key.encode() not in file.read(), name


def test_a_new_key_disconnects_whoever_has_the_old_one(rtmp_server, publish):
    server = rtmp_server()
    old = add(server)
    first = publish(server.rtmp(old))
    server.wait_state("stage", "connected", timeout=40)
    new = server.api.post("/api/cameras/stage/stream-key", None, 200)["stream_key"]
    assert new != old
    assert first.wait(40) != 0
    assert publish(server.rtmp(old)).wait(40) != 0
    publish(server.rtmp(new))
    server.wait_state("stage", "connected", timeout=40)


def test_an_encoder_that_comes_back_finds_its_camera_even_after_a_restart(rtmp_server, publish):
    server = rtmp_server()
    key = add(server)
    first = publish(server.rtmp(key))
    server.wait_state("stage", "connected", timeout=40)
    first.kill()
    server.wait_state("stage", "reconnecting", "ended", timeout=40)
    before = frames(server)
    publish(server.rtmp(key), size="640x360")
    server.wait_state("stage", "connected", timeout=40)
    wait_until(lambda: frames(server) > before and server.state("stage")["streams"][0]["width"] == 640, 40, "the other size")
    server.stop()
    again = rtmp_server()
    publish(again.rtmp(key))
    again.wait_state("stage", "connected", timeout=40)


def test_a_second_encoder_takes_the_place_of_the_first(rtmp_server, publish):
    server = rtmp_server()
    key = add(server)
    first = publish(server.rtmp(key))
    server.wait_state("stage", "connected", timeout=40)
    publish(server.rtmp(key), size="640x360")
    assert first.wait(40) != 0
    wait_until(lambda: (s := server.state("stage"))["state"] == "connected" and s["streams"][0]["width"] == 640, 40, "the second encoder")


def test_keys_are_long_and_belong_to_one_camera(rtmp_server):
    server = rtmp_server()
    body = {"id": "a", "source_type": "rtmp_push", "password": "0123456789abcdef"}
    server.api.post("/api/cameras", body, 201)
    server.api.problem(409, "POST", "/api/cameras", json={**body, "id": "b"})
    server.api.problem(422, "POST", "/api/cameras", json={**body, "id": "c", "password": "short"})
    server.api.problem(422, "POST", "/api/cameras", json={**body, "id": "d", "source_url": "rtmp://192.0.2.1/live"})
    server.api.post("/api/cameras", {"id": "p", "source_type": "http_push"}, 201)
    server.api.problem(409, "POST", "/api/cameras/p/stream-key")
    server.api.problem(404, "POST", "/api/cameras/nobody/stream-key")


def test_rtmp_is_off_unless_it_is_asked_for(make_server):
    server = make_server(*QUICK)
    server.api.post("/api/cameras", {"id": "stage", "source_type": "rtmp_push"}, 201)
    assert server.api.post("/api/cameras/stage/stream-key", None, 200)["port"] is None


class Encoder:
    """Publishes by hand: what ffmpeg of Debian 12 cannot, H.265 by Enhanced RTMP."""

    def __init__(self, port, key):
        self.socket = socket.create_connection(("127.0.0.1", port), 20)
        self.socket.settimeout(20)
        self.socket.sendall(b"\x03" + bytes(1536))
        self.read(1 + 2 * 1536)
        self.socket.sendall(bytes(1536))
        self.message(2, 1, struct.pack(">I", 1 << 20), 0)
        self.command("connect", 1, b"\x03" + self.member("app", self.text("live")) + b"\x00\x00\x09")
        self.command("createStream", 2, b"\x05")
        self.command("publish", 3, b"\x05" + self.text(key) + self.text("live"))
        heard = b""
        while b"NetStream.Publish.Start" not in heard:
            heard += self.socket.recv(65536) or pytest.fail(f"the server closed the connection: {heard[-200:]}")

    def read(self, count):
        got = b""
        while len(got) < count:
            got += self.socket.recv(count - len(got))

    @staticmethod
    def text(value):
        return b"\x02" + struct.pack(">H", len(value)) + value.encode()

    @staticmethod
    def member(name, value):
        return struct.pack(">H", len(name)) + name.encode() + value

    def command(self, name, transaction, rest):
        self.message(3, 20, self.text(name) + b"\x00" + struct.pack(">d", transaction) + rest, 0)

    def message(self, chunks, kind, body, time):
        self.socket.sendall(bytes([chunks]) + time.to_bytes(3, "big") + len(body).to_bytes(3, "big") + bytes([kind]) + struct.pack("<I", 1) + body)

    def video(self, body, time):
        self.message(6, 9, body, time)


def boxes(data):
    at = 0
    while at + 8 <= len(data):
        size, kind = struct.unpack(">I4s", data[at:at + 8])
        yield kind, data[at + 8:at + size]
        at += size


def test_h265_by_enhanced_rtmp(rtmp_server, tmp_path):
    film = tmp_path / "film.mp4"
    subprocess.run(["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc2=s=320x240:r=10", "-t", "4", "-c:v", "libx265", "-preset", "ultrafast",
                    "-x265-params", "keyint=10:bframes=0:log-level=none:pools=1", "-tag:v", "hvc1", "-movflags", "frag_every_frame+empty_moov", film], check=True, timeout=120)
    data = film.read_bytes()
    at = data.index(b"hvcC")
    config = data[at + 4:at - 4 + struct.unpack(">I", data[at - 4:at])[0]]
    pictures = [body for kind, body in boxes(data) if kind == b"mdat"]
    assert len(pictures) == 40
    server = rtmp_server()
    key = add(server)
    encoder = Encoder(server.rtmp_port, key)
    encoder.video(b"\x90hvc1" + config, 0)
    for i, picture in enumerate(pictures):
        encoder.video((b"\x93hvc1" if i % 10 == 0 else b"\xa3hvc1") + picture, 100 * i)
    stream = wait_until(lambda: (s := server.state("stage")["streams"][0])["frames"] == 40 and s, 40, "forty pictures")
    assert (stream["codec"], stream["width"], stream["height"]) == ("h265", 320, 240)
    assert server.api.get("/api/cameras/stage/frame/latest").content[:2] == b"\xff\xd8"


def test_nonsense_is_answered_and_nothing_breaks(rtmp_server, publish):
    server = rtmp_server()
    key = add(server)
    hello = b"\x03" + bytes(1536) + bytes(1536)
    for junk in (b"GET / HTTP/1.1\r\n\r\n", b"\xff" * 100000, hello[:700], hello + b"\xc5" * 5000, hello + b"\x03" + bytes(6) + b"\x14" + bytes(4),
                 hello + b"\x03\x00\x00\x00\xff\xff\xff\x14\x00\x00\x00\x00" + b"\x0a\xff\xff\xff\xff" * 20000):
        with socket.create_connection(("127.0.0.1", server.rtmp_port), 20) as client:
            client.settimeout(20)
            with contextlib.suppress(OSError):
                client.sendall(junk)
                client.shutdown(socket.SHUT_WR)
                while client.recv(65536):
                    pass
    publish(server.rtmp(key))
    server.wait_state("stage", "connected", timeout=40)
