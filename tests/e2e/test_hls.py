"""HLS, checked by players that are not ours: ffprobe and ffmpeg; and by what RFC 8216 and its second edition ask for."""
import re
import subprocess
import threading

import pytest

from conftest import QUICK, wait_until

TAG = re.compile(r'^#(EXT[A-Z0-9-]+)(?::(.*))?$')


class Playlist:
    """A media playlist as a player reads it."""

    def __init__(self, text):
        self.text = text
        lines = text.splitlines()
        assert lines[0] == "#EXTM3U"
        self.tags, self.segments, self.parts, self.hint, self.maps, self.reports = {}, [], [], None, [], []
        self.discontinuities = 0
        duration = None
        for line in lines[1:]:
            match = TAG.match(line)
            if not match:
                assert not line.startswith("#")
                self.segments.append((line, duration))
                continue
            name, value = match.groups()
            if name == "EXTINF":
                duration = float(value.rstrip(","))
            elif name == "EXT-X-PART":
                self.parts.append((attribute(value, "URI"), float(attribute(value, "DURATION")), len(self.segments)))
            elif name == "EXT-X-PRELOAD-HINT":
                self.hint = attribute(value, "URI")
            elif name == "EXT-X-MAP":
                self.maps.append(attribute(value, "URI"))
            elif name == "EXT-X-DISCONTINUITY":
                self.discontinuities += 1
            elif name == "EXT-X-RENDITION-REPORT":
                self.reports.append(value)
            else:
                self.tags.setdefault(name, value)
        self.first = int(self.tags["EXT-X-MEDIA-SEQUENCE"])
        self.next = self.first + len(self.segments) + int(attribute(self.tags.get("EXT-X-SKIP", "SKIPPED-SEGMENTS=0"), "SKIPPED-SEGMENTS"))
        self.open_parts = len([part for part in self.parts if part[2] == len(self.segments)])


def attribute(text, name):
    return re.search(rf'{name}="?([^",]*)"?', text).group(1)


def get_playlist(server, query="", stream="main", camera="hall"):
    reply = wait_until(lambda: (r := server.api.call("GET", f"/hls/{camera}/{stream}/index.m3u8{query}")).status_code != 503 and r, 20, "a playlist")
    assert reply.status_code == 200, reply.text
    assert reply.headers["Content-Type"] == "application/vnd.apple.mpegurl"
    return Playlist(reply.text)


@pytest.fixture
def hall(make_sim, server):
    sim = make_sim("--width", 320, "--height", 240, "--fps", 25)
    server.api.post("/api/cameras", {"id": "hall", "source_type": "rtsp", "source_url": sim.url(1)}, 201)
    server.wait_state("hall", "connected")
    server.sim = sim
    return server


def run(*args, timeout=60):
    return subprocess.run([str(a) for a in args], capture_output=True, text=True, timeout=timeout)


def test_ffprobe_and_ffmpeg_play_it_without_a_complaint(hall):
    url = f"{hall.url}/hls/hall/index.m3u8"
    probe = run("ffprobe", "-v", "error", "-show_entries", "stream=codec_name,width,height,codec_tag_string", "-of", "csv=p=0", url)
    assert probe.returncode == 0 and not probe.stderr, probe.stderr
    assert probe.stdout.split("\n")[0] == "h264,avc1,320,240"
    played = run("ffmpeg", "-v", "warning", "-xerror", "-err_detect", "explode", "-i", url, "-t", 4, "-an", "-f", "null", "-progress", "-", "-")
    assert played.returncode == 0 and "rror" not in played.stderr, played.stderr
    frames = max(int(n) for n in re.findall(r"^frame=(\d+)", played.stdout, re.M))
    assert frames >= 90


def test_the_multivariant_playlist_names_what_a_player_must_know(hall):
    reply = hall.api.call("GET", "/hls/hall/index.m3u8")
    assert reply.status_code == 200
    info, address = reply.text.splitlines()[2:4]
    assert address == "main/index.m3u8"
    assert re.match(r'avc1\.[0-9a-f]{6}$', attribute(info, "CODECS"))
    assert attribute(info, "RESOLUTION") == "320x240"
    assert int(attribute(info, "BANDWIDTH")) > 1000


def test_a_playlist_keeps_the_rules_of_low_latency(hall):
    get_playlist(hall)
    playlist = wait_until(lambda: (p := get_playlist(hall)).open_parts and len(p.segments) >= 3 and p, 20, "a few segments")
    assert playlist.tags["EXT-X-VERSION"] == "9"
    control = playlist.tags["EXT-X-SERVER-CONTROL"]
    target, part = int(playlist.tags["EXT-X-TARGETDURATION"]), float(attribute(playlist.tags["EXT-X-PART-INF"], "PART-TARGET"))
    assert "CAN-BLOCK-RELOAD=YES" in control and float(attribute(control, "PART-HOLD-BACK")) >= 2 * part
    assert int(attribute(control, "CAN-SKIP-UNTIL")) >= 6 * target
    assert all(round(duration) <= target for _, duration in playlist.segments)
    by_segment = {}
    for _, duration, segment in playlist.parts:
        by_segment.setdefault(segment, []).append(duration)
    # The last part of a segment may be short; others only where pictures come unevenly, as from a simulator on a busy machine.
    inner = [d for durations in by_segment.values() for d in durations[:-1]]
    assert sum(d < 0.85 * part for d in inner) <= len(inner) / 4, inner
    for segment, durations in by_segment.items():
        assert all(d <= part + 1e-4 for d in durations)
        if segment < len(playlist.segments):
            assert sum(durations) == pytest.approx(playlist.segments[segment][1], abs=1e-3)
    assert playlist.hint and playlist.maps and "EXT-X-PROGRAM-DATE-TIME" in playlist.tags
    # A segment is its parts, byte for byte.
    last = len(playlist.segments) - 1
    whole = hall.api.call("GET", f"/hls/hall/main/{playlist.segments[last][0]}").content
    assert whole and whole == b"".join(hall.api.call("GET", f"/hls/hall/main/{uri}").content for uri, _, segment in playlist.parts if segment == last)


def test_reloading_blocks_until_what_was_asked_for_is_there(hall):
    now = get_playlist(hall)
    for _ in range(8):
        playlist = get_playlist(hall, f"?_HLS_msn={now.next}&_HLS_part={now.open_parts}")
        assert (playlist.next, playlist.open_parts) > (now.next, now.open_parts)
        assert (playlist.next, playlist.open_parts) <= (now.next + 1, 9)
        now = playlist
    whole = get_playlist(hall, f"?_HLS_msn={now.next}")
    assert whole.next == now.next + 1
    # What is hinted at is waited for, and is then in the playlist.
    hint = whole.hint
    part = hall.api.call("GET", f"/hls/hall/main/{hint}")
    assert part.status_code == 200 and part.content[4:8] == b"moof"
    assert hint in [uri for uri, _, _ in get_playlist(hall).parts]


def test_a_delta_update_and_the_full_playlist_say_the_same(hall):
    get_playlist(hall)
    wait_until(lambda: len(get_playlist(hall).segments) >= 10, 30, "a long playlist", every=0.5)
    for _ in range(10):
        now = get_playlist(hall)
        query = f"?_HLS_msn={now.next}&_HLS_part={now.open_parts}"
        replies = {}

        def ask(name, more):
            replies[name] = Playlist(hall.api.call("GET", f"/hls/hall/main/index.m3u8{query}{more}").text)
        threads = [threading.Thread(target=ask, args=args) for args in (("full", ""), ("delta", "&_HLS_skip=YES"))]
        [thread.start() for thread in threads]
        [thread.join() for thread in threads]
        full, delta = replies["full"], replies["delta"]
        if (full.next, full.open_parts) == (delta.next, delta.open_parts):
            break
    skipped = int(attribute(delta.tags["EXT-X-SKIP"], "SKIPPED-SEGMENTS"))
    assert skipped >= 1 and delta.first == full.first
    assert full.segments[skipped:] == delta.segments
    assert full.text.endswith(delta.text.split("\n", delta.text[:delta.text.index("#EXT-X-SKIP")].count("\n") + 1)[-1])


def test_old_players_get_whole_segments(hall):
    playlist = get_playlist(hall, "?low_latency=false")
    assert not playlist.parts and playlist.hint is None and "EXT-X-SERVER-CONTROL" not in playlist.tags
    assert playlist.segments


def test_caches_are_told_what_may_be_kept(hall):
    get_playlist(hall)
    first = hall.api.call("GET", "/hls/hall/main/index.m3u8")
    assert first.headers["Cache-Control"] == "private, no-cache"
    playlist = Playlist(first.text)
    same = hall.api.call("GET", "/hls/hall/main/index.m3u8", headers={"If-None-Match": first.headers["ETag"]})
    assert same.status_code in (200, 304)  # a new part may have come
    segment = hall.api.call("GET", f"/hls/hall/main/{playlist.segments[-1][0]}")
    assert "immutable" in segment.headers["Cache-Control"] and segment.headers["Content-Type"] == "video/mp4"
    again = hall.api.call("GET", f"/hls/hall/main/{playlist.segments[-1][0]}", headers={"If-None-Match": segment.headers["ETag"]})
    assert again.status_code == 304 and not again.content


def test_what_is_absurd_gets_the_right_status(hall):
    playlist = get_playlist(hall)
    problem = hall.api.problem
    for query in ("_HLS_msn=-1", "_HLS_msn=abc", "_HLS_msn=99999999999999999999999", f"_HLS_msn={playlist.next + 100}", "_HLS_part=1",
                  f"_HLS_msn={playlist.next}&_HLS_part=99999", "_HLS_msn=9223372036854775807", "_HLS_skip=maybe", "colour=red", "_HLS_msn=1&_HLS_msn=2"):
        problem(400, "GET", f"/hls/hall/main/index.m3u8?{query}")
    run_name = playlist.segments[-1][0].split("-")[0]
    for name in ("..%2f..%2fetc%2fpasswd", "%2e%2e", "passwd", f"{run_name}-999999.m4s", f"{run_name}-{playlist.next + 5}.0.m4s", f"{run_name}-0.99.m4s",
                 "00000000-0.m4s", f"{run_name}-init99.mp4", f"{run_name}-1.mp4", f"{run_name}-01.m4s", "index.m3u8.bak", "%00", "a" * 500):
        body = problem(404, "GET", f"/hls/hall/main/{name}")
        assert "/" not in body["detail"].replace("/api/openapi.json", "")
    for path in ("/hls/nobody/index.m3u8", "/hls/nobody/main/index.m3u8", "/hls/hall/other/index.m3u8", "/hls/hall/..%2fmain/index.m3u8", "/hls/hall", "/hls",
                 "/hls/%2e%2e/main/index.m3u8", "/hls/hall/main/sub/index.m3u8"):
        problem(404, "GET", path)
    hall.api.problem(405, "POST", "/hls/hall/index.m3u8", json={})


def test_a_camera_that_is_off_or_has_another_codec_says_so(hall, jpeg):
    hall.api.post("/api/cameras", {"id": "push", "source_type": "http_push"}, 201)
    hall.api.post("/api/ingest/push/push", None, 202, data=jpeg(), headers={"Content-Type": "image/jpeg"})
    assert hall.api.problem(409, "GET", "/hls/push/index.m3u8")["code"] == "live.codec"
    assert hall.api.problem(409, "GET", "/hls/push/main/index.m3u8")["code"] == "live.codec"
    hall.api.post("/api/cameras/hall/stop", None, 200)
    assert hall.api.problem(409, "GET", "/hls/hall/index.m3u8")["code"] == "camera.disabled"


def test_other_parameters_in_the_middle_are_a_discontinuity_and_the_reader_goes_on(hall):
    before = get_playlist(hall)
    recording = subprocess.Popen(["ffmpeg", "-v", "error", "-i", f"{hall.url}/hls/hall/index.m3u8", "-t", "8", "-an", "-f", "null", "-progress", "-", "-"],
                                 stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    wait_until(lambda: get_playlist(hall).next > before.next + 1, 20, "a segment more")
    hall.sim.command("fault cam1 params-change")
    changed = wait_until(lambda: (p := get_playlist(hall)).discontinuities and len(p.maps) >= 2 and p, 30, "a discontinuity")
    inits = [hall.api.call("GET", f"/hls/hall/main/{uri}").content for uri in changed.maps[-2:]]
    assert inits[0] != inits[1] and all(init[4:8] == b"ftyp" for init in inits)
    out, error = recording.communicate(timeout=60)
    assert recording.returncode == 0, error
    assert max(int(n) for n in re.findall(r"^frame=(\d+)", out, re.M)) >= 150, error


def test_both_streams_of_a_camera_are_offered(make_sim, server):
    sim = make_sim("--width", 640, "--height", 360)
    server.api.post("/api/cameras", {"id": "hall", "source_type": "rtsp", "source_url": sim.url(1), "roles": ["live", "recording"],
                                     "streams": [{"name": "sub", "source_url": sim.url(1, sub=True), "roles": ["analysis"]}]}, 201)
    server.wait_state("hall", "connected")
    text = wait_until(lambda: (r := server.api.call("GET", "/hls/hall/index.m3u8")).status_code == 200 and r.text.count("#EXT-X-STREAM-INF") == 2 and r.text,
                      20, "both streams")
    assert [line for line in text.splitlines() if not line.startswith("#")] == ["main/index.m3u8", "sub/index.m3u8"]
    get_playlist(server, stream="sub")
    playlist = wait_until(lambda: (p := get_playlist(server, stream="main")).reports and p, 20, "a report of the other")
    assert "../sub/index.m3u8" in playlist.reports[0] and "LAST-MSN" in playlist.reports[0]


@pytest.fixture
def owned(make_sim, make_server):
    server = make_server(*QUICK, auth="required")
    token = server.setup_link().group(1)
    signed = server.api.post("/api/setup", {"token": token, "name": "anna", "password": "a long enough phrase"}, 201)
    sim = make_sim("--width", 320, "--height", 240)
    server.sign_in = {"Authorization": "Bearer " + signed["access_token"]}
    for name in ("hall", "yard"):
        server.api.post("/api/cameras", {"id": name, "source_type": "rtsp", "source_url": sim.url(1)}, 201, headers=server.sign_in)
    return server


def test_nobody_watches_without_a_sign_in_or_a_ticket(owned):
    paths = ("/hls/hall/index.m3u8", "/hls/hall/main/index.m3u8", "/hls/hall/main/01234567-0.m4s", "/api/cameras/hall/live", "/api/cameras/hall/mse")
    for path in paths:
        assert owned.api.problem(401, "GET", path)["code"] == "auth.missing"
    for path in paths[:3]:
        assert owned.api.problem(401, "GET", path + "?ticket=abc.def")["code"] == "auth.ticket"
    made = owned.api.post("/api/cameras/hall/ticket", {}, 201, headers=owned.sign_in)
    reply = wait_until(lambda: (r := owned.api.call("GET", made["urls"]["hls"])).status_code == 200 and r, 20, "a playlist")
    child = reply.text.splitlines()[-1]
    assert child == f"main/index.m3u8?ticket={made['ticket']}"
    media = wait_until(lambda: (r := owned.api.call("GET", f"/hls/hall/{child}")).status_code == 200 and r, 20, "a media playlist")
    playlist = Playlist(media.text)
    assert all(uri.endswith(f"?ticket={made['ticket']}") for uri in [playlist.hint, *playlist.maps, *(uri for uri, _ in playlist.segments)])
    assert owned.api.call("GET", f"/hls/hall/main/{playlist.segments[-1][0]}").status_code == 200
    played = run("ffmpeg", "-v", "error", "-i", owned.url + made["urls"]["hls"], "-t", 2, "-an", "-f", "null", "-")
    assert played.returncode == 0, played.stderr
    # It is for one camera, and for looking only.
    assert owned.api.problem(403, "GET", f"/hls/yard/index.m3u8?ticket={made['ticket']}")["code"] == "auth.ticket_camera"
    owned.api.problem(401, "GET", f"/api/cameras/hall?ticket={made['ticket']}")
    owned.api.problem(401, "POST", f"/api/cameras/hall/stop?ticket={made['ticket']}", json={})
    assert made["ticket"] not in owned.log


def test_a_ticket_ends_with_its_time_and_with_the_sign_in(owned):
    short = owned.api.post("/api/cameras/hall/ticket", {"lifetime": 10}, 201, headers=owned.sign_in)
    long = owned.api.post("/api/cameras/hall/ticket", {"lifetime": 86400}, 201, headers=owned.sign_in)
    wait_until(lambda: owned.api.call("GET", short["urls"]["hls"]).status_code == 200, 60, "a playlist")
    ended = wait_until(lambda: (r := owned.api.call("GET", short["urls"]["hls"])).status_code == 401 and r.json(), 20, "the end of the ticket", every=0.5)
    assert ended["code"] == "auth.ticket_expired"
    assert owned.api.call("GET", long["urls"]["hls"]).status_code == 200
    owned.api.call("POST", "/api/auth/password", json={"current_password": "a long enough phrase", "new_password": "another long phrase"}, headers=owned.sign_in)
    wait_until(lambda: owned.api.call("GET", long["urls"]["hls"]).status_code == 401, 20, "the end of the sign-in", every=0.5)


def test_outputs_that_nobody_uses_cost_nothing(hall):
    def figure(name):
        text = hall.api.session.get(hall.url + "/metrics", timeout=10).text
        found = re.search(rf'^{name}{{camera="hall"[^}}]*}} (\S+)$', text, re.M)
        return float(found.group(1)) if found else None
    assert figure("vigil_live_fragments_total") is None
    get_playlist(hall)
    assert figure("vigil_live_fragments_total") > 0 and figure("vigil_live_running") == 1
    output = hall.api.get("/api/cameras/hall/live")["streams"][0]["output"]
    assert output == {"state": "running", "readers": {"mse": 0, "hls": 1}, "joins": 1}
    wait_until(lambda: figure("vigil_live_running") == 0, 60, "the end of it", every=1)
    wait_until(lambda: hall.api.get("/api/cameras/hall/live")["streams"][0]["output"]["state"] == "idle", 60, "an idle output", every=1)
