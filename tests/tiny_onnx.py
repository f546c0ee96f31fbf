"""ONNX files of a few kilobytes, written without any library: a detector of YOLOX's shape that sees nothing, or always the same."""
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


def detector(classes=1, mark=0.0, box=None):
    """For pictures of 64×64; `mark` makes another file of it. `box`: where it always sees the first class (left, top, right, bottom)."""
    shape = (1, 84, 5 + classes)
    values = [mark] + [0.0] * (84 * (5 + classes) - 1)
    if box:  # said by the first cell of the grid with steps of 32, the last four of all
        left, top, right, bottom = (side / 32 for side in box)
        values[80 * (5 + classes):80 * (5 + classes) + 6] = [(left + right) / 2, (top + bottom) / 2, math.log(right - left), math.log(bottom - top), 0.95, 1.0]
    tensor = b"".join(number(1, size) for size in shape) + number(2, 1) + text(8, "weights")
    tensor += text(9, struct.pack(f"<{len(values)}f", *values))
    node = text(1, "weights") + text(2, "output") + text(4, "Identity")
    graph = text(1, node) + text(2, "tiny") + text(5, tensor)
    graph += text(11, value_info("images", (1, 3, 64, 64))) + text(12, value_info("output", shape))
    return number(1, 8) + text(8, text(1, "") + number(2, 13)) + text(7, graph)
