#!/usr/bin/env python3
"""Pictures out of a video: `vigil frames` against ffmpeg, in turns, wall and processor time of both with their children.

A video of two minutes is made with ffmpeg for each row (or --film names one). The aims: one picture a second at least as quick as `ffmpeg -vf fps=1`,
key frames at least five times as quick as that.
"""
import argparse
import os
import pathlib
import shutil
import statistics
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
VIGIL = pathlib.Path(os.environ.get("VIGIL_BIN", ROOT / "build/release/vigil"))
FILMS = {
    "1080p30, groups of 250, B pictures": ("1920x1080", "30", ["-preset", "veryfast", "-g", "250", "-bf", "3"]),
    "1080p30, groups of 60, B pictures": ("1920x1080", "30", ["-preset", "veryfast", "-g", "60", "-bf", "3"]),
    "1080p25, groups of 50, as a camera (no B)": ("1920x1080", "25", ["-preset", "ultrafast", "-g", "50", "-bf", "0"]),
}


def make(folder, size, rate, options, seconds):
    film = folder / "film.mp4"
    # Noise and a moving scene: what is flat decodes for nothing.
    subprocess.run(["ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", f"testsrc2=size={size}:rate={rate}", "-t", str(seconds), "-vf", "noise=alls=6:allf=t", "-c:v", "libx264",
                    *options, "-b:v", "4M", "-pix_fmt", "yuv420p", str(film)], check=True)
    return film


def run(arguments):
    """Wall and processor seconds."""
    began = time.monotonic()
    child = subprocess.Popen([str(a) for a in arguments], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    assert child.returncode == 0, arguments
    return time.monotonic() - began, usage.ru_utime + usage.ru_stime


def measure(film, folder, turns):
    commands = {
        "ffmpeg -vf fps=1": ["ffmpeg", "-v", "error", "-y", "-i", film, "-vf", "fps=1", "-q:v", "3", folder / "f%05d.jpg"],
        "vigil --fps 1": [VIGIL, "frames", film, "--fps", "1", "--out", folder],
        "ffmpeg -skip_frame nokey": ["ffmpeg", "-v", "error", "-y", "-skip_frame", "nokey", "-i", film, "-vsync", "0", "-q:v", "3", folder / "k%05d.jpg"],
        "vigil --keys": [VIGIL, "frames", film, "--keys", "--out", folder],
    }
    taken = {name: [] for name in commands}
    for _ in range(turns):
        for name, command in commands.items():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            taken[name].append(run(command))
    return {name: tuple(statistics.median(column) for column in zip(*values)) for name, values in taken.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--film", action="append", type=pathlib.Path)
    parser.add_argument("--seconds", type=int, default=120)
    parser.add_argument("--turns", type=int, default=3)
    options = parser.parse_args()
    print("| video | | wall s | processor s | against `ffmpeg -vf fps=1`: wall | processor |\n|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        films = [(film.name, film) for film in options.film or []] or [(title, None) for title in FILMS]
        for title, film in films:
            film = film or make(folder, *FILMS[title], options.seconds)
            rows = measure(film, folder / "out", options.turns)
            wall, cpu = rows["ffmpeg -vf fps=1"]
            for what, (w, c) in rows.items():
                print(f"| {title} | {what} | {w:.2f} | {c:.2f} | {wall / w:.2f} | {cpu / c:.2f} |", flush=True)


if __name__ == "__main__":
    main()
