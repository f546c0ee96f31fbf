"""Files handed in: tus by an unmodified client and by hand, through cut connections, killed servers and full disks. The numbers are those
of the catalogue of faults."""
import base64
import contextlib
import hashlib
import json
import random
import signal
import socket
import subprocess
import threading
import time

import pytest
import requests

from conftest import ROOT, Ended, wait_until

TUS = {"Tus-Resumable": "1.0.0"}
CHUNK = {**TUS, "Content-Type": "application/offset+octet-stream"}
SERVERS = ROOT / "tests/servers"


def video(size, seed=1):
    """Begins like an MP4 file; the rest is by chance."""
    return b"\0\0\0\x20ftypisom" + random.Random(seed).randbytes(size - 12)


class Cutter:
    """A TCP proxy before the server that cuts each of its first connections after some bytes."""

    def __init__(self, target, cuts, seed=5):
        self.target, self.cuts, self.random = target, cuts, random.Random(seed)
        self.done = 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def serve(self, client):
        budget = self.random.randint(3_000, 120_000) if self.done < self.cuts else None
        try:
            server = socket.create_connection(("127.0.0.1", self.target))
        except OSError:
            client.close()
            return

        def back():
            with contextlib.suppress(OSError):
                while data := server.recv(65536):
                    client.sendall(data)
            with contextlib.suppress(OSError):
                client.shutdown(socket.SHUT_WR)
        threading.Thread(target=back, daemon=True).start()
        sent = 0
        with contextlib.suppress(OSError):
            while data := client.recv(4096):
                if budget is not None and sent + len(data) > budget:
                    self.done += 1
                    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
                    break
                server.sendall(data)
                sent += len(data)
        for one in (client, server):
            with contextlib.suppress(OSError):
                one.close()

    def close(self):
        self.listener.close()


def create(server, size, **more):
    reply = requests.post(server.url + "/api/uploads", headers={**TUS, "Upload-Length": str(size), **more}, timeout=10)
    assert reply.status_code == 201, reply.text
    return server.url + reply.headers["Location"]


def offset_of(url):
    reply = requests.head(url, headers=TUS, timeout=30)
    assert reply.status_code == 200, reply.status_code
    return int(reply.headers["Upload-Offset"])


def asset_of(server, url):
    return server.api.get("/api/assets/" + requests.head(url, headers=TUS, timeout=30).headers["X-Asset-Id"])


def blob_of(server, asset):
    return (server.data / "blobs/originals" / asset["id"]).read_bytes()


def tus_client(endpoint, path, chunk=0):
    if not (SERVERS / "node_modules/tus-js-client").exists():
        pytest.skip("tus-js-client is missing: run `npm ci --prefix tests/servers`")
    return subprocess.Popen(["node", SERVERS / "tus.mjs", endpoint, path, str(chunk)], stdout=subprocess.PIPE, text=True)


def test_an_unmodified_client_uploads_and_the_job_is_done(server, tmp_path):
    data = video(3_000_000)
    (tmp_path / "walk.mp4").write_bytes(data)
    client = tus_client(server.url + "/api/uploads", tmp_path / "walk.mp4", 1_000_000)
    said = [json.loads(line) for line in client.stdout]
    assert client.wait(30) == 0, said
    asset = asset_of(server, said[-1]["url"])
    assert asset["sha256"] == hashlib.sha256(data).hexdigest()
    assert (asset["name"], asset["media_type"], asset["size"]) == ("walk.mp4", "video/mp4", len(data))
    assert blob_of(server, asset) == data
    job = wait_until(lambda: next((j for j in server.api.get(f"/api/jobs?kind=verify&asset={asset['id']}")["jobs"] if j["state"] == "done"), None), 20, "a job")
    assert job["kind"] == "verify" and job["progress"] == 1 and job["result"]["bytes"] == len(data)
    events = [e["type"] for e in server.api.get(f"/api/jobs/{job['id']}/log")["events"]]
    assert events == ["job.queued", "job.processing", "job.done"]
    assert "vigil_jobs{kind=\"verify\",state=\"done\"} 1" in requests.get(server.url + "/metrics", timeout=10).text


def test_an_unmodified_client_gets_through_cut_connections(server, tmp_path):
    """66"""
    data = video(2_500_000, 2)
    (tmp_path / "walk.mp4").write_bytes(data)
    cutter = Cutter(server.port, cuts=30)
    client = tus_client(f"http://127.0.0.1:{cutter.port}/api/uploads", tmp_path / "walk.mp4", 400_000)
    said = [json.loads(line) for line in client.stdout]
    cutter.close()
    assert client.wait(60) == 0, said[-3:]
    assert cutter.done >= 5
    assert server.api.get("/api/assets")["assets"][0]["sha256"] == hashlib.sha256(data).hexdigest()


def test_cut_two_hundred_times_by_hand(server):
    """66"""
    data = video(4_000_000, 3)
    url = create(server, len(data))
    chance = random.Random(4)
    at = sent = 0
    for _ in range(200):
        count = min(chance.randint(1, 15_000), len(data) - at - 1)
        with socket.create_connection(("127.0.0.1", server.port)) as raw:
            raw.sendall((f"PATCH {url[len(server.url):]} HTTP/1.1\r\nHost: 127.0.0.1\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: {at}\r\n"
                         f"Content-Type: application/offset+octet-stream\r\nContent-Length: {len(data) - at}\r\n\r\n").encode())
            raw.sendall(data[at:at + count])
            if chance.random() < 0.5:
                raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        now = offset_of(url)
        # What an earlier connection brought may be taken later than a question that came after it was cut.
        sent = max(sent, at + count)
        assert at <= now <= sent
        at = now

    def rest():
        at = offset_of(url)
        return requests.patch(url, data[at:], headers={**CHUNK, "Upload-Offset": str(at)}, timeout=30).status_code == 204
    wait_until(rest, 30, "the rest to be taken")
    assert blob_of(server, asset_of(server, url)) == data


def test_a_killed_server_loses_nothing_that_it_acknowledged(make_server):
    """67"""
    data = video(12_000_000, 5)
    server = make_server()
    url = create(server, len(data))
    path = url[len(server.url):]
    chance = random.Random(6)
    acknowledged = 0
    for _ in range(12):
        done = threading.Event()

        def send(at=acknowledged):
            nonlocal acknowledged
            with contextlib.suppress(requests.RequestException):
                while at < len(data):
                    end = min(at + 300_000, len(data))
                    if requests.patch(server.url + path, data[at:end], headers={**CHUNK, "Upload-Offset": str(at)}, timeout=10).status_code != 204:
                        break
                    at = acknowledged = end
            done.set()
        threading.Thread(target=send, daemon=True).start()
        done.wait(chance.uniform(0.05, 0.3))
        server.stop(signal.SIGKILL)
        done.wait(15)
        server = make_server(data=server.data)
        at = offset_of(server.url + path)
        assert at >= acknowledged, (at, acknowledged)
        file = server.data / "uploads" / path.rsplit("/", 1)[1]
        if file.exists():
            assert file.read_bytes() == data[:at]
        acknowledged = at
        if at == len(data):
            break
    if acknowledged < len(data):
        reply = requests.patch(server.url + path, data[acknowledged:], headers={**CHUNK, "Upload-Offset": str(acknowledged)}, timeout=30)
        assert reply.status_code == 204, reply.text
    assert blob_of(server, asset_of(server, server.url + path)) == data
    assert len(server.api.get("/api/jobs?kind=verify")["jobs"]) == 1


def test_two_at_once_and_one_wins(server):
    """65"""
    for round_ in range(20):
        data = video(60_000, 100 + round_)
        url = create(server, len(data))
        statuses = []

        def send():
            statuses.append(requests.patch(url, data, headers={**CHUNK, "Upload-Offset": "0"}, timeout=60).status_code)
        threads = [threading.Thread(target=send) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        at = offset_of(url)
        if at < len(data):
            assert requests.patch(url, data[at:], headers={**CHUNK, "Upload-Offset": str(at)}, timeout=30).status_code == 204
        assert set(statuses) <= {204, 400, 403, 409, 423}, statuses
        assert blob_of(server, asset_of(server, url)) == data


def test_the_same_file_from_twenty_clients_is_one_asset(server):
    """75"""
    data = video(200_000, 7)
    ids = []

    def send():
        url = create(server, len(data))
        assert requests.patch(url, data, headers={**CHUNK, "Upload-Offset": "0"}, timeout=60).status_code == 204
        ids.append(asset_of(server, url)["id"])
    threads = [threading.Thread(target=send) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ids) == 20 and len(set(ids)) == 1
    assert len(server.api.get("/api/jobs?kind=verify")["jobs"]) == 1
    assert len(list((server.data / "blobs/originals").iterdir())) == 1
    assert not list((server.data / "uploads").iterdir())


def test_slow_senders_do_not_keep_others_waiting(server):
    """71, a small one: a hundred connections that hardly send anything."""
    slow = []
    for _ in range(100):
        url = create(server, 1_000_000)
        raw = socket.create_connection(("127.0.0.1", server.port))
        raw.sendall((f"PATCH {url[len(server.url):]} HTTP/1.1\r\nHost: 127.0.0.1\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: 0\r\n"
                     "Content-Type: application/offset+octet-stream\r\nContent-Length: 1000000\r\n\r\nx").encode())
        slow.append(raw)
        if len(slow) == 100:
            break
    began = time.monotonic()
    data = video(5_000_000, 8)
    reply = requests.post(server.url + "/api/uploads", data, headers={**CHUNK, "Upload-Length": str(len(data))}, timeout=30)
    # One owner may have a hundred open: the last one is told so.
    assert reply.status_code in (201, 429), reply.text
    assert time.monotonic() - began < 15
    for raw in slow:
        raw.close()


def test_quota_and_expiry(make_server):
    """69, 72"""
    server = make_server("--uploads-quota", "2MiB", "--uploads-max-size", "1MiB")
    headers = {**TUS, "Upload-Length": str(1 << 20)}
    first = requests.post(server.url + "/api/uploads", headers=headers, timeout=10)
    assert first.status_code == 201
    assert requests.post(server.url + "/api/uploads", headers={**TUS, "Upload-Length": str((1 << 20) + 1)}, timeout=10).json()["code"] == "upload.size"
    assert requests.post(server.url + "/api/uploads", headers=headers, timeout=10).status_code == 201
    refused = requests.post(server.url + "/api/uploads", headers=headers, timeout=10)
    assert refused.status_code == 413 and refused.json()["code"] == "upload.quota"
    assert requests.delete(server.url + first.headers["Location"], headers=TUS, timeout=10).status_code == 204
    assert requests.head(server.url + first.headers["Location"], headers=TUS, timeout=10).status_code == 410
    assert requests.post(server.url + "/api/uploads", headers=headers, timeout=10).status_code == 201


def test_a_folder_that_is_not_the_one_of_before_is_not_filled(make_server, tmp_path):
    """116"""
    server = make_server("--blob-folder", tmp_path / "disk")
    data = video(50_000, 9)
    url = create(server, len(data))
    requests.patch(url, data, headers={**CHUNK, "Upload-Offset": "0"}, timeout=30)
    server.stop()
    (tmp_path / "disk").rename(tmp_path / "elsewhere")
    (tmp_path / "disk").mkdir()
    with pytest.raises(Ended, match="vigil-blobs.json|mount the disk"):
        make_server("--blob-folder", tmp_path / "disk", data=server.data)
    assert not list((tmp_path / "disk").iterdir())
    (tmp_path / "disk").rmdir()
    (tmp_path / "elsewhere").rename(tmp_path / "disk")
    again = make_server("--blob-folder", tmp_path / "disk", data=server.data)
    assert len(again.api.get("/api/assets")["assets"]) == 1


def test_a_stop_gives_jobs_back(make_server):
    """89: a stop while jobs are at work ends in time, and the next start does them."""
    server = make_server("--jobs-workers", "1")
    for i in range(5):
        data = video(2_000_000, 20 + i)
        url = create(server, len(data))
        assert requests.patch(url, data, headers={**CHUNK, "Upload-Offset": "0"}, timeout=30).status_code == 204
    code, seconds = server.stop()
    assert code == 0 and seconds < 6
    again = make_server(data=server.data)
    jobs = wait_until(lambda: (j := again.api.get("/api/jobs?kind=verify")["jobs"]) and all(x["state"] == "done" for x in j) and j, 30, "all jobs")
    assert len(jobs) == 5 and all(job["attempt"] == 1 for job in jobs)


def test_metadata_comes_back_only_if_it_is_good(server):
    """73"""
    good = base64.b64encode("Tür 1.mp4".encode()).decode()
    url = create(server, 100, **{"Upload-Metadata": f"filename {good}"})
    assert requests.head(url, headers=TUS, timeout=10).headers["Upload-Metadata"] == f"filename {good}"
    for bad in ("filename !!", "filename CgA=", f"filename {good},filename {good}"):
        reply = requests.post(server.url + "/api/uploads", headers={**TUS, "Upload-Length": "5", "Upload-Metadata": bad}, timeout=10)
        assert reply.status_code == 400, bad
