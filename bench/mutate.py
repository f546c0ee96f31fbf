#!/usr/bin/env python3
"""Hands many damaged files of every container in to a server and sees that it lives, that every job ends, and that nothing is left over (case 53).

    bench/mutate.py --vigil build/release/vigil [--count 10000] [--seed 1]

Exits with 1 where that is not so; the files that a child died of are kept in the folder that --keep names.
"""
import argparse
import collections
import json
import pathlib
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "tests"))
from mutation import children_of, mutated  # noqa: E402

FILMS = {
    "h264.mp4": ("-c:v", "libx264", "-preset", "ultrafast"),
    "early.mp4": ("-c:v", "libx264", "-movflags", "+faststart"),
    "parts.mp4": ("-c:v", "libx264", "-movflags", "frag_keyframe+empty_moov", "-g", "5"),
    "hevc.mp4": ("-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none"),
    "mpeg4.mov": ("-c:v", "mpeg4"),
    "h264.mkv": ("-c:v", "libx264", "-preset", "ultrafast"),
    "vp9.webm": ("-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8"),
    "h264.ts": ("-c:v", "libx264", "-preset", "ultrafast"),
    "mpeg2.ts": ("-c:v", "mpeg2video"),
    "flv.flv": ("-c:v", "flv"),
    "mjpeg.mkv": ("-c:v", "mjpeg"),
}


def ask(url, data=None, **headers):
    try:
        with urllib.request.urlopen(urllib.request.Request(url, data, headers), timeout=120) as reply:
            return reply.status, dict(reply.headers), reply.read()
    except urllib.error.HTTPError as error:
        return error.code, dict(error.headers), error.read()


def all_jobs(url):
    jobs, cursor = [], ""
    while cursor is not None:
        page = json.loads(ask(f"{url}/api/jobs?kind=probe&limit=500" + (f"&cursor={cursor}" if cursor else ""))[2])
        jobs += page["jobs"]
        cursor = page["next_cursor"]
    return jobs


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--vigil", default="build/release/vigil")
    options.add_argument("--count", type=int, default=10000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--keep", type=pathlib.Path)
    given = options.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="vigil-mutate-"))
    chance = random.Random(given.seed)
    films = []
    for name, codec in FILMS.items():
        subprocess.run(["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc2=size=96x64:rate=10", "-f", "lavfi", "-i", "sine", "-t", "1", "-pix_fmt", "yuvj420p" if "mjpeg" in name else "yuv420p",
                        *codec, *(("-an",) if name.startswith("flv") else ()), folder / name], check=True)
        films.append((folder / name).read_bytes())
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    log = open(folder / "log", "wb")
    server = subprocess.Popen([given.vigil, "serve", "--data", folder / "data", "--listen", f"127.0.0.1:{port}", "--auth", "none", "--models-fetch=false"], stdout=log, stderr=log)
    faults, sent = [], {}
    try:
        for _ in range(300):
            try:
                ask(url + "/ready")
                break
            except OSError:
                time.sleep(0.1)
        began = time.monotonic()
        for i in range(given.count):
            data = mutated(films[i % len(films)], chance)
            status, headers, said = ask(url + "/api/uploads", data, **{"Tus-Resumable": "1.0.0", "Content-Type": "application/offset+octet-stream", "Upload-Length": str(len(data))})
            if status == 201:
                sent[headers["X-Asset-Id"]] = data
            elif status != 415:
                faults.append(f"file {i}: {status} {said[:200]}")
            if server.poll() is not None:
                faults.append(f"the server ended with {server.returncode}")
                break
        jobs = []
        while server.poll() is None:
            jobs = all_jobs(url)
            if all(job["state"] in ("done", "failed") for job in jobs):
                break
            time.sleep(2)
        seconds = time.monotonic() - began
        if {job["asset_id"] for job in jobs} != set(sent):
            faults.append(f"{len(sent)} files were taken, and {len(jobs)} looked at")
        ends = collections.Counter(job["reason"] or "done" for job in jobs)
        for job in jobs:
            if job["state"] == "failed" and not job["reason"].startswith("media."):
                print(f"{job['reason']}: {job['detail']}")
                if given.keep:
                    given.keep.mkdir(parents=True, exist_ok=True)
                    (given.keep / job["asset_id"]).write_bytes(sent[job["asset_id"]])
        for _ in range(100):
            if not children_of(server.pid):
                break
            time.sleep(0.1)
        faults += [f"a child is left over: {child}" for child in children_of(server.pid)]
        faults += [f"left over: {path}" for name in ("uploads", "scratch") for path in (folder / "data" / name).glob("*")]
        print(f"{given.count} files, {len(sent)} taken, in {seconds:.0f} s; " + ", ".join(f"{name} {count}" for name, count in ends.most_common()))
    finally:
        server.terminate()
        server.wait(30)
        shutil.rmtree(folder, ignore_errors=True)
    for fault in faults:
        print(fault, file=sys.stderr)
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
