#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""An independent look at a PNG: prints "width height colour-type dots-per-metre-x y" and the pixels in hexadecimal (or their
SHA-256 when they are long), grey with 8 bits, colours of a palette as RGB or, when it has transparency, RGBA. Dies on anything that is not canonical."""
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
        assert rest == [0, 0, 0] and (depth == 8 or depth in (1, 2, 4) and colour in (0, 3))
    elif kind == b"pHYs":
        x, y, unit = struct.unpack(">IIB", body)
        assert unit == 1
        density = (x, y)
    elif kind == b"PLTE":
        palette = [body[i : i + 3] for i in range(0, size, 3)]
    elif kind == b"tRNS":
        assert colour == 3
        palette = [c + bytes([body[i] if i < size else 255]) for i, c in enumerate(palette)]
    elif kind == b"IDAT":
        assert size > 0
        pixels += body
    else:
        assert kind == b"IEND" and size == 0, kind
assert order[0] == b"IHDR" and order[-1] == b"IEND" and order.count(b"IEND") == 1
middle = [k for k in order[1:-1] if k != b"IDAT"]
assert middle == [k for k in (b"pHYs", b"PLTE", b"tRNS") if k in middle] and order[1 : 1 + len(middle)] == middle
assert (colour == 3) == (b"PLTE" in middle)
zip_ = zlib.decompressobj()
raw = zip_.decompress(pixels)
assert zip_.eof and zip_.unused_data == b""
row = (width * {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colour] * depth + 7) // 8
assert len(raw) == height * (row + 1)
rows = [raw[i * (row + 1) : (i + 1) * (row + 1)] for i in range(height)]
assert all(r[0] == 0 for r in rows)
joined = b"".join(r[1:] for r in rows)
if depth < 8 or colour == 3:
    per = 8 // depth
    values = [r[1 + x // per] >> (8 - depth * (x % per + 1)) & (1 << depth) - 1 for r in rows for x in range(width)]
    joined = b"".join(palette[v] for v in values) if colour == 3 else bytes(v * 255 // ((1 << depth) - 1) for v in values)
text = joined.hex() if len(joined) <= 64 else hashlib.sha256(joined).hexdigest()
print(width, height, colour, density[0], density[1], text)
