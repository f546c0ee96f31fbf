#!/usr/bin/env python3
"""How fast a file comes in by tus, against a plain copy of the same file over loopback and on the same disk, in turns; and what it takes of the server's memory.

The plain copy over loopback is the same sender and a receiver that only writes what comes to a file: no digest, no offsets, one fsync at the end.

    bench/upload.py --vigil build/release/vigil [--size-mib 512] [--rounds 3] [--at-once 16]
"""
import argparse
import multiprocessing
import os
import pathlib
import shutil
import socket
import statistics
import subprocess
import tempfile
import time
import urllib.request


def resident(pid, field="VmRSS"):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(field + ":"):
            return int(line.split()[1]) / 1024
    return 0.0


def copy(source, target):
    """As safe as an upload: it counts when it is on the disk."""
    began = time.monotonic()
    shutil.copyfile(source, target)
    handle = os.open(target, os.O_RDONLY)
    os.fsync(handle)
    os.close(handle)
    return time.monotonic() - began


def receive(listener, folder):
    """Takes one body after the other."""
    buffer = bytearray(1 << 20)
    while True:
        client, _ = listener.accept()
        head = b""
        while b"\r\n\r\n" not in head:
            head += client.recv(65536)
        head, _, begun = head.partition(b"\r\n\r\n")
        left = next(int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")) - len(begun)
        target = os.open(folder / "received", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.write(target, begun)
        while left > 0:
            count = client.recv_into(buffer)
            os.write(target, memoryview(buffer)[:count])
            left -= count
        os.fsync(target)
        os.close(target)
        os.unlink(folder / "received")
        client.sendall(b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        client.close()


def upload(port, source, size):
    began = time.monotonic()
    subprocess.run(["curl", "-sSf", "-X", "POST", f"http://127.0.0.1:{port}/api/uploads", "-H", "Tus-Resumable: 1.0.0", "-H", f"Upload-Length: {size}", "-H",
                    "Content-Type: application/offset+octet-stream", "-H", "Expect:", "-T", source, "-o", "/dev/null"], check=True)
    return time.monotonic() - began


def many_at_once(server, port, source, size, count):
    """The most memory that the server has while so many bring the same file slowly, in MiB for each of them beyond what it had."""
    before = most = resident(server.pid)
    senders = [subprocess.Popen(["curl", "-sSf", "-X", "POST", f"http://127.0.0.1:{port}/api/uploads", "-H", "Tus-Resumable: 1.0.0", "-H", f"Upload-Length: {size}", "-H",
                                 "Content-Type: application/offset+octet-stream", "-H", "Expect:", "--limit-rate", "4M", "-T", source, "-o", "/dev/null"]) for _ in range(count)]
    while any(sender.poll() is None for sender in senders):
        most = max(most, resident(server.pid))
        time.sleep(0.05)
    assert all(sender.returncode == 0 for sender in senders)
    return (most - before) / count


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--vigil", default="build/release/vigil")
    options.add_argument("--size-mib", type=int, default=512)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--at-once", type=int, default=16)
    given = options.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="vigil-upload-bench-"))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen([given.vigil, "serve", "--data", folder / "data", "--listen", f"127.0.0.1:{port}", "--auth", "none", "--models-fetch=false",
                               "--jobs-workers", "0"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    listener = socket.create_server(("127.0.0.1", 0))
    receiver = multiprocessing.Process(target=receive, args=(listener, folder), daemon=True)
    receiver.start()
    try:
        for _ in range(200):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/ready", timeout=2)
                break
            except OSError:
                time.sleep(0.1)
        size = given.size_mib << 20
        before = resident(server.pid)
        copies, plain, uploads = [], [], []
        for turn in range(given.rounds):
            source = folder / "source"
            with open(source, "wb") as out:
                out.write(b"\0\0\0\x20ftypisom" + os.urandom((1 << 20) - 12))
                for _ in range(given.size_mib - 1):
                    out.write(os.urandom(1 << 20))
                os.fsync(out.fileno())
            copies.append(copy(source, folder / "copy"))
            (folder / "copy").unlink()
            plain.append(upload(listener.getsockname()[1], source, size))
            uploads.append(upload(port, source, size))
            print(f"round {turn + 1}: copy {given.size_mib / copies[-1]:.0f} MiB/s, over loopback {given.size_mib / plain[-1]:.0f} MiB/s, upload {given.size_mib / uploads[-1]:.0f} MiB/s", flush=True)
        peak = resident(server.pid, "VmHWM")
        with open(folder / "small", "wb") as out:
            out.write(b"\0\0\0\x20ftypisom" + os.urandom((16 << 20) - 12))
        each = many_at_once(server, port, folder / "small", 16 << 20, given.at_once)
        over, on = (statistics.median(others) / statistics.median(uploads) for others in (plain, copies))
        print(f"upload at {100 * over:.0f} % of a copy over loopback, {100 * on:.0f} % of one on the disk; memory {before:.1f} MiB before, {peak:.1f} MiB at most")
        print(f"{given.at_once} at once: {each:.2f} MiB each")
    finally:
        receiver.terminate()
        server.terminate()
        server.wait(20)
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
