"""No number names two tracks of a camera: over restarts, kills, other settings and other analysers."""
import contextlib
import os
import pathlib
import signal
import sqlite3
import time

import pytest

from conftest import QUICK, ROOT, wait_until
from test_analyser import children
from test_recognition import BGR, add_camera, add_shared_model
from websocket import WebSocket

DATA = pathlib.Path(os.environ.get("VIGIL_TEST_DATA", ROOT / "../shared/data")).resolve()
FILM = DATA / "videos/car-detection.mp4"
BLOCK = 2000  # that are set aside at a time


@pytest.fixture
def sim(make_sim):
    if not FILM.exists():
        pytest.skip("needs car-detection.mp4 in ../shared/data/videos")
    return make_sim(file=FILM)


def watch_cars(server, sim):
    add_shared_model(server, "yolox_nano_416x416", layout="yolox", labels="coco", preparation={**BGR, "fit": "letterbox", "fill": 114})
    add_camera(server, sim, model="yolox-nano-416x416")


def told(server, above=0):
    """The numbers of a new connection's objects, until there is one above that."""
    out = set()
    deadline = time.monotonic() + 120
    with WebSocket(server.port, "/api/cameras/gate/observations", timeout=60) as watch:
        while not out or max(out) <= above:
            assert time.monotonic() < deadline, f"no number above {above}: {sorted(out)}"
            out |= {one["id"] for one in watch.read()["objects"] if "id" in one}
    return out


def stored_numbers(server):
    """Of the tracks in the database, each of which stands there once."""
    with contextlib.closing(sqlite3.connect(f"file:{server.data}/vigil.db?mode=ro", uri=True)) as database:
        numbers = [number for number, in database.execute("SELECT number FROM tracks WHERE camera_id = 'gate'")]
    assert len(numbers) == len(set(numbers))
    return set(numbers)


def test_numbers_go_on_after_a_stop_and_after_a_kill(sim, make_server):
    server = make_server(*QUICK)
    watch_cars(server, sim)
    first = told(server)
    assert min(first) < BLOCK, "they begin with 1"
    server.stop()
    server = make_server(*QUICK, name="second", data=server.data)
    second = told(server, above=max(first))
    assert min(second) > max(first), "of a server that was stopped"
    assert max(second) < BLOCK, "and without a gap"
    server.stop(signal.SIGKILL)
    server = make_server(*QUICK, name="third", data=server.data)
    third = told(server)
    assert min(third) > max(second), "of a server that was killed with tracks that were told and not stored"
    wait_until(lambda: stored_numbers(server) & third, 60, "tracks that are stored", every=0.5)


def test_numbers_go_on_with_other_settings_and_other_analysers(sim, server):
    watch_cars(server, sim)
    seen = told(server)
    for step in ("stop", "start"):
        server.api.post(f"/api/cameras/gate/{step}")
    after = told(server)
    assert min(after) > max(seen) and max(after) < BLOCK, "of a camera that was switched off and on"
    for pid in children(server):
        os.kill(pid, signal.SIGKILL)
    later = told(server, above=max(after))
    assert min(later) >= min(after), "the process that comes next goes on"
    wait_until(lambda: stored_numbers(server) & later, 60, "tracks that are stored", every=0.5)
