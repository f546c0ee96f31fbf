"""RTSP on both sides: cameras read by both engines, and cameras read from Vigil by ffmpeg, GStreamer and another Vigil."""
import json
import pathlib
import signal
import socket
import subprocess
import sys
import threading

import pytest

from bad_line import BadLine, doubled, jittery, lossy, swapped
from conftest import QUICK, Ended, free_port, wait_until

ENGINES = ["libav", "native"]
GSTREAMER = pathlib.Path(__file__).resolve().parent.parent / "gst_rtsp.py"


def add(server, camera, url, **more):
    server.api.post("/api/cameras", {"id": camera, "source_type": "rtsp", "source_url": url, **more}, 201)
    server.wait_state(camera, "connected")
    # Sound may have come first.
    return wait_until(lambda: (stream := server.state(camera)["streams"][0])["width"] and stream, 20, "the first picture")


@pytest.fixture
def open_server(make_server):
    """A server that serves RTSP on loopback, with `server.rtsp(path)`."""
    def make(*options, name="data", auth="none"):
        port = free_port()
        made = make_server(*QUICK, "--live-rtsp-listen", f"127.0.0.1:{port}", *options, name=name, auth=auth)
        made.rtsp = lambda path, user="": f"rtsp://{user}127.0.0.1:{port}/{path}"
        return made
    return make


def probe(url, transport="tcp"):
    done = subprocess.run(["ffprobe", "-v", "error", "-rtsp_transport", transport, "-show_streams", "-of", "json", url],
                          capture_output=True, text=True, timeout=60)
    return done, json.loads(done.stdout or "{}").get("streams", [])


def decode(url, transport="tcp", frames=30, options=()):
    """Decodes so many pictures; every error of the decoder fails. A busy camera's times are uneven: they stay what they are."""
    return subprocess.run(["ffmpeg", "-v", "error", "-xerror", "-err_detect", "explode", "-rtsp_transport", transport, *options, "-i", url, "-map", "0:v",
                           "-frames:v", str(frames), "-fps_mode", "passthrough", "-enc_time_base", "1:90000", "-f", "null", "-"],
                          capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("transport", ["tcp", "udp"])
@pytest.mark.parametrize("codec", ["h264", "h265"])
def test_both_engines_read_a_camera(engine, transport, codec, make_sim, open_server):
    sim = make_sim("--codec", codec, "--audio")
    stream = add(open_server(), "c", sim.url(1), rtsp_engine=engine, transport=transport)
    assert (stream["codec"], stream["audio_codec"], stream["transport"]) == (codec, "pcmu", transport)
    assert (stream["width"], stream["height"]) == (1280, 720)


@pytest.fixture(scope="module")
def small_pictures(tmp_path_factory):
    """Films whose pictures have tens to hundreds of bytes: lengths of 256 to 511 begin like a start code."""
    made = {}
    for codec, encoder in (("h264", ["libx264", "-bf", "2"]),
                           ("h265", ["libx265", "-x265-params", "log-level=none:bframes=2:open-gop=0"])):
        made[codec] = tmp_path_factory.mktemp("films") / f"{codec}.mp4"
        subprocess.run(["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc2=size=320x240:rate=25", "-t", "4", "-c:v", *encoder, "-g", "50", "-b:v", "90k",
                        "-pix_fmt", "yuv420p", str(made[codec])], check=True)
    return made


def pictures(url, *options):
    """What is to be seen in each picture, as a hash."""
    done = subprocess.run(["ffmpeg", "-v", "error", *options, "-i", str(url), "-map", "0:v:0", "-fps_mode", "passthrough", "-frames:v", "100", "-f", "framemd5", "-"],
                          capture_output=True, text=True, timeout=60)
    assert done.returncode == 0 and not done.stderr, done.stderr
    return [line.split(",")[-1].strip() for line in done.stdout.splitlines() if not line.startswith("#")]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("codec", ["h264", "h265"])
def test_every_picture_comes_out_as_it_went_in(engine, codec, small_pictures, make_sim, open_server):
    film = small_pictures[codec]
    server = open_server()
    add(server, "yard", make_sim("--codec", codec, file=film).url(1), rtsp_engine=engine)
    sent, came = set(pictures(film)), pictures(server.rtsp("yard"), "-rtsp_transport", "tcp")
    assert len(came) == 100 and [at for at, picture in enumerate(came) if picture not in sent] == []


@pytest.mark.parametrize("engine", ENGINES)
def test_both_engines_sign_in_and_say_why_not(engine, make_sim, open_server):
    sim = make_sim("--user", "admin", "--password", "s3cret")
    server = open_server()
    add(server, "right", sim.url(1), username="admin", password="s3cret", rtsp_engine=engine)
    server.api.post("/api/cameras", {"id": "wrong", "source_type": "rtsp", "source_url": sim.url(1), "username": "admin", "password": "no",
                                     "rtsp_engine": engine}, 201)
    server.wait_state("wrong", "reconnecting", "auth")
    assert server.api.get("/api/cameras/right")["rtsp_engine"] == engine


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("fault, reason", [("silence", "stalled"), ("rtcp-only", "stalled"), ("reset=0.5", "ended")])
def test_both_engines_tell_faults_apart(engine, fault, reason, make_sim, open_server):
    sim = make_sim()
    server = open_server()
    add(server, "c", sim.url(1), rtsp_engine=engine)
    sim.command(f"fault cam1 {fault}")
    server.wait_state("c", "reconnecting")
    wait_until(lambda: reason in server.state("c")["streams"][0]["failures"], 60, reason)


@pytest.mark.parametrize("transport", ["tcp", "udp"])
@pytest.mark.parametrize("codec", ["h264", "h265"])
def test_ffmpeg_reads_from_vigil(transport, codec, make_sim, open_server):
    server = open_server()
    add(server, "yard", make_sim("--codec", codec, "--audio").url(1))
    done, streams = probe(server.rtsp("yard"), transport)
    assert done.returncode == 0, done.stderr
    assert [s["codec_name"] for s in streams] == [{"h265": "hevc"}.get(codec, codec), "pcm_mulaw"]
    assert (streams[0]["width"], streams[0]["height"]) == (1280, 720)
    done = decode(server.rtsp("yard"), transport)
    assert done.returncode == 0 and not done.stderr, done.stderr


def test_who_may_and_what_there_is(make_sim, open_server):
    server = open_server(auth="required")
    token = server.setup_link().group(1)
    signed_in = server.api.post("/api/setup", {"token": token, "name": "boss", "password": "correct horse battery"}, 201)
    server.api.session.headers["Authorization"] = "Bearer " + signed_in["access_token"]
    add(server, "yard", make_sim().url(1))
    secret = server.api.post("/api/keys", {"name": "vlc", "role": "viewer"}, 201)["key"]
    for user in (f"any:{secret}@", "boss:correct%20horse%20battery@"):
        done = decode(server.rtsp("yard", user), frames=5)
        assert done.returncode == 0, done.stderr
    for path, user, status in (("yard", "", "401"), ("yard", "boss:wrong@", "401"), ("nothing", "", "401"), ("nothing", f"x:{secret}@", "404"),
                               ("yard/other", f"x:{secret}@", "404")):
        done, _ = probe(server.rtsp(path, user))
        assert done.returncode != 0 and status in done.stderr, (path, user, done.stderr)
    assert secret not in server.log and "correct horse" not in server.log


def test_a_change_of_the_picture_reaches_those_who_watch(make_sim, open_server):
    sim = make_sim()
    server = open_server()
    add(server, "yard", sim.url(1))
    # One line a picture, with the size of its bytes.
    watcher = subprocess.Popen(["ffmpeg", "-v", "error", "-rtsp_transport", "tcp", "-i", server.rtsp("yard"), "-autoscale", "0", "-fps_mode", "passthrough",
                                "-flush_packets", "1", "-f", "framecrc", "-"], stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True)
    giving_up = threading.Timer(90, watcher.kill)
    giving_up.start()
    try:
        sizes = (line.split(",")[4].strip() for line in watcher.stdout if not line.startswith("#"))
        before = next(sizes)
        sim.command("fault cam1 params-change")
        assert any(size != before for size in sizes), "the watcher ended before another picture size came"
    finally:
        giving_up.cancel()
        watcher.kill()
        watcher.wait()


def test_ten_stopped_readers_do_not_disturb_the_others(make_sim, open_server):
    server = open_server()
    add(server, "yard", make_sim().url(1))
    stopped = [subprocess.Popen(["ffmpeg", "-v", "quiet", "-rtsp_transport", "tcp", "-i", server.rtsp("yard"), "-f", "null", "-"],
                                stdin=subprocess.DEVNULL) for _ in range(10)]
    try:
        wait_until(lambda: server.state("yard")["streams"][0]["readers"] >= 2, 30, "the readers")
        for reader in stopped:
            reader.send_signal(signal.SIGSTOP)
        done = decode(server.rtsp("yard"), frames=60)
        assert done.returncode == 0 and not done.stderr, done.stderr
    finally:
        for reader in stopped:
            reader.kill()
            reader.wait()


@pytest.mark.parametrize("rendition", ["annotated", "h264"])
def test_what_vigil_encodes_is_a_stream_like_any_other(rendition, make_sim, open_server):
    server = open_server()
    add(server, "yard", make_sim("--codec", "h265").url(1))
    # The first one who asks waits for the encoder; a busy machine may want a second try.
    done, streams = wait_until(lambda: (found := probe(server.rtsp(f"yard/{rendition}")))[1] and found, 60, "a description")
    assert (streams[0]["codec_name"], streams[0]["width"], streams[0]["height"]) == ("h264", 1280, 720), done.stderr
    for transport in ("tcp", "udp"):
        done = decode(server.rtsp(f"yard/{rendition}"), transport, frames=10)
        assert done.returncode == 0 and not done.stderr, done.stderr


@pytest.mark.parametrize("engine", ENGINES)
def test_vigil_is_a_camera_of_another_vigil(engine, make_sim, open_server):
    first, second = open_server(name="first"), open_server(name="second")
    add(first, "yard", make_sim("--audio").url(1))
    stream = add(second, "copy", first.rtsp("yard"), rtsp_engine=engine)
    assert (stream["codec"], stream["audio_codec"], stream["width"]) == ("h264", "pcmu", 1280)
    done = decode(second.rtsp("copy"), frames=10)
    assert done.returncode == 0, done.stderr


def test_clients_are_counted(make_sim, open_server):
    server = open_server()
    add(server, "yard", make_sim().url(1))
    done = decode(server.rtsp("yard/main"), frames=5)
    assert done.returncode == 0, done.stderr
    figures = lambda: server.api.session.get(server.url + "/metrics").text
    wait_until(lambda: "vigil_rtsp_joins_total 1\n" in figures() and "vigil_rtsp_playing 0\n" in figures(), 20, "the client in the figures")


def test_nonsense_is_answered_and_nothing_breaks(make_sim, open_server):
    server = open_server()
    add(server, "yard", make_sim().url(1))
    port = int(server.rtsp("").rsplit(":", 1)[1].rstrip("/"))
    for junk in (b"GET / HTTP/1.1\r\n\r\n", b"\x16\x03\x01" + b"\x00" * 200 + b"\n\n", b"DESCRIBE rtsp://h/" + b"a" * 20000, b"$\x00\xff\xff" + b"x" * 70000,
                 b"DESCRIBE rtsp://h/../../etc/passwd RTSP/1.0\r\nCSeq: 1\r\n\r\n"):
        with socket.create_connection(("127.0.0.1", port), 5) as client:
            client.settimeout(5)
            try:
                client.sendall(junk)
                client.shutdown(socket.SHUT_WR)
                while client.recv(65536):
                    pass
            except OSError:
                pass
    done, streams = probe(server.rtsp("yard"))
    assert done.returncode == 0 and streams, done.stderr


def gstreamer_reads(url, transport):
    done = subprocess.run([sys.executable, GSTREAMER, url, transport, "20"], capture_output=True, text=True, timeout=60)
    if done.returncode == 77:
        pytest.skip(done.stdout.strip())
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("transport", ["tcp", "udp"])
def test_gstreamer_reads_from_vigil(transport, make_sim, open_server):
    server = open_server()
    add(server, "yard", make_sim().url(1))
    gstreamer_reads(server.rtsp("yard"), transport)


@pytest.fixture
def certificate(tmp_path):
    """PEM files of a certificate for 127.0.0.1 that it signs itself, and of its key."""
    certificate, key = tmp_path / "server.crt", tmp_path / "server.key"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1",
                    "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate], check=True, capture_output=True)
    return certificate, key


@pytest.fixture
def tls_server(make_server, make_sim, certificate):
    """A server that serves RTSP within TLS and nowhere else."""
    port = free_port()
    server = make_server(*QUICK, "--live-rtsps-listen", f"127.0.0.1:{port}", "--live-rtsps-certificate", certificate[0], "--live-rtsps-key", certificate[1])
    server.rtsps = lambda path: f"rtsps://127.0.0.1:{port}/{path}"
    add(server, "yard", make_sim("--audio").url(1))
    return server


def test_ffmpeg_reads_from_vigil_within_tls(tls_server):
    done, streams = probe(tls_server.rtsps("yard"))
    assert done.returncode == 0 and [s["codec_name"] for s in streams] == ["h264", "pcm_mulaw"], done.stderr
    done = decode(tls_server.rtsps("yard"))
    assert done.returncode == 0 and not done.stderr, done.stderr
    done, _ = probe(tls_server.rtsps("yard").replace("rtsps", "rtsp"))
    assert done.returncode != 0, "in the clear nothing is said"


def test_gstreamer_reads_from_vigil_within_tls(tls_server):
    gstreamer_reads(tls_server.rtsps("yard"), "tcp")


@pytest.mark.parametrize("engine", ENGINES)
def test_another_vigil_reads_within_tls(engine, tls_server, make_server):
    add(make_server(*QUICK, name="other"), "far", tls_server.rtsps("yard"), rtsp_engine=engine, transport="tcp")


def test_a_certificate_that_cannot_be_used_is_an_error_at_the_start(make_server, certificate):
    with pytest.raises(Ended, match="no certificate can be read"):
        make_server("--live-rtsps-listen", "127.0.0.1:0", "--live-rtsps-certificate", certificate[1], "--live-rtsps-key", certificate[1], name="wrong")
    with pytest.raises(Ended, match="needs live.rtsps.certificate and live.rtsps.key"):
        make_server("--live-rtsps-listen", "127.0.0.1:0", name="none")


@pytest.mark.parametrize("line", [swapped, jittery])
def test_datagrams_out_of_order_cost_no_picture(line, make_sim, open_server):
    server = open_server()
    add(server, "yard", make_sim().url(1))
    port = int(server.rtsp("").split(":")[2].strip("/"))
    with BadLine(("127.0.0.1", port), line) as bad:
        # So patient that a slow machine loses nothing.
        done = decode(f"rtsp://127.0.0.1:{bad.port}/yard", "udp", frames=40, options=("-max_delay", "5000000"))
        assert done.returncode == 0 and not done.stderr, done.stderr
        assert bad.datagrams > 40


def test_lost_datagrams_do_not_end_what_others_read(make_sim, open_server):
    server = open_server()
    add(server, "yard", make_sim().url(1))
    port = int(server.rtsp("").split(":")[2].strip("/"))
    with BadLine(("127.0.0.1", port), lambda: lossy(3)) as bad:
        done = subprocess.run(["ffmpeg", "-v", "error", "-rtsp_transport", "udp", "-i", f"rtsp://127.0.0.1:{bad.port}/yard", "-map", "0:v", "-frames:v", "40",
                               "-fps_mode", "passthrough", "-enc_time_base", "1:90000", "-f", "null", "-"], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("line", [swapped, jittery, lambda: doubled], ids=["swapped", "jittery", "doubled"])
def test_a_camera_on_a_bad_line_is_read(line, make_sim, open_server):
    sim = make_sim()
    port = int(sim.url(1).split(":")[2].split("/")[0])
    with BadLine(("127.0.0.1", port), line) as bad:
        server = open_server()
        stream = add(server, "c", sim.url(1).replace(f":{port}/", f":{bad.port}/"), transport="udp")
        assert stream["transport"] == "udp"
        before = server.state("c")["streams"][0]["frames"]
        state = wait_until(lambda: (now := server.state("c")["streams"][0])["frames"] > before + 40 and now, 60, "forty pictures")
        assert state["connects"] == 1
        done = decode(server.rtsp("c"), frames=20)
        assert done.returncode == 0 and not done.stderr, done.stderr
