#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The filters exec and exec-convert with commands that behave, and with those that do not (filters/COMMAND.md).

Usage: exec.py BUILD"""
import email
import json
import os
import sys
import time

import rig
from rig import tap

TEXT = b"The attached text, line one.\nSECRET-SECRET\n" * 200
# What each command does with the part, as a shell script; what follows for a judge, for a converter: a reason, or what is delivered.
SENTENCES = (("rejected", "不合格"), ("refused", "安全な形にできません"), ("failed", "処理中に失敗"), ("unread", "最後まで読みません"), ("nothing", "出力が空"))
CASES = (
    # name, script, judge, converter
    ("reads all and agrees", "cat > /dev/null", "delivered", "nothing"),
    ("passes it on", "cat", "delivered", "delivered"),
    ("ignores its input", "exit 0", "unread", "nothing"),
    ("reads half", "head -c 4000", "unread", "delivered"),
    ("rejects", "echo Bad.Thing; cat >/dev/null; exit 1", "rejected", "rejected"),
    ("has no safe form", "echo no form >&2; exit 2", "refused", "refused"),
    ("fails", "cat; echo broken >&2; exit 3", "failed", "failed"),
    ("dies", "cat; kill -9 $$", "failed", "failed"),
    ("crashes", "kill -SEGV $$", "failed", "failed"),
    ("hangs", "cat > /dev/null; sleep 1000", "filter.deadline", "filter.deadline"),
    ("hangs without a word", "exec sleep 1000", "filter.deadline", "filter.deadline"),
    ("floods", "exec cat /dev/zero", "filter.deadline", "filter.limit"),
    ("floods stderr", "exec cat /dev/zero >&2", "filter.deadline", "filter.deadline"),
    ("leaves a child that holds its output", "cat; sleep 1000 &", "delivered", "delivered"),
    ("forks without end", "exec perl -e 'fork while 1'", "filter.deadline", "filter.deadline"),
    ("kills whom it can", "kill -9 -1; kill -9 1; cat", "delivered", "delivered"),
    ("lies about what it made", "cat >/dev/null; printf 'MZ\\220\\0%060d' 0", "delivered", "withheld"),
    ("asks to be tried again", "exit 75", "again", "again"),
    ("is not there", None, "again", "again"),
)


def run(place, filter_name, script, attachment=TEXT, extra="", seconds=20):
    """Returns: (what became of the attachment, its bytes, report of the item, stderr)."""
    command = place.path("no-such-program")
    if script is not None:
        command = place.write("command.sh", "#!/bin/sh\n%s\n" % script, 0o755)
    # What a converter makes is text; the part itself is not, so the rule for text is for the result alone.
    chain = "[exec: { command: '%s' %s }, text-clean]" if filter_name == "exec" else "[exec-convert: { command: '%s' %s }]"
    rules = place.write("rules.yaml", "version: 1\nlimits: { filter-time: %ds, output: 2MiB, expanded: 4MiB }\nrules:\n"
                        "  - { name: e, when: { name: 'x.txt', type: text, depth: '<= 2' }, do: %s }\n"
                        "  - { name: t, when: { type: text }, do: [text-clean] }\n" % (seconds, chain % (command, extra)))
    report = place.path("report.json")
    result = rig.mugai("sanitize", "-r", rules, "--report", report,
                       stdin=rig.mail("The body.\r\n", [("x.txt", "application/octet-stream", attachment)]))
    err = result.stderr.decode(errors="replace")
    if result.returncode == 75:
        return "again", b"", {}, err
    parts = {}
    for part in email.message_from_bytes(result.stdout).walk():
        if part.get_filename():
            parts[part.get_filename()] = part.get_payload(decode=True)
    item = rig.load_json(report)["items"][0]
    rows = [row for row in item["parts"] if row["path"].startswith("2")]
    if parts:
        return "delivered", b"".join(parts.values()), item, err
    reason, found = (rows[0]["reason"], json.dumps(rows, ensure_ascii=False)) if rows else ("", "")
    if reason == "filter.refused":
        reason = next((code for code, text in SENTENCES if text in found), reason)
    return reason if reason.startswith("filter") or reason in dict(SENTENCES) else "withheld", b"", item, found + err


def ours():
    return [pid for pid in map(int, filter(str.isdigit, os.listdir("/proc"))) if rig.status_of(pid).get("Name") in ("sleep", "command.sh", "mugai-exec")]


def misbehaviour():
    before = set(ours())
    with rig.Place() as place:
        for name, script, judge, converter in CASES:
            for filter_name, expected in (("exec", judge), ("exec-convert", converter)):
                started = time.monotonic()
                what, content, _, err = run(place, filter_name, script, seconds=2 if expected == "filter.deadline" else 20)
                tap.equal(what, expected, "%s: a command that %s" % (filter_name, name))
                if what != expected:
                    tap.note(err)
                if what not in ("delivered",):
                    tap.check(b"SECRET" not in content, "  nothing of it goes on")
                tap.check(time.monotonic() - started < 60, "  and it costs its deadline")
    tap.check(rig.wait_until(lambda: not set(ours()) - before), "nothing they started is left", str([rig.status_of(p).get("Name") for p in set(ours()) - before]))


def confinement():
    """What a command finds: said by itself, as its output."""
    script = """
cat > /dev/null
test -e /etc/passwd && echo FOUND passwd
test -e /proc/self && echo FOUND proc
test -e /root -o -e /home -o -e /var && echo FOUND folders
echo x > /usr/x 2>/dev/null && echo FOUND usr writable
echo x > /x 2>/dev/null && echo FOUND root writable
echo x > /tmp/x && test -s /tmp/x && echo scratch works
echo "pid $$" | grep -q '^pid [2-9]$' && echo few pids
echo "user $(id -u)"
echo "type $MUGAI_TYPE language $MUGAI_LANGUAGE"
env | sed 's/=.*//' | sort | tr '\\n' ' '; echo
unshare -U true 2>/dev/null && echo FOUND user namespace
mount -t tmpfs x /tmp 2>/dev/null && echo FOUND mount
perl -MSocket -e 'socket(my $s, AF_INET, SOCK_STREAM, 0) and print "FOUND inet\\n"; socket(my $t, AF_UNIX, SOCK_STREAM, 0) and print "FOUND unix\\n"; print "perl ran\\n"'
ls -l /proc/self/fd 2>/dev/null; for n in 3 4 5 6 7 8 9; do (true <&$n) 2>/dev/null && echo FOUND descriptor $n; done
echo done
"""
    with rig.Place() as place:
        what, content, _, err = run(place, "exec-convert", script)
        said = content.decode(errors="replace")
        tap.check(what == "delivered" and "done" in said, "a command looks around", err + said)
        tap.check("FOUND" not in said, "and finds nothing it should not", said)
        tap.check("scratch works" in said and "few pids" in said, "it has a /tmp and a world of its own", said)
        tap.check("type text language" in said and "HOME LANG MUGAI_LANGUAGE MUGAI_TYPE" in said, "it is told the type", said)
        tap.check("user 0" not in said, "it is not root", said)
        secret = place.write("lists/list.txt", "the administrator's list\n")
        script = "cat > /dev/null; cat %s || exit 3; echo x >> %s" % (secret, secret)
        what, _, _, err = run(place, "exec-convert", script)
        tap.equal(what, "failed", "a file beside it cannot be read")
        what, content, _, err = run(place, "exec-convert", script + " || true", extra=", read: '%s'" % place.path("lists"))
        tap.check(what == "delivered" and b"the administrator's list" in content, "unless the rule says so", err)
        tap.equal(open(secret, encoding="utf-8").read(), "the administrator's list\n", "and then it cannot be written")
        what, _, _, err = run(place, "exec-convert", "cat > /dev/null; perl -e '$x = \"a\" x (300 << 20); print \"big\"'", extra=", memory: 128")
        tap.equal(what, "failed", "memory is bounded")


def verdict():
    with rig.Place() as place:
        _, _, item, err = run(place, "exec", "echo 'Test.Virus\u202e x'; exit 1")
        row = [row for row in item["parts"] if row["path"] == "2"][0]
        tap.check("Test.Virus" in json.dumps(row) and "\u202e" not in json.dumps(row, ensure_ascii=False), "what it said is evidence, escaped", json.dumps(row) + err)
        what, content, _, err = run(place, "exec", "exit 0", extra=", whole: no")
        tap.check(what == "delivered" and b"SECRET" in content, "a rule may trust one that looks at the beginning only", err)


if __name__ == "__main__":
    rig.sandbox_works()
    sys.exit(tap.run([verdict, confinement, misbehaviour]))
