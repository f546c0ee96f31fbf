"""Each fault of the simulator: it is noticed with the right reason, and the camera comes back by itself."""
import time

import pytest

from conftest import QUICK, wait_until

# fault → the reasons that are right for it. The watchdogs of slow faults are shortened by the server options below.
FAULTS = {
    "refuse": {"refused"},
    "half-open": {"timeout", "stalled", "no_video"},
    "wrong-password": {"auth"},
    "not-found": {"not_found"},
    "busy": {"busy"},
    "silence": {"stalled", "no_video"},
    "rtcp-only": {"stalled", "no_video"},
    "frozen": {"frozen"},
    "reset": {"ended", "protocol", "stalled", "refused", "internal"},
    "slow-trickle": {"stalled", "no_video"},
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_named_and_survived(fault, make_sim, make_server):
    server = make_server(*QUICK, "--ingest-frozen-after", "5s")
    # A simulator each: "refuse" closes the port, which is all its cameras'.
    sim, neighbour = make_sim(cameras=1), make_sim(cameras=1)
    server.api.post("/api/cameras", {"id": "cam1", "source_type": "rtsp", "source_url": sim.url()}, 201)
    server.api.post("/api/cameras", {"id": "cam2", "source_type": "rtsp", "source_url": neighbour.url()}, 201)
    for n in (1, 2):
        server.wait_state(f"cam{n}", "connected")

    sim.command(f"fault cam1 {fault}")
    # The connection that breaks says little ("ended"); the next attempt meets the fault itself.
    def noticed():
        status = server.state("cam1")
        assert status["state"] == "reconnecting" and status["reason"] in FAULTS[fault], status
        return status
    down = wait_until(noticed, 25, f"cam1 noticing {fault}")
    assert down["detail"], "a reason without words for people"
    assert server.state("cam2")["state"] == "connected", "the neighbour suffers"

    sim.command("clear cam1")
    server.wait_state("cam1", "connected", timeout=15)
    # It is really there: a picture from after the recovery.
    recovered = time.time()
    wait_until(lambda: float(server.api.get("/api/cameras/cam1/frame/latest").headers["X-Frame-Timestamp"]) > recovered, 60, "a new picture")
    figures = server.state("cam1")["streams"][0]
    assert sum(figures["failures"].values()) >= 1
    assert server.state("cam2")["streams"][0]["connects"] == 1


@pytest.mark.parametrize("fault", ["jitter=80", "clock-jump", "params-change"])
def test_a_nuisance_does_not_cost_the_connection(fault, make_sim, server):
    sim = make_sim(cameras=1)
    server.api.post("/api/cameras", {"id": "cam1", "source_type": "rtsp", "source_url": sim.url(1)}, 201)
    server.wait_state("cam1", "connected")
    before = server.api.get("/api/cameras/cam1/frame/latest")
    sim.command(f"fault cam1 {fault}")
    for _ in range(8):
        time.sleep(0.5)
        latest = server.api.get("/api/cameras/cam1/frame/latest")
        assert latest.headers["X-Frame-Live"] == "true"
    status = server.state("cam1")
    assert status["state"] == "connected" and status["streams"][0]["connects"] == 1, status
    if fault == "params-change":
        assert width(latest.content) != width(before.content)


def test_a_picture_over_lossy_udp_keeps_coming(make_sim, server):
    sim = make_sim(cameras=1)
    server.api.post("/api/cameras", {"id": "cam1", "source_type": "rtsp", "source_url": sim.url(1), "transport": "udp"}, 201)
    server.wait_state("cam1", "connected")
    assert server.state("cam1")["streams"][0]["transport"] == "udp"
    sim.command("fault cam1 udp-loss=5")
    before = server.state("cam1")["streams"][0]["frames"]
    # What is left out up to the next key frame depends on what is lost.
    wait_until(lambda: server.state("cam1")["streams"][0]["frames"] > before + 15, what="pictures")
    wait_until(lambda: server.state("cam1")["fps"] > 5, what="five pictures a second")
    status = server.state("cam1")
    assert status["state"] == "connected" and status["streams"][0]["connects"] == 1, status
    assert server.api.get("/api/cameras/cam1/frame/latest").headers["X-Frame-Live"] == "true"


def test_without_udp_it_falls_back_to_tcp(make_sim, server):
    sim = make_sim("--no-udp", cameras=1)
    server.api.post("/api/cameras", {"id": "cam1", "source_type": "rtsp", "source_url": sim.url(1), "transport": "udp"}, 201)
    server.wait_state("cam1", "connected")
    assert server.state("cam1")["streams"][0]["transport"] == "tcp"


@pytest.mark.parametrize("auth", ["digest", "basic"])
def test_signs_in_and_never_shows_the_password(auth, make_sim, server):
    sim = make_sim("--user", "admin", "--password", "s3cret/p@ss", "--auth", auth)
    server.api.post("/api/cameras", {"id": "c", "source_type": "rtsp", "source_url": sim.url(1), "username": "admin", "password": "wrong-canary"}, 201)
    server.wait_state("c", "reconnecting", "auth")
    server.api.patch("/api/cameras/c", {"password": "s3cret/p@ss"})
    server.wait_state("c", "connected")
    camera = server.api.get("/api/cameras/c")
    assert camera["has_password"] and camera["username"] == "admin" and "admin@" not in camera["source_url"]
    seen = server.log + str(camera) + str(server.state("c")) + server.api.get("/metrics").text
    for secret in ("s3cret", "p@ss", "p%40ss", "wrong-canary"):
        assert secret not in seen
    for file in server.data.rglob("*"):
        if file.is_file():
            assert b"s3cret" not in file.read_bytes(), file


def width(jpeg):
    at = 2
    while jpeg[at + 1] not in (0xC0, 0xC1, 0xC2):
        at += 2 + int.from_bytes(jpeg[at + 2:at + 4], "big")
    return int.from_bytes(jpeg[at + 7:at + 9], "big")


def test_the_health_check_names_who_is_down_with_the_reason_and_nobody_else(make_server):
    server = make_server(*QUICK, "--ingest-health-interval", "1s")
    server.api.post("/api/cameras", {"id": "waits", "source_type": "http_push"}, 201)
    server.api.post("/api/cameras", {"id": "down", "source_type": "rtsp", "source_url": "rtsp://127.0.0.1:1/x"}, 201)
    lines = wait_until(lambda: len(found := [line for line in server.log.splitlines() if "camera is down" in line]) >= 2 and found, 20, "health checks")
    assert all("camera=down" in line and "reason=refused" in line for line in lines), lines
