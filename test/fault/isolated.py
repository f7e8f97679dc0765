#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Filters of every shape end to end: rules, the real pool, render and encode children, the real verifier.

Usage: isolated.py BUILD"""
import email
import json
import os
import socket
import struct
import sys
import threading

import rig
from rig import tap

FILTERS = os.path.join(rig.BUILD, "test", "filters")
BAD = ("crash hang number flood wrong-type empty quit put-and-refuse unknown-reason page huge-page child later lie-frames").split()


def sanitize(place, rules, content, *more, timeout=rig.TIMEOUT):
    """Returns: exit code, stderr, parts of the mail that came out as {name: bytes}, whole mail."""
    path = place.write("rules.yaml", "version: 1\nlimits: { filter-time: 1s }\nrules:\n" + rules)
    result = rig.mugai("sanitize", "-r", path, "--filters", FILTERS, *more, stdin=content, timeout=timeout)
    parts = {}
    for part in email.message_from_bytes(result.stdout).walk():
        if not part.is_multipart():
            parts[part.get_filename() or ""] = part.get_payload(decode=True)
    return result.returncode, result.stderr.decode(errors="replace"), parts, result.stdout


def image():
    with rig.Place() as place:
        rules = "  - { name: images, when: { type: bmp }, do: [image] }\n"
        code, err, parts, _ = sanitize(place, rules, rig.mail(attachments=[("a.bmp", "image/bmp", rig.bmp()), ("b.bmp", "image/bmp", rig.bmp(300, 200))]))
        tap.equal(code, 0, "a mail with images: exit 0")
        for name, start in (("a.png", b"\x89PNG\r\n"), ("b.jpg", b"\xff\xd8\xff\xe0")):
            tap.check(parts.get(name, b"").startswith(start), name + " is delivered", err + str(list(parts)))
        code, err, parts, out = sanitize(place, rules, rig.mail(attachments=[("a.bmp", "image/bmp", rig.bmp()[:18] + bytes(8) + rig.bmp()[26:])]))
        tap.check(code == 0 and "a.png" not in parts and rig.bmp()[54:64] not in b"".join(parts.values()), "an image of no size is withheld, the mail goes on", err)
        many = [("%03d.bmp" % i, "image/bmp", rig.bmp(4 + i % 5, 4)) for i in range(60)]
        code, err, parts, out = sanitize(place, rules, rig.mail(attachments=many))
        tap.equal(sum(1 for content in parts.values() if content.startswith(b"\x89PNG")), 60, "60 images in one mail")
        checked = rig.subprocess.run([rig.program("mugai-verify"), "--type", "mail", "-"], input=out, capture_output=True, env=rig.environment(), check=False)
        tap.check(checked.returncode == 0, "and the result is in the profile", checked.stdout + checked.stderr)


def bundle(*members):
    """The toy archive of test/filters/bundle.c; a member that is a list of members is a bundle."""
    out = b"MSCF\0\0\0\0"
    for name, content in members:
        out += b"%s %d\n" % (name.encode(), len(content)) + content
    return out


def opened(place, how, content, *more, limits="", rules=None):
    """One bundle as the only attachment. Returns: report of the item, {name: bytes} delivered, rows by path, stderr."""
    rules = rules or "  - { name: b, when: { name: '*.bundle' }, do: [%s] }\n" \
                     "  - { name: t, when: { type: text }, do: [text-clean] }\n" \
                     "  - { name: i, when: { type: bmp }, do: [image] }\n" \
                     "  - { name: z, when: { type: gz }, do: [unwrap] }\n"
    path = place.path("report.json")
    rules_file = place.write("rules.yaml", "version: 1\nlimits: { filter-time: 1s%s }\nrules:\n" % limits + (rules % how if "%s" in rules else rules))
    result = rig.mugai("sanitize", "-r", rules_file, "--filters", FILTERS, "--report", path, *more,
                       stdin=rig.mail("The body.\r\n", [("x.bundle", "application/octet-stream", content)]))
    parts = {}
    for part in email.message_from_bytes(result.stdout).walk():
        if not part.is_multipart():
            parts[part.get_filename() or ""] = part.get_payload(decode=True)
    with open(path, encoding="utf-8") as f:
        report = json.load(f)["items"][0]
    rows = {row["path"]: row for row in report["parts"]}
    checked = rig.subprocess.run([rig.program("mugai-verify"), "--type", "mail", "-"], input=result.stdout, capture_output=True, env=rig.environment(), check=False)
    tap.check(result.returncode == 0 and checked.returncode == 0 and report["outcome"] == "delivered", "%s: delivered, in the profile" % how,
              result.stderr.decode(errors="replace") + checked.stdout.decode(errors="replace") + str(report["findings"]))
    return report, parts, rows, result.stderr.decode(errors="replace")


def sums(report):
    return tuple(report["leaves_in"][key] for key in ("in", "delivered", "converted", "withheld"))


def container():
    pack = bundle(("one.txt", b"first\n"), ("bad.exe", b"MZ\x90\0" + bytes(60)), ("two.txt", b"second\n"))
    with rig.Place() as place:
        report, parts, rows, err = opened(place, "bundle", b"\0" + pack)
        tap.check(sums(report) == (2, 1, 0, 1) and rows["2"]["leaf"], "a broken bundle is one withheld leaf", str(sums(report)) + err)

        report, parts, rows, err = opened(place, "bundle", pack)
        joined = parts.get("x.bundle.txt", b"")
        tap.check(b"[one.txt]" in joined and b"first" in joined and joined.find(b"first") < joined.find(b"second"), "children joined in order", err + str(parts))
        tap.check(b"MZ" not in joined, "a child that may not go on does not")
        tap.equal(sums(report), (4, 3, 0, 1), "its members count, the bundle does not")
        tap.check([rows[p]["carried_by"] for p in ("1", "2", "2/one.txt", "2/two.txt", "2/bad.exe")] == [0, None, 1, 1, None], "each says which leaf of the output holds it",
                  str([(p, r["carried_by"]) for p, r in rows.items()]))
        tap.check(rows["2/bad.exe"]["outcome"] == "withheld" and not rows["2"]["leaf"], "and which is withheld")

        report, parts, rows, err = opened(place, "document", pack)
        tap.check(sums(report) == (5, 3, 1, 1) and rows["2"]["carried_by"] == 1, "a document counts besides what is in it", str(sums(report)) + err)

        report, parts, rows, err = opened(place, "bundle: { how: flat }", pack)
        tap.check(parts.get("one.txt") == b"first\n" and parts.get("two.txt") == b"second\n" and len(parts) == 3, "children delivered one by one", err + str(parts))
        tap.check(sums(report) == (4, 3, 0, 1) and [rows[p]["carried_by"] for p in ("2", "2/one.txt", "2/two.txt")] == [None, 1, 2], "each in a leaf of its own",
                  str(sums(report)) + str(parts))

        report, parts, rows, err = opened(place, "bundle: { how: mixed }", pack)
        tap.check(sums(report) == (4, 2, 0, 2) and b"second" not in b"".join(parts.values()) and rows["2/two.txt"]["reason"] == "withheld.parent",
                  "what a dissolved container keeps back is withheld", str(sums(report)) + err)

        for how in ("late", "early"):
            report, parts, rows, err = opened(place, "bundle: { how: %s }" % how, pack)
            tap.check(sums(report) == (2, 1, 0, 1) and b"first" not in b"".join(parts.values()) and len(parts) == 1, "refused %s: one leaf, withheld" % how, str(sums(report)) + str(parts))
            tap.check(rows["2/one.txt"]["reason"] == "withheld.parent" and not rows["2/one.txt"]["leaf"] and rows["2/one.txt"]["outcome"] == "withheld",
                      "and what was found in it is named as withheld", str(rows.get("2/one.txt")))
        rules = "  - { name: b, when: { name: '*.bundle' }, do: [bundle: { how: late }], else: [bundle] }\n" \
                "  - { name: t, when: { type: text }, do: [text-clean] }\n"
        report, parts, rows, err = opened(place, "then another chain", pack, rules=rules)
        tap.check(sums(report) == (4, 3, 0, 1) and b"first" in parts.get("x.bundle.txt", b""), "the next chain opens it afresh, and nothing counts twice", str(sums(report)) + err)
        rules = "  - { name: b, when: { name: '*.bundle' }, do: [document: { how: late }], else: [mask] }\n" \
                "  - { name: t, when: { type: text }, do: [text-clean] }\n"
        report, parts, rows, err = opened(place, "then a simple chain", b"one.txt 6\nfirst\n", rules=rules)
        tap.check(sums(report) in ((2, 2, 0, 0), (2, 1, 1, 0)), "or makes one leaf of it", str(sums(report)) + err + str(rows["2"]))

        inner = bundle(("deep.txt", b"deep\n"), ("worse.exe", b"MZ\x90\0" + bytes(60)))
        both = bundle(("a.txt", b"above\n"), ("in.bundle", inner), ("c.txt.gz", rig.gz(b"unpacked\n" * 9)))
        report, parts, rows, err = opened(place, "bundle", both)
        joined = parts.get("x.bundle.txt", b"")
        tap.check(sums(report) == (5, 3, 1, 1) and b"deep" in joined and b"unpacked" in joined, "two levels, and a converter in one", str(sums(report)) + err + str(parts))
        tap.equal(rows["2/in.bundle/deep.txt"]["carried_by"], 1, "the innermost is in the outermost's leaf")
        report, parts, rows, err = opened(place, "bundle: { how: flat }", both)
        tap.check(parts.get("deep.txt") == b"deep\n" and b"unpacked" in parts.get("c.txt.txt", b"") and sums(report) == (5, 3, 1, 1), "two levels one by one", str(sums(report)) + err + str(parts))

        many = bundle(*[("%02d.bmp" % i, rig.bmp(4 + i, 4)) for i in range(40)])
        report, parts, rows, err = opened(place, "bundle: { how: flat }", many)
        tap.check(sums(report) == (41, 1, 40, 0) and sum(c.startswith(b"\x89PNG") for c in parts.values()) == 40, "40 isolated children", str(sums(report)) + err)


def budgets():
    with rig.Place() as place:
        big = bundle(*[("%d.txt" % i, b"x" * 60000 + b"\n") for i in range(10)])
        small = bundle(("s.txt", b"small\n"))
        report, parts, rows, _ = opened(place, "bundle", big, limits=", expanded: 1MiB")
        tap.check(sums(report)[3] == 1 and rows["2"]["reason"] == "limit.expanded", "a bundle over the item's budget is withheld whole", str(sums(report)))
        report, parts, rows, _ = opened(place, "bundle", small, limits=", expanded: 1MiB")
        tap.equal(sums(report), (2, 2, 0, 0), "one below it is not")
        report, parts, rows, _ = opened(place, "bundle", bundle(*[("%d.txt" % i, b"x\n") for i in range(30)]), limits=", parts: 20")
        tap.check(sums(report) == (2, 1, 0, 1) and rows["2"]["reason"] == "limit.parts", "too many parts", str(sums(report)) + rows["2"]["reason"])
        deep = b"bottom\n"
        for _ in range(6):
            deep = bundle(("in.bundle", deep))
        report, parts, rows, _ = opened(place, "bundle", deep, limits=", depth: 4")
        tap.check(b"bottom" not in b"".join(parts.values()) and sums(report)[3] == 1, "nested too deeply: the innermost that fits is withheld", str(sums(report)))
        shells = rig.gz(b"bottom\n" * 9)
        for _ in range(9):
            shells = rig.gz(shells)
        report, parts, rows, _ = opened(place, "bundle", bundle(("s.txt", b"small\n"), ("d.gz", shells)), limits=", depth: 4")
        tap.check(b"small" in parts.get("x.bundle.txt", b"") and b"bottom" not in b"".join(parts.values()) and sums(report)[3] == 1,
                  "converters nested too deeply cost their part alone", str(sums(report)) + str(parts))


def converter():
    with rig.Place() as place:
        rules = "  - { name: t, when: { type: text }, do: [text-clean] }\n" \
                "  - { name: i, when: { type: bmp }, do: [image] }\n" \
                "  - { name: z, when: { type: gz }, do: [unwrap] }\n"
        code, err, parts, _ = sanitize(place, rules, rig.mail(attachments=[("t.txt.gz", "application/gzip", rig.gz(b"inside of it\n" * 20))]))
        tap.check(code == 0 and b"inside of it" in b"".join(parts.values()), "a converter's bytes re-enter the walk", err + str(parts))
        code, err, parts, _ = sanitize(place, rules, rig.mail(attachments=[("t.bmp.gz", "application/gzip", rig.gz(rig.bmp()))]))
        tap.check(any(content.startswith(b"\x89PNG") for content in parts.values()), "and go through an isolated filter there", err + str(parts))
        code, err, parts, _ = sanitize(place, rules, rig.mail(attachments=[("t.exe.gz", "application/gzip", rig.gz(b"MZ\x90\0" + bytes(60) + b"PE evil"))]))
        tap.check(code == 0 and b"evil" not in b"".join(parts.values()), "and are refused where a rule for them lacks", err + str(parts))
        deep = b"evil"
        for _ in range(30):
            deep = rig.gz(deep)
        code, err, parts, _ = sanitize(place, rules, rig.mail(attachments=[("deep.gz", "application/gzip", deep)]))
        tap.check(code in (0, 1) and b"evil" not in b"".join(parts.values()), "and not without end", err + str(parts))


def misbehaving():
    with rig.Place() as place:
        for where in ("bad", "bad-converter", "bad-walk"):
            for how in BAD:
                if where == "bad-walk" and how in ("crash", "hang", "quit", "flood", "child", "lie-frames"):
                    continue  # in the walk a crash is the worker's: the item is poison (see test-lying)
                rules = "  - { name: b, when: { name: 'x.txt' }, do: [%s: { how: %s }] }\n" % (where, how)
                code, err, parts, out = sanitize(place, rules, rig.mail("The body.\r\n", [("x.txt", "text/plain", b"evil")]))
                whole = b"".join(parts.values())
                tap.check(code == 0 and b"The body." in whole and b"evil" not in whole and b"not frames" not in whole and b"Mugai-Result" in out,
                          "%s, %s: that part alone is withheld" % (where, how), "exit %d\n%s%s" % (code, err, parts))
        rules = "  - { name: b, when: { name: 'x.txt' }, do: [bad: { how: fine }] }\n"
        _, err, parts, _ = sanitize(place, rules, rig.mail("The body.\r\n", [("x.txt", "text/plain", b"evil")]))
        tap.check(any(content.startswith(b"\x89PNG") for content in parts.values()), "the same filter behaving well delivers", err + str(parts))


def pdf_file(contents=b"BT /F 24 Tf 20 60 Td (Readable) Tj ET", more=()):
    """Objects 1 to 5 as below, more from 6 on; a reader repairs what it lacks."""
    def stream(dictionary, data):
        return b"<< %s /Length %d >>\nstream\n%s\nendstream" % (dictionary, len(data), data)
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
               b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 150] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> /XObject << /X 6 0 R >> >> >>",
               stream(b"", contents), b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"] + [stream(*pair) for pair in more]
    body = b"".join(b"%d 0 obj\n%s\nendobj\n" % pair for pair in enumerate(objects, 1))
    return b"%PDF-1.7\n" + body + b"trailer\n<< /Size 99 /Root 1 0 R >>\n%%EOF\n"


def pdf():
    if not os.path.exists(os.path.join(rig.BUILD, "filters", "pdf-image.so")):
        print("# built without MuPDF: PDF is not tested")
        return
    form = b"/Type /XObject /Subtype /Form /BBox [0 0 300 150] /Resources << /XObject << /X %d 0 R >> >>"
    endless = pdf_file(b"/X Do", [(form % n, b"/X Do " * 30) for n in range(7, 21)] + [(form % 99, b"0 0 9 9 re f")])
    files = [("a.pdf", "application/pdf", pdf_file()), ("endless.pdf", "application/pdf", endless), ("b.pdf", "application/pdf", pdf_file())]
    with rig.Place() as place:
        rules = "  - { name: p, when: { type: pdf }, do: [pdf-image] }\n"
        code, err, parts, out = sanitize(place, rules, rig.mail("The body.\r\n", files))
        tap.check(code == 0 and all(parts.get(name, b"").startswith(b"%PDF-") for name in ("a.pdf", "b.pdf")), "PDFs beside one that never ends are delivered", err + str(list(parts)))
        tap.check("endless.pdf" not in parts and b"Mugai-Result" in out, "and that one costs its deadline and itself", err)
        rules = "  - { name: p, when: { type: pdf }, do: [pdf-image: { page-time: 300ms }], else: [pdf-text, text-clean] }\n"
        code, err, parts, out = sanitize(place, rules, rig.mail("The body.\r\n", [("a.pdf", "application/pdf", pdf_file() + b"x" * 10)]))
        tap.check(parts.get("a.pdf", b"").startswith(b"%PDF-1.5"), "a PDF within its time", err)
        rules = "  - { name: p, when: { type: pdf }, do: [pdf-text, text-clean] }\n"
        code, err, parts, out = sanitize(place, rules, rig.mail("The body.\r\n", [("a.pdf", "application/pdf", pdf_file())]))
        tap.check(any(b"Readable" in content for name, content in parts.items() if name.endswith(".txt")), "pdf-text gives its text", err + str(parts))


def fake_clamd(path, answer):
    """Serves one INSTREAM after the other. Returns: the listening socket."""
    server = socket.socket(socket.AF_UNIX)
    server.bind(path)
    server.listen(8)

    def exactly(peer, size):
        data = b""
        while len(data) < size:
            more = peer.recv(size - len(data))
            if not more:
                raise EOFError
            data += more
        return data

    def serve():
        while True:
            try:
                peer, _ = server.accept()
            except OSError:
                return
            with peer:
                try:
                    content = b""
                    if exactly(peer, 10) != b"zINSTREAM\0":
                        continue
                    while True:
                        size = struct.unpack(">I", exactly(peer, 4))[0]
                        if size == 0:
                            break
                        content += exactly(peer, size)
                    peer.sendall(answer(content))
                except (EOFError, OSError):
                    pass

    threading.Thread(target=serve, daemon=True).start()
    return server


def clamd():
    with rig.Place() as place:
        path = place.path("clamd.sock")
        rules = "  - { name: c, when: { type: bmp }, do: [clamd: { socket: %s }, image] }\n" % path
        content = rig.mail(attachments=[("a.bmp", "image/bmp", rig.bmp())])
        code, err, _, out = sanitize(place, rules, content)
        tap.check(code == 75 and not out, "no scanner: try again later, nothing comes out", "exit %d\n%s" % (code, err))
        seen = []
        server = fake_clamd(path, lambda data: (seen.append(data), b"stream: OK\0")[1])
        code, err, parts, _ = sanitize(place, rules, content)
        tap.check(code == 0 and parts.get("a.png", b"").startswith(b"\x89PNG"), "clean: the next filter goes on", "exit %d\n%s" % (code, err))
        tap.check(seen == [rig.bmp()], "the scanner saw the part", repr(seen)[:200])
        server.close()
        os.unlink(path)
        server = fake_clamd(path, lambda data: b"stream: Eicar-Test FOUND\0")
        code, err, parts, _ = sanitize(place, rules, content)
        tap.check(code == 0 and "a.png" not in parts, "infected: withheld, the mail goes on", "exit %d\n%s" % (code, err))
        server.close()
        os.unlink(path)
        server = fake_clamd(path, lambda data: b"")
        code, err, _, out = sanitize(place, rules, content)
        tap.check(code == 75 and not out, "no proper answer: try again later", "exit %d\n%s" % (code, err))
        server.close()


if __name__ == "__main__":
    tap.check(rig.sandbox_works(), "mugai sanitize works here")
    sys.exit(tap.run([image, container, budgets, converter, misbehaving, pdf, clamd]))
