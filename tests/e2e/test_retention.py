"""For how long uploads and what was made of them are kept."""
import subprocess

import pytest
import requests

from conftest import wait_until


@pytest.fixture(scope="module")
def films(tmp_path_factory):
    made = []
    for name in ("testsrc2", "testsrc"):
        path = tmp_path_factory.mktemp("films") / f"{name}.mp4"
        subprocess.run(["ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", f"{name}=size=160x120:rate=10", "-t", "3", "-c:v", "libx264",
                        "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "10", str(path)], check=True)
        made.append(path)
    return made


def hand_in(server, film):
    reply = requests.post(server.url + "/api/assets", files={"file": (film.name, film.read_bytes(), "video/mp4")}, timeout=60)
    assert reply.status_code in (200, 201), reply.text
    return reply.json()["id"]


def pictures_of(server, asset):
    reply = requests.post(f"{server.url}/api/assets/{asset}/jobs", json={"kind": "extract", "extract": {"cadence": "key_frames"}}, timeout=30)
    assert reply.status_code in (200, 201), reply.text
    job = reply.json()["id"]
    wait_until(lambda: server.api.get(f"/api/jobs/{job}")["state"] == "done", 90, "the pictures")
    return job


def keep(server, **seconds):
    reply = requests.put(server.url + "/api/retention/local", json=seconds, timeout=30)
    assert reply.status_code == 200, reply.text


def hold(server, asset, held):
    reply = requests.put(f"{server.url}/api/assets/{asset}/hold", json={"held": held}, timeout=30)
    assert reply.status_code == 200, reply.text


def blobs(server, prefix, asset):
    return [path for path in (server.data / "blobs" / prefix).rglob("*") if path.is_file() and asset in str(path)]


def is_there(server, path):
    return requests.get(server.url + path, timeout=30).status_code == 200


def test_pictures_go_before_their_file_and_a_hold_keeps_all(make_server, films):
    server = make_server()
    free, held = (hand_in(server, film) for film in films)
    taken, kept = pictures_of(server, free), pictures_of(server, held)
    hold(server, held, True)
    keep(server, pictures=1)
    outputs = lambda job: server.api.get(f"/api/jobs/{job}/outputs?limit=500")
    assert outputs(taken)["kept_until"] is not None and outputs(kept)["kept_until"] is None
    wait_until(lambda: outputs(taken)["outputs"] == [], 120, "its pictures to go")
    wait_until(lambda: not any(taken in str(path) for path in blobs(server, "frames", free)), 60, "their bytes to go")
    assert server.api.get(f"/api/jobs/{taken}")["cleared_at"] is not None
    assert "outputs.removed" in [event["type"] for event in server.api.get(f"/api/jobs/{taken}/log?limit=500")["events"]]
    assert outputs(kept)["outputs"] != [] and blobs(server, "frames", held)
    assert is_there(server, f"/api/assets/{free}/content")

    used = server.api.get("/api/assets/usage")["bytes"]
    keep(server, files=1, jobs=1)
    wait_until(lambda: not is_there(server, f"/api/assets/{free}"), 120, "the file to go")
    wait_until(lambda: not blobs(server, "originals", free), 60, "its bytes to go")
    wait_until(lambda: server.api.get("/api/assets/usage")["bytes"] == used - films[0].stat().st_size, 60, "the quota to come back")
    wait_until(lambda: not is_there(server, f"/api/jobs/{taken}"), 60, "its job to go")
    assert is_there(server, f"/api/assets/{held}/content") and outputs(kept)["outputs"] != []
    hold(server, held, False)
    wait_until(lambda: not is_there(server, f"/api/assets/{held}"), 120, "the other file to go")
    wait_until(lambda: server.api.get("/api/assets/usage")["bytes"] == 0, 60, "the rest of the quota to come back")
