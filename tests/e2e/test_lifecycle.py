"""Many cameras, changes while running, stopping and starting again."""
import os
import signal
import subprocess

from conftest import QUICK, VIGIL, wait_until


def test_thirty_two_cameras_with_one_failing(make_sim, server):
    sim = make_sim("--width", "640", "--height", "360", cameras=32)
    sim.command("fault cam7 wrong-password")
    for n in range(1, 33):
        server.api.post("/api/cameras", {"id": f"cam{n}", "source_type": "rtsp", "source_url": sim.url(n)}, 201)

    def states():
        cameras = server.api.get("/api/cameras?page_size=100")["cameras"]
        return {c["id"]: c["status"]["state"] for c in cameras}
    wait_until(lambda: sum(s == "connected" for s in states().values()) == 31, 30, "31 cameras connected")
    server.wait_state("cam7", "reconnecting", "auth")
    frames = {n: server.state(f"cam{n}")["streams"][0]["frames"] for n in (1, 16, 32)}
    for n, before in frames.items():
        wait_until(lambda: server.state(f"cam{n}")["streams"][0]["frames"] - before >= 30, 20, f"cam{n} goes on")
    assert sum(s == "connected" for s in states().values()) == 31
    page = server.api.get("/api/cameras?page_size=10")
    seen = [c["id"] for c in page["cameras"]]
    while page.get("next_cursor"):
        page = server.api.get(f"/api/cameras?page_size=10&cursor={page['next_cursor']}")
        seen += [c["id"] for c in page["cameras"]]
    assert len(seen) == len(set(seen)) == 32


def test_adding_changing_and_deleting_touches_no_other_camera(make_sim, server):
    sim = make_sim(cameras=4)
    for n in (1, 2):
        server.api.post("/api/cameras", {"id": f"cam{n}", "source_type": "rtsp", "source_url": sim.url(n)}, 201)
    for n in (1, 2):
        server.wait_state(f"cam{n}", "connected")
    server.api.post("/api/cameras", {"id": "cam3", "source_type": "rtsp", "source_url": sim.url(3)}, 201)
    server.wait_state("cam3", "connected")
    # A new name and other motion settings do not cost the connection; another address does, and only that camera's.
    server.api.patch("/api/cameras/cam2", {"name": "Door", "motion": {"sensitivity": 70}})
    assert server.state("cam2")["streams"][0]["connects"] == 1
    server.api.patch("/api/cameras/cam2", {"source_url": sim.url(4)})
    server.wait_state("cam2", "connected")
    server.api.post("/api/cameras/cam3/stop")
    server.wait_state("cam3", "disabled")
    server.api.post("/api/cameras/cam3/start")
    server.wait_state("cam3", "connected")
    server.api.delete("/api/cameras/cam3")
    server.api.problem(404, "GET", "/api/cameras/cam3")
    assert server.state("cam1")["streams"][0]["connects"] == 1


def test_a_stale_change_is_refused(server):
    server.api.post("/api/cameras", {"id": "p", "source_type": "http_push"}, 201)
    etag = server.api.call("GET", "/api/cameras/p").headers["ETag"]
    server.api.patch("/api/cameras/p", {"name": "one"}, headers={"If-Match": etag})
    server.api.problem(412, "PATCH", "/api/cameras/p", json={"name": "two"}, headers={"If-Match": etag})
    assert server.api.get("/api/cameras/p")["name"] == "one"


def test_a_term_signal_ends_it_within_five_seconds(make_sim, server):
    sim = make_sim(cameras=8)
    for n in range(1, 9):
        server.api.post("/api/cameras", {"id": f"cam{n}", "source_type": "rtsp", "source_url": sim.url(n)}, 201)
    server.api.post("/api/cameras", {"id": "nowhere", "source_type": "rtsp", "source_url": "rtsp://127.0.0.1:1/x"}, 201)
    for n in range(1, 9):
        server.wait_state(f"cam{n}", "connected")
    sim.command("fault cam2 silence")
    code, seconds = server.stop()
    assert code == 0 and seconds < 5, (code, seconds, server.log[-1500:])


def test_a_restart_keeps_cameras_and_their_last_picture(make_sim, make_server):
    sim = make_sim(cameras=1)
    first = make_server(*QUICK)
    first.api.post("/api/cameras", {"id": "cam1", "name": "Door", "number": 7, "place": "Shop", "section": "Hall", "source_type": "rtsp",
                                    "source_url": sim.url(1), "motion": {"masks": [[[0, 0], [0.5, 0], [0, 0.5]]]}}, 201)
    first.wait_state("cam1", "connected")
    wait_until(lambda: first.state("cam1")["snapshot_at"], 60, "a snapshot")
    kept = first.api.get("/api/cameras/cam1")
    first.stop()
    sim.stop(signal.SIGKILL)
    second = make_server(*QUICK, data=first.data, name="again")
    again = second.api.get("/api/cameras/cam1")
    for member in ("id", "name", "number", "place", "section", "source_type", "source_url", "motion", "created_at", "version"):
        assert again[member] == kept[member], member
    second.wait_state("cam1", "reconnecting", "refused")
    picture = second.api.get("/api/cameras/cam1/frame/latest")
    assert picture.headers["X-Frame-Live"] == "false" and float(picture.headers["X-Frame-Age"]) > 0


def test_a_killed_server_loses_no_camera(make_server):
    first = make_server()
    for n in range(20):
        first.api.post("/api/cameras", {"id": f"p{n}", "source_type": "http_push"}, 201)
    first.stop(signal.SIGKILL)
    second = make_server(data=first.data, name="again")
    assert len(second.api.get("/api/cameras?page_size=100")["cameras"]) == 20


def test_one_data_folder_serves_one_server(server, tmp_path):
    done = subprocess.run([VIGIL, "serve", "--data", server.data, "--listen", "127.0.0.1:0", "--auth", "none"], capture_output=True, text=True, timeout=10)
    assert done.returncode != 0 and str(server.process.pid) in done.stdout + done.stderr


def test_a_foreign_folder_is_left_alone(tmp_path):
    (tmp_path / "thesis.doc").write_text("mine")
    done = subprocess.run([VIGIL, "serve", "--data", tmp_path, "--listen", "127.0.0.1:0", "--auth", "none"], capture_output=True, text=True, timeout=10)
    assert done.returncode != 0
    assert os.listdir(tmp_path) == ["thesis.doc"]


def test_no_authentication_is_for_loopback_only(tmp_path):
    done = subprocess.run([VIGIL, "serve", "--data", tmp_path / "d", "--listen", "0.0.0.0:0", "--auth", "none"], capture_output=True, text=True, timeout=10)
    assert done.returncode == 3 and "everybody in the network" in done.stderr


def test_check_reports_the_state_of_everything(make_sim, server):
    sim = make_sim(cameras=1)
    server.api.post("/api/cameras", {"id": "cam1", "source_type": "rtsp", "source_url": sim.url(1)}, 201)
    server.wait_state("cam1", "connected")
    done = subprocess.run([VIGIL, "check", "--url", server.url], capture_output=True, text=True, timeout=10)
    assert done.returncode == 0, done.stdout + done.stderr
    for word in ("cam1", "connected", "store", "monitor"):
        assert word in done.stdout
    sim.stop(signal.SIGKILL)
    server.wait_state("cam1", "reconnecting")
    assert subprocess.run([VIGIL, "check", "--url", server.url], capture_output=True, timeout=10).returncode == 5
    server.stop()
    assert subprocess.run([VIGIL, "check", "--url", server.url], capture_output=True, timeout=10).returncode == 4
