#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""mugai sanitize as a user meets it: exit codes, bad input, bad output places, names, reports, sizes.

Two builds give the same bytes: run `mugai sanitize --date 2026-11-20 -o OUT samples/mail` from each and `diff -r`; with
MUGAI_OTHER_BUILD=FOLDER this test does so.

Usage: sanitize.py BUILD"""
import hashlib
import json
import os
import subprocess
import sys
import threading
import time

import rig
from rig import tap

ROOT = os.geteuid() == 0
NOBODY = {"user": 65534, "group": 65534, "extra_groups": []} if ROOT else {}
DATE = ("--date", "2026-11-20")
REJECT = "version: 1\nrules:\n  - { name: no, when: { subject: '*reject*' }, then: hold }\n"


def tree(folder):
    found = {}
    for base, _, names in os.walk(os.fsencode(folder)):
        for name in names:
            if name == b".mugai-journal":  # of a run that was ended
                continue
            path = os.path.join(base, name)
            with open(path, "rb") as f:
                found[os.path.relpath(path, os.fsencode(folder))] = f.read()
    return found


def one_line(result, *words):
    err = result.stderr
    return err.count(b"\n") == 1 and all(os.fsencode(word) in err for word in words)


def verified(path):
    return subprocess.run([rig.program("mugai-verify"), path], capture_output=True, env=rig.environment(), check=False)


def exit_codes():
    with rig.Place() as place:
        result = rig.mugai("sanitize", stdin=rig.mail())
        tap.check(result.returncode == 0 and b"Mugai-Result:" in result.stdout and result.stderr == b"", "stdin to stdout: 0", result.stderr)
        rules = place.write("rules.yaml", REJECT)
        result = rig.mugai("sanitize", "-r", rules, stdin=rig.mail(subject="please reject"))
        tap.check(result.returncode == 1 and b"Mugai-Result:" in result.stdout, "held whole: 1, and a notice", result.stderr)
        good = place.write("in/good.eml", rig.mail())
        result = rig.mugai("sanitize", "-o", place.path("out"), good)
        tap.check(result.returncode == 0 and os.path.exists(place.path("out", "good.eml")), "a file: 0", result.stderr)
        tap.check(verified(place.path("out")).returncode == 0, "and the result is in the profile")
        exe = place.write("in/x.exe", b"MZ\x90\0" + bytes(200))
        result = rig.mugai("sanitize", "-o", place.path("out1"), exe, good)
        tap.check(result.returncode == 1 and list(tree(place.path("out1"))) == [b"good.eml"], "one withheld: 1, the other is there", result.stderr)
        result = rig.mugai("sanitize", "--tombstones", "-o", place.path("out2"), exe)
        tap.check(result.returncode == 1 and list(tree(place.path("out2"))) == [b"x.withheld.txt"], "--tombstones", result.stderr)
        for arguments, words in ((["--no-such"], ["--no-such"]), (["-j", "many", "-o", "x", good], ["many"]), ([good], ["-o"]), (["-o", place.path("o")], ["files"]),
                                 (["--date", "20261120", "-o", "x", good], ["20261120"]), (["--date", "2026-13-01", "-o", "x", good], ["2026-13-01"]),
                                 (["-o", place.path("o"), place.path("none.eml")], ["none.eml"]), (["-r", place.path("none.yaml"), "-o", place.path("o"), good], ["none.yaml"]),
                                 (["-r"], ["-r"]), (["--filters", place.path("none"), "-o", place.path("o"), good], ["none"])):
            result = rig.mugai("sanitize", *arguments)
            tap.check(result.returncode == 2 and one_line(result, *words), "sanitize %s: 2, one line" % arguments[0], "exit %d\n%s" % (result.returncode, result.stderr.decode()))
        rules = place.write("typo.yaml", "version: 1\nlimts: { time: 3s }\n")
        result = rig.mugai("sanitize", "-r", rules, stdin=rig.mail())
        tap.check(result.returncode == 2 and one_line(result, "typo.yaml:2:1", "limits") and not result.stdout, "rules with a typo: 2, file:line:column", result.stderr)


def unreadable():
    with rig.Place() as place:
        os.chmod(place.folder, 0o777)
        place.write("in/a.eml", rig.mail())
        secret = place.write("in/secret.eml", rig.mail())
        place.write("in/closed/b.eml", rig.mail())
        os.symlink("a.eml", place.path("in/link.eml"))
        os.mkfifo(place.path("in/pipe"))
        os.chmod(secret, 0)
        os.chmod(place.path("in/closed"), 0)
        result = rig.mugai("sanitize", "--report", place.path("report.json"), "-o", place.path("out"), place.path("in"), **NOBODY)
        lines = result.stderr.decode().splitlines()
        tap.equal(result.returncode, 75, "something unreadable: 75")
        for name, why in (("secret.eml", "Permission denied"), ("closed", "Permission denied"), ("link.eml", "symbolic link"), ("pipe", "not a regular file")):
            tap.check(sum(1 for line in lines if name in line and why in line and "run again" in line) == 1, "%s: one line with place, cause and remedy" % name, result.stderr)
        tap.equal(list(tree(place.path("out"))), [b"in/a.eml"], "what could be read is there")
        report = rig.load_json(place.path("report.json"))
        tap.equal((len(report["items"]), len(report["failures"])), (1, 4), "the report tells the rest")
        os.chmod(secret, 0o644)


def unwritable():
    with rig.Place() as place:
        good = place.write("in/a.eml", rig.mail())
        place.write("plain", "")
        result = rig.mugai("sanitize", "-o", place.path("plain"), good)
        tap.check(result.returncode == 2 and one_line(result, "plain"), "the output is a file: 2", result.stderr)
        os.mkdir(place.path("closed"), 0o555)
        result = rig.mugai("sanitize", "-o", place.path("closed"), good, **NOBODY)
        tap.check(result.returncode == 2 and one_line(result, "closed"), "an output folder that may not be written: 2", result.stderr)
        result = rig.mugai("sanitize", "--report", place.path("plain", "r.json"), "-o", place.path("out"), good)
        tap.check(result.returncode == 2 and one_line(result, "r.json"), "a report that cannot be written: 2", result.stderr)
        if not ROOT:
            tap.skip("full disk", "needs root for a file system of its own")
            return
        for n in range(30):
            place.write("many/%02d.eml" % n, rig.mail("some text that takes room\r\n" * 2000))
        os.mkdir(place.path("small"))
        script = 'mount -t tmpfs -o size=1m none "$1" && shift && { "$@"; code=$?; ls -A "$0/many" | wc -l; ls -A "$0/many" | grep -c "^\\." ; exit $code; }'
        result = subprocess.run(["unshare", "-m", "sh", "-c", script, place.path("small"), place.path("small"), rig.program("mugai"), "sanitize", "-o", place.path("small"), place.path("many")],
                                capture_output=True, timeout=rig.TIMEOUT, env=rig.environment(), check=False)
        counts = result.stdout.split()
        tap.check(result.returncode == 75 and b"No space left" in result.stderr and b"small/many/" in result.stderr, "full disk at the output: 75, told by file", result.stderr[-600:])
        tap.check(len(counts) == 2 and 0 < int(counts[0]) < 30 and counts[1] == b"0", "what fits is there, no half file", result.stdout)


def names():
    with rig.Place() as place:
        wild = [b"\x83\x65\x83\x58\x83\x67.eml", b"line\nbreak.eml", b"x" * 251 + b".eml", b"\x1b[31mred.eml", "様式 第1号.eml".encode(), b"-o.eml", b"a:b.eml", b"\x83\xff.eml", b"\x84\xff.eml",
                "\u202egnp.eml".encode()]
        for name in wild:
            place.write(os.path.join(b"in", name), rig.mail())
        result = rig.mugai("sanitize", "--report", place.path("report.json"), "-o", place.path("out"), place.path("in"))
        out = tree(place.path("out"))
        tap.check(result.returncode == 0 and len(out) == len(wild), "%d wild names: each has its result" % len(wild), result.stderr)
        plain = all(b"\n" not in name and b"\x1b" not in name and len(name) <= 258 and name.decode() for name in out)
        tap.check(plain and not any("\u202e" in name.decode() for name in out), "names are UTF-8 and plain", list(out))
        tap.check(b"\x1b" not in result.stderr and result.stderr.count(b"\n") == len(wild) + 3, "one plain line for each on the terminal", result.stderr)
        report = rig.load_json(place.path("report.json"))
        tap.equal(len({item["output"] for item in report["items"]}), len(wild), "the report maps every input to its output")


def schema():
    with rig.Place() as place:
        place.write("in/a.eml", rig.mail(attachments=[("x.exe", "application/octet-stream", b"MZ\x90\0")]))
        place.write("in/b.txt", "text\n")
        place.write("in/c.exe", b"MZ\x90\0" + bytes(100))
        os.symlink("/etc/passwd", place.path("in/link"))
        result = rig.mugai("sanitize", "--json", "--report", place.path("report.json"), "-o", place.path("out"), place.path("in"))
        with open(place.path("report.json"), "rb") as f:
            tap.check(result.stdout == f.read(), "--json prints what --report writes")
        report = json.loads(result.stdout)
        sums = [item["leaves_in"] for item in report["items"]]
        tap.check(all(n["in"] == n["delivered"] + n["converted"] + n["withheld"] for n in sums), "leaves are conserved", sums)
        tap.equal(report["summary"], {"items": 4, "delivered": 2, "withheld": 1, "failed": 1, "passed_over": 0}, "summary")
        try:
            import jsonschema
        except ImportError:
            tap.skip("schema", "python3-jsonschema is not installed")
            return
        wrong = [e.message for e in jsonschema.Draft7Validator(rig.load_json(os.path.join(rig.SOURCE, "src", "core", "report.schema.json"))).iter_errors(report)]
        tap.equal(wrong, [], "the report is in the schema")


def same_again():
    samples = os.path.join(rig.SOURCE, "samples", "mail")
    with rig.Place() as place:
        place.write("extra/long.eml", rig.mail("text 漢字\r\n" * 500, [("a.txt", "text/plain", b"attached\n")]))
        outs = []
        for n, jobs in enumerate(("1", "4", "2")):
            result = rig.mugai("sanitize", *DATE, "-j", jobs, "-o", place.path("out%d" % n), samples, place.path("extra"))
            tap.check(result.returncode in (0, 1), "run %d, -j %s: exit %d" % (n, jobs, result.returncode), result.stderr)
            outs.append(tree(place.path("out%d" % n)))
        tap.check(outs[0] and outs[0] == outs[1] == outs[2], "%d results, the same bytes in every run" % len(outs[0]))
        before = [open(os.path.join(os.fsencode(place.path("out0")), name), "rb") for name in outs[0]]
        result = rig.mugai("sanitize", *DATE, "-o", place.path("out0"), samples, place.path("extra"))
        tap.check(result.returncode in (0, 1), "once more over them: exit %d" % result.returncode, result.stderr)
        tap.check(tree(place.path("out0")) == outs[1], "over results that are there: the same")
        tap.check(all(os.fstat(f.fileno()).st_nlink == 0 for f in before), "which were replaced, not written into")
        for f in before:
            f.close()
        other = os.environ.get("MUGAI_OTHER_BUILD")
        if other is None:
            tap.skip("another build", "MUGAI_OTHER_BUILD is not set")
        else:
            subprocess.run([os.path.join(other, "mugai"), "sanitize", *DATE, "-o", place.path("other"), samples, place.path("extra")], capture_output=True, env=rig.environment(), check=False)
            tap.check(tree(place.path("other")) == outs[0], "another build: the same bytes")


def with_keep():
    with rig.Place() as place:
        good = place.write("in/a.eml", rig.mail())
        keep = place.path("keep")
        result = rig.mugai("sanitize", "--keep", keep, "-o", place.path("out"), good)
        tap.check(result.returncode == 0 and os.path.exists(good), "--keep: 0, the input stays", result.stderr)
        result = rig.mugai("keep", "list", "--dir", keep, "--json")
        if result.returncode != 0:
            tap.note(result.stderr)
        tap.check(any(name.endswith(b".gz") or b"original" in name or b"mugai" in name for name in tree(keep)) and len(tree(keep)) >= 2, "the keep holds something", list(tree(keep)))
        place.write("plain", "")
        result = rig.mugai("sanitize", "--keep", place.path("plain"), "-o", place.path("out2"), good)
        tap.check(result.returncode in (2, 75) and not os.path.exists(place.path("out2", "a.eml")), "a keep that cannot be: nothing is written", result.stderr)
        for n in range(40):
            place.write("many/%02d.eml" % n, rig.mail("some text\r\n" * 3000))
        process = subprocess.Popen([rig.program("mugai"), "sanitize", "--keep", keep, "-o", place.path("out3"), place.path("many")], stderr=subprocess.DEVNULL, env=rig.environment())
        rig.wait_until(lambda: len(tree(place.path("out3"))) > 2, 30)
        everyone = rig.descendants(process.pid)
        process.kill()
        process.wait()
        tap.check(rig.wait_until(lambda: not any(rig.alive(pid) for pid in everyone), 10), "kill -9 leaves neither keep nor children",
                  [rig.status_of(pid).get("Name") for pid in everyone if rig.alive(pid)])


def killed():
    with rig.Place() as place:
        for n in range(60):
            place.write("in/%02d.eml" % n, rig.mail("some text that goes on and on\r\n" * 3000))
        rig.mugai("sanitize", *DATE, "-o", place.path("whole"), place.path("in"))
        whole = tree(place.path("whole"))
        bad = []
        for n in range(8):
            out = place.path("out%d" % n)
            process = subprocess.Popen([rig.program("mugai"), "sanitize", *DATE, "--report", place.path("r%d.json" % n), "-o", out, place.path("in")], stderr=subprocess.DEVNULL, env=rig.environment())
            rig.wait_until(lambda: os.path.isdir(out + "/in"), 30, 0.002)
            time.sleep(0.013 * n)
            process.kill()
            process.wait()
            bad += [name for name, content in tree(out).items() if whole.get(name) != content]
            if os.path.exists(place.path("r%d.json" % n)):
                bad.append("r%d.json" % n)
        tap.equal(bad, [], "kill -9 at eight moments: every file that is there is whole, no report is half")


# ---- sizes

def watch_peak(process, result):
    """Largest VmHWM of any descendant that is no zygote."""
    while process.poll() is None:
        for pid in rig.descendants(process.pid):
            status = rig.status_of(pid)
            kib = int(status.get("VmHWM", "0 kB").split()[0])
            if status.get("Name") == "mugai-worker" and kib > result.get("worker", 0):
                result["worker"] = kib
        time.sleep(0.003)


def sanitize_large(place, name, content, *more):
    """Returns: exit code, seconds, stderr, output, report item, peak of the worker in KiB."""
    path = place.write("in-%s.eml" % name, content)
    started = time.monotonic()
    process = subprocess.Popen([rig.program("mugai"), "sanitize", "--report", place.path(name + ".json"), "-o", place.path("out"), *more, path], stderr=subprocess.PIPE, env=rig.environment())
    peak = {}
    watcher = threading.Thread(target=watch_peak, args=(process, peak))
    watcher.start()
    err = process.communicate(timeout=rig.TIMEOUT)[1].decode()
    seconds = time.monotonic() - started
    watcher.join()
    report = rig.load_json(place.path(name + ".json")) if os.path.exists(place.path(name + ".json")) else {"items": []}
    return process.returncode, seconds, err, report["items"][0] if report["items"] else None, peak.get("worker", 0)


def large():
    patience = 20 if rig.SANITIZED else 3
    with rig.Place() as place:
        blob = hashlib.sha256(b"x").digest() * 32768
        big = rig.mail("The body.\r\n", [("a%d.bin" % n, "application/octet-stream", blob) for n in range(36)])
        tap.note("a mail of %d bytes" % len(big))
        code, seconds, err, item, peak = sanitize_large(place, "big", big)
        tap.check(code == 0 and item, "a mail of %.1f MB: exit %d, %.1f s" % (len(big) / 1e6, code, seconds), err)
        bound = 3 * len(big) // 1024 + 32 * 1024
        if rig.SANITIZED:
            tap.skip("peak memory", "an AddressSanitizer build needs more")
        else:
            tap.check(0 < peak < bound, "worker's peak %d MiB, bound %d MiB" % (peak // 1024, bound // 1024))
        hostile = {
            "parts": b"Subject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 100000 + b"--b--\r\n",
            "depth": b"Subject: x\r\nMIME-Version: 1.0\r\n" + b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(10000)) + b"\r\nevil\r\n",
            "header": b"Subject: " + b"a" * 10000000 + b"\r\n\r\nevil\r\n",
            "headers": b"".join(b"X-%d: y\r\n" % n for n in range(500000)) + b"\r\nevil\r\n",
            "recipients": b"To: " + b", ".join(b"a%d@example.jp" % n for n in range(200000)) + b"\r\n\r\nx\r\n",
            "nul": bytes(5000000),
            "line": b"Subject: x\r\n\r\n" + b"x" * 20000000,
        }
        for name, content in hostile.items():
            code, seconds, err, item, _ = sanitize_large(place, name, content)
            output = place.path("out", "in-%s.eml" % name)
            reason = (item or {}).get("reason", "")
            tap.check(code in (0, 1) and seconds < patience, "%s: exit %d in %.2f s" % (name, code, seconds), err)
            tap.check(item is not None and (code == 0 or reason), "%s: the report says why (%s)" % (name, reason), item)
            tap.check(not os.path.exists(output) or verified(output).returncode == 0, "%s: nothing unverified is there" % name)
        code, seconds, err, item, _ = sanitize_large(place, "over", rig.mail("x" * 70 + "\r\n", [("a", "application/octet-stream", blob * 45)]))
        tap.check(code == 1 and item and item.get("reason") == "limit.item", "over limits.item: withheld, and why", (code, err, item and item.get("reason")))


if __name__ == "__main__":
    tap.check(rig.sandbox_works(), "mugai sanitize works here")
    sys.exit(tap.run([exit_codes, unreadable, unwritable, names, schema, same_again, with_keep, killed, large]))
