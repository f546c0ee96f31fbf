#!/usr/bin/env python3
"""Whole-system benchmarks against the release binary: what connected cameras cost, and how fast pictures can be pushed.

Processor time is the server's own, from /proc, over a measured span: percent of one core. Memory is its resident set. Prints a table
and writes JSON. The simulator runs beside it and is measured too, so that nobody mistakes one for the other.
"""
import argparse
import concurrent.futures
import json
import os
import pathlib
import platform
import subprocess
import sys
import tempfile
import time

import requests

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))
os.environ.setdefault("VIGIL_BIN", str(ROOT / "build/release/vigil"))
from conftest import Server, Sim, wait_until  # noqa: E402

TICK = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def memory_mib(pid):
    """Proportional set size: shared libraries are not counted twice."""
    for line in pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("no Pss")


def measure(program, seconds):
    began, cpu = time.monotonic(), cpu_seconds(program.process.pid)
    time.sleep(seconds)
    return 100 * (cpu_seconds(program.process.pid) - cpu) / (time.monotonic() - began)


def cameras(scratch, counts, seconds, motion, content):
    """Connected and unwatched cameras: 1080p, 2 Mbit/s, 25 fps, a key frame every two seconds."""
    rows = []
    for count in counts:
        sim = Sim(scratch / "sim.log", *content, cameras=max(count, 1)).wait_listening()
        server = Server(scratch / f"data-{motion}-{count}", scratch / "server.log")
        for n in range(1, count + 1):
            server.api.post("/api/cameras", {"id": f"cam{n}", "source_type": "rtsp", "source_url": sim.url(n), "motion": {"enabled": motion}}, 201)

        def connected():
            items = server.api.get("/api/cameras?page_size=500")["cameras"]
            return sum(c["status"]["state"] == "connected" for c in items) == count
        wait_until(connected, 60, f"{count} cameras")
        time.sleep(15)  # rings are full, allocators settled
        cpu = measure(server, seconds)
        status = server.state("cam1")["streams"][0] if count else {}
        rows.append({"cameras": count, "motion": motion, "cpu_percent": round(cpu, 2), "mib": round(memory_mib(server.process.pid), 1),
                     "mbit_per_camera": round(status.get("bits_per_second", 0) / 1e6, 2), "fps": round(status.get("fps", 0), 1),
                     "ring_mib": round(status.get("ring_bytes", 0) / 2**20, 2)})
        server.stop()
        sim.stop()
    base = next(r for r in rows if r["cameras"] == 0)
    for row in rows:
        if row["cameras"]:
            row["cpu_percent_per_camera"] = round((row["cpu_percent"] - base["cpu_percent"]) / row["cameras"], 3)
            row["mib_per_camera"] = round((row["mib"] - base["mib"]) / row["cameras"], 2)
    return rows


def push(scratch, seconds):
    server = Server(scratch / "push", scratch / "push.log")
    for n in range(8):
        server.api.post("/api/cameras", {"id": f"p{n}", "source_type": "http_push", "motion": {"enabled": False}}, 201)
    rows = []
    for size in ("640x360", "1920x1080"):
        picture = subprocess.run(["ffmpeg", "-v", "error", "-f", "lavfi", "-i", f"testsrc2=s={size}", "-frames:v", "1", "-q:v", "4", "-f", "mjpeg", "-"],
                                 check=True, capture_output=True).stdout
        deadline = time.monotonic() + seconds

        def client(n):
            session, done = requests.Session(), 0
            while time.monotonic() < deadline:
                session.post(f"{server.url}/api/ingest/push/p{n}", data=picture, headers={"Content-Type": "image/jpeg"}).raise_for_status()
                done += 1
            return done
        cpu = cpu_seconds(server.process.pid)
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            total = sum(pool.map(client, range(8)))
        cpu = cpu_seconds(server.process.pid) - cpu
        rows.append({"picture": size, "bytes": len(picture), "requests_per_second": round(total / seconds), "server_cpu_ms_per_request": round(1000 * cpu / total, 3)})
    server.stop()
    return rows


def table(title, rows):
    names = list(dict.fromkeys(name for row in rows for name in row))
    print(f"\n{title}\n\n| " + " | ".join(names) + " |\n|" + "---|" * len(names))
    for row in rows:
        print("| " + " | ".join(str(row.get(name, "")) for name in names) + " |")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=20, help="of each measurement")
    parser.add_argument("--cameras", default="0,1,16,64")
    parser.add_argument("--json", type=pathlib.Path)
    options = parser.parse_args()
    counts = [int(n) for n in options.cameras.split(",")]
    content = ["--width", "1920", "--height", "1080", "--fps", "25", "--bitrate", "2000", "--gop", "2"]
    with tempfile.TemporaryDirectory() as folder:
        scratch = pathlib.Path(folder)
        result = {
            "machine": {"processor": next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "?"),
                        "cores": os.cpu_count(), "system": platform.platform()},
            "unwatched": cameras(scratch, counts, options.seconds, False, content),
            "unwatched_motion": cameras(scratch, [0, 16], options.seconds, True, content),
            "push": push(scratch, options.seconds // 2),
        }
    table("Connected, unwatched cameras, motion off", result["unwatched"])
    table("Connected, unwatched cameras, motion on key frames", result["unwatched_motion"])
    table("Pushed pictures, 8 cameras, 8 clients on the same machine", result["push"])
    if options.json:
        options.json.write_text(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
