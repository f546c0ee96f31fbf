"""What cameras see, over the interface: observations as they are made, figures of the analysis, and what is kept of them."""
import os
import pathlib
import time

import jsonschema
import pytest

from conftest import QUICK, ROOT, wait_until
from websocket import Closed, WebSocket

DATA = pathlib.Path(os.environ.get("VIGIL_TEST_DATA", ROOT / "../shared/data")).resolve()
FILM = DATA / "videos/worker-zone-detection-clip.mp4"
PATH = "/api/cameras/hall/observations"


def schema(server, name):
    return jsonschema.Draft202012Validator({"$ref": f"#/components/schemas/{name}", "components": server.api.document["components"]})


@pytest.fixture
def film():
    if not FILM.exists():
        pytest.skip("needs worker-zone-detection-clip.mp4 in ../shared/data/videos")
    return FILM


def add_hall(server, sim, **analysis):
    body = {"id": "hall", "source_type": "rtsp", "source_url": sim.url(1),
            "analysis": {"enabled": True, "model": "classic", "rate": {"mode": "every_frame"}, **analysis}}
    server.api.post("/api/cameras", body, 201)
    server.wait_state("hall", "connected")


def test_every_frame_is_a_message_and_the_figures_tell_of_it(make_sim, server, film):
    add_hall(server, make_sim(file=film))
    check = schema(server, "Observation")
    with WebSocket(server.port, PATH) as watch:
        assert watch.status == 101 and "sec-websocket-protocol" not in watch.headers
        seen = [watch.read() for _ in range(40)]
    for one in seen:
        check.validate(one)
        assert one["source"] == "hall"
    times = [one["vigil"]["captured"] for one in seen]
    assert times == sorted(times) and abs(times[-1] - time.time()) < 5
    sequences = [one["vigil"]["sequence"] for one in seen]
    assert len(set(sequences)) == len(sequences)
    report = wait_until(lambda: (r := server.api.get("/api/cameras/hall/analysis"))["process_fps"] > 1 and r, 20, "frames that are analysed")
    assert report["state"] in ("running", "degraded") and report["frames"]["analysed"] > 0
    assert 0 < report["latency_ms"]["p50"] <= report["latency_ms"]["p95"] <= report["latency_ms"]["p99"]
    metrics = server.api.session.get(server.url + "/metrics", timeout=10).text
    assert 'vigil_analysis_process_fps{camera="hall"}' in metrics
    assert 'vigil_analysis_stage_seconds{camera="hall",stage="decode",quantile="0.95"}' in metrics


def test_watching_ends_with_the_camera_and_with_the_server(make_sim, server, film):
    sim = make_sim(file=film)
    add_hall(server, sim)
    with WebSocket(server.port, PATH) as watch:
        watch.read()
        server.api.call("DELETE", "/api/cameras/hall")
        with pytest.raises(Closed) as end:
            while True:
                watch.read()
        assert end.value.code == 4404
    add_hall(server, sim)
    with WebSocket(server.port, PATH) as watch:
        watch.read()
        server.process.terminate()
        with pytest.raises(Closed) as end:
            while True:
                watch.read()
        assert end.value.code == 1001
    assert server.process.wait(10) == 0


def test_a_page_signs_in_with_a_sub_protocol(make_sim, make_server, film):
    server = make_server(*QUICK, auth="required")
    token = server.setup_link().group(1)
    signed = server.api.post("/api/setup", {"token": token, "name": "anna", "password": "a long enough phrase"}, 201)
    access = signed["access_token"]
    server.api.session.headers["Authorization"] = f"Bearer {access}"
    add_hall(server, make_sim(file=film))
    for headers, status in (({}, 401),
                            ({"Sec-WebSocket-Protocol": "vigil.v1"}, 401),
                            ({"Sec-WebSocket-Protocol": f"vigil.v1, vigil.bearer.{access}x"}, 401),
                            ({"Sec-WebSocket-Protocol": f"vigil.v1, vigil.bearer.{access}", "Origin": "https://evil.example"}, 403)):
        with WebSocket(server.port, PATH, headers) as refused:
            assert refused.status == status, headers
    page = {"Sec-WebSocket-Protocol": f"vigil.v1, vigil.bearer.{access}", "Origin": f"http://127.0.0.1:{server.port}"}
    with WebSocket(server.port, PATH, page) as watch:
        assert watch.status == 101 and watch.headers["sec-websocket-protocol"] == "vigil.v1"
        watch.read()
        server.api.call("POST", "/api/auth/password", json={"current_password": "a long enough phrase", "new_password": "another long phrase"})
        with pytest.raises(Closed) as end:
            while True:
                watch.read()
        assert end.value.code == 4401
    assert access not in server.log


def test_what_was_seen_is_kept_and_found_again(make_sim, server, film):
    add_hall(server, make_sim(file=film))

    def kept():
        tracks = server.api.get("/api/tracks?camera=hall&label=person")["tracks"]
        return next((t for t in tracks if t["key_frame_id"] and t["frames"] > 5), None)
    track = wait_until(kept, 60, "a track with a picture", every=0.5)
    one = server.api.get(f"/api/tracks/{track['id']}")
    assert one["camera_id"] == "hall" and one["label"] == "person" and all(-0.5 < v < 1.5 for v in one["best_box"])
    whole = server.api.call("GET", f"/api/tracks/{track['id']}/picture")
    cut = server.api.call("GET", f"/api/tracks/{track['id']}/picture?crop=true")
    assert whole.content[:2] == cut.content[:2] == b"\xff\xd8" and whole.content != cut.content
    again = server.api.call("GET", f"/api/tracks/{track['id']}/picture", headers={"If-None-Match": whole.headers["ETag"]})
    assert again.status_code == 304
    boxes = wait_until(lambda: server.api.get(f"/api/tracks/{track['id']}/boxes")["boxes"], 60, "boxes", every=0.5)
    assert [b["time"] for b in boxes] == sorted(b["time"] for b in boxes)
    run = server.api.get("/api/runs?camera=hall")["runs"][0]
    assert run["id"] == track["run_id"] and run["model"].startswith("classic") and run["frames"] > 0
    csv = server.api.session.get(server.url + "/api/export/tracks?format=csv&camera=hall", timeout=20)
    assert csv.status_code == 200 and track["id"] in csv.text and "attachment" in csv.headers["Content-Disposition"]
    mot = server.api.session.get(server.url + f"/api/export/tracks?format=mot&run={run['id']}", timeout=20).text.splitlines()
    assert mot and all(len(line.split(",")) == 10 for line in mot)
