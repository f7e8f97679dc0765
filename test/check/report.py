#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""mugai report, mugai stats rules, and the pages of reports in a browser. TAP.

Usage: report.py SOURCE MUGAI"""
import glob
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

SOURCE, MUGAI = sys.argv[1:3]
sys.path.insert(0, os.path.join(SOURCE, "test", "e2e"))
import tap  # noqa: E402

RULES = """version: 1
preset: u-remove
rules:
  - name: 税務課の例外
    when: {type: pdf, name: "never-there*.pdf"}
    do: [pdf-image]
    exception: {owner: 情報政策課 山田, reason: 様式の確認, until: 2099-03-31}
"""


def mugai(*arguments, language="C.UTF-8", **more):
    env = {"PATH": "/usr/bin:/bin", "LC_ALL": language}
    env.update({name: os.environ[name] for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS") if name in os.environ})
    return subprocess.run([MUGAI, *arguments], stdin=subprocess.DEVNULL, capture_output=True, env=env, timeout=200, check=False, **more)


class Kept:
    """A keep with the sample mails, one of them refused whole, and a file."""

    def __init__(self, folder):
        self.dir, self.out = os.path.join(folder, "keep"), os.path.join(folder, "out")
        self.rules = os.path.join(folder, "rules.yaml")
        with open(self.rules, "w", encoding="utf-8") as f:
            f.write(RULES)
        program = os.path.join(folder, "x.exe")
        with open(program, "wb") as f:
            f.write(b"MZ\x90\0" + bytes(300))
        self.inputs = sorted(glob.glob(os.path.join(SOURCE, "samples", "mail", "*.eml"))) + [program]
        self.pages = os.path.join(folder, "pages")
        self.result = mugai("sanitize", "-r", self.rules, "-o", self.out, "--keep", self.dir, "--quiet", "--report-html", self.pages,
                            "--language", "ja", *self.inputs)

    def report(self, *more, **how):
        return mugai("report", "--dir", self.dir, "-r", self.rules, *more, **how)


def numbers(kept):
    result = kept.report("--json")
    report = json.loads(result.stdout)
    tap.equal(report["items"], len(kept.inputs), "every item is counted")
    tap.equal(report["parts"], report["delivered"] + report["converted"] + report["withheld"], "parts add up")
    for table in ("day", "outcome", "sender", "recipient"):
        tap.equal(sum(row["count"] for row in report[table]), report["items"], "%s: all items" % table)
    tap.equal(sum(row["count"] for row in report["type"]), report["parts"], "type: all parts")
    tap.equal(sum(row["count"] for row in report["reason"]), report["withheld"], "reason: all that was withheld")
    tap.equal(sum(row["count"] for row in report["method"]), report["delivered"] + report["converted"], "method: all that went on")
    tap.check(any(row["key"] == "held" and row["count"] == 1 for row in report["outcome"]), "the program is withheld whole", report["outcome"])
    tap.check(result.returncode == 0 and all(c["checked"] and c["wrong"] == 0 for c in report["checks"]), "the promises hold", report["checks"])
    empty = json.loads(kept.report("--json", "--since", "400d", "--until", "399d").stdout)
    tap.equal(empty["items"], 0, "--until: nothing was received then")
    tap.equal(kept.report("--since", "soon").returncode, 2, "a time that is none: 2")


def departments(kept):
    path = os.path.join(os.path.dirname(kept.dir), "departments.txt")
    with open(path, "w", encoding="utf-8") as f:
        f.write("# who is who\n* 情報政策課\n")
    report = json.loads(kept.report("--json", "--departments", path).stdout)
    tap.equal([row["key"] for row in report["recipient"]], ["情報政策課"], "--departments")
    with open(path, "w", encoding="utf-8") as f:
        f.write("alone\n")
    result = kept.report("--departments", path)
    tap.check(result.returncode == 2 and b"departments.txt:1:" in result.stderr, "a wrong line is named", result.stderr)


def damaged(kept):
    copy = kept.dir + "-damaged"
    shutil.copytree(kept.dir, copy)
    with open(os.path.join(copy, "audit", "audit.log"), "r+b") as f:
        text = f.read()
        at = text.index(b"\n", len(text) // 2) - 3
        f.seek(at)
        f.write(b"X" if text[at:at + 1] != b"X" else b"Y")
    result = mugai("report", "--dir", copy, "-r", kept.rules, "--json")
    checks = {c["name"]: c for c in json.loads(result.stdout)["checks"]} if result.stdout else {}
    tap.check(result.returncode != 0 and (not checks or not checks["audit-log"]["checked"] or checks["audit-log"]["wrong"] > 0),
              "one changed byte of the audit log is told", result.stdout[-300:] + result.stderr)


def stats(kept):
    rules = json.loads(mugai("stats", "rules", "--dir", kept.dir, "-r", kept.rules, "--json").stdout)
    hits = {row["name"]: row["hits"] for row in rules["rules"]}
    tap.equal(hits["税務課の例外"], 0, "a rule that never decided")
    tap.equal(rules["dead"], sum(count == 0 for count in hits.values()), "dead rules are counted")
    tap.check(sum(hits.values()) > len(kept.inputs), "the others decided", hits)
    text = mugai("stats", "rules", "--dir", kept.dir, "-r", kept.rules).stdout.decode()
    tap.check(re.search("税務課の例外  never", text), "and so says the text", text)


def browser(kept):
    html = os.path.join(os.path.dirname(kept.dir), "html")
    result = kept.report("--html", html, "--language", "ja")
    pages = {name: open(os.path.join(html, name), encoding="utf-8").read() for name in sorted(os.listdir(html))}
    tap.equal((result.returncode, sorted(pages)), (0, ["conformity.html", "index.html"]), "two pages")
    tap.check("情報政策課 山田" in pages["conformity.html"] and "2099-03-31" in pages["conformity.html"], "the exception with owner and end")
    tap.check(all("<script" not in page for page in pages.values()), "no script")
    chromium = shutil.which("chromium")
    if chromium is None:
        tap.skip("in a browser", "needs chromium")
        return
    for page in (os.path.join(html, "index.html"), os.path.join(html, "conformity.html"), os.path.join(kept.pages, "index.html")):
        picture = page + ".png"
        with tempfile.TemporaryDirectory() as profile:
            run = subprocess.run([chromium, "--headless", "--no-sandbox", "--disable-gpu", "--user-data-dir=" + profile, "--enable-logging=stderr",
                                  "--window-size=1100,1400", "--screenshot=" + picture, "file://" + page], capture_output=True, timeout=120, check=False)
        tap.check(os.path.exists(picture) and os.path.getsize(picture) > 15000, "%s: a picture" % os.path.basename(page), run.stderr[-500:])
        tap.check(b"CONSOLE" not in run.stderr, "%s: nothing on the console" % os.path.basename(page), run.stderr[-500:])


with tempfile.TemporaryDirectory(prefix="mugai-test-") as folder_:
    kept_ = Kept(folder_)
    if kept_.result.returncode == 2 and b"sandbox" in kept_.result.stderr and not os.environ.get("MUGAI_SANDBOX_MUST_WORK"):
        tap.skip_all(kept_.result.stderr.decode(errors="replace").strip())
    tap.equal(kept_.result.returncode, 1, "sanitized into a keep")
    tap.run([lambda test=test: test(kept_) for test in (numbers, departments, damaged, stats, browser)])
