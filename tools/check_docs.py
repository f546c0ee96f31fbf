#!/usr/bin/env python3
"""Fails on a link in the documentation, or a docs/ path in a code comment, that leads nowhere; and on foreign words in the tree."""
import pathlib
import re
import subprocess
import sys

root = pathlib.Path(__file__).resolve().parent.parent
files = subprocess.run(["git", "ls-files"], cwd=root, capture_output=True, text=True, check=True).stdout.split("\n")
faults, links = [], 0
anchors = {}


def anchors_of(path):
    if path not in anchors:
        heads = re.findall(r"^#+ (.*)$", path.read_text(), re.M)
        anchors[path] = {re.sub(r"[^\w\- ]", "", h.lower()).strip().replace(" ", "-") for h in heads}
    return anchors[path]


for name in filter(None, files):
    path = root / name
    if not path.is_file():
        continue
    if path.suffix == ".md":
        text = re.sub(r"```.*?```", "", path.read_text(), flags=re.S)
        for target in re.findall(r"\]\(([^)\s]+)\)", text):
            if re.match(r"[a-z]+:", target):
                continue
            links += 1
            file, _, anchor = target.partition("#")
            goal = (path.parent / file).resolve() if file else path
            if not goal.exists():
                faults.append(f"{name}: {target} does not exist")
            elif anchor and goal.suffix == ".md" and anchor not in anchors_of(goal):
                faults.append(f"{name}: {target} has no such heading")
    elif path.suffix in (".cpp", ".h", ".ts", ".tsx", ".py", ".sh", ".cmake", ".txt"):
        for target in re.findall(r"\bdocs/[\w/.-]+\w", path.read_text(errors="replace")):
            links += 1
            if not list(root.glob(target + "*")):
                faults.append(f"{name}: names {target}, which does not exist")

print("\n".join(faults) if faults else f"docs: {links} links lead somewhere")
sys.exit(bool(faults))
