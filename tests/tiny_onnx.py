"""ONNX files of a few kilobytes, written without any library."""
import math
import struct


def varint(value):
    out = b""
    while value >= 0x80:
        out += bytes([value & 0x7F | 0x80])
        value >>= 7
    return out + bytes([value])


def number(field, value):
    return varint(field << 3) + varint(value)


def text(field, value):
    value = value.encode() if isinstance(value, str) else value
    return varint(field << 3 | 2) + varint(len(value)) + value


def value_info(name, shape):
    dims = b"".join(text(1, number(1, size)) for size in shape)
    return text(1, name) + text(2, text(1, number(1, 1) + text(2, dims)))


def model(outputs):
    """For pictures of 64×64, gives the same whatever it is shown; outputs: name, shape and numbers of each."""
    graph = b""
    for name, _, _ in outputs:
        graph += text(1, text(1, "w_" + name) + text(2, name) + text(4, "Identity"))
    graph += text(2, "tiny")
    for name, shape, values in outputs:
        tensor = b"".join(number(1, size) for size in shape) + number(2, 1) + text(8, "w_" + name)
        graph += text(5, tensor + text(9, struct.pack(f"<{len(values)}f", *values)))
    graph += text(11, value_info("images", (1, 3, 64, 64)))
    for name, shape, _ in outputs:
        graph += text(12, value_info(name, shape))
    return number(1, 8) + text(8, text(1, "") + number(2, 13)) + text(7, graph)


def detector(classes=1, mark=0.0, box=None):
    """A detector of YOLOX's shape that sees nothing; `mark` makes another file of it. `box`: where it always sees the first
    class (left, top, right, bottom)."""
    values = [mark] + [0.0] * (84 * (5 + classes) - 1)
    if box:  # said by the first cell of the grid with steps of 32, the last four of all
        left, top, right, bottom = (side / 32 for side in box)
        values[80 * (5 + classes):80 * (5 + classes) + 6] = [(left + right) / 2, (top + bottom) / 2, math.log(right - left), math.log(bottom - top), 0.95, 1.0]
    return model([("output", (1, 84, 5 + classes), values)])


def seer(score=0.9, mark=0.0):
    """Sees a thing of class 0 in the middle of every picture: half as wide as it, a quarter as high."""
    return model([("output0", (1, 2, 6), [16, 24, 48, 40, score, 0, mark, 0, 0, 0, 0, 0])])


def segmenter():
    """The same, and that the thing is the left half of its box."""
    left = [1.0 if x < 8 else -1.0 for _ in range(16) for x in range(16)]
    return model([("output0", (1, 2, 8), [16, 24, 48, 40, 0.9, 0, 3, 0] + [0.0] * 8),
                  ("output1", (1, 2, 16, 16), left + [1.0] * 256)])
