#!/usr/bin/env python3
"""Fails on source files above their limit; names those which want a second look."""
import pathlib
import subprocess
import sys

LIMITS = {".cpp": (400, 800), ".h": (250, 400), ".ts": (300, 600), ".tsx": (300, 600), ".py": (400, 800), ".css": (300, 600)}
root = pathlib.Path(__file__).resolve().parent.parent
files = subprocess.run(["git", "ls-files", "src", "web", "tests", "bench", "fuzz", "tools", "sdk"], cwd=root, capture_output=True,
                       text=True, check=True).stdout.split()
faults = 0
for name in files:
    path = root / name
    if path.suffix not in LIMITS or name.endswith(("schema.d.ts",)) or not path.exists():
        continue
    look, limit = LIMITS[path.suffix]
    if name.endswith(("_test.cpp", ".test.ts", ".test.tsx", ".e2e.ts")):
        look, limit = 800, 1000
    lines = len(path.read_text(errors="replace").splitlines())
    if lines > limit:
        print(f"{name}: {lines} lines, more than {limit}")
        faults += 1
    elif lines > look:
        print(f"note: {name}: {lines} lines, look again")
print(f"sizes: {len(files)} files, {faults} too large")
sys.exit(bool(faults))
