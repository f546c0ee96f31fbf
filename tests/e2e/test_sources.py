"""Every kind of source against a real counterpart: ffmpeg as RTMP and HLS server, small HTTP servers for the rest."""
import contextlib
import http.server
import pathlib
import socket
import subprocess
import threading
import time

import pytest

from conftest import QUICK, VIGIL, Program, free_port, wait_until


def add(server, kind, url, **more):
    server.api.post("/api/cameras", {"id": "c", "source_type": kind, "source_url": url, **more}, 201)
    server.wait_state("c", "connected")
    latest = wait_until(lambda: (r := server.api.get("/api/cameras/c/frame/latest")).headers["X-Frame-Live"] == "true" and r, 60, "a live picture")
    assert latest.content[:2] == b"\xff\xd8"
    return server.state("c")["streams"][0]


@pytest.fixture
def web():
    """web(handler) serves on loopback; handler(request) answers GETs. Gives the address."""
    servers = []

    def serve(answer):
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                try:
                    answer(self)
                except (BrokenPipeError, ConnectionResetError):
                    self.close_connection = True

            def log_message(self, *_):
                pass
        made = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        made.daemon_threads = True
        threading.Thread(target=made.serve_forever, daemon=True).start()
        servers.append(made)
        return f"http://127.0.0.1:{made.server_port}"

    yield serve
    for made in servers:
        made.shutdown()


def reply(request, body, kind):
    request.send_response(200)
    request.send_header("Content-Type", kind)
    request.send_header("Content-Length", str(len(body)))
    request.end_headers()
    request.wfile.write(body)


def encode(*args):
    subprocess.run(["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc2=s=640x360:r=15", *args], check=True, timeout=60)


@pytest.mark.parametrize("codec", ["h264", "h265"])
def test_rtsp(codec, make_sim, server):
    sim = make_sim("--codec", codec, "--audio", cameras=1)
    stream = add(server, "rtsp", sim.url(1))
    assert stream["codec"] == codec and stream["audio_codec"] == "pcmu" and stream["transport"] == "tcp"
    assert stream["width"] == 1280 and stream["height"] == 720


def test_real_footage_over_rtsp(make_sim, server, footage):
    sim = make_sim(cameras=1, file=footage)
    stream = add(server, "rtsp", sim.url(1))
    assert (stream["width"], stream["height"]) == (768, 576)


def test_a_sub_stream_is_opened_only_when_somebody_looks(make_sim, server):
    sim = make_sim(cameras=1)
    server.api.post("/api/cameras", {"id": "c", "source_type": "rtsp", "source_url": sim.url(1), "roles": ["live", "recording"],
                                     "streams": [{"name": "sub", "source_url": sim.url(1, sub=True), "roles": ["analysis"]}]}, 201)
    server.wait_state("c", "connected")
    assert [s["name"] for s in server.state("c")["streams"]] == ["sub"]
    server.api.get("/api/cameras/c/frame/latest")
    wait_until(lambda: {s["name"] for s in server.state("c")["streams"] if s["state"] == "connected"} == {"sub", "main"}, 60, "the main stream")


def test_hls(web, server, tmp_path):
    encode("-t", "20", "-c:v", "libx264", "-preset", "ultrafast", "-g", "15", "-f", "hls", "-hls_time", "1", "-hls_list_size", "0",
           str(tmp_path / "all.m3u8"))
    began = time.monotonic()

    def answer(request):
        name = request.path.strip("/")
        if name == "live.m3u8":
            last = min(int(time.monotonic() - began) + 4, 19)
            lines = ["#EXTM3U", "#EXT-X-VERSION:3", "#EXT-X-TARGETDURATION:1", f"#EXT-X-MEDIA-SEQUENCE:{last - 3}"]
            for n in range(last - 3, last + 1):
                lines += ["#EXTINF:1.0,", f"all{n}.ts"]
            return reply(request, "\n".join(lines).encode() + b"\n", "application/vnd.apple.mpegurl")
        return reply(request, (tmp_path / name).read_bytes(), "video/mp2t")
    assert add(server, "hls", web(answer) + "/live.m3u8")["codec"] == "h264"


def test_a_playlist_may_not_lead_to_the_servers_own_files(web, server, tmp_path):
    secret = tmp_path / "secret.ts"
    encode("-t", "3", "-c:v", "libx264", "-f", "mpegts", str(secret))

    def answer(request):
        reply(request, f"#EXTM3U\n#EXT-X-TARGETDURATION:3\n#EXTINF:3,\nfile://{secret}\n#EXTINF:3,\n{secret}\n#EXT-X-ENDLIST\n".encode(),
              "application/vnd.apple.mpegurl")
    server.api.post("/api/cameras", {"id": "c", "source_type": "hls", "source_url": web(answer) + "/x.m3u8"}, 201)
    wait_until(lambda: server.state("c")["reason"] != "none", 20, "the failure")
    assert server.state("c")["streams"][0]["frames"] == 0
    server.api.problem(503, "GET", "/api/cameras/c/frame/latest")


def test_a_redirect_to_a_forbidden_address_is_not_followed(web, server):
    def answer(request):
        request.send_response(302)
        request.send_header("Location", "http://169.254.169.254/latest/meta-data/")
        request.send_header("Content-Length", "0")
        request.end_headers()
    server.api.post("/api/cameras", {"id": "c", "source_type": "snapshot", "source_url": web(answer) + "/x.jpg"}, 201)
    server.wait_state("c", "reconnecting", "blocked")


def test_mjpeg(web, server, jpeg):
    pictures = [jpeg(colour=c) for c in ("red", "green", "blue")]

    def answer(request):
        request.send_response(200)
        request.send_header("Content-Type", "multipart/x-mixed-replace;boundary=frame")
        request.end_headers()
        for n in range(10000):
            picture = pictures[n % 3]
            request.wfile.write(b"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n%s\r\n" % (len(picture), picture))
            time.sleep(0.1)
    stream = add(server, "mjpeg", web(answer) + "/video")
    assert stream["codec"] == "mjpeg" and stream["width"] == 320


def test_snapshots_are_polled_with_digest_sign_in(web, server, jpeg):
    asked = []

    def answer(request):
        header = request.headers.get("Authorization", "")
        if not header.startswith("Digest") or 'username="viewer"' not in header:
            request.send_response(401)
            request.send_header("WWW-Authenticate", 'Digest realm="cam", nonce="abc", qop="auth", algorithm=MD5')
            request.send_header("Content-Length", "0")
            request.end_headers()
            return
        asked.append(time.monotonic())
        reply(request, jpeg(colour=("red", "green")[len(asked) % 2]), "image/jpeg")
    add(server, "snapshot", web(answer) + "/snap.jpg", username="viewer", password="look", poll_interval=0.2)
    wait_until(lambda: len(asked) >= 5, 5, "five polls")


def first_byte_proxy(target):
    """A port that connects through to `target` only once its client has said something: a mere look whether anybody listens stays
    outside. ffmpeg as an RTMP server takes one connection and ends."""
    listener = socket.create_server(("127.0.0.1", 0))

    def pump(source, sink):
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                sink.sendall(data)
        for end in (source, sink):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def serve():
        while True:
            client, _ = listener.accept()
            first = client.recv(65536)
            if first:
                server = socket.create_connection(("127.0.0.1", target))
                server.sendall(first)
                threading.Thread(target=pump, args=(client, server), daemon=True).start()
                threading.Thread(target=pump, args=(server, client), daemon=True).start()
    threading.Thread(target=serve, daemon=True).start()
    return listener.getsockname()[1]


def test_rtmp(server, starter, tmp_path):
    port = free_port()
    starter(Program, ["ffmpeg", "-v", "error", "-re", "-f", "lavfi", "-i", "testsrc2=s=640x360:r=15", "-c:v", "libx264", "-preset", "ultrafast",
                      "-tune", "zerolatency", "-g", "15", "-pix_fmt", "yuv420p", "-f", "flv", "-listen", "1", f"rtmp://127.0.0.1:{port}/live/door"],
            tmp_path / "rtmp.log")
    listening = f":{port:04X} "
    wait_until(lambda: listening in pathlib.Path("/proc/net/tcp").read_text(), 60, "a listening ffmpeg")
    stream = add(server, "rtmp", f"rtmp://127.0.0.1:{first_byte_proxy(port)}/live/door")
    assert stream["codec"] == "h264" and stream["width"] == 640


def test_files_are_for_the_servers_owner(make_server, tmp_path):
    footage = tmp_path / "walk.mp4"
    encode("-t", "3", "-c:v", "libx264", "-preset", "ultrafast", "-g", "15", str(footage))
    (tmp_path / "cameras.yaml").write_text(f"cameras:\n  - {{id: c, source_type: file, source_url: 'file://{footage}'}}\n")
    subprocess.run([VIGIL, "apply", "-f", tmp_path / "cameras.yaml", "--data", tmp_path / "data"], check=True, timeout=20)
    server = make_server(*QUICK)
    server.wait_state("c", "connected")
    stream = server.state("c")["streams"][0]
    assert (stream["width"], stream["height"]) == (640, 360)
    server.api.patch("/api/cameras/c", {"name": "Footage"})


def test_probing_says_what_a_camera_is(make_sim, server):
    sim = make_sim("--audio", cameras=1)
    report = server.api.post("/api/cameras/probe", {"source_type": "rtsp", "source_url": sim.url(1)})
    assert report["ok"] and report["snapshot"], report
    video = next(t for t in report["tracks"] if t["kind"] == "video")
    assert (video["codec"], video["width"], video["height"]) == ("h264", 1280, 720) and 10 < video["fps"] < 20
    assert [s["name"] for s in report["steps"] if s["ok"]] == ["resolve", "connect", "open", "media", "picture"]
    assert server.api.get("/api/cameras")["cameras"] == []


@pytest.mark.parametrize("fault, reason", [("wrong-password", "auth"), ("not-found", "not_found"), ("rtcp-only", "no_video")])
def test_probing_says_why_a_camera_fails(fault, reason, make_sim, server):
    sim = make_sim(cameras=1)
    sim.command(f"fault cam1 {fault}")
    report = server.api.post("/api/cameras/probe", {"source_type": "rtsp", "source_url": sim.url(1, user="u:canary-pw@")})
    assert not report["ok"] and report["reason"] == reason and report["detail"], report
    assert "canary-pw" not in str(report)


def test_probing_tells_a_dead_address_from_a_closed_port(server):
    def reason(url):
        return server.api.post("/api/cameras/probe", {"source_type": "rtsp", "source_url": url})["reason"]
    assert reason("rtsp://127.0.0.1:1/x") == "refused"
    assert reason("rtsp://no-such-host.invalid/x") == "dns"
    assert reason("rtsp://169.254.169.254/x") == "blocked"
