"""What is seen on a file and on the same file served as a live camera is the same, picture by picture.

Both run the same pipeline at the rate "every frame", so nothing may differ but what is explained here: how a live camera's packets
travel changes no picture, and its own clock only shifts the times. The films are without H.264's loop filter, which a live camera that
nobody watches is decoded without and a file with; the last test is about that one difference.
"""
import json
import subprocess

import pytest

from conftest import FOOTAGE, VIGIL, wait_until
from websocket import WebSocket

PICTURES, FPS = 48, 6
FILMS = {
    "plain": ["-bf", "0", "-x264-params", "no-deblock=1"],
    "reordered": ["-bf", "2", "-x264-params", "no-deblock=1:b-adapt=0"],
    "filtered": ["-bf", "0"],
}


@pytest.fixture(scope="module")
def films(tmp_path_factory):
    """Real pedestrians, slowly, so that a busy machine passes no picture over; a key frame every second."""
    assert FOOTAGE.exists(), "the demo footage is missing: run tools/footage.sh build/demo"
    folder = tmp_path_factory.mktemp("films")
    for name, options in FILMS.items():
        subprocess.run(["ffmpeg", "-v", "error", "-y", "-i", FOOTAGE, "-vf", f"setpts=N/({FPS}*TB)", "-r", str(FPS), "-frames:v", str(PICTURES),
                        "-c:v", "libx264", "-crf", "20", "-g", str(FPS), "-sc_threshold", "0", *options, folder / f"{name}.mp4"], check=True)
    return folder


def on_file(film, tmp_path):
    lines = tmp_path / "file.jsonl"
    subprocess.run([VIGIL, "process", film, "--model", "classic", "--save-json", lines, "--quiet"], check=True, capture_output=True, timeout=120)
    return [json.loads(line) for line in lines.read_text().splitlines()]


def on_camera(film, wanted, make_sim, server):
    """The same from a live camera that begins with the first picture."""
    # Another camera warms the process up that opens pictures, so that the first one here need not wait.
    server.api.post("/api/cameras", {"id": "warm", "source_type": "rtsp", "source_url": make_sim().url(),
                                     "analysis": {"enabled": True, "model": "classic", "rate": {"mode": "every_frame"}}}, 201)
    wait_until(lambda: server.api.get("/api/cameras/warm/analysis")["frames"]["analysed"] > 0, 30, "an analyser at work")
    server.api.post("/api/cameras", {"id": "hall", "source_type": "rtsp", "source_url": make_sim("--once", file=film, cameras=1).url(), "enabled": False,
                                     "analysis": {"enabled": True, "model": "classic", "rate": {"mode": "every_frame"}}}, 201)
    with WebSocket(server.port, "/api/cameras/hall/observations?tentative=true") as watch:
        assert watch.status == 101
        server.api.post("/api/cameras/hall/start")
        server.api.delete("/api/cameras/warm")
        return [watch.read() for _ in range(wanted)]


def seen(line):
    """All that is said of a picture but who says it, when, and how long it took."""
    own = line["vigil"]
    return {"resolution": line["resolution"], "objects": line["objects"], "detected": own["detected"], "motion": own["motion"], "model": own["model"]}


def by_picture(lines):
    """Numbers of pictures, counted by their times: sequences of a camera count in decoding order."""
    # A camera's first picture may have the time of its arrival; the second one has its own.
    second = lines[1]["timestamp"]
    out = {0: lines[0]}
    for line in lines[1:]:
        passed = (line["timestamp"] - second) / 1e9
        number = 1 + round(passed * FPS)
        assert abs(passed - (number - 1) / FPS) < 2 / 90000, "times are kept to a tick of 90 kHz"
        out[number] = line
    return out


def both(film, tmp_path, make_sim, server):
    file = by_picture(on_file(film, tmp_path))
    assert list(file) == list(range(PICTURES)) and sum(len(line["objects"]) for line in file.values()) > PICTURES, "there is something to compare"
    # The last pictures of a stream with B-frames come when the stream ends.
    wanted = PICTURES - 4
    for _ in range(6):
        camera = by_picture(on_camera(film, wanted, make_sim, server))
        if list(camera) == list(range(wanted)):
            return file, camera
        server.api.delete("/api/cameras/hall")  # a picture was passed over, which a busy machine may: once more
    raise AssertionError(f"pictures are passed over each time: {list(camera)}")


@pytest.mark.parametrize("name", ["plain", "reordered"])
def test_a_file_and_a_camera_that_shows_it_agree(name, films, tmp_path, make_sim, server):
    file, camera = both(films / f"{name}.mp4", tmp_path, make_sim, server)
    for number, line in camera.items():
        assert seen(line) == seen(file[number]), f"picture {number}"


def overlap(a, b):
    width = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    height = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
    both_have = max(0, width) * max(0, height)
    return both_have / (a[2] * a[3] + b[2] * b[3] - both_have)


def test_without_the_loop_filter_nearly_the_same_is_seen(films, tmp_path, make_sim, server):
    file, camera = both(films / "filtered.mp4", tmp_path, make_sim, server)
    found, there = 0, 0
    for number, line in camera.items():
        boxes = [o["vigil"]["box"] for o in line["objects"]]
        for one in file[number]["objects"]:
            there += 1
            found += any(overlap(one["vigil"]["box"], box) > 0.7 for box in boxes)
    assert found >= 0.9 * there, f"{found} of {there} boxes"
