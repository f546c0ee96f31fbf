"""vigil models: from files, folders, URLs and an MLflow registry; and what is refused."""
import hashlib
import http.server
import json
import os
import shutil
import sqlite3
import subprocess
import threading
import urllib.parse

import pytest

import tiny_onnx
from conftest import QUICK, VIGIL, Server, wait_until
from websocket import WebSocket

OK, FAILED, USAGE = range(3)


def models(data, *args, env=None):
    return subprocess.run([VIGIL, "models", *map(str, args), "--data", data], capture_output=True, text=True, timeout=30,
                          env={**os.environ, **(env or {})})


def listed(data):
    done = models(data, "list", "--json")
    assert done.returncode == OK, done
    return json.loads(done.stdout)


class Files(http.server.ThreadingHTTPServer):
    """Answers from a dictionary of paths; counts what was asked for."""

    def __init__(self):
        self.files, self.asked = {}, []
        super().__init__(("127.0.0.1", 0), FilesHandler)
        threading.Thread(target=self.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server_port}"


class FilesHandler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.server.asked.append(self.path)
        body = self.server.files.get(self.path)
        self.send_response(200 if body is not None else 404)
        body = body or b"{}"
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def web():
    server = Files()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def model(tmp_path):
    path = tmp_path / "Shop Detector.onnx"
    path.write_bytes(tiny_onnx.detector())
    (tmp_path / "things.txt").write_text("thing\n")
    return path


def test_a_file_is_added_verified_and_made_the_default(tmp_path, model):
    data = tmp_path / "data"
    done = models(data, "add", model, "--labels", tmp_path / "things.txt", "--licence", "CC0-1.0")
    assert done.returncode == OK and "shop-detector@1 (yolox, 64x64, 1 classes, CC0-1.0)" in done.stdout, done
    one = listed(data)["models"][0]
    assert one["sha256"] == hashlib.sha256(model.read_bytes()).hexdigest() and one["default"] and one["labels"] == ["thing"]
    assert models(data, "verify").stdout == "shop-detector@1: good\n"
    assert models(data, "default").stdout == "shop-detector@1\n"
    assert models(data, "default", "classic").stdout == "classic\n"
    assert "shop-detector@1" in models(data, "default", "shop").stderr, "an unknown one names those that are there"


def test_models_may_be_there_before_the_server_is(tmp_path, model, make_server):
    data = tmp_path / "new"
    done = models(data, "add", model, "--labels", tmp_path / "things.txt", "--default")
    assert done.returncode == OK, done
    server = make_server(data=data)
    assert server.api.get("/api/models")["default"] == "shop-detector@1"
    done = models(data, "add", model, "--labels", tmp_path / "things.txt", "--name", "other")
    assert done.returncode == OK, "beside the running server"


def test_a_default_may_be_chosen_before_the_server_is(tmp_path, make_server):
    assert models(tmp_path / "new", "default", "classic").returncode == OK
    assert make_server(data=tmp_path / "new").api.get("/api/models")["default"] == "classic"


def test_a_pulled_model_may_be_there_before_the_server_is(tmp_path, model, web, make_server):
    web.files["/shop.onnx"] = model.read_bytes()
    done = models(tmp_path / "new", "pull", f"{web.url}/shop.onnx", "--labels", tmp_path / "things.txt")
    assert done.returncode == OK, done
    assert make_server(data=tmp_path / "new").api.get("/api/models")["default"] == "shop@1"


def test_no_model_is_put_into_a_folder_of_somebody_else(tmp_path, model):
    (tmp_path / "home").mkdir()
    (tmp_path / "home/letter.txt").write_text("dear")
    done = models(tmp_path / "home", "add", model, "--labels", tmp_path / "things.txt")
    assert done.returncode == FAILED and "foreign directory" in done.stderr
    assert [each.name for each in (tmp_path / "home").iterdir()] == ["letter.txt"]


def test_a_folder_is_added_as_its_card_says(tmp_path, model):
    folder = tmp_path / "usb"
    folder.mkdir()
    (folder / "model.onnx").write_bytes(model.read_bytes())
    (folder / "model.json").write_text(json.dumps({"name": "shop", "version": "3", "labels": ["basket"]}))
    done = models(tmp_path / "data", "add", folder)
    assert done.returncode == OK and done.stdout.startswith("shop@3 "), done


@pytest.mark.parametrize("spoil,word", [
    (lambda path: path.write_text("This is no model."), "no ONNX model"),
    (lambda path: path.write_bytes(path.read_bytes()[:500]), "cut off"),
    (lambda path: path.unlink(), "No such file"),
    (lambda path: path.write_bytes(tiny_onnx.detector(classes=4)), "4 classes"),
    (lambda path: path.write_bytes(tiny_onnx.model([("scenery", (1, 3, 8, 8), [0.0] * 192)])), "scenery [1,3,8,8]"),
])
def test_what_is_no_model_is_refused_with_the_reason(tmp_path, model, spoil, word):
    spoil(model)
    done = models(tmp_path / "data", "add", model, "--labels", tmp_path / "things.txt")
    assert done.returncode == FAILED and word in done.stderr, done
    assert listed(tmp_path / "data")["models"] == []


def test_a_wrong_sum_and_wrong_labels_are_refused(tmp_path, model):
    data = tmp_path / "data"
    done = models(data, "add", model, "--labels", tmp_path / "things.txt", "--sha256", "0" * 64)
    assert done.returncode == FAILED and "SHA-256" in done.stderr
    (tmp_path / "things.txt").write_text("thing\nthing\n")
    done = models(data, "add", model, "--labels", tmp_path / "things.txt")
    assert done.returncode == FAILED and "repeats" in done.stderr


def test_a_changed_file_is_found_out(tmp_path, model):
    data = tmp_path / "data"
    models(data, "add", model, "--labels", tmp_path / "things.txt")
    (data / "models/shop-detector/1/model.onnx").write_bytes(tiny_onnx.detector(mark=1.0))
    done = models(data, "verify")
    assert done.returncode == FAILED and "SHA-256" in done.stdout


def test_a_url_is_fetched(tmp_path, model, web):
    web.files["/m/shop.onnx?key=canary"] = model.read_bytes()
    data = tmp_path / "data"
    done = models(data, "pull", f"{web.url}/m/shop.onnx?key=canary", "--labels", tmp_path / "things.txt", "--default")
    assert done.returncode == OK and done.stdout.startswith("shop@1 "), done
    assert listed(data)["models"][0]["source"] == f"{web.url}/m/shop.onnx", "without the key"
    done = models(data, "pull", f"{web.url}/nothing.onnx")
    assert done.returncode == FAILED and "404" in done.stderr


def test_a_name_that_nobody_knows_names_the_catalogue(tmp_path):
    done = models(tmp_path, "pull", "yolo-nono")
    assert done.returncode == FAILED and "yolox-nano" in done.stderr


def registry(web, model, artifact_uri="mlflow-artifacts:/1/abc/artifacts/the model"):
    q = urllib.parse.quote
    api = "/api/2.0/mlflow/"
    web.files[f"{api}model-versions/get-download-uri?name=Shop%20X&version=3"] = json.dumps({"artifact_uri": artifact_uri}).encode()
    web.files[f"{api}registered-models/alias?name=Shop%20X&alias=prod"] = json.dumps({"model_version": {"version": "3"}}).encode()
    web.files[f"{api}registered-models/get?name=Shop%20X"] = json.dumps(
        {"registered_model": {"latest_versions": [{"version": "2"}, {"version": "3"}]}}).encode()
    folder = "1/abc/artifacts/the model"
    files = {"MLmodel": b"flavors: {}", "model.onnx": model.read_bytes(), "labels.txt": b"thing\n"}
    listing = [{"path": name, "is_dir": False, "file_size": len(body)} for name, body in files.items()]
    web.files[f"/api/2.0/mlflow-artifacts/artifacts?path={q(folder, safe='')}"] = json.dumps({"files": listing}).encode()
    for name, body in files.items():
        web.files[f"/api/2.0/mlflow-artifacts/artifacts/{q(folder)}/{name}"] = body


@pytest.mark.parametrize("reference", ["models:/Shop X/3", "models:/Shop X@prod", "models:/Shop X/latest"])
def test_a_registry_gives_a_version(tmp_path, model, web, reference):
    registry(web, model)
    done = models(tmp_path / "data", "pull", reference, env={"MLFLOW_TRACKING_URI": web.url})
    assert done.returncode == OK and done.stdout.startswith("shop-x@3 "), (done, web.asked)
    assert listed(tmp_path / "data")["models"][0]["source"] == "models:/Shop X/3"


def test_a_registry_that_keeps_its_files_elsewhere_is_told(tmp_path, model, web):
    registry(web, model, artifact_uri="s3://bucket/secret/path")
    done = models(tmp_path / "data", "pull", "models:/Shop X/3", "--mlflow", web.url)
    assert done.returncode == FAILED and "s3 address" in done.stderr and "secret" not in done.stderr
    done = models(tmp_path / "data", "pull", "models:/Other/1", "--mlflow", web.url)
    assert done.returncode == FAILED and "404" in done.stderr
    done = models(tmp_path / "data", "pull", "models:/Other/1", env={"MLFLOW_TRACKING_URI": ""})
    assert done.returncode == FAILED and "--mlflow" in done.stderr


def test_the_server_goes_on_without_a_network(tmp_path):
    """The name server is not there: the network rules deny every address that it could have."""
    server = Server(tmp_path / "data", tmp_path / "log", "--ingest-deny-networks", "0.0.0.0/0,::/0",
                    env={"VIGIL_MODELS_FETCH": "true"})
    try:
        wait_until(lambda: "classic detector" in server.log, 30, "the reason why there is no model")
        assert "fetching the default one" in server.log
    finally:
        assert server.stop()[0] == 0


def test_pictures_are_scored(tmp_path, model):
    (tmp_path / "images").mkdir()
    done = subprocess.run([VIGIL, "eval", "detection", "--model", model, "--images", tmp_path / "images", "--labels", tmp_path],
                          capture_output=True, text=True, timeout=30)
    assert done.returncode == FAILED and "1 classes" in done.stderr, "a model without labels says that it needs one"
    data = tmp_path / "data"
    models(data, "add", model, "--labels", tmp_path / "things.txt")
    score = [VIGIL, "eval", "detection", "--data", data, "--images", tmp_path / "images", "--labels", tmp_path]
    done = subprocess.run(score, capture_output=True, text=True, timeout=30)
    assert done.returncode == FAILED and "no .jpg or .png" in done.stderr


def numbers(runs):
    return [value for index, run in enumerate(runs) for value in [index % 2] * run]


def test_a_mask_goes_from_the_model_into_every_file(tmp_path):
    film, seg = tmp_path / "film.mp4", tmp_path / "seg.onnx"
    subprocess.run(["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc=s=640x480:r=10", "-t", "2", "-pix_fmt", "yuv420p", film], check=True)
    seg.write_bytes(tiny_onnx.segmenter())
    done = subprocess.run([VIGIL, "process", film, "--model", seg, "--save-json", tmp_path / "j", "--save-coco", tmp_path / "c", "--db", tmp_path / "db"],
                          capture_output=True, text=True, timeout=60)
    assert done.returncode == OK, done.stderr
    masks = []
    for line in map(json.loads, (tmp_path / "j").read_text().splitlines()):
        masks += [(each["vigil"]["detected_box"], each["vigil"]["mask"]) for each in line["objects"] if "mask" in each["vigil"]]
    assert len(masks) > 10
    for box, mask in masks:
        # 640×480 fills 64×48 of the model's 64×64, 8 from its top.
        assert box == pytest.approx([160, 160, 320, 160], abs=1)
        bits = numbers(mask["runs"])
        assert len(bits) == mask["width"] * mask["height"]
        assert all(bit == (at % mask["width"] < mask["width"] / 2) for at, bit in enumerate(bits))
    annotations = json.loads((tmp_path / "c").read_text())["annotations"]
    assert annotations
    for each in annotations:
        (outline,) = each["segmentation"]
        assert (min(outline[::2]), max(outline[::2])) == pytest.approx((160, 320), abs=1)
        assert (min(outline[1::2]), max(outline[1::2])) == pytest.approx((160, 320), abs=1)
        assert each["area"] == pytest.approx(160 * 160, rel=0.02)
    with sqlite3.connect(tmp_path / "db/vigil.db") as db:
        kept = [json.loads(mask) for mask, in db.execute("select mask from objects") if mask]
    assert kept and numbers(kept[0]["runs"]) == numbers(masks[0][1]["runs"])


@pytest.fixture
def hall(tmp_path, make_server, make_sim):
    """A server with the models one, two and big (the default: one), which see a thing in every picture, and a camera."""
    (tmp_path / "things.txt").write_text("thing\n")
    for at, name in enumerate(["one", "two", "big"]):
        (tmp_path / f"{name}.onnx").write_bytes(tiny_onnx.seer(mark=at))
        done = models(tmp_path / "data", "add", tmp_path / f"{name}.onnx", "--labels", tmp_path / "things.txt")
        assert done.returncode == OK, done
    assert models(tmp_path / "data", "default", "one").returncode == OK
    server = make_server(*QUICK, data=tmp_path / "data")
    sim = make_sim(cameras=2)
    for at, (name, model) in enumerate([("hall", ""), ("yard", "big")]):
        server.api.post("/api/cameras", {"id": name, "source_type": "rtsp", "source_url": sim.url(at + 1), "analysis": {
            "enabled": True, "model": model, "motion_gate": False, "rate": {"mode": "fixed_fps", "fps": 5}}}, 201)
    return server


def seen_with(server, camera, model, within=10):
    """The track that an observation made with that model shows."""
    def look():
        with WebSocket(server.port, f"/api/cameras/{camera}/observations") as watch:
            seen = watch.read()
        return seen["vigil"]["model"] == model and [each["id"] for each in seen["objects"] if each["vigil"]["state"] == "confirmed"]
    return wait_until(look, within, f"{camera} seen with {model}")


def test_another_default_reaches_the_cameras_within_seconds_and_tracks_go_on(hall):
    before = seen_with(hall, "hall", "one@1", 30), seen_with(hall, "yard", "big@1", 30)
    assert models(hall.data, "default", "two").returncode == OK
    assert seen_with(hall, "hall", "two@1") == before[0]
    assert seen_with(hall, "yard", "big@1") == before[1]
    assert hall.api.call("PUT", "/api/models/default", json={"name": "one"}).json()["default"] == "one@1"
    assert seen_with(hall, "hall", "one@1") == before[0]
    hall.api.patch("/api/cameras/hall", {"analysis": {"model": "two@1"}})
    assert seen_with(hall, "hall", "two@1") == before[0]


def test_a_model_that_is_removed_while_it_runs_is_told_and_the_rest_goes_on(hall):
    before = seen_with(hall, "hall", "one@1", 30), seen_with(hall, "yard", "big@1", 30)
    shutil.rmtree(hall.data / "models/big")
    report = wait_until(lambda: "big" in (r := hall.api.get("/api/cameras/yard/analysis"))["detail"] and r, 20, "the missing model")
    assert "there is no model big" in report["detail"] and "one@1" in report["detail"], "and those that there are"
    assert hall.state("yard")["state"] == "connected"
    assert seen_with(hall, "hall", "one@1") == before[0]
    # Back again: no restart is needed.
    assert models(hall.data, "add", hall.data.parent / "big.onnx", "--labels", hall.data.parent / "things.txt").returncode == OK
    assert seen_with(hall, "yard", "big@1", 20) == before[1]


def test_a_class_that_the_model_does_not_know_is_told_and_the_others_are_seen(hall):
    hall.api.patch("/api/cameras/hall", {"analysis": {"classes": ["unicorn", "thing"]}})
    report = wait_until(lambda: "unicorn" in (r := hall.api.get("/api/cameras/hall/analysis"))["detail"] and r, 30, "the strange class")
    assert "does not know" in report["detail"] and "thing" not in report["detail"]
    assert seen_with(hall, "hall", "one@1", 30)


def test_a_model_that_was_changed_on_the_disk_is_told(hall):
    seen_with(hall, "yard", "big@1", 30)
    (hall.data / "models/two/1/model.onnx").write_bytes(b"no model at all")
    hall.api.patch("/api/cameras/yard", {"analysis": {"model": "two"}})
    report = wait_until(lambda: "SHA-256" in (r := hall.api.get("/api/cameras/yard/analysis"))["detail"] and r, 20, "the reason")
    assert "two" in report["detail"]


def test_a_recogniser_is_added_for_its_task_and_is_no_detector(tmp_path):
    path = tmp_path / "people.onnx"
    path.write_bytes(tiny_onnx.model([("attributes", (1, 8), [0.9] * 8)]))
    data = tmp_path / "data"
    done = models(data, "add", path)
    assert done.returncode == FAILED and "attributes [1,8]" in done.stderr, "as a detector"
    done = models(data, "add", path, "--task", "person_attributes", "--licence", "CC0-1.0")
    assert done.returncode == OK and done.stdout == "people@1 (person_attributes, 64x64, CC0-1.0)\n", done
    text = models(data, "list").stdout
    assert "people@1" in text and "person_attributes" in text
    assert "plate-finder-320" in text and "find_plates" in text, "the catalogue's"
    assert listed(data)["models"][0]["task"] == "person_attributes"
    done = models(data, "default", "people")
    assert done.returncode == FAILED and "no detector" in done.stderr
    assert models(data, "verify").stdout == "people@1: good\n"
    done = models(data, "add", path, "--name", "cook", "--task", "cooking")
    assert done.returncode == FAILED and "person_attributes" in done.stderr, "the tasks that there are"
