#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""P4: a filter that lies about each type is caught by the verifier, in real processes. For each type: what honest filters made of
an ordinary file goes through the liar (so the test can fail), and then with a seed of evil in it, which must not come out.

Usage: liars.py BUILD"""
import io
import os
import random
import re
import struct
import sys
import zipfile
import zlib

import rig
from rig import tap

sys.path.insert(0, os.path.join(rig.SOURCE, "test", "evasion"))
from archives import plain_zip, record, zip_of  # noqa: E402

FILTERS = os.path.join(rig.BUILD, "test", "filters")
EVIL = b"MUGAI-EVIL-SEED"
SEED = 20261121
TRIES = 12

ICS = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y\r\nBEGIN:VEVENT\r\nUID:1@example.jp\r\nDTSTAMP:20261121T000000Z\r\nDTSTART:20261201T010000Z\r\n" \
      b"DTEND:20261201T020000Z\r\nSUMMARY:Meeting\r\nLOCATION:Room 1\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
VCF = b"BEGIN:VCARD\r\nVERSION:3.0\r\nN:Yamada;Taro;;;\r\nFN:Yamada Taro\r\nORG:City\r\nEMAIL:taro@example.jp\r\nTEL:03-1234-5678\r\nEND:VCARD\r\n"
CSV = "名前,数\r\n山田,1\r\n佐藤,2\r\n".encode()
TEXT = "議事録の本文です。\n二行目。\n".encode()


def pdf():
    """The smallest PDF with a page."""
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
               b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 100] /Contents 4 0 R >>", b"<< /Length 26 >>\nstream\n0 0 1 rg 10 10 50 50 re f \nendstream"]
    out, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = len(out)
    out += b"xref\n0 5\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + b"trailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % table


# What ordinary senders send; the honest filters make the sample of it.
SOURCES = {"png": rig.bmp(40, 30), "jpg": rig.bmp(300, 200), "pdf": pdf(), "zip": plain_zip(("a.txt", TEXT), ("b.csv", CSV)),
           "ics": ICS, "vcf": VCF, "csv": CSV, "txt": TEXT}
NAMES = {"png": "a.bmp", "jpg": "a.bmp"}


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def before(data, mark, inserted, last=False):
    at = data.rindex(mark) if last else data.index(mark)
    return data[:at] + inserted + data[at:]


def line(data, mark, inserted):
    return before(data, mark, inserted + (b"\r\n" if b"\r\n" in data else b"\n"))


OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
MAIN = {"docx": ("word/document.xml", "wordprocessingml.document"), "xlsx": ("xl/workbook.xml", "spreadsheetml.sheet")}
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def relations(*targets):
    return HEAD + '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">%s</Relationships>' % "".join(
        '<Relationship Id="rId%d" Type="%s%s" Target="%s"/>' % (n, OFFICE, kind, target) for n, (kind, target) in enumerate(targets, 1))


def office(kind):
    """A small document, as a program writes it."""
    main, media = MAIN[kind]
    types = HEAD + ('<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType='
                    '"application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
                    '<Override PartName="/%s" ContentType="application/vnd.openxmlformats-officedocument.%s.main+xml"/>%%s</Types>' % (main, media))
    parts = [("[Content_Types].xml", types % ""), ("_rels/.rels", relations(("officeDocument", main)))]
    if kind == "docx":
        parts += [(main, HEAD + '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>Report</w:t></w:r></w:p>'
                                '</w:body></w:document>')]
    elif kind == "xlsx":
        parts[0] = (parts[0][0], types % ('<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.'
                                          'spreadsheetml.worksheet+xml"/>'))
        space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
        parts += [(main, HEAD + '<workbook %s xmlns:r="%s"><sheets><sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>' % (space, OFFICE[:-1])),
                  ("xl/_rels/workbook.xml.rels", relations(("worksheet", "worksheets/sheet1.xml"))),
                  ("xl/worksheets/sheet1.xml", HEAD + '<worksheet %s><sheetData><row r="1"><c r="A1"><f>SUM(1,2)</f><v>3</v></c></row></sheetData></worksheet>' % space)]
    return plain_zip(*parts)


def repacked(change):
    """A lie within a package: @change gets the list of [name, text] and may return another; the ZIP keeps its one form."""
    def lie_of(data):
        with zipfile.ZipFile(io.BytesIO(data)) as z:
            members = [[i.filename, z.read(i)] for i in z.infolist()]
        members = change(members) or members
        return zip_of([record(name.encode(), content, flags=2048) for name, content in members])
    return lie_of


def replaced(name, old, new):
    def change(members):
        for member in members:
            if member[0] == name:
                assert old in member[1], (name, old, member[1])
                member[1] = member[1].replace(old, new, 1)
    return repacked(change)


def office_lies(main, mark):
    """Lies that any document can tell. @mark: where an element may stand in the main part."""
    rels = re.sub(r"([^/]*)$", r"_rels/\1.rels", main)
    gate = b'<Relationship Id="rId99" Type="%s" Target="%s" TargetMode="External"/></Relationships>'
    return (("a macro part", repacked(lambda m: m + [["vbaProject.bin", b"\xd0\xcf\x11\xe0" + EVIL]])),
            ("a relation to elsewhere", repacked(lambda m: m + [[rels, relations(("hyperlink", "x")).encode().replace(
                b"</Relationships>", gate % (OFFICE.encode() + b"attachedTemplate", b"http://example.com/" + EVIL))]])),
            ("a document type", replaced(main, HEAD.encode(), HEAD.encode() + b'<!DOCTYPE a SYSTEM "http://example.com/%s">' % EVIL)),
            ("an entity", replaced(main, HEAD.encode(), HEAD.encode() + b'<!DOCTYPE a [<!ENTITY b "%s">]>' % EVIL)),
            ("a comment", replaced(main, mark, b"<!--%s-->" % EVIL + mark)),
            ("an element of its own", replaced(main, mark, b'<evil a="%s"/>' % EVIL + mark)),
            ("a namespace", replaced(main, b" xmlns:", b' xmlns:evil="urn:%s" xmlns:' % EVIL)),
            ("content types", replaced("[Content_Types].xml", b"</Types>", b'<Default Extension="bin" ContentType="%s"/></Types>' % EVIL)),
            ("the same part twice", repacked(lambda m: m + [[main, EVIL]])),
            ("bytes behind the end", lambda d: d + EVIL))


# A lie for each place in which something could travel: name, from the sample's bytes to the liar's.
LIES = {
    "png": (("a text chunk", lambda d: before(d, b"\0\0\0\0IEND", chunk(b"tEXt", b"k\0" + EVIL))),
            ("an unknown chunk", lambda d: before(d, b"\0\0\0\0IEND", chunk(b"evIl", EVIL))),
            ("bytes behind the end", lambda d: d + EVIL),
            ("a profile", lambda d: d[:33] + chunk(b"iCCP", b"x\0\0" + zlib.compress(EVIL)) + d[33:]),
            ("a checksum that is wrong", lambda d: d[:-1] + bytes([d[-1] ^ 1])),
            ("bytes behind the pixels", lambda d: d[:33] + chunk(b"IDAT", zlib.compress(bytes(9000) + EVIL)) + d[33:])),
    "jpg": (("a comment", lambda d: d[:2] + b"\xff\xfe" + struct.pack(">H", len(EVIL) + 2) + EVIL + d[2:]),
            ("EXIF", lambda d: d[:2] + b"\xff\xe1" + struct.pack(">H", len(EVIL) + 8) + b"Exif\0\0" + EVIL + d[2:]),
            ("bytes behind the end", lambda d: d + EVIL),
            ("bytes before the end", lambda d: d[:-2] + EVIL + d[-2:]),
            ("a second picture", lambda d: d + d)),
    "pdf": (("JavaScript", lambda d: d.replace(b"/Type /Catalog", b"/Type /Catalog /OpenAction << /S /JavaScript /JS (" + EVIL + b") >>") if b"/Type /Catalog" in d else
             re.sub(rb"/Catalog", b"/Catalog/OpenAction<</S/JavaScript/JS(" + EVIL + b")>>", d, count=1)),
            ("an object more", lambda d: before(d, b"xref", b"99 0 obj\n(" + EVIL + b")\nendobj\n")),
            ("an appended revision", lambda d: d + b"99 0 obj\n(" + EVIL + b")\nendobj\nxref\n0 0\ntrailer\n<< >>\nstartxref\n0\n%%EOF\n"),
            ("a comment", lambda d: before(d, b"endobj", b"%" + EVIL + b"\n")),
            ("the sender's own", lambda d: SOURCES["pdf"] + b"%" + EVIL)),
    "zip": (("a program as member", lambda d: zip_of([record(b"a.txt", TEXT, flags=2048), record(b"b.exe", b"MZ\x90\0" + EVIL, flags=2048)])),
            ("a comment", lambda d: d[:-2] + struct.pack("<H", len(EVIL)) + EVIL),
            ("an extra field", lambda d: zip_of([record(b"a.txt", TEXT, flags=2048, extra=struct.pack("<HH", 0x5455, len(EVIL)) + EVIL)])),
            ("bytes in front", lambda d: EVIL + d),
            ("a name that leads out", lambda d: zip_of([record(b"../a.txt", TEXT + EVIL, flags=2048)])),
            ("the sender's own", lambda d: plain_zip(("a.txt", TEXT + EVIL)))),
    "ics": (("an attachment", lambda d: line(d, b"END:VEVENT", b"ATTACH;ENCODING=BASE64;VALUE=BINARY:" + EVIL)),
            ("an alarm that starts something", lambda d: line(d, b"END:VEVENT", b"BEGIN:VALARM\r\nACTION:PROCEDURE\r\nATTACH:file:///" + EVIL + b"\r\nEND:VALARM")),
            ("an address", lambda d: line(d, b"END:VEVENT", b"URL:http://example.com/" + EVIL)),
            ("a property of its own", lambda d: line(d, b"END:VEVENT", b"X-ALT-DESC;FMTTYPE=text/html:<script>" + EVIL + b"</script>")),
            ("bytes behind the end", lambda d: d + EVIL)),
    "vcf": (("a picture", lambda d: line(d, b"END:VCARD", b"PHOTO;ENCODING=b;TYPE=JPEG:" + EVIL)),
            ("a key", lambda d: line(d, b"END:VCARD", b"KEY:data:application/pgp-keys;base64," + EVIL)),
            ("an address", lambda d: line(d, b"END:VCARD", b"URL:http://example.com/" + EVIL)),
            ("bytes behind the end", lambda d: d + EVIL)),
    "csv": (("a formula", lambda d: d + b"=cmd|'/c " + EVIL + b"'!A0,1\r\n"),
            ("a formula with a sign", lambda d: d + b"\"+SUM(A1)" + EVIL + b"\",1\r\n"),
            ("a control character", lambda d: d + b"a\x07" + EVIL + b",1\r\n")),
    "txt": (("a control character", lambda d: d + b"\x1b[2J" + EVIL + b"\n"),
            ("a sign that turns the line", lambda d: d + "\u202e".encode() + EVIL + b"\n")),
}


LIES["docx"] = office_lies("word/document.xml", b"<w:body>") + (
    ("DDE", replaced("word/document.xml", b"<w:r>", b'<w:fldSimple w:instr=" DDEAUTO cmd %s "><w:r><w:t>1</w:t></w:r></w:fldSimple><w:r>' % EVIL)),
    ("an object", replaced("word/document.xml", b"<w:r>", b'<w:r><w:object w:dxaOrig="1"/><w:t>%s</w:t></w:r><w:r>' % EVIL)))
LIES["xlsx"] = office_lies("xl/workbook.xml", b"<s:sheets>") + (
    ("DDE", replaced("xl/worksheets/sheet1.xml", b"SUM(1,2)", b"cmd|'/c " + EVIL + b"'!A0")),
    ("a formula that fetches", replaced("xl/worksheets/sheet1.xml", b"SUM(1,2)", b'WEBSERVICE("http://example.com/' + EVIL + b'")')),
    ("a macro as a name", replaced("xl/workbook.xml", b"</s:workbook>",
                                   b'<s:definedNames><s:definedName name="Auto_Open" xlm="1">EXEC("' + EVIL + b'")</s:definedName></s:definedNames></s:workbook>')))
SOURCES.update({kind: office(kind) for kind in ("docx", "xlsx")})


def sanitize(place, rules, name, content, *more):
    """Returns: (exit code, {name: bytes} that came out, stderr)."""
    place.write("rules.yaml", rules)
    source, out = place.write(os.path.join("in", name), content), place.path("out")
    rig.subprocess.run(["rm", "-rf", out], check=False)
    result = rig.mugai("sanitize", "-r", place.path("rules.yaml"), "-o", out, *more, source)
    made = {}
    for folder, _, files in os.walk(out):
        for file in files:
            with open(os.path.join(folder, file), "rb") as f:
                made[file] = f.read()
    os.unlink(source)
    return result.returncode, made, result.stderr.decode(errors="replace")


def honest(place, kind):
    _, made, err = sanitize(place, "version: 1\npreset: u-remove\n", NAMES.get(kind, "a." + kind), SOURCES[kind])
    sample = next((data for name, data in made.items() if name.endswith("." + kind)), None)
    tap.check(sample is not None, "%s: the honest filters make one" % kind, err + str(list(made)))
    return sample


def lie(place, kind, how, content):
    """Returns: what came out, stderr."""
    rules = "version: 1\nrules:\n  - { name: lie, do: [liar: { how: %s }] }\n" % how
    code, made, err = sanitize(place, rules, "a." + kind, content, "--filters", FILTERS)
    return code, b"".join(made.values()), err


def liars(place, kind):
    sample = honest(place, kind)
    if sample is None:
        return
    for how in ("keep", "copy"):
        code, out, err = lie(place, kind, how, sample)
        if (kind, how) != ("csv", "keep"):  # see liar.c
            tap.check(code == 0 and out == sample, "%s: what is in the profile passes, whoever says so (%s)" % (kind, how), "%d %s" % (code, err))
        for what, seed in LIES[kind] if how == "copy" else LIES[kind][:1]:
            evil = seed(sample)
            assert evil != sample, (kind, what)
            code, out, err = lie(place, kind, how, evil)
            tap.check(code != 0 and EVIL not in out and evil not in out, "%s: %s is caught (%s)" % (kind, what, how), "%d %r %s" % (code, out[:80], err))


def bytes_changed(place, kind):
    """Bytes changed at random places: what comes out, if anything, is what the verifier alone accepts by hand."""
    sample, random_ = honest(place, kind), random.Random(SEED)
    for n in range(TRIES if sample else 0):
        changed = bytearray(sample)
        at = random_.randrange(len(changed))
        changed[at] ^= 1 << random_.randrange(8)
        _, out, err = lie(place, kind, "copy", bytes(changed))
        judged = rig.subprocess.run([rig.program("mugai-verify"), place.write("one." + kind, bytes(changed))], capture_output=True, env=rig.environment(), check=False)
        tap.check(not out or judged.returncode == 0, "%s: byte %d changed (%d)" % (kind, at, n), err)


def main():
    tap.check(rig.sandbox_works(), "mugai sanitize works here")
    with rig.Place() as place:
        for kind in SOURCES:
            liars(place, kind)
        for kind in ("png", "jpg", "pdf", "zip"):
            bytes_changed(place, kind)
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
