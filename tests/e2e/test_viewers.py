"""The load generator: every kind of viewer sees the pictures of the simulator, and how late they are."""
import json
import subprocess
from pathlib import Path

import pytest

from conftest import QUICK, VIGIL, free_port

VIEWERS = Path(VIGIL).parent / "viewers"
pytestmark = pytest.mark.skipif(not VIEWERS.exists(), reason=f"{VIEWERS} is missing: build it, or switch VIGIL_BENCH on")


def watch(*options):
    done = subprocess.run([VIEWERS, "--json", *(str(o) for o in options)], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture
def hall(make_sim, make_server):
    rtsp = free_port()
    server = make_server(*QUICK, "--live-rtsp-listen", f"127.0.0.1:{rtsp}")
    server.rtsp = f"rtsp://127.0.0.1:{rtsp}/hall"
    sim = make_sim("--width", 320, "--height", 240, "--fps", 25, "--stamp")
    server.api.post("/api/cameras", {"id": "hall", "source_type": "rtsp", "source_url": sim.url(1)}, 201)
    server.wait_state("hall", "connected")
    server.camera = sim.url(1)
    return server


def test_all_kinds_of_viewers_see_the_camera(hall):
    api = f"{hall.url}/api/cameras/hall"
    seen = watch("--mse", api + "/mse", "--whep", api + "/whep", "--hls", f"{hall.url}/hls/hall/index.m3u8", "--rtsp", hall.rtsp, "--rtsp", hall.camera,
                 "--count", 2, "--seconds", 6, "--pid", hall.process.pid)
    for kind, viewers in (("mse", 2), ("whep", 2), ("hls", 2), ("rtsp", 4)):
        one = seen[kind]
        assert (one["viewers"], one["joined"], one["troubles"]) == (viewers, viewers, {}), (kind, one)
        # The clocks are one and the same: nothing comes before it was sent.
        assert one["pictures"] > 25 * viewers and one["join_s"]["p50"] > 0 and one["delay_s"]["p50"] > 0
    assert seen["server"]["threads"] > 0 and seen["server"]["resident_mib"] > 1


def test_those_who_never_read_are_told_apart_from_viewers(hall):
    seen = watch("--mse", f"{hall.url}/api/cameras/hall/mse", "--count", 1, "--stopped", 3, "--idle", 5, "--seconds", 3)
    assert seen["mse"]["viewers"] == seen["mse"]["joined"] == 1


def test_what_is_not_there_is_said(hall):
    seen = watch("--mse", f"{hall.url}/api/cameras/nobody/mse", "--hls", f"{hall.url}/hls/nobody/index.m3u8", "--whep", f"{hall.url}/api/cameras/nobody/whep",
                 "--rtsp", hall.rtsp.replace("/hall", "/nobody"), "--seconds", 1)
    assert [list(seen[kind]["troubles"]) for kind in ("mse", "hls", "whep", "rtsp")] == [["handshake 404"], ["playlist 404"], ["offer 404"], ["DESCRIBE 404"]]
    assert subprocess.run([VIEWERS, "--seconds", "1"], capture_output=True, timeout=60).returncode == 2
