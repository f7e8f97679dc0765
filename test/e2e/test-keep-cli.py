#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""mugai keep as an administrator meets it, on a folder that `mugai sanitize --keep` made from mails written here.
Usage: test-keep-cli.py MUGAI SCHEMA KEEP-PUT"""
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time

import tap

MUGAI, SCHEMA, PUT = sys.argv[1:4]
MAIL = (b"From: =?UTF-8?B?5L2Q6JekG1s=?= <sato@vendor.example.jp>\r\nTo: kikaku@city.example.lg.jp\r\n"
        b"Subject: =?UTF-8?B?%s?=\r\nDate: Fri, 20 Nov 2026 10:00:00 +0900\r\nMessage-ID: <%d@vendor.example.jp>\r\n"
        b"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
        b"\xe5\xa0\xb1\xe5\x91\x8a %d\r\n.\r\n..\r\n")
SUBJECTS = [b"6KaL56mN5pu4", b"G1syShtdMDtvd25lZAc=", b"cmV2ZXJzZWTigK5mZHAuZXhl"]  # plain, escape sequences, bidi override


def run(*args, code=0, env=None):
    """Run mugai keep; one test point for the exit code, and one line at most on stderr when it fails."""
    p = subprocess.run([MUGAI, "keep", *args], stdin=subprocess.DEVNULL, capture_output=True, timeout=60,
                       env={**os.environ, "LC_ALL": "C.UTF-8", **(env or {})})
    tap.check(p.returncode == code, "mugai keep %s: exit %d" % (" ".join(args[:2]), code), "%d\n%s" % (p.returncode, p.stderr))
    if code == 2:
        tap.check(p.stderr.count(b"\n") == 1, "one line of error", p.stderr.decode())
    return p.stdout


def fits(value, schema, root, path="$"):
    """The part of JSON Schema that keep.schema.json uses. Returns: text of the first difference, or None."""
    if "$ref" in schema:
        return fits(value, root["definitions"][schema["$ref"].rsplit("/", 1)[1]], root, path)
    if "const" in schema and value != schema["const"]:
        return "%s: %r" % (path, value)
    if "enum" in schema and value not in schema["enum"]:
        return "%s: %r" % (path, value)
    kind = {"string": str, "integer": int, "boolean": bool, "object": dict, "array": list}.get(schema.get("type"))
    if kind and (not isinstance(value, kind) or (kind is int and isinstance(value, bool))):
        return "%s is no %s" % (path, schema["type"])
    if "pattern" in schema and not re.search(schema["pattern"], value):
        return "%s: %r" % (path, value)
    if "minimum" in schema and value < schema["minimum"]:
        return "%s: %r" % (path, value)
    for i, item in enumerate(value if "items" in schema else []):
        why = fits(item, schema["items"], root, "%s[%d]" % (path, i))
        if why:
            return why
    if kind is dict:
        known = schema.get("properties", {})
        for name in schema.get("required", []):
            if name not in value:
                return "%s lacks %s" % (path, name)
        for name, member in value.items():
            if name not in known and schema.get("additionalProperties") is False:
                return "%s has %s" % (path, name)
            why = fits(member, known[name], root, path + "." + name) if name in known else None
            if why:
                return why
    return None


def document(schema, text, name):
    """Parse and check one document; items must have exactly the members of definitions/members."""
    value = json.loads(text)
    reasons = [fits(value, s, schema) for s in schema["oneOf"]]
    tap.check(reasons.count(None) == 1, "%s fits the schema" % name, reasons)
    members = {"type": "object", "properties": dict(schema["definitions"]["members"]), "additionalProperties": False,
               "required": list(schema["definitions"]["members"])}
    for item in value.get("items", [value] if "number" in value else []) if not isinstance(value.get("items"), int) else []:
        why = fits({k: v for k, v in item.items() if k != "schema"}, members, schema)
        tap.check(why is None, "%s: its item has exactly the documented members" % name, why)
    return value


class Sink(threading.Thread):
    """An SMTP service that takes one mail."""

    def __init__(self, refuse=False):
        super().__init__(daemon=True)
        self.refuse, self.lines, self.mail = refuse, [], b""
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.name = "127.0.0.1:%d" % self.socket.getsockname()[1]
        self.start()

    def run(self):
        conn, _ = self.socket.accept()
        stream = conn.makefile("rwb")
        self.say(stream, b"220 sink")
        for line in stream:
            self.lines.append(line)
            if line.upper().startswith(b"DATA"):
                self.say(stream, b"354 go")
                for text in stream:
                    if text == b".\r\n":
                        break
                    self.mail += text[1:] if text.startswith(b".") else text
                self.say(stream, b"554 no" if self.refuse else b"250 queued as SINK1")
            elif line.upper().startswith(b"QUIT"):
                self.say(stream, b"221 bye")
                break
            else:
                self.say(stream, b"250 ok")
        conn.close()

    @staticmethod
    def say(stream, text):
        stream.write(text + b"\r\n")
        stream.flush()


def make(folder):
    """Three mails through the command line, kept."""
    for i, subject in enumerate(SUBJECTS):
        os.makedirs(folder + "/in", exist_ok=True)
        with open("%s/in/%d.eml" % (folder, i), "wb") as f:
            f.write(MAIL % (subject, i, i))
    p = subprocess.run([MUGAI, "sanitize", "--keep", folder + "/keep", "-o", folder + "/out", folder + "/in"],
                       capture_output=True, timeout=120)
    tap.check(p.returncode == 0, "three mails are sanitized and kept", p.stderr.decode())


def test_look(folder, schema):
    keep = folder + "/keep"
    items = document(schema, run("list", "--json", "--dir", keep), "list")["items"]
    tap.equal(len(items), 3, "three items")
    text = run("list", "--dir", keep)
    tap.check(b"\x1b" not in text and "\u202e".encode() not in text, "no escape sequence or bidi control reaches the terminal", text)
    tap.check(text.count(b"\n") == 4, "a line of heads and one for each item", text)
    tap.check(run("list", "--dir", keep, env={"LC_ALL": "ja_JP.UTF-8"}).startswith("受付番号".encode()), "Japanese where the locale says so")
    tap.equal(run("list", "--state=held", "--dir", keep), b"", "nothing is held")
    tap.equal(run("list", "--since", "2100-01-01", "--dir", keep), b"", "nothing is from the future")
    first = items[0]
    shown = document(schema, run("show", first["number"], "--json", "--dir", keep), "show")
    tap.equal(shown["id"], first["id"], "by its number")
    tap.check(first["number"].encode() in run("show", first["id"], "--dir", keep), "by its id")
    return items


def test_original(folder, items):
    keep, target = folder + "/keep", folder + "/original.eml"
    for item in items:
        data = run("show", item["id"], "--original", "-o", "-", "--dir", keep)
        tap.check(any(open("%s/in/%d.eml" % (folder, i), "rb").read() == data for i in range(3)), "the original as it came")
    run("show", items[0]["id"], "--original", "-o", target, "--dir", keep)
    tap.check(os.stat(target).st_mode & 0o777 == 0o600, "for its owner only")
    run("show", items[0]["id"], "--original", "-o", target, "--dir", keep, code=2)
    log = open(keep + "/audit/audit.log").read()
    tap.check(log.count('"event":"read"') == 5, "each look at an original is in the log", log.count('"event":"read"'))


def test_release(folder, schema, items):
    """A held mail, put as the milter puts it."""
    sock = folder + "/gate.sock"
    keep = subprocess.Popen([os.path.join(os.path.dirname(MUGAI), "mugai-keep"), "--dir", folder + "/gate", "--listen", sock])
    for _ in range(500):
        if os.path.exists(sock):
            break
        time.sleep(0.01)
    try:
        p = subprocess.run([PUT, sock, folder + "/in/0.eml", "sato@vendor.example.jp", "a@city.example.lg.jp",
                            "b@city.example.lg.jp"], capture_output=True, timeout=60)
        item = p.stdout.decode().strip()
        tap.check(p.returncode == 0, "a mail is held", p.stderr.decode())
        listed = document(schema, run("list", "--state", "held", "--json", "--socket", sock), "list of held")["items"]
        tap.equal([(i["id"], i["reason"]) for i in listed], [(item, "policy.hold")], "it is listed")
        run("release", item, "--smtp", "192.0.2.1:25", "--socket", sock, code=2)
        sink = Sink(refuse=True)
        run("release", item, "--smtp", sink.name, "--socket", sock, code=1)
        shown = json.loads(run("show", item, "--json", "--socket", sock))
        tap.equal(shown["state"], "held", "what the service refuses stays held")
        sink = Sink()
        text = run("release", item, "--smtp", sink.name, "--json", "--socket", sock)
        tap.equal(document(schema, text, "release")["answer"], "250 queued as SINK1", "the answer of the service")
        sink.join(10)
        tap.equal(sink.lines[1:4], [b"MAIL FROM:<sato@vendor.example.jp>\r\n", b"RCPT TO:<a@city.example.lg.jp>\r\n",
                                    b"RCPT TO:<b@city.example.lg.jp>\r\n"], "to the recipients of its envelope")
        tap.check(b"\r\nMugai-Result: v=1; id=" + item.encode() in sink.mail, "the sink has the sanitized mail", sink.mail[:500])
        tap.equal(json.loads(run("show", item, "--json", "--socket", sock))["state"], "released", "it is released")
        tap.equal(run("list", "--state", "held", "--socket", sock), b"", "and not held any more")
    finally:
        keep.terminate()
        tap.equal(keep.wait(20), 0, "the keep ends")
    run("release", items[0]["id"], "--dir", folder + "/keep", code=1)  # a file of a batch run


def test_log(folder, schema):
    keep = folder + "/keep"
    path = keep + "/audit/audit.log"
    good = document(schema, run("verify-log", "--json", "--dir", keep), "verify-log")
    tap.equal(good["problems"], [], "the log is as it was written")
    lines = open(path, "rb").read().split(b"\n")
    lines[3] = lines[3].replace(b'"user":"', b'"user":"x', 1)
    with open(path, "wb") as f:
        f.write(b"\n".join(lines))
    bad = document(schema, run("verify-log", "--json", "--dir", keep, code=1), "verify-log")
    tap.equal([(p["file"], p["line"]) for p in bad["problems"]], [("audit.log", 4)], "the edited line is named")
    tap.check(b"audit.log:4: edited" in run("verify-log", "--dir", keep, code=1), "for people too")


def test_rest(folder, schema):
    keep = folder + "/keep"
    tap.equal(document(schema, run("reindex", "--json", "--dir", keep), "reindex")["items"], 3, "reindex finds three")
    dry = document(schema, run("expire", "--older-than", "1s", "--dry-run", "--json", "--dir", keep), "expire")
    tap.equal((dry["items"], dry["dry_run"]), (3, True), "three would go")
    tap.equal(document(schema, run("expire", "--older-than", "1s", "--json", "--dir", keep), "expire")["items"], 3, "three go")
    items = json.loads(run("list", "--state", "expired", "--json", "--dir", keep))["items"]
    tap.equal([i["original"] for i in items], [False] * 3, "they are listed as expired")
    run("show", items[0]["id"], "--original", "-o", "-", "--dir", keep, code=1)
    tap.equal(sum(f.endswith(".pack") for _, _, names in os.walk(keep) for f in names), 0, "no pack is left")


def test_usage(folder):
    keep = folder + "/keep"
    run("list", "--dir", folder + "/nothing-here", code=2)
    run("list", "--state", "loud", "--dir", keep, code=2)
    run("list", "--since", "yesterday", "--dir", keep, code=2)
    run("list", "--limit", "0", "--dir", keep, code=2)
    run("show", "--dir", keep, code=2)
    run("show", "ffff-ffff-ffff", "--dir", keep, code=2)
    run("show", "../../etc/passwd", "--dir", keep, code=2)
    run("show", "abcd", "--original", "--dir", keep, code=2)
    run("list", "--dry-run", "--dir", keep, code=2)
    run("polish", code=2)
    run("list", "--socket", folder + "/none.sock", code=75)
    run("--help")


def main():
    with open(SCHEMA) as f:
        schema = json.load(f)
    with tempfile.TemporaryDirectory(prefix="mugai-test-") as folder:
        make(folder)
        items = test_look(folder, schema)
        test_original(folder, items)
        test_release(folder, schema, items)
        test_usage(folder)
        test_log(folder, schema)
        time.sleep(1.1)
        test_rest(folder, schema)
    print("1..%d" % tap.count)
    return 1 if tap.failed else 0


sys.exit(main())
