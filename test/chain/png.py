#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""An independent look at a PNG: prints "width height colour-type dots-per-metre-x y" and the rows in hexadecimal (or their
SHA-256 when they are long). Dies on anything that is not canonical."""
import hashlib
import struct
import sys
import zlib

data = open(sys.argv[1], "rb").read()
assert data[:8] == b"\x89PNG\r\n\x1a\n"
at, order, pixels, density = 8, [], b"", (0, 0)
while at < len(data):
    size, kind = struct.unpack(">I4s", data[at : at + 8])
    body = data[at + 8 : at + 8 + size]
    assert len(body) == size
    assert struct.unpack(">I", data[at + 8 + size : at + 12 + size])[0] == zlib.crc32(kind + body)
    at += 12 + size
    order.append(kind)
    if kind == b"IHDR":
        width, height, depth, colour, *rest = struct.unpack(">IIBBBBB", body)
        assert depth == 8 and rest == [0, 0, 0]
    elif kind == b"pHYs":
        x, y, unit = struct.unpack(">IIB", body)
        assert unit == 1
        density = (x, y)
    elif kind == b"IDAT":
        assert size > 0
        pixels += body
    else:
        assert kind == b"IEND" and size == 0, kind
assert order[0] == b"IHDR" and order[-1] == b"IEND" and order.count(b"IEND") == 1
middle = [k for k in order[1:-1] if k != b"IDAT"]
assert middle in ([], [b"pHYs"]) and (not middle or order[1] == b"pHYs")
zip_ = zlib.decompressobj()
raw = zip_.decompress(pixels)
assert zip_.eof and zip_.unused_data == b""
row = width * {0: 1, 2: 3, 4: 2, 6: 4}[colour]
assert len(raw) == height * (row + 1)
rows = [raw[i * (row + 1) : (i + 1) * (row + 1)] for i in range(height)]
assert all(r[0] == 0 for r in rows)
joined = b"".join(r[1:] for r in rows)
text = joined.hex() if len(joined) <= 64 else hashlib.sha256(joined).hexdigest()
print(width, height, colour, density[0], density[1], text)
