"""What a program and its children take: processor time and memory out of /proc, and tables of it."""
import os
import pathlib
import platform
import time

TICK = os.sysconf("SC_CLK_TCK")


def family(pid):
    """A process and the children that it has now."""
    try:
        children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
            children += (task / "children").read_text().split()
    except OSError:
        return []
    return [pid, *sorted({int(child) for child in children})]


def cpu_seconds(pid):
    try:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:  # a child that has ended
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICK


def memory_mib(pid):
    """Proportional set size: shared libraries are not counted twice."""
    try:
        lines = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


class Usage:
    """Processor time of a process and of its children between two moments, in percent of one core."""

    def __init__(self, pid):
        self.pid = pid
        self.began = time.monotonic()
        self.before = {each: cpu_seconds(each) for each in family(pid)}

    def percent(self):
        now = {each: cpu_seconds(each) for each in family(self.pid)}
        used = {each: seconds - self.before.get(each, 0.0) for each, seconds in now.items()}
        passed = time.monotonic() - self.began
        return {"server": 100 * used.pop(self.pid, 0.0) / passed, "children": 100 * sum(used.values()) / passed}


def memory(pid):
    server, *children = family(pid)
    return {"server": memory_mib(server), "children": sum(memory_mib(child) for child in children)}


def slope_per_hour(samples):
    """Of (seconds, value) pairs: the straight line with the least squares."""
    count = len(samples)
    mean_x, mean_y = sum(x for x, _ in samples) / count, sum(y for _, y in samples) / count
    spread = sum((x - mean_x) ** 2 for x, _ in samples)
    return 3600 * sum((x - mean_x) * (y - mean_y) for x, y in samples) / spread if spread else 0.0


def quantile(values, part):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))] if ordered else float("nan")


def machine():
    name = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "?")
    return {"processor": name, "cores": os.cpu_count(), "system": platform.platform(), "load": os.getloadavg()}


def table(title, rows):
    names = list(dict.fromkeys(name for row in rows for name in row))
    print(f"\n{title}\n\n| " + " | ".join(names) + " |\n|" + "---|" * len(names))
    for row in rows:
        print("| " + " | ".join(str(row.get(name, "")) for name in names) + " |", flush=True)
