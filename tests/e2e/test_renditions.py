"""Streams that the server encodes from a camera's pictures: with what is seen drawn in, and as H.264 for players that need it. Looked at by ffmpeg."""
import subprocess

import pytest
import requests

from conftest import wait_until
from websocket import WebSocket

# Colours that tracks are framed in, as test footage does not have them: YUV with chroma far from grey.
SIDE = (768, 576)


@pytest.fixture
def walkway(footage, make_sim, make_server):
    server = make_server("--live-renditions", "1")
    sim = make_sim(file=footage, cameras=1)
    server.api.post("/api/cameras", {"id": "walk", "source_type": "rtsp", "source_url": sim.url(1),
                                     "analysis": {"enabled": True, "model": "classic", "rate": {"mode": "every_frame"}}}, 201)
    server.wait_state("walk", "connected")
    wait_until(lambda: server.api.get("/api/tracks?limit=1")["tracks"], 60, "somebody is seen")
    return server


def colourful(planes, width, height):
    """Samples of chroma that are far from grey in the way frames and trails are."""
    luma, half = width * height, width * height // 4
    u, v = planes[luma:luma + half], planes[luma + half:luma + 2 * half]
    return sum(1 for a, b in zip(u, v) if abs(a - 128) > 55 or abs(b - 128) > 55)


def decoded(*source, frames):
    done = subprocess.run(["ffmpeg", "-v", "error", *source, "-map", "0:v:0", "-frames:v", str(frames), "-f", "rawvideo", "-pix_fmt", "yuv420p", "-"],
                          capture_output=True, timeout=120)
    size = SIDE[0] * SIDE[1] * 3 // 2
    assert len(done.stdout) == frames * size, done.stderr.decode()
    return [done.stdout[n * size:(n + 1) * size] for n in range(frames)]


def test_the_annotated_stream_shows_what_is_seen(walkway):
    plain = [colourful(p, *SIDE) for p in decoded("-i", f"{walkway.url}/hls/walk/main/index.m3u8?low_latency=false", frames=20)]
    drawn = [colourful(p, *SIDE) for p in decoded("-i", f"{walkway.url}/hls/walk/annotated/index.m3u8?low_latency=false", frames=20)]
    print(plain, drawn)
    assert max(drawn) > max(plain) + 300
    assert "vigil_renditions 1" in requests.get(f"{walkway.url}/metrics", timeout=10).text
    figures = walkway.api.get("/api/cameras/walk/live")
    assert [each["name"] for each in figures["renditions"]] == ["annotated", "h264"]
    assert {"mse", "hls"} <= figures["renditions"][0]["transports"].keys()


def test_pictures_come_annotated_when_asked(walkway):
    def samples(query):
        picture = requests.get(f"{walkway.url}/api/cameras/walk/frame/latest{query}", timeout=10)
        assert picture.status_code == 200
        done = subprocess.run(["ffmpeg", "-v", "error", "-f", "image2pipe", "-i", "-", "-f", "rawvideo", "-pix_fmt", "yuv420p", "-"], input=picture.content,
                              capture_output=True, timeout=60, check=True)
        return colourful(done.stdout, *SIDE)
    usual = samples("")
    wait_until(lambda: samples("?annotated=true") > usual + 150, 30, "somebody is drawn in")
    assert requests.get(f"{walkway.url}/api/cameras/walk/frame/latest?annotated=perhaps", timeout=10).status_code == 400


def test_a_camera_with_another_codec_is_watched_as_h264_by_mse_and_one_more_is_refused(make_sim, make_server):
    server = make_server("--live-renditions", "1")
    sim = make_sim("--codec", "h265", "--width", 320, "--height", 240, "--fps", 10)
    server.api.post("/api/cameras", {"id": "hall", "source_type": "rtsp", "source_url": sim.url(1)}, 201)
    server.wait_state("hall", "connected")
    with WebSocket(server.port, "/api/cameras/hall/mse?stream=h264", {"Sec-WebSocket-Protocol": "vigil.v1"}) as watch:
        first = watch.read()
        assert first["mime"].startswith('video/mp4; codecs="avc1.') and (first["width"], first["height"]) == (320, 240)
        pictures = 0
        while pictures < 20:
            pictures += isinstance(watch.read(), bytes)
        refused = requests.get(f"{server.url}/api/cameras/hall/mse?stream=annotated", timeout=10,
                               headers={"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA=="})
        assert refused.status_code == 429 and refused.json()["code"] == "renditions.limit", refused.text
    assert server.process.poll() is None


def test_an_analyser_that_is_killed_interrupts_a_rendition_and_no_more(walkway):
    with WebSocket(walkway.port, "/api/cameras/walk/mse?stream=annotated", {"Sec-WebSocket-Protocol": "vigil.v1"}) as watch:
        assert watch.read()["type"] == "init"
        children = subprocess.run(["pgrep", "-P", str(walkway.process.pid)], capture_output=True, text=True).stdout.split()
        assert children
        for child in children:
            subprocess.run(["kill", "-9", child], check=True)
        wait_until(lambda: set(subprocess.run(["pgrep", "-P", str(walkway.process.pid)], capture_output=True, text=True).stdout.split()) - set(children), 30,
                   "another analyser")
        after = sum(isinstance(watch.read(), bytes) for _ in range(60))
        assert after > 20
