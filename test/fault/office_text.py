#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""office-text through the real processes: what a reader of the document sees comes out as text, nothing else does.

Usage: office_text.py BUILD"""
import io
import json
import os
import sys
import zipfile

import rig
from rig import tap

RULES = """version: 1
preset: u-remove
limits: { expanded: 8MiB, filter-time: 5s }
rules:
  - { name: office, when: { type: [docx, docm, xlsx, xlsm, pptx, pptm, odt, ods, odp] }, do: [office-text] }
"""
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
S = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="%s"' % REL.rstrip("/")
A = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" xmlns:r="%s"' % REL.rstrip("/")
O = ('xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
     'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"')


def relations(*list_):
    rows = "".join('<Relationship Id="%s" Type="%s%s" Target="%s"/>' % (i, REL, t, target) for i, t, target in list_)
    return '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">%s</Relationships>' % rows


def package(parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        for name, text in parts.items():
            z.writestr(zipfile.ZipInfo(name) if name == "mimetype" else name, text if isinstance(text, bytes) else '<?xml version="1.0" encoding="UTF-8"?>' + text if text.startswith("<") else text)
    return out.getvalue()


def docx(body, more=None, doctype=""):
    parts = {"[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
                                    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" '
                                    'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>',
             "_rels/.rels": relations(("r1", "officeDocument", "word/document.xml")),
             "word/document.xml": "%s<w:document %s><w:body>%s</w:body></w:document>" % (doctype, W, body)}
    if doctype:
        parts["word/document.xml"] = ('<?xml version="1.0"?>' + parts["word/document.xml"]).encode()
    parts.update(more or {})
    return package(parts)


def xlsx():
    return package({
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/xl/workbook.xml" '
                               'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>',
        "_rels/.rels": relations(("r1", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": '<workbook %s><sheets><sheet name="表" sheetId="1" r:id="r1"/><sheet name="裏" sheetId="2" state="hidden" r:id="r2"/></sheets></workbook>' % S,
        "xl/_rels/workbook.xml.rels": relations(("r1", "worksheet", "worksheets/a.xml"), ("r2", "worksheet", "/xl/worksheets/b.xml"), ("r3", "sharedStrings", "s.xml"), ("r4", "styles", "t.xml")),
        "xl/s.xml": '<sst %s><si><t>品名</t><rPh><t>ヒンメイ</t></rPh></si><si><r><t>封</t></r><r><t>筒</t></r></si></sst>' % S,
        "xl/t.xml": '<styleSheet %s><numFmts><numFmt numFmtId="200" formatCode="[$-411]ggge&quot;年&quot;m&quot;月&quot;"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="200"/></cellXfs></styleSheet>' % S,
        "xl/worksheets/a.xml": '<worksheet %s><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="C1"><v>12.5</v></c></row>'
                               '<row r="2"><c r="A2" t="s"><v>1</v></c><c r="B2" s="1"><v>46346</v></c><c r="C2" s="2"><v>46346.75</v></c><c r="D2" t="b"><v>1</v></c>'
                               '<c r="E2" t="s"><v>99</v></c><c r="F2"><f>WEBSERVICE("http://x")</f><v>7</v></c></row></sheetData></worksheet>' % S,
        "xl/worksheets/b.xml": '<worksheet %s><sheetData><row><c t="inlineStr"><is><t>控え</t></is></c></row></sheetData></worksheet>' % S})


def pptx():
    slide = '<p:sld %s %s><p:cSld><p:spTree><p:sp><p:txBody><a:p><a:r><a:t>%s</a:t></a:r></a:p></p:txBody></p:sp></p:spTree></p:cSld></p:sld>'
    return package({
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/ppt/presentation.xml" '
                               'ContentType="application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"/></Types>',
        "_rels/.rels": relations(("r1", "officeDocument", "ppt/presentation.xml")),
        "ppt/presentation.xml": '<p:presentation %s><p:sldIdLst><p:sldId id="256" r:id="r2"/><p:sldId id="257" r:id="r1"/></p:sldIdLst></p:presentation>' % A,
        "ppt/_rels/presentation.xml.rels": relations(("r1", "slide", "slides/one.xml"), ("r2", "slide", "slides/two.xml")),
        "ppt/slides/one.xml": slide % (A, 'show="0"', "後の頁"), "ppt/slides/two.xml": slide % (A, "", "先の頁"),
        "ppt/slides/_rels/two.xml.rels": relations(("r1", "notesSlide", "../notes/n.xml")),
        "ppt/notes/n.xml": '<p:notes %s><a:p><a:r><a:t>覚え書き</a:t></a:r></a:p></p:notes>' % A})


def odt():
    return package({"mimetype": "application/vnd.oasis.opendocument.text",
                    "content.xml": '<office:document-content %s><office:body><office:text><text:tracked-changes><text:p>消した文</text:p></text:tracked-changes><text:h>見出し</text:h>'
                                   '<text:p>一<text:s text:c="2"/>二<text:line-break/>三</text:p><table:table table:name="表1"><table:table-row><table:table-cell><text:p>甲</text:p></table:table-cell>'
                                   '<table:table-cell><text:p>乙</text:p></table:table-cell></table:table-row></table:table></office:text></office:body></office:document-content>' % O})


def run(text):
    return "<w:r><w:t>%s</w:t></w:r>" % text


BODY = ("<w:p>%s<w:del><w:r><w:delText>消した</w:delText></w:r></w:del><w:r><w:rPr><w:vanish/></w:rPr><w:t>隠した</w:t></w:r></w:p>"
        "<w:p><w:r><w:instrText>DDEAUTO cmd</w:instrText></w:r><w:r><w:ruby><w:rt><w:r><w:t>かん</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>漢</w:t></w:r></w:rubyBase></w:ruby></w:r></w:p>"
        "<w:tbl><w:tr><w:tc><w:p>%s</w:p></w:tc><w:tc><w:p>%s</w:p></w:tc></w:tr></w:tbl>" % (run("お知らせ &amp; 連絡"), run("甲"), run("乙")))
CASES = [
    ("a.docx", docx(BODY), "お知らせ & 連絡\n(かん)漢\n甲\t乙\n"),
    ("a.docx", docx("<w:p>%s</w:p>" % run("本文"), {"word/_rels/document.xml.rels": relations(("r1", "footnotes", "f.xml"), ("r2", "header", "gone.xml")),
                                                   "word/f.xml": "<w:footnotes %s><w:footnote><w:p>%s</w:p></w:footnote></w:footnotes>" % (W, run("注"))}), "本文\n\n【脚注】\n注\n"),
    ("a.xlsx", xlsx(), "【表】\n品名\t\t12.5\n封筒\t2026-11-20\t2026-11-20 18:00\tTRUE\t\t7\n\n【裏】\n控え\n"),
    ("a.pptx", pptx(), "【スライド 1】\n先の頁\n〔ノート〕\n覚え書き\n\n【スライド 2】\n後の頁\n"),
    ("a.odt", odt(), "見出し\n一  二\n三\n\n【表1】\n甲\t乙\n"),
]
CASES.append(("a.docx", docx("<w:p>" * 5000 + run("深い") + "</w:p>" * 5000), "深い\n"))
ENTITY = '<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY x SYSTEM "file:///etc/passwd">]>'
BAD = [
    ("a document type", docx("<w:p>%s</w:p>" % run("&b;&x;"), doctype=ENTITY)),
    ("broken XML", docx("<w:p><w:r>")),
    ("no main part", docx("x", {"_rels/.rels": relations()})),
    ("a main part outside of the package", docx("x", {"_rels/.rels": relations(("r1", "officeDocument", "../../etc/passwd"))})),
    ("no text", docx("<w:p/>")),
    ("a bomb", docx("<w:p>%s</w:p>" % run(" " * (32 << 20)))),
]


def sanitize(place, name, content):
    """Returns: report of the item, text that came out (None when nothing did), stderr."""
    rules, path, out, report = place.write("rules.yaml", RULES), place.write(name, content), place.path("out"), place.path("r.json")
    result = rig.mugai("sanitize", "-r", rules, "-o", out, "--report", report, path)
    with open(report, encoding="utf-8") as f:
        item = json.load(f)["items"][0]
    text = None
    for folder, _, files in os.walk(out):
        for file in files:
            with open(os.path.join(folder, file), encoding="utf-8") as f:
                text = f.read()
            os.unlink(os.path.join(folder, file))
    return item, text, result.stderr.decode(errors="replace")


def texts():
    with rig.Place() as place:
        for name, content, want in CASES:
            item, text, err = sanitize(place, name, content)
            tap.check(text == want, "%s: %s" % (name, want.split("\n")[0]), (text, item["reason"], err))


def refused():
    with rig.Place() as place:
        for what, content in BAD:
            item, text, err = sanitize(place, "a.docx", content)
            tap.check(text is None and item["outcome"] == "withheld", what + ": withheld", (text, item["outcome"], err))


if __name__ == "__main__":
    tap.check(rig.sandbox_works(), "mugai sanitize works here")
    sys.exit(tap.run([texts, refused]))
