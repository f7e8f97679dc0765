#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""mugai-milter against the milter protocol itself, a keep and a supervisor that misbehave: each invariant of a milter that
loses nothing is a check here. Needs no root and no mail server. Usage: test-milter.py MUGAI_MILTER"""
import atexit
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import fake  # noqa: E402
import mta  # noqa: E402
import tap  # noqa: E402
from fake import Answer  # noqa: E402
from tap import check, equal  # noqa: E402

PROGRAM = sys.argv[1] if len(sys.argv) > 1 else "mugai-milter"
VERSION = subprocess.run([PROGRAM, "--version"], stdout=subprocess.PIPE, check=True).stdout.decode().split()[1]
TOP = tempfile.mkdtemp(prefix="mugai-milter-test.")
atexit.register(shutil.rmtree, TOP, True)
HEADERS = [(b"Received", b" from a.example.jp by b.example.jp;\n\tFri, 20 Nov 2026 19:22:00 +0900"),
           (b"X-Dup", b" one"), (b"From", b" sender@example.jp"), (b"X-Dup", b" two"), (b"x-dup", b" three"),
           (b"Subject", b"no blank"), (b"X-Tab", b"\ttab"), (b"X-Empty", b""), (b"X-8bit", b" \xe7\x84\xa1\xff")]
BODY = b"hello\r\n" * 3


class Rig:
    """A milter between the fakes. One for all tests; those that need another start their own."""

    def __init__(self, name="m", options=()):
        self.events = fake.Events()
        self.folder = os.path.join(TOP, name)
        os.mkdir(self.folder)
        self.socket = self.folder + "/milter.sock"
        self.supervisor = fake.Supervisor(self.folder + "/jobs.sock", self.events, VERSION)
        self.keep = fake.Keep(self.folder + "/keep.sock", self.events, VERSION)
        self.options = list(options)
        self.log = open(self.folder + "/log", "ab")
        self.start()

    def command(self, where=None):
        return [PROGRAM, "--socket", "unix:" + (where or self.socket), "--jobs", self.folder + "/jobs.sock",
                "--keep", self.folder + "/keep.sock"] + self.options

    def start(self):
        self.process = subprocess.Popen(self.command(), stdin=subprocess.DEVNULL, stderr=self.log)
        wait_listening(self.socket, self.process)

    def stop(self):
        self.process.terminate()
        status = self.process.wait(60)
        self.supervisor.stop()
        self.keep.stop()
        self.log.close()
        return status

    def fresh(self, behave=None):
        self.events.clear()
        self.supervisor.behave = behave or (lambda item: Answer())
        self.supervisor.outbound, self.supervisor.greeting = False, None
        self.keep.fail_put = self.keep.fail_record = lambda _: None
        self.keep.put_delay = 0

    def hello(self, **more):
        conn = mta.Mta(self.socket, self.events, **more)
        reply = conn.connect()
        assert reply in ("", "c"), reply
        return conn

    def text(self):
        self.log.flush()
        with open(self.folder + "/log", encoding="utf-8", errors="replace") as f:
            return f.read()


def wait_listening(path, process):
    for _ in range(1000):
        if os.path.exists(path):
            try:
                mta.Mta(path).quit()
                return
            except (OSError, mta.Gone):
                pass
        assert process.poll() is None, "the milter ended with %r" % process.returncode
        time.sleep(0.01)
    raise AssertionError("no milter")


RIG = Rig()


def no_edits(conn, name):
    check(conn.edits() == [], name + ": no edit was requested", conn.letters())


def still_works(name):
    RIG.fresh()
    with RIG.hello() as conn:
        equal(conn.whole(HEADERS, BODY), "c", name + ": the next mail is sanitized")


def deferred(conn, name, enhanced="4."):
    text = conn.reply_text()
    check(text.startswith("451 " + enhanced) and text.rstrip(")")[-14:].count("-") == 2,
          name + ": 451 with an enhanced code and the number", text)


# ---------------------------------------------------------------- negotiation

def test_negotiation():
    with mta.Mta(RIG.socket) as conn:
        equal(conn.actions, 0x1 | 0x2 | 0x10, "asks for adding, changing and body, nothing more")
        wanted = mta.LEADSPC
        for letter in "LCHMRTNB":
            wanted |= mta.NR[letter]
        equal(conn.steps & ~0x100, wanted, "takes every no-reply step and the leading blank")
    with mta.Mta(RIG.socket, steps=mta.LEADSPC | mta.NR["B"]) as conn:
        equal(conn.steps, mta.LEADSPC | mta.NR["B"], "takes no step that was not offered")
    for actions in (0x1FF & ~0x1, 0x1FF & ~0x2, 0x1FF & ~0x10, 0):
        RIG.fresh()
        with mta.Mta(RIG.socket, RIG.events, actions=actions) as conn:
            equal(conn.connect(), "t", "without the actions it needs (0x%x) every mail is deferred" % actions)
            check(conn.mail() in ("t", "y"), "also when the MTA goes on to MAIL")


def test_replies_without_no_reply():
    RIG.fresh()
    with RIG.hello(steps=0) as conn:
        final = conn.whole([(n, v.lstrip(b" ")) for n, v in HEADERS], BODY)
        equal(final, "c", "an old MTA: each callback is answered")
        adds = [d[4:] for letter, d in conn.edits() if letter == "i"]
        check(all(not d.split(b"\0")[1].startswith(b" ") for d in adds), "and it puts the blank after the colon itself")
    content = RIG.events.get("submit")[0]["item"]["content"]
    check(b"From: sender@example.jp\r\n" in content, "and the blank it took away is back in the original")


# ---------------------------------------------------------------- one mail

def test_exact_original():
    RIG.fresh()
    body = (b"text \0 with NUL\r\nbare\rCR and bare\nLF\r\n" + b"x" * 5000 + b"\r\n.\r\n..dots\r\n" +
            bytes(range(256)) * 300 + b"no line end")
    with RIG.hello() as conn:
        equal(conn.whole(HEADERS, body, b"<>", [b"<a@city.example.lg.jp>", "<日本@例え.jp>".encode()]), "c", "delivered")
        final = mta.apply(HEADERS, body, conn.edits())
    item = RIG.events.get("submit")[0]["item"]
    put = RIG.events.get("put")[0]["put"]
    equal(item["content"], mta.wire(HEADERS, body), "the original is what the MTA showed, byte for byte")
    equal(put["content"], item["content"], "and so it went to the keep")
    check(item["sealed"], "content and envelope are sealed")
    envelope = item["envelope"]
    equal(envelope["sender"], b"", "null sender")
    equal(envelope["recipients"], [b"a@city.example.lg.jp", "日本@例え.jp".encode()], "recipients, SMTPUTF8 too")
    equal([envelope[k] for k in ("client_name", "client_address", "helo", "queue_id", "host")],
          [b"client.example.jp", b"192.0.2.7", b"client.example.jp", b"4jWQrv3Cwdz1bYCt", b"gw.example.lg.jp"],
          "client, HELO, queue id and host")
    check(len(envelope["id"]) == 32 and put["id"] == envelope["id"], "one id of 128 bits")
    equal(mta.wire(*final), fake.MAIL, "after the edits the MTA holds exactly the verified mail")


def test_order():
    RIG.fresh()
    with RIG.hello() as conn:
        conn.whole(HEADERS, BODY)
        letters = conn.letters()
        check(__import__("re").fullmatch("p*m{11}i{7}b+", letters), "progress, deletions, additions, body, nothing between",
              letters)
        deleted = [(int.from_bytes(d[:4], "big"), d[4:].split(b"\0")[0].lower()) for letter, d in conn.edits()
                   if letter == "m"]
        equal([i for i, n in deleted if n == b"x-dup"], [3, 2, 1], "duplicates are deleted in falling order")
        equal(sorted(set(n for _, n in deleted)), sorted(set(n.lower() for n, _ in HEADERS) | {b"date", b"message-id"}),
              "every name is deleted, and what Sendmail may have made")
        check(all(b"\r" not in d for letter, d in conn.edits() if letter == "i"), "no CR in added fields")
    names = RIG.events.names()
    check(names.index("put") < names.index("mta:m"), "the original is durable before the first edit", names)
    check(names.index("record:handed-over") < names.index("mta:c"), "the audit knows before the MTA is told", names)
    record = RIG.events.get("record:handed-over")[0]["record"]
    equal(record["sha256_out"], fake.hashlib.sha256(fake.MAIL).digest(), "with the digest of what was handed over")
    equal(record["queue_id"], b"4jWQrv3Cwdz1bYCt", "and the queue id")


def test_postfix_appends():
    RIG.fresh()
    for version, letter in [("Postfix 3.7.11", "h"), ("8.17.1", "i"), ("Postfixes", "i")]:
        with mta.Mta(RIG.socket, RIG.events) as conn:
            conn.connect(v=version)
            equal(conn.whole(HEADERS, BODY), "c", "%s: delivered" % version)
            equal({l for l, _ in conn.edits()}, {"m", letter, "b"}, "%s: fields come with %s" % (version, letter))
            final = mta.apply(HEADERS, BODY, conn.edits())
            equal(mta.wire(*final), fake.MAIL, "%s: the MTA holds exactly the verified mail" % version)


def test_japanese_body():
    mail = b"Content-Type: text/plain; charset=iso-2022-jp\r\n\r\n\x1b$B$3$s\x1b(B\tx\r\n"
    RIG.fresh(lambda item: Answer(mail=mail))
    with RIG.hello() as conn:
        equal(conn.whole(HEADERS, BODY), "c", "a body in ISO-2022-JP is delivered")
        equal(mta.wire(*mta.apply(HEADERS, BODY, conn.edits())), mail, "as it was verified")
    for bad in (b"x\ry\r\n", b"x\ny\r\n", b"\ny\r\n", b"x\r", b"x\r\n\r", b"caf\xe9\r\n", b"x\0\r\n", b"x\r\n\n", b"\x7f"):
        RIG.fresh(lambda item, bad=bad: Answer(mail=b"Subject: x\r\n\r\n" + bad))
        with RIG.hello() as conn:
            equal(conn.whole(HEADERS, BODY), "y", "%r is not" % bad)
            no_edits(conn, "%r" % bad)


def test_large_body():
    RIG.fresh(lambda item: Answer(mail=fake.MAIL[:fake.MAIL.index(b"5pysd2Vi")] + (b"QUJD" * 19 + b"\r\n") * 40000))
    with RIG.hello() as conn:
        equal(conn.whole(HEADERS, BODY * 100000), "c", "3 MB")
        chunks = [d for letter, d in conn.edits() if letter == "b"]
        check(len(chunks) > 40 and max(map(len, chunks)) <= 65535, "in chunks of at most 65535 bytes")
        check(conn.letters().rstrip("b").count("b") == 0, "with nothing between them")
    RIG.fresh(lambda item: Answer(mail=b"Subject: x\r\n\r\n"))
    with RIG.hello() as conn:
        equal(conn.whole(HEADERS, BODY), "c", "an empty body")
        equal([d for letter, d in conn.edits() if letter == "b"], [b""], "is one empty replacement")


def test_header_of_100_kilobytes():
    RIG.fresh()
    with RIG.hello() as conn:
        equal(conn.whole([(b"Subject", b" " + b"x" * 102300)], BODY), "c", "a header of Postfix's largest size in one packet")
    check(len(RIG.events.get("submit")[0]["item"]["content"]) > 102300, "arrives whole")


def test_many_recipients():
    RIG.fresh()
    recipients = [b"<r%05d@city.example.lg.jp>" % i for i in range(10000)]
    with RIG.hello() as conn:
        equal(conn.whole(HEADERS, BODY, recipients=recipients), "c", "10,000 recipients")
    equal(RIG.events.get("submit")[0]["item"]["envelope"]["recipients"], [r.strip(b"<>") for r in recipients],
          "all of them in the envelope")
    with RIG.hello() as conn:
        conn.whole(HEADERS, BODY, sender=b"<" + b"x" * 5000 + b"@example.jp>")
        deferred(conn, "an address longer than the envelope holds", "4.5.3")
        no_edits(conn, "likewise")


def test_hops():
    received = [(b"Received", b" from a by b; Fri, 20 Nov 2026 19:22:00 +0900")]
    RIG.fresh()
    with RIG.hello() as conn:
        equal(conn.whole(received * 50 + HEADERS[1:], BODY), "c", "50 hops are let through")
        equal(conn.whole(received * 51 + HEADERS[1:], BODY), "y", "51 are not")
        check(conn.reply_text().startswith("554 5.4.6 "), "554 5.4.6", conn.reply_text())
        no_edits(conn, "too many hops")
    equal(len(RIG.events.get("submit")), 1, "and the supervisor never saw it")


def test_fields():
    RIG.fresh()
    with RIG.hello() as conn:
        equal(conn.whole([(b"A", b"")] * 5000, BODY), "c", "5,000 header fields are let through")
        equal(len(conn.edits()), 5000 + 3 + 7 + 1, "and each is deleted, and what Sendmail may have made")
        equal(conn.whole([(b"A", b"")] * 5001, BODY), "y", "more are not: Postfix would pay for each deletion")
        check(conn.reply_text().startswith("554 5.6.0 "), "554 5.6.0", conn.reply_text())
        no_edits(conn, "too many header fields")


# ---------------------------------------------------------------- sessions

def test_sessions():
    RIG.fresh()
    with RIG.hello() as conn:
        for i in range(20):
            equal(conn.whole([(b"Subject", b" mail %d" % i)], b"body %d\r\n" % i), "c", "mail %d of a session" % i)
    contents = [e["item"]["content"] for e in RIG.events.get("submit")]
    equal(contents, [b"Subject: mail %d\r\n\r\nbody %d\r\n" % (i, i) for i in range(20)],
          "each mail of a session is itself alone")
    ids = {e["item"]["envelope"]["id"] for e in RIG.events.get("submit")}
    equal(len(ids), 20, "each with an id of its own")


def test_abort_everywhere():
    stages = [lambda c: c.mail(b"<leak@example.jp>"), lambda c: c.rcpt(b"<leak@example.jp>"), lambda c: c.data(),
              lambda c: c.header(b"X-Leak", b" leak"), lambda c: c.eoh(), lambda c: c.body(b"leak\r\n" * 30000)]
    for steps in (mta.STEPS, mta.LEADSPC):
        for n in range(len(stages) + 1):
            RIG.fresh()
            with RIG.hello(steps=steps) as conn:
                for stage in stages[:n]:
                    stage(conn)
                conn.abort()
                equal(conn.whole(HEADERS, BODY), "c", "a mail after an abort at stage %d" % n)
            items = RIG.events.get("submit")
            equal([e["item"]["content"] for e in items], [mta.wire(HEADERS, BODY)], "nothing of the first is left")
            equal(items[0]["item"]["envelope"]["recipients"], [b"shomu@city.example.lg.jp"], "nor of its envelope")
            with RIG.hello(steps=steps) as conn:
                for stage in stages[:n]:
                    stage(conn)  # and the MTA just goes away
    still_works("after connections that broke off everywhere")


def test_many_sessions():
    RIG.fresh()
    failures = []

    def run(number):
        try:
            with RIG.hello() as conn:
                for i in range(10):
                    if conn.whole([(b"Subject", b" %d %d" % (number, i))], b"x" * 3000) != "c":
                        failures.append(conn.reply_text())
        except Exception as error:  # pylint: disable=broad-except
            failures.append(repr(error))

    threads = [threading.Thread(target=run, args=(n,)) for n in range(40)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    equal(failures, [], "40 sessions at a time, 10 mails each")
    equal(len({e["item"]["content"] for e in RIG.events.get("submit")}), 400, "400 different mails were handed in")


# ---------------------------------------------------------------- answers

def test_hold():
    RIG.fresh(lambda item: Answer(fake.HOLD, reason=b"rule.hold"))
    with RIG.hello() as conn:
        equal(conn.whole(HEADERS, BODY), "c", "a held mail is accepted, with the notice in its place")
    names = RIG.events.names()
    check(RIG.events.wait("record:held"), "held is recorded once the MTA has the answer")
    names = RIG.events.names()
    for want in (["put", "record:holding", "mta:m", "mta:b", "mta:c"], ["record:holding", "record:held"]):
        equal([names.index(n) for n in want], sorted(names.index(n) for n in want), "in the order " + " ".join(want))
    equal(RIG.events.get("record:holding")[0]["record"]["durable"], 1, "and asks for that")
    RIG.fresh(lambda item: Answer(fake.HOLD))
    RIG.keep.fail_record = lambda record: 2 if record["state"] == "holding" else None
    with RIG.hello() as conn:
        conn.whole(HEADERS, BODY)
        deferred(conn, "holding cannot be recorded")
        no_edits(conn, "holding cannot be recorded")


def test_held_after_the_answer():
    """Until the MTA has its answer the mail is only `holding`, which a second attempt replaces."""
    RIG.fresh(lambda item: Answer(fake.HOLD))
    with RIG.hello() as conn:
        equal(conn.whole(HEADERS, BODY), "c", "a held mail")
        time.sleep(0.5)
        equal(RIG.events.names().count("record:held"), 0, "is not recorded as held before the connection goes on")
        equal(conn.whole(HEADERS, BODY), "c", "the next mail of the session")
        equal(RIG.events.names().count("record:held"), 1, "is what records the first")
    check(RIG.events.wait("record:held", 2), "the end of the session records the second")
    ids = [e["record"]["id"] for e in RIG.events.get("record:held")]
    equal(ids, [e["put"]["id"] for e in RIG.events.get("put")], "each under its own id")
    RIG.fresh(lambda item: Answer(fake.HOLD))
    RIG.keep.fail_record = lambda record: 3 if record["state"] == "held" else None
    with RIG.hello() as conn:
        equal(conn.whole(HEADERS, BODY), "c", "a held mail whose last record fails is still accepted")
    check(RIG.events.wait("record-failed") and "stays in the state holding" in wait_text("stays in the state"),
          "it stays holding, and the log says so")


def wait_text(word):
    for _ in range(100):
        if word in RIG.text():
            break
        time.sleep(0.05)
    return RIG.text()


def test_withheld():
    RIG.fresh(lambda item: Answer(fake.WITHHELD, reason=b"item.too-large"))
    with RIG.hello() as conn:
        equal(conn.whole(HEADERS, BODY), "c", "a withheld mail is accepted, with the notice in its place")
    equal(RIG.events.get("record:handed-over")[0]["record"]["reason"], b"item.too-large", "the reason is recorded")


def test_reject():
    RIG.fresh(lambda item: Answer(fake.REJECT, reason=b"rule.reject"))
    with RIG.hello() as conn:
        equal(conn.whole(HEADERS, BODY), "y", "a rule's reject")
        check(conn.reply_text().startswith("550 5.7.1 "), "is 550 5.7.1", conn.reply_text())
        no_edits(conn, "a rule's reject")
    check(RIG.events.first("put") >= 0 and RIG.events.first("record:rejected") < RIG.events.first("mta:y"),
          "kept and recorded before the answer")
    RIG.fresh(lambda item: Answer(fake.REJECT))
    RIG.keep.fail_record = lambda record: 3
    with RIG.hello() as conn:
        conn.whole(HEADERS, BODY)
        deferred(conn, "a reject that cannot be recorded")


def restart(rig):
    """The next mail greets the supervisor again."""
    rig.supervisor.stop()
    rig.supervisor.start()


def test_untouched():
    RIG.fresh(lambda item: Answer(fake.UNTOUCHED))
    RIG.supervisor.outbound = True
    restart(RIG)
    with RIG.hello() as conn:
        equal(conn.whole(HEADERS, BODY), "c", "mail that leaves is accepted")
        equal(conn.letters(), "", "as it is")
    check(RIG.events.first("put") < 0, "its original is not kept")
    record = RIG.events.get("record:untouched")[0]["record"]
    equal((record["sender"], record["recipient"], record["recipients"]),
          (b"sender@example.jp", b"shomu@city.example.lg.jp", 1), "but audited with sender and recipient")
    RIG.supervisor.behave = lambda item: Answer()
    RIG.events.clear()
    with RIG.hello() as conn:
        equal(conn.whole(HEADERS, BODY), "c", "mail that comes in, at the same gateway")
    names = RIG.events.names()
    check(names.index("outcome") < names.index("put") < names.index("mta:m"), "is kept before the first edit", names)
    RIG.keep.fail_record = lambda record: 3
    RIG.supervisor.behave = lambda item: Answer(fake.UNTOUCHED)
    with RIG.hello() as conn:
        conn.whole(HEADERS, BODY)
        deferred(conn, "mail that leaves and cannot be audited")
    RIG.supervisor.outbound = False
    restart(RIG)


def test_try_again():
    RIG.fresh(lambda item: Answer(fake.TRY_AGAIN, text=b"high-water mark"))
    RIG.keep.put_delay = 0.2
    with RIG.hello() as conn:
        conn.whole(HEADERS, BODY)
        deferred(conn, "the supervisor says try again")
        no_edits(conn, "the supervisor says try again")
        check("high-water" not in conn.reply_text(), "the sender is not told why")
    check("high-water mark" in RIG.text(), "the log is")


# ---------------------------------------------------------------- faults

def test_keep_faults():
    for how, what in ((2, "the disk is full"), (3, "an I/O error"), ("die", "the keep dies")):
        RIG.fresh()
        RIG.keep.fail_put = lambda put, how=how: how
        with RIG.hello() as conn:
            conn.whole(HEADERS, BODY)
            deferred(conn, what)
            no_edits(conn, what)
        still_works(what)
    RIG.fresh()
    RIG.keep.stop()
    with RIG.hello() as conn:
        conn.whole(HEADERS, BODY)
        deferred(conn, "no keep")
        no_edits(conn, "no keep")
    RIG.keep.start()
    still_works("no keep")


def test_record_fails_after_edits():
    for state, answer in (("handed-over", fake.DELIVER),):
        RIG.fresh(lambda item, answer=answer: Answer(answer))
        RIG.keep.fail_record = lambda record, state=state: 3 if record["state"] == state else None
        with RIG.hello() as conn:
            final = conn.whole(HEADERS, BODY)
            check(conn.edits() and final == "y", "%s cannot be recorded after the edits: never accepted" % state, final)
            deferred(conn, state)


def test_supervisor_faults():
    cr = fake.MAIL.replace(b"Subject: ", b"Subject: a\rb")
    faults = [
        ("dies with the job", Answer(die=True)), ("speaks nonsense", Answer(raw=b"nonsense")),
        ("sends another wire version", Answer(raw=fake.HEAD.pack(fake.MAGIC, 99, fake.OUTCOME, 0, 0, 0, 0, 0))),
        ("answers another job", Answer(job=12345)), ("sends another kind", Answer(kind=fake.SUBMIT)),
        ("answers what does not exist", Answer(answer=77)), ("sends no output", Answer(fds=0)),
        ("sends the output alone", Answer(fds=1)), ("does not seal", Answer(seal=False)),
        ("says another size", Answer(size=1)), ("sends an empty mail", Answer(mail=b"")),
        ("sends a lone CR in a header", Answer(mail=cr)), ("sends a body with bare LF", Answer(mail=b"A: b\r\n\r\nx\n")),
        ("sends 8-bit", Answer(mail=b"A: \xff\r\n\r\n")), ("sends a NUL", Answer(mail=b"A: b\r\n\r\na\0\r\n")),
        ("sends a bad name", Answer(mail=b"A b: c\r\n\r\n")), ("sends a line of 2000", Answer(mail=b"A: " + b"x" * 2000 + b"\r\n\r\n")),
        ("sends a header without end", Answer(mail=b"A: b\r\n")), ("begins with a continuation", Answer(mail=b" A: b\r\n\r\n")),
        ("sends a field of 100 kB", Answer(mail=b"A: b\r\n" + b" x\r\n" * 40000 + b"\r\n")),
    ]
    for what, answer in faults:
        RIG.fresh(lambda item, answer=answer: answer)
        with RIG.hello() as conn:
            final = conn.whole(HEADERS, BODY)
            check(final == "y", "a supervisor that %s: 451" % what, final)
            no_edits(conn, "a supervisor that " + what)
    still_works("after all of these")
    check(RIG.events.first("record:handed-over") > 0, "and recorded")


def test_deferred_is_recorded():
    RIG.fresh(lambda item: Answer(die=True, delay=0.3))
    with RIG.hello() as conn:
        conn.whole(HEADERS, BODY)
    check(RIG.events.first("put") >= 0 and RIG.events.wait("record:deferred"), "a kept mail that got 451 is recorded")


def test_supervisor_gone_and_back():
    RIG.fresh()
    RIG.supervisor.stop()
    with RIG.hello() as conn:
        conn.whole(HEADERS, BODY)
        deferred(conn, "no supervisor")
        no_edits(conn, "no supervisor")
    RIG.supervisor.start()
    still_works("the supervisor is back")
    RIG.supervisor.stop()
    RIG.supervisor.start()
    still_works("the supervisor was restarted between two mails")
    RIG.keep.stop()
    RIG.keep.start()
    still_works("the keep was restarted between two mails")
    RIG.fresh()
    RIG.supervisor.greeting = fake.blob(b"99.0") + bytes(65)
    restart(RIG)
    with RIG.hello() as conn:
        conn.whole(HEADERS, BODY)
        deferred(conn, "a supervisor of another version")
    check("99.0" in RIG.text() and "restart mugaid" in RIG.text(), "the log names both versions and the remedy")
    RIG.supervisor.greeting = None
    restart(RIG)
    still_works("versions are equal again")


def test_new_policy():
    RIG.fresh(lambda item: Answer(policy=b"\x77" * 32))
    with RIG.hello() as conn:
        conn.whole(HEADERS, BODY)
        RIG.supervisor.policy = b"\x77" * 32
        conn.whole(HEADERS, BODY)
    equal(RIG.events.get("put")[1]["put"]["policy"], b"\x77" * 32, "after a reload the keep is told the new policy")
    RIG.supervisor.policy = b"\x11" * 32


def test_progress():
    RIG.fresh(lambda item: Answer(delay=10))
    with RIG.hello() as conn:
        equal(conn.whole(HEADERS, BODY), "c", "a job of 10 s")
        times = [at for letter, _, at in conn.packets if letter == "p"]
        check(len(times) >= 3 and max(b - a for a, b in zip([0] + times, times)) < 5, "signs of life every few seconds",
              times)
        check("p" not in conn.letters().lstrip("p"), "none after the first edit")


def test_mta_goes_away():
    RIG.fresh(lambda item: Answer(delay=20))
    conn = RIG.hello()
    for step in (conn.mail, conn.rcpt, conn.data):
        step()
    conn.header(b"Subject", b" x")
    conn.eoh()
    conn.send("E")
    RIG.events.wait("put")
    conn.close()
    check(RIG.events.wait("record:deferred", timeout=15), "an MTA that goes away while the job runs: recorded as deferred")
    check(RIG.events.first("record:handed-over") < 0, "and never as handed over")
    still_works("an MTA went away")


def test_mta_goes_away_before_the_edits():
    RIG.fresh()
    RIG.keep.put_delay = 1.5
    conn = RIG.hello()
    for step in (conn.mail, conn.rcpt, conn.data):
        step()
    conn.header(b"Subject", b" x")
    conn.eoh()
    conn.send("E")
    RIG.events.wait("outcome")
    conn.close()
    check(RIG.events.wait("record:deferred", timeout=15), "an MTA that is gone when the edits are sent: recorded as deferred")
    check(RIG.events.first("record:handed-over") < 0, "and never as handed over")


def test_line_ends_in_header():
    """Postfix divides the lines of a field with LF; CRLF and a lone CR stay what they are."""
    RIG.fresh()
    with RIG.hello() as conn:
        conn.whole([(b"A", b" one\n two"), (b"B", b" one\r\n\ttwo"), (b"C", b" one\rtwo\n three\r")], b"x\r\n")
    equal(RIG.events.get("submit")[0]["item"]["content"],
          b"A: one\r\n two\r\nB: one\r\n\ttwo\r\nC: one\rtwo\r\n three\r\r\n\r\nx\r\n", "line ends of folded fields")


def test_broken_packets():
    for junk in (b"\xff\xff\xff\xff", b"\0\0\0\0", b"\0\0\0\1Z", b"\0\0\0\5Oabcd", b"GET / HTTP/1.0\r\n\r\n"):
        try:
            sock = __import__("socket").socket(1, 1)
            sock.connect(RIG.socket)
            sock.sendall(junk)
            sock.close()
        except OSError:
            pass
    with mta.Mta(RIG.socket, RIG.events, timeout=3) as conn:
        try:
            conn.send("E")
            reply = conn.recv()[0]
        except (mta.Gone, TimeoutError):
            reply = "no answer"
        check(reply in ("t", "y", "no answer"), "an end of message out of nowhere is not accepted", reply)
    still_works("broken packets")


# ---------------------------------------------------------------- the process

def test_memory_limit():
    rig = Rig("memory", ["--memory-max", "1000000"])
    with rig.hello() as conn:
        conn.whole(HEADERS, b"x" * 2000000)
        deferred(conn, "mails larger than --memory-max", "4.3.1")
        no_edits(conn, "mails larger than --memory-max")
        for _ in range(5):
            equal(conn.whole(HEADERS, b"x" * 600000), "c", "and what they took is free again")
    rig.stop()


def test_output_limit():
    rig = Rig("output", ["--output-max", "300"])
    with rig.hello() as conn:
        conn.whole(HEADERS, BODY)
        deferred(conn, "a result over --output-max")
        no_edits(conn, "a result over --output-max")
    check("limits.output" in rig.text(), "the log says why")
    rig.stop()


def test_kill_and_stale_socket():
    rig = Rig("kill")
    rig.supervisor.behave = lambda item: Answer(delay=5)
    conn = rig.hello()
    for step in (conn.mail, conn.rcpt, conn.data, conn.eoh):
        step()
    threading.Timer(0.5, rig.process.kill).start()
    try:
        final = conn.eom()
    except mta.Gone:
        final = "gone"
    equal(final, "gone", "killed in the middle: the connection closes, nothing is answered")
    equal(conn.edits(), [], "and nothing was edited")
    rig.process.wait()
    check(os.path.exists(rig.socket), "the dead socket is still there")
    rig.supervisor.behave = lambda item: Answer()
    rig.start()
    with rig.hello() as conn:
        equal(conn.whole(HEADERS, BODY), "c", "the next milter takes the place of the dead one")
    second = subprocess.run(rig.command(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=20, check=False)
    equal(second.returncode, 2, "a second milter on a living socket ends with 2")
    text = second.stderr.decode()
    check(text.count("\n") == 1 and rig.socket in text and "alive" in text, "with one line", text)
    with rig.hello() as conn:
        equal(conn.whole(HEADERS, BODY), "c", "the first is unharmed")
    plain = rig.folder + "/plain"
    with open(plain, "w", encoding="ascii") as f:
        f.write("precious")
    third = subprocess.run(rig.command(plain), stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=20, check=False)
    check(third.returncode == 2 and open(plain, encoding="ascii").read() == "precious",
          "a file that is no socket is never removed", third.stderr)
    equal(oct(os.stat(rig.socket).st_mode & 0o777), "0o660", "the socket is for owner and group")
    equal(rig.stop(), 0, "SIGTERM ends it with 0")
    check(not os.path.exists(rig.socket), "and its socket is gone")


def test_drain():
    rig = Rig("drain")
    rig.supervisor.behave = lambda item: Answer(delay=3)
    with rig.hello() as conn:
        threading.Timer(1, rig.process.terminate).start()
        equal(conn.whole(HEADERS, BODY), "c", "SIGTERM in the middle of a mail: the mail is finished")
    equal(rig.process.wait(20), 0, "then the milter ends")
    rig.supervisor.stop()
    rig.keep.stop()


def test_parent_dies():
    rig = Rig("parent")
    rig.process.terminate()
    rig.process.wait()
    code = "import subprocess,sys,time; p=subprocess.Popen(sys.argv[1:]); print(p.pid,flush=True); time.sleep(60)"
    parent = subprocess.Popen([sys.executable, "-c", code] + rig.command(), stdout=subprocess.PIPE, stderr=rig.log)
    pid = int(parent.stdout.readline())
    while not os.path.exists(rig.socket):
        time.sleep(0.01)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    gone = False
    for _ in range(400):
        try:
            with open("/proc/%d/stat" % pid, encoding="ascii") as f:
                gone = f.read().rpartition(")")[2].split()[0] in "ZX"
        except OSError:
            gone = True
        if gone:
            break
        time.sleep(0.05)
    check(gone, "the milter ends when its parent dies")
    rig.supervisor.stop()
    rig.keep.stop()


def test_inet():
    import rig as rigs
    port = rigs.free_port()
    rig = Rig("inet")
    rig.process.terminate()
    rig.process.wait()
    rig.process = subprocess.Popen([PROGRAM, "--socket", "inet:%d@127.0.0.1" % port, "--jobs", rig.folder + "/jobs.sock",
                                    "--keep", rig.folder + "/keep.sock"], stderr=rig.log)
    rigs.wait_port(port, rig.process)
    with mta.Mta(("127.0.0.1", port), rig.events) as conn:
        conn.connect()
        equal(conn.whole(HEADERS, BODY), "c", "a mail over TCP on loopback")
    again = subprocess.run([PROGRAM, "--socket", "inet:%d@127.0.0.1" % port], stderr=subprocess.PIPE, timeout=20, check=False)
    check(again.returncode == 2 and again.stderr.decode().count("\n") == 1, "a port in use: one line, exit 2", again.stderr)
    rig.stop()


def test_usage():
    cases = [(["--socket", "inet:25@0.0.0.0"], "loopback"), (["--socket", "unix:relative"], "absolute"),
             (["--socket", "nonsense"], "unix:PATH"), (["--socket", "inet:0@127.0.0.1"], "port"), (["--hops", "0"], "--hops"),
             (["--mode", "9"], "--mode"), (["--nonsense"], "nonsense"), (["stray"], "stray"), (["--memory-max", "1"], "bytes"),
             (["--socket", "unix:/nonexistent/folder/s"], "/nonexistent/folder/s"),
             (["--socket", "unix:" + TOP + "/g.sock", "--group", "nonexistent-group"], "group")]
    for options, word in cases:
        done = subprocess.run([PROGRAM] + options, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=20, check=False)
        text = done.stderr.decode()
        check(done.returncode == 2 and word in text and text.count("\n") == 1, "usage: %s" % " ".join(options), text)
    for locale, word in (("ja_JP.UTF-8", "使い方"), ("C", "Usage")):
        done = subprocess.run([PROGRAM, "--help"], stdout=subprocess.PIPE, env=dict(os.environ, LC_ALL=locale), check=False)
        check(done.returncode == 0 and done.stdout.decode().startswith(word), "--help in " + locale)


def test_never():
    conn_letters = set(RIG.events.names())
    check(not conn_letters & {"mta:a", "mta:d"}, "accept and discard never occur")


def counted(test):
    """Also look at all answers of every test: accept and discard never occur."""
    def run():
        test()
        check(not {"mta:a", "mta:d"} & set(RIG.events.names()), test.__name__ + ": neither accept nor discard")
    run.__name__ = test.__name__
    return run


def main():
    names = sys.argv[2:]
    tests = [v for k, v in globals().items() if k.startswith("test_") and (not names or k[5:] in names)]
    signal.alarm(600)
    status = 1
    try:
        status = tap.run([counted(t) for t in tests])
    finally:
        if RIG.process.poll() is None and RIG.stop() != 0:
            status = 1
            tap.note("the milter did not end with 0")
    if "Sanitizer" in RIG_LOG():
        tap.note(RIG_LOG()[-4000:])
        status = 1
    return status


def RIG_LOG():
    text = ""
    for folder, _, files in os.walk(TOP):
        for name in files:
            if name == "log":
                with open(os.path.join(folder, name), encoding="utf-8", errors="replace") as f:
                    text += f.read()
    return text


if __name__ == "__main__":
    sys.exit(main())
