#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The filter clamd against the real clamd, with a database of one signature that is ours, so that nothing is downloaded and
nothing harmful is needed. Skips where clamd is not installed.

Usage: clamd.py BUILD"""
import email
import json
import os
import shutil
import subprocess
import sys
import time

import rig
from rig import tap

CLAMD = shutil.which("clamd", path="/usr/sbin:/usr/bin:/usr/local/sbin")
MARK = b"MUGAI-TEST-SIGNATURE-9f31c2"
LIMIT = 1 << 20


class Scanner:
    """clamd in the foreground, on a socket of its own."""

    def __init__(self, place):
        self.socket = place.path("clamd.ctl")
        place.write("db/mugai.ndb", "Mugai.Test.Signature:0:*:%s\n" % MARK.hex())
        conf = "Foreground yes\nLocalSocket %s\nLocalSocketMode 666\nFixStaleSocket yes\nDatabaseDirectory %s\nTemporaryDirectory %s\nPidFile %s\n" \
               "StreamMaxLength %d\nSelfCheck 3600\nMaxThreads 4\nLogFile %s\n" % (self.socket, place.path("db"), place.folder, place.path("clamd.pid"), LIMIT, place.path("clamd.log"))
        self.conf = place.write("clamd.conf", conf)
        self.log = place.path("clamd.log")
        self.process = None

    def start(self):
        self.process = subprocess.Popen([CLAMD, "-c", self.conf], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return rig.wait_until(lambda: os.path.exists(self.socket) and self.ping(), 60, 0.1)

    def ping(self):
        with rig.socket_to(self.socket) as s:
            if s is None:
                return False
            s.sendall(b"zPING\0")
            return s.recv(16) == b"PONG\0"

    def stop(self):
        if self.process is not None:
            self.process.terminate()
            self.process.wait(30)
            self.process = None


def sanitize(place, scanner, attachment, more="", values=""):
    rules = place.write("rules.yaml", "version: 1\nlimits: { filter-time: 10s }\nrules:\n"
                        "  - { name: scan, when: { name: '*.txt' }, do: [clamd: { socket: '%s'%s }, text-clean], else: [text-clean]%s }\n" % (scanner.socket, values, more))
    report = place.path("report.json")
    result = rig.mugai("sanitize", "-r", rules, "--report", report, stdin=rig.mail("The body.\r\n", [("a.txt", "text/plain", attachment)]))
    items = rig.load_json(report)["items"] if os.path.exists(report) else []
    names = [part.get_filename() for part in email.message_from_bytes(result.stdout).walk() if part.get_filename()]
    os.path.exists(report) and os.unlink(report)
    return result.returncode, names, items[0] if items else {}, result


def main():
    if CLAMD is None:
        tap.skip_all("clamd is not installed (Debian: clamav-daemon)")
    tap.check(rig.sandbox_works(), "mugai sanitize works here")
    with rig.Place() as place:
        scanner = Scanner(place)
        clean, infected = b"nothing here\n" * 50, b"text before\n" + MARK + b"\ntext after\n"
        code, names, _, result = sanitize(place, scanner, clean)
        tap.check(code == 75 and names == [] and result.stdout == b"", "no clamd: tried again later, nothing goes out", result.stderr)
        if not scanner.start():
            tap.check(False, "clamd starts", open(scanner.log, encoding="utf-8").read() if os.path.exists(scanner.log) else "")
            scanner.stop()
            return tap.done()
        try:
            code, names, item, result = sanitize(place, scanner, clean)
            tap.check(code == 0 and names == ["a.txt"], "nothing found: the chain goes on", json.dumps(item, ensure_ascii=False) + str(result.stderr))
            code, names, item, result = sanitize(place, scanner, infected)
            rows = json.dumps(item.get("parts", []), ensure_ascii=False)
            tap.check(code == 0 and names == [] and MARK not in result.stdout, "found: withheld, and the second chain is not tried", rows)
            tap.check("Mugai.Test.Signature" in rows and "ウイルス検査" in rows, "the report names it", rows)
            tap.check("ウイルス検査" in email.message_from_bytes(result.stdout).get_payload(decode=True).decode(), "and the notice says why")
            code, names, item, result = sanitize(place, scanner, infected, more=", drop: reject")
            tap.check(code == 1 and item.get("outcome") == "rejected" and names == [], "drop: reject refuses the whole mail", "%d %s" % (code, item.get("outcome")))
            code, names, item, result = sanitize(place, scanner, infected, more=", drop: hold")
            tap.check(code == 1 and item.get("outcome") == "held" and names == [], "drop: hold holds it", "%d %s" % (code, item.get("outcome")))
            code, names, item, result = sanitize(place, scanner, clean, more=", drop: reject")
            tap.check(code == 0 and names == ["a.txt"], "and a clean one goes on under the same rule")
            large = b"a line of text\n" * (LIMIT // 10)
            code, names, _, result = sanitize(place, scanner, large)
            tap.check(code == 75 and result.stdout == b"", "larger than clamd takes: tried again later", "%d %s" % (code, names))
            code, names, item, _ = sanitize(place, scanner, large, values=", too-large: drop")
            tap.check(code == 0 and names == [], "or withheld, when the rule says so", json.dumps(item))
            before = time.monotonic()
            scanner.process.send_signal(rig.signal.SIGSTOP)
            code, names, _, result = sanitize(place, scanner, clean)
            tap.check(code == 75 and result.stdout == b"", "clamd hangs: tried again later, though there is a second chain", "%d" % code)
            tap.check(time.monotonic() - before < 90, "and costs its deadline")
            scanner.process.send_signal(rig.signal.SIGCONT)
        finally:
            scanner.stop()
        code, names, _, result = sanitize(place, scanner, clean)
        tap.check(code == 75 and result.stdout == b"", "clamd is gone: tried again later", "%d" % code)
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
