# SPDX-License-Identifier: Apache-2.0
"""What a real Postfix and a real Sendmail must do alike, with mugai-milter between them and the fakes of fake.py: exact
originals, complete replacement, 451 for each fault, nothing in the queue that was not verified."""
import os
import subprocess
import threading
import time

import cases
import fake
import rig
import smtp
from fake import Answer
from gateway import own_trace
from tap import check, equal, note

MARK = b"LEAK"


class Gate:
    """Sink <- MTA <- milter <- fakes. @make: function (milter, sink_port) -> server of rig.py."""

    def __init__(self, program, make, options=()):
        self.program, self.options = program, list(options)
        self.version = subprocess.run([program, "--version"], stdout=subprocess.PIPE,
                                      check=True).stdout.decode().split()[1]
        self.folder = rig.safe_folder("mugai-gate.")
        self.events = fake.Events()
        self.supervisor = fake.Supervisor(self.folder + "/jobs.sock", self.events, self.version)
        self.keep = fake.Keep(self.folder + "/keep.sock", self.events, self.version)
        self.socket = self.folder + "/milter.sock"
        self.log = open(self.folder + "/log", "ab")
        self.milter = None
        self.start_milter()
        self.sink = smtp.Sink()
        self.server = make("unix:" + self.socket, self.sink.port).start()
        self.port = self.server.port

    def start_milter(self):
        self.milter = subprocess.Popen(
            [self.program, "--socket", "unix:" + self.socket, "--mode", "0666", "--jobs", self.folder + "/jobs.sock",
             "--keep", self.folder + "/keep.sock"] + self.options, stderr=self.log)
        rig.wait_socket(self.socket, self.milter)

    def kill_milter(self):
        self.milter.kill()
        self.milter.wait()

    def stop(self):
        self.server.stop()
        self.milter.terminate()
        self.milter.wait(60)
        self.supervisor.stop()
        self.keep.stop()
        self.sink.stop()
        self.log.close()

    def fresh(self, behave=None):
        end = time.monotonic() + 30  # mails of the test before may still be on their way to the sink
        while self.server.queued() > 0 and time.monotonic() < end:
            time.sleep(0.05)
        self.events.clear()
        self.sink.clear()
        self.supervisor.behave = behave or (lambda item: Answer())
        self.keep.fail_put = self.keep.fail_record = lambda _: None

    def logged(self):
        with open(self.folder + "/log", encoding="utf-8", errors="replace") as f:
            return f.read()


def test_cases(gate, originals):
    """Each case ends as the verified mail and nothing else; originals collects what the supervisor saw."""
    for name, options, data in cases.cases():
        gate.fresh()
        answer = smtp.send(gate.port, data, options=options)
        if answer[0] != 250:
            # A server may refuse what it does not like; then nothing may arrive.
            note("%s: refused by the server: %d %s" % (name, answer[0], answer[1]))
            time.sleep(0.3)
            equal(len(gate.sink.mails), 0, name + ": refused, and nothing arrived")
            originals[name] = None
            continue
        mails = gate.sink.wait(1, 20)
        if not check(len(mails) == 1, name + ": one mail arrived", gate.logged()[-600:]):
            continue
        trace, rest = own_trace(mails[0].data)
        check(trace, name + ": the server's Received is on top", mails[0].data[:200])
        equal(rest, fake.MAIL, name + ": all that follows is the verified mail")
        check(MARK not in rest, name + ": nothing of the original is left")
        originals[name] = gate.events.get("submit")[-1]["item"]["content"]


def test_exact(gate):
    gate.fresh()
    smtp.send(gate.port, cases.PLAIN, sender="", recipients=["a@city.example.lg.jp", "b@city.example.lg.jp"],
              options="BODY=8BITMIME")
    item = gate.events.get("submit")[0]["item"]
    equal(item["content"], cases.PLAIN, "the original is what was sent, byte for byte")
    envelope = item["envelope"]
    equal(envelope["sender"], b"", "null sender")
    equal(envelope["recipients"], [b"a@city.example.lg.jp", b"b@city.example.lg.jp"], "recipients")
    equal((envelope["client_address"], envelope["helo"], envelope["host"]),
          (b"127.0.0.1", b"client.example.jp", rig.HOST.encode()), "client, HELO, host")
    mails = gate.sink.wait(1, 10)
    queue_id = envelope["queue_id"].decode()
    check(mails and queue_id and queue_id in mails[0].header("Received")[0], "the queue id joins audit and mail log", queue_id)
    equal((mails[0].sender, sorted(mails[0].recipients)), ("", ["a@city.example.lg.jp", "b@city.example.lg.jp"]),
          "the envelope goes on as it came")


def test_smtputf8(gate):
    gate.fresh()
    answer = smtp.send(gate.port, cases.PLAIN, sender="日本@例え.example.jp", recipients="総務@city.example.lg.jp",
                       options="BODY=8BITMIME SMTPUTF8")
    if answer[0] != 250:
        return note("SMTPUTF8 refused by the server: %d %s" % answer)
    envelope = gate.events.get("submit")[0]["item"]["envelope"]
    equal((envelope["sender"], envelope["recipients"]), ("日本@例え.example.jp".encode(), ["総務@city.example.lg.jp".encode()]),
          "an internationalised envelope, as it came")
    return check(len(gate.sink.wait(1, 10)) == 1, "and it is delivered")


def test_many_recipients(gate, count=10000):
    gate.fresh()
    recipients = ["r%05d@city.example.lg.jp" % i for i in range(count)]
    equal(smtp.send(gate.port, cases.PLAIN, recipients=recipients)[0], 250, "%d recipients" % count)
    got = gate.events.get("submit")[0]["item"]["envelope"]["recipients"]
    equal(len(got), count, "all of them in the envelope")
    end = time.monotonic() + 60
    while sum(len(m.recipients) for m in gate.sink.mails) < count and time.monotonic() < end:
        time.sleep(0.1)
    equal(sorted(r for m in gate.sink.mails for r in m.recipients), recipients, "each of them gets it once")


def test_session_states(gate):
    """RSET and new MAIL at each stage; then a mail that must hold nothing of what went before."""
    gate.fresh()
    with smtp.Client(gate.port) as client:
        client.cmd("MAIL FROM:<leak@example.jp>")
        client.cmd("RSET")
        client.envelope("leak@example.jp", ["leak1@city.example.lg.jp", "leak2@city.example.lg.jp"])
        client.cmd("RSET")
        client.cmd("RCPT TO:<leak@city.example.lg.jp>")
        client.cmd("EHLO client.example.jp")
        client.envelope("leak@example.jp", ["leak3@city.example.lg.jp"])
        client.cmd("EHLO client.example.jp")
        for i in range(5):
            answer = client.mail("s%d@example.jp" % i, "r%d@city.example.lg.jp" % i, b"Subject: %d\r\n\r\n%d\r\n" % (i, i))
            equal(answer[0], 250, "mail %d after RSET, EHLO and aborted mails" % i)
            client.cmd("RSET")
        client.quit()
    got = [(e["item"]["envelope"]["sender"], e["item"]["envelope"]["recipients"]) for e in gate.events.get("submit")]
    equal(got, [(b"s%d@example.jp" % i, [b"r%d@city.example.lg.jp" % i]) for i in range(5)], "each with its own envelope alone")
    gate.fresh()
    client = smtp.Client(gate.port)
    client.envelope("leak@example.jp", "leak@city.example.lg.jp")
    client.cmd("DATA")
    client.raw(b"Subject: LEAK\r\n\r\nLEAK in the middle of DATA\r\n")
    client.close()
    equal(smtp.send(gate.port, cases.PLAIN)[0], 250, "a mail after a client that vanished in DATA")
    gate.sink.wait(1, 10)
    time.sleep(0.3)
    equal((len(gate.sink.mails), len(gate.events.get("submit"))), (1, 1), "and only that one arrives")


def test_reject_and_hold(gate):
    gate.fresh(lambda item: Answer(fake.REJECT))
    answer = smtp.send(gate.port, cases.PLAIN)
    check(answer[0] == 550 and "5.7.1" in answer[1], "a rule's reject reaches the client as 550 5.7.1", answer)
    gate.fresh(lambda item: Answer(fake.HOLD))
    equal(smtp.send(gate.port, cases.PLAIN)[0], 250, "a held mail is accepted")
    check(len(gate.sink.wait(1, 10)) == 1, "and its notice arrives")
    gate.fresh(lambda item: Answer(fake.UNTOUCHED))
    gate.supervisor.outbound = True
    gate.supervisor.stop()
    gate.supervisor.start()
    equal(smtp.send(gate.port, cases.PLAIN, options="BODY=8BITMIME")[0], 250, "mail that leaves is accepted")
    mails = gate.sink.wait(1, 10)
    check(mails and own_trace(mails[0].data)[1] == cases.PLAIN, "and leaves as it came", mails and mails[0].data)
    gate.supervisor.outbound = False
    gate.supervisor.stop()
    gate.supervisor.start()


def refused(gate, what, code=451):
    answer = smtp.send(gate.port, cases.PLAIN)
    check(answer[0] == code, "%s: %d" % (what, code), answer)
    return answer


def nothing_arrives(gate, what):
    time.sleep(0.5)
    equal((len(gate.sink.mails), gate.server.queued()), (0, 0), what + ": nothing arrives, nothing is queued")


def test_faults(gate):
    for what, answer in (("the supervisor dies", Answer(die=True)), ("nonsense", Answer(raw=b"x")),
                         ("an unsealed result", Answer(seal=False)), ("a result with CR", Answer(mail=b"A: \r\r\n\r\n")),
                         ("try again", Answer(fake.TRY_AGAIN))):
        gate.fresh(lambda item, answer=answer: answer)
        text = refused(gate, what)[1]
        check("4.3.0" in text and "try again later" in text, what + ": with our text", text)
        nothing_arrives(gate, what)
    gate.fresh()
    gate.keep.fail_put = lambda put: 2
    refused(gate, "the keep's disk is full")
    nothing_arrives(gate, "the keep's disk is full")
    gate.fresh()
    gate.keep.fail_record = lambda record: 3
    refused(gate, "the record fails after all edits")
    nothing_arrives(gate, "the record fails after all edits")


def test_killed(gate):
    gate.fresh(lambda item: Answer(delay=3))
    threading.Timer(1, gate.kill_milter).start()
    answer = smtp.send(gate.port, cases.PLAIN)
    check(answer[0] in (451, 421, 450), "the milter is killed while the mail waits: 4xx", answer)
    nothing_arrives(gate, "killed while it waits")
    answer = smtp.send(gate.port, cases.PLAIN)
    check(400 <= answer[0] < 500, "no milter: 4xx", answer)
    nothing_arrives(gate, "no milter")
    gate.fresh()
    gate.start_milter()
    equal(smtp.send(gate.port, cases.PLAIN)[0], 250, "the milter is back: 250")
    check(len(gate.sink.wait(1, 10)) == 1, "and the mail arrives")
    client = smtp.Client(gate.port)
    client.envelope("leak@example.jp", "a@city.example.lg.jp")
    client.cmd("DATA")
    client.raw(b"Subject: LEAK\r\n\r\n" + b"LEAK\r\n" * 100000)
    gate.kill_milter()
    try:
        client.raw(b"LEAK\r\n" * 100000 + b".\r\n")
        answer = client.reply()
    except (OSError, smtp.Closed):
        answer = (421, "closed")
    check(400 <= answer[0] < 500, "killed in the middle of DATA: 4xx", answer)
    client.close()
    gate.start_milter()
    gate.fresh()
    nothing_arrives(gate, "killed in the middle of DATA")


def test_progress(gate, seconds):
    gate.fresh(lambda item: Answer(delay=seconds))
    equal(smtp.send(gate.port, cases.PLAIN)[0], 250, "a job of %d s, beyond the server's patience without signs of life" % seconds)
    check(len(gate.sink.wait(1, 10)) == 1, "arrives")


def test_hops(gate):
    received = "".join("Received: from a%d by b%d; Fri, 20 Nov 2026 19:22:00 +0900\n" % (i, i) for i in range(45))
    gate.fresh()
    equal(smtp.send(gate.port, smtp.crlf(received + "\nx\n"))[0], 250, "45 hops")
    gate.fresh()
    answer = smtp.send(gate.port, smtp.crlf(received * 2 + "\nx\n"))
    check(answer[0] in (554, 552), "90 hops are refused for good", answer)
    nothing_arrives(gate, "90 hops")


def test_load(gate, count=200, sessions=8):
    gate.fresh(lambda item: Answer(mail=fake.MAIL.replace(b"id=0000", b"id=%s" % item["content"][9:13])))
    mails = [(i, b"Subject: %04d\r\n\r\n%s\r\n" % (i, b"x" * 3000)) for i in range(count)]
    results = smtp.send_many(gate.port, mails, sessions=sessions, timeout=120)
    equal({r[0] for r in results.values()}, {250}, "%d mails over %d sessions" % (count, sessions))
    gate.sink.wait(count, 60)
    got = sorted(m.header("Mugai-Result")[0][8:12] for m in gate.sink.mails)
    equal(got, ["%04d" % i for i in range(count)], "each arrives once, with its own content")


def milter_program():
    import sys
    return sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.environ.get("MUGAI_BUILD", "build"), "mugai-milter")
