"""vigil frames, given videos that were made to do harm, or were damaged as if: a sentence, little memory, and nothing else is touched."""
import os
import random
import shutil
import struct
import subprocess

import pytest

from conftest import VIGIL
from test_extract import CODECS, H264, Run, extract, ffmpeg, films, times  # noqa: F401


def test_sound_with_numbers_that_cannot_be_is_of_unknown_numbers(tmp_path):
    # Found by damage at random: 32,791 channels.
    film = ffmpeg(tmp_path / "sound.mp4", "-f", "lavfi", "-i", "testsrc2=size=96x64:rate=10", "-f", "lavfi", "-i", "sine", "-t", 1, *H264, "-c:a", "aac")
    data = bytearray(film.read_bytes())
    entry = data.index(b"mp4a")
    data[entry:entry + 4] = b"mpsd"
    struct.pack_into(">H", data, entry + 20, 32791)
    about = data.index(b"esds")
    data[about:about + 4] = b"free"
    film.write_bytes(data)
    run = extract(film, tmp_path / "out", "--fps", 1)
    assert run.summary["facts"]["audio"]["channels"] == 0


@pytest.mark.parametrize("text", [
    "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:6,\n{victim}\n#EXT-X-ENDLIST\n",
    "#EXTM3U\n#EXTINF:6,\nfile:{victim}\n",
    "ffconcat version 1.0\nfile {name}\n",
    "ffconcat version 1.0\nfile '{victim}'\n",
    '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011"><Period><AdaptationSet><Representation><BaseURL>{victim}</BaseURL></Representation></AdaptationSet></Period></MPD>',
    "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=x\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=video 5004 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n",
])
def test_a_playlist_in_disguise_opens_nothing_else(films, tmp_path, text):
    """Cases 42 and 43."""
    victim = tmp_path / "victim.mp4"
    victim.write_bytes(films("plain.mp4").read_bytes())
    film = tmp_path / "innocent.mp4"
    film.write_text(text.format(victim=victim, name=victim.name))
    trace = tmp_path / "trace"
    done = subprocess.run(["strace", "-f", "-o", trace, "-e", "trace=openat,open,connect,socket", VIGIL, "frames", film, "--fps", "1", "--out", tmp_path / "out"],
                          capture_output=True, text=True, timeout=120) if shutil.which("strace") else None
    run = Run(film, "--fps", "1", "--out", tmp_path / "out")
    assert run.code == 1 and "not a video that can be read here" in run.said
    assert not list((tmp_path / "out").glob("*.jpg"))
    if done is not None:
        calls = trace.read_text()
        assert str(victim) not in calls and "AF_INET" not in calls


def box(kind, *parts):
    body = b"".join(parts)
    return struct.pack(">I4s", 8 + len(body), kind) + body


def test_a_table_that_lies_costs_no_memory(tmp_path):
    """Case 44: 80 million samples in 4 KiB."""
    def full(kind, *parts):
        return box(kind, b"\0\0\0\0", *parts)
    entry = box(b"avc1", b"\0" * 6 + b"\0\1" + b"\0" * 16 + struct.pack(">HH", 320, 240) + b"\0" * 50)
    many = 80_000_000
    table = box(b"stbl", full(b"stsd", struct.pack(">I", 1), entry), full(b"stts", struct.pack(">III", 1, many, 1)),
                full(b"stsc", struct.pack(">IIII", 1, 1, many, 1)), full(b"stsz", struct.pack(">II", 1, many)), full(b"stco", struct.pack(">II", 1, 48)))
    media = box(b"mdia", full(b"mdhd", struct.pack(">IIIIHH", 0, 0, 1000, many, 0, 0)), full(b"hdlr", b"\0" * 4 + b"vide" + b"\0" * 13), box(b"minf", full(b"vmhd", b"\0" * 8), table))
    film = tmp_path / "bomb.mp4"
    film.write_bytes(box(b"ftyp", b"isom\0\0\0\1isom") + box(b"moov", full(b"mvhd", b"\0" * 8 + struct.pack(">II", 1000, many) + b"\0" * 80), box(b"trak", full(b"tkhd", b"\0" * 80), media)) + box(b"mdat", b"\0" * 64))
    with open(tmp_path / "said", "w+") as said:
        child = subprocess.Popen([VIGIL, "frames", film, "--fps", "1", "--out", tmp_path / "out"], stderr=said)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    # Of itself and of the process that it started, in KiB.
    assert usage.ru_maxrss < 300 << 10 and usage.ru_utime + usage.ru_stime < 10
    assert child.returncode == 1 and "not one picture in the video" in (tmp_path / "said").read_text()


def test_pictures_of_a_hundred_megapixels_are_refused(tmp_path):
    """Case 45: the size stands in a header of a few bytes."""
    small = ffmpeg(tmp_path / "small.mkv", "-f", "lavfi", "-i", "color=black:size=64x64:rate=1:d=2", "-c:v", "mjpeg")
    data = small.read_bytes().replace(b"\xb0\x81\x40", b"\xb0\x82\x7f\xff"[:3], 1)
    jpeg = data.find(b"\xff\xc0\x00\x11\x08")
    assert jpeg > 0
    data = data[:jpeg + 5] + struct.pack(">HH", 65000, 65000) + data[jpeg + 9:]
    (tmp_path / "huge.mkv").write_bytes(data)
    run = Run(tmp_path / "huge.mkv", "--fps", "1", "--out", tmp_path / "out", timeout=60)
    assert run.code in (0, 1)
    assert not [p for p in (tmp_path / "out").glob("*.jpg") if p.stat().st_size > 1 << 20]


@pytest.mark.parametrize("name", ["-rf.mp4", "concat:a.mp4", "%05d.mp4", "a;touch x.mp4", "http:x.mp4", "$(id).mp4"])
def test_odd_names_are_names(films, tmp_path, name):
    """Cases 47 and 49."""
    film = tmp_path / name
    film.write_bytes(films("plain.mp4").read_bytes())
    assert len(extract(film, tmp_path / "out", "--keys").frames) == 3


@pytest.mark.parametrize("way", ["open", "write", "socket", "execve", "ptrace", "fork", "kill", "mmap"])
def test_there_is_no_way_out_of_the_sandbox(way):
    """Case 52."""
    done = subprocess.run([VIGIL, "extract", "--probe", way], capture_output=True, timeout=30)
    assert done.returncode == 0 or done.returncode == -31, done  # SIGSYS


def test_mutated_files_end_with_a_sentence(films, tmp_path):
    """Case 53, the small daily dose: the big one is the fuzzers'."""
    dice = random.Random(5)
    for name in ("bpyramid.mp4", "opengop.mkv", "stream.ts", "old.flv"):
        whole = films(name, *CODECS[name]).read_bytes()
        for _ in range(6):
            data = bytearray(whole)
            if dice.random() < 0.3:
                del data[dice.randrange(len(data)):]
            for _ in range(dice.randrange(1, 40)):
                if data:
                    data[dice.randrange(min(len(data), 1 << dice.randrange(6, 20)))] = dice.randrange(256)
            film = tmp_path / "mutated"
            film.write_bytes(data)
            run = Run(film, "--fps", "2", "--out", tmp_path / "out", timeout=90)
            assert run.code in (0, 1) and (run.code == 0 or len(run.said) > 30), run.said


def track(film):
    """Where its only track stands in an MP4 file, and where that of the whole table begins."""
    moov, trak = film.index(b"moov") - 4, film.index(b"trak") - 4
    return moov, trak, struct.unpack_from(">I", film, trak)[0]


def of_ten_thousand_tracks(film):
    moov, trak, size = track(film)
    whole = struct.pack(">I", struct.unpack_from(">I", film, moov)[0] + 9999 * size)
    return film[:moov] + whole + film[moov + 4:trak] + film[trak:trak + size] * 10_000 + film[trak + size:]


def paced(film, ticks, a_second):
    """Each picture is shown for so many ticks."""
    out = bytearray(film)
    struct.pack_into(">I", out, out.index(b"stts") + 16, ticks)
    struct.pack_into(">I", out, out.index(b"mdhd") + 16, a_second)
    return bytes(out)


@pytest.mark.parametrize("name,change,pictures,sentence", [
    ("pictures that last three years each", lambda film: paced(film, 0x7fffffff // 20, 1), 1, ""),
    ("all pictures at once", lambda film: paced(film, 0, 10240), 1, ""),
    ("a thousand million pictures a second", lambda film: paced(film, 1, 1_000_000_000), 1, ""),
    ("ten thousand tracks", of_ten_thousand_tracks, 0, "more memory than a video may have"),
    ("one byte", lambda film: film[:1], 0, "not a video that can be read here"),
    ("two gibibytes of index said", lambda film: film.replace(film[film.index(b"stsz") - 4:film.index(b"stsz")], b"\x7f\xff\xff\xff"), 0, "There is not one picture"),
])
def test_a_bomb_costs_little_and_ends_with_a_sentence(films, tmp_path, name, change, pictures, sentence):
    """Case 46."""
    (tmp_path / "bomb.mp4").write_bytes(change(films("short.mp4", *H264, seconds=2, size="96x64").read_bytes()))
    run = Run(tmp_path / "bomb.mp4", "--fps", 1, "--out", tmp_path / "out", timeout=60)
    assert len(list((tmp_path / "out").glob("*.jpg"))) == pictures
    assert sentence in run.said and run.code == (0 if pictures else 1), run.said


def test_a_clock_that_begins_anew_in_between_goes_on(films, tmp_path):
    """Case 46: the 33 bits of MPEG-TS are over after 95,443.7 seconds."""
    film = films("wrap.ts", *H264, "-g", "10", "-output_ts_offset", "95440", seconds=8)
    assert times(extract(film, tmp_path / "out", "--fps", 1)) == [1000 * n for n in range(8)]
