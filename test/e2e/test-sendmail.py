#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""mugai-milter behind a real Sendmail: the same mails and the same results as behind Postfix. Needs root.
Usage: test-sendmail.py MUGAI_MILTER"""
import functools
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import rig  # noqa: E402
import tap  # noqa: E402
import realmta  # noqa: E402
import cases  # noqa: E402
import smtp  # noqa: E402
from tap import check, equal, note  # noqa: E402

# Where the two servers themselves show a mail differently, before any milter: header repair, NUL, folding.
DIFFERENT = {"blank before the colon", "no header at all", "line without colon in the header", "mbox From_ line", "empty name",
             "continuation first", "header of blanks", "NUL in a header", "NUL in the body", "nothing", "empty mail",
             "lines of 998 and more"}

def test_same_as_postfix(program, seen):
    """What the supervisor saw of each case behind Postfix and behind Sendmail."""
    gate, other = realmta.Gate(program, rig.Postfix), {}
    try:
        realmta.test_cases(gate, other)
    finally:
        gate.stop()
    for name, _, _ in cases.cases():
        mine, theirs = seen.get(name), other.get(name)
        if mine and mine == theirs:
            check(True, name + ": the same original behind both servers")
        elif mine is None or theirs is None:
            note("%s: refused by %s" % (name, "Sendmail" if mine is None else "Postfix"))
        else:
            check(name in DIFFERENT, name + ": the originals differ where the servers do",
                  "sendmail %r\npostfix  %r" % (mine[:300], theirs[:300]))


def test_without_tempfail_flag(program):
    """Sendmail without F=T: mail passes as if there were no milter. This is why doctor looks for it."""
    gate = realmta.Gate(program, functools.partial(rig.Sendmail, flags="F="))
    try:
        gate.fresh()
        gate.kill_milter()
        answer = smtp.send(gate.port, cases.PLAIN)
        mails = gate.sink.wait(1, 10)
        check(answer[0] == 250 and mails and b"LEAK" in mails[0].data, "without F=T a dead milter lets mail through", answer)
        gate.start_milter()
    finally:
        gate.stop()


def main():
    rig.enter(needs=["sendmail", "postfix"])
    program = realmta.milter_program()
    gate, seen = realmta.Gate(program, rig.Sendmail), {}
    short = None
    try:
        tests = [functools.partial(realmta.test_cases, gate, seen)] + [
            functools.partial(f, gate) for f in (
                realmta.test_exact, realmta.test_smtputf8, realmta.test_session_states, realmta.test_reject_and_hold,
                realmta.test_faults, realmta.test_killed, realmta.test_hops, realmta.test_load)]
        tests.append(functools.partial(realmta.test_many_recipients, gate, 1000))
        tests.append(functools.partial(test_without_tempfail_flag, program))
        tests.append(functools.partial(test_same_as_postfix, program, seen))
        short = realmta.Gate(program, functools.partial(rig.Sendmail, times="T=C:1m;S:30s;R:8s;E:1m"))
        tests.append(functools.partial(realmta.test_progress, short, 20))
        only = sys.argv[2:]
        for test in tests:
            test.__name__ = test.func.__name__
        return tap.run([t for t in tests if not only or t.__name__[5:] in only])
    finally:
        gate.stop()
        if short:
            short.stop()


if __name__ == "__main__":
    sys.exit(main())
