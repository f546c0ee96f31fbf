"""Files that go straight to an S3 storage, against a real server with a real S3 server beside it (case 76)."""
import hashlib
import random
import subprocess

import pytest
import requests

from conftest import ROOT, Program, wait_until
from test_job_webhooks import LOOPBACK, SECRET, receive, verify  # noqa: F401

SERVERS = ROOT / "tests/servers"


class S3(Program):
    def __init__(self, folder, log):
        folder.mkdir()
        # It ends with its standard input.
        super().__init__(["node", SERVERS / "s3.mjs", folder], log, stdin=subprocess.PIPE)
        self.port = wait_until(lambda: self.log.strip().isdigit() and int(self.log), 60, "the storage")


@pytest.fixture
def cloud(starter, make_server, tmp_path):
    if not (SERVERS / "node_modules/s3rver").exists():
        pytest.skip("the S3 server of the tests is missing: run `npm ci --prefix tests/servers`")
    storage = starter(S3, tmp_path / "s3", tmp_path / "s3.log")
    secret = tmp_path / "secret"
    secret.write_text("S3RVER\n")
    secret.chmod(0o600)
    return make_server(*LOOPBACK, "--blob-s3-endpoint", f"http://127.0.0.1:{storage.port}", "--blob-s3-bucket", "vigil", "--blob-s3-access-key", "S3RVER", "--blob-s3-secret-key-file", secret)


def begin(server, data, **more):
    reply = requests.post(server.url + "/api/uploads/direct", json={"size": len(data), "name": "walk.mp4", "type": "video/mp4", **more}, timeout=30)
    assert reply.status_code == 201, reply.text
    return reply.json()


def complete(server, ticket, **body):
    return requests.post(f"{server.url}/api/uploads/direct/{ticket['id']}/complete", json=body, timeout=120)


def test_a_file_goes_around_the_server_and_is_worked_through(cloud, tmp_path):
    film = tmp_path / "film.mp4"
    subprocess.run(["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc2=size=320x240:rate=10", "-t", "4", "-c:v", "libx264", "-pix_fmt", "yuv420p", film], check=True)
    data = film.read_bytes()
    ticket = begin(cloud, data, sha256=hashlib.sha256(data).hexdigest())
    assert not ticket["in_parts"] and len(ticket["links"]) == 1
    assert complete(cloud, ticket).json()["code"] == "upload.missing"
    assert requests.put(ticket["links"][0]["url"], data, headers=ticket["headers"], timeout=30).status_code == 200
    done = complete(cloud, ticket)
    assert done.status_code == 201, done.text
    asset = done.json()["id"]
    jobs = wait_until(lambda: (j := cloud.api.get(f"/api/jobs?asset={asset}")["jobs"]) and all(x["state"] == "done" for x in j) and j, 60, "its jobs")
    assert {job["kind"] for job in jobs} == {"verify", "probe"}
    found = cloud.api.get(f"/api/assets/{asset}")
    assert found["video"]["duration_ms"] == 4000 and requests.get(cloud.url + found["thumbnail"], timeout=30).status_code == 200
    assert requests.get(f"{cloud.url}/api/assets/{asset}/content", timeout=30).content == data
    picture = requests.get(f"{cloud.url}/api/assets/{asset}/frame?t=1.25", timeout=60)
    assert picture.status_code == 200 and picture.headers["X-Frame-Time"] == "1.200"
    # The link is still good, and changes nothing any more.
    assert requests.put(ticket["links"][0]["url"], bytes(len(data)), headers=ticket["headers"], timeout=30).status_code == 200
    assert requests.get(f"{cloud.url}/api/assets/{asset}/content", timeout=30).content == data
    assert complete(cloud, ticket).status_code in (200, 201)
    assert len(cloud.api.get("/api/assets")["assets"]) == 1


def test_a_large_file_goes_in_parts(cloud):
    data = b"\0\0\0\x20ftypisom" + random.Random(5).randbytes((17 << 20) - 12)
    ticket = begin(cloud, data)
    assert ticket["in_parts"] and ticket["parts"] == 2
    etags, at = [], 0
    for link in ticket["links"]:
        reply = requests.put(link["url"], data[at:at + link["bytes"]], timeout=60)
        assert reply.status_code == 200, reply.text
        etags.append(reply.headers["ETag"])
        at += link["bytes"]
    assert complete(cloud, ticket, etags=etags[:1]).status_code == 422
    done = complete(cloud, ticket, etags=etags)
    assert done.status_code == 201 and done.json()["sha256"] == hashlib.sha256(data).hexdigest(), done.text


def test_the_example_of_the_documentation_sends_a_file_in_parts(cloud, tmp_path):
    code = next(block for block in (ROOT / "docs/uploads.md").read_text().split("```") if block.startswith("js\nasync function sendDirect"))[3:]
    data = b"\0\0\0\x20ftypisom" + random.Random(6).randbytes(33 << 20)
    (tmp_path / "film.mp4").write_bytes(data)
    # Its second part does not arrive the first time.
    script = code + """
const [path, api] = process.argv.slice(2)
const file = Object.assign(new Blob([require('fs').readFileSync(path)], { type: 'video/mp4' }), { name: 'film.mp4' })
const real = fetch
let refused = 0
globalThis.fetch = (url, options) => (/partNumber=2&/.test(url) && refused++ === 0 ? Promise.reject(new Error('cut')) : real(url, options))
sendDirect(file, api).then((asset) => console.log(asset.sha256, refused))
"""
    (tmp_path / "send.cjs").write_text(script)
    said = subprocess.run(["node", tmp_path / "send.cjs", tmp_path / "film.mp4", cloud.url + "/api/uploads/direct"], capture_output=True, text=True, timeout=120)
    assert said.stdout.split() == [hashlib.sha256(data).hexdigest(), "2"], said.stdout + said.stderr


def test_who_wants_to_know_is_told_of_its_end(cloud, receive):  # noqa: F811
    receiver = receive()
    data = b"\0\0\0\x20ftypisom" + bytes(5000)
    ticket = begin(cloud, data, webhook={"url": receiver.url, "secret": SECRET})
    assert requests.put(ticket["links"][0]["url"], data, headers=ticket["headers"], timeout=30).status_code == 200
    asset = complete(cloud, ticket).json()["id"]
    wait_until(lambda: receiver.types() == ["upload.completed"], 60, "the end of it")
    assert receiver.events()[0]["data"]["asset_id"] == asset
    _, headers, body = receiver.requests[0]
    assert verify(SECRET, headers, body)


def test_what_was_given_up_is_gone(cloud):
    data = b"\0\0\0\x20ftypisom" + bytes(5000)
    ticket = begin(cloud, data)
    assert requests.put(ticket["links"][0]["url"], data, headers=ticket["headers"], timeout=30).status_code == 200
    assert requests.delete(f"{cloud.url}/api/uploads/direct/{ticket['id']}", timeout=30).status_code == 204
    assert complete(cloud, ticket).status_code == 410
    assert cloud.api.get("/api/assets/usage")["reserved_bytes"] == 0
    wrong = begin(cloud, data, sha256="0" * 64)
    assert requests.put(wrong["links"][0]["url"], data, headers=wrong["headers"], timeout=30).status_code == 200
    refused = complete(cloud, wrong)
    assert refused.status_code == 422 and refused.json()["code"] == "upload.sha256"
    assert cloud.api.get("/api/assets")["assets"] == []
