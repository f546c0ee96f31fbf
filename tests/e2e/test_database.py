"""What is kept in PostgreSQL instead of SQLite, with the real programs and a real server."""
import os
import pathlib
import signal
import subprocess

import pytest

from conftest import QUICK, ROOT, VIGIL, wait_until
from postgres import Postgres

DATA = pathlib.Path(os.environ.get("VIGIL_TEST_DATA", ROOT / "../shared/data")).resolve()
FILM = DATA / "videos/worker-zone-detection-clip.mp4"


@pytest.fixture
def film():
    if not FILM.exists():
        pytest.skip("needs worker-zone-detection-clip.mp4 in ../shared/data/videos")
    return FILM


@pytest.fixture
def postgres(starter, tmp_path):
    return starter(Postgres, tmp_path / "postgres.log")


def run(*args, env=None, **more):
    return subprocess.run([VIGIL, *map(str, args)], capture_output=True, text=True, timeout=120, env={**os.environ, **(env or {})}, **more)


def test_a_film_is_recorded_in_it(postgres, film):
    done = run("process", film, "--model", "classic", "--db", postgres.url)
    assert done.returncode == 0, done.stderr
    assert postgres.ask("select count(*) from tracks where ended = 1") == "1"
    assert int(postgres.ask("select count(*) from segments")) >= 1
    assert int(postgres.ask("select count(*) from key_frames")) >= 1
    assert postgres.ask("select count(*) from runs where ended is not null") == "1"


CAMERAS = """cameras:
  - id: door
    source_type: rtsp
    source_url: rtsp://10.0.0.9/door
    enabled: false
"""


def test_cameras_are_applied_to_the_database_that_the_server_uses(postgres, tmp_path, make_server):
    (tmp_path / "cameras.yaml").write_text(CAMERAS)
    env = {"VIGIL_DATABASE_URL": postgres.url}
    done = run("apply", "-f", tmp_path / "cameras.yaml", "--data", tmp_path / "data", env=env)
    assert done.returncode == 0, done.stdout + done.stderr
    assert postgres.ask("select id from cameras") == "door"
    assert not (tmp_path / "data/vigil.db").exists(), "not into a database that nobody reads"
    server = make_server(env=env)
    assert [c["id"] for c in server.api.get("/api/cameras")["cameras"]] == ["door"]


def test_a_database_that_hangs_does_not_hold_up_the_stop_and_nothing_is_lost(postgres, make_sim, make_server, film):
    env = {"VIGIL_DATABASE_URL": postgres.url}
    server = make_server(*QUICK, env=env)
    sim = make_sim(file=film)
    server.api.post("/api/cameras", {"id": "hall", "source_type": "rtsp", "source_url": sim.url(1),
                                     "analysis": {"enabled": True, "model": "classic", "rate": {"mode": "every_frame"}}}, 201)
    wait_until(lambda: int(postgres.ask("select count(*) from tracks")) > 0, 60, "a track in the database")
    records = server.api.get("/api/system/status")["records"]
    assert records["written"] > 0 and not records["away"] and records["write_ms"]["mean"] > 0
    metrics = server.api.session.get(server.url + "/metrics", timeout=10).text
    assert "vigil_records_written_total" in metrics and "vigil_records_write_seconds_count" in metrics
    assert "records " in run("check", "--url", server.url).stdout
    sessions = postgres.sessions()
    os.kill(postgres.process.pid, signal.SIGSTOP)  # nobody new is let in either
    for pid in sessions:
        os.kill(pid, signal.SIGSTOP)
    try:
        code, took = server.stop(timeout=20)
    finally:
        for pid in sessions:
            os.kill(pid, signal.SIGCONT)
        os.kill(postgres.process.pid, signal.SIGCONT)
    assert code == 0 and took < 5, f"it took {took:.1f} s"
    assert (server.data / "records.spool").stat().st_size > 100, "what the database did not take waits on the disk"
    assert "canary" not in server.log
    make_server(*QUICK, env=env)
    wait_until(lambda: postgres.ask("select count(*) from runs where ended is not null") != "0", 30, "the spooled end of the run")
