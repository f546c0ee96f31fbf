"""vigil channels: all cameras of a file, without a server."""
import json
import os
import pathlib
import subprocess

import pytest

from conftest import ROOT, VIGIL

DATA = pathlib.Path(os.environ.get("VIGIL_TEST_DATA", ROOT / "../shared/data")).resolve()


def channels(folder, cameras, *args, timeout=60):
    config = folder / "cameras.json"
    config.write_text(json.dumps({"cameras": cameras}))
    done = subprocess.run([VIGIL, "channels", "--config", config, "--model", "classic", "--quiet", *map(str, args)], capture_output=True,
                          text=True, timeout=timeout)
    return done, json.loads(done.stdout) if done.returncode == 0 else None


def file_camera(name, path, **more):
    return {"id": name, "name": name, "source_type": "file", "source_url": f"file://{path}", "loop": False, **more}


def by_time(path, source):
    lines = [json.loads(line) for line in pathlib.Path(path).read_text().splitlines()]
    return {line["timestamp"]: line for line in lines if line["source"] == source}


def overlap(a, b):
    w = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    h = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
    common = max(0, w) * max(0, h)
    return common / (a[2] * a[3] + b[2] * b[3] - common)


def test_a_file_and_the_same_file_as_a_camera_agree(tmp_path):
    film = DATA / "videos/worker-zone-detection-clip.mp4"
    if not film.exists():
        pytest.skip("needs worker-zone-detection-clip.mp4 in ../shared/data/videos")
    done, summary = channels(tmp_path, [file_camera("hall", film, analysis={"rate": {"mode": "every_frame"}})], "--save-json", tmp_path / "live")
    assert done.returncode == 0, done.stderr
    subprocess.run([VIGIL, "process", film, "--model", "classic", "--save-json", tmp_path / "file"], check=True, capture_output=True)
    live, file = by_time(tmp_path / "live", "hall"), by_time(tmp_path / "file", film.name)
    both = live.keys() & file.keys()
    assert len(both) >= len(file) - 4, "the last pictures of a live stream stay in its decoder"
    assert summary["channels"]["hall"]["tracks"] == 1
    # What is only analysed is decoded without the loop filter, so boxes may differ by a few pixels.
    different = 0
    for time in both:
        a = {o["id"]: o for o in live[time]["objects"]}
        b = {o["id"]: o for o in file[time]["objects"]}
        same = a.keys() == b.keys() and all(a[i]["vigil"]["state"] == b[i]["vigil"]["state"] for i in a)
        different += not (same and all(overlap(a[i]["vigil"]["box"], b[i]["vigil"]["box"]) > 0.85 for i in a))
    assert different <= len(both) // 20


def test_cameras_are_independent_and_problems_are_named(tmp_path):
    good = tmp_path / "good.mp4"
    subprocess.run(["ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", "testsrc2=size=320x240:rate=10", "-frames:v", "20", "-c:v", "libx264",
                    "-bf", "0", "-g", "10", "-pix_fmt", "yuv420p", good], check=True)
    cameras = [
        file_camera("good", good, analysis={"rate": {"mode": "every_frame"}}),
        file_camera("off", good, enabled=False),
        {"id": "away", "name": "away", "source_type": "rtsp", "source_url": "rtsp://127.0.0.1:1/x"},
        file_camera("unknown", good, analysis={"model": "yolo99"}),
    ]
    done, summary = channels(tmp_path, cameras, "--for", 4)
    assert done.returncode == 0, done.stderr
    seen = summary["channels"]
    assert seen["good"]["analysed"] >= 18 and seen["good"]["model"] == "classic" and seen["good"]["problems"] == []
    assert seen["off"]["analysed"] == 0
    assert seen["away"]["problems"] and seen["away"]["analysed"] == 0
    assert seen["unknown"]["tracks"] == 0
    assert 3.5 < summary["seconds"] < 15


def test_a_wrong_file_is_told_with_its_line(tmp_path):
    config = tmp_path / "cameras.yaml"
    config.write_text("cameras:\n  - {id: a, name: A, source_type: rtsp, source_url: 'rtsp://127.0.0.1/x'}\n  - {id: b, nam: B}\n")
    done = subprocess.run([VIGIL, "channels", "--config", config], capture_output=True, text=True, timeout=20)
    assert done.returncode == 3 and "cameras.yaml:3" in done.stderr and done.stdout == ""
    done = subprocess.run([VIGIL, "channels", "--config", tmp_path / "none.yaml"], capture_output=True, text=True, timeout=20)
    assert done.returncode == 3 and "none.yaml" in done.stderr
