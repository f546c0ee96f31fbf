"""What becomes of a file that was handed in: it is opened, says what it is or why it cannot be used, and gives pictures. The odd files are
made by Debian's ffmpeg; the numbers are those of the catalogue of faults."""
import json
import pathlib
import random
import subprocess

import pytest
import requests

from conftest import wait_until
from mutation import children_of, mutated

H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")
CHUNK = {"Tus-Resumable": "1.0.0", "Content-Type": "application/offset+octet-stream"}


def ffmpeg(path, *args):
    subprocess.run(["ffmpeg", "-v", "error", "-y", *map(str, args), str(path)], check=True)
    return path


@pytest.fixture(scope="module")
def films(tmp_path_factory):
    folder = tmp_path_factory.mktemp("films")

    def make(name, *codec, seconds=6, rate=10, size="320x240", more=()):
        path = folder / name
        if not path.exists():
            ffmpeg(path, "-f", "lavfi", "-i", f"testsrc2=size={size}:rate={rate}", *more, "-t", seconds, *(codec or (*H264, "-g", "20")))
        return path

    return make


def hand_in(server, data, name="film.mp4"):
    """The asset as it is once somebody has looked at it."""
    data = data.read_bytes() if isinstance(data, pathlib.Path) else data
    reply = requests.post(server.url + "/api/uploads", data, headers={**CHUNK, "Upload-Length": str(len(data))}, timeout=120)
    assert reply.status_code == 201, reply.text
    return looked_at(server, reply.headers["X-Asset-Id"])


def looked_at(server, asset):
    def over():
        jobs = server.api.get(f"/api/jobs?kind=probe&asset={asset}")["jobs"]
        return jobs[0] if jobs and jobs[0]["state"] in ("done", "failed") else None
    job = wait_until(over, 120, "the look at the file")
    found = server.api.get(f"/api/assets/{asset}")
    assert (job["state"] == "failed") == (found["fault"] is not None), (job, found)
    if found["fault"] is not None:
        assert (job["reason"], job["detail"]) == (found["fault"]["code"], found["fault"]["detail"])
    return found


def frame(server, asset, t, **more):
    return requests.get(f"{server.url}/api/assets/{asset['id']}/frame", params={"t": t, **more}, timeout=120)


def test_a_file_says_what_it_is_and_has_a_thumbnail(server, films):
    film = films("sound.mp4", *H264, "-c:a", "aac", "-metadata", "title=Back door", "-metadata", "creation_time=2026-03-01T10:00:00Z", "-metadata", "location=+52.52+13.40/", rate=25,
                 more=("-f", "lavfi", "-i", "sine=sample_rate=48000"))
    asset = hand_in(server, film)
    video = asset["video"]
    assert (video["format"], video["codec"], video["width"], video["height"], video["fps"], video["rotation"]) == ("mov", "h264", 320, 240, 25, 0)
    assert abs(video["duration_ms"] - 6000) < 50 and video["audio"]["codec"] == "aac" and video["audio"]["sample_rate"] == 48000
    assert video["created_at"].startswith("2026-03-01T10:00:00") and video["tags"]["title"] == "Back door"
    assert "52.52" not in json.dumps(asset)
    picture = requests.get(server.url + asset["thumbnail"], timeout=10)
    assert picture.status_code == 200 and picture.content[:3] == b"\xff\xd8\xff"
    assert requests.get(server.url + asset["thumbnail"], headers={"If-None-Match": picture.headers["ETag"]}, timeout=10).status_code == 304


def test_a_picture_at_a_time_is_the_one_a_player_shows(server, films, tmp_path):
    film = films("plain.mp4")
    asset = hand_in(server, film)
    picture = frame(server, asset, 2.55)
    assert picture.status_code == 200 and picture.headers["X-Frame-Time"] == "2.500"
    (tmp_path / "ours.jpg").write_bytes(picture.content)

    def gray(path, *filters):
        return subprocess.run(["ffmpeg", "-v", "error", "-i", str(path), *filters, "-frames:v", "1", "-pix_fmt", "gray", "-f", "rawvideo", "-"], capture_output=True, check=True).stdout
    ours, theirs = gray(tmp_path / "ours.jpg"), gray(film, "-vf", r"select=eq(n\,25)", "-vsync", "0")
    assert len(ours) == len(theirs) and sum(abs(a - b) for a, b in zip(ours[::7], theirs[::7])) / len(ours[::7]) < 3
    (tmp_path / "small.jpg").write_bytes(frame(server, asset, 2.55, width=100).content)
    assert len(gray(tmp_path / "small.jpg")) == 100 * 75
    assert frame(server, asset, 2.55).content == picture.content
    for beyond in (6, 6.5, 100_000):
        reply = frame(server, asset, beyond)
        assert reply.status_code == 404 and reply.json()["code"] == "frame.beyond_end", reply.text
    for wrong in (-1, "nan", "1e99", ""):
        assert frame(server, asset, wrong).status_code == 400


# What is in the file, and what is said of it: a part of the facts, or of the sentence.
def odd_files(films, folder):
    whole = films("plain.mp4").read_bytes()
    early = films("early.mp4", *H264, "-g", "20", "-movflags", "+faststart", seconds=20).read_bytes()
    stream = films("stream.ts", *H264, "-g", "25").read_bytes()
    turned = ffmpeg(folder / "turned.mp4", "-i", films("plain.mp4"), "-c", "copy", "-metadata:s:v", "rotate=90")
    return {
        "sound alone": (ffmpeg(folder / "sound.mp4", "-f", "lavfi", "-i", "sine=duration=2", "-c:a", "aac"), "There is sound in the file, but no video."),
        "no track at all": (b"\0\0\0\x20ftypisom\0\0\2\0isomiso2avc1mp41" + b"\0\0\0\x08free" + b"\0\0\0\x10mdat" + bytes(8), "has no index"),
        "one picture": (ffmpeg(folder / "one.mp4", "-f", "lavfi", "-i", "testsrc2=size=320x240:rate=10", "-frames:v", "1", *H264), {"codec": "h264"}),
        "variable rate": (ffmpeg(folder / "vfr.mkv", "-f", "lavfi", "-i", "testsrc2=size=320x240:rate=10:d=6", "-vf", r"select=lt(n\,10)+gt(n\,45)", "-vsync", "vfr", *H264), {"codec": "h264", "format": "matroska"}),
        "turned": (turned, {"width": 240, "height": 320}),
        "ten bits": (films("ten.mp4", "-c:v", "libx265", "-preset", "ultrafast", "-pix_fmt", "yuv420p10le", "-x265-params", "log-level=none"), {"codec": "hevc", "bits": 10}),
        "interlaced": (films("fields.mp4", "-c:v", "libx264", "-preset", "ultrafast", "-flags", "+ildct+ilme", "-x264-params", "tff=1", "-pix_fmt", "yuv420p"), {"interlaced": True}),
        "without its index": (whole[:len(whole) // 2], "has no index"),
        "index before, cut off": (early[:len(early) * 6 // 10], {"codec": "h264", "duration_ms": 20000}),
        # As a copy of a recording that still goes on: it ends anywhere in a packet.
        "still growing": (stream[:len(stream) * 2 // 3 + 77], {"format": "mpegts"}),
        "begins in the middle": (stream[188 * 40:], {"format": "mpegts"}),
        "a codec that is not taken": (films("ffv1.mkv", "-c:v", "ffv1", seconds=1), "coded as ffv1, which is not taken"),
    }


def test_odd_files_have_the_right_state_and_a_sentence(server, films, tmp_path):
    files = odd_files(films, tmp_path)
    for name, (data, expected) in files.items():
        asset = hand_in(server, data)
        if isinstance(expected, str):
            assert expected in asset["fault"]["detail"], (name, asset)
            assert asset["thumbnail"] is None, name
            reply = frame(server, asset, 0)
            assert reply.status_code == 422 and expected in reply.json()["detail"], (name, reply.text)
            refused = requests.post(f"{server.url}/api/assets/{asset['id']}/jobs", json={"kind": "extract"}, timeout=10)
            assert refused.status_code == 422 and expected in refused.json()["detail"], name
        else:
            assert asset["fault"] is None, (name, asset)
            assert expected.items() <= asset["video"].items(), (name, asset)
            assert asset["thumbnail"] is not None, name
            reply = frame(server, asset, 0)
            assert reply.status_code == 200 and reply.content[:3] == b"\xff\xd8\xff", (name, reply.text)
    # What breaks off has pictures up to there, and none behind.
    cut = hand_in(server, files["index before, cut off"][0])
    assert frame(server, cut, 2).status_code == 200
    beyond = frame(server, cut, 19)
    assert beyond.status_code == 404 and "the file is not complete" in beyond.json()["detail"], beyond.text


@pytest.mark.parametrize("data,code", [
    (b"", "upload.empty"),
    (b"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:6,\nfile:///etc/passwd\n" + b"#" * 5000, "upload.kind"),
    (b"ffconcat version 1.0\nfile '/etc/passwd'\n" + b"#" * 5000, "upload.kind"),
])
def test_what_is_no_video_by_its_first_bytes_is_not_even_taken(server, data, code):
    """42, 43: nothing, and playlists that are called video."""
    begun = requests.post(server.url + "/api/uploads", headers={"Tus-Resumable": "1.0.0", "Upload-Length": str(len(data))}, timeout=10)
    reply = begun
    if begun.status_code == 201:
        reply = requests.patch(server.url + begun.headers["Location"], data, headers={**CHUNK, "Upload-Offset": "0"}, timeout=10)
    assert reply.status_code in (415, 422) and reply.json()["code"] == code, reply.text
    assert server.api.get("/api/assets")["assets"] == []


def test_four_gibibytes_of_nothing_are_looked_at_soon(server):
    """Where it lies is a hole of 4 GiB: nobody reads through it to say that there is nothing. (Put there behind the server's back: it came as a
    file of a few bytes.)"""
    asset = hand_in(server, b"\0\0\0\x20ftypisom\0\0\2\0isomiso2avc1mp41" + bytes(1000))
    blob = server.data / "blobs/originals" / asset["id"]
    with open(blob, "r+b") as file:
        file.truncate(4 << 30)
    again = requests.post(f"{server.url}/api/assets/{asset['id']}/jobs", json={"kind": "probe"}, timeout=10).json()
    wait_until(lambda: server.api.get(f"/api/jobs/{again['id']}")["state"] == "failed", 60, "the end of it")
    fault = server.api.get(f"/api/assets/{asset['id']}")["fault"]
    assert fault["code"].startswith("media."), fault


def test_a_video_that_is_too_long_is_kept_but_not_worked_on(make_server, films):
    server = make_server("--uploads-max-duration", "5s")
    asset = hand_in(server, films("plain.mp4"))
    assert asset["fault"] == {"code": "media.too_long", "detail": "The video takes 0:00:06, and 0:00:05 is the most that is taken."}
    assert asset["video"]["duration_ms"] == 6000
    assert server.api.get("/api/assets/usage")["max_duration_s"] == 5
    server.stop()
    again = make_server(data=server.data)
    requests.post(f"{again.url}/api/assets/{asset['id']}/jobs", json={"kind": "probe"}, timeout=10).raise_for_status()
    asset = wait_until(lambda: (a := again.api.get(f"/api/assets/{asset['id']}"))["fault"] is None and a, 60, "the second look")
    assert asset["thumbnail"] is not None


def test_mutated_files_come_to_an_end(make_server, films):
    """53, a small one: the API lives, every job ends, no child and no file is left over. bench/mutate.py has the large one."""
    server = make_server()
    chance = random.Random(53)
    small = {name: films(name, *codec, seconds=1, size="96x64").read_bytes() for name, codec in
             {"tiny.mp4": H264, "tiny.mkv": H264, "tiny.ts": H264, "tiny.webm": ("-c:v", "libvpx", "-deadline", "realtime"), "tiny.flv": ("-c:v", "flv")}.items()}
    handed = set()
    for i in range(60):
        data = mutated(small[sorted(small)[i % len(small)]], chance)
        reply = requests.post(server.url + "/api/uploads", data, headers={**CHUNK, "Upload-Length": str(len(data))}, timeout=60)
        assert reply.status_code in (201, 415), reply.text
        if reply.status_code == 201:
            handed.add(reply.headers["X-Asset-Id"])
    assert len(handed) > 40
    jobs = wait_until(lambda: (j := server.api.get("/api/jobs?kind=probe&limit=200")["jobs"]) and all(x["state"] in ("done", "failed") for x in j) and j, 240, "all jobs", every=0.5)
    assert {job["asset_id"] for job in jobs} == handed
    states = [job["state"] for job in jobs]
    # Both happen, or the mutations are none.
    assert states.count("done") > 3 and states.count("failed") > 3, states
    for job in jobs:
        assert job["state"] == "done" or len(job["detail"]) > 20, job
    assert server.api.get("/api/assets?limit=1")
    wait_until(lambda: not children_of(server.process.pid), 30, "the children's end")
    assert not list((server.data / "uploads").iterdir()) and not list((server.data / "scratch").glob("*"))
