"""WebRTC for viewers: WHEP over HTTP, and an independent implementation that decodes what comes."""
import json
import pathlib
import socket
import subprocess
import sys

import pytest

from conftest import Ended, Sim, wait_until

HELPER = pathlib.Path(__file__).resolve().parent.parent / "gst_whep.py"
SDP = {"Content-Type": "application/sdp"}


def offer(video="a=rtpmap:96 H264/90000\r\na=fmtp:96 packetization-mode=1;profile-level-id=42e01f\r\n"):
    return ("v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0\r\n"
            "m=video 9 UDP/TLS/RTP/SAVPF 96\r\nc=IN IP4 0.0.0.0\r\na=mid:0\r\na=recvonly\r\na=rtcp-mux\r\n"
            "a=ice-ufrag:abcd\r\na=ice-pwd:abcdefghijklmnopqrstuvwx\r\na=setup:actpass\r\n"
            "a=fingerprint:sha-256 " + ":".join(["AB"] * 32) + "\r\n" + video)


@pytest.fixture
def camera(make_server, starter, tmp_path):
    sim = starter(Sim, tmp_path / "sim.log", "--fps", "25", "--width", "640", "--height", "360").wait_listening()
    server = make_server()
    server.api.post("/api/cameras", json={"id": "one", "source_type": "rtsp", "source_url": sim.url()}, status=201)
    server.wait_state("one", "connected")
    return server


def whep(server, body=None, headers=SDP, query=""):
    return server.api.session.post(f"{server.url}/api/cameras/one/whep{query}", data=offer() if body is None else body, headers=headers)


def gstreamer_is_there():
    probe = subprocess.run([sys.executable, "-c", "import gi; gi.require_version('GstWebRTC', '1.0'); from gi.repository import Gst, GstWebRTC; Gst.init(None);"
                            "raise SystemExit(0 if all(map(Gst.ElementFactory.find, ('webrtcbin', 'nicesrc', 'openh264dec'))) else 1)"], capture_output=True)
    return probe.returncode == 0


@pytest.mark.skipif(not gstreamer_is_there(), reason="GStreamer's webrtcbin, nice and openh264 with Python bindings are not installed")
def test_webrtcbin_decodes_what_comes(camera):
    done = subprocess.run([sys.executable, HELPER, f"{camera.url}/api/cameras/one/whep", "60", "40"], capture_output=True, text=True, timeout=60)
    got = json.loads(done.stdout.strip().splitlines()[-1])
    print(got)
    assert got["width"] == 640
    assert got["pictures"] >= 60
    figures = camera.api.session.get(camera.url + "/metrics").text
    assert "vigil_webrtc_accepted_total 1" in figures


def test_the_answer_says_where_and_the_session_can_be_ended(camera):
    answer = whep(camera)
    assert answer.status_code == 201, answer.text
    assert answer.headers["Content-Type"] == "application/sdp"
    assert answer.headers["ETag"]
    assert "a=ice-lite" in answer.text and " 127.0.0.1 " in answer.text and "a=setup:passive" in answer.text
    session = camera.url + answer.headers["Location"]
    http = camera.api.session
    assert http.get(session).json()["connected"] is False
    trickle = {"Content-Type": "application/trickle-ice-sdpfrag"}
    assert http.patch(session, data="a=ice-ufrag:abcd\r\na=candidate:1 1 udp 1 192.0.2.1 5 typ host\r\n", headers=trickle).status_code == 204
    assert http.patch(session, data="a=ice-ufrag:other\r\n", headers=trickle).json()["code"] == "webrtc.ice"
    tag = answer.headers["ETag"]
    restart = "a=ice-ufrag:other\r\na=ice-pwd:otherpasswordotherpassw\r\n"
    restarted = http.patch(session, data=restart, headers=trickle | {"If-Match": "*"})
    assert restarted.status_code == 200 and restarted.headers["Content-Type"] == "application/trickle-ice-sdpfrag", restarted.text
    assert restarted.headers["ETag"] not in ("", tag)
    lines = restarted.text.split("\r\n")
    assert "a=mid:0" in lines and "a=ice-lite" in lines and any(line.startswith("a=candidate:") and " 127.0.0.1 " in line for line in lines)
    assert not {line for line in lines if line.startswith("a=ice-")} & {line for line in answer.text.split("\r\n") if line.startswith("a=ice-ufrag") or line.startswith("a=ice-pwd")}
    assert http.patch(session, data=restart, headers=trickle).status_code == 204, "the same user once more"
    assert http.patch(session, data="x", headers=trickle | {"If-Match": tag}).status_code == 412
    assert http.patch(session, data="x", headers=trickle | {"If-Match": '"other"'}).status_code == 412
    assert http.delete(session).status_code == 204
    wait_until(lambda: http.get(session).status_code == 404, 5, "the end of the session")
    assert http.delete(session).status_code == 404
    assert http.delete(camera.url + "/api/cameras/one/whep/" + "0" * 32).status_code == 404


@pytest.mark.parametrize("body, status, code", [
    ("", 400, "body.missing"),
    ("hello", 400, "webrtc.offer"),
    (offer().replace("a=fingerprint", "a=nothing"), 422, "webrtc.offer"),
    (offer("a=rtpmap:96 VP8/90000\r\n"), 406, "webrtc.codec"),
    ("v=0\r\n" + "a=x\r\n" * 20000, 413, None),
], ids=["nothing", "no description", "no fingerprint", "another codec", "too large"])
def test_what_is_no_offer_is_refused_with_a_reason(camera, body, status, code):
    answer = whep(camera, body)
    assert answer.status_code == status, answer.text
    assert code is None or answer.json()["code"] == code


def test_wrong_types_cameras_and_streams_are_told_apart(camera):
    assert whep(camera, headers={"Content-Type": "text/plain"}).status_code == 415
    assert whep(camera, query="?stream=nothing").status_code == 404
    http = camera.api.session
    assert http.post(camera.url + "/api/cameras/nobody/whep", data=offer(), headers=SDP).status_code == 404
    assert http.get(camera.url + "/api/cameras/one/whep/..%2f..%2fstatus").status_code in (400, 404, 422)


def test_strangers_get_nothing(make_server):
    server = make_server(auth="required")
    assert whep(server).status_code == 401
    assert server.api.session.delete(f"{server.url}/api/cameras/one/whep/{'0' * 32}").status_code == 401


def test_without_webrtc_there_is_no_port_and_a_clear_answer(make_server, starter, tmp_path):
    server = make_server("--live-webrtc-listen", "off")
    sim = starter(Sim, tmp_path / "sim.log").wait_listening()
    server.api.post("/api/cameras", json={"id": "one", "source_type": "rtsp", "source_url": sim.url()}, status=201)
    assert whep(server).json()["code"] == "webrtc.off"
    assert "WebRTC listens" not in server.log


def test_a_taken_port_that_was_asked_for_is_an_error(make_server, tmp_path):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(Ended, match="UDP 127.0.0.1 port"):
            make_server("--live-webrtc-listen", f"127.0.0.1:{taken.getsockname()[1]}")
