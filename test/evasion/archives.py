# SPDX-License-Identifier: Apache-2.0
"""archives: archives built byte by byte, whole ones and broken ones; for test/evasion and test/fault."""
import io
import struct
import tarfile
import zipfile
import zlib

TEXT = "報告します。\n".encode()


def record(name, data, method=0, flags=0, packed=None, crc=None, extra=b"", size=None):
    """The fields that both headers of a ZIP member share, its name, extra field and data."""
    packed = data if packed is None else packed
    fields = struct.pack("<HHHHHIIIHH", 20, flags, method, 0, 33, zlib.crc32(data) if crc is None else crc,
                         len(packed), len(data) if size is None else size, len(name), len(extra))
    return fields, name, extra, packed


def zip_of(locals_, centrals=None, offsets=None, comment=b"", gap=b"", head=b"", count=None):
    """A ZIP file record by record; by default the directory repeats the local headers."""
    body, places = head, []
    for fields, name, extra, packed in locals_:
        places.append(len(body))
        body += b"PK\3\4" + fields + name + extra + packed
    body += gap
    directory = b""
    for i, (fields, name, extra, _) in enumerate(centrals or locals_):
        place = offsets[i] if offsets else places[i] if i < len(places) else 0
        directory += b"PK\1\2" + struct.pack("<H", 20) + fields + struct.pack("<HHHII", 0, 0, 0, 0, place) + name + extra
    n = len(centrals or locals_) if count is None else count
    return body + directory + b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, n, n, len(directory), len(body), len(comment)) + comment


def unicode_path(text, belongs_to):
    """Info-ZIP's second name: @text, for the name @belongs_to."""
    data = struct.pack("<BI", 1, zlib.crc32(belongs_to)) + text.encode()
    return struct.pack("<HH", 0x7075, len(data)) + data


def zip64_of(name, data, size=None, offset=None, locator=None, local=None, descriptor=None, end=None):
    """One member, stored, with 64-bit numbers wherever the format has them. A number given stands in the place named."""
    wide = struct.pack("<HHQQ", 1, 16, len(data) if size is None else size, len(data))
    fields = struct.pack("<HHHHHII", 45, 0 if descriptor is None else 8, 0, 0, 33, zlib.crc32(data), 0xffffffff) + b"\xff\xff\xff\xff"
    here = wide if local is None else local
    first = fields if descriptor is None else fields[:10] + bytes(4) + fields[14:]
    body = b"PK\3\4" + first + struct.pack("<HH", len(name), len(here)) + name + here + data + (descriptor or b"")
    wide = struct.pack("<HHQQQ", 1, 24, len(data) if size is None else size, len(data), 0 if offset is None else offset)
    directory = b"PK\1\2" + struct.pack("<H", 45) + fields + struct.pack("<HHHHHII", len(name), len(wide), 0, 0, 0, 0, 0xffffffff) + name + wide
    at = len(body) + len(directory)
    end64 = b"PK\6\6" + struct.pack("<QHHIIQQQQ", 44, 45, 45, 0, 0, 1, 1, len(directory), len(body))
    found = b"PK\6\7" + struct.pack("<IQI", 0, at if locator is None else locator, 1)
    return body + directory + end64 + found + b"PK\5\6" + (end or struct.pack("<HHHHII", 0, 0, 0xffff, 0xffff, 0xffffffff, 0xffffffff)) + b"\0\0"


def plain_zip(*members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        for name, data in members:
            z.writestr(name, data)
    return out.getvalue()


def tar_of(*members, kind=None):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.GNU_FORMAT, encoding="utf-8") as t:
        for name, data in members:
            info = tarfile.TarInfo(name)
            if data is None:
                info.type, info.linkname = kind or tarfile.SYMTYPE, "/etc/passwd"
                t.addfile(info)
            else:
                info.size = len(data)
                t.addfile(info, io.BytesIO(data))
    return out.getvalue()


def lzh_of(name, data):
    """LHA, header level 0, method -lh0- (stored)."""
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0xA001 if crc & 1 else 0)
    head = b"-lh0-" + struct.pack("<IIIBB", len(data), len(data), 0x21 << 16, 0x20, 0) + bytes([len(name)]) + name + struct.pack("<H", crc)
    return bytes([len(head), sum(head) & 255]) + head + data + b"\0"


def nest(depth):
    data = plain_zip(("a.txt", TEXT))
    for i in range(depth - 1):
        data = plain_zip(("%d.zip" % i, data))
    return data


def quine_like():
    """A ZIP whose only member begins in itself: its data covers its own header (overlap by the directory's offset)."""
    a, b = record(b"a.txt", TEXT), record(b"b.txt", TEXT)
    return zip_of([a, b], offsets=[0, 0])


def number(value):
    """A number as 7z writes it, in its longest form."""
    return b"\xff" + struct.pack("<Q", value)


def seven(data, coder=b"\0", props=b"", size=None, encoded=False):
    """7z with one file a.txt and one coder (by default: stored). @encoded: the header is said to be packed by that coder."""
    attributes = bytes([len(coder) | (0x20 if props else 0)]) + coder + (bytes([len(props)]) + props if props else b"")
    size = len(data) if size is None else size
    sums = b"" if encoded else b"\x08\x0a\1" + struct.pack("<I", zlib.crc32(data)) + b"\0"
    streams = (b"\x06" + number(0) + b"\1\x09" + number(len(data)) + b"\0" + b"\x07\x0b\1\0\1" + attributes + b"\x0c" + number(size) + b"\0" + sums + b"\0")
    name = b"\0" + "a.txt\0".encode("utf-16-le")
    header = b"\x17" + streams if encoded else b"\1\4" + streams + b"\5\1\x11" + bytes([len(name)]) + name + b"\0\0"
    start = struct.pack("<QQI", len(data), len(header), zlib.crc32(header))
    return b"7z\xbc\xaf\x27\x1c\0\4" + struct.pack("<I", zlib.crc32(start)) + start + data + header


def tar_field(kind, name, data, size=None, extra=b""):
    """One tar header and its data. @size: the twelve bytes of the size field; @extra: what stands at 345 (prefix, or GNU's sparse map at 386)."""
    head = bytearray(512)
    head[0:len(name)] = name
    head[100:124] = b"0000644\0" b"0000000\0" b"0000000\0"
    head[124:136] = size or b"%011o\0" % len(data)
    head[136:148] = b"00000000000\0"
    head[148:156] = b"        "
    head[156:157] = kind
    head[257:265] = b"ustar  \0" if kind in b"LS" else b"ustar\x0000"
    head[345:345 + len(extra)] = extra
    head[148:156] = b"%06o\0 " % sum(head)
    return bytes(head) + data + bytes(-len(data) % 512)
