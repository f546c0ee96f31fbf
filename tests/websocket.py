"""A WebSocket client (RFC 6455) as small as tests need it."""
import base64
import json
import os
import socket
import struct


class Closed(Exception):
    """The server ended the connection; `code` is of its close frame, 0 without one."""

    def __init__(self, code):
        super().__init__(f"closed with code {code}")
        self.code = code


class WebSocket:
    def __init__(self, port, path, headers=None, timeout=20):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout)
        self.buffer = b""
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", "Connection: Upgrade", "Upgrade: websocket",
                 "Sec-WebSocket-Version: 13", f"Sec-WebSocket-Key: {key}", *(f"{k}: {v}" for k, v in (headers or {}).items())]
        self.socket.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        while b"\r\n\r\n" not in self.buffer:
            self._fill()
        head, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
        first, *rest = head.decode().split("\r\n")
        self.status = int(first.split()[1])
        self.headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in rest)}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def _fill(self):
        data = self.socket.recv(65536)
        if not data:
            raise Closed(0)
        self.buffer += data

    def _take(self, count):
        while len(self.buffer) < count:
            self._fill()
        taken, self.buffer = self.buffer[:count], self.buffer[count:]
        return taken

    def _send(self, opcode, payload):
        mask = os.urandom(4)
        self.socket.sendall(bytes([0x80 | opcode, 0x80 | len(payload)]) + mask + bytes(b ^ mask[i % 4] for i, b in enumerate(payload)))

    def read(self):
        """The next message: a text parsed, or bytes. Answers pings on the way; raises Closed at the end."""
        text, binary = b"", False  # of a message that comes in several frames
        while True:
            first, length = self._take(2)
            if length == 126:
                length, = struct.unpack(">H", self._take(2))
            elif length == 127:
                length, = struct.unpack(">Q", self._take(8))
            payload = self._take(length)
            opcode = first & 0x0F
            if opcode == 9:
                self._send(10, payload)
            elif opcode == 8:
                self._send(8, payload[:2])
                raise Closed(struct.unpack(">H", payload[:2])[0] if len(payload) >= 2 else 0)
            elif opcode in (0, 1, 2):
                binary = binary or opcode == 2
                text += payload
                if first & 0x80:
                    return text if binary else json.loads(text)
