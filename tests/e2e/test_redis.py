"""Events on real Redis channels, exactly as promised."""
import json
import signal
import time

import redis as redis_client

from conftest import QUICK, Redis, wait_until


class Listener:
    """Reads camera:* from before the first event on."""

    def __init__(self, server):
        self.pubsub = redis_client.Redis(port=server.port).pubsub(ignore_subscribe_messages=True)
        self.pubsub.psubscribe("camera:*")
        self.pubsub.get_message(timeout=1)
        self.seen = []

    def read(self):
        while (message := self.pubsub.get_message(timeout=0.05)) is not None:
            event = json.loads(message["data"])
            assert message["channel"].decode() == "camera:" + event["camera_id"]
            self.seen.append(event)
        return self.seen

    def wait(self, kind, camera, timeout=60, after=0):
        return wait_until(lambda: next((e for e in self.read() if e["type"] == kind and e["camera_id"] == camera and e["timestamp"] > after), None),
                          timeout, f"{kind} of {camera}")


EXPECTED = {
    "camera.connected": {"type", "camera_id", "timestamp"},
    "camera.disconnected": {"type", "camera_id", "timestamp", "reason"},
    "frame.ingested": {"type", "camera_id", "timestamp", "source"},
    "motion.detected": {"type", "camera_id", "timestamp", "area"},
}


def test_the_four_events_arrive_with_exactly_their_members(redis, make_server, make_sim, footage):
    listener = Listener(redis)
    server = make_server(*QUICK, "--redis", redis.url)
    sim = make_sim(cameras=1, file=footage)
    server.api.post("/api/cameras", {"id": "walk", "source_type": "rtsp", "source_url": sim.url(1)}, 201)
    listener.wait("camera.connected", "walk")
    assert listener.wait("frame.ingested", "walk")["source"] == "rtsp"
    motion = listener.wait("motion.detected", "walk", 40)
    assert isinstance(motion["area"], int) and 0 < motion["area"] <= 768 * 576
    sim.command("fault cam1 refuse")
    gone = listener.wait("camera.disconnected", "walk")
    assert gone["reason"]
    sim.command("clear cam1")
    listener.wait("camera.connected", "walk", after=gone["timestamp"])
    for event in listener.read():
        assert set(event) == EXPECTED[event["type"]], event
        assert isinstance(event["timestamp"], float) and abs(event["timestamp"] - time.time()) < 120


def test_every_pushed_frame_makes_an_event(redis, make_server, jpeg):
    listener = Listener(redis)
    server = make_server("--redis", redis.url)
    server.api.post("/api/cameras", {"id": "p", "source_type": "http_push"}, 201)
    for colour in ("red", "green", "blue", "white", "black"):
        server.api.call("POST", "/api/ingest/push/p", files={"frame_file": ("f.jpg", jpeg(colour=colour))})
    wait_until(lambda: sum(e["type"] == "frame.ingested" for e in listener.read()) == 5, 60, "five events")
    assert {e["source"] for e in listener.read() if e["type"] == "frame.ingested"} == {"http_push"}


def test_the_pace_of_frame_events_can_be_set(redis, make_server, make_sim):
    listener = Listener(redis)
    server = make_server(*QUICK, "--redis", redis.url)
    sim = make_sim(cameras=3)
    for n, interval in ((1, None), (2, 0), (3, 2.0)):
        server.api.post("/api/cameras", {"id": f"c{n}", "source_type": "rtsp", "source_url": sim.url(n), "frame_event_interval": interval}, 201)
    for n in (1, 2, 3):
        server.wait_state(f"c{n}", "connected")
    time.sleep(6)
    count = {n: sum(e["type"] == "frame.ingested" and e["camera_id"] == f"c{n}" for e in listener.read()) for n in (1, 2, 3)}
    assert 4 <= count[1] <= 9 and count[2] > 50 and 2 <= count[3] <= 5, count


def test_redis_may_die_and_come_back(redis, make_server, jpeg, starter, tmp_path):
    server = make_server("--redis", redis.url)
    server.api.post("/api/cameras", {"id": "p", "source_type": "http_push"}, 201)
    redis.stop(signal.SIGKILL)
    server.api.call("POST", "/api/ingest/push/p", files={"frame_file": ("f.jpg", jpeg())})
    assert server.api.get("/api/cameras/p/frame/latest").headers["X-Frame-Live"] == "true"
    wait_until(lambda: server.api.get("/api/system/status")["sinks"][0]["state"] != "connected", 60, "the sink noticing")
    back = starter(Redis, tmp_path, port=redis.port)
    listener = Listener(back)
    wait_until(lambda: server.api.get("/api/system/status")["sinks"][0]["state"] == "connected", 60, "the sink being back")
    server.api.call("POST", "/api/ingest/push/p", files={"frame_file": ("f.jpg", jpeg(colour="blue"))})
    listener.wait("frame.ingested", "p")


def test_it_runs_the_same_with_no_redis_to_be_found(make_server, jpeg):
    server = make_server("--redis", "redis://127.0.0.1:1/0")
    server.api.post("/api/cameras", {"id": "p", "source_type": "http_push"}, 201)
    server.api.call("POST", "/api/ingest/push/p", files={"frame_file": ("f.jpg", jpeg())})
    assert server.api.get("/api/cameras/p/frame/latest").headers["X-Frame-Live"] == "true"
    code, seconds = server.stop()
    assert code == 0 and seconds < 5
