"""The command line: exit statuses, configuration, apply and export, check, completion, the service manager."""
import json
import os
import re
import signal
import socket
import subprocess

import pytest

from conftest import QUICK, VIGIL, Program, wait_until

OK, FAILED, USAGE, CONFIGURATION, UNREACHABLE, DEGRADED = range(6)


def vigil(*args, **kwargs):
    env = {**os.environ, **kwargs.pop("env", {})}
    return subprocess.run([VIGIL, *map(str, args)], capture_output=True, text=True, timeout=30, env=env, **kwargs)


CAMERAS = """
cameras:
  - {id: door, name: "Door: \\"A\\" #1", source_type: rtsp, source_url: "rtsp://me:${DOOR_PW}@127.0.0.1:9/main", number: 4}
  - id: push
    source_type: http_push
    place: Hall
    motion: {sensitivity: 60, masks: [[[0, 0], [0.5, 0], [0.5, 0.5]]]}
"""
SECRET = {"DOOR_PW": "canary-p@ss"}


@pytest.fixture
def cameras(tmp_path):
    def write(text=CAMERAS, name="cameras.yaml"):
        path = tmp_path / name
        path.write_text(text)
        return path
    return write


@pytest.mark.parametrize("args,status,word", [
    ((), USAGE, "Subcommands"),
    (("serve", "--lisen", "x"), USAGE, "did you mean --listen?"),
    (("sevre",), USAGE, "did you mean serve?"),
    (("serve", "--listen", "nowhere"), CONFIGURATION, "--listen: expected ADDRESS:PORT"),
    (("serve", "--config", "/does/not/exist.yaml"), CONFIGURATION, "No such file"),
    (("sim", "--fault", "silense"), USAGE, "silence"),
    (("sim", "--cameras", "0"), USAGE, "--cameras"),
    (("check", "--url", "ftp://x"), USAGE, "http://"),
    (("apply",), USAGE, "--file"),
])
def test_a_wrong_command_line_is_named(args, status, word):
    done = vigil(*args)
    assert done.returncode == status and word in done.stderr, done


@pytest.mark.parametrize("command", ["", "serve", "sim", "check", "apply", "export", "config", "version", "completion"])
def test_help_is_everywhere(command):
    done = vigil(*command.split(), "--help")
    assert done.returncode == OK and "--help" in done.stdout
    if command in ("serve", "sim", "check", "apply", "export"):
        assert "Example" in done.stdout


def test_a_wrong_configuration_names_file_line_key_and_the_nearest_key(tmp_path):
    file = tmp_path / "vigil.yaml"
    file.write_text("server:\n  listen: 127.0.0.1:0\ningest:\n  read_timout: 5s\n")
    done = vigil("serve", "--config", file, "--data", tmp_path / "d")
    assert done.returncode == CONFIGURATION
    assert f"{file}:4: there is no key ingest.read_timout; did you mean ingest.read_timeout?" in done.stderr
    assert not (tmp_path / "d").exists()


def test_the_effective_configuration_shows_sources_and_no_secrets(tmp_path):
    done = vigil("config", "--redis", "redis://:canary@127.0.0.1:1", env={"VIGIL_LOG_LEVEL": "debug"})
    assert done.returncode == OK and "canary" not in done.stdout + done.stderr
    assert re.search(r"level: debug +# environment VIGIL_LOG_LEVEL", done.stdout)


def test_applying_a_file_twice_changes_nothing_the_second_time(server, cameras):
    file = cameras()
    first = vigil("apply", "-f", file, "--url", server.url, env=SECRET)
    assert first.returncode == OK and "+ door" in first.stdout and "+ push" in first.stdout, first
    version = server.api.get("/api/cameras/door")["version"]
    second = vigil("apply", "-f", file, "--url", server.url, env=SECRET)
    assert second.returncode == OK and second.stdout == "= 2 unchanged\n"
    assert server.api.get("/api/cameras/door")["version"] == version
    assert "canary" not in first.stdout + first.stderr + server.log


def test_apply_changes_prunes_and_may_only_look(server, cameras):
    assert vigil("apply", "-f", cameras(), "--url", server.url, env=SECRET).returncode == OK
    file = cameras("cameras:\n  - {id: push, source_type: http_push, place: Attic}\n")
    looked = vigil("apply", "-f", file, "--url", server.url, "--prune", "--dry-run")
    assert looked.returncode == OK and '~ push  place: "Hall" → "Attic"' in looked.stdout and "- door" in looked.stdout
    assert server.api.get("/api/cameras/push")["place"] == "Hall"
    assert vigil("apply", "-f", file, "--url", server.url, "--prune").returncode == OK
    listed = server.api.get("/api/cameras")["cameras"]
    assert [(c["id"], c["place"]) for c in listed] == [("push", "Attic")]


def test_what_is_exported_can_be_applied_elsewhere_and_has_no_passwords(server, make_server, cameras, tmp_path):
    assert vigil("apply", "-f", cameras(), "--url", server.url, env=SECRET).returncode == OK
    file = tmp_path / "exported.yaml"
    assert vigil("export", "-o", file, "--url", server.url).returncode == OK
    text = file.read_text()
    assert "canary" not in text and "has_password: true" in text
    assert vigil("apply", "-f", file, "--url", server.url).stdout == "= 2 unchanged\n"
    other = make_server(*QUICK, name="other")
    assert vigil("apply", "-f", file, "--url", other.url).returncode == OK

    def told(one):
        drop = ("created_at", "updated_at", "version", "status", "has_password")
        return [{k: v for k, v in c.items() if k not in drop} for c in one.api.get("/api/cameras")["cameras"]]
    assert told(server) == told(other)


def test_apply_names_the_line_of_what_is_wrong(server, cameras):
    done = vigil("apply", "-f", cameras("cameras:\n  - id: a\n    source_typ: rtsp\n"), "--url", server.url)
    assert done.returncode == CONFIGURATION and "cameras.yaml:3: a camera has no key source_typ; did you mean source_type?" in done.stderr
    done = vigil("apply", "-f", cameras("cameras:\n  - id: a\n    source_type: http_push\n    motion:\n      sensitivity: 700\n"), "--url", server.url)
    assert done.returncode == CONFIGURATION and "cameras.yaml:5: camera a:" in done.stderr, done
    done = vigil("apply", "-f", cameras(), "--url", server.url)
    assert done.returncode == CONFIGURATION and "DOOR_PW is not set" in done.stderr
    done = vigil("apply", "-f", cameras("cameras:\n  - {id: f, source_type: file, source_url: 'file:///etc/passwd'}\n"), "--url", server.url)
    assert done.returncode == CONFIGURATION and "cameras.yaml:2: camera f:" in done.stderr, done


def test_the_camera_file_of_the_live_camera_plan(server, tmp_path):
    file = tmp_path / "plan.json"
    file.write_text(json.dumps({
        "server": {"host": "127.0.0.1", "port": 9, "user": "USER", "password": "canary"},
        "channels": [{"id": n, "name": f"cam {n}", "rtsp_path": f"/cam/realmonitor?channel={n}&subtype=0"} for n in (1, 2)]}))
    done = vigil("apply", "-f", file, "--url", server.url)
    assert done.returncode == OK, done
    camera = server.api.get("/api/cameras/channel_2")
    assert camera["source_url"] == "rtsp://127.0.0.1:9/cam/realmonitor?channel=2&subtype=0"
    assert (camera["name"], camera["username"], camera["has_password"]) == ("cam 2", "USER", True)
    file.write_text(json.dumps({"channels": [{"name": "x"}]}))
    done = vigil("apply", "-f", file, "--url", server.url)
    assert done.returncode == CONFIGURATION and "missing: the channel's id" in done.stderr


def test_files_are_applied_to_a_server_that_does_not_run(make_server, cameras, tmp_path):
    data, video = tmp_path / "data", tmp_path / "video.mp4"
    subprocess.run(["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc=s=320x240:r=10", "-t", "3", "-g", "10", "-pix_fmt", "yuv420p", video],
                   check=True)
    file = cameras(f"cameras:\n  - {{id: walk, source_type: file, source_url: 'file://{video}'}}\n")
    assert vigil("apply", "-f", file, "--data", data).returncode == OK
    server = make_server(*QUICK, data=data)
    server.wait_state("walk", "connected")
    done = vigil("apply", "-f", file, "--data", data)
    assert done.returncode == FAILED and str(server.process.pid) in done.stderr


def test_check_sees_sinks_and_speaks_json(redis, make_server):
    server = make_server("--redis", redis.url)
    wait_until(lambda: re.search(r"redis +connected", vigil("check", "--url", server.url).stdout), 60, "a connected sink")
    status = json.loads(vigil("check", "--url", server.url, "--json").stdout)
    assert [(s["name"], s["state"]) for s in status["sinks"]] == [("redis", "connected")]
    redis.stop(signal.SIGKILL)
    done = wait_until(lambda: (lambda d: d if d.returncode == DEGRADED else None)(vigil("check", "--quiet", "--url", server.url)), 60, "degraded")
    assert "redis" in done.stdout.lower()


def test_check_without_a_key_asks_whether_it_is_ready(make_server):
    server = make_server(auth="required")
    done = vigil("check", "--url", server.url)
    assert done.returncode == OK and "ready" in done.stdout
    assert vigil("check", "--url", server.url, env={"VIGIL_API_KEY": "vgl_wrong_key"}).returncode == UNREACHABLE
    assert vigil("export", "--url", server.url).returncode == UNREACHABLE


def test_passwords_leave_the_list_of_processes(make_server, make_sim):
    server = make_server("--redis", "redis://:canary@127.0.0.1:1")
    sim = make_sim("--user", "u", "--password", "canary")
    for program in (server, sim):
        assert b"canary" not in open(f"/proc/{program.process.pid}/cmdline", "rb").read()


def test_a_second_signal_ends_it_at_once(make_server):
    server = make_server()
    # Somebody who sends a request slowly may keep a graceful stop waiting; or not: both are right, hanging is not.
    with socket.create_connection(("127.0.0.1", server.port)) as slow:
        slow.sendall(b"POST /api/cameras HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{")
        server.process.send_signal(signal.SIGTERM)
        code, seconds = server.stop(signal.SIGTERM, timeout=5)
        assert code in (0, 128 + signal.SIGTERM) and seconds < 5


def test_sighup_is_ignored(server):
    server.process.send_signal(signal.SIGHUP)
    assert server.api.get("/health")["status"] == "ok"


def test_it_tells_the_service_manager(make_server, tmp_path):
    path = tmp_path / "notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(path))
        manager.settimeout(10)
        server = make_server(env={"NOTIFY_SOCKET": str(path), "WATCHDOG_USEC": "200000"})
        assert b"READY=1" in manager.recv(1024)
        assert manager.recv(1024) == b"WATCHDOG=1"
        server.process.send_signal(signal.SIGTERM)
        while b"STOPPING=1" not in manager.recv(1024):
            pass


def test_log_lines_are_json_where_asked(make_server):
    server = make_server("--log-format", "json")
    server.stop()
    lines = [json.loads(line) for line in server.log.splitlines() if line.startswith("{")]
    assert {"vigil starts", "vigil is ready", "vigil stops", "vigil has stopped"} <= {line["message"] for line in lines}


@pytest.mark.parametrize("line,expected", [("vigil se", "serve"), ("vigil serve --auth ", "none required"), ("vigil config ex", "example"),
                                           ("vigil check --j", "--json")])
def test_bash_completes(line, expected, tmp_path):
    script = tmp_path / "completion"
    script.write_text(vigil("completion", "bash").stdout)
    words = line.split(" ")
    done = subprocess.run(["bash", "-c", f'. {script}; compopt() {{ :; }}; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _vigil; echo "${{COMPREPLY[*]}}"',
                           "bash", *words], capture_output=True, text=True)
    assert done.stdout.strip() == expected, done
    for shell in ("zsh", "fish"):
        assert "serve" in vigil("completion", shell).stdout


def test_a_port_that_is_taken_is_said(server, tmp_path):
    done = vigil("serve", "--auth", "none", "--data", tmp_path / "other", "--listen", f"127.0.0.1:{server.port}")
    assert done.returncode == FAILED and str(server.port) in done.stdout + done.stderr


def test_a_free_port_is_found(tmp_path, starter):
    program = starter(Program, [VIGIL, "serve", "--auth", "none", "--data", tmp_path / "d", "--listen", "127.0.0.1:0"], tmp_path / "log")
    assert wait_until(lambda: re.search(r"Vigil is at http://127.0.0.1:[1-9]", program.log), 20, "the address")
