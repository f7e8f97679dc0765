#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""mugai-milter behind a real Postfix. Needs root. Usage: test-postfix.py MUGAI_MILTER"""
import functools
import os
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import rig  # noqa: E402
import tap  # noqa: E402
import realmta  # noqa: E402
import cases  # noqa: E402
import smtp  # noqa: E402
import fake  # noqa: E402
from tap import check, equal  # noqa: E402


def test_bdat(program):
    gate = realmta.Gate(program, functools.partial(rig.Postfix, discard=""))
    try:
        for size in (1, 7, 1000, 100000):
            gate.fresh()
            with smtp.Client(gate.port) as client:
                client.envelope("a@example.jp", "b@city.example.lg.jp")
                chunks = [cases.PLAIN[i:i + size] for i in range(0, len(cases.PLAIN), size)]
                answer = client.bdat(chunks[:200] if size > 1 else [cases.PLAIN[:10], cases.PLAIN[10:11], cases.PLAIN[11:]])
                client.quit()
            equal(answer[0], 250, "BDAT in chunks of %d" % size)
            equal(gate.events.get("submit")[-1]["item"]["content"], cases.PLAIN, "is the same mail as with DATA")
    finally:
        gate.stop()


def test_sendmail_command(gate):
    """The local road: sendmail(1) -> pickup -> cleanup with non_smtpd_milters."""
    gate.fresh()
    done = subprocess.run([gate.server.tool("sendmail"), "-f", "cron@gw.example.lg.jp", "shomu@city.example.lg.jp"],
                          input=b"Subject: LEAK cron\n\nLEAK\n", env=dict(gate.server.env, PATH=gate.server.root + "/usr/sbin:/bin"),
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    check(done.returncode == 0, "sendmail(1) takes a mail", done.stdout.decode())
    mails = gate.sink.wait(1, 15)
    check(len(mails) == 1 and b"LEAK" not in mails[0].data, "and it is sanitized too", mails and mails[0].data)
    gate.supervisor.stop()
    gate.fresh()
    subprocess.run([gate.server.tool("sendmail"), "-f", "cron@gw.example.lg.jp", "shomu@city.example.lg.jp"],
                   input=b"Subject: LEAK cron\n\nLEAK\n", env=gate.server.env, check=False,
                   stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    time.sleep(2)
    equal(len(gate.sink.mails), 0, "without a supervisor it waits in the maildrop")
    gate.supervisor.start()
    mails = gate.sink.wait(1, 90)
    check(len(mails) == 1 and b"LEAK" not in mails[0].data, "and comes sanitized when there is one again")


def test_release(gate):
    gate.fresh()
    equal(smtp.send(gate.server.release, cases.PLAIN, options="BODY=8BITMIME")[0], 250, "the service for released mail has no milter")
    mails = gate.sink.wait(1, 10)
    check(mails and realmta.own_trace(mails[0].data)[1] == cases.PLAIN and not gate.events.get("submit"),
          "and passes the mail on as it is")


def test_size_limit(program):
    """A result over message_size_limit would be a permanent 552: it must not come to that."""
    big = fake.MAIL.replace(b"5pysd2Vi\r\n", (b"QUJD" * 19 + b"\r\n") * 1000)
    gate = realmta.Gate(program, functools.partial(rig.Postfix, extra="message_size_limit = 60000"), ["--output-max", "50000"])
    try:
        gate.fresh(lambda item: fake.Answer(mail=big))
        answer = realmta.refused(gate, "a result larger than message_size_limit, seen by --output-max")
        check("(" in answer[1], "with our number", answer)
        realmta.nothing_arrives(gate, "a result over the limit")
    finally:
        gate.stop()
    gate = realmta.Gate(program, functools.partial(rig.Postfix, extra="message_size_limit = 60000"))
    try:
        gate.fresh(lambda item: fake.Answer(mail=big))
        answer = smtp.send(gate.port, cases.PLAIN)
        check(answer[0] in (452, 552), "without it the server itself refuses: the reason for doctor's check", answer)
        realmta.nothing_arrives(gate, "refused by the server")
    finally:
        gate.stop()


def test_long_header(gate):
    gate.fresh()
    data = b"Subject: LEAK" + b"x" * 10000000 + b"\r\nX-After: LEAK\r\n\r\nx\r\n"
    answer = smtp.send(gate.port, data)
    equal(answer[0], 250, "a header line of 10 MB")
    mails = gate.sink.wait(1, 20)
    check(mails and b"LEAK" not in mails[0].data, "nothing of it is left", mails and mails[0].data[:500])


def test_thousands_of_fields(gate):
    """Postfix 3.7 walks the whole header for each deletion, and its cleanup panics past 10,000 edits (then master throttles
    it for a minute): such mail must never get that far."""
    for count, code in ((1000, 250), (4900, 250), (5200, 554), (30000, 554)):
        gate.fresh()
        begin = time.monotonic()
        answer = smtp.send(gate.port, b"A:\r\n" * count + b"\r\nx\r\n")
        seconds = time.monotonic() - begin
        check(answer[0] == code and seconds < 30, "%d header fields: %d" % (count, code), (answer, seconds))
        tap.note("%d fields: %.1f s" % (count, seconds))
        mails = gate.sink.wait(1, 20) if answer[0] == 250 else []
        check(answer[0] != 250 or (mails and b"\r\nA:" not in mails[0].data), "and none of them is left")
    check("panic" not in gate.server.logged(), "no program of Postfix panics")


def main():
    rig.enter(needs=["postfix"])
    program = realmta.milter_program()
    gate = realmta.Gate(program, rig.Postfix)
    short = None
    try:
        shared = [functools.partial(realmta.test_cases, gate, {})] + [
            functools.partial(f, gate) for f in (
                realmta.test_exact, realmta.test_smtputf8, realmta.test_many_recipients, realmta.test_session_states,
                realmta.test_reject_and_hold, realmta.test_faults, realmta.test_killed, realmta.test_hops, realmta.test_load,
                test_sendmail_command, test_release, test_long_header, test_thousands_of_fields)]
        shared += [functools.partial(f, program) for f in (test_bdat, test_size_limit)]
        short = realmta.Gate(program, functools.partial(rig.Postfix, content_timeout="8s"))
        shared.append(functools.partial(realmta.test_progress, short, 20))
        only = sys.argv[2:]
        for test in shared:
            test.__name__ = test.func.__name__
        return tap.run([t for t in shared if not only or t.__name__[5:] in only])
    finally:
        gate.stop()
        if short:
            short.stop()


if __name__ == "__main__":
    sys.exit(main())
