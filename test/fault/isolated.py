#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Filters of every shape end to end: rules, the real pool, render and encode children, the real verifier.

Usage: isolated.py BUILD"""
import email
import os
import socket
import struct
import sys
import threading

import rig
from rig import tap

FILTERS = os.path.join(rig.BUILD, "test", "filters")
BAD = ("crash hang number flood wrong-type empty quit put-and-refuse unknown-reason page huge-page child later lie-frames").split()


CONTAINERS = "a container's child counts as delivered, but its leaf is the container's: the report is refused"


def known_broken(ok, name, why):
    """A failure that is known, and turns into an ordinary check when it is mended."""
    if ok:
        tap.check(ok, name)
        return
    tap.count += 1
    print("not ok %d - %s # TODO %s" % (tap.count, name, why))


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
        for name in ("a.png", "b.png"):
            tap.check(parts.get(name, b"").startswith(b"\x89PNG\r\n"), name + " is delivered as PNG", err + str(list(parts)))
        code, err, parts, out = sanitize(place, rules, rig.mail(attachments=[("a.bmp", "image/bmp", rig.bmp()[:18] + bytes(8) + rig.bmp()[26:])]))
        tap.check(code == 0 and "a.png" not in parts and rig.bmp()[54:64] not in b"".join(parts.values()), "an image of no size is withheld, the mail goes on", err)
        many = [("%03d.bmp" % i, "image/bmp", rig.bmp(4 + i % 5, 4)) for i in range(60)]
        code, err, parts, out = sanitize(place, rules, rig.mail(attachments=many))
        tap.equal(sum(1 for content in parts.values() if content.startswith(b"\x89PNG")), 60, "60 images in one mail")
        checked = rig.subprocess.run([rig.program("mugai-verify"), "--type", "mail", "-"], input=out, capture_output=True, env=rig.environment(), check=False)
        tap.check(checked.returncode == 0, "and the result is in the profile", checked.stdout + checked.stderr)


def container():
    bundle = b"one.txt 6\nfirst\nbad.exe 4\nMZ\x90\0two.txt 7\nsecond\n"
    with rig.Place() as place:
        rules = "  - { name: b, when: { name: '*.bundle' }, do: [bundle: { how: %s }] }\n" \
                "  - { name: t, when: { type: text }, do: [text-clean] }\n"
        code, err, parts, _ = sanitize(place, rules % "join", rig.mail(attachments=[("x.bundle", "application/octet-stream", b"\0" + bundle)]))
        tap.check(code == 0 and len(parts) == 1, "a broken bundle is withheld", err + str(parts))
        code, err, parts, _ = sanitize(place, rules % "join", rig.mail(attachments=[("x.bundle", "application/octet-stream", bundle)]))
        joined = b"".join(parts.values())
        known_broken(code == 0 and b"[one.txt]" in joined and b"first" in joined and joined.find(b"first") < joined.find(b"second"), "children joined in order", CONTAINERS)
        tap.check(b"MZ" not in joined, "a child that may not go on does not")
        code, err, parts, _ = sanitize(place, rules % "flat", rig.mail(attachments=[("x.bundle", "application/octet-stream", bundle)]))
        known_broken(b"first" in b"".join(parts.values()) and len(parts) >= 3, "children delivered one by one", CONTAINERS)


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
    sys.exit(tap.run([image, container, converter, misbehaving, clamd]))
