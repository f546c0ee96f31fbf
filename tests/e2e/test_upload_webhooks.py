"""Who is told how uploads end, and that deliveries are sent again by hand."""
import base64

import requests

from conftest import wait_until
from test_job_webhooks import LOOPBACK, SECRET, Receiver, film, receive, verify  # noqa: F401


def metadata(**more):
    return ",".join(f"{name} {base64.b64encode(text.encode()).decode()}" for name, text in more.items())


def begin(server, size, receiver, **more):
    reply = requests.post(server.url + "/api/uploads", timeout=30, headers={
        "Tus-Resumable": "1.0.0", "Upload-Length": str(size),
        "Upload-Metadata": metadata(filename="a.mp4", webhook_url=receiver.url, webhook_secret=SECRET, **more)})
    assert reply.status_code == 201, reply.text
    return reply.headers["Location"]


def send(server, upload, data):
    return requests.patch(server.url + upload, data, timeout=60, headers={
        "Tus-Resumable": "1.0.0", "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"})


def test_completed_refused_and_deleted_are_told_and_signed(make_server, film, receive):  # noqa: F811
    server = make_server(*LOOPBACK)
    receiver = receive()
    data = film.read_bytes()
    good = begin(server, len(data), receiver)
    asset = send(server, good, data).headers["X-Asset-Id"]
    wait_until(lambda: receiver.types() == ["upload.completed"], 60, "the end of it")
    bad = begin(server, 5000, receiver)
    assert send(server, bad, b"x" * 5000).status_code == 415
    wait_until(lambda: "upload.refused" in receiver.types(), 60, "the refusal")
    dropped = begin(server, 5000, receiver)
    assert requests.delete(server.url + dropped, headers={"Tus-Resumable": "1.0.0"}, timeout=30).status_code == 204
    wait_until(lambda: "upload.deleted" in receiver.types(), 60, "that it was dropped")
    assert requests.delete(f"{server.url}/api/assets/{asset}", timeout=30).status_code == 204
    wait_until(lambda: receiver.types().count("upload.deleted") == 2, 60, "that the file is gone")
    told = receiver.events()
    assert [event["source"] for event in told] == [f"/api/uploads/{upload.rsplit('/', 1)[1]}" for upload in (good, bad, dropped, good)]
    assert told[0]["data"]["asset_id"] == asset and told[1]["data"]["code"] == "upload.kind"
    for _, headers, body in receiver.requests:
        assert verify(SECRET, headers, body)


def test_a_delivery_is_sent_again_by_hand(make_server, film, receive):  # noqa: F811
    server = make_server(*LOOPBACK)
    receiver = receive(lambda n: 410 if n == 0 else 204)
    data = film.read_bytes()
    upload = begin(server, len(data), receiver)
    assert send(server, upload, data).status_code == 204
    shown = lambda: server.api.get(upload + "/webhooks")["webhooks"][0]
    wait_until(lambda: shown()["given_up"], 60, "the refusal")
    assert [(one["type"], one["state"], one["tries"]) for one in shown()["deliveries"]] == [("upload.completed", "given_up", 1)]
    replay = f"{server.url}{upload}/webhooks/{shown()['id']}/replay"
    assert requests.post(replay, timeout=30).status_code == 200
    wait_until(lambda: shown()["deliveries"][0]["state"] == "delivered", 60, "the second try")
    assert shown()["deliveries"][0]["tries"] == 2 and not shown()["given_up"]
    ids = [event["id"] for event in receiver.events()]
    assert len(ids) == 2 and ids[0] == ids[1]
    assert requests.post(f"{server.url}{upload}/webhooks/none/replay", timeout=30).status_code == 404
