"""The processes that open the cameras' pictures: they die, hang and are held in, and nobody who records or watches loses by it."""
import os
import pathlib
import re
import signal
import subprocess
import time

import pytest

from conftest import QUICK, VIGIL, wait_until


def children(server):
    """Process ids of the server's analysers."""
    out = []
    for entry in pathlib.Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            stat = (entry / "stat").read_text()
        except OSError:
            continue
        name, rest = re.match(r"\d+ \((.*)\) (.*)", stat, re.S).groups()
        if name == "vigil-analyse" and rest.split()[1] == str(server.process.pid) and rest.split()[0] != "Z":
            out.append(int(entry.name))
    return out


def add_cameras(server, sim, count, **more):
    for n in range(1, count + 1):
        server.api.post("/api/cameras", {"id": f"cam{n}", "source_type": "rtsp", "source_url": sim.url(n), **more}, 201)
    for n in range(1, count + 1):
        server.wait_state(f"cam{n}", "connected")


def decoded(server, count):
    return [server.state(f"cam{n}")["decoded_frames"] for n in range(1, count + 1)]


def test_nobody_has_a_child_before_the_first_picture(server):
    server.api.post("/api/cameras", {"id": "p", "source_type": "http_push"}, 201)
    time.sleep(1)
    assert children(server) == []


# How soon it is back is measured by bench/analysis_system.py --kills.
def test_a_killed_analyser_comes_back_and_no_packet_is_lost(make_sim, server):
    sim = make_sim("--width", "640", "--height", "360", cameras=8)
    add_cameras(server, sim, 8, motion={"every_frame": True})
    wait_until(lambda: all(n > 20 for n in decoded(server, 8)), 60, "pictures of all cameras")
    before = children(server)
    assert len(before) == 1, "eight cameras share one"
    frames = [server.state(f"cam{n}")["streams"][0] for n in range(1, 9)]
    seen = decoded(server, 8)
    os.kill(before[0], signal.SIGKILL)
    wait_until(lambda: all(now > was for now, was in zip(decoded(server, 8), seen)), 30, "pictures again", every=0.02)
    assert children(server) != before
    for n, was in zip(range(1, 9), frames):
        now = server.state(f"cam{n}")["streams"][0]
        assert now["connects"] == was["connects"] == 1, "the connection is not touched"


def test_a_stopped_analyser_is_replaced(make_sim, server):
    sim = make_sim("--width", "320", "--height", "240", cameras=1)
    add_cameras(server, sim, 1, motion={"every_frame": True})
    wait_until(lambda: decoded(server, 1)[0] > 10, 60, "pictures")
    before = children(server)
    os.kill(before[0], signal.SIGSTOP)
    wait_until(lambda: children(server) and children(server) != before, 10, "another analyser")
    seen = decoded(server, 1)[0]
    wait_until(lambda: decoded(server, 1)[0] > seen + 10, 60, "pictures again")
    assert "says nothing" in server.log


def test_pictures_are_served_while_analysers_die(make_sim, server):
    sim = make_sim("--width", "320", "--height", "240", cameras=1)
    add_cameras(server, sim, 1)
    wait_until(lambda: server.state("cam1")["streams"][0]["frames"] > 10, 60, "more pictures than are asked for below")
    for _ in range(3):
        assert server.api.call("GET", "/api/cameras/cam1/frame/latest").content[:2] == b"\xff\xd8"
        for pid in children(server):
            os.kill(pid, signal.SIGKILL)
        assert server.api.call("GET", "/api/cameras/cam1/frame/latest").content[:2] == b"\xff\xd8"
        assert server.api.call("GET", "/api/cameras/cam1/frames?count=3").content.count(b"\xff\xd8\xff") == 3


def test_the_analyser_ends_with_its_server(make_sim, server):
    sim = make_sim("--width", "320", "--height", "240", cameras=1)
    add_cameras(server, sim, 1)
    wait_until(lambda: children(server), 60, "an analyser")
    pids = children(server)
    server.process.kill()
    wait_until(lambda: not any(pathlib.Path(f"/proc/{pid}").exists() for pid in pids), 5, "the end of the analyser")


def test_an_analyser_has_no_files_no_network_and_no_secrets(make_sim, make_server):
    server = make_server(*QUICK, env={"VIGIL_SECRET_OF_THE_TEST": "xyzzy"})
    sim = make_sim("--width", "320", "--height", "240", cameras=1)
    add_cameras(server, sim, 1)
    started = wait_until(lambda: re.search(r"analyser process started.*", server.log), 60, "the report of its sandbox").group(0)
    for layer in ("no_new_privileges", "landlock", "seccomp", "memory_limit"):
        assert f"{layer}=" in started
    if "sanitizer" in started:
        pytest.skip("built with a sanitizer: there is no sandbox to look at")
    assert "seccomp=true" in started and "no_new_privileges=true" in started
    assert "landlock=0" not in started
    pid = children(server)[0]
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    assert re.search(r"^NoNewPrivs:\s*1$", status, re.M) and re.search(r"^Seccomp:\s*2$", status, re.M)


@pytest.mark.parametrize("way", ["open", "write", "socket", "execve", "ptrace", "fork", "kill", "mmap"])
def test_nothing_gets_out_of_the_sandbox(way):
    done = subprocess.run([VIGIL, "analyse", "--probe", way], capture_output=True, timeout=20)
    if done.returncode == 1 and b"sanitizer" in done.stderr:
        pytest.skip("built with a sanitizer")
    assert done.returncode in (-signal.SIGSYS, 0), "it got out"
    assert not pathlib.Path("/tmp/vigil-escaped").exists()


def test_the_command_is_not_for_people():
    done = subprocess.run([VIGIL, "analyse"], capture_output=True, text=True, timeout=10)
    assert done.returncode == 2 and "server starts this by itself" in done.stderr
    assert "analyse " not in subprocess.run([VIGIL, "--help"], capture_output=True, text=True).stdout


def test_a_server_that_demands_the_sandbox_starts_where_there_is_one(make_server):
    server = make_server("--analyser-sandbox", "required")
    assert server.is_ready()
