"""Live video over a WebSocket, put together as a browser would and checked by ffprobe; and readers that are late, stopped or wrong."""
import re
import socket
import struct
import subprocess

import pytest

from conftest import QUICK, wait_until
from websocket import Closed, WebSocket

PATH = "/api/cameras/hall/mse"


@pytest.fixture
def hall(make_sim, server):
    sim = make_sim("--width", 320, "--height", 240, "--fps", 25)
    server.api.post("/api/cameras", {"id": "hall", "source_type": "rtsp", "source_url": sim.url(1)}, 201)
    server.wait_state("hall", "connected")
    server.sim = sim
    return server


def read_until(watch, enough):
    """The messages of a socket until enough(messages) is true."""
    messages = []
    while not enough(messages):
        messages.append(watch.read())
    return messages


def fragments(messages):
    return b"".join(m for m in messages if isinstance(m, bytes))


def boxes(data):
    at, out = 0, []
    while at < len(data):
        size, kind = struct.unpack(">I4s", data[at:at + 8])
        out.append(kind.decode())
        at += size
    assert at == len(data)
    return out


def probe(tmp_path, data):
    film = tmp_path / "film.mp4"
    film.write_bytes(data)
    done = subprocess.run(["ffprobe", "-v", "error", "-show_entries", "packet=dts,flags:stream=codec_name,width", "-of", "csv", film], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0 and not done.stderr, done.stderr
    return done.stdout.splitlines()


def test_the_first_messages_are_what_a_browser_wants(hall, tmp_path):
    with WebSocket(hall.port, PATH, {"Sec-WebSocket-Protocol": "vigil.v1"}) as watch:
        assert watch.status == 101 and watch.headers["sec-websocket-protocol"] == "vigil.v1"
        messages = read_until(watch, lambda m: boxes(fragments(m)).count("moof") >= 60)
    first = messages[0]
    assert first["type"] == "init" and re.match(r'video/mp4; codecs="avc1\.[0-9a-f]{6}"$', first["mime"])
    assert (first["width"], first["height"], first["sound"], first["stream"]) == (320, 240, False, "main")
    assert boxes(messages[1]) == ["ftyp", "moov"]
    assert all(isinstance(m, bytes) or m["type"] == "clock" for m in messages[1:])
    assert set(boxes(b"".join(m for m in messages[2:] if isinstance(m, bytes)))) == {"moof", "mdat"}
    lines = probe(tmp_path, fragments(messages))
    packets = [line.split(",") for line in lines if line.startswith("packet")]
    assert "stream,h264,320" in lines
    assert packets[0][2].startswith("K"), "the first picture is a key frame"
    times = [int(p[1]) for p in packets]
    assert times == sorted(set(times)) and len(times) >= 60


def test_every_viewer_gets_the_same_bytes(hall):
    with WebSocket(hall.port, PATH) as one, WebSocket(hall.port, PATH) as two:
        a = fragments(read_until(one, lambda m: len(fragments(m)) > 200_000))
        b = fragments(read_until(two, lambda m: len(fragments(m)) > 200_000))
    end = a[-20_000:]
    assert a[:1000] == b[:1000] or end in b or b[-20_000:] in a


def test_other_parameters_are_another_init(hall, tmp_path):
    with WebSocket(hall.port, PATH) as watch:
        read_until(watch, lambda m: boxes(fragments(m)).count("moof") >= 5)
        hall.sim.command("fault cam1 params-change")
        messages = read_until(watch, lambda m: any(not isinstance(x, bytes) and x["type"] == "init" for x in m))
        init = messages[-1]
        assert (init["width"], init["height"]) != (320, 240)
        after = fragments(read_until(watch, lambda m: boxes(fragments(m)).count("moof") >= 20))
    assert boxes(after)[:2] == ["ftyp", "moov"]
    lines = probe(tmp_path, after)
    assert f"stream,h264,{init['width']}" in lines
    assert next(line for line in lines if line.startswith("packet")).split(",")[2].startswith("K")


def test_who_reads_too_slowly_jumps_to_a_key_frame_and_is_told(make_sim, server, tmp_path):
    # Enough bytes to fill what the system keeps for a reader who does not read.
    sim = make_sim("--width", 640, "--height", 360, "--fps", 25, "--bitrate", 4000)
    server.api.post("/api/cameras", {"id": "hall", "source_type": "rtsp", "source_url": sim.url(1)}, 201)
    server.wait_state("hall", "connected")
    slow = WebSocket(server.port, PATH)
    slow.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    before = read_until(slow, lambda m: len(fragments(m)) > 1000)
    # Another one reads on undisturbed meanwhile, and tells how time goes: more than the four seconds after which a reader is late, and on a slow machine,
    # too, less than the thirty after which one that takes nothing is cut off.
    with WebSocket(server.port, PATH) as other:
        read_until(other, lambda m: boxes(fragments(m)).count("moof") >= 170)
    after = read_until(slow, lambda m: any(not isinstance(x, bytes) and x["type"] == "skipped" for x in m))
    skipped = after[-1]["pictures"]
    assert skipped > 0
    more = read_until(slow, lambda m: boxes(fragments(m)).count("moof") >= 3)
    slow.socket.close()
    lines = probe(tmp_path, fragments(before[:2]) + fragments(more))
    assert next(line for line in lines if line.startswith("packet")).split(",")[2].startswith("K")
    text = server.api.session.get(server.url + "/metrics", timeout=10).text
    assert float(re.search(r'^vigil_live_skipped_pictures_total{.*} (\S+)$', text, re.M).group(1)) >= skipped


def test_h265_is_hvc1_and_sound_that_mp4_cannot_carry_is_left_out(make_sim, server, tmp_path):
    for name, options, codecs, streams in (("loud", ("--audio",), r"avc1\.[0-9a-f]{6}", ["h264"]),
                                           ("dense", ("--codec", "h265"), r"hvc1\.1\..*", ["hevc"])):
        server.api.post("/api/cameras", {"id": name, "source_type": "rtsp", "source_url": make_sim("--width", 320, "--height", 240, *options).url(1)}, 201)
        server.wait_state(name, "connected")
        with WebSocket(server.port, f"/api/cameras/{name}/mse") as watch:
            messages = read_until(watch, lambda m: boxes(fragments(m)).count("moof") >= 40)
        assert re.fullmatch(rf'video/mp4; codecs="{codecs}"', messages[0]["mime"]), messages[0]
        lines = probe(tmp_path, fragments(messages))
        assert [line.split(",")[1] for line in lines if line.startswith("stream")] == streams


def test_a_reconnect_of_the_camera_is_no_end(hall):
    with WebSocket(hall.port, PATH) as watch:
        read_until(watch, lambda m: boxes(fragments(m)).count("moof") >= 5)
        hall.sim.command("fault cam1 reset")
        hall.wait_state("hall", "reconnecting")
        hall.sim.command("clear cam1")
        assert fragments(read_until(watch, lambda m: boxes(fragments(m)).count("moof") >= 40))


def test_it_ends_with_the_camera_and_says_why(hall, jpeg):
    for stop, code in (("stop", 4409), ("delete", 4404)):
        with WebSocket(hall.port, PATH) as watch:
            read_until(watch, lambda m: len(fragments(m)) > 1000)
            if stop == "stop":
                hall.api.post("/api/cameras/hall/stop", None, 200)
            else:
                hall.api.delete("/api/cameras/hall")
            with pytest.raises(Closed) as end:
                while True:
                    watch.read()
            assert end.value.code == code
        if stop == "stop":
            assert hall.api.problem(409, "GET", PATH, headers=handshake())["code"] == "camera.disabled"
            hall.api.post("/api/cameras/hall/start", None, 200)
            hall.wait_state("hall", "connected")
    hall.api.post("/api/cameras", {"id": "push", "source_type": "http_push"}, 201)
    hall.api.post("/api/ingest/push/push", None, 202, data=jpeg(), headers={"Content-Type": "image/jpeg"})
    with WebSocket(hall.port, "/api/cameras/push/mse") as watch, pytest.raises(Closed) as end:
        watch.read()
    assert end.value.code == 4415


def handshake():
    return {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="}


def test_what_is_wrong_is_refused(hall):
    assert hall.api.problem(426, "GET", PATH)["code"] == "websocket.required"
    hall.api.problem(404, "GET", "/api/cameras/nobody/mse", headers=handshake())
    hall.api.problem(404, "GET", PATH + "?stream=other", headers=handshake())
    hall.api.problem(400, "GET", PATH + "?stream=..%2f", headers=handshake())
    assert hall.api.problem(403, "GET", PATH, headers={**handshake(), "Origin": "http://elsewhere.example"})["code"] == "origin.foreign"
    with WebSocket(hall.port, PATH) as watch:
        watch._send(1, b"hello")
        with pytest.raises(Closed) as end:
            while True:
                watch.read()
        assert end.value.code == 1008


def test_stopped_readers_hold_nobody_up_and_little_memory(hall):
    def memory():
        text = hall.api.session.get(hall.url + "/metrics", timeout=10).text
        return float(re.search(r"^process_resident_memory_bytes (\S+)$", text, re.M).group(1))
    stopped = [WebSocket(hall.port, PATH) for _ in range(50)]
    with WebSocket(hall.port, PATH) as live:
        read_until(live, lambda m: boxes(fragments(m)).count("moof") >= 50)
        begun = memory()
        read_until(live, lambda m: boxes(fragments(m)).count("moof") >= 200)
        assert memory() - begun < 50 * 400_000
    for one in stopped:
        one.socket.close()
    wait_until(lambda: 'vigil_live_readers{camera="hall",stream="main",transport="mse"} 0' in hall.api.session.get(hall.url + "/metrics", timeout=10).text,
               20, "the readers to be gone")


def test_a_ticket_lets_a_player_in(make_sim, make_server):
    server = make_server(*QUICK, auth="required")
    token = server.setup_link().group(1)
    signed = server.api.post("/api/setup", {"token": token, "name": "anna", "password": "a long enough phrase"}, 201)
    sign_in = {"Authorization": "Bearer " + signed["access_token"]}
    server.api.post("/api/cameras", {"id": "hall", "source_type": "rtsp", "source_url": make_sim().url(1)}, 201, headers=sign_in)
    ticket = server.api.post("/api/cameras/hall/ticket", {}, 201, headers=sign_in)["ticket"]
    assert server.api.problem(401, "GET", PATH, headers=handshake())["code"] == "auth.missing"
    for path, headers in ((f"{PATH}?ticket={ticket}", {}), (PATH, sign_in), (PATH, {"Sec-WebSocket-Protocol": f"vigil.v1, vigil.bearer.{signed['access_token']}"})):
        with WebSocket(server.port, path, headers) as watch:
            assert watch.read()["type"] == "init"
