#!/usr/bin/env python3
"""Whole-system benchmarks against the release binary: what connected cameras cost, and how fast pictures can be pushed.

Processor time is that of the server and of the processes that open pictures for it, from /proc, over a measured span: percent of one core.
Memory is their proportional set size. Prints tables and writes JSON. The simulator runs beside them and is not counted.
"""
import argparse
import concurrent.futures
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

import requests

import measure

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))
os.environ.setdefault("VIGIL_BIN", str(ROOT / "build/release/vigil"))
from conftest import Server, Sim, wait_until  # noqa: E402



def film(scratch):
    """1080p, 25 pictures a second, 2 Mbit/s, a key frame every two seconds: made once, so that simulating many cameras costs little."""
    path = scratch / "1080p25.mp4"
    subprocess.run(["ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", "testsrc2=s=1920x1080:r=25", "-vf", "noise=alls=6:allf=t", "-frames:v", "500",
                    "-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency", "-b:v", "2M", "-minrate", "2M", "-maxrate", "2M", "-bufsize", "1M",
                    "-nal-hrd", "cbr", "-g", "50", "-sc_threshold", "0", "-pix_fmt", "yuv420p", path], check=True)
    return path


def cameras(scratch, counts, seconds, motion, source):
    """Connected and unwatched cameras: 1080p, 2 Mbit/s, 25 fps, a key frame every two seconds."""
    rows = []
    for count in counts:
        sim = Sim(scratch / "sim.log", file=source, cameras=max(count, 1)).wait_listening()
        server = Server(scratch / f"data-{motion}-{count}", scratch / "server.log")
        for n in range(1, count + 1):
            server.api.post("/api/cameras", {"id": f"cam{n}", "source_type": "rtsp", "source_url": sim.url(n), "motion": {"enabled": motion}}, 201)

        def connected():
            items = server.api.get("/api/cameras?page_size=500")["cameras"]
            return sum(c["status"]["state"] == "connected" for c in items) == count
        wait_until(connected, 60, f"{count} cameras")
        time.sleep(15)  # rings are full, allocators settled
        usage = measure.Usage(server.process.pid)
        time.sleep(seconds)
        cpu, memory = usage.percent(), measure.memory(server.process.pid)
        status = server.state("cam1")["streams"][0] if count else {}
        rows.append({"cameras": count, "motion": motion, "cpu_percent": round(sum(cpu.values()), 2), "mib": round(memory["server"], 1),
                     "children_mib": round(memory["children"], 1),
                     "mbit_per_camera": round(status.get("bits_per_second", 0) / 1e6, 2), "fps": round(status.get("fps", 0), 1),
                     "ring_mib": round(status.get("ring_bytes", 0) / 2**20, 2)})
        server.stop()
        sim.stop()
    base = next(r for r in rows if r["cameras"] == 0)
    for row in rows:
        if row["cameras"]:
            row["cpu_percent_per_camera"] = round((row["cpu_percent"] - base["cpu_percent"]) / row["cameras"], 3)
            row["mib_per_camera"] = round((row["mib"] - base["mib"]) / row["cameras"], 2)
            row["children_mib_per_camera"] = round(row["children_mib"] / row["cameras"], 2)
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
        cpu = measure.cpu_seconds(server.process.pid)
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            total = sum(pool.map(client, range(8)))
        cpu = measure.cpu_seconds(server.process.pid) - cpu
        rows.append({"picture": size, "bytes": len(picture), "requests_per_second": round(total / seconds), "server_cpu_ms_per_request": round(1000 * cpu / total, 3)})
    server.stop()
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=20, help="of each measurement")
    parser.add_argument("--cameras", default="0,1,16,64")
    parser.add_argument("--unwatched", action="store_true", help="only what connected cameras cost, motion off")
    parser.add_argument("--json", type=pathlib.Path)
    options = parser.parse_args()
    counts = [int(n) for n in options.cameras.split(",")]
    with tempfile.TemporaryDirectory() as folder:
        scratch = pathlib.Path(folder)
        source = film(scratch)
        result = {"machine": measure.machine(), "unwatched": cameras(scratch, counts, options.seconds, False, source)}
        if not options.unwatched:
            result["unwatched_motion"] = cameras(scratch, [0, 16], options.seconds, True, source)
            result["push"] = push(scratch, options.seconds // 2)
    measure.table("Connected, unwatched cameras, motion off", result["unwatched"])
    if not options.unwatched:
        measure.table("Connected, unwatched cameras, motion on key frames", result["unwatched_motion"])
        measure.table("Pushed pictures, 8 cameras, 8 clients on the same machine", result["push"])
    if options.json:
        options.json.write_text(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
