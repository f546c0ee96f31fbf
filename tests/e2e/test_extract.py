"""vigil frames: pictures out of videos of every kind, good, odd and hostile. The files are made by Debian's ffmpeg."""
import hashlib
import json
import subprocess

import pytest

import requests

from conftest import VIGIL, wait_until

H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")


def ffmpeg(path, *args):
    subprocess.run(["ffmpeg", "-v", "error", "-y", *map(str, args), str(path)], check=True)
    return path


@pytest.fixture(scope="module")
def films(tmp_path_factory):
    folder = tmp_path_factory.mktemp("films")

    def make(name, *codec, seconds=6, rate=10, size="320x240", before=()):
        path = folder / name
        if not path.exists():
            ffmpeg(path, *before, "-f", "lavfi", "-i", f"testsrc2=size={size}:rate={rate}", "-t", seconds, *(codec or (*H264, "-g", "20")))
        return path

    return make


class Run:
    def __init__(self, *args, timeout=120):
        done = subprocess.run([VIGIL, "frames", *map(str, args)], capture_output=True, text=True, timeout=timeout)
        self.code, self.said = done.returncode, done.stderr.strip()
        self.summary = json.loads(done.stdout) if done.returncode == 0 else None


def extract(film, folder, *args):
    run = Run(film, "--out", folder, *args)
    assert run.code == 0, run.said
    run.frames = [json.loads(line) for line in (folder / "frames.jsonl").read_text().splitlines()]
    for frame in run.frames:
        assert (folder / frame["file"]).is_file()
    return run


def times(run):
    return [frame["time_ms"] for frame in run.frames]


def gray(path, *filters):
    """Pixels of a picture, or of one of a video, as ffmpeg sees them."""
    return subprocess.run(["ffmpeg", "-v", "error", "-i", str(path), *filters, "-frames:v", "1", "-pix_fmt", "gray", "-f", "rawvideo", "-"],
                          capture_output=True, check=True).stdout


def difference(a, b):
    assert len(a) == len(b) > 0
    return sum(abs(x - y) for x, y in zip(a[::7], b[::7])) / len(a[::7])


def test_facts_alone_cost_no_picture(films):
    run = Run(films("plain.mp4"))
    facts = run.summary["facts"]
    assert (facts["format"], facts["codec"], facts["width"], facts["height"], facts["fps"], facts["duration_ms"]) == ("mov", "h264", 320, 240, 10, 6000)
    assert facts["pictures"] == 60 and facts["bits"] == 8 and "audio" not in facts
    assert run.summary["decoded"] == 0 and run.said == ""


def test_every_cadence_takes_the_pictures_it_says(films, tmp_path):
    film = films("plain.mp4")
    assert times(extract(film, tmp_path / "fps", "--fps", 1)) == [0, 1000, 2000, 3000, 4000, 5000]
    assert times(extract(film, tmp_path / "slow", "--fps", 0.5)) == [0, 2000, 4000]
    assert times(extract(film, tmp_path / "every", "--every", 25)) == [0, 2500, 5000]
    assert times(extract(film, tmp_path / "at", "--at", "0:05.25,0,2.399,99")) == [0, 2300, 5200, 5900]
    keys = extract(film, tmp_path / "keys", "--keys")
    assert times(keys) == [0, 2000, 4000] and all(frame["key"] for frame in keys.frames)
    assert [frame["index"] for frame in keys.frames] == [0, 20, 40]


def test_only_what_is_needed_is_decoded(films, tmp_path):
    film = films("bframes.mp4", "-c:v", "libx264", "-pix_fmt", "yuv420p", "-g", "20", "-bf", "3", seconds=20)
    assert extract(film, tmp_path / "keys", "--keys").summary["decoded"] == 10
    sparse = extract(film, tmp_path / "fps", "--fps", 0.5).summary
    # The first picture of each group, and nothing behind it.
    assert sparse["packets"] == 200 and sparse["decoded"] <= 12
    assert extract(film, tmp_path / "fast", "--fps", 1).summary["decoded"] < 140
    assert extract(film, tmp_path / "at", "--at", "19").summary["decoded"] <= 25
    # Nothing behind it is even read.
    assert extract(film, tmp_path / "early", "--at", "1").summary["packets"] <= 80


CODECS = {
    "bpyramid.mp4": ("-c:v", "libx264", "-pix_fmt", "yuv420p", "-g", "25", "-bf", "4", "-x264-params", "b-pyramid=normal:scenecut=0"),
    "opengop.mkv": ("-c:v", "libx264", "-pix_fmt", "yuv420p", "-x264-params", "keyint=25:open-gop=1:bframes=3:scenecut=0"),
    "hevc.mp4": ("-c:v", "libx265", "-preset", "fast", "-pix_fmt", "yuv420p", "-x265-params", "keyint=25:bframes=4:open-gop=1:log-level=none"),
    "baseline.mp4": ("-c:v", "libx264", "-profile:v", "baseline", "-g", "300", "-pix_fmt", "yuv420p"),
    "stream.ts": ("-c:v", "libx264", "-pix_fmt", "yuv420p", "-g", "25", "-bf", "2"),
    "old.flv": ("-c:v", "flv", "-q:v", "3"),
    "mpeg2.ts": ("-c:v", "mpeg2video", "-bf", "2", "-q:v", "3"),
    "mpeg4.mp4": ("-c:v", "mpeg4", "-bf", "2", "-q:v", "3"),
    "web.webm": ("-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "1M"),
    "vp8.webm": ("-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "1M"),
    "stills.mkv": ("-c:v", "mjpeg", "-q:v", "3"),
    "interlaced.mp4": ("-c:v", "libx264", "-flags", "+ildct+ilme", "-x264-params", "tff=1", "-pix_fmt", "yuv420p", "-g", "25"),
    "tenbits.mp4": ("-c:v", "libx265", "-preset", "ultrafast", "-pix_fmt", "yuv420p10le", "-x265-params", "log-level=none"),
}


@pytest.mark.parametrize("name", CODECS)
def test_a_picture_is_the_one_a_player_shows_there(films, tmp_path, name):
    film = films(name, *CODECS[name])
    run = extract(film, tmp_path, "--fps", 1.5, "--format", "png")
    assert len(run.frames) == 9 and run.summary["problems"] == []
    for frame in run.frames[::4]:
        reference = gray(film, "-vf", rf"select=eq(n\,{frame['index']})", "-vsync", "0")
        assert difference(gray(tmp_path / frame["file"]), reference) < 2, frame
    assert run.summary["facts"]["interlaced"] == (name == "interlaced.mp4")
    assert run.summary["facts"]["bits"] == (10 if name == "tenbits.mp4" else 8)


@pytest.mark.parametrize("name", ["opengop.mkv", "stream.ts", "mpeg2.ts", "hevc.mp4"])
def test_a_picture_that_is_gone_to_is_the_same_as_one_that_is_come_by(films, tmp_path, name):
    """Times that lie far apart are gone to by the index."""
    film = films("long-" + name, *CODECS[name], seconds=70)
    every = extract(film, tmp_path / "every", "--every", 1, "--format", "png")
    gone = extract(film, tmp_path / "at", "--at", "1.04,33.15,66.66", "--format", "png")
    assert times(gone) == [1000, 33100, 66600]
    assert gone.summary["decoded"] < 200
    for frame in gone.frames:
        assert (tmp_path / "at" / frame["file"]).read_bytes() == (tmp_path / "every" / frame["file"]).read_bytes()


def test_a_second_run_makes_the_same_bytes(films, tmp_path):
    film = films("bpyramid.mp4", *CODECS["bpyramid.mp4"])
    sums = []
    for folder in (tmp_path / "a", tmp_path / "b"):
        extract(film, folder, "--fps", 2, "--thumbnails", "--sheet", "--preview")
        sums.append({p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.iterdir()})
    assert sums[0] == sums[1]
    assert {"first.jpg", "best.jpg", "sheet.jpg", "preview.mp4"} <= sums[0].keys()


def test_the_best_thumbnail_is_not_blank(tmp_path):
    film = ffmpeg(tmp_path / "fade.mp4", "-f", "lavfi", "-i", "testsrc2=size=320x240:rate=10", "-vf", "fade=in:0:50:color=black", "-t", "10", *H264, "-g", "10")
    extract(film, tmp_path / "out", "--thumbnails", "--preview", "--sheet")
    first, best = gray(tmp_path / "out/first.jpg"), gray(tmp_path / "out/best.jpg")
    assert max(first) < 20 and max(best) > 200
    probe = subprocess.run(["ffprobe", "-v", "error", "-show_entries", "stream=codec_name,width,height", "-of", "csv=p=0", tmp_path / "out/preview.mp4"],
                           capture_output=True, text=True, check=True)
    assert probe.stdout.strip() == "h264,320,240"


def test_scenes_begin_where_the_picture_changes_at_once(tmp_path):
    film = ffmpeg(tmp_path / "cuts.mp4", "-f", "lavfi", "-i", "testsrc2=size=320x240:rate=10:d=3", "-f", "lavfi", "-i", "mandelbrot=size=320x240:rate=10", "-f", "lavfi",
                  "-i", "color=white:size=320x240:rate=10:d=3", "-filter_complex", "[1]trim=duration=4[m];[0][m][2]concat=n=3:v=1", *H264, "-g", "100", "-sc_threshold", "0")
    assert times(extract(film, tmp_path / "out", "--scenes")) == [0, 3000, 7000]


def test_sides_and_quality_are_as_asked(films, tmp_path):
    film = films("plain.mp4")
    small = extract(film, tmp_path / "small", "--fps", 1, "--width", 100)
    assert {(f["width"], f["height"]) for f in small.frames} == {(100, 75)}
    rough = extract(film, tmp_path / "rough", "--fps", 1, "--quality", 10)
    fine = extract(film, tmp_path / "fine", "--fps", 1, "--quality", 95)
    assert sum(p.stat().st_size for p in (tmp_path / "rough").glob("*.jpg")) * 2 < sum(p.stat().st_size for p in (tmp_path / "fine").glob("*.jpg"))
    assert len(rough.frames) == len(fine.frames) == 6
    capped = extract(film, tmp_path / "capped", "--every", 1, "--max", 7)
    assert len(capped.frames) == 7 and "more pictures than 7" in capped.said


# --- odd files ---------------------------------------------------------------------------------------------------


def test_a_turned_video_is_upright(films, tmp_path):
    film = ffmpeg(tmp_path / "turned.mp4", "-i", films("plain.mp4"), "-c", "copy", "-metadata:s:v", "rotate=90")
    run = extract(film, tmp_path / "out", "--fps", 1)
    assert (run.summary["facts"]["width"], run.summary["facts"]["height"], run.summary["facts"]["rotation"]) in ((240, 320, 90), (240, 320, 270))
    assert {(f["width"], f["height"]) for f in run.frames} == {(240, 320)}
    assert difference(gray(tmp_path / "out" / run.frames[0]["file"]), gray(film)) < 4


def test_an_interlaced_video_has_no_combs(tmp_path):
    """Twenty fields a second, of which two are woven into each picture: it shows the moment of the first."""
    moving = ("-f", "lavfi", "-i", "color=gray:size=320x240:rate=20:d=3", "-f", "lavfi", "-i", "color=white:size=80x120:rate=20:d=3", "-filter_complex")
    whole = ffmpeg(tmp_path / "whole.mkv", *moving, r"overlay=x=mod(n*9\,240):y=60", "-c:v", "libx264", "-qp", "5", "-pix_fmt", "yuv420p")
    fields = ffmpeg(tmp_path / "fields.mp4", *moving, r"overlay=x=mod(n*9\,240):y=60,tinterlace=mode=interleave_top:flags=vlpf,setfield=tff",
                    "-c:v", "libx264", "-qp", "5", "-flags", "+ildct+ilme", "-x264-params", "tff=1", "-pix_fmt", "yuv420p")
    run = extract(fields, tmp_path / "out", "--every", "7", "--format", "png")
    assert run.summary["facts"]["interlaced"] and len(run.frames) == 5
    for frame in run.frames[1:]:
        woven = gray(fields, "-vf", rf"select=eq(n\,{frame['index']})", "-vsync", "0")
        moment = gray(whole, "-vf", rf"select=eq(n\,{2 * frame['index']})", "-vsync", "0")
        ours = gray(tmp_path / "out" / frame["file"])
        assert difference(woven, moment) > 1 and difference(ours, moment) < difference(woven, moment) / 2, frame


def test_a_variable_rate_keeps_its_times(tmp_path):
    film = ffmpeg(tmp_path / "vfr.mkv", "-f", "lavfi", "-i", "testsrc2=size=320x240:rate=10:d=6", "-vf", r"select=lt(n\,10)+gt(n\,45)+not(mod(n\,17))", "-vsync", "vfr", *H264)
    assert times(extract(film, tmp_path / "out", "--fps", 1)) == [0, 1700, 3400, 4600, 5000]


def test_one_picture_is_enough(tmp_path):
    film = ffmpeg(tmp_path / "one.mp4", "-f", "lavfi", "-i", "testsrc2=size=320x240:rate=10", "-frames:v", "1", *H264)
    run = extract(film, tmp_path / "out", "--fps", 5, "--thumbnails", "--sheet", "--preview")
    assert times(run) == [0] and len(run.summary["also"]) == 4


def test_sound_alone_is_no_video(tmp_path):
    film = ffmpeg(tmp_path / "sound.mp4", "-f", "lavfi", "-i", "sine=duration=2", "-c:a", "aac")
    run = Run(film)
    assert run.code == 1 and "There is sound in the file, but no video." in run.said


def test_a_picture_of_an_album_is_no_video(films, tmp_path):
    cover = ffmpeg(tmp_path / "cover.jpg", "-i", films("plain.mp4"), "-frames:v", "1")
    film = ffmpeg(tmp_path / "album.m4a", "-f", "lavfi", "-i", "sine=duration=2", "-i", cover, "-map", "0", "-map", "1", "-c:a", "aac", "-c:v", "copy", "-disposition:v", "attached_pic")
    run = Run(film)
    assert run.code == 1 and "no video" in run.said


def test_an_empty_file_is_called_that(tmp_path):
    (tmp_path / "empty.mp4").touch()
    assert "The file is empty." in Run(tmp_path / "empty.mp4").said


def test_four_gibibytes_of_nothing_end_soon(tmp_path):
    film = tmp_path / "sparse.mp4"
    with open(film, "wb") as file:
        file.truncate(4 << 30)
    run = Run(film, timeout=60)
    assert run.code == 1 and "not a video that can be read here" in run.said


def test_a_video_without_its_index_says_so(films, tmp_path):
    whole = films("plain.mp4").read_bytes()
    (tmp_path / "cut.mp4").write_bytes(whole[:len(whole) // 2])
    assert "has no index" in Run(tmp_path / "cut.mp4").said


def test_a_video_that_breaks_off_gives_what_is_there(films, tmp_path):
    film = films("early-index.mp4", *H264, "-g", "20", "-movflags", "+faststart", seconds=20)
    whole = film.read_bytes()
    (tmp_path / "cut.mp4").write_bytes(whole[:len(whole) * 6 // 10])
    run = extract(tmp_path / "cut.mp4", tmp_path / "out", "--fps", 1)
    assert 5 <= len(run.frames) <= 15
    assert "breaks off" in run.said and "0:00:20" in run.said


def test_a_stream_without_any_index_is_read_all_the_same(films, tmp_path):
    film = films("stream.ts", *CODECS["stream.ts"])
    whole = film.read_bytes()
    (tmp_path / "rest.ts").write_bytes(whole[188 * 40:])
    assert len(extract(tmp_path / "rest.ts", tmp_path / "out", "--fps", 1, "--sheet").frames) >= 4


def test_damage_in_the_middle_costs_what_is_damaged(films, tmp_path):
    film = films("baseline.mp4", *CODECS["baseline.mp4"])
    whole = bytearray(film.read_bytes())
    for at in range(len(whole) // 3, len(whole) // 3 + 4000, 7):
        whole[at] ^= 0x55
    (tmp_path / "damaged.mp4").write_bytes(whole)
    run = extract(tmp_path / "damaged.mp4", tmp_path / "out", "--fps", 2)
    assert len(run.frames) >= 6 and "damaged" in run.said


@pytest.mark.parametrize("name,codec", [("ffv1.mkv", ("-c:v", "ffv1")), ("png.mov", ("-c:v", "png")), ("prores.mov", ("-c:v", "prores"))])
def test_a_codec_that_is_not_taken_is_named(films, name, codec):
    run = Run(films(name, *codec, seconds=1))
    assert run.code == 1 and f"coded as {name.split('.')[0]}, which is not taken" in run.said


def test_tags_are_cleaned_and_where_it_was_recorded_is_left_out(films, tmp_path):
    """Case 57."""
    film = ffmpeg(tmp_path / "tags.mp4", "-i", films("plain.mp4"), "-c", "copy", "-metadata", "title=<b>x</b>\x07\x1b[31m" + "y" * 5000, "-metadata", "location=+52.5200+013.4050/",
                  "-metadata", "creation_time=2026-03-01T10:00:00Z", "-movflags", "use_metadata_tags")
    facts = Run(film).summary["facts"]
    assert len(facts["tags"]["title"]) <= 256 and facts["tags"]["title"].startswith("<b>x</b>")
    assert all(ord(c) >= 32 for c in facts["tags"]["title"])
    assert "52.5" not in json.dumps(facts)
    assert facts["created_at"].startswith("2026-03-01T10:00:00")
    assert "52.52" in json.dumps(Run(film, "--location").summary["facts"])


# --- as jobs of the server ------------------------------------------------------------------------------------------

CHUNK = {"Tus-Resumable": "1.0.0", "Content-Type": "application/offset+octet-stream"}


def hand_in(server, data):
    reply = requests.post(server.url + "/api/uploads", data, headers={**CHUNK, "Upload-Length": str(len(data))}, timeout=60)
    assert reply.status_code == 201, reply.text
    return reply.headers["X-Asset-Id"]


def order(server, asset, **what):
    reply = requests.post(f"{server.url}/api/assets/{asset}/jobs", json={"kind": "extract", "extract": what}, timeout=60)
    assert reply.status_code in (200, 201), reply.text
    return reply.json()["id"]


def ended(server, job):
    def look():
        state = requests.get(f"{server.url}/api/jobs/{job}", timeout=60).json()
        return state if state["state"] in ("done", "failed", "cancelled") else None
    return wait_until(look, 90, "the end of the job", every=0.3)


def test_an_upload_is_taken_apart_by_a_job(server, films, tmp_path):
    film = films("bpyramid.mp4", *CODECS["bpyramid.mp4"])
    asset = hand_in(server, film.read_bytes())
    job = order(server, asset, cadence="fps", fps=2, thumbnails=True, sheet=True)
    done = ended(server, job)
    assert done["state"] == "done", done
    assert done["result"]["pictures"] == 12 and done["result"]["video"]["codec"] == "h264" and done["result"]["problems"] == []
    outputs = requests.get(f"{server.url}/api/jobs/{job}/outputs?limit=100", timeout=60).json()["outputs"]
    frames = [output for output in outputs if output["name"].startswith("frame_")]
    assert [frame["facts"]["time_ms"] for frame in frames] == list(range(0, 6000, 500))
    # From any time on, in pages.
    page = requests.get(f"{server.url}/api/jobs/{job}/outputs?limit=2&after=frame_000002500.jpg", timeout=60).json()["outputs"]
    assert [output["facts"]["time_ms"] for output in page] == [3000, 3500]
    # The same that anybody gets by hand.
    extract(film, tmp_path, "--fps", 2, "--thumbnails", "--sheet")
    for name in (frames[7]["name"], "best.jpg", "sheet.jpg"):
        stored = requests.get(f"{server.url}/api/jobs/{job}/outputs/{name}", timeout=60)
        assert stored.status_code == 200 and stored.content == (tmp_path / name).read_bytes()


def test_an_odd_upload_fails_with_a_sentence(server, films, tmp_path):
    sound = ffmpeg(tmp_path / "sound.mp4", "-f", "lavfi", "-i", "sine=duration=2", "-c:a", "aac")
    done = ended(server, order(server, hand_in(server, sound.read_bytes())))
    assert (done["state"], done["reason"], done["attempt"]) == ("failed", "media.no_video", 1)
    assert done["detail"] == "There is sound in the file, but no video."
    cut = films("plain.mp4").read_bytes()
    done = ended(server, order(server, hand_in(server, cut[:len(cut) // 2])))
    assert done["state"] == "failed" and "has no index" in done["detail"]


def test_an_order_that_makes_no_sense_is_refused(server, films):
    """Case 48."""
    asset = hand_in(server, films("plain.mp4").read_bytes())
    for what in ({"codec": "-i"}, {"cadence": "movie=/etc/passwd"}, {"fps": 0}, {"cadence": "times"}, {"format": "tee"}, {"max_width": 3}, {"filter": "drawtext"}):
        reply = requests.post(f"{server.url}/api/assets/{asset}/jobs", json={"kind": "extract", "extract": what}, timeout=60)
        assert reply.status_code == 422, (what, reply.text)
    assert requests.post(f"{server.url}/api/assets/nobody/jobs", json={"kind": "extract"}, timeout=60).status_code == 404
