"""Who is told by HTTP what happens to a job, and that nothing is told twice, never, or to whom it must not be."""
import base64
import hashlib
import hmac
import json
import signal
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import requests

from conftest import wait_until

SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()
LOOPBACK = ("--jobs-webhook-networks", "127.0.0.0/8")


def verify(secret, headers, body):
    """As docs/uploads.md shows it."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    wanted = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return any(hmac.compare_digest(wanted, one) for one in headers["webhook-signature"].split(" "))


class Receiver:
    """Answers as `answer(number of the request)` says: a status, or (status, headers)."""

    def __init__(self, answer=lambda n: 204):
        self.requests = []
        outer, lock = self, threading.Lock()

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                with lock:
                    number = len(outer.requests)
                    outer.requests.append((self.path, dict(self.headers.items()), body))
                said = answer(number)
                status, headers = said if isinstance(said, tuple) else (said, {})
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/hook?token=geheim-in-der-adresse"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def events(self):
        return [json.loads(body) for _, _, body in list(self.requests)]

    def types(self):
        return [event["type"] for event in self.events()]


@pytest.fixture
def receive():
    made = []

    def start(*args):
        made.append(Receiver(*args))
        return made[-1]

    yield start
    for one in made:
        one.server.shutdown()
        one.server.server_close()


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    path = tmp_path_factory.mktemp("film") / "film.mp4"
    subprocess.run(["ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", "testsrc2=size=160x120:rate=10", "-t", "6", "-c:v", "libx264",
                    "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "10", str(path)], check=True)
    return path


def hand_in(server, film):
    data = film.read_bytes()
    headers = {"Tus-Resumable": "1.0.0", "Content-Type": "application/offset+octet-stream", "Upload-Length": str(len(data))}
    reply = requests.post(server.url + "/api/uploads", data, headers=headers, timeout=60)
    assert reply.status_code == 201, reply.text
    return reply.headers["X-Asset-Id"]


def order(server, asset, webhook, **extract):
    reply = requests.post(f"{server.url}/api/assets/{asset}/jobs", json={"kind": "extract", "extract": extract, "webhook": webhook}, timeout=30)
    assert reply.status_code in (200, 201), reply.text
    assert "geheim" not in reply.text and SECRET not in reply.text
    return reply.json()["id"]


def log_types(server, job):
    return [event["type"] for event in server.api.get(f"/api/jobs/{job}/log?limit=500")["events"]]


def test_each_change_is_posted_once_in_order_and_signed(make_server, film, receive):
    """86, J14"""
    server = make_server(*LOOPBACK)
    receiver = receive()
    job = order(server, hand_in(server, film), {"url": receiver.url, "secret": SECRET}, cadence="key_frames")
    wait_until(lambda: "job.done" in receiver.types(), 90, "the last of them")
    assert receiver.types() == ["job.queued", "job.processing", "job.done"]
    assert len({event["id"] for event in receiver.events()}) == 3
    for path, headers, body in receiver.requests:
        assert path == "/hook?token=geheim-in-der-adresse" and headers["Content-Type"].startswith("application/cloudevents+json")
        assert verify(SECRET, headers, body) and not verify(SECRET, headers, body + b" ")
        event = json.loads(body)
        assert event["id"] == headers["webhook-id"] and event["data"]["job_id"] == job
    sequences = [event["data"]["sequence"] for event in receiver.events()]
    assert sequences == sorted(sequences)
    wait_until(lambda: log_types(server, job).count("webhook.delivered") == 3, 30, "the log")
    shown = server.api.get(f"/api/jobs/{job}/webhooks")["webhooks"]
    assert len(shown) == 1 and shown[0]["signed"] and not shown[0]["given_up"] and shown[0]["told"] == sequences[-1]
    stream = requests.get(f"{server.url}/api/jobs/{job}/events", timeout=30)
    assert "webhook." not in stream.text, "that is about the telling"
    database = b"".join(path.read_bytes() for path in server.data.glob("vigil.db*"))
    assert b"geheim" not in database and SECRET.encode() not in database
    assert "geheim" not in server.log and SECRET not in server.log


def test_who_fails_is_told_again_also_by_a_server_that_was_killed_meanwhile(make_server, film, receive):
    server = make_server(*LOOPBACK)
    receiver = receive(lambda n: 500 if n < 2 else 200)
    job = order(server, hand_in(server, film), {"url": receiver.url}, cadence="key_frames")
    wait_until(lambda: "webhook.failed" in log_types(server, job), 60, "the first try")
    server.stop(signal.SIGKILL)
    server = make_server(*LOOPBACK, data=server.data)
    # The second try, five seconds after the first, fails too; the third is five minutes away.
    wait_until(lambda: len(receiver.requests) >= 2, 90, "the second try")
    wait_until(lambda: log_types(server, job).count("webhook.failed") >= 2, 60, "the second failure")
    assert set(receiver.types()) == {"job.queued"}, "nothing overtakes it"
    assert len({event["id"] for event in receiver.events()}) == 1, "receivers can tell that it is the same"
    status = server.api.get(f"/api/jobs/{job}/webhooks")["webhooks"][0]
    assert status["tries"] == 2 and status["next_at"] and status["last_error"].endswith("answers with 500")


def test_redirects_are_not_followed_and_who_is_gone_is_told_no_more(make_server, film, receive):
    server = make_server(*LOOPBACK)
    inside = receive()
    redirecting = receive(lambda n: (307, {"Location": inside.url}))
    gone = receive(lambda n: 410)
    asset = hand_in(server, film)
    job = order(server, asset, {"url": redirecting.url}, cadence="key_frames")
    assert order(server, asset, {"url": gone.url}, cadence="key_frames") == job, "the same order is the same job"
    wait_until(lambda: {"webhook.failed", "webhook.given_up"} <= set(log_types(server, job)), 60, "both failures")
    wait_until(lambda: server.api.get(f"/api/jobs/{job}")["state"] == "done", 90, "the job")
    assert not inside.requests and len(gone.requests) == 1
    assert [one["given_up"] for one in server.api.get(f"/api/jobs/{job}/webhooks")["webhooks"]] == [False, True]


def test_nobody_is_spoken_to_whom_the_network_rules_forbid(make_server, film, receive):
    server = make_server()
    receiver = receive()
    job = order(server, hand_in(server, film), {"url": receiver.url}, cadence="key_frames")
    wait_until(lambda: "webhook.given_up" in log_types(server, job), 60, "the refusal")
    assert not receiver.requests
    assert "network rules" in server.api.get(f"/api/jobs/{job}/webhooks")["webhooks"][0]["last_error"]


def test_what_makes_no_sense_is_refused(server, film):
    asset = hand_in(server, film)
    for webhook in ({"url": "ftp://host/x"}, {"url": "https://user:geheim@host/"}, {"url": "https://host/", "secret": "short"}, {"secret": SECRET},
                    {"url": "https://host/", "more": 1}, {"url": "https://host/", "secret": "whsec_no-base64-at-all"}):
        reply = requests.post(f"{server.url}/api/assets/{asset}/jobs", json={"kind": "extract", "webhook": webhook}, timeout=30)
        assert reply.status_code == 422, reply.text
        assert "geheim" not in reply.text
    assert all(job["kind"] != "extract" for job in server.api.get("/api/jobs")["jobs"])


def test_pictures_that_were_deleted_are_made_again(make_server, film):
    """91"""
    server = make_server()
    asset = hand_in(server, film)
    reply = requests.post(f"{server.url}/api/assets/{asset}/jobs", json={"kind": "extract", "extract": {"cadence": "every", "every": 5}}, timeout=30)
    job = reply.json()["id"]
    wait_until(lambda: server.api.get(f"/api/jobs/{job}")["state"] == "done", 90, "the job")
    frames = {path: path.read_bytes() for path in (server.data / "blobs/frames").rglob("*.jpg")}
    assert len(frames) == 12
    for path in sorted(frames)[:10]:
        path.unlink()

    # What ended just now settles by itself: it takes some seconds until that is over.
    def found():
        assert requests.post(server.url + "/api/system/reconcile", timeout=30).status_code == 202
        last = server.api.get("/api/system/reconcile")["last"]
        return last if last and last["missing"] else None
    last = wait_until(found, 60, "the comparison", every=0.5)
    assert (last["missing"], last["remade"], last["orphans"], last["lost"]) == (10, 1, 0, 0)
    wait_until(lambda: server.api.get(f"/api/jobs/{job}")["state"] == "done", 90, "the job again")
    assert {path: path.read_bytes() for path in (server.data / "blobs/frames").rglob("*.jpg")} == frames
    outputs = server.api.get(f"/api/jobs/{job}/outputs?limit=100")["outputs"]
    assert len([one for one in outputs if one["name"].startswith("frame_")]) == 12
    assert [event["code"] for event in server.api.get(f"/api/jobs/{job}/log?limit=100")["events"]].count("remake") == 1
    assert 'vigil_reconcile_found{' in requests.get(server.url + "/metrics", timeout=30).text
