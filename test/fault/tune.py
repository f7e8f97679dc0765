#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The section "Tune the rules" of README.md and README.ja.md, line by line as it stands there, against a running mugaid with kept mails.

Usage: tune.py BUILD"""
import glob
import os
import re
import subprocess
import sys

import rig
from daemon import Daemon
from rig import tap

# What stands for the installed system: programs of the build, the test's sockets and its /etc/mugai.
PRELUDE = """set -e
sudo () { "$@"; }
cp () { command cp "$1" "$ETC/$(basename "$2")"; }
mugai () {
    case "$1 ${2-}" in
    "rules replay") "$MUGAI" "$@" -r "$ETC/rules.yaml" --keep "$RUN/keep.sock" ;;
    reload*) "$MUGAI" "$@" --socket "$RUN/jobs.sock" ;;
    "stats rules") "$MUGAI" "$@" -r "$ETC/rules.yaml" --socket "$RUN/keep.sock" ;;
    *) "$MUGAI" "$@" ;;
    esac
    echo "== $1 ${2-} ended with $?"
}
"""


def section(readme, title):
    with open(os.path.join(rig.SOURCE, readme), encoding="utf-8") as f:
        text = f.read()
    return re.search(r"^## %s\n.*?```sh\n(.*?)```" % title, text, re.M | re.S).group(1)


def keep_some(place):
    """Sample mails in the keep that the daemon will have."""
    keep = place.path("a", "keep")
    rig.mugai("sanitize", "-o", place.path("out"), "--keep", keep, "--quiet", *sorted(glob.glob(os.path.join(rig.SOURCE, "samples", "mail", "0*.eml"))))
    if os.geteuid() == 0:
        subprocess.run(["chown", "-R", "nobody", place.path("a")], check=True)


def tune(readme, title, rule):
    with rig.Place() as place:
        keep_some(place)
        with Daemon(place) as d:
            before = d.status()["policy"]
            work = place.path("work")
            os.mkdir(work)
            os.symlink(os.path.join(rig.SOURCE, "samples"), os.path.join(work, "samples"))
            env = rig.environment(MUGAI=rig.program("mugai"), ETC=os.path.dirname(d.rules), RUN=d.run)
            result = subprocess.run(["sh", "-c", PRELUDE + section(readme, title)], cwd=work, env=env, capture_output=True, timeout=300, check=False)
            text = result.stdout.decode()
            tap.equal(result.returncode, 0, "%s: every line ends well" % readme)
            tap.equal(re.findall(r"== (\S+ \S*) ended with 0", text), ["rules init", "facts samples/mail/03-attachments.eml", "rules check", "rules test", "rules replay",
                                                                      "reload ", "stats rules"], "in this order")
            tap.check("1 as expected, 0 not" in text, "the expectation holds", text[-2000:] + result.stderr.decode())
            tap.check(re.search(r"would change \([1-9]", text) and rule in text, "replay names what changes", text)
            tap.check(d.status()["policy"] != before, "the new policy is in force")
            with open(os.path.join(work, "expected.yaml"), encoding="utf-8") as f:
                wrong = f.read().replace("held", "delivered")
            place.write("work/wrong.yaml", wrong)
            again = rig.mugai("rules", "test", "wrong.yaml", "-r", "rules.yaml", cwd=work)
            tap.equal(again.returncode, 1, "a wrong expectation fails")


def english():
    tune("README.md", "Tune the rules", "workbooks with macros are looked at by a person")


def japanese():
    tune("README.ja.md", "ルールの調整", "マクロ付きの表は担当者が確かめる")


if __name__ == "__main__":
    tap.check(rig.sandbox_works(), "mugai sanitize works here")
    sys.exit(tap.run([english, japanese]))
