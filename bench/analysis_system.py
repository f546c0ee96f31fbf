#!/usr/bin/env python3
"""Whole-system benchmarks of the analysis, against the release binary: simulated cameras, the server with its analyser processes, storage.

For each row: pictures a second that were analysed, milliseconds from a packet's arrival to the finished observation (p50, p95, p99, as each
observation carries it) and to its message at a client, processor time of the server and of its children in percent of one core, and
their memory (proportional set size). The simulator and this script run on the same machine and are not counted.

--soak MINUTES runs cameras for so long and reports the slope of the memory instead; --kills TIMES kills the processes that look at the
pictures and reports how soon there are observations again.
"""
import argparse
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time

import measure

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))
os.environ.setdefault("VIGIL_BIN", str(ROOT / "build/release/vigil"))
from conftest import FOOTAGE, VIGIL, Server, Sim, wait_until  # noqa: E402
from websocket import Closed, WebSocket  # noqa: E402

DATA = pathlib.Path(os.environ.get("VIGIL_TEST_DATA", ROOT / "../shared/data"))
MODELS = {"yolox-nano": "yolox_nano_416x416.onnx", "picodet-s-320": "picodet_s_320_coco.onnx", "picodet-s-416": "picodet_s_416_coco.onnx"}


def film(scratch, fps, height):
    """The demo's pedestrians as H.264, a key frame every second, at a camera's bit rate."""
    path = scratch / f"{height}p{fps}.mp4"
    if not path.exists():
        bits = "2M" if height > 720 else "1M"
        subprocess.run(["ffmpeg", "-v", "error", "-y", "-i", FOOTAGE, "-vf", f"setpts=N/({fps}*TB),scale=-2:{height}", "-r", str(fps),
                        "-frames:v", str(min(790, 40 * fps)), "-c:v", "libx264", "-preset", "veryfast", "-b:v", bits, "-maxrate", bits, "-bufsize", bits,
                        "-bf", "0", "-g", str(fps), "-sc_threshold", "0", path], check=True)
    return path


class Watcher(threading.Thread):
    """Reads one camera's observations, as a page does."""

    def __init__(self, port, camera):
        super().__init__(daemon=True)
        self.socket = WebSocket(port, f"/api/cameras/{camera}/observations", timeout=60)
        self.total, self.arrived, self.stages = [], [], {}
        self.newest = 0.0  # when the picture of the last one was captured
        self.begun = threading.Event()
        self.start()

    def run(self):
        try:
            while True:
                line = self.socket.read()
                now = time.time()
                if not self.begun.is_set():
                    continue
                own = line["vigil"]
                self.newest = own["captured"]
                self.total.append(own["latency_ms"])
                self.arrived.append(1000 * (now - own["captured"]))
                for name, value in own["stages_ms"].items():
                    self.stages.setdefault(name, []).append(value)
        except (Closed, OSError):
            pass


def add_models(data, names):
    for name in names:
        if name in MODELS:
            subprocess.run([VIGIL, "models", "add", DATA / "models" / MODELS[name], "--name", name, "--data", data], check=True, capture_output=True)


def start(scratch, name, model, cameras, source, rate):
    sim = Sim(scratch / f"{name}-sim.log", file=source, cameras=cameras).wait_listening()
    server = Server(scratch / name, scratch / f"{name}.log")
    add_models(server.data, [model])
    for n in range(1, cameras + 1):
        server.api.post("/api/cameras", {"id": f"cam{n}", "source_type": "rtsp", "source_url": sim.url(n),
                                         "analysis": {"enabled": True, "model": model, "rate": rate, "motion_gate": False}}, 201)

    def at_work():
        return all(server.api.get(f"/api/cameras/cam{n}/analysis")["frames"]["analysed"] > 0 for n in range(1, cameras + 1))
    wait_until(at_work, 120, f"{cameras} cameras analysed; log: {server.log[-1500:]}", every=0.5)
    return sim, server


def load(scratch, title, model, cameras, fps, height, rate, seconds):
    name = re.sub(r"\W+", "-", f"{title}-{model}")
    sim, server = start(scratch, name, model, cameras, film(scratch, fps, height), rate)
    watchers = [Watcher(server.port, f"cam{n}") for n in range(1, cameras + 1)]
    time.sleep(5)
    for watcher in watchers:
        watcher.begun.set()
    usage, began = measure.Usage(server.process.pid), time.monotonic()
    time.sleep(seconds)
    percent, passed = usage.percent(), time.monotonic() - began
    total = [v for w in watchers for v in w.total]
    arrived = [v for w in watchers for v in w.arrived]
    infer = [v for w in watchers for v in w.stages.get("infer", [])]
    memory = measure.memory(server.process.pid)
    row = {"": title, "model": model, "fps/camera": round(len(total) / passed / cameras, 2), "slowest": round(min(len(w.total) for w in watchers) / passed, 2),
           **{f"p{p}": round(measure.quantile(total, p / 100)) for p in (50, 95, 99)},
           **{f"client p{p}": round(measure.quantile(arrived, p / 100)) for p in (50, 99)}, "infer p50": round(measure.quantile(infer, 0.5), 1),
           "server %": round(percent["server"], 1), "children %": round(percent["children"], 1), "of the machine %": round(sum(percent.values()) / os.cpu_count(), 1),
           "server MiB": round(memory["server"]), "children MiB": round(memory["children"])}
    server.stop()
    sim.stop()
    return row


def memory_per_camera(scratch, model, seconds):
    """What one more analysed 1080p camera takes: the difference between five of them and one."""
    rows = []
    for cameras in (1, 5):
        sim, server = start(scratch, f"memory-{model}-{cameras}", model, cameras, film(scratch, 10, 1080), {"mode": "fixed_fps", "fps": 5})
        time.sleep(seconds)
        memory = measure.memory(server.process.pid)
        rows.append({"model": model, "cameras": cameras, "server MiB": round(memory["server"], 1), "children MiB": round(memory["children"], 1)})
        server.stop()
        sim.stop()
    for part in ("server MiB", "children MiB"):
        rows[1][f"{part} per camera"] = round((rows[1][part] - rows[0][part]) / 4, 1)
    return rows


def process_ratio(scratch, model):
    """Processor time of `vigil process` beside that of what it cannot do without: decoding, and the model as often as it was asked."""
    data, source = scratch / "process", film(scratch, 10, 576)
    add_models(data, [model])

    def cpu(*args):
        before = os.times()
        done = subprocess.run([VIGIL, "process", source, "--no-gate", "--quiet", "--model", model, "--data", data, *args], check=True, capture_output=True)
        after = os.times()
        return after.children_user + after.children_system - before.children_user - before.children_system, json.loads(done.stdout)
    runs = [cpu() for _ in range(3)]
    used, summary = min(runs, key=lambda run: run[0])
    before = os.times()
    subprocess.run(["ffmpeg", "-v", "error", "-threads", "1", "-i", source, "-f", "null", "-"], check=True)
    after = os.times()
    decode = after.children_user + after.children_system - before.children_user - before.children_system
    infer = summary["detected"] * summary["stages_ms"]["infer"]["p50"] / 1000
    return [{"model": model, "pictures": summary["frames"], "fps": summary["fps"], "process CPU s": round(used, 2), "ffmpeg decode CPU s": round(decode, 2),
             "model s (p50 × pictures)": round(infer, 2), "ratio": round((decode + infer) / used, 3)}]


def kills(scratch, model, cameras, times):
    """How long every camera is without an observation when the process that looks at it is killed, again and again."""
    sim, server = start(scratch, "kills", model, cameras, film(scratch, 10, 576), {"mode": "fixed_fps", "fps": 3})
    watchers = [Watcher(server.port, f"cam{n}") for n in range(1, cameras + 1)]
    for watcher in watchers:
        watcher.begun.set()
    wait_until(lambda: all(len(w.total) > 5 for w in watchers), 60, "observations of all")
    rows = []
    for number in range(1, times + 1):
        killed = time.time()
        for pid in measure.family(server.process.pid)[1:]:
            os.kill(pid, signal.SIGKILL)
        # What was on its way may still come: only a picture of afterwards counts.
        wait_until(lambda: all(w.newest > killed for w in watchers), 60, "observations again", every=0.01)
        rows.append({"kill": number, "cameras": cameras, "model": model, "s until all are looked at again": round(time.time() - killed, 2)})
        seen = [len(w.total) for w in watchers]
        wait_until(lambda: all(len(w.total) > was + 5 for w, was in zip(watchers, seen)), 60, "observations go on", every=0.1)
    server.stop()
    sim.stop()
    return rows


def soak(scratch, model, cameras, minutes):
    sim, server = start(scratch, "soak", model, cameras, film(scratch, 10, 576), {"mode": "fixed_fps", "fps": 3})
    time.sleep(min(60, minutes * 15))
    began, samples = time.monotonic(), []
    while time.monotonic() - began < minutes * 60:
        samples.append((time.monotonic() - began, measure.memory(server.process.pid)))
        time.sleep(5)
    rows = []
    for part in ("server", "children"):
        series = [(at, memory[part]) for at, memory in samples]
        half = series[len(series) // 2:]
        rows.append({"": part, "cameras": cameras, "minutes": minutes, "first MiB": round(series[0][1], 1), "last MiB": round(series[-1][1], 1),
                     "most MiB": round(max(v for _, v in series), 1), "MiB/h": round(measure.slope_per_hour(series), 1),
                     "MiB/h, second half": round(measure.slope_per_hour(half), 1)})
    died = server.log.count("an analyser process ended")
    server.stop()
    sim.stop()
    return rows, died


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=20, help="of each measurement")
    parser.add_argument("--models", default="classic,picodet-s-320,yolox-nano", help="with commas; those whose files are not there are left out")
    parser.add_argument("--only", default="", help="loads, economic, memory, process; with commas")
    parser.add_argument("--soak", type=float, default=0, metavar="MINUTES")
    parser.add_argument("--kills", type=int, default=0, metavar="TIMES")
    parser.add_argument("--cameras", type=int, default=8, help="of the soak and the kills")
    parser.add_argument("--json", type=pathlib.Path)
    options = parser.parse_args()
    models = [m for m in options.models.split(",") if m not in MODELS or (DATA / "models" / MODELS[m]).exists()]
    only = set(filter(None, options.only.split(","))) or {"loads", "economic", "memory", "process"}
    every = {"mode": "every_frame"}
    result = {"machine": measure.machine()}
    with tempfile.TemporaryDirectory() as folder:
        scratch = pathlib.Path(folder)
        if options.soak:
            result["soak"], died = soak(scratch, models[0], options.cameras, options.soak)
            measure.table(f"Soak with {models[0]}; {died} processes ended meanwhile", result["soak"])
        elif options.kills:
            result["kills"] = kills(scratch, models[0], options.cameras, options.kills)
            measure.table("Analyser processes killed", result["kills"])
        else:
            loads = []
            if "loads" in only:
                for model in models:
                    for cameras, fps in ((1, 15), (4, 10), (4, 15)):
                        loads.append(load(scratch, f"{cameras} × {fps} fps 768×576", model, cameras, fps, 576, every, options.seconds))
            if "economic" in only:
                for model in models:
                    loads.append(load(scratch, "32 × 1080p economic", model, 32, 10, 1080, {"mode": "economic"}, options.seconds))
            result["loads"] = loads
            measure.table("Cameras analysed, milliseconds from packet to observation", loads)
            if "memory" in only:
                result["memory"] = [row for model in models for row in memory_per_camera(scratch, model, options.seconds)]
                measure.table("Memory of analysed 1080p cameras", result["memory"])
            if "process" in only:
                result["process"] = [row for model in models if model != "classic" for row in process_ratio(scratch, model)]
                measure.table("vigil process on a 768×576 file", result["process"])
    if options.json:
        options.json.write_text(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
