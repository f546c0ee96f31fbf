"""The curl lines of the Camera Ingest Module, word for word, against a server on its own port 8000 stand-in."""
import subprocess
import time


def shell(command, server, cwd):
    """Runs a line as it stands in the text; only the port differs, so that tests can run beside a server."""
    line = command.replace("http://localhost:8000", f"http://localhost:{server.port}")
    return subprocess.run(["bash", "-c", line], cwd=cwd, capture_output=True, text=True, check=True, timeout=30).stdout


def test_the_curl_lines_work_word_for_word(server, tmp_path, jpeg):
    (tmp_path / "frame.jpg").write_bytes(jpeg(640, 480))
    out = shell('''curl -X POST "http://localhost:8000/api/cameras" -H "Content-Type: application/json" -d '{"id": "cam_001", "source_type": "rtsp", "source_url": "rtsp://user:password@ip:port/stream"}' ''',
                server, tmp_path)
    assert '"id":"cam_001"' in out and "password@" not in out
    out = shell('''curl -X POST "http://localhost:8000/api/cameras" -H "Content-Type: application/json" -d '{"id": "cam_002", "source_type": "http_push"}' ''',
                server, tmp_path)
    assert '"id":"cam_002"' in out
    shell('curl -X POST "http://localhost:8000/api/ingest/push/cam_002" -F "frame_file=@frame.jpg" -F "timestamp=$(date +%s.%N)"', server, tmp_path)
    shell('curl -X GET "http://localhost:8000/api/cameras/cam_002/frame/latest" --output latest_frame.jpg', server, tmp_path)
    picture = (tmp_path / "latest_frame.jpg").read_bytes()
    assert picture[:3] == b"\xff\xd8\xff" and len(picture) > 1000
    assert "vigil_camera_up" in shell('curl -s "http://localhost:8000/metrics"', server, tmp_path)
    # The placeholder host is no camera: it is told so, with the reason.
    server.wait_state("cam_001", "reconnecting", "protocol")
    assert "port" in server.state("cam_001")["detail"]


def test_a_pushed_frame_is_there_at_once(server, jpeg):
    server.api.post("/api/cameras", {"id": "cam_002", "source_type": "http_push"}, 201)
    for colour in ("red", "green", "blue", "white", "black"):
        taken = time.time()
        server.api.call("POST", "/api/ingest/push/cam_002", files={"frame_file": ("f.jpg", jpeg(colour=colour))}, data={"timestamp": f"{taken:.3f}"})
        latest = server.api.get("/api/cameras/cam_002/frame/latest")
        assert abs(float(latest.headers["X-Frame-Timestamp"]) - taken) < 0.002, colour


def test_png_frames_are_taken_and_answered_as_jpeg(server, jpeg):
    server.api.post("/api/cameras", {"id": "p", "source_type": "http_push"}, 201)
    server.api.call("POST", "/api/ingest/push/p", files={"frame_file": ("f.png", jpeg(kind="png"))})
    latest = server.api.get("/api/cameras/p/frame/latest?width=100")
    assert latest.headers["Content-Type"] == "image/jpeg" and latest.content[:2] == b"\xff\xd8"
