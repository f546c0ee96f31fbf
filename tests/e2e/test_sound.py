"""Sound on its way out: AAC as Opus by WebRTC, heard by GStreamer; FLAC by HLS, heard by ffmpeg."""
import json
import os
import pathlib
import re
import signal
import subprocess
import sys

import pytest
import requests

from conftest import QUICK, VIGIL, free_port, wait_until

HELPER = pathlib.Path(__file__).resolve().parent.parent / "gst_whep.py"
ELEMENTS = ("webrtcbin", "nicesrc", "openh264dec", "opusdec", "rtpopusdepay")
VIDEO = ("-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency", "-g", "15", "-pix_fmt", "yuv420p")


def gstreamer_is_there():
    probe = subprocess.run([sys.executable, "-c", "import gi; gi.require_version('GstWebRTC', '1.0'); from gi.repository import Gst, GstWebRTC; Gst.init(None);"
                            f"raise SystemExit(0 if all(map(Gst.ElementFactory.find, {ELEMENTS})) else 1)"], capture_output=True)
    return probe.returncode == 0


@pytest.fixture
def stage(make_server):
    """A server with a camera that gets H.264 and AAC, a tone of 660 Hz in stereo, from an encoder."""
    port = free_port()
    server = make_server(*QUICK, "--ingest-rtmp-listen", f"127.0.0.1:{port}")
    server.api.post("/api/cameras", {"id": "stage", "source_type": "rtmp_push"}, 201)
    key = server.api.post("/api/cameras/stage/stream-key", None, 200)["stream_key"]
    encoder = subprocess.Popen(["ffmpeg", "-v", "error", "-re", "-f", "lavfi", "-i", "testsrc2=s=320x240:r=15", "-f", "lavfi", "-i", "sine=frequency=660:r=44100",
                                *VIDEO, "-c:a", "aac", "-ac", "2", "-f", "flv", f"rtmp://127.0.0.1:{port}/live/{key}"], stdin=subprocess.DEVNULL)
    server.wait_state("stage", "connected", timeout=40)
    wait_until(lambda: stream(server, "stage")["sound"] == "aac", 40, "the sound")
    yield server
    encoder.kill()
    encoder.wait()


def stream(server, camera):
    return server.api.get(f"/api/cameras/{camera}/live")["streams"][0]


def metric(server, name):
    found = re.search(rf"^{name}(?:\{{\}})? (\S+)", requests.get(f"{server.url}/metrics", timeout=10).text, re.M)
    return float(found[1]) if found else None


def listen(server, camera):
    done = subprocess.run([sys.executable, HELPER, f"{server.url}/api/cameras/{camera}/whep", "10", "60", "2"], capture_output=True, text=True, timeout=120)
    assert done.stdout, done.stderr
    got = json.loads(done.stdout.strip().splitlines()[-1])
    print(got)
    return got


def test_the_facts_say_what_the_camera_sends_and_what_comes(stage):
    facts = stream(stage, "stage")
    assert facts["sound"] == "aac"
    assert facts["sounds"] == {"webrtc": "opus", "mse": "aac", "hls": "aac"}
    assert metric(stage, "vigil_opus_tracks") == 0, "nobody listens"


@pytest.mark.skipif(not gstreamer_is_there(), reason="GStreamer's webrtcbin, nice, openh264 and opus with Python bindings are not installed")
def test_aac_is_heard_as_opus_by_another_implementation(stage):
    got = listen(stage, "stage")
    assert got["pictures"] >= 10 and got["samples"] >= 90_000
    assert got["shares"]["660"] > 0.8, got
    assert max(got["shares"][other] for other in ("440", "880", "1320")) < 0.05, got


@pytest.mark.skipif(not gstreamer_is_there(), reason="GStreamer's webrtcbin, nice, openh264 and opus with Python bindings are not installed")
def test_the_tone_comes_back_when_the_process_that_makes_it_is_killed(stage):
    assert listen(stage, "stage")["samples"] >= 90_000
    killed = [pid for pid in children(stage.process.pid) if os.path.exists(f"/proc/{pid}") and b"analyse" in pathlib.Path(f"/proc/{pid}/cmdline").read_bytes()]
    assert killed, "no analyser process"
    for pid in killed:
        os.kill(pid, signal.SIGKILL)
    got = listen(stage, "stage")
    assert got["samples"] >= 90_000 and got["shares"]["660"] > 0.8, got


def children(pid):
    return [int(child) for task in pathlib.Path(f"/proc/{pid}/task").iterdir() for child in (task / "children").read_text().split()]


def test_flac_is_carried_and_decoded(make_server, tmp_path):
    film = tmp_path / "film.mkv"
    subprocess.run(["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc2=s=320x240:r=15:d=6", "-f", "lavfi", "-i", "sine=frequency=660:r=48000:d=6", *VIDEO,
                    "-c:a", "flac", film], check=True)
    (tmp_path / "data").mkdir()
    cameras = tmp_path / "cameras.json"
    cameras.write_text(json.dumps({"cameras": [{"id": "film", "source_type": "file", "source_url": f"file://{film}", "loop": True}]}))
    subprocess.run([VIGIL, "apply", "--data", tmp_path / "data", "--file", cameras], check=True, capture_output=True)
    server = make_server(*QUICK, data=tmp_path / "data")
    server.wait_state("film", "connected", timeout=40)
    facts = wait_until(lambda: (s := stream(server, "film"))["sound"] and s, 40, "the sound")
    assert facts["sound"] == "flac"
    assert facts["sounds"] == {"webrtc": "opus", "mse": "flac", "hls": "flac"}
    assert facts["codecs"].endswith(",flac")
    url = f"{server.url}/hls/film/index.m3u8"
    probe = subprocess.run(["ffprobe", "-v", "error", "-show_entries", "stream=codec_name,sample_rate,channels", "-of", "json", url], capture_output=True, text=True, timeout=60)
    found = {each["codec_name"]: each for each in json.loads(probe.stdout)["streams"]}
    assert found["flac"]["sample_rate"] == "48000" and found["flac"]["channels"] == 1 and "h264" in found, probe
    done = subprocess.run(["ffmpeg", "-v", "error", "-i", url, "-map", "0:a:0", "-t", "2", "-f", "s16le", "-"], capture_output=True, timeout=60)
    assert not done.stderr, done.stderr
    samples = memoryview(done.stdout).cast("h")
    assert len(samples) > 48_000
    crossings = sum(1 for a, b in zip(samples, samples[1:]) if a < 0 <= b)
    assert abs(crossings / (len(samples) / 48_000) - 660) < 25
