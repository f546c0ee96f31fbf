"""Jobs, their workers, and what is told of them while they go on. The numbers are those of the catalogue of faults."""
import hashlib
import json
import random
import shutil
import signal
import subprocess
import threading
import time

import pytest
import requests

from conftest import VIGIL, Program, command_line, free_port, wait_until
from postgres import Postgres

CHUNK = {"Tus-Resumable": "1.0.0", "Content-Type": "application/offset+octet-stream"}


def video(size, seed):
    return b"\0\0\0\x20ftypisom" + random.Random(seed).randbytes(size - 12)


def hand_in(url, data):
    """The id of the asset; tries again while the server is away."""
    def sent():
        reply = requests.post(url + "/api/uploads", data, headers={**CHUNK, "Upload-Length": str(len(data))}, timeout=60)
        return reply.headers.get("X-Asset-Id") if reply.status_code == 201 else None
    return wait_until(sent, 60, "the upload")


def all_jobs(api):
    jobs, cursor = [], ""
    while True:
        page = api.get("/api/jobs?kind=verify&limit=200" + (f"&cursor={cursor}" if cursor else ""))
        jobs += page["jobs"]
        cursor = page["next_cursor"]
        if cursor is None:
            return jobs


def check_all_done_once(api, digests):
    """Every job came to its end, once, with the right result."""
    jobs = all_jobs(api)
    assert len(jobs) == len(digests)
    for job in jobs:
        assert job["state"] == "done" and job["progress"] == 1, job
        assert job["result"]["sha256"] == digests[job["asset_id"]], job
        types = [event["type"] for event in api.get(f"/api/jobs/{job['id']}/log")["events"]]
        assert types.count("job.done") == 1 and types[-1] == "job.done" and types[0] == "job.queued", types


def test_a_server_killed_at_random_under_a_hundred_jobs_does_each_once(make_server):
    """77, 122"""
    server = make_server("--jobs-workers", "2")
    port, data = server.port, server.data
    chance = random.Random(8)
    digests = {}
    for i in range(100):
        content = video(1_500_000, i)
        digests[hand_in(server.url, content)] = hashlib.sha256(content).hexdigest()
        if i % 25 == 20:
            time.sleep(chance.random() * 0.3)
            server.stop(signal.SIGKILL)
            server = make_server("--jobs-workers", "2", data=data, port=port)
    wait_until(lambda: all(job["state"] == "done" for job in all_jobs(server.api)) or None, 180, "all jobs", every=1)
    check_all_done_once(server.api, digests)
    check_nobody_waited_for_a_lease(server.api)


def check_nobody_waited_for_a_lease(api):
    """Whoever came next with the same folder took over what the dead one held."""
    for job in all_jobs(api):
        for error in job["errors"]:
            assert error["message"] == "Its worker ended in the middle of it.", error


def test_a_server_takes_over_the_job_of_the_one_before_it_where_it_was(make_server, tmp_path):
    """77, 79: a job that was at work when the server was killed does not wait for the end of its lease."""
    film = tmp_path / "film.mp4"
    subprocess.run(["ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", "testsrc2=size=640x360:rate=25", "-t", "60", "-c:v", "libx264",
                    "-preset", "ultrafast", "-pix_fmt", "yuv420p", str(film)], check=True)
    server = make_server()
    asset = hand_in(server.url, film.read_bytes())
    order = {"kind": "extract", "extract": {"cadence": "every", "every": 1, "format": "png"}}
    job = requests.post(f"{server.url}/api/assets/{asset}/jobs", json=order, timeout=30).json()["id"]
    path = f"/api/jobs/{job}/outputs?limit=1&after=frame_000000000.png"
    wait_until(lambda: server.api.get(path)["outputs"], 60, "the first pictures", every=0.02)
    assert server.api.get(f"/api/jobs/{job}")["state"] == "processing"
    server.stop(signal.SIGKILL)
    server = make_server(data=server.data, port=server.port)
    assert "jobs of the process before this one are taken over" in server.log
    done = wait_until(lambda: server.api.get(f"/api/jobs/{job}") if server.api.get(f"/api/jobs/{job}")["state"] == "done" else None, 180, "the job")
    assert done["attempt"] == 2 and done["result"]["pictures"] == 1500
    assert [error["message"] for error in done["errors"]] == ["Its worker ended in the middle of it."]


def test_what_a_cancelled_job_made_is_removed_and_a_retry_begins_anew(make_server, tmp_path):
    """84"""
    film = tmp_path / "film.mp4"
    subprocess.run(["ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", "testsrc2=size=640x360:rate=25", "-t", "200", "-c:v", "libx264",
                    "-preset", "ultrafast", "-pix_fmt", "yuv420p", str(film)], check=True)
    server = make_server()
    asset = hand_in(server.url, film.read_bytes())
    order = {"kind": "extract", "extract": {"cadence": "every", "every": 1, "format": "png"}}
    job = server.api.post(f"/api/assets/{asset}/jobs", order, 201)["id"]
    path = f"/api/jobs/{job}"
    blobs = server.data / "blobs"

    def names():
        return [output["name"] for output in server.api.get(f"{path}/outputs")["outputs"]]

    def files():
        return [one for one in blobs.glob(f"*/{asset}/{job}/**/*") if one.is_file()]

    def cancelled():
        state = server.api.get(path)
        assert state["state"] in ("processing", "cancelled"), state
        return state["state"] == "cancelled"

    wait_until(lambda: "frame_000000000.png" in names(), 60, "the first pictures", every=0.02)
    children = server.children("extract")
    assert children and files()
    began = time.monotonic()
    server.api.post(f"{path}/cancel", {})
    wait_until(cancelled, 60, "the end of the job")
    # That of the look at the new file, too, if it is not through yet.
    wait_until(lambda: not any("extract" in command_line(pid) for pid in children), 60, "the end of the child")
    wait_until(lambda: not files(), 60, "an empty folder")
    assert time.monotonic() - began < 5 * 12  # 12 s, on a machine that is five times slower
    assert names() == [], "not listed either"
    events = [event["type"] for event in server.api.get(f"{path}/log")["events"]]
    assert events == ["job.queued", "job.processing", "job.cancelled"], "never tried again, and told once"
    server.api.post(f"{path}/cancel", {}, 409)
    # By hand it begins at its beginning. This time everything dies as soon as it is cancelled.
    server.api.post(f"{path}/retry", {})
    wait_until(lambda: "frame_000000000.png" in names(), 60, "the first pictures", every=0.02)
    assert files()
    server.api.post(f"{path}/cancel", {})
    server.stop(signal.SIGKILL)
    server = make_server(data=server.data, port=server.port)
    wait_until(cancelled, 60, "the end of the job")
    wait_until(lambda: not files() and names() == [], 60, "an empty folder")
    assert server.api.get("/api/assets")["assets"][0]["id"] == asset, "the file itself stays"
    done = next(job for job in all_jobs(server.api) if job["state"] == "done")
    server.api.post(f"/api/jobs/{done['id']}/cancel", {}, 409)


@pytest.fixture
def postgres(starter, tmp_path):
    return starter(Postgres, tmp_path / "postgres.log")


@pytest.fixture
def cluster(postgres, make_server, starter, tmp_path):
    """A server that does no jobs itself, and start(name), which starts a worker beside it."""
    shared = tmp_path / "shared"
    env = {"VIGIL_DATABASE_URL": postgres.url, "VIGIL_BLOB_FOLDER": str(shared)}
    server = make_server("--jobs-workers", "0", env=env)

    def start(name, *options):
        folder = tmp_path / name
        if not folder.exists():
            folder.mkdir(mode=0o700)
            for one in ("vigil.json", "secret.key", "blobs.id"):
                shutil.copy(server.data / one, folder / one)
        worker = starter(Program, [VIGIL, "worker", "--data", folder, "--jobs-workers", "2", *options], tmp_path / f"{name}.log", env)
        wait_until(lambda: "the worker is ready" in worker.log, 30, f"{name}; it says {worker.log[-1000:]}")
        return worker
    return server, start


def test_workers_do_the_servers_jobs_and_are_woken(cluster):
    server, start = cluster
    worker = start("worker1")
    content = video(300_000, 1)
    hand_in(server.url, content)
    wait_until(lambda: all_jobs(server.api)[0]["state"] == "done", 30, "the job")
    done = all_jobs(server.api)[0]
    assert "job begins" in worker.log and "job begins" not in server.log
    # Polling alone would take up to five seconds each.
    began = time.monotonic()
    for i in range(2, 8):
        hand_in(server.url, video(100_000, i))
        wait_until(lambda: all(job["state"] == "done" for job in all_jobs(server.api)) or None, 30, "the job", every=0.02)
    assert time.monotonic() - began < 6 * 4, "nobody woke the worker"
    assert done["attempt"] == 1
    code, _ = worker.stop(timeout=40)
    assert code == 0


def test_workers_killed_at_random_lose_no_job_and_do_none_twice(cluster):
    """77"""
    server, start = cluster
    workers = {name: start(name) for name in ("worker1", "worker2", "worker3")}
    digests = {}
    chance = random.Random(9)
    for i in range(60):
        content = video(2_000_000, i)
        digests[hand_in(server.url, content)] = hashlib.sha256(content).hexdigest()
        if i % 10 == 7:
            name = chance.choice(sorted(workers))
            workers[name].stop(signal.SIGKILL)
            workers[name] = start(name)
    wait_until(lambda: all(job["state"] == "done" for job in all_jobs(server.api)) or None, 180, "all jobs", every=1)
    check_all_done_once(server.api, digests)
    check_nobody_waited_for_a_lease(server.api)


def test_a_worker_that_is_told_to_stop_drains(cluster):
    """89"""
    server, start = cluster
    digests = {}
    for i in range(12):
        content = video(3_000_000, i)
        digests[hand_in(server.url, content)] = hashlib.sha256(content).hexdigest()
    first = start("worker1")
    wait_until(lambda: "job begins" in first.log, 30, "a job at work")
    code, _ = first.stop(timeout=40)
    assert code == 0, first.log[-2000:]
    states = {job["state"] for job in all_jobs(server.api)}
    assert states <= {"queued", "done"}, "nothing is left at work"
    start("worker2")
    wait_until(lambda: all(job["state"] == "done" for job in all_jobs(server.api)) or None, 60, "all jobs")
    check_all_done_once(server.api, digests)
    assert all(job["attempt"] == 1 for job in all_jobs(server.api)), "a stop takes no attempt"


def test_a_worker_shows_its_figures_to_those_who_may_see_the_servers(cluster, postgres, starter, tmp_path):
    server, start = cluster
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    worker = start("worker1", "--auth", "none", "--jobs-listen", f"127.0.0.1:{port}")
    hand_in(server.url, video(300_000, 1))
    wait_until(lambda: all_jobs(server.api)[0]["state"] == "done", 60, "the job")

    def figures():
        reply = requests.get(url + "/metrics", timeout=10)
        assert reply.status_code == 200 and reply.headers["Content-Type"].startswith("text/plain; version=0.0.4")
        return {line.rsplit(" ", 1)[0]: float(line.rsplit(" ", 1)[1]) for line in reply.text.splitlines() if not line.startswith("#")}

    wait_until(lambda: figures().get('vigil_job_run_seconds_count{kind="verify"}') == 1, 30, "the job in the figures")
    now = figures()
    assert now["vigil_job_workers"] == 2 and now['vigil_job_attempts_total{end="done"}'] >= 1 and now["vigil_store_up"] == 1
    # What is no video is looked at, and fails.
    faults = wait_until(lambda: {name: count for name, count in figures().items() if name.startswith("vigil_job_faults_total{")}, 60, "the failure")
    assert [count for name, count in faults.items() if 'kind="probe"' in name and 'code="media.' in name] == [1], faults
    assert not any(name.startswith("vigil_jobs{") for name in now), "that is the server's to say, once"
    assert requests.get(url + "/health", timeout=10).json() == {"status": "ok"}
    assert requests.get(url + "/ready", timeout=10).json() == {"ready": True, "reasons": []}
    for path in ("/", "/api/jobs", "/api/openapi.json"):
        assert requests.get(url + path, timeout=10).status_code == 404
    assert worker.stop(timeout=40)[0] == 0
    # Closed unless somebody opens it; never open to the network by mistake.
    start("worker2", "--jobs-listen", f"127.0.0.1:{port}")
    assert requests.get(url + "/metrics", timeout=10).status_code == 401
    assert requests.get(url + "/health", timeout=10).status_code == 200
    open_to_all = starter(Program, [VIGIL, "worker", "--data", tmp_path / "worker1", "--auth", "none", "--jobs-listen", "0.0.0.0:0"], tmp_path / "open.log",
                          {"VIGIL_DATABASE_URL": postgres.url, "VIGIL_BLOB_FOLDER": str(tmp_path / "shared")})
    assert open_to_all.process.wait(30) == 3 and "auth.mode" in open_to_all.log


def test_a_worker_needs_the_servers_database(tmp_path, starter):
    worker = starter(Program, [VIGIL, "worker", "--data", tmp_path / "alone"], tmp_path / "alone.log")
    assert worker.process.wait(20) == 3
    assert "database.url" in worker.log


def test_a_job_is_followed_by_server_sent_events_until_its_end(server):
    """86"""
    hand_in(server.url, video(200_000, 3))
    job = all_jobs(server.api)[0]
    url = f"{server.url}/api/jobs/{job['id']}/events"
    with requests.get(url, stream=True, timeout=60) as reply:
        assert reply.status_code == 200 and reply.headers["Content-Type"] == "text/event-stream"
        lines = [line.decode() for line in reply.iter_lines()]
    types = [line[len("event: "):] for line in lines if line.startswith("event: ")]
    news = [json.loads(line[len("data: "):]) for line in lines if line.startswith("data: ")]
    assert [kind for kind in types if kind != "job.progress"] == ["job.queued", "job.processing", "job.done"]
    assert news[-1]["state"] == "done" and news[-1]["progress"] == 1
    progress = [one["progress"] for one in news]
    assert progress == sorted(progress)
    last = [line[len("id: "):] for line in lines if line.startswith("id: ")][-1]
    assert requests.get(url, headers={"Last-Event-ID": last}, timeout=30).status_code == 204


def test_what_a_job_works_on_can_be_read_in_parts_and_by_a_link(server):
    content = video(2_500_000, 4)
    asset = hand_in(server.url, content)
    path = f"/api/assets/{asset}/content"
    whole = requests.get(server.url + path, timeout=30)
    assert whole.content == content and whole.headers["Content-Type"] == "video/mp4"
    assert whole.headers["X-Content-Type-Options"] == "nosniff" and "sandbox" in whole.headers["Content-Security-Policy"]
    part = requests.get(server.url + path, headers={"Range": "bytes=1000-1999"}, timeout=30)
    assert part.status_code == 206 and part.content == content[1000:2000]
    made = requests.post(f"{server.url}/api/assets/{asset}/links", json={"seconds": 60}, timeout=10)
    assert made.status_code == 201
    assert requests.get(server.url + made.json()["url"], timeout=30).content == content
    readers = [threading.Thread(target=requests.get, args=(server.url + path,), kwargs={"timeout": 60}) for _ in range(10)]
    for one in readers:
        one.start()
    for one in readers:
        one.join()
    assert requests.put(f"{server.url}/api/assets/{asset}/hold", json={"held": True}, timeout=10).json()["held"]
    assert requests.delete(f"{server.url}/api/assets/{asset}", timeout=10).status_code == 409
    assert requests.put(f"{server.url}/api/assets/{asset}/hold", json={"held": False}, timeout=10).status_code == 200
    assert requests.delete(f"{server.url}/api/assets/{asset}", timeout=10).status_code == 204
    assert not list((server.data / "blobs/originals").iterdir())


def test_files_are_kept_for_as_long_as_they_are_to_be(make_server):
    server = make_server("--uploads-keep", "1s")
    asset = hand_in(server.url, video(100_000, 5))
    wait_until(lambda: requests.get(f"{server.url}/api/assets/{asset}", timeout=10).status_code == 404, 90, "the end of it", every=0.5)
    assert not list((server.data / "blobs/originals").iterdir())
