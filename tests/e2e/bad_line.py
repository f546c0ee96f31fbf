"""A bad line between an RTSP client and a server: its datagrams get lost, doubled and out of order on the way."""
import random
import re
import socket
import threading


def straight(datagram):
    return [datagram]


def swapped():
    """Every pair of datagrams comes the other way round."""
    held = []

    def line(datagram):
        held.append(datagram)
        if len(held) < 2:
            return []
        out = held[::-1]
        held.clear()
        return out
    return line


def jittery(most=6, seed=7):
    """Each datagram is overtaken by up to so many others."""
    rand, held = random.Random(seed), []

    def line(datagram):
        held.append([rand.randint(0, most), datagram])
        out = [one[1] for one in held if one[0] <= 0]
        held[:] = [[left - 1, one] for left, one in held if left > 0]
        return out
    return line


def doubled(datagram):
    return [datagram, datagram]


def lossy(percent, seed=11):
    rand = random.Random(seed)
    return lambda datagram: [] if rand.uniform(0, 100) < percent else [datagram]


class BadLine:
    """Stands before an RTSP server at `target`; what the server sends by UDP goes through `line` (one for each RTP port)."""

    def __init__(self, target, make_line):
        self._target, self._make_line = target, make_line
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._stopped = threading.Event()
        self._threads, self._sockets = [], []
        self.datagrams = 0
        self._run(self._accept)

    @property
    def port(self):
        return self._listener.getsockname()[1]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._stopped.set()
        for one in [self._listener, *self._sockets]:
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            one.close()
        for thread in self._threads:
            thread.join(10)

    def _run(self, work, *args):
        thread = threading.Thread(target=work, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self):
        while not self._stopped.is_set():
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = socket.create_connection(self._target)
            self._sockets += [client, server]
            ports = {}
            self._run(self._relay, client, server, lambda text: re.sub(rb"client_port=(\d+)-(\d+)", lambda m: self._instead(m, ports), text))
            self._run(self._relay, server, client, lambda text: re.sub(rb"client_port=(\d+)-(\d+)", lambda m: ports.get(m[0], m[0]), text))

    def _instead(self, match, ports):
        """Ports of our own in place of the client's; `ports` says what to tell the client."""
        while True:
            rtp, rtcp = (socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2))
            rtp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
            rtp.bind(("127.0.0.1", 0))
            try:
                rtcp.bind(("127.0.0.1", rtp.getsockname()[1] + 1))
                break
            except OSError:
                continue
        first = rtp.getsockname()[1]
        self._sockets += [rtp, rtcp]
        self._run(self._forward, rtp, int(match[1]), self._make_line())
        self._run(self._forward, rtcp, int(match[2]), straight)
        ours = b"client_port=%d-%d" % (first, first + 1)
        ports[ours] = match[0]
        return ours

    def _forward(self, sock, port, line):
        sock.settimeout(0.2)
        while not self._stopped.is_set():
            try:
                datagram = sock.recv(65536)
            except socket.timeout:
                continue
            except OSError:
                return
            self.datagrams += 1
            for one in line(datagram):
                sock.sendto(one, ("127.0.0.1", port))

    def _relay(self, source, sink, change):
        while not self._stopped.is_set():
            try:
                got = source.recv(65536)
                if not got:
                    break
                sink.sendall(change(got))
            except OSError:
                break
        for one in (source, sink):
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
