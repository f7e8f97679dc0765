#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Nothing lost, nothing twice, nothing unverified: kill -9 of a random process of Mugai every 0.3 s while mails go through a
real Postfix; then the same with the keep's disk full. Needs root.

Usage: chaos.py [--count N] [--interval S] [--pace S] [--sessions N] [--seed N] [--build DIR] [kill|disk]...
Default: 100 mails, 2,000 with MUGAI_TEST_LONG=1.
"""
import argparse
import base64
import os
import random
import re
import signal
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import gateway as gateways  # noqa: E402
import rig  # noqa: E402
import smtp  # noqa: E402
import tap  # noqa: E402
from tap import check, equal, note  # noqa: E402

RULES = """\
version: 1
preset: a-text
language: ja
rules:
  - name: 人が見る
    when: { subject: "*HOLD*" }
    then: hold
"""
KEY = re.compile(rb"KEY-(\d{6})-YEK")
ID = re.compile(r"\bid=([0-9a-f]{32});")


def message(number):
    """Mail @number: plain, HTML or with an attachment; every 20th is held by a rule."""
    subject = "HOLD %06d" % number if number % 20 == 7 else "chaos %06d" % number
    head = ("From: sender@example.jp\nTo: shomu@city.example.lg.jp\nSubject: %s\nDate: Fri, 20 Nov 2026 19:22:00 +0900\n"
            "Message-ID: <chaos.%06d@example.jp>\nMIME-Version: 1.0\n" % (subject, number))
    text = "KEY-%06d-YEK 毎月の報告です。\n" % number + "あいうえお\n" * (number % 50)
    if number % 3 == 0:
        body = "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n" + text
    elif number % 3 == 1:
        body = ("Content-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n<p>" + text.replace("\n", "<br>\n") +
                "<script>LEAK-%06d</script>\n" % number)
    else:
        body = ("Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain; charset=utf-8\n"
                "Content-Transfer-Encoding: 8bit\n\n" + text + "\n--b\nContent-Type: application/octet-stream\n"
                "Content-Disposition: attachment; filename=a.exe\nContent-Transfer-Encoding: base64\n\n" +
                base64.encodebytes(b"MZ LEAK-%06d" % number * 300).decode() + "\n--b--\n")
    return smtp.crlf(head + body)


class Killer(threading.Thread):
    def __init__(self, gateway, interval, rng):
        super().__init__(daemon=True)
        self.gateway, self.interval, self.rng = gateway, interval, rng
        self.going, self.killed = True, {}

    def run(self):
        while self.going:
            time.sleep(self.interval)
            alive = self.gateway.processes()
            alive = {p: n for p, n in alive.items() if n != "mugai"}
            if not alive:
                continue
            pid = self.rng.choice(sorted(alive))
            try:
                os.kill(pid, signal.SIGKILL)
                self.killed[alive[pid]] = self.killed.get(alive[pid], 0) + 1
            except ProcessLookupError:
                pass

    def end(self):
        self.going = False
        self.join(5)


def decoded(mail):
    """The first text of a canonical mail."""
    body = mail.body()
    if body.startswith(b"--"):
        body = body.split(b"\r\n\r\n", 1)[1].split(b"\r\n--", 1)[0]
    return base64.b64decode(body)


def arrivals(mails):
    """({key: how many}, [ids of mails without a key], ids of all)."""
    full, notices, ids = {}, [], []
    for mail in mails:
        found = ID.findall(" ".join(mail.header("Mugai-Result")))
        item = found[0] if len(found) == 1 else None
        ids.append(item)
        keys = KEY.findall(decoded(mail)) if item else []
        if keys:
            full[int(keys[0])] = full.get(int(keys[0]), 0) + 1
        else:
            notices.append((item, mail))
    return full, notices, ids


def held_entries(gateway):
    """{number of the mail: [ids]} of what `mugai keep list --state=held` shows."""
    held = {}
    for entry in gateway.keep_list("held"):
        match = re.search(r"chaos\.(\d{6})@", entry.get("message_id") or "")
        number = int(match.group(1)) if match else -1
        held.setdefault(number, []).append(entry["id"])
    return held


def judge(name, gateway, sink, results, count):
    """Compare what was promised with 250 to what arrived and what is held."""
    mails = list(sink.mails)
    full, notices, ids = arrivals(mails)
    held = held_entries(gateway)
    accepted = {n for n, r in results.items() if r[0] == 250}
    unsure = {n for n, r in results.items() if r[2]}
    noticed = {}
    for item, mail in notices:
        noticed.setdefault(item, []).append(mail)
    equal(len(accepted), count, "%s: every mail was accepted in the end" % name)
    check(None not in ids, "%s: every mail at the sink has one Mugai-Result" % name)
    bad = gateways.verify(gateway, mails)
    check(not bad, "%s: every mail at the sink is in the output profile (%d)" % (name, len(mails)), bad[:3])
    check(not any(re.search(rb"LEAK-\d{6}", decoded(m)) for m in mails), "%s: nothing withheld reached the sink" % name)

    lost, twice, both = [], [], []
    for number in sorted(accepted):
        arrived = full.get(number, 0)
        waiting = [i for i in held.get(number, []) if i in noticed]
        if arrived + len(waiting) == 0:
            lost.append((number, held.get(number), results[number]))
        if arrived > 1 and number not in unsure:
            twice.append((number, arrived))
        if arrived and held.get(number):
            both.append((number, held[number], results[number]))
        if not arrived and len(waiting) > 1 and number not in unsure:
            twice.append((number, waiting))
    equal(lost, [], "%s: every accepted mail arrived, or is held and its notice arrived" % name)
    for number, _, _ in lost:
        known = [(e["id"], e["state"], e.get("reason")) for e in gateway.keep_list() if "chaos.%06d@" % number in (e.get("message_id") or "")]
        note("mail %d in the keep: %r; its notices: %r" % (number, known, [i for i in noticed if i in [k[0] for k in known]]))
        for line in gateway.logged().splitlines():
            if any(k[0] in line for k in known) or any(i in line for i in noticed):
                note(line)
    equal(twice, [], "%s: none arrived twice" % name)
    equal(both, [], "%s: none is both delivered and held" % name)
    stray = [i for i in noticed if not any(i in h for h in held.values())]
    equal(stray, [], "%s: each notice at the sink belongs to a held mail" % name)
    numbers = [(i, m) for i, mm in noticed.items() for m in mm]
    check(all(short(i) in decoded(m).decode("utf-8", "replace") for i, m in numbers),
          "%s: each notice shows its number" % name)
    note("%s: %d accepted, %d delivered, %d held with notice, %d unsure, %d at the sink" %
         (name, len(accepted), len(full), len(noticed), len(unsure), len(mails)))
    tries = sorted(r[1] for r in results.values())
    note("%s: attempts a mail: median %d, most %d" % (name, tries[len(tries) // 2], tries[-1]))


def short(item):
    return "-".join((item[:4], item[4:8], item[8:12]))


def kill(args):
    sink = smtp.Sink()
    gateway = gateways.Gateway(args.build, rules=RULES)
    keeper = gateways.Keeper(gateway)
    killer = Killer(gateway, args.interval, random.Random(args.seed))
    try:
        gateway.start()
        with rig.Postfix("unix:" + gateway.socket, sink.port) as server:
            keeper.start()
            killer.start()
            begin = time.monotonic()
            mails = [(n, message(n)) for n in range(args.count)]
            results = smtp.send_many(server.port, mails, args.sessions, timeout=120 + 3 * args.count, pace=args.pace,
                                     tick=progress(args.count))
            killer.end()
            note("killed in %.0f s: %s; mugaid started again %d times" % (
                time.monotonic() - begin, ", ".join("%d x %s" % (n, k) for k, n in sorted(killer.killed.items())), keeper.starts))
            check(sum(killer.killed.values()) > 0, "something was killed")
            rig.wait_socket(gateway.socket, timeout=60)
            check(server.drain(60), "the queue is empty in the end")
            time.sleep(1)  # the last kill may have hit mugaid: the keeper must see it before it goes
            rig.wait_path(gateway.run + "/keep.sock", timeout=30)
            retry(lambda: gateway.keep_list("held"))
            keeper.end()
            judge("kill", gateway, sink, results, args.count)
            healthy(gateway, server, sink)
            check("panic" not in server.logged() and "fatal" not in server.logged(), "no program of Postfix broke")
    except Exception:
        note(gateway.logged()[-3000:])
        raise
    finally:
        keeper.going = killer.going = False
        status = gateway.stop()
        check(status == 0, "mugaid ends with 0 when asked", status)
        if "Sanitizer" in gateway.logged():
            check(False, "no sanitizer complains", gateway.logged()[-3000:])


def progress(count):
    def tick(done):
        if done % 200 == 0:
            note("%d of %d" % (done, count))
    return tick


def retry(call, timeout=30):
    end = time.monotonic() + timeout
    while True:
        try:
            return call()
        except Exception:  # pylint: disable=broad-except
            if time.monotonic() > end:
                raise
            time.sleep(0.3)


def healthy(gateway, server, sink):
    """After all: a new mail passes at once, and the audit log is whole."""
    before = len(sink.mails)
    result = smtp.send_until(server.port, message(900000), "sender@example.jp", "shomu@city.example.lg.jp", time.monotonic() + 60)
    equal(result[0], 250, "a mail after all this is accepted")
    sink.wait(before + 1, 20)
    equal(len(sink.mails), before + 1, "and arrives")
    done = gateway.mugai("keep", "verify-log", "--socket", gateway.run + "/keep.sock", check=False)
    check(done.returncode == 0, "the audit log is whole", done.stdout + done.stderr)


def disk(args):
    """The keep on a small file system: 451 when it is full, nothing lost, work again when there is room."""
    place = rig.safe_folder("mugai-small.")
    rig._mount(b"tmpfs", place, b"tmpfs", 0, b"size=6m,mode=0755")
    ballast = place + "/ballast"
    with open(ballast, "wb") as f:
        f.write(bytes(4 << 20))
    sink = smtp.Sink()
    gateway = gateways.Gateway(args.build, rules=RULES, keep=place + "/keep")
    rng = random.Random(args.seed)
    noise = lambda: base64.encodebytes(rng.randbytes(120000)).decode()  # noqa: E731
    try:
        gateway.start()
        with rig.Postfix("unix:" + gateway.socket, sink.port) as server:
            mails = [(n, message(n) + smtp.crlf(noise() if n % 3 == 0 else "")) for n in range(60)]
            first = smtp.send_many(server.port, mails, 4, timeout=1)
            full = [n for n, r in first.items() if r[0] != 250]
            check(full, "the disk is full: 451 (%d of %d)" % (len(full), len(mails)))
            answer = smtp.send(server.port, mails[0][1].replace(b"chaos.000000", b"chaos.700000"))
            check(answer[0] == 451 and "4.3" in answer[1], "with an enhanced code", answer)
            check(server.drain(30), "nothing waits in the queue")
            have, _, _ = arrivals(sink.mails)
            ok = {n for n, r in first.items() if r[0] == 250}
            equal(len(sink.mails), len(ok), "what was accepted arrived, be it as a notice")
            equal(sorted(set(have) - ok), [], "nothing that was refused arrived")
            os.unlink(ballast)
            again = smtp.send_many(server.port, [m for m in mails if m[0] in full], 4, timeout=60)
            results = {**first, **again}
            check(server.drain(30), "the queue is empty")
            judge("disk", gateway, sink, results, len(mails))
            healthy(gateway, server, sink)
    except Exception:
        note(gateway.logged()[-3000:])
        raise
    finally:
        status = gateway.stop()
        check(status == 0, "mugaid ran through and ends with 0 when asked", status)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=2000 if os.environ.get("MUGAI_TEST_LONG") else 100)
    parser.add_argument("--interval", type=float, default=0.3)
    parser.add_argument("--sessions", type=int, default=4)
    parser.add_argument("--pace", type=float, help="seconds a session rests after a mail")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--build", default=gateways.build_folder())
    parser.add_argument("what", nargs="*")
    args = parser.parse_args()
    if args.pace is None:
        args.pace = 0.4 if args.count <= 100 else 0.1
    if gateways.lacking(args.build):
        tap.skip_all("not built: " + " ".join(gateways.lacking(args.build)))
    rig.enter(needs=["postfix"])
    tests = [(n, f) for n, f in (("kill", kill), ("disk", disk)) if not args.what or n in args.what]
    runs = []
    for name, function in tests:
        def run(function=function):
            function(args)
        run.__name__ = name
        runs.append(run)
    return tap.run(runs)


if __name__ == "__main__":
    sys.exit(main())
