"""Files that were damaged by chance, and what a process may have left behind after it was given them."""
import pathlib

NUMBERS = (b"\xff\xff\xff\xff", b"\0\0\0\0", b"\x7f\xff\xff\xff", b"\x80\0\0\0")


def mutated(data, chance):
    """A few bits turned, a number made nonsense, a piece cut out, or the end cut off, also where a box begins; the first bytes stay, so that it is taken at all."""
    data = bytearray(data)
    boxes = [at - 4 for name in (b"moov", b"trak", b"stbl", b"stsz", b"stts", b"ctts", b"stco", b"avcC", b"mdat") if (at := data.find(name)) > 20]
    for _ in range(chance.choice((1, 1, 2, 8, 64))):
        at = chance.randrange(16, len(data))
        kind = chance.randrange(6)
        if kind <= 1:
            data[at] ^= 1 << chance.randrange(8)
        elif kind == 2:
            data[at:at + 4] = chance.choice(NUMBERS)
        elif kind == 3 and boxes:
            at = min(chance.choice(boxes) + chance.randrange(24), len(data) - 4)
            data[at:at + 4] = chance.choice(NUMBERS)
        elif kind == 4:
            del data[at:at + chance.randrange(1, 200)]
        elif len(data) > 2000:
            del data[(chance.choice(boxes) if boxes and chance.random() < 0.5 else chance.randrange(1000, len(data))):]
        if len(data) < 200:
            break
    return bytes(data)


def children_of(pid):
    """(pid, state) of each; one that nobody waited for has state Z."""
    found = []
    for status in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(fields[1]) == pid:
            found.append((int(status.parent.name), fields[0]))
    return found
