"""vigil process on files of every kind, good and bad. The files are made by Debian's ffmpeg."""
import json
import os
import pathlib
import signal
import sqlite3
import subprocess
import time

import pytest

from conftest import ROOT, VIGIL

DATA = pathlib.Path(os.environ.get("VIGIL_TEST_DATA", ROOT / "../shared/data"))


def ffmpeg(path, *args):
    subprocess.run(["ffmpeg", "-v", "error", "-y", *map(str, args), str(path)], check=True)
    return path


@pytest.fixture(scope="module")
def films(tmp_path_factory):
    folder = tmp_path_factory.mktemp("films")

    def make(name, *args, size="320x240", frames=40, source="testsrc2", codec=("-c:v", "libx264", "-g", "10", "-pix_fmt", "yuv420p")):
        return ffmpeg(folder / name, "-f", "lavfi", "-i", f"{source}=size={size}:rate=10", "-frames:v", frames, *args, *codec)

    return make


def process(*args):
    done = subprocess.run([VIGIL, "process", *map(str, args)], capture_output=True, text=True, timeout=120)
    return done, json.loads(done.stdout) if done.returncode == 0 else None


def test_a_film_gives_a_summary_and_every_file_asked_for(films, tmp_path):
    film = films("good.mp4")
    done, summary = process(film, "--model", "classic", "--save-json", tmp_path / "j", "--save-mot", tmp_path / "m", "--save-coco", tmp_path / "c",
                            "--save-video", tmp_path / "v.mp4")
    assert done.returncode == 0, done.stderr
    assert summary["frames"] == summary["analysed"] == 40
    assert summary["model"] == "classic" and summary["device"] == "cpu"
    assert summary["problems"] == [] and done.stderr == ""
    assert 0 < summary["latency_ms"]["p50"] <= summary["latency_ms"]["p95"] <= summary["latency_ms"]["p99"]
    lines = [json.loads(line) for line in (tmp_path / "j").read_text().splitlines()]
    assert [line["vigil"]["sequence"] for line in lines] == list(range(1, 41))
    assert lines[10]["timestamp"] == 10**9 and lines[0]["resolution"] == {"width": 320, "height": 240}
    coco = json.loads((tmp_path / "c").read_text())
    assert len(coco["images"]) == 40 and {"annotations", "categories"} <= coco.keys()
    assert (tmp_path / "m").exists()
    probe = subprocess.run(["ffprobe", "-v", "error", "-select_streams", "v", "-show_entries", "stream=codec_name,nb_frames", "-of", "csv=p=0",
                            tmp_path / "v.mp4"], capture_output=True, text=True, check=True)
    assert probe.stdout.strip() == "h264,40"


def test_pictures_are_left_out_as_asked(films):
    film = films("rates.mp4")
    assert process(film, "--model", "classic", "--every", 3)[1]["analysed"] == 14
    assert process(film, "--model", "classic", "--fps", 5)[1]["analysed"] == 20
    assert subprocess.run([VIGIL, "process", film, "--every", "3", "--fps", "5"], capture_output=True).returncode == 2


@pytest.mark.parametrize("name,content", [("text.mp4", b"this is no film\n" * 100), ("empty.mp4", b"")])
def test_what_is_no_film_is_refused(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    done, _ = process(tmp_path / name)
    assert done.returncode == 1 and done.stdout == ""
    assert name in done.stderr and len(done.stderr.splitlines()) == 1


def test_a_file_that_is_not_there_is_named(tmp_path):
    done, _ = process(tmp_path / "nothing.mp4")
    assert done.returncode == 1 and "nothing.mp4" in done.stderr and "No such file" in done.stderr


def test_a_file_without_video_says_so(tmp_path):
    sound = ffmpeg(tmp_path / "sound.m4a", "-f", "lavfi", "-i", "sine=duration=1")
    done, _ = process(sound)
    assert done.returncode == 1 and "no video" in done.stderr


def test_one_picture_is_a_film(films):
    done, summary = process(films("one.mp4", frames=1), "--model", "classic")
    assert done.returncode == 0, done.stderr
    assert summary["frames"] == 1


def test_a_truncated_film_is_evaluated_up_to_there(films):
    whole = films("whole.mkv").read_bytes()
    cut = films("cut.mkv")
    cut.write_bytes(whole[: len(whole) * 2 // 3])
    done, summary = process(cut, "--model", "classic")
    assert done.returncode == 0, done.stderr
    assert 10 <= summary["frames"] < 40


def test_an_mp4_without_its_index_says_so(films):
    film = films("index.mp4")
    film.write_bytes(film.read_bytes()[: film.stat().st_size // 2])
    done, _ = process(film)
    assert done.returncode == 1 and "index.mp4" in done.stderr


def test_damage_in_the_middle_is_counted_and_the_rest_goes_on(films):
    film = films("damaged.mkv")
    content = bytearray(film.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 3000] = os.urandom(3000)
    film.write_bytes(content)
    done, summary = process(film, "--model", "classic")
    assert done.returncode == 0, done.stderr
    assert summary["frames"] >= 20
    assert any("damaged" in p for p in summary["problems"]), summary
    assert "damaged" in done.stderr


def test_ten_bits_become_eight(films):
    film = films("ten.mkv", codec=("-c:v", "libx265", "-x265-params", "log-level=error", "-pix_fmt", "yuv420p10le"))
    done, summary = process(film, "--model", "classic")
    assert done.returncode == 0, done.stderr
    assert summary["frames"] == 40 and summary["problems"] == []


def test_a_film_held_upright_is_turned(films, tmp_path):
    lying = films("lying.mp4")
    upright = ffmpeg(tmp_path / "upright.mp4", "-display_rotation", "90", "-i", lying, "-c", "copy") if has_display_rotation() else turned(lying, tmp_path)
    done, _ = process(upright, "--model", "classic", "--save-json", tmp_path / "j", "--save-video", tmp_path / "v.mp4")
    assert done.returncode == 0, done.stderr
    assert json.loads((tmp_path / "j").read_text().splitlines()[0])["resolution"] == {"width": 240, "height": 320}
    probe = subprocess.run(["ffprobe", "-v", "error", "-show_entries", "stream=width,height", "-of", "csv=p=0", tmp_path / "v.mp4"],
                           capture_output=True, text=True, check=True)
    assert probe.stdout.strip() == "240,320"


def has_display_rotation():
    return "display_rotation" in subprocess.run(["ffmpeg", "-hide_banner", "-h", "full"], capture_output=True, text=True).stdout


def turned(film, tmp_path):
    """FFmpeg 5 writes a turn from this tag."""
    return ffmpeg(tmp_path / "upright.mp4", "-i", film, "-c", "copy", "-metadata:s:v:0", "rotate=90")


def test_pictures_that_change_their_size_go_on(films, tmp_path):
    parts = [films("small.ts", frames=20), films("large.ts", size="480x360", frames=20)]
    both = tmp_path / "both.ts"
    both.write_bytes(b"".join(part.read_bytes() for part in parts))
    done, summary = process(both, "--model", "classic", "--save-json", tmp_path / "j", "--save-video", tmp_path / "v.mp4")
    assert done.returncode == 0, done.stderr
    sizes = {json.loads(line)["resolution"]["width"] for line in (tmp_path / "j").read_text().splitlines()}
    assert sizes == {320, 480}
    assert "the pictures change their size" in summary["problems"]


def test_an_old_codec_is_read_because_its_owner_named_the_file(films):
    film = films("old.avi", codec=("-c:v", "msmpeg4"))
    assert process(film, "--model", "classic")[1]["frames"] == 40


def test_an_unknown_model_and_a_file_that_is_none_are_told(films, tmp_path):
    film = films("model.mp4")
    done, _ = process(film, "--model", "yolo99")
    assert done.returncode == 1 and "yolo99" in done.stderr
    (tmp_path / "m.onnx").write_text("no model")
    done, _ = process(film, "--model", tmp_path / "m.onnx")
    assert done.returncode == 1 and "m.onnx" in done.stderr


def test_a_class_that_the_model_does_not_know_is_told(films):
    done, summary = process(films("class.mp4"), "--model", "classic", "--classes", "person,unicorn")
    assert done.returncode == 0
    assert "unicorn" in done.stderr and any("unicorn" in p for p in summary["problems"])


def test_a_place_that_cannot_be_written_is_told_before_the_work(films, tmp_path):
    film = films("place.mp4")
    for option in ("--save-json", "--save-coco", "--save-video"):
        done, _ = process(film, "--model", "classic", option, tmp_path / "no/such/folder/file")
        assert done.returncode == 1 and "no/such/folder" in done.stderr, option


def test_interrupted_it_writes_what_it_has(films, tmp_path):
    film = films("long.mp4", size="1280x720", frames=600, codec=("-c:v", "mpeg4"))
    running = subprocess.Popen([VIGIL, "process", film, "--model", "classic", "--no-gate", "--save-json", tmp_path / "j"], stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and not (tmp_path / "j.part").exists():
        time.sleep(0.02)
    time.sleep(0.3)
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=20)
    assert running.returncode == 1, err
    summary = json.loads(out)
    assert 0 < summary["frames"] < 600
    assert "stopped before the end" in summary["problems"]
    assert len((tmp_path / "j").read_text().splitlines()) == summary["frames"]


def test_what_is_seen_goes_into_a_database(tmp_path):
    film = DATA / "videos/worker-zone-detection-clip.mp4"
    if not film.exists():
        pytest.skip("needs worker-zone-detection-clip.mp4 in ../shared/data/videos")
    done, summary = process(film, "--model", "classic", "--db", tmp_path / "db")
    assert done.returncode == 0, done.stderr
    with sqlite3.connect(tmp_path / "db/vigil.db") as db:
        assert db.execute("select count(*) from tracks").fetchone()[0] == summary["tracks"] == 1
    assert list((tmp_path / "db/pictures").rglob("*.jpg"))
    done, _ = process(film, "--model", "classic", "--db", "postgres://nobody:secret@127.0.0.1:1/none")
    assert done.returncode == 1 and "secret" not in done.stderr


def test_people_are_followed(tmp_path):
    film = DATA / "videos/one-by-one-person-detection.mp4"
    if not film.exists():
        pytest.skip("needs one-by-one-person-detection.mp4 in ../shared/data/videos")
    part = ffmpeg(tmp_path / "part.mp4", "-i", film, "-t", "25", "-c", "copy")
    done, summary = process(part, "--model", "classic", "--save-mot", tmp_path / "m")
    assert done.returncode == 0, done.stderr
    assert 1 <= summary["tracks"] <= 4
    assert summary["detected"] < summary["analysed"], "the empty room is not looked at again and again"
    rows = [line.split(",") for line in (tmp_path / "m").read_text().splitlines()]
    assert rows and all(len(row) == 10 and int(row[0]) >= 1 for row in rows)
