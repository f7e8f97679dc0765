#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""mugaid as a process: start, status, reload, drain, and what every kind of bad start says.

Usage: daemon.py BUILD"""
import array
import hashlib
import json
import os
import socket
import struct
import subprocess
import sys
import time

import rig
from rig import signal, tap

MAGIC, GREET, SUBMIT, OUTCOME = 0x4147554D, 0x500, 0x501, 0x502
DELIVER, WITHHELD, HOLD, REJECT, UNTOUCHED, TRY_AGAIN = 1, 2, 3, 4, 5, 6
ROOT = os.geteuid() == 0
VERSION = subprocess.run([rig.program("mugai"), "--version"], capture_output=True, text=True, env=rig.environment(), check=False).stdout.split()[-1]


class Daemon:
    """A mugaid with folders of its own, and its log."""

    def __init__(self, place, more="", rules="version: 1\n", name="a", run="run", wait=True):
        self.place = place
        self.rules = place.write(name + "/rules.yaml", rules)
        self.run = place.path(name if run == "run" else "", run)
        self.log_path = place.path(name + ".log")
        self.config = place.write(name + "/mugai.yaml", "rules: %s\nrun: %s\nstate: %s\nuser: nobody\nactive: 2\nmilter: { socket: '' }\nkeep: { folder: %s }\n%s"
                                  % (self.rules, self.run, place.path(name, "state"), place.path(name, "keep"), more))
        os.makedirs(place.path(name), exist_ok=True)
        if not ROOT:
            os.makedirs(self.run, exist_ok=True)
        self.log = open(self.log_path, "wb")
        self.process = subprocess.Popen([rig.program("mugaid"), "--config", self.config], stderr=self.log, stdout=self.log, env=rig.environment())
        self.socket = os.path.join(self.run, "jobs.sock")
        if wait:
            rig.wait_until(lambda: " ready: " in self.text() or self.process.poll() is not None, 60)

    def text(self):
        with open(self.log_path, encoding="utf-8", errors="replace") as f:
            return f.read()

    def status(self):
        result = rig.mugai("status", "--json", "--socket", self.socket)
        return json.loads(result.stdout) if result.returncode == 0 else None

    def end(self, how=signal.SIGTERM, seconds=30):
        """Returns: exit code, None when it does not end."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            return None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()
        self.log.close()


def sealed(content):
    fd = os.memfd_create("test", os.MFD_ALLOW_SEALING | os.MFD_CLOEXEC)
    os.write(fd, content)
    fcntl_add_seals = 1033
    import fcntl
    fcntl.fcntl(fd, fcntl_add_seals, 15)
    return fd


def blob(data):
    return struct.pack("<I", len(data)) + data


class Client:
    """A front end by hand: wire/front.h."""

    def __init__(self, path, version=VERSION, wire=1):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.socket.settimeout(60)
        self.socket.connect(path)
        self.send(GREET, blob(version.encode()) + b"\0" + bytes(64), wire=wire)
        self.greeting = self.receive()

    def send(self, kind, payload, fds=(), job=0, wire=1):
        frame = struct.pack("<IHHQIIII", MAGIC, wire, kind, job, 0, len(payload), len(fds), 0) + payload
        ancillary = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", fds))] if fds else []
        self.socket.sendmsg([frame], ancillary)

    def receive(self):
        """Returns: kind, payload; descriptors are closed. None at the end."""
        frame, ancillary, _, _ = self.socket.recvmsg(65536, 256)
        for level, kind, data in ancillary:
            if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
                for fd in array.array("i", data[:len(data) - len(data) % 4]):
                    os.close(fd)
        if not frame:
            return None
        return struct.unpack_from("<H", frame, 6)[0], frame[32:]

    def submit(self, content, envelope, time_us=0):
        fds = [sealed(content), sealed(envelope)]
        self.send(SUBMIT, struct.pack("<Q", len(content)) + hashlib.sha256(content).digest() + struct.pack("<Q", time_us), fds, 1)
        for fd in fds:
            os.close(fd)

    def outcome(self):
        """Returns: answer, reason, text, policy."""
        frame = self.receive()
        if frame is None or frame[0] != OUTCOME:
            return None, frame, "", b""
        payload = frame[1]
        answer, n = struct.unpack_from("<II", payload)
        reason = payload[8:8 + n].decode()
        m = struct.unpack_from("<I", payload, 8 + n)[0]
        at = 12 + n + m
        return answer, reason, payload[12 + n:at].decode(), payload[at + 16 + 8 + 32:at + 16 + 8 + 64]


def envelope_bytes():
    """An envelope as core/envelope.h writes it, made by the keep-put helper's own code: `mugai` has none, so by hand."""
    return subprocess.run([os.path.join(rig.BUILD, "test", "fault", "write-envelope")], capture_output=True, env=rig.environment(), check=True).stdout


def descendants_gone(pids, seconds=15):
    return rig.wait_until(lambda: not any(rig.alive(pid) for pid in pids), seconds)


# ---- the tests

def life():
    with rig.Place() as place, Daemon(place) as d:
        status = d.status()
        if not tap.check(status is not None and status["schema"] == "mugai.status/1", "starts and says what it does", d.text()):
            return
        tap.check(all(z["ready"] and z["sandbox"] == "complete" for z in status["zygotes"]), "every zygote is ready and locked down", status)
        tap.equal([s["name"] for s in status["services"]], ["mugai-keep"], "the keep runs, without a milter configured none")
        tap.equal(rig.status_of(d.process.pid).get("Uid", "").split()[:1] != ["0"], True, "mugaid is not root")
        children = [pid for z in status["zygotes"] for pid in rig.descendants(z["pid"])]
        seen = [(rig.status_of(pid).get("Seccomp"), rig.status_of(pid).get("NoNewPrivs")) for pid in children]
        seen = [pair for pair in seen if pair[0] is not None]
        tap.check(len(seen) >= 4 and all(pair == ("2", "1") for pair in seen), "Seccomp: 2 and NoNewPrivs: 1 in %d live children" % len(seen), seen)
        if ROOT:
            def descriptors():
                return [os.readlink("/proc/%d/fd/%s" % (pid, fd)) for pid in children if rig.alive(pid) for fd in os.listdir("/proc/%d/fd" % pid)]

            def own_channels():
                own = [name for name in descriptors() if name.startswith(("socket:", "anon_inode:", "/memfd:", "pipe:"))]
                return len(own) == len(children) == len(set(own))

            # Children that were forked just now still hold what their zygote has, for the blink of an eye.
            tap.check(rig.wait_until(own_channels, 5), "an idle child has its own channel and nothing of its siblings'", sorted(descriptors()))
        else:
            tap.skip("descriptors of idle children", "needs root to look")
        client = Client(d.socket)
        tap.equal(client.greeting[0], GREET, "greets a front end")
        client.submit(rig.mail(), envelope_bytes())
        answer, reason, text, _ = client.outcome()
        tap.equal((answer, reason), (DELIVER, ""), "an item is delivered: " + text)
        client.submit(rig.mail(), b"nonsense")
        tap.equal(client.outcome()[0], TRY_AGAIN, "an envelope that is none: try again later")
        tap.equal(d.status()["items"]["delivered"], 1, "and counted")
        everyone = rig.descendants(d.process.pid)
        tap.equal(d.end(), 0, "SIGTERM: exit 0")
        tap.check(descendants_gone(everyone, 5) and not os.path.exists(d.socket), "nothing is left", d.text())


def reload_rules():
    bad = "version: 1\nrules:\n  - { name: x, wehn: { type: pdf }, then: withhold }\n"
    with rig.Place() as place, Daemon(place, rules="version: 1\nlanguage: en\n") as d:
        before = d.status()["policy"]
        place.write("a/rules.yaml", bad)
        result = rig.mugai("reload", "--socket", d.socket)
        tap.equal(result.returncode, 2, "reload of bad rules: exit 2")
        tap.check(b"rules.yaml:3:" in result.stderr and b"when" in result.stderr and result.stderr.count(b"\n") == 1,
                  "one line: file, line, column and the nearest word", result.stderr)
        tap.equal(d.status()["policy"], before, "the old rules stay in force")
        tap.check("rules.yaml:3:" in d.text(), "the log says so too", d.text())
        client = Client(d.socket)
        client.submit(rig.mail(), envelope_bytes())
        tap.equal(client.outcome()[0], DELIVER, "and items go on")
        lines = d.text().count("rules.yaml:3:")
        d.process.send_signal(signal.SIGHUP)
        tap.check(rig.wait_until(lambda: d.text().count("rules.yaml:3:") == lines + 1), "SIGHUP likewise", d.text())
        place.write("a/rules.yaml", "version: 1\nlanguage: ja\n")
        result = rig.mugai("reload", "--socket", d.socket)
        tap.equal((result.returncode, d.status()["policy"] != before), (0, True), "good rules are in force")
        second = d.status()["policy"]
        place.write("a/rules.yaml", "version: 1\nlanguage: en\n")
        d.process.send_signal(signal.SIGHUP)
        tap.check(rig.wait_until(lambda: d.status()["policy"] == before), "SIGHUP likewise")
        os.unlink(d.rules)
        result = rig.mugai("reload", "--socket", d.socket)
        tap.check(result.returncode == 2 and b"rules.yaml" in result.stderr, "rules that are gone: exit 2", result.stderr)
        tap.check(second != before, "policies differ")


def exceptions():
    def rule(name, until):
        return '  - { name: %s, when: { type: pdf }, then: withhold, exception: { owner: 情報政策課, reason: test, until: %s } }\n' % (name, until)
    soon = time.strftime("%Y-%m-%d", time.localtime(time.time() + 10 * 86400))
    rules = "version: 1\nrules:\n" + rule("ended", "2020-03-31") + rule("soon", soon) + rule("far", "2099-03-31")
    with rig.Place() as place, Daemon(place, rules=rules) as d:
        tap.equal([(e["rule"], e["expired"]) for e in d.status()["exceptions"]], [("ended", True), ("soon", False), ("far", False)], "exceptions stand in the status")
        tap.check('exception "ended" ended with 2020-03-31' in d.text(), "the log says which has ended", d.text())
        tap.check('exception "soon" ends with %s' % soon in d.text() and 'exception "far"' not in d.text(), "and which ends soon", d.text())
        place.write("a/rules.yaml", "version: 1\nrules:\n" + rule("other", soon))
        rig.mugai("reload", "--socket", d.socket)
        tap.check('exception "other" ends' in d.text(), "again after a reload", d.text())


def slow_mail():
    """Takes a second or so."""
    return rig.mail("".join("line %d with some words and http://example.jp/%d\r\n" % (i, i) for i in range(150000)))


def in_flight():
    with rig.Place() as place, Daemon(place) as d:
        old = d.status()["policy"]
        client, late = Client(d.socket), Client(d.socket)
        client.submit(slow_mail(), envelope_bytes())
        tap.check(rig.wait_until(lambda: d.status()["items"]["in_flight"] == 1), "an item is in flight")
        place.write("a/rules.yaml", "version: 1\nlanguage: en\n")
        rig.mugai("reload", "--socket", d.socket)
        new = d.status()["policy"]
        answer, _, text, policy = client.outcome()
        tap.check(answer == DELIVER and policy.hex() == old and new != old, "it ends under the rules it began with", (answer, text, policy.hex(), old, new))
        client.submit(slow_mail(), envelope_bytes())
        rig.wait_until(lambda: d.status()["items"]["in_flight"] == 1)
        d.process.send_signal(signal.SIGTERM)
        rig.wait_until(lambda: "ending" in d.text())
        late.submit(rig.mail(), envelope_bytes())
        answer, _, text, _ = late.outcome()
        tap.equal((answer, text), (TRY_AGAIN, "shutting down"), "SIGTERM: new items are put off")
        tap.equal(client.outcome()[0], DELIVER, "the one in flight is finished")
        tap.equal(d.end(), 0, "then it ends with 0")


def cancelled():
    with rig.Place() as place, Daemon(place) as d:
        for _ in range(5):
            client = Client(d.socket)
            client.submit(slow_mail(), envelope_bytes())
            time.sleep(0.05)
            client.socket.close()
        tap.check(rig.wait_until(lambda: d.status()["items"]["in_flight"] == 0, 10), "front ends that go away take their items along", d.status())
        client = Client(d.socket)
        client.submit(rig.mail(), envelope_bytes())
        client.send(SUBMIT, b"nonsense")  # a second one meanwhile: hung up
        tap.check(rig.wait_until(lambda: d.status() is not None), "a front end that speaks nonsense harms itself alone")
        stuck = [Client(d.socket) for _ in range(20)]
        client = Client(d.socket)
        client.submit(rig.mail(), envelope_bytes(), time_us=60000000)
        tap.equal(client.outcome()[0], DELIVER, "idle connections cost nothing (%d)" % len(stuck))


def killed():
    with rig.Place() as place, Daemon(place) as d:
        client = Client(d.socket)
        client.submit(slow_mail(), envelope_bytes())
        rig.wait_until(lambda: d.status()["items"]["in_flight"] == 1)
        everyone = rig.descendants(d.process.pid)
        tap.check(len(everyone) > 6, "%d processes below mugaid" % len(everyone))
        d.end(signal.SIGKILL)
        tap.check(descendants_gone(everyone, 8), "kill -9 of mugaid leaves no process behind",
                  [rig.status_of(pid).get("Name") for pid in everyone if rig.alive(pid)])
        with Daemon(place) as again:  # the socket file of the dead one is no obstacle
            tap.check(again.status() is not None, "and it starts again at once", again.text())


def with_milter():
    with rig.Place() as place:
        os.makedirs(place.path("m"), exist_ok=True)
        with Daemon(place, name="b", more="") as d:
            d.end()
        config = open(d.config, encoding="utf-8").read().replace("socket: ''", "socket: 'unix:%s/milter.sock'" % d.run)
        place.write("b/mugai.yaml", config)
        process = subprocess.Popen([rig.program("mugaid"), "--config", d.config], stderr=open(d.log_path, "wb"), env=rig.environment())
        tap.check(rig.wait_until(lambda: os.path.exists(d.run + "/milter.sock"), 30), "with a milter", d.text())
        everyone = rig.descendants(process.pid)
        names = [rig.status_of(pid).get("Name") for pid in everyone]
        tap.check("mugai-milter" in names, "which runs", names)
        process.kill()
        process.wait()
        tap.check(descendants_gone(everyone, 8), "and ends after kill -9 of mugaid, as the keep does",
                  [rig.status_of(pid).get("Name") for pid in everyone if rig.alive(pid)])


def refuses(name, d, *expected):
    code = d.end(seconds=60) if rig.wait_until(lambda: d.process.poll() is not None, 60) else None
    lines = [line for line in d.text().splitlines() if line.startswith("mugaid: ")]
    tap.check(code == 2 and lines and all(word in lines[-1] for word in expected), "%s: exit 2, one line" % name, "exit %s\n%s" % (code, d.text()))


def bad_starts():
    with rig.Place() as place:
        with Daemon(place, more="quue: 3\n", wait=False) as d:
            refuses("unknown key", d, "mugai.yaml:8:1", "quue")
        with Daemon(place, more="queue: many\n", wait=False) as d:
            refuses("wrong value", d, "mugai.yaml:8:8", "number")
        with Daemon(place, rules="version: 1\nrules:\n  - { name: x, do: [no-such-filter] }\n", wait=False) as d:
            refuses("missing filter module", d, "rules.yaml:3:", "no-such-filter")
        place.write("filters/broken.so", b"not a module")
        with Daemon(place, more="filters: [ %s ]\n" % place.path("filters"), wait=False) as d:
            tap.check(rig.wait_until(lambda: d.process.poll() is not None, 30) and d.process.returncode == 2 and "broken.so" in d.text(),
                      "broken filter module: exit 2, named", d.text())
        place.write("plain", "")
        with Daemon(place, run="plain/run", name="c", wait=False) as d:
            refuses("folder that cannot be made", d, "plain/run")
        for arguments, word in ((["--no-such"], "--no-such"), (["extra"], "argument"), (["--config", place.path("none.yaml")], "none.yaml")):
            result = subprocess.run([rig.program("mugaid"), *arguments], capture_output=True, text=True, env=rig.environment(), timeout=30, check=False)
            tap.check(result.returncode == 2 and word in result.stderr and result.stderr.count("\n") == 1, "mugaid %s: exit 2, one line" % arguments[0], result.stderr)
        if ROOT:
            config = place.write("nouser.yaml", "user: no-such-user\n")
            result = subprocess.run([rig.program("mugaid"), "--config", config], capture_output=True, text=True, env=rig.environment(), timeout=30, check=False)
            tap.check(result.returncode == 2 and "no-such-user" in result.stderr, "user that does not exist: exit 2", result.stderr)


def sockets():
    with rig.Place() as place, Daemon(place) as d:
        with Daemon(place, wait=False) as second:
            tap.check(rig.wait_until(lambda: second.process.poll() is not None, 60) and second.process.returncode == 2,
                      "a second mugaid on the same sockets: exit 2")
        tap.check("jobs.sock" in d.text() and "listens" in d.text(), "and says which", d.text())
        tap.check(d.status() is not None, "the first goes on")
        other = Client(d.socket, version="9.9")
        tap.check(VERSION.encode() in other.greeting[1], "a front end of another version learns ours")
        other.submit(rig.mail(), envelope_bytes())
        try:
            ended = other.receive() is None
        except OSError:
            ended = True
        tap.check(ended, "and gets nothing else")
        other = Client(d.socket, wire=9)
        tap.check(other.greeting is not None and other.greeting[0] == GREET, "one of another wire version too")
        result = rig.mugai("status", "--socket", place.path("nowhere.sock"))
        tap.check(result.returncode == 2 and b"nowhere.sock" in result.stderr and result.stderr.count(b"\n") == 1, "no mugaid there: exit 2", result.stderr)
    with rig.Place() as place:
        path = place.path("run", "jobs.sock")
        os.makedirs(place.path("run"))
        place.write("run/jobs.sock", "a file")
        with Daemon(place, run=place.path("run"), name="d", wait=False) as d:
            refuses("a file in the socket's place", d, "jobs.sock")
        tap.check(os.path.exists(path), "which stays")


def wrong_server():
    """`mugai status` against a supervisor of another version."""
    with rig.Place() as place:
        for wire, version, expected in ((1, "9.9", b"9.9"), (7, "9.9", b"another version")):
            path = place.path("v%d.sock" % wire)
            server = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            server.bind(path)
            server.listen(1)
            process = subprocess.Popen([rig.program("mugai"), "status", "--socket", path], stderr=subprocess.PIPE, env=rig.environment())
            peer, _ = server.accept()
            peer.recv(65536)
            payload = blob(version.encode()) + b"\0" + bytes(64)
            peer.send(struct.pack("<IHHQIIII", MAGIC, wire, GREET, 0, 0, len(payload), 0, 0) + payload)
            err = process.communicate(timeout=20)[1]
            tap.check(process.returncode == 2 and expected in err and b"restart" in err, "supervisor of version %s, wire %d: clear message" % (version, wire), err)


def early_signal():
    with rig.Place() as place:
        for delay in (0.0, 0.05, 0.1, 0.2, 0.3, 0.5):
            with Daemon(place, wait=False) as d:
                time.sleep(delay)
                code = d.end()
                tap.check(code in (0, -signal.SIGTERM), "SIGTERM %.2f s after the start: exit %s" % (delay, code), d.text())


if __name__ == "__main__":
    tap.check(rig.sandbox_works(), "mugai sanitize works here")
    sys.exit(tap.run([life, reload_rules, exceptions, in_flight, cancelled, killed, with_milter, bad_starts, sockets, wrong_server, early_signal]))
