"""Everything wrong that a client can send: a problem detail with the right status, nothing lost, memory flat."""
import json
import pathlib
import struct
import zlib

import pytest

GOOD = {"id": "good", "source_type": "http_push"}


@pytest.fixture
def api(server):
    server.api.post("/api/cameras", GOOD, 201)
    yield server.api
    assert [c["id"] for c in server.api.get("/api/cameras")["cameras"]] == ["good"], "something was stored"
    assert server.process.poll() is None


@pytest.mark.parametrize("body, pointer", [
    ({"id": "x", "source_type": "telepathy"}, "/source_type"),
    ({"id": "x", "source_type": "rtsp"}, "/source_url"),
    ({"id": "x", "source_type": "rtsp", "source_url": "not a url"}, "/source_url"),
    ({"id": "x", "source_type": "rtsp", "source_url": "rtsp://"}, "/source_url"),
    ({"id": "x", "source_type": "rtsp", "source_url": "rtsp://host:99999/x"}, "/source_url"),
    ({"id": "x", "source_type": "rtsp", "source_url": "http://192.0.2.1/x"}, "/source_url"),
    ({"id": "x", "source_type": "rtsp", "source_url": "rtsp://192.0.2.1/\r\nSET x"}, "/source_url"),
    ({"id": "x", "source_type": "file", "source_url": "file:///etc/passwd"}, "/source_url"),
    ({"id": "x", "source_type": "v4l2", "source_url": "v4l2:///dev/video0"}, "/source_url"),
    ({"id": "x", "source_type": "hls", "source_url": "concat:/etc/passwd|/etc/shadow"}, "/source_url"),
    ({"id": "x", "source_type": "hls", "source_url": "exec://rm/-rf"}, "/source_url"),
    ({"id": "x", "source_type": "hls", "source_url": "file:///etc/passwd"}, "/source_url"),
    ({"id": "x", "source_type": "mjpeg", "source_url": "subfile://x/y"}, "/source_url"),
    ({"id": "x", "source_type": "snapshot", "source_url": "gopher://h/x"}, "/source_url"),
    ({"id": "x", "source_type": "http_push", "source_url": "http://192.0.2.1/"}, "/source_url"),
    ({"id": "a/b", "source_type": "http_push"}, "/id"),
    ({"id": "..", "source_type": "http_push"}, "/id"),
    ({"id": "a\u0000b", "source_type": "http_push"}, "/id"),
    ({"id": "a\nb", "source_type": "http_push"}, "/id"),
    ({"id": "x" * 65, "source_type": "http_push"}, "/id"),
    ({"id": 7, "source_type": "http_push"}, "/id"),
    ({"id": "x", "source_type": "http_push", "sorce_url": "x"}, "/sorce_url"),
    ({"id": "x", "source_type": "http_push", "version": 9}, "/version"),
    ({"id": "x", "source_type": "http_push", "motion": {"sensitivity": 101}}, "/motion/sensitivity"),
    ({"id": "x", "source_type": "http_push", "motion": {"masks": [[[0, 0], [1, 1]]]}}, "/motion/masks/0"),
])
def test_a_wrong_camera_is_refused_and_the_member_named(api, body, pointer):
    problem = api.problem(422, "POST", "/api/cameras", json=body)
    assert pointer in [e["pointer"] for e in problem["errors"]], problem


def test_an_id_that_is_taken(api):
    assert api.problem(409, "POST", "/api/cameras", json=GOOD)["code"]


@pytest.mark.parametrize("raw", [b"{", b"", b"[]]", b'{"id": "x",}', b'{"a":1,"a":2}', b"\xff\xfe", b'{"id": NaN}', b'{"id": 1e999}', b'"' + b"\\ud800" + b'"',
                                 b"[" * 100000, b'{"a":' * 5000 + b"1" + b"}" * 5000])
def test_what_is_not_json(api, raw):
    api.problem(400, "POST", "/api/cameras", data=raw, headers={"Content-Type": "application/json"})


def test_ten_megabytes_of_json_leave_memory_flat(server, api):
    def resident():
        return int(next(line.split()[1] for line in pathlib.Path(f"/proc/{server.process.pid}/status").read_text().splitlines() if line.startswith("VmRSS")))
    before = resident()
    for _ in range(5):
        api.problem(413, "POST", "/api/cameras", data=json.dumps({"id": "x" * 10_000_000}), headers={"Content-Type": "application/json"})
    assert resident() - before < 20_000


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "multipart/form-data; boundary=x", ""])
def test_the_wrong_content_type(api, kind):
    api.problem(415, "POST", "/api/cameras", data=json.dumps(GOOD | {"id": "y"}).encode(), headers={"Content-Type": kind})


def test_a_content_encoding_is_not_taken(api):
    api.problem(415, "POST", "/api/cameras", data=zlib.compress(b"{}"), headers={"Content-Type": "application/json", "Content-Encoding": "deflate"})


def png(width, height):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")


@pytest.mark.parametrize("picture, status", [
    (b"", 422), (b"hello", 415), (b"GIF89a" + b"\0" * 100, 415), (b"<svg xmlns='http://www.w3.org/2000/svg'/>", 415),
    (b"\xff\xd8\xff", 422), (png(15000, 15000), 422), (png(0, 10), 422), (b"\xff\xd8" + b"\0" * (21 << 20), 413),
], ids=["empty", "text", "gif", "svg", "cut jpeg", "15000 png", "0 png", "21 MiB"])
def test_a_push_that_is_no_picture(api, picture, status):
    api.problem(status, "POST", "/api/ingest/push/good", files={"frame_file": ("f.jpg", picture)})


def test_a_corrupt_jpeg_does_no_harm(server, api, jpeg):
    whole = bytearray(jpeg(320, 240))
    for at in range(len(whole) // 2, len(whole) - 10):
        whole[at] ^= 0x5a
    api.call("POST", "/api/ingest/push/good", files={"frame_file": ("f.jpg", bytes(whole))})
    api.call("GET", "/api/cameras/good/frame/latest")
    api.call("POST", "/api/ingest/push/good", files={"frame_file": ("f.jpg", jpeg(320, 240))})
    assert api.get("/api/cameras/good/frame/latest").headers["X-Frame-Live"] == "true"


@pytest.mark.parametrize("fields", [{"timestamp": "yesterday"}, {"timestamp": "nan"}, {"timestamp": "1e300"}, {"timestamp": "-5"}, {"surprise": "1"}])
def test_a_push_with_wrong_fields(api, jpeg, fields):
    api.problem(422, "POST", "/api/ingest/push/good", files={"frame_file": ("f.jpg", jpeg())}, data=fields)


@pytest.mark.parametrize("body, header", [
    (b"no boundary at all", "multipart/form-data"),
    (b"--x\r\n", "multipart/form-data; boundary=x"),
    (b"--x\r\nContent-Disposition: form-data; name=\"frame_file\"\r\n\r\nunfinished", "multipart/form-data; boundary=x"),
    (b"--y\r\n\r\n--y--", "multipart/form-data; boundary=x"),
])
def test_a_broken_multipart(api, body, header):
    response = api.call("POST", "/api/ingest/push/good", data=body, headers={"Content-Type": header})
    assert response.status_code in (400, 422) and response.headers["Content-Type"].startswith("application/problem+json")


def test_pushing_where_nobody_is(api, jpeg):
    api.problem(404, "POST", "/api/ingest/push/nobody", files={"frame_file": ("f.jpg", jpeg())})


@pytest.mark.parametrize("path", ["/api/cameras/..%2f..%2fetc%2fpasswd", "/api/cameras/%00", "/api/cameras/a%0ab/frame/latest", "/api/nothing", "/..%2f..%2fetc/passwd",
                                  "/%2e%2e/%2e%2e/etc/passwd"])
def test_paths_that_lead_nowhere(api, path):
    response = api.session.get(api.base + path)
    assert response.status_code in (400, 404, 422) and b"root:" not in response.content


@pytest.mark.parametrize("query", ["page_size=0", "page_size=-1", "page_size=1000000000", "page_size=x", "cursor=AAAA", "surprise=1"])
def test_wrong_list_parameters(api, query):
    assert api.call("GET", f"/api/cameras?{query}").status_code in (400, 422)


@pytest.mark.parametrize("query", ["width=-1", "width=0", "quality=0", "quality=101", "width=1e9", "height=abc"])
def test_wrong_picture_parameters(api, query):
    assert api.call("GET", f"/api/cameras/good/frame/latest?{query}").status_code in (400, 422)


def test_other_sites_may_not_write(api):
    api.problem(403, "POST", "/api/cameras", json=GOOD | {"id": "evil"}, headers={"Origin": "https://evil.example"})
    api.problem(403, "POST", "/api/cameras", json=GOOD | {"id": "evil"}, headers={"Host": "evil.example"})
