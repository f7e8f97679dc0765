#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Messages of Outlook, made by the byte: TNEF (MS-OXTNEF), compound files with a message (MS-OXMSG), compressed RTF (MS-OXRTFCP).

    outlook.py DIR      writes the seeds of the fuzzers tnef, msg and rtf below DIR
"""
import os
import struct
import sys
import zlib

STRING8, UNICODE, BINARY, LONG, OBJECT = 0x1E, 0x1F, 0x102, 3, 0xD


# ---------------------------------------------------------------- compressed RTF

def crc(data):
    """CRC-32 that begins with 0 and is not inverted."""
    return zlib.crc32(data, 0xFFFFFFFF) ^ 0xFFFFFFFF


def rtf_plain(rtf):
    return struct.pack("<IIII", len(rtf) + 12, len(rtf), 0x414C454D, 0) + rtf


def rtf_packed(rtf, checksum=None, size=None):
    """LZFu: literals, and what repeats the byte before it as references."""
    window, at, out, i = 207, 207, b"", 0
    tokens = []
    while i < len(rtf):
        run = 0
        while i and run < 17 and i + run < len(rtf) and rtf[i + run] == rtf[i - 1]:
            run += 1
        if run >= 2:
            tokens.append((1, struct.pack(">H", ((at - 1) % 4096) << 4 | run - 2)))
            at, i = (at + run) % 4096, i + run
        else:
            tokens.append((0, rtf[i:i + 1]))
            at, i = (at + 1) % 4096, i + 1
    tokens.append((1, struct.pack(">H", at << 4)))
    for n in range(0, len(tokens), 8):
        group = tokens[n:n + 8]
        out += bytes([sum(flag << bit for bit, (flag, _) in enumerate(group))]) + b"".join(t for _, t in group)
    return struct.pack("<IIII", len(out) + 12, len(rtf) if size is None else size, 0x75465A4C,
                       crc(out) if checksum is None else checksum) + out


# ---------------------------------------------------------------- TNEF

def attribute(level, number, data, checksum=None):
    return struct.pack("<BII", level, number, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF if checksum is None else checksum)


def pad(data):
    return data + b"\0" * (-len(data) % 4)


def props(*rows):
    out = struct.pack("<I", len(rows))
    for number, kind, value in rows:
        out += struct.pack("<HH", kind, number)
        out += struct.pack("<I", value) if kind == LONG else struct.pack("<II", 1, len(value)) + pad(value)
    return out


def tnef(*attributes, codepage=932):
    return struct.pack("<IH", 0x223E9F78, 1) + attribute(1, 0x89006, struct.pack("<I", 0x10000)) + \
        attribute(1, 0x69007, struct.pack("<II", codepage, 0)) + b"".join(attributes)


def tnef_file(name, data):
    """An attachment by value, its name in CP932."""
    return attribute(2, 0x69002, b"\1\0" + b"\0" * 12) + attribute(2, 0x18010, name.encode("cp932") + b"\0") + attribute(2, 0x6800F, data)


def tnef_message(inner):
    """An attachment that is a message."""
    return attribute(2, 0x69002, b"\1\0" + b"\0" * 12) + \
        attribute(2, 0x69005, props((0x3705, LONG, 5), (0x3701, OBJECT, b"\7\3\2\0" + b"\0" * 12 + inner)))


def wide(text):
    return text.encode("utf-16-le") + b"\0\0"


# ---------------------------------------------------------------- compound files

END, FREE, NONE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFF


def compound(tree):
    """A compound file of version 3. @tree: name to bytes, or to a dict, which is a storage."""
    entries, big, mini = [["Root Entry", 5, NONE, 0, 0]], [], []

    def add(node):
        first = before = None
        for name, value in node.items():
            number = len(entries)
            entries.append([name, 1 if isinstance(value, dict) else 2, NONE, END, 0, NONE])
            if isinstance(value, dict):
                entries[number][2] = add(value)
            else:
                entries[number][4] = len(value)
                (mini if len(value) < 4096 else big).append((number, value))
            if before is not None:
                entries[before][5] = number
            first, before = number if first is None else first, number
        return NONE if first is None else first

    entries[0][2] = add(tree)
    entries[0].append(NONE)
    chunks, small, table = [], b"", []
    for number, value in mini:
        if not value:
            continue
        count = -(-len(value) // 64)
        entries[number][3] = len(table)
        table += [len(table) + i + 1 for i in range(count - 1)] + [END]
        small += value.ljust(count * 64, b"\0")
    fat = []

    def put(data):
        if not data:
            return END
        count, first = -(-len(data) // 512), len(fat)
        fat.extend([first + i + 1 for i in range(count - 1)] + [END])
        chunks.append(data.ljust(count * 512, b"\0"))
        return first

    for number, value in big:
        entries[number][3] = put(value)
    entries[0][3], entries[0][4] = put(small), len(small)
    table += [FREE] * (-len(table) % 128)
    mini_start = put(struct.pack("<%dI" % len(table), *table))
    rows = b""
    for name, kind, child, start, size, right in entries:
        encoded = name.encode("utf-16-le") + b"\0\0"
        rows += encoded.ljust(64, b"\0") + struct.pack("<HBBIII", len(encoded), kind, 1, NONE, right, child) + b"\0" * 36 + \
            struct.pack("<IQ", start, size)
    rows += (b"\0" * 68 + struct.pack("<III", NONE, NONE, NONE) + b"\0" * 48) * (-len(rows) // 128 % 4)
    directory = put(rows)
    n_fat = 1
    while (len(fat) + n_fat) > n_fat * 128:
        n_fat += 1
    first = len(fat)
    fat += [0xFFFFFFFD] * n_fat
    fat += [FREE] * (-len(fat) % 128)
    chunks.append(struct.pack("<%dI" % len(fat), *fat))
    difat = [first + i for i in range(n_fat)] + [FREE] * (109 - n_fat)
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 6 + \
        struct.pack("<IIIIIIIIII", 0, n_fat, directory, 0, 4096, mini_start, len(table) // 128, END, 0, difat[0]) + \
        struct.pack("<108I", *difat[1:])
    return head + b"".join(chunks)


def storage(*rows, header=8):
    """Properties of a message (header 24, 32 on top), recipient or attachment (8)."""
    fixed, out = b"\0" * header, {}
    for number, kind, value in rows:
        if kind == LONG:
            fixed += struct.pack("<HHIII", kind, number, 6, value, 0)
        else:
            fixed += struct.pack("<HHIII", kind, number, 6, len(value) if isinstance(value, bytes) else 0, 0)
            out["__substg1.0_%04X%04X" % (number, kind)] = value
    out["__properties_version1.0"] = fixed
    return out


def msg_file(name, data):
    return storage((0x3705, LONG, 1), (0x3707, UNICODE, wide(name)[:-2]), (0x3701, BINARY, data))


def msg_message(inner):
    return storage((0x3705, LONG, 5), (0x3701, OBJECT, inner))


def message(*rows, files=(), people=(), top=True):
    out = storage(*rows, header=32 if top else 24)
    for i, person in enumerate(people):
        out["__recip_version1.0_#%08X" % i] = storage((0xC15, LONG, 1), (0x3001, UNICODE, wide(person[0])[:-2]), (0x39FE, UNICODE, wide(person[1])[:-2]))
    for i, one in enumerate(files):
        out["__attach_version1.0_#%08X" % i] = one
    return out


# ---------------------------------------------------------------- samples

JA_RTF = r"{\rtf1\ansi\ansicpg932\deff0{\fonttbl{\f0\fcharset128 MS Gothic;}}\f0 ".encode() + \
    b"".join(b"\\'%02x" % c for c in "書式付きの本文".encode("cp932")) + rb"\par \u26085?\u26412? {\v hidden}{\pict 414141}{\*\unknown x}aaaaaaaaaaaaaaaa\par }"
HTML_RTF = rb"{\rtf1\ansi\ansicpg1252\fromhtml1 {\*\htmltag64 <p>}\htmlrtf {\htmlrtf0 encapsulated{\*\htmltag84 &nbsp;}text\htmlrtf }\htmlrtf0{\*\htmltag72 </p>}}"
CP932 = "件名".encode("cp932") + b"\0", "本文は日本語です。".encode("cp932") + b"\0"

TNEF = {
    "text": tnef(attribute(1, 0x18004, CP932[0]), attribute(1, 0x2800C, CP932[1]), tnef_file("報告.txt", b"one\n"), tnef_file("b.txt", b"two\n")),
    "rtf": tnef(attribute(1, 0x69003, props((0x37, UNICODE, wide("件名")), (0x1009, BINARY, rtf_packed(JA_RTF))))),
    "rtf-plain": tnef(attribute(1, 0x69003, props((0x1009, BINARY, rtf_plain(HTML_RTF))))),
    "html": tnef(attribute(1, 0x69003, props((0x3FDE, LONG, 932), (0x1013, BINARY, "<p>日本語の<b>HTML</b></p>".encode("cp932"))))),
    "nested": tnef(attribute(1, 0x2800C, b"outer\0"), tnef_message(tnef(attribute(1, 0x18004, CP932[0]), attribute(1, 0x2800C, b"inner text\0")))),
}
INNER = message((0x37, UNICODE, wide("中の件名")[:-2]), (0x1000, UNICODE, wide("inner text")[:-2]), top=False)
MSG_TREE = message((0x37, UNICODE, wide("件名")[:-2]), (0x3FFD, LONG, 932), (0x1000, STRING8, CP932[1][:-1]), (0x0C1A, UNICODE, wide("山田")[:-2]),
                   files=(msg_file("報告.txt", b"one\n"), msg_file("b.txt", b"two\n" * 2000), msg_message(INNER)), people=(("鈴木", "s@example.jp"),))
MSG = {
    "text": compound(MSG_TREE),
    "rtf": compound(message((0x1009, BINARY, rtf_packed(JA_RTF)))),
    "ole": compound(message((0x1000, UNICODE, wide("with an object")[:-2]), files=(storage((0x3705, LONG, 6), (0x3701, OBJECT, {"CONTENTS": b"MZ" + b"x" * 100})),))),
}
RTF = {"ja": JA_RTF, "html": HTML_RTF, "packed": rtf_packed(JA_RTF), "plain": rtf_plain(HTML_RTF)}

if __name__ == "__main__":
    for kind, samples in (("tnef", TNEF), ("msg", MSG), ("rtf", RTF)):
        os.makedirs(os.path.join(sys.argv[1], kind), exist_ok=True)
        for name, data in samples.items():
            with open(os.path.join(sys.argv[1], kind, name), "wb") as f:
                f.write(data)
