#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""office-convert and office-image through the real processes and LibreOffice; without it, what is said instead.

Usage: office_convert.py BUILD"""
import json
import os
import shutil
import struct
import subprocess
import sys

import rig
from rig import tap

TYPES = "[doc, dot, rtf, xls, xlt, ppt, slk]"
RULES = """version: 1
preset: u-remove
limits: { filter-time: 60s, time: 90s }
rules:
  - { name: text, when: { type: [docx, xlsx, pptx] }, do: [office-text] }
  - { name: old, when: { type: %s }, do: [office-convert] }
""" % TYPES
IMAGE = """version: 1
preset: u-image
limits: { filter-time: 60s, time: 90s }
"""
FALL = """version: 1
preset: u-remove
rules:
  - { name: old, when: { type: rtf }, do: [office-convert], else: [office-image] }
"""
TEXT = "回覧のお知らせ 42"


def rtf(text, more=""):
    return "{\\rtf1\\ansi\\deff0{\\fonttbl{\\f0 Times;}}\\f0 %s%s\\par}" % ("".join(c if ord(c) < 128 else "\\u%d?" % ord(c) for c in text), more)


FODP = """<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0"
 office:version="1.2" office:mimetype="application/vnd.oasis.opendocument.presentation"><office:body><office:presentation>
<draw:page draw:name="p1"><draw:frame svg:x="2cm" svg:y="2cm" svg:width="10cm" svg:height="3cm"><draw:text-box><text:p>%s</text:p></draw:text-box>
</draw:frame></draw:page></office:presentation></office:body></office:document>""" % TEXT


def lacks(prefix=()):
    """What `mugai filters` says office-convert lacks, "" when nothing."""
    result = subprocess.run([*prefix, rig.program("mugai"), "filters", "--json"], capture_output=True, env=rig.environment(), check=False)
    return {f["name"]: f["lacks"] for f in json.loads(result.stdout)}["office-convert"]


def soffice(place, path, extension):
    """One document in an old format, made by LibreOffice itself."""
    reader = ["--infilter=CSV:44,34,76"] if path.endswith(".csv") else []
    subprocess.run(["soffice", "-env:UserInstallation=file://" + place.path("profile"), "--headless", *reader, "--convert-to", extension, "--outdir",
                    os.path.dirname(path), path], capture_output=True, timeout=rig.TIMEOUT, check=False)
    made = os.path.splitext(path)[0] + "." + extension.split(":")[0]
    os.unlink(path)
    return os.path.exists(made)


def sanitize(place, rules, prefix=()):
    """Returns: { name: (report of the item, content of its one output or None) }, stderr."""
    out, report = place.path("out"), place.path("r.json")
    shutil.rmtree(out, ignore_errors=True)
    result = subprocess.run([*prefix, rig.program("mugai"), "sanitize", "-j", "2", "-r", place.write("rules.yaml", rules), "-o", out, "--report", report,
                             place.path("in")], capture_output=True, timeout=300, env=rig.environment(), check=False)
    items = {}
    with open(report, encoding="utf-8") as f:
        for item in json.load(f)["items"]:
            content = None
            if item["output"]:
                with open(item["output"], "rb") as f2:
                    content = f2.read()
            items[os.path.basename(item["input"])] = (item, content)
    return items, result.stderr.decode(errors="replace")[-2000:]


def has(items, name, want, what):
    item, content = items[name]
    tap.check(content is not None and want in content, what, (item["reason"], [(p["type"], p["reason"], p["findings"]) for p in item["parts"]], content))


def fill(place):
    """Documents of all kinds, generated."""
    place.write("in/a.rtf", rtf(TEXT))
    place.write("in/remote.rtf", rtf("そのまま", "{\\field{\\*\\fldinst INCLUDETEXT \"file:///etc/passwd\"}{\\fldrslt nothing}}"
                                     "{\\field{\\*\\fldinst INCLUDEPICTURE \"file:///etc/hostname\"}{\\fldrslt }}{\\*\\template file:///etc/passwd}"))
    place.write("in/comment.rtf", rtf(TEXT, "{\\*\\atnid X}{\\*\\atnauthor X}\\chatn{\\*\\annotation \\pard remark}"))
    place.write("in/page.doc", "<!DOCTYPE html><html><body><p>ページ</p><script>x()</script></body></html>")
    place.write("in/plain.doc", "ただの文字\n")
    place.write("in/broken.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    place.write("in/deep.rtf", "{\\rtf1" + "{" * 200000 + "x")
    place.write("in/sheet.slk", "ID;PWXL;N;E\r\nC;Y1;X1;K\"sylk\"\r\nC;Y2;X1;K7;E3+4\r\nE\r\n")
    place.write("in/w.rtf", rtf(TEXT))
    place.write("in/s.csv", "品名,数\n封筒,42\n")
    place.write("in/p.fodp", FODP)
    return (soffice(place, place.path("in", "w.rtf"), "doc") and soffice(place, place.path("in", "s.csv"), "xls") and
            soffice(place, place.path("in", "p.fodp"), "ppt"))


def converts():
    with rig.Place() as place:
        if not tap.check(fill(place), "documents to convert are made"):
            return
        locked = bytearray(open(place.path("in", "w.doc"), "rb").read())
        at = locked.find(struct.pack("<H", 0xa5ec))
        locked[at + 11] |= 1
        place.write("in/locked.doc", bytes(locked))
        items, err = sanitize(place, RULES)
        for name in ("a.rtf", "comment.rtf", "w.doc", "p.ppt"):
            has(items, name, TEXT.encode(), "%s is converted, its text is there" % name)
        has(items, "s.xls", "封筒\t42".encode(), "s.xls is converted, its cells are there")
        has(items, "sheet.slk", b"sylk\n7", "sheet.slk is converted, its cells are there")
        for name, kind in (("w.doc", "docx"), ("s.xls", "xlsx"), ("p.ppt", "pptx")):
            tap.check([p["type"] for p in items[name][0]["parts"]][:2] == [os.path.splitext(name)[1][1:], kind], "%s becomes %s" % (name, kind), items[name][0]["parts"])
        has(items, "remote.rtf", "そのまま".encode(), "what refers to files of the host is converted")
        tap.check(b"root:" not in (items["remote.rtf"][1] or b""), "and they are not in it", items["remote.rtf"])
        tap.check(items["page.doc"][0]["parts"][0]["type"] == "html" and "ページ".encode() in (items["page.doc"][1] or b""),
                  "a .doc that is a page is treated as one", items["page.doc"])
        tap.check(items["plain.doc"][0]["parts"][0]["type"] == "text", "a .doc that is a text is treated as one", items["plain.doc"])
        tap.check(items["broken.doc"][1] is None and items["deep.rtf"][0]["outcome"] in ("withheld", "delivered"), "broken ones harm nobody", err)
        tap.check(items["locked.doc"][1] is None and items["locked.doc"][0]["parts"][0]["type"] == "office-encrypted" and
                  items["locked.doc"][0]["reason"] == "withheld.encrypted", "an encrypted one is withheld as that", items["locked.doc"][0])


def draws():
    """To PDF, and where pdf-image is built, to images."""
    with rig.Place() as place:
        place.write("in/a.rtf", rtf(TEXT))
        place.write("in/a.slk", "ID;PWXL;N;E\r\nC;Y1;X1;K\"sylk\"\r\nE\r\n")
        items, err = sanitize(place, IMAGE)
        images = os.path.exists(os.path.join(rig.BUILD, "filters", "pdf-image.so"))
        for name, (item, content) in items.items():
            tap.check([p["type"] for p in item["parts"]][1:2] == ["pdf"], "%s becomes a PDF" % name, (item["parts"], err))
            tap.check(not images or (content or b"").startswith(b"%PDF-"), "%s: its images go on" % name, (item["reason"], (content or b"")[:20]))


def without():
    """In a namespace where LibreOffice is not there."""
    hide = ["unshare", *(() if os.geteuid() == 0 else ("-c", "--keep-caps")), "-m", "sh", "-c", "for d in /usr/lib/libreoffice /usr/lib64/libreoffice /opt/libreoffice*; do "
            "[ ! -d $d ] || mount -t tmpfs none $d || exit 99; done; exec \"$@\"", "sh"]
    if subprocess.run([*hide, "true"], capture_output=True, check=False).returncode != 0:
        tap.skip("without LibreOffice", "namespaces cannot be had here")
        return
    tap.check("libreoffice-writer" in lacks(hide), "filters: says what to install", lacks(hide))
    result = subprocess.run([*hide, rig.program("mugai"), "doctor", "--json"], capture_output=True, env=rig.environment(), check=False)
    tap.check(any(f["check"] == "host.filter-lacks" and f["severity"] == "warning" and "LibreOffice" in f["evidence"]
                  for f in json.loads(result.stdout)["findings"]), "doctor: warns", result.stdout[-2000:])
    with rig.Place() as place:
        place.write("in/a.rtf", rtf(TEXT))
        items, err = sanitize(place, FALL, hide)
        item = items["a.rtf"][0]
        tap.check(item["outcome"] == "withheld" and item["reason"] == "filter.missing", "its chains are passed over", (item, err))
        tap.check(any(f["code"] == "filter.missing" and "LibreOffice" in f["evidence"] for f in item["parts"][0]["findings"]), "and the report says what is missing", item)


if __name__ == "__main__":
    tap.check(rig.sandbox_works(), "mugai sanitize works here")
    if lacks():
        print("# " + lacks())
        tap.skip("conversion", "LibreOffice is not installed here")
        sys.exit(tap.run([without]))
    sys.exit(tap.run([converts, draws, without]))
