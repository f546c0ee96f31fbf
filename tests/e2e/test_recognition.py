"""Plates, attributes, embeddings and scenes on live cameras: recognised in the sandboxed processes, kept in the records."""
import json
import os
import pathlib
import re
import signal
import subprocess
import time

import pytest

import tiny_onnx
from conftest import QUICK, ROOT, VIGIL, wait_until
from test_analyser import children
from websocket import WebSocket

DATA = pathlib.Path(os.environ.get("VIGIL_TEST_DATA", ROOT / "../shared/data")).resolve()
PLATE = "MK724LH"


def add_model(server, name, onnx, **card):
    folder = server.data.parent / f"{server.data.name}-{name}"
    folder.mkdir()
    (folder / "model.onnx").write_bytes(onnx)
    (folder / "model.json").write_text(json.dumps({"name": name, "version": "1", **card}))
    done = subprocess.run([VIGIL, "models", "add", folder, "--data", server.data], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


def add_shared_model(server, name, **card):
    path = DATA / "models" / f"{name}.onnx"
    if not path.exists():
        pytest.skip(f"needs {name}.onnx in ../shared/data/models")
    add_model(server, name.lower().replace("_", "-"), path.read_bytes(), **card)


def add_camera(server, sim, **analysis):
    body = {"id": "gate", "source_type": "rtsp", "source_url": sim.url(1),
            "analysis": {"enabled": True, "rate": {"mode": "fixed_fps", "fps": 5}, "motion_gate": False, **analysis}}
    server.api.post("/api/cameras", body, 201)
    server.wait_state("gate", "connected")


def attribute(server, name, timeout=60):
    """The first value that is told of any object, in what is seen from now on."""
    deadline = time.monotonic() + timeout
    with WebSocket(server.port, "/api/cameras/gate/observations") as watch:
        while time.monotonic() < deadline:
            for seen in watch.read()["objects"]:
                if name in seen:
                    return seen[name]["label"]
    raise AssertionError(f"nobody said {name} within {timeout} s; the log ends: {server.log[-2000:]}")


def held_in(log):
    """Whether the analyser that started last has its whole sandbox."""
    last = re.findall(r"analyser process started.*", log)[-1]
    return "sanitizer" in last or ("no_new_privileges=true" in last and "seccomp=true" in last and "landlock=0" not in last)


@pytest.fixture(scope="session")
def rolling_car(tmp_path_factory):
    """A dark block that rolls to and fro, with a white plate on it."""
    path = tmp_path_factory.mktemp("footage") / "car.mp4"
    scene = ["color=0x6a7a6a:s=640x360:r=10:d=12", "color=0x202830:s=420x240:r=10:d=12", "color=white:s=176x38:r=10:d=12"]
    plate = f"drawbox=c=black:t=2,drawtext=text='{PLATE[:2]} {PLATE[2:5]} {PLATE[5:]}':font='DejaVu Sans Bold':fontsize=25:x=(w-tw)/2:y=(h-th)/2"
    join = f"[2]{plate}[p];[1][p]overlay=x=122:y=170[c];[0][c]overlay=x='60+40*(1+sin(t/2))':y=80,noise=alls=6:allf=t,format=yuv420p"
    sources = [word for each in scene for word in ("-f", "lavfi", "-i", each)]
    subprocess.run(["ffmpeg", "-v", "error", *sources, "-filter_complex", join, "-c:v", "libx264", "-preset", "veryfast", "-crf", "20", "-g", "10", path], check=True)
    return path


@pytest.fixture
def sees_cars(server):
    """A server whose default model sees a car in the middle of every picture, and nothing else."""
    add_model(server, "cars", tiny_onnx.detector(box=(4, 4, 60, 34)), labels=["car"], fitted=False)
    return server


def test_plates_of_a_file_are_brought_into_form_and_its_scene_is_told(tmp_path, rolling_car):
    folder = tmp_path / "cars"
    folder.mkdir()
    (folder / "model.onnx").write_bytes(tiny_onnx.detector(box=(4, 4, 60, 34)))
    (folder / "model.json").write_text(json.dumps({"name": "cars", "version": "1", "labels": ["car"], "fitted": False}))
    formats, out = tmp_path / "formats.json", tmp_path / "out.jsonl"

    def run(settings, *more):
        formats.write_text(settings if isinstance(settings, str) else json.dumps(settings))
        done = subprocess.run([VIGIL, "process", rolling_car, "--model", folder, "--data", tmp_path / "data", "--fps", "2", "--plate-formats", formats,
                               "--save-json", out, *more], capture_output=True, text=True, timeout=120)
        return done, [json.loads(line) for line in out.read_text().splitlines()] if done.returncode == 0 else []

    done, seen = run({"formats": [{"name": "test", "pattern": "[A-Z]{2}[0-9]{3}[A-Z]{2}"}]}, "--scene")
    assert done.returncode == 0, done.stderr
    objects = [each for one in seen for each in one["objects"] if "plate" in each]
    assert objects and objects[-1]["plate"]["label"] == PLATE and objects[-1]["plate_region"]["label"] == "test"
    assert any("scene" in one.get("vigil", {}) or "scene" in one for one in seen)
    done, seen = run({"formats": [{"name": "other", "pattern": "[0-9]{9}"}], "only_known": True})
    assert done.returncode == 0 and not any("plate" in each for one in seen for each in one["objects"])
    assert not any("scene" in one or "scene" in one.get("vigil", {}) for one in seen)
    for settings, named in (("{", "formats.json"), ({"formats": [{"name": "x", "pattern": "["}]}, "/formats/0/pattern"), ({"formats": 7}, "/formats")):
        done, _ = run(settings)
        assert done.returncode == 1 and named in done.stderr, done.stderr


def test_a_plate_is_read_in_the_sandbox_and_again_after_the_process_died(make_sim, sees_cars, rolling_car):
    server = sees_cars
    add_camera(server, make_sim(file=rolling_car), model="cars", plates=True)
    read = wait_until(lambda: server.api.get(f"/api/plates?text={PLATE}")["plates"], 60, f"the plate {PLATE}", every=0.5)[0]
    assert read["camera_id"] == "gate" and read["confidence"] > 0.5
    assert held_in(server.log)
    report = server.api.get("/api/cameras/gate/analysis")
    assert report["state"] == "running", report
    told = subprocess.run([VIGIL, "check", "--url", server.url], capture_output=True, text=True, timeout=20).stdout
    assert re.search(r"analyser \d+ .*1 cameras, plates, .*last sign", told), told
    wait_until(lambda: re.search(r'vigil_analysis_looks_total\{camera="gate"\} [1-9]', server.api.session.get(server.url + "/metrics", timeout=10).text), 60, "looks in the metrics")
    before = children(server)
    assert len(before) == 1
    os.kill(before[0], signal.SIGKILL)
    wait_until(lambda: children(server) and children(server) != before, 10, "another analyser")
    assert attribute(server, "plate") == PLATE
    assert held_in(server.log) and "signal=31" not in server.log


def test_what_is_not_asked_for_is_not_loaded_and_switching_it_on_is_noted(make_sim, sees_cars, rolling_car):
    server = sees_cars
    add_camera(server, make_sim(file=rolling_car), model="cars")
    wait_until(lambda: server.api.get("/api/cameras/gate/analysis")["process_fps"] > 1, 30, "observations")
    server.api.call("PATCH", "/api/cameras/gate", json={"analysis": {"plates": True}})
    assert attribute(server, "plate") == PLATE
    noted = re.search(r"personal analysis switched on.*", server.log).group(0)
    assert "audit=true" in noted and "camera=gate" in noted and "what=plates" in noted and "by=" in noted
    started = len(re.findall("analyser process started", server.log))
    assert started == 2, "what is new to a process comes with another one"
    server.api.call("PATCH", "/api/cameras/gate", json={"analysis": {"plates": False}})
    wait_until(lambda: "personal analysis switched off" in server.log, 60, "the note of it")
    assert len(re.findall("analyser process started", server.log)) == started


def test_what_is_missing_is_said_and_used_as_soon_as_it_comes(make_sim, sees_cars, rolling_car):
    server = sees_cars
    add_camera(server, make_sim(file=rolling_car), model="cars", attributes=True)

    def report():
        return server.api.get("/api/cameras/gate/analysis")
    wait_until(lambda: report()["state"] == "degraded", 30, "the report of what is missing")
    assert "there is no model for person_attributes; add one with vigil models add" in report()["detail"]
    add_shared_model(server, "person-attributes-recognition-crossroad-0230", **PERSON_ATTRIBUTES)
    wait_until(lambda: report()["state"] == "running", 40, "a camera that has all it wants", every=0.5)
    assert held_in(server.log)


BGR = {"fit": "stretch", "order": "bgr", "mean": [0, 0, 0], "scale": [1, 1, 1]}
PERSON_ATTRIBUTES = {"task": "person_attributes", "preparation": BGR,
                     "labels": ["is_male", "has_bag", "has_backpack", "has_hat", "has_longsleeves", "has_longpants", "has_longhair", "has_coat_jacket"]}
IMAGENET = {"fit": "stretch", "order": "rgb", "mean": [123.675, 116.28, 103.53], "scale": [58.395, 57.12, 57.375]}


def test_attributes_looks_and_scenes_of_pedestrians_are_kept(make_sim, server, footage):
    add_shared_model(server, "yolox_nano_416x416", layout="yolox", labels="coco", preparation={**BGR, "fit": "letterbox", "fill": 114})
    add_shared_model(server, "person-attributes-recognition-crossroad-0230", **PERSON_ATTRIBUTES)
    add_shared_model(server, "osnet_x0_25_msmt17", task="appearance", preparation=IMAGENET)
    add_camera(server, make_sim(file=footage), model="yolox-nano-416x416", attributes=True, appearance=True, scene=True)

    def described():
        tracks = server.api.get("/api/tracks?camera=gate&label=person")["tracks"]
        return next((t for t in tracks if {"gender", "upper_colour"} <= {a["name"] for a in t["attributes"]} and t["subject"]), None)
    track = wait_until(described, 120, "a pedestrian with attributes and a subject", every=1)
    assert 0 <= track["subject"]["similarity"] <= 1
    assert all(a["model"] for a in track["attributes"])
    wait_until(lambda: server.api.session.get(f"{server.url}/api/tracks/{track['id']}/similar", timeout=10).status_code == 200, 30, "looks that are kept")
    scene = wait_until(lambda: server.api.get("/api/scenes?camera=gate")["scenes"], 30, "a scene", every=0.5)[0]
    assert scene["type"].startswith("day") and scene["description"].startswith("In good light")
    assert held_in(server.log) and "signal=31" not in server.log
