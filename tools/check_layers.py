#!/usr/bin/env python3
"""Fails when a module includes one that layers.txt does not allow it, another module's private sub-folder, or a library where it does not belong."""
import pathlib
import re
import sys

root = pathlib.Path(__file__).resolve().parent.parent
allowed, order = {}, []
for line in (root / "layers.txt").read_text().splitlines():
    if re.match(r"[a-z]", line):
        name, deps = line.split(":")
        order.append(name)
        allowed[name] = set(deps.split())

faults = []
for name, deps in allowed.items():
    faults += [f"layers.txt: {name} names {d}, which does not stand above it" for d in deps
               if d not in order or order.index(d) >= order.index(name)]

private_libraries = {"libav": "media/ffmpeg", "libsw": "media/ffmpeg", "sqlite3.h": "store/sqlite", "boost/beast": ("api", "sim"),
                     "hiredis": "sinks", "libpq": "store/postgres", "opencv2": "vision/"}
for path in sorted((root / "src").rglob("*")):
    if path.suffix not in (".h", ".cpp"):
        continue
    relative = path.relative_to(root / "src")
    module = relative.parts[0]
    if module not in allowed:
        faults.append(f"src/{relative}: the module {module} is not in layers.txt")
        continue
    for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1):
        match = re.match(r'\s*#\s*include\s*["<]([^">]+)[">]', line)
        if not match:
            continue
        target = match.group(1)
        where = f"src/{relative}:{number}"
        for library, home in private_libraries.items():
            homes = (home,) if isinstance(home, str) else home
            if target.startswith(library) and not str(relative.parent).startswith(homes):
                faults.append(f"{where}: {target} may be included only in src/{' or src/'.join(homes)}")
        parts = target.split("/")
        if parts[0] not in allowed or len(parts) < 2 or parts[0] == module:
            continue
        if parts[0] not in allowed[module]:
            faults.append(f"{where}: {module} may not include {parts[0]}")
        elif len(parts) > 2 and module != "app":
            faults.append(f"{where}: {'/'.join(parts[:-1])} is private to {parts[0]}")

print("\n".join(faults) if faults else f"layers: {len(order)} modules in order")
sys.exit(bool(faults))
