#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Files embedded in a PDF: left out and named, or, where a rule says so, each by the rules beside the PDF.

Usage: pdf_files.py BUILD"""
import io
import os
import sys
import zipfile

import parallel
import rig
from rig import tap

EVIL = b"MUGAI-EVIL-FILE"
TEXT = "添付の本文\n".encode()
RULE = "  - { name: files, when: { type: pdf, active: embedded-file, not: { role: member } }, do: [pdf-files] }\n"


def embedding(*files):
    """A PDF of one page; each file has a specification that nothing leads to but its object."""
    spec = b"/Type /Filespec /F (%s) /EF << /F %d 0 R >>"
    objects = []
    for i, (name, content) in enumerate(files):
        objects += [(spec % (name, 6 + 2 * i), b""), (b"/Type /EmbeddedFile", content)]
    return parallel.pdf([b"BT /F 20 Tf 50 700 Td (Keeper) Tj ET"], objects)


def sanitize(place, content, rule):
    rules = place.write("rules.yaml", "version: 1\npreset: u-remove\nlimits: { parts: 50 }\nrules:\n%s  - { name: none, when: { type: xps }, then: withhold }\n" % rule)
    report, out = place.path("report.json"), place.path("out")
    rig.subprocess.run(["rm", "-rf", out], check=False)
    result = rig.mugai("sanitize", "-r", rules, "-o", out, "--report", report, place.write("a.pdf", content))
    made = {}
    for name in os.listdir(out) if os.path.isdir(out) else []:
        with open(os.path.join(out, name), "rb") as f:
            made[name] = f.read()
    return made, rig.load_json(report)["items"][0], result.stderr.decode(errors="replace")


def main():
    tap.check(rig.sandbox_works(), "mugai sanitize works here")
    if not os.path.exists(rig.program("filters/pdf-files.so")):
        tap.skip_all("built without PDF")
    both = embedding((b"note.txt", TEXT), (b"evil.exe", b"MZ\x90\0" + EVIL * 9))
    with rig.Place() as place:
        made, item, err = sanitize(place, both, "")
        codes = [f["code"] for row in item["parts"] for f in row["findings"]]
        tap.check(list(made) == ["a.pdf"] and "pdf.embedded-file" in codes, "without a rule they are left out and named", err + str(codes))
        tap.check(TEXT not in made.get("a.pdf", b"") and EVIL not in made.get("a.pdf", b""), "and are not in what comes out")
        made, item, err = sanitize(place, both, RULE)
        tap.check(list(made) == ["a.zip"], "with one an archive comes out", err + str(list(made)))
        with zipfile.ZipFile(io.BytesIO(made.get("a.zip", rig.gz(b"")))) as z:
            members = {name: z.read(name) for name in z.namelist()}
        tap.check(members.get("a.pdf", b"").startswith(b"%PDF") and members.get("note.txt", b"").endswith(TEXT), "with the PDF and what was in it", str(list(members)))
        tap.check(EVIL not in b"".join(members.values()) and any("evil" in name for name in members), "a program among them is withheld, with a note", str(list(members)))
        rows = {row["path"]: row["outcome"] for row in item["parts"]}
        tap.check(sorted(rows.values()).count("withheld") == 1, "and counts", str(rows))
        made, item, err = sanitize(place, parallel.pdf([b"BT /F 20 Tf 50 700 Td (Keeper) Tj ET"]), RULE)
        tap.check(list(made) == ["a.pdf"], "a PDF without files is a PDF", err)
        made, item, err = sanitize(place, embedding(*[(b"%d.txt" % i, TEXT) for i in range(200)]), RULE)
        tap.check(made == {} or list(made) == ["a.pdf"], "more than an item may have are not taken", err + str(list(made)))
        made, item, err = sanitize(place, embedding((b"a.pdf", embedding((b"b.txt", TEXT)))), RULE)
        tap.check(list(made) == ["a.zip"], "a PDF within is a member, and is not opened again", err)
        # Segment type 36, an intermediate generic region, is one that jbig2dec does not know; a whole picture says nothing.
        segment = b"\0\0\0\0" + b"\x24\0\x01" + b"\0\0\0\x12" + bytes(18)
        page = [b"q 200 0 0 200 50 500 cm /X0 Do Q"]
        for name, head, content, told in (("that cannot be decoded", b"/Filter /JBIG2Decode", segment, True), ("that can", b"", bytes(range(64)), False)):
            picture = (b"/Type /XObject /Subtype /Image /Width 8 /Height 8 /BitsPerComponent %d /ColorSpace /DeviceGray %s" % (1 if head else 8, head), content)
            made, item, err = sanitize(place, parallel.pdf(page, [picture]), "")
            codes = [f["code"] for row in item["parts"] for f in row["findings"]]
            tap.check(("pdf.picture-failed" in codes) == told, "a picture %s: %s" % (name, "told" if told else "nothing to tell"), err + str(codes))
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
