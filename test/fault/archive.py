#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Archives through the real processes: what comes out, and why what does not come out stays behind.

Usage: archive.py BUILD"""
import bz2
import gzip
import io
import json
import lzma
import os
import struct
import sys
import zipfile
import zlib

import rig
from rig import tap

sys.path.insert(0, os.path.join(rig.SOURCE, "test", "evasion"))
from archives import TEXT, lzh_of, nest, plain_zip, quine_like, record, tar_of, unicode_path, zip64_of, zip_of  # noqa: E402

RULES = """version: 1
language: en
limits: { parts: 50, depth: 5, expanded: 4MiB, filter-time: 5s }
rules:
  - { name: archives, when: { type: [zip, tar, gz, bz2, xz, lzh, 7z, cab] }, do: [archive%s] }
  - { name: texts, when: { type: text }, do: [text-clean] }
  - { name: rest, then: withhold }
"""


def forced_zip64():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        with z.open("a.txt", "w", force_zip64=True) as member:
            member.write(TEXT)
    return out.getvalue()


CP932 = "見積書①.txt".encode("cp932")
FULL = {
    "zip": plain_zip(("a.txt", TEXT), ("県/様式.txt", TEXT)),
    "zip, names in CP932": zip_of([record(CP932, TEXT), record("ソ表.txt".encode("cp932"), TEXT), record("別添資料の一覧について.txt".encode("cp932"), TEXT)]),
    "zip with a comment and an extra field": zip_of([record(b"a.txt", TEXT, extra=struct.pack("<HH", 0x5455, 4) + b"EVIL")], comment=b"EVIL"),
    "zip64": zip64_of(b"a.txt", TEXT),
    "zip64, as streams are written": zip64_of(b"a.txt", TEXT, local=struct.pack("<HHQQ", 1, 16, 0, 0),
                                               descriptor=b"PK\7\x08" + struct.pack("<IQQ", zlib.crc32(TEXT), len(TEXT), len(TEXT))),
    "zip64, by Python": forced_zip64(),
    "zip with a ZIP64 field that is not needed": zip_of([record(b"a.txt", TEXT, extra=struct.pack("<HHQQ", 1, 16, len(TEXT), len(TEXT)))], [record(b"a.txt", TEXT)]),
    "zip with a second name": zip_of([record(CP932, TEXT, extra=unicode_path("見積書①.txt", CP932))]),
    "zip with a second name in the directory alone": zip_of([record(CP932, TEXT)], [record(CP932, TEXT, extra=unicode_path("見積書①.txt", CP932))]),
    "zip with a second name beside the local header's, code page 437 in the directory": zip_of(
        [record(b"f xx.txt", TEXT, extra=unicode_path("f ö.txt", b"f xx.txt"))], [record(b"f \x94.txt", TEXT, extra=unicode_path("f ö.txt", b"f xx.txt"))]),
    "tar": tar_of(("a.txt", TEXT), ("県/様式.txt", TEXT)),
    "tar.gz": gzip.compress(tar_of(("a.txt", TEXT))),
    "gz": gzip.compress(TEXT),
    "bz2": bz2.compress(TEXT),
    "xz": lzma.compress(TEXT),
    "lzh": lzh_of("報告.txt".encode("cp932"), TEXT),
    "folders of one name": plain_zip(("A.txt", TEXT), ("a.txt", TEXT)),
    "zip in zip": nest(3),
}
NAMES = {
    "zip64": ["a.txt"],
    "zip64, as streams are written": ["a.txt"],
    "zip64, by Python": ["a.txt"],
    "zip with a ZIP64 field that is not needed": ["a.txt"],
    "zip with a second name": ["見積書①.txt"],
    "zip with a second name in the directory alone": ["見積書①.txt"],
    "zip with a second name beside the local header's, code page 437 in the directory": ["f ö.txt"],
    "zip": ["a.txt", "県/様式.txt"],
    "zip, names in CP932": ["見積書①.txt", "ソ表.txt", "別添資料の一覧について.txt"],
    "zip with a comment and an extra field": ["a.txt"],
    "tar": ["a.txt", "県/様式.txt"],
    "tar.gz": ["a.txt"],
    "gz": ["x.txt"],
    "bz2": ["x.txt"],
    "xz": ["x.txt"],
    "lzh": ["報告.txt"],
    "folders of one name": ["A.txt", "a (2).txt"],
    "zip in zip": ["1.zip"],
}
ONE = record(b"a.txt", TEXT)
BAD = [
    ("a name that leads out", plain_zip(("../a.txt", TEXT)), "archive.name"),
    ("a name from the root", plain_zip(("/etc/a.txt", TEXT)), "archive.name"),
    ("a name with a drive", plain_zip(("C:\\a.txt", TEXT)), "archive.name"),
    ("a name that leads out of a tar", tar_of(("a/../../b.txt", TEXT)), "archive.name"),
    ("two members of one name", zip_of([ONE, ONE]), "archive.ambiguous"),
    ("headers with two names", zip_of([ONE], [record(b"b.exe", TEXT)]), "archive.ambiguous"),
    ("headers with two sizes", zip_of([ONE], [record(b"a.txt", TEXT, size=3)]), "archive.ambiguous"),
    ("headers with two methods", zip_of([ONE], [record(b"a.txt", TEXT, method=8)]), "archive.ambiguous"),
    ("a member without directory entry", zip_of([ONE, record(b"b.txt", TEXT)], [ONE]), "archive.ambiguous"),
    ("a directory entry without member", zip_of([ONE], [ONE, record(b"b.txt", TEXT)], offsets=[0, 200]), "archive.ambiguous"),
    ("bytes between members and directory", zip_of([ONE], gap=b"EVIL"), "archive.ambiguous"),
    ("bytes in front", zip_of([ONE], head=b"PK\3\4EVIL"), "archive.ambiguous"),
    ("a wrong count", zip_of([ONE], count=2), "archive.ambiguous"),
    ("overlapping members", quine_like(), "archive.ambiguous"),
    ("an end record in the comment", zip_of([ONE], comment=b"PK\5\6" + bytes(18)), "archive.ambiguous"),
    ("a second name (Unicode Path)", zip_of([record(b"a.txt", TEXT, extra=struct.pack("<HHBI", 0x7075, 10, 1, 1) + b"b.exe")]), "archive.ambiguous"),
    ("a second name that belongs to the local header's alone", zip_of([record(b"f xx.txt", TEXT)], [record(b"f \x94.txt", TEXT, extra=unicode_path("f ö.txt", b"f \x94.txt"))]), "archive.ambiguous"),
    ("two second names", zip_of([record(b"a.txt", TEXT, extra=unicode_path("b.txt", b"a.txt"))], [record(b"a.txt", TEXT, extra=unicode_path("c.txt", b"a.txt"))]), "archive.ambiguous"),
    ("a second name in the local header alone", zip_of([record(b"a.txt", TEXT, extra=unicode_path("b.exe", b"a.txt"))], [record(b"a.txt", TEXT)]), "archive.ambiguous"),
    ("a second name that ends in a slash", zip_of([record(b"a.txt", TEXT, extra=unicode_path("b/", b"a.txt"))]), "archive.name"),
    ("zip64 with a size that is not the data's", zip64_of(b"a.txt", TEXT, size=(1 << 32) + len(TEXT)), "archive.ambiguous"),
    ("zip64 with a size beyond counting", zip64_of(b"a.txt", TEXT, size=(1 << 64) - 1), "archive.ambiguous"),
    ("zip64 with another offset", zip64_of(b"a.txt", TEXT, offset=1 << 40), "archive.ambiguous"),
    ("a ZIP64 field that is not needed and says something else", zip_of([record(b"a.txt", TEXT, extra=struct.pack("<HHQQ", 1, 16, 3, len(TEXT)))], [record(b"a.txt", TEXT)]), "archive.ambiguous"),
    ("zip64 whose locator leads elsewhere", zip64_of(b"a.txt", TEXT, locator=0), "archive.ambiguous"),
    ("zip64 without its numbers in the local header", zip64_of(b"a.txt", TEXT, local=b""), "archive.ambiguous"),
    ("zip64 with a descriptor of 32 bits", zip64_of(b"a.txt", TEXT, local=struct.pack("<HHQQ", 1, 16, 0, 0),
                                                    descriptor=b"PK\7\x08" + struct.pack("<III", zlib.crc32(TEXT), len(TEXT), len(TEXT))), "archive.ambiguous"),
    ("zip64 with an end record that says something else", zip64_of(b"a.txt", TEXT, end=struct.pack("<HHHHII", 0, 0, 1, 1, 46, 0)), "archive.ambiguous"),
    ("an encrypted member", zip_of([record(b"a.txt", TEXT, flags=1)]), "withheld.encrypted"),
    ("AES", zip_of([record(b"a.txt", TEXT, method=99, flags=1, extra=struct.pack("<HH", 0x9901, 7) + bytes(7))]), "withheld.encrypted"),
    ("a bomb", plain_zip(("a.txt", bytes(64 << 20))), "limit.expanded"),
    ("a bomb of gzip", gzip.compress(b"a" * (64 << 20)), "limit.expanded"),
    ("too many members", plain_zip(*[("%d.txt" % i, TEXT) for i in range(200)]), "limit.parts"),
    ("folders alone", plain_zip(("a/", b"")), "archive.empty"),
    ("half of an archive", plain_zip(("a.txt", os.urandom(4000)))[:3000], "archive.ambiguous"),
    ("a damaged gzip", gzip.compress(TEXT)[:20] + b"\xff" * 30, "archive.damaged"),
]


def sanitize(place, content, option=""):
    """Returns: first part of the report, the archive that came out ({name: bytes} or None), raw bytes, stderr."""
    rules, name = place.write("rules.yaml", RULES % option), place.write("x.bin", content)
    out, report = place.path("out"), place.path("r.json")
    result = rig.mugai("sanitize", "-r", rules, "-o", out, "--report", report, name)
    item = json.load(open(report, encoding="utf-8"))["items"][0]
    raw = b""
    for folder, _, files in os.walk(out):
        for file in files:
            with open(os.path.join(folder, file), "rb") as f:
                raw = f.read()
            os.unlink(os.path.join(folder, file))
    members = None
    if raw.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(raw)) as z:
            members = {n: z.read(n) for n in z.namelist()}
    return item, members, raw, result.stderr.decode(errors="replace")


def delivered(place):
    for what, content in FULL.items():
        item, members, raw, err = sanitize(place, content)
        tap.check(members is not None and list(members) == NAMES[what], what + ": its members", (members and list(members), item["reason"], err))
        tap.check(b"EVIL" not in raw and content[:30] not in raw, what + ": nothing of the archive itself goes on")
        if members and all(n.endswith(".txt") for n in members):
            tap.check(all(data == TEXT for data in members.values()), what + ": contents", members)
        again = sanitize(place, content)[2]
        tap.check(again == raw, what + ": the same bytes again")


def withheld(place):
    for what, content, reason in BAD:
        item, members, raw, err = sanitize(place, content)
        tap.check(item["outcome"] == "withheld" and item["reason"] == reason and not raw, what + ": " + reason,
                  (item["outcome"], item["reason"], err))


def members_withheld(place):
    mixed = plain_zip(("a.txt", TEXT), ("b.exe", b"MZ" + bytes(100)))
    item, members, _, err = sanitize(place, mixed)
    leaves = item["leaves_in"]
    tap.check(members is not None and list(members) == ["a.txt", "b.exe (withheld).txt"], "a text stands for what is withheld", (members, err))
    tap.check((leaves["in"], leaves["delivered"], leaves["withheld"]) == (2, 1, 1), "and it counts", leaves)
    item, members, _, err = sanitize(place, mixed, ": { tombstones: no }")
    tap.check(members is not None and list(members) == ["a.txt"], "tombstones: no", (members, err))
    item, members, _, err = sanitize(place, plain_zip(("b.exe", b"MZ" + bytes(100))), ": { tombstones: no }")
    tap.check(members is None and item["outcome"] == "withheld", "nothing left: withheld", (members, err))
    item, members, _, err = sanitize(place, tar_of(("a.txt", TEXT), ("b.txt", None)))
    tap.check(members == {"a.txt": TEXT}, "a link in a tar is left out", (members, err))
    tap.check("archive.link-dropped" in json.dumps(item), "and the report says so")
    for depth in (4, 5, 6, 20):
        item, members, raw, err = sanitize(place, nest(depth))
        deepest = b"a.txt" in raw
        tap.check(deepest == (depth <= 5), "archives in archives, %d deep" % depth, (item["outcome"], item["reason"], err))


def in_place(test):
    def run():
        with rig.Place() as place:
            test(place)
    run.__name__ = test.__name__
    return run


def main():
    tap.check(rig.sandbox_works(), "mugai sanitize works here")
    return tap.run([in_place(delivered), in_place(withheld), in_place(members_withheld)])


if __name__ == "__main__":
    sys.exit(main())
