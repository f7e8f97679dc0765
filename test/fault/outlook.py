#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Messages of Outlook through the real processes: winmail.dat and saved messages become texts and files; what is damaged or hostile
stays behind with a reason, and costs only itself.

Usage: outlook.py BUILD"""
import binascii
import email
import email.policy
import os
import struct
import sys

import rig
from rig import tap

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "evasion"))
import outlook  # noqa: E402

RULES = "version: 1\npreset: u-remove\nlimits: { depth: 8, filter-time: 5s }\n"




def run(content, name="x.bin"):
    """Sanitize one file in a new place. Returns: body, {attachment: text}, the report as one string."""
    with rig.Place() as place:
        rules, source, out, report = place.write("rules.yaml", RULES), place.write(name, content), place.path("out"), place.path("r.json")
        result = rig.mugai("sanitize", "-r", rules, "-o", out, "--report", report, source)
        tap.check(result.returncode in (0, 1), "it ends by itself" if result.returncode in (0, 1) else result.stderr.decode(errors="replace"))
        body, files = "", {}
        for folder, _, names in os.walk(out):
            for one in names:
                with open(os.path.join(folder, one), "rb") as f:
                    mail = email.message_from_bytes(f.read(), policy=email.policy.default)
                for part in mail.walk():
                    if part.is_multipart():
                        continue
                    text = part.get_payload(decode=True).decode("utf-8", "replace")
                    if part.get_filename():
                        files[part.get_filename()] = text
                    else:
                        body += text
        with open(report, encoding="utf-8") as f:
            return body, files, f.read()


def holds(what, content, body=(), files=None, absent=(), report=(), name="x.bin"):
    got, attachments, json_text = run(content, name)
    for text in body:
        tap.check(text in got, "%s: %r is in the body" % (what, text))
    for text in absent:
        tap.check(text not in got, "%s: %r is not in the body" % (what, text))
    for text in report:
        tap.check(text in json_text, "%s: %r is in the report" % (what, text))
    for file, text in (files or {}).items():
        tap.check(text in attachments.get(file, "(not there)"), "%s: %s holds %r" % (what, file, text))


def tnef_forms():
    t = outlook.TNEF
    holds("text in CP932", t["text"], ("件名", "本文は日本語です。"), {"報告.txt": "one", "b.txt": "two"})
    holds("compressed RTF", t["rtf"], ("書式付きの本文", "日本", "a" * 16), absent=("hidden", "414141"))
    holds("RTF that was HTML", t["rtf-plain"], ("encapsulated text",))
    holds("HTML", t["html"], ("日本語のHTML",))
    holds("a message in it", t["nested"], ("outer",), {"件名.txt": "inner text"})


def msg_forms():
    m = outlook.MSG
    holds("text, people, files, a message", m["text"], ("件名", "山田", "鈴木 <s@example.jp>", "本文は日本語です。"),
          {"報告.txt": "one", "b.txt": "two", "中の件名.txt": "inner text"})
    holds("RTF", m["rtf"], ("書式付きの本文",))
    holds("an object stays behind", m["ole"], ("with an object", "OLE2"))


def in_a_mail():
    def mail(text, content, kind="ms-tnef", name="winmail.dat"):
        return (
            b"From: a@example.jp\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n" + text +
            b"\r\n--b\r\nContent-Type: application/" + kind.encode() + b"; name=" + name.encode() +
            b"\r\nContent-Transfer-Encoding: base64\r\n\r\n" + binascii.b2a_base64(content).strip() + b"\r\n--b--\r\n")
    holds("nothing but winmail.dat", mail(b"", outlook.TNEF["text"]), ("本文は日本語です。",), {"winmail - 報告.txt": "one"}, absent=("件名：",), name="x.eml")
    holds("beside a text", mail(b"cover letter", outlook.TNEF["text"]), ("cover letter",), {"winmail.txt": "本文は日本語です。"},
          absent=("本文は日本語です。",), name="x.eml")
    holds("a saved message", mail(b"cover letter", outlook.MSG["text"], "vnd.ms-outlook", "m.msg"), ("cover letter",),
          {"m.txt": "本文は日本語です。", "m - 中の件名.txt": "inner text"}, name="x.eml")


def hostile_tnef():
    good = outlook.TNEF["text"]
    damaged = ("outlook.damaged",)
    for cut in (7, 41, len(good) - 1):
        holds("cut at %d" % cut, good[:cut], report=damaged)
    holds("a size past the end", outlook.tnef(struct.pack("<BII", 1, 0x2800C, 0xFFFFFFFF) + b"x"), report=damaged)
    holds("properties without end", outlook.tnef(outlook.attribute(1, 0x69003, struct.pack("<I", 0xFFFFFFFF))), report=damaged)
    holds("an unknown type", outlook.tnef(outlook.attribute(1, 0x69003, struct.pack("<IHH", 1, 0x77, 0x37))), report=damaged)
    holds("a wrong checksum", outlook.tnef(outlook.attribute(1, 0x2800C, b"text\0", 1)), ("text",), report=("outlook.checksum",))
    packed = outlook.rtf_packed(outlook.JA_RTF, checksum=1)
    holds("RTF with a wrong checksum", outlook.tnef(outlook.attribute(1, 0x69003, outlook.props((0x1009, outlook.BINARY, packed)))),
          report=("outlook.rtf-damaged",))
    bomb = outlook.rtf_packed(b"{\\rtf1 " + b"a" * 3000000 + b"}", size=0xFFFFFFFF)
    holds("a bomb of RTF", outlook.tnef(outlook.attribute(1, 0x69003, outlook.props((0x1009, outlook.BINARY, bomb)))))
    holds("groups", outlook.tnef(outlook.attribute(1, 0x69003, outlook.props((0x1009, outlook.BINARY, outlook.rtf_plain(b"{\\rtf1" + b"{" * 100000))))),
          report=("outlook.rtf-damaged",))
    deep = outlook.tnef(outlook.attribute(1, 0x2800C, b"bottom\0"))
    for _ in range(30):
        deep = outlook.tnef(outlook.attribute(1, 0x2800C, b"level\0"), outlook.tnef_message(deep))
    holds("thirty within each other", deep, ("level",), report=("limit.depth",))


def changed(data, *places):
    data = bytearray(data)
    for at, form, value in places:
        struct.pack_into(form, data, at, value)
    return bytes(data)


def hostile_msg():
    good = outlook.MSG["text"]
    fat = 512 + 512 * struct.unpack_from("<I", good, 76)[0]
    directory = struct.unpack_from("<I", good, 48)[0]
    entry = 512 + 512 * directory
    damaged = ("outlook.damaged",)
    holds("cut", good[:2000], report=("withheld",), name="x.msg")
    holds("a directory that runs in a circle", changed(good, (fat + 4 * directory, "<I", directory)), report=damaged, name="x.msg")
    holds("a table that is its own sector", changed(good, (80, "<I", struct.unpack_from("<I", good, 76)[0])), name="x.msg")
    holds("a list of tables in a circle", changed(good, (68, "<I", 0), (72, "<I", 0xFFFF)), name="x.msg")
    holds("an entry beside itself", changed(good, (entry + 128 + 72, "<I", 1)), report=damaged, name="x.msg")
    holds("an entry below itself", changed(good, (entry + 76, "<I", 0)), report=damaged, name="x.msg")
    holds("an entry past the end", changed(good, (entry + 76, "<I", 0xFFFF)), report=damaged, name="x.msg")
    holds("a huge stream", changed(good, (entry + 128 + 120, "<I", 0xFFFFFFFF)), report=damaged, name="x.msg")
    holds("small sectors of another", changed(good, (entry + 128 + 116, "<I", struct.unpack_from("<I", good, entry + 256 + 116)[0])),
          report=damaged, name="x.msg")
    holds("small sectors in a circle", changed(good, (512 + 512 * struct.unpack_from("<I", good, 60)[0], "<32s", bytes(32))), report=damaged, name="x.msg")
    holds("sectors of 2 GiB", changed(good, (30, "<H", 31)), name="x.msg")
    inner = outlook.message((0x1000, outlook.UNICODE, outlook.wide("bottom")[:-2]), top=False)
    for _ in range(30):
        inner = outlook.message((0x1000, outlook.UNICODE, outlook.wide("level")[:-2]), files=(outlook.msg_message(inner),), top=False)
    holds("thirty within each other", outlook.compound(outlook.message((0x1000, outlook.UNICODE, outlook.wide("top")[:-2]),
          files=(outlook.msg_message(inner),))), ("top",), name="x.msg")


def main():
    tap.check(rig.sandbox_works(), "mugai sanitize works here")
    return tap.run([tnef_forms, msg_forms, in_a_mail, hostile_tnef, hostile_msg])


if __name__ == "__main__":
    sys.exit(main())
