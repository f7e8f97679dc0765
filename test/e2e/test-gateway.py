#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The whole product behind a real Postfix and a real Sendmail: mugaid with everything it starts, mails in, mails out.
Needs root. Usage: test-gateway.py [--build DIR] [TEST...]"""
import argparse
import base64
import email
import email.policy
import functools
import glob
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import cases  # noqa: E402
import gateway as gateways  # noqa: E402
import rig  # noqa: E402
import smtp  # noqa: E402
import tap  # noqa: E402
from tap import check, equal, note  # noqa: E402

RULES = """\
version: 1
preset: a-text
language: ja
inner: { domains: [city.example.lg.jp] }
rules:
  - name: 人が見る
    when: { subject: "*HOLD*" }
    then: hold
  - name: 受け取らない
    when: { subject: "*REJECT*" }
    then: reject
"""
OUTBOUND = RULES + "outbound: { clients: [127.0.0.1] }\n"
SOURCE = os.environ.get("MUGAI_SOURCE") or os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")


class Line:
    """A gateway, a server with its milter, and a sink."""

    def __init__(self, build, make=rig.Postfix, rules=RULES, **more):
        self.gateway = gateways.Gateway(build, rules=rules, **more).start()
        self.sink = smtp.Sink()
        self.server = make("unix:" + self.gateway.socket, self.sink.port).start()
        self.port = self.server.port

    def stop(self):
        self.server.stop()
        status = self.gateway.stop()
        check(status == 0, "mugaid ends with 0", (status, self.gateway.logged()[-1500:]))
        check("Sanitizer" not in self.gateway.logged(), "no sanitizer complains", self.gateway.logged()[-3000:])
        self.sink.stop()

    def fresh(self):
        end = time.monotonic() + 60
        while self.server.queued() > 0 and time.monotonic() < end:
            time.sleep(0.05)
        self.sink.clear()

    def one(self, data, timeout=60, **more):
        """Send one mail; (answer, the mail at the sink or None)."""
        self.fresh()
        answer = smtp.send(self.port, data, **more)
        mails = self.sink.wait(1, timeout) if answer[0] == 250 else []
        return answer, mails[0] if mails else None


def parsed(mail):
    return email.message_from_bytes(gateways.own_trace(mail.data)[1], policy=email.policy.default)


def text_of(mail):
    """The delivered body text, with the item's number made equal."""
    message = parsed(mail)
    part = message if not message.is_multipart() else next(message.iter_parts())
    text = part.get_content()
    return re.sub(r"[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}", "NUMBER", text)


def in_profile(line, mails, name):
    bad = gateways.verify(line.gateway, mails)
    check(not bad, "%s: in the output profile" % name, bad[:2])


def read_mails(folder):
    """(name, bytes with CRLF) of the mails in @folder."""
    found = []
    for path in sorted(glob.glob(os.path.join(folder, "**", "*.eml"), recursive=True)):
        with open(path, "rb") as f:
            found.append((os.path.basename(path), smtp.crlf(f.read())))
    return found


# ---------------------------------------------------------------- the same mails, both servers

def test_cases(line, texts):
    for name, options, data in cases.cases():
        answer, mail = line.one(data, options=options)
        if answer[0] != 250:
            note("%s: refused by the server: %d %s" % (name, answer[0], answer[1]))
            texts[name] = None
            continue
        if check(mail is not None, name + ": arrived", line.gateway.logged()[-500:]):
            in_profile(line, [mail], name)
            texts[name] = text_of(mail)
            check(mail.data.isascii() and b"\0" not in mail.data, name + ": plain ASCII on the wire")


def test_samples(line, texts):
    mails = read_mails(os.path.join(SOURCE, "samples", "mail"))
    check(mails, "there are sample mails")
    for name, data in mails:
        answer, mail = line.one(data, options="BODY=8BITMIME")
        if check(answer[0] == 250 and mail is not None, name + ": delivered", answer):
            in_profile(line, [mail], name)
            texts[name] = text_of(mail)


def test_same(build, seen):
    """What people read is the same behind both servers, where the servers themselves show the same mail."""
    other = {}
    line = Line(build, rig.Sendmail)
    try:
        test_cases(line, other)
        test_samples(line, other)
    finally:
        line.stop()
    different = {"blank before the colon", "no header at all", "line without colon in the header", "mbox From_ line",
                 "empty name", "continuation first", "header of blanks", "NUL in a header", "NUL in the body", "nothing",
                 "empty mail", "lines of 998 and more"}
    for name in sorted(set(seen) & set(other)):
        if seen[name] is None or other[name] is None:
            continue
        if name in different:
            if seen[name] != other[name]:
                note("%s: the servers show it differently" % name)
            continue
        equal(other[name], seen[name], name + ": the same text behind both servers")


def test_corpus(line):
    corpus = os.environ.get("MUGAI_CORPUS", "")
    mails = read_mails(os.path.join(corpus, "jp")) + read_mails(os.path.join(corpus, "mail"))
    if not mails:
        return tap.skip("real mails", "no corpus; set MUGAI_CORPUS")
    step = max(1, len(mails) // (len(mails) if os.environ.get("MUGAI_TEST_LONG") else 60))
    mails = mails[::step]
    line.fresh()
    results = smtp.send_many(line.port, list(enumerate(d for _, d in mails)), sessions=4, timeout=300)
    codes = {}
    for number, result in results.items():
        codes.setdefault(result[0], []).append(mails[number][0])
    note("real mails: " + ", ".join("%d x %d" % (len(n), c) for c, n in sorted(codes.items())))
    check(set(codes) <= {250, 552, 554, 500, 521}, "every real mail gets a final answer", codes.get(0))
    arrived = line.sink.wait(len(codes.get(250, [])), 60)
    equal(len(arrived), len(codes.get(250, [])), "every accepted one arrives")
    return in_profile(line, arrived, "%d real mails" % len(arrived))


# ---------------------------------------------------------------- actions

def test_hold_release(line):
    answer, mail = line.one(cases.PLAIN.replace(b"LEAK plain", b"HOLD this"))
    check(answer[0] == 250 and mail is not None, "a held mail is accepted and its notice arrives", answer)
    check("LEAK" not in text_of(mail), "without its content", text_of(mail))
    item = re.search(r"id=([0-9a-f]{32});", mail.header("Mugai-Result")[0]).group(1)
    number = "-".join((item[:4], item[4:8], item[8:12]))
    check(number in parsed(mail).as_string() or number in base64.b64decode(mail.body()).decode(), "the notice has its number")
    held = [e for e in line.gateway.keep_list("held") if e["id"] == item]
    equal(len(held), 1, "mugai keep list shows it")
    sock = ["--socket", line.gateway.run + "/keep.sock"]
    out = line.gateway.folder + "/original.eml"
    done = line.gateway.mugai("keep", "show", number, "--original", "-o", out, *sock, check=False)
    check(done.returncode == 0 and b"HOLD this" in open(out, "rb").read(), "mugai keep show gives the original back", done.stderr)
    line.fresh()
    rules = line.gateway.folder + "/release.yaml"
    with open(rules, "w", encoding="utf-8") as f:
        f.write("version: 1\npreset: a-text\n")
    done = line.gateway.mugai("keep", "release", number, "-r", rules, "--smtp", "127.0.0.1:%d" % line.server.release, *sock, check=False)
    equal(done.returncode, 0, "mugai keep release (%s)" % done.stderr.decode())
    mails = line.sink.wait(1, 20)
    check(len(mails) == 1 and "LEAK" in text_of(mails[0]), "sends it on, sanitized")
    in_profile(line, mails, "the released mail")
    done = line.gateway.mugai("explain", number, "--keep", line.gateway.run + "/keep.sock", check=False)
    equal(done.returncode, 0, "mugai explain knows it (%s)" % done.stderr.decode())


def test_reject(line):
    answer, _ = line.one(cases.PLAIN.replace(b"LEAK plain", b"REJECT this"))
    check(answer[0] == 550 and "5.7.1" in answer[1], "a rule's reject", answer)
    check(any(e["state"] == "rejected" for e in line.gateway.keep_list("rejected")), "is in the keep")
    time.sleep(0.5)
    equal(len(line.sink.mails), 0, "and nothing arrives")


def test_outbound(build):
    line = Line(build, rules=OUTBOUND)
    try:
        answer, mail = line.one(cases.PLAIN, recipients="someone@vendor.example.jp", options="BODY=8BITMIME")
        check(answer[0] == 250 and mail and gateways.own_trace(mail.data)[1] == cases.PLAIN, "mail that leaves goes on as it is",
              (answer, mail and mail.data))
        entry = line.gateway.keep_list("untouched")
        check(len(entry) == 1 and not entry[0].get("original"), "it is audited, its original is not kept", entry)
        for recipients in ("shomu@city.example.lg.jp", ["someone@vendor.example.jp", "shomu@city.example.lg.jp"]):
            answer, mail = line.one(cases.PLAIN, recipients=recipients, options="BODY=8BITMIME")
            check(answer[0] == 250 and mail and mail.header("Mugai-Result"), "mail with a recipient inside is sanitized", answer)
    finally:
        line.stop()


def test_reload(line):
    sock = ["--socket", line.gateway.run + "/jobs.sock"]
    line.fresh()
    before = json.loads(line.gateway.mugai("status", "--json", *sock).stdout)["policy"]
    with open(line.gateway.rules, "w", encoding="utf-8") as f:
        f.write(RULES.replace("language: ja", "langauge: en"))
    done = line.gateway.mugai("reload", *sock, check=False)
    text = (done.stdout + done.stderr).decode()
    check(done.returncode == 2 and "langauge" in text and "language" in text and ":3:" in text,
          "a typo keeps the old rules; file, line, and the nearest word", (done.returncode, text))
    equal(json.loads(line.gateway.mugai("status", "--json", *sock).stdout)["policy"], before, "the policy is the same")
    answer, mail = line.one(cases.PLAIN, options="BODY=8BITMIME")
    check(answer[0] == 250 and mail, "and mail goes on", answer)
    stop = threading.Event()

    def flip():
        texts = [RULES, RULES.replace("language: ja", "language: en")]
        while not stop.is_set():
            texts.reverse()
            with open(line.gateway.rules + ".new", "w", encoding="utf-8") as f:
                f.write(texts[0])
            os.rename(line.gateway.rules + ".new", line.gateway.rules)
            line.gateway.process.send_signal(signal.SIGHUP)
            time.sleep(0.05)

    thread = threading.Thread(target=flip)
    thread.start()
    line.fresh()
    results = smtp.send_many(line.port, [(i, smtp.crlf("Subject: HUP %d\n\n%d\n" % (i, i))) for i in range(100)], sessions=8)
    stop.set()
    thread.join()
    equal({r[0] for r in results.values()}, {250}, "100 mails while rules change twenty times a second")
    mails = line.sink.wait(100, 30)
    policies = {re.search(r"policy=([0-9a-f]{16})", m.header("Mugai-Result")[0]).group(1) for m in mails}
    check(1 <= len(policies) <= 2, "each names one of the two policies", policies)
    with open(line.gateway.rules, "w", encoding="utf-8") as f:
        f.write(RULES)
    equal(line.gateway.mugai("reload", *sock, check=False).returncode, 0, "mugai reload")


def test_drain(build):
    others = set(gateways.Gateway.processes(None))
    line = Line(build)
    results = {}

    def run():
        results.update(smtp.send_many(line.port, [(i, smtp.crlf("Subject: drain %d\n\n%s\n" % (i, "x" * 70 * (i % 9)))) for i in range(200)],
                                      sessions=8, timeout=20))

    thread = threading.Thread(target=run)
    thread.start()
    time.sleep(0.7)
    status = line.gateway.stop()
    equal(status, 0, "SIGTERM under load: mugaid ends with 0")
    left = {p: n for p, n in line.gateway.processes().items() if p not in others}
    check(not left, "and leaves no process behind", left)
    line.gateway.start()
    thread.join()
    ok = {n for n, r in results.items() if r[0] == 250}
    equal(len(ok), 200, "all mails are accepted, before or after")
    line.server.drain(30)
    subjects = sorted(m.header("Subject")[0] for m in line.sink.mails)
    equal(subjects, sorted("drain %d" % n for n in ok), "and each arrives once")
    line.stop()


# ---------------------------------------------------------------- large and odd

class Watch(threading.Thread):
    """Largest VmHWM, in KiB, of a child by program."""

    def __init__(self, gateway):
        super().__init__(daemon=True)
        self.gateway, self.peak, self.going = gateway, {}, True

    def run(self):
        while self.going:
            for pid, name in self.gateway.processes().items():
                try:
                    with open("/proc/%d/status" % pid, encoding="ascii", errors="replace") as f:
                        size = int(re.search(r"VmHWM:\s+(\d+)", f.read()).group(1))
                except (OSError, AttributeError):
                    continue
                self.peak[name] = max(self.peak.get(name, 0), size)
            time.sleep(0.02)


def sanitizing(build):
    """Is this a build with AddressSanitizer, whose memory says nothing?"""
    with open(os.path.join(build, "mugai-worker"), "rb") as f:
        return b"__asan_init" in f.read()


def test_large(build):
    line = Line(build)
    watch = Watch(line.gateway)
    watch.start()
    try:
        lines = base64.encodebytes(os.urandom(1 << 20)).replace(b"\n", b"\r\n")
        part = b"--b\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\n" + lines * 34 + b"\r\n--b--\r\n"
        head = smtp.crlf("From: a@example.jp\nSubject: large\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n"
                         "--b\nContent-Type: text/plain\n\nhello\n")
        data = head + part
        begin = time.monotonic()
        answer, mail = line.one(data, timeout=120)
        note("%d bytes: %d after %.1f s; peaks %s" % (len(data), answer[0], time.monotonic() - begin, watch.peak))
        check(answer[0] == 250 and mail is not None, "a mail of %d MB" % (len(data) >> 20), answer)
        if not sanitizing(build):
            limit = (3 * len(data) + (32 << 20)) // 1024
            check(watch.peak.get("mugai-worker", 0) < limit, "the worker stays below 3 x its size + 32 MiB", (watch.peak, limit))
        over = head + part.replace(b"--b--\r\n", b"") * 2 + b"--b--\r\n"
        answer, mail = line.one(over, timeout=120)
        check(answer[0] == 250 and mail is not None and len(mail.data) < 100000, "over limits.item (%d MB): a notice instead" % (len(over) >> 20),
              answer)
        odd = {
            "100,000 parts": smtp.crlf("MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n" + "--b\n\nx\n" * 100000 + "--b--\n"),
            "depth 10,000": smtp.crlf("MIME-Version: 1.0\n" + "".join(
                "Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (i, i) for i in range(10000)) + "\nx\n"),
            "10,000 nested mails": smtp.crlf("MIME-Version: 1.0\n" + "Content-Type: message/rfc822\n\n" * 10000 + "x\n"),
            "a header line of 10 MB": b"Subject: " + b"x" * 10000000 + b"\r\n\r\nx\r\n",
            "a body line of 10 MB": b"Subject: x\r\n\r\n" + b"x" * 10000000 + b"\r\n",
            "an HTML depth of 100,000": smtp.crlf("Content-Type: text/html\n\n" + "<div>\n" * 100000 + "x"),
        }
        for name, message in odd.items():
            begin = time.monotonic()
            answer, mail = line.one(message, timeout=120)
            seconds = time.monotonic() - begin
            check(answer[0] in (250, 552, 554) and seconds < 240, "%s: an answer in time" % name, (answer, seconds))
            note("%s: %d after %.1f s" % (name, answer[0], seconds))
            if answer[0] == 250 and check(mail is not None, name + ": something arrives"):
                in_profile(line, [mail], name)
    finally:
        watch.going = False
        line.stop()


def test_many_recipients(line):
    line.fresh()
    recipients = ["r%05d@city.example.lg.jp" % i for i in range(10000)]
    answer = smtp.send(line.port, cases.PLAIN, recipients=recipients, options="BODY=8BITMIME")
    equal(answer[0], 250, "10,000 recipients")
    end = time.monotonic() + 60
    while sum(len(m.recipients) for m in line.sink.mails) < 10000 and time.monotonic() < end:
        time.sleep(0.1)
    equal(sorted(r for m in line.sink.mails for r in m.recipients), recipients, "each gets it once")


def test_canary(line):
    """Nothing of one mail is in another, also not in that of a child that lived at the same time."""
    line.fresh()
    mails = [(i, smtp.crlf("From: a@example.jp\nSubject: S%04d\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\n"
                           "CANARY%04d\n--b\nContent-Type: application/octet-stream\n\nATTACH%04d\n--b--\n" % (i, i, i))) for i in range(200)]
    results = smtp.send_many(line.port, mails, sessions=8)
    equal({r[0] for r in results.values()}, {250}, "200 mails over 8 sessions")
    arrived = line.sink.wait(200, 60)
    wrong = []
    for mail in arrived:
        number = mail.header("Subject")[0][1:]
        seen = set(re.findall(r"CANARY(\d{4})", text_of(mail)))
        if seen != {number} or "ATTACH" in text_of(mail):
            wrong.append((number, seen))
    equal(wrong, [], "each holds its own text and nothing of another")


def test_no_backscatter(line):
    """Whatever is found in a mail, nobody but its recipients hears of it: the sender may be forged."""
    program = ("MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nKEEPER%d\n--b\nContent-Type: application/octet-stream\n\n"
               "MZCANARY\n--b--\n")
    senders = (("victim@victim.example", "From: victim@victim.example\n"), ("", "From: <>\nAuto-Submitted: auto-replied\n"),
               ("shomu@city.example.lg.jp", "From: shomu@city.example.lg.jp\nDisposition-Notification-To: victim@victim.example\nReturn-Receipt-To: victim@victim.example\n"),
               ("list-bounces@list.example", "From: a@list.example\nReply-To: victim@victim.example\nErrors-To: victim@victim.example\nPrecedence: list\n"),
               ("victim@victim.example", "Subject: =?utf-8?q?=0D=0ATo:_victim@victim.example?=\nCc: victim@victim.example\nBcc: victim@victim.example\n"))
    for i, (sender, head) in enumerate(senders):
        line.fresh()
        answer = smtp.send(line.port, smtp.crlf(head + program % i), sender=sender, recipients=["shomu@city.example.lg.jp"])
        equal(answer[0], 250, "a mail with a program from <%s>" % sender)
        line.sink.wait(1, 60)
        time.sleep(1)
        end = time.monotonic() + 30
        while line.server.queued() > 0 and time.monotonic() < end:
            time.sleep(0.1)
        equal([(m.sender, m.recipients) for m in line.sink.mails], [(sender, ["shomu@city.example.lg.jp"])], "one mail goes on, to its recipient alone")
        mail = line.sink.mails[0]
        check("KEEPER%d" % i in text_of(mail) and b"MZCANARY" not in mail.data, "with its text, and without the program", mail.data[-300:])
        asks = [f for f in ("Disposition-Notification-To", "Return-Receipt-To", "Errors-To") if mail.header(f)]
        equal(asks, [], "and it asks nobody to send a receipt")
        check("auto-replied" in mail.header("Auto-Submitted")[0] if "Auto-Submitted" in head else True, "what marks it as automatic stays", mail.data[:600])


def evasion_samples():
    """Three techniques of each area that mails can show: {name: (area, mail, problem of what arrives)}."""
    sys.path.insert(0, os.path.join(SOURCE, "test", "evasion"))
    own = sys.modules.pop("cases")  # there is a module of this name in both folders
    import catalogue  # pylint: disable=import-outside-toplevel,import-error
    import file_area  # pylint: disable=import-outside-toplevel,import-error
    import files  # pylint: disable=import-outside-toplevel,import-error
    import run  # pylint: disable=import-outside-toplevel,import-error
    sys.modules["cases"] = own
    areas = {row[0]: row[1] for row in catalogue.rows()}
    catalogue.case_ids(os.path.join(SOURCE, "test", "fuzz", "seed", "image-libs"))
    chosen, seen = {}, {}

    def take(name, data, problem):
        area = areas.get(re.split("[-.]", name)[0])
        if area and len(data) < 500000 and len(seen.setdefault(area, [])) < 3:
            seen[area].append(name)
            chosen[name] = (area, smtp.crlf(data), problem)
    for one in catalogue.cases.CASES:
        if one.canary and one.keeper:
            take(one.name, one.mail, lambda raw, one=one: run.problem(one, raw))

    def attached(one, raw):
        text, made = files.attachments(raw)
        return files.problem(one, made) or ("" if files.TEXT in text else "the text of the mail is missing")
    for name, data, expect in file_area.CASES:
        take(name, files.mail(name, data), lambda raw, one=(name, data, expect): attached(one, raw))
    for name, data, *_ in catalogue.images.CASES + catalogue.pdfs.CASES:
        take(name, files.mail(name, data), lambda raw: "the canary came out" if b"MUGAI-CANARY" in b"".join(files.attachments(raw)[1]) else "")
    return chosen


def test_evasion(build):
    """Samples of test/evasion through a server, under the preset u-remove."""
    line = Line(build, rules=RULES.replace("a-text", "u-remove"))
    try:
        chosen = evasion_samples()
        note("areas: " + " ".join(sorted({row[0] for row in chosen.values()})))
        for name, (area, data, problem) in chosen.items():
            answer, mail = line.one(data, options="BODY=8BITMIME")
            if answer[0] != 250:
                note("%s: refused by the server: %d %s" % (name, answer[0], answer[1]))
            elif check(mail is not None, "%s: %s arrived" % (area, name), line.gateway.logged()[-500:]):
                why = problem(gateways.own_trace(mail.data)[1])
                check(not why, "%s: %s" % (area, name), why)
                in_profile(line, [mail], name)
    finally:
        line.stop()


# ---------------------------------------------------------------- misuse

def test_misuse(line):
    gateway = line.gateway
    done = subprocess.run([gateway.build + "/mugaid", "--config", gateway.config], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          timeout=60, check=False)
    text = done.stderr.decode("utf-8", "replace")
    check(done.returncode == 2 and gateway.run in text, "a second mugaid on the same sockets refuses", (done.returncode, text))
    answer, mail = line.one(cases.PLAIN, options="BODY=8BITMIME")
    check(answer[0] == 250 and mail, "and the first is unharmed", answer)
    for text, word in (("nonsense: 1\n", "nonsense"), ("rules: /nonexistent/rules.yaml\n", "/nonexistent/rules.yaml"), ("rules: [\n", ":")):
        path = gateway.folder + "/bad.yaml"
        with open(path, "w", encoding="utf-8") as f:
            f.write("run: %s/x\nstate: %s/x\nkeep: { folder: %s/x }\n" % (gateway.folder, gateway.folder, gateway.folder) + text)
        done = subprocess.run([gateway.build + "/mugaid", "--config", path], stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60,
                              check=False)
        said = done.stderr.decode("utf-8", "replace")
        check(done.returncode == 2 and word in said and said.count("\n") == 1, "bad settings: one line, exit 2", (done.returncode, said))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", default=gateways.build_folder())
    parser.add_argument("tests", nargs="*")
    args = parser.parse_args()
    if gateways.lacking(args.build):
        tap.skip_all("not built: " + " ".join(gateways.lacking(args.build)))
    rig.enter(needs=["postfix", "sendmail"])
    seen = {}
    line = Line(args.build)
    tests = [functools.partial(f, line, seen) for f in (test_cases, test_samples)]
    tests += [functools.partial(f, line) for f in (test_corpus, test_hold_release, test_reject, test_reload, test_many_recipients,
                                                   test_canary, test_no_backscatter, test_misuse)]
    tests += [functools.partial(test_same, args.build, seen)]
    tests += [functools.partial(f, args.build) for f in (test_outbound, test_drain, test_large, test_evasion)]
    for test in tests:
        test.__name__ = test.func.__name__
    try:
        tests = [t for t in tests if not args.tests or t.__name__[5:] in args.tests]

        def end():
            line.stop()
        return tap.run(tests + [end])
    finally:
        line.server.stop()


if __name__ == "__main__":
    sys.exit(main())
