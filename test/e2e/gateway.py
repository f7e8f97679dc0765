# SPDX-License-Identifier: Apache-2.0
"""The whole product for a test: mugaid with everything it starts, in a folder of its own, behind one of the rig's servers.
Call rig.enter () first."""
import json
import os
import pwd
import shutil
import signal
import subprocess
import threading
import time

import rig
import smtp

PROGRAMS = ("mugaid", "mugai-milter", "mugai-keep", "mugai-worker", "mugai-reader", "mugai-render", "mugai-office", "mugai-encode", "mugai-verify", "mugai")


def build_folder():
    return os.environ.get("MUGAI_BUILD") or os.path.join(os.environ.get("MUGAI_SOURCE", "."), "build")


def lacking(build):
    """Programs that are not built."""
    return [p for p in PROGRAMS if not os.access(os.path.join(build, p), os.X_OK)]


def reachable(build):
    """@build, or a mount of it that other accounts can reach: mugaid gives root up and executes its kin."""
    path = os.path.realpath(build)
    while path != "/":
        if not os.stat(path).st_mode & 0o005 == 0o005:
            break
        path = os.path.dirname(path)
    else:
        return os.path.realpath(build)
    place = rig.safe_folder("mugai-build.")
    rig._bind(os.path.realpath(build), place)
    return place


class Gateway:
    """mugaid and its children. @keep: folder of originals (on another disk, say). @rules: text of a rules file."""

    def __init__(self, build=None, rules=None, keep=None, folder=None, config=""):
        self.build = reachable(build or build_folder())
        self.folder = folder or rig.safe_folder("mugai-gateway.")
        user = pwd.getpwnam("mugai")
        self.run, self.state = self.folder + "/run", self.folder + "/state"
        self.keep = keep or self.folder + "/keep"
        for path in (self.run, self.state, self.keep):
            os.makedirs(path, exist_ok=True)
            os.chown(path, user.pw_uid, user.pw_gid)
        self.socket = self.run + "/milter.sock"
        self.config, self.rules = self.folder + "/mugai.yaml", self.folder + "/rules.yaml"
        with open(self.rules, "w", encoding="utf-8") as f:
            f.write(rules or "version: 1\npreset: a-text\nlanguage: ja\n")
        with open(self.config, "w", encoding="utf-8") as f:
            f.write("rules: %s\nrun: %s\nstate: %s\nkeep: { folder: %s }\nmilter: { socket: \"unix:%s\", mode: \"0666\" }\n%s"
                    % (self.rules, self.run, self.state, self.keep, self.socket, config))
        self.log = open(self.folder + "/log", "ab")
        self.process = None

    def start(self, wait=True):
        self.process = subprocess.Popen([self.build + "/mugaid", "--config", self.config], stdin=subprocess.DEVNULL,
                                        stdout=self.log, stderr=self.log, cwd="/", start_new_session=True)
        if wait:
            rig.wait_socket(self.socket, self.process, 60)
            rig.wait_path(self.run + "/keep.sock", self.process, 60)
        return self

    def stop(self, timeout=60):
        """SIGTERM. Returns the exit status, negative for a signal."""
        if self.process is None:
            return None
        self.process.send_signal(signal.SIGTERM)
        try:
            status = self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            status = None
        rig.end_group(self.process, 5)
        self.process = None
        return status

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()

    def logged(self):
        with open(self.folder + "/log", encoding="utf-8", errors="replace") as f:
            return f.read()

    def mugai(self, *args, check=True, **more):
        return subprocess.run([self.build + "/mugai"] + list(args), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              check=check, timeout=120, **more)

    def keep_list(self, state=None, limit=50000):
        """Entries of `mugai keep list --json`."""
        args = ["keep", "list", "--json", "--limit", str(limit), "--socket", self.run + "/keep.sock"]
        done = self.mugai(*(args + (["--state", state] if state else [])))
        value = json.loads(done.stdout)
        return value["items"] if isinstance(value, dict) else value

    def processes(self):
        """{pid: program} of all living processes of this product."""
        found = {}
        for entry in os.listdir("/proc"):
            if not entry.isdigit():
                continue
            try:
                with open("/proc/%s/stat" % entry, encoding="ascii", errors="replace") as f:
                    stat = f.read()
            except OSError:
                continue
            name = stat[stat.index("(") + 1:stat.rindex(")")]
            if name.startswith("mugai") and stat[stat.rindex(")") + 2] not in "ZX":
                found[int(entry)] = name
        return found


class Keeper(threading.Thread):
    """Starts mugaid again whenever it ended, as systemd would."""

    def __init__(self, gateway):
        super().__init__(daemon=True)
        self.gateway, self.going, self.starts = gateway, True, 0

    def run(self):
        while self.going:
            if self.gateway.process is None or self.gateway.process.poll() is not None:
                self.starts += 1
                self.gateway.start(wait=False)
            time.sleep(0.05)

    def end(self):
        self.going = False
        self.join(5)


def own_trace(data):
    """(the server's own Received field, the rest): what the server puts on top is not ours."""
    lines = data.split(b"\r\n")
    end = 1
    while end < len(lines) and lines[end][:1] in (b" ", b"\t"):
        end += 1
    if not lines[0].startswith(b"Received: from "):
        return b"", data
    return b"\r\n".join(lines[:end]) + b"\r\n", b"\r\n".join(lines[end:])


def verify(gateway, mails, jobs=50):
    """Which of @mails (smtp.Mail), less the field the server put on top, are not in the output profile, by mugai verify: a list of (index, message)."""
    folder = rig.new_folder("mugai-verify.")
    bad = []
    try:
        for start in range(0, len(mails), jobs):
            names = []
            for i, mail in enumerate(mails[start:start + jobs], start):
                names.append("%s/%06d.eml" % (folder, i))
                with open(names[-1], "wb") as f:
                    f.write(own_trace(mail.data)[1])
            done = gateway.mugai("verify", *names, check=False)
            if done.returncode != 0:
                bad.append((start, (done.stdout + done.stderr).decode("utf-8", "replace")[:2000]))
            for name in names:
                os.unlink(name)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return bad


__all__ = ["Gateway", "Keeper", "verify", "lacking", "build_folder", "smtp"]
