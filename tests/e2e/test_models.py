"""vigil models: from files, folders, URLs and an MLflow registry; and what is refused."""
import hashlib
import http.server
import json
import os
import subprocess
import threading
import urllib.parse

import pytest

import tiny_onnx
from conftest import VIGIL, Server, wait_until

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
