#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""mugai sanitize on trees: what is passed over, names, resume after kill -9, the journal, the manifest. EVASION area batch-drop.

Usage: batch.py BUILD"""
import csv
import hashlib
import os
import random
import shutil
import subprocess
import sys
import time

import rig
from rig import tap

DATE = ("--date", "2026-11-20")
JOURNAL = ".mugai-journal"
RULES = "version: 1\npreset: u-remove\n"  # text files go on


def tree(folder):
    found = {}
    for base, _, names in os.walk(os.fsencode(folder)):
        for name in names:
            path = os.path.join(base, name)
            if name != os.fsencode(JOURNAL):
                with open(path, "rb") as f:
                    found[os.path.relpath(path, os.fsencode(folder)).decode()] = f.read()
    return found


def sanitize(place, *arguments, **more):
    return rig.mugai("sanitize", *DATE, "-r", place.write("rules.yaml", RULES), "-o", place.path("out"), *arguments, **more)


def report_of(place):
    return rig.load_json(place.path("r.json"))


def passed_over():
    with rig.Place() as place:
        for name in ("a.txt", "~$a.docx", "Thumbs.db", "desktop.ini", ".DS_Store", "._a.txt", "deep/b.TXT", "deep/c.csv", "skip/d.txt"):
            place.write("in/" + name, "text\n")
        result = sanitize(place, "--report", place.path("r.json"), "--include", "*.txt", "--exclude", "skip", place.path("in"))
        tap.equal(sorted(tree(place.path("out"))), ["in/a.txt", "in/deep/b.txt"], "leftovers and patterns: what is left")
        tap.check(b"5 leftovers" in result.stderr and b"2 by --include" in result.stderr, "they are counted", result.stderr)
        tap.equal(report_of(place)["summary"]["passed_over"], 7, "and in the report")
        tap.check(not os.path.exists(place.path("out", JOURNAL)), "no journal is left")
        result = sanitize(place, "--exclude", "in/deep/*", "--exclude", "skip", "--quiet", place.path("in"))
        tap.check(result.stderr == b"" and result.returncode == 0, "--quiet: nothing to tell", result.stderr)
        result = rig.mugai("sanitize", "-r", place.write("rules.yaml", RULES), "-o", place.path("in/inner"), place.path("in"))
        again = rig.mugai("sanitize", "-r", place.write("rules.yaml", RULES), "-o", place.path("in/inner"), place.path("in"))
        tap.check(result.stderr.count(b"delivered") == again.stderr.count(b"delivered"), "an output folder within the input is passed over", again.stderr)


def huge_tree():
    """Memory grows by little for each file, and a deep tree is walked."""
    few, many = (200, 100000) if os.environ.get("MUGAI_TEST_LONG") else (200, 3000)

    def peak(place, count):
        for number in range(count):
            folder = place.path("in", "%03d" % (number % 100))
            os.makedirs(folder, exist_ok=True)
            os.symlink("nowhere", os.path.join(folder, "link-%06d.txt" % number))
        place.write("in/one.txt", "text\n")
        with open(place.path("err"), "wb") as err:
            process = subprocess.Popen([rig.program("mugai"), "sanitize", *DATE, "--quiet", "-o", place.path("out"), place.path("in")],
                                       env=rig.environment(), stderr=err, stdout=subprocess.DEVNULL)
        kib = 0
        while process.poll() is None:
            try:
                with open("/proc/%d/status" % process.pid, encoding="ascii", errors="replace") as f:
                    kib = max(kib, *(int(line.split()[1]) for line in f if line.startswith("VmHWM")), 0)
            except (OSError, ValueError, TypeError):
                pass
            time.sleep(0.005)
        tap.equal(process.returncode, 75, "%d links are refused, the file is done" % count)
        return kib * 1024

    with rig.Place() as one, rig.Place() as two:
        small, large = peak(one, few), peak(two, many)
        tap.check(small > 0 and (large - small) / (many - few) < (16384 if rig.SANITIZED else 4096), "B12: little memory for each of %d files" % many, "%d, %d" % (small, large))
    with rig.Place() as place:
        deep = place.path("in", *["d"] * 300)
        os.makedirs(deep)
        with open(os.path.join(deep, "deep.txt"), "w", encoding="ascii") as f:
            f.write("deep\n")
        result = sanitize(place, place.path("in"))
        tap.check(result.returncode == 75 and b"nested too deep" in result.stderr, "B12: 300 folders deep: told", result.stderr)


def dry_run():
    with rig.Place() as place:
        place.write("in/a.txt", "text\n")
        place.write("in/x.exe", b"MZ\x90\0" + bytes(200))
        result = sanitize(place, "--dry-run", "--report", place.path("r.json"), place.path("in"))
        tap.check(result.returncode == 1 and not os.path.exists(place.path("out")), "--dry-run writes nothing", result.stderr)
        tap.equal(sorted(item["outcome"] for item in report_of(place)["items"]), ["delivered", "withheld"], "and says what would be done")


def times():
    with rig.Place() as place:
        path = place.write("in/a.txt", "text\n")
        try:
            os.setxattr(path, "user.secret", b"x")
        except OSError as e:
            tap.note("no attributes on this file system: %s" % e)
        os.utime(path, (1000000000, 1000000000))
        sanitize(place, place.path("in"))
        tap.check(os.stat(place.path("out/in/a.txt")).st_mtime > 1500000000, "B11: times are those of the run")
        tap.equal(os.listxattr(place.path("out/in/a.txt")), [], "B09: no attributes")
        sanitize(place, "--preserve-times", place.path("in"))
        tap.equal(os.stat(place.path("out/in/a.txt")).st_mtime, 1000000000, "--preserve-times")


def hostile():
    with rig.Place() as place:
        deep = "/".join(["長いフォルダー名" * 3] * 12)
        place.write("in/" + deep + "/file.txt", "text\n")
        place.write("in/x", "text\n")
        place.write("in/x.txt/y.txt", "text\n")
        os.makedirs(place.path("in/elsewhere"))
        os.symlink("/etc", place.path("in/elsewhere/link"))
        os.mkfifo(place.path("in/pipe"))
        with open(place.write("in/sparse.txt", ""), "r+b") as f:
            f.truncate(1 << 40)
        started = time.monotonic()
        result = sanitize(place, "--report", place.path("r.json"), place.path("in"))
        names = sorted(tree(place.path("out")))
        tap.check(len(names) == 3 and all(len(name) <= 240 for name in names), "paths of at most 240 characters", names)
        tap.check(any(name.startswith("_long/") for name in names), "the long one by its rule", names)
        tap.check("in/x.txt/y.txt" in names, "a result does not meet a folder", names)
        tap.check(result.returncode == 75 and len(report_of(place)["failures"]) == 3, "B02, B06: link, pipe and a sparse file of 1 TiB are refused", result.stderr)
        tap.check(time.monotonic() - started < rig.TIMEOUT / 2, "and nothing waits for them")


def manifest():
    with rig.Place() as place:
        place.write("in/=cmd|' !A0.txt", "text\n")
        place.write('in/"quoted", 様式.txt', "text\n")
        place.write("in/x.exe", b"MZ\x90\0" + bytes(200))
        rig.mugai("sanitize", *DATE, "-r", place.write("rules.yaml", RULES), "-o", "out", "--report-csv", "m.csv", "=cmd|' !A0.txt", '"quoted", 様式.txt', "x.exe", cwd=place.path("in"))
        with open(place.path("in", "m.csv"), "rb") as f:
            raw = f.read()
        rows = list(csv.DictReader(raw.decode("utf-8-sig").splitlines()))
        tap.check(raw.startswith(b"\xef\xbb\xbf") and len(rows) == 3, "the manifest: BOM, a row for each", raw)
        tap.check(not any(value[:1] in "=+-@" and value for row in rows for value in row.values()), "no formula", rows)
        for row in rows:
            if row["output"]:
                with open(place.path("in", row["output"]), "rb") as f:
                    tap.equal(hashlib.sha256(f.read()).hexdigest(), row["sha256_out"], "digest of %r" % row["output"])
            else:
                tap.check(row["outcome"] == "withheld" and row["reason"], "withheld, and why", row)


def pages():
    with rig.Place() as place:
        for name in ("<script>alert(1)<script>.txt", "\u202egnp.txt", "様式" * 30 + ".txt"):
            place.write("in/" + name, "text\n")
        place.write("in/x.exe", b"MZ\x90\0" + bytes(200))
        sanitize(place, "--report-html", place.path("r"), "--language", "ja", place.path("in"))
        made = tree(place.path("r"))
        tap.check(len(made) == 5 and "無害化の報告" in made["index.html"].decode(), "--report-html: an index in Japanese and four pages", list(made))
        tap.check(not any(b"<script" in page or "\u202e".encode() in page or b"http://" in page for page in made.values()), "names are escaped, nothing is external")
        if shutil.which("chromium") is None:
            tap.skip("chromium", "not installed")
            return
        done = subprocess.run(["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr", "--user-data-dir=" + place.path("c"),
                               "--screenshot=" + place.path("s.png"), "file://" + place.path("r/index.html")], capture_output=True, timeout=rig.TIMEOUT, check=False)
        tap.check(os.path.exists(place.path("s.png")) and b"CONSOLE" not in done.stderr, "chromium shows it without a console error", done.stderr[-500:])


def interrupted(place, source, name):
    """kill -9 ten times, then to the end; against a run that nobody interrupted."""
    started = time.monotonic()
    # LibreOffice writes the time of day into what it converts (P6 does not cover it), so the corpus goes without.
    old = "rules:\n  - { name: no conversion, when: { type: [doc, dot, rtf, xls, xlt, xlsb, ppt, wps, wpd, hwp, sxw, slk, dif, lotus, emf, wmf] }, then: withhold }\n"
    rules = place.write("rules.yaml", RULES + (old if name == "corpus" else ""))
    rig.mugai("sanitize", *DATE, "-r", rules, "-o", place.path("whole"), source, timeout=600)
    took = time.monotonic() - started
    whole = tree(place.path("whole"))
    rng = random.Random(6)
    out = place.path("out")
    bad = []
    for _ in range(10):
        process = subprocess.Popen([rig.program("mugai"), "sanitize", *DATE, "-r", rules, "--resume", "-o", out, source], stderr=subprocess.DEVNULL, env=rig.environment())
        try:
            process.wait(rng.uniform(0.3, 0.8) * took / (3 if took > 20 else 1))  # of a short run, starting takes a good part
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        bad += [path for path, content in tree(out).items() if whole.get(path) != content]
    result = rig.mugai("sanitize", *DATE, "-r", rules, "--resume", "--report", place.path("r.json"), "-o", out, source, timeout=600)
    tap.equal(bad, [], "%s: killed ten times, every file that is there is whole" % name)
    tap.check(tree(out) == whole and whole, "%s: resumed to the end: the same %d files, byte for byte" % (name, len(whole)), sorted(set(whole) ^ set(tree(out)))[:20])
    tap.check(b"were finished before" in result.stderr, "%s: some had been finished" % name, result.stderr[-600:])
    return report_of(place)["summary"]


def resume():
    with rig.Place() as place:
        for n in range(80):
            place.write("in/%02d.eml" % n, rig.mail("some text that goes on and on\r\n" * 2000))
            place.write("in/sub/%02d.txt" % n, "text %d\n" % n)
        place.write("in/x.exe", b"MZ\x90\0" + bytes(200))
        summary = interrupted(place, place.path("in"), "generated")
        tap.equal((summary["items"], summary["delivered"], summary["withheld"]), (161, 160, 1), "the last report tells all")
        before = {path: os.stat(place.path("out", path)).st_ino for path in tree(place.path("out"))}
        os.unlink(place.path("out/in/00.eml"))
        with open(place.path("out/in/01.eml"), "ab") as f:
            f.write(b"x")
        place.write("in/02.eml", rig.mail("changed"))
        result = sanitize(place, "--resume", place.path("in"))
        changed = sorted(path for path in before if os.stat(place.path("out", path)).st_ino != before[path])
        tap.check(b"158 of them were finished before" in result.stderr, "what changed is done again, and nothing else", result.stderr[-600:])
        now, whole = tree(place.path("out")), tree(place.path("whole"))
        tap.equal(sorted(path for path in whole if now.get(path) != whole[path]), ["in/02.eml"], "by what it is now (%s)" % changed)
        journal = place.path("out", JOURNAL)
        with open(journal, "rb") as f:
            lines = f.read().splitlines(keepends=True)
        with open(journal, "wb") as f:
            f.write(b"".join(lines[:50]) + lines[50][:100])
        result = sanitize(place, "--resume", place.path("in"))
        tap.check(b"48 of them were finished before" in result.stderr, "a journal that is damaged at its end is cut there", result.stderr[-600:])
        rules = place.write("other.yaml", RULES + "limits: { time: 50s }\n")
        result = sanitize(place, "--resume", "-r", rules, place.path("in"))
        tap.check(b"finished before" not in result.stderr, "a journal of another policy is not used", result.stderr[-600:])
        corpus = os.environ.get("MUGAI_CORPUS")
        if corpus and not rig.SANITIZED:
            tap.note(interrupted(rig.Place(), corpus, "corpus"))
        else:
            tap.skip("corpus", "no MUGAI_CORPUS, or a build with sanitizers")


if __name__ == "__main__":
    tap.check(rig.sandbox_works(), "mugai sanitize works here")
    sys.exit(tap.run([passed_over, huge_tree, dry_run, times, hostile, manifest, pages, resume]))
