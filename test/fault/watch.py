#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""mugai watch: what is complete, where results go, what is left; writers of all kinds while it is killed; folders that
vanish, full disks, permissions. EVASION area batch-drop.

Usage: watch.py BUILD
MUGAI_TEST_LONG=1: 1,000 files instead of 150."""
import collections
import os
import random
import signal
import socket
import subprocess
import threading
import time

import rig
from rig import tap

NOTE = ".result.txt"
FILES = 1000 if os.environ.get("MUGAI_TEST_LONG") else 150


class Drop:
    """One drop in a place of its own, and a watcher of it."""

    def __init__(self, place, settle="1s", extra="", **folders):
        self.place, self.process = place, None
        for name in ("in", "out", "failed", "state"):
            setattr(self, name, folders.get(name, place.path(name)))
            if name != "state":
                os.makedirs(getattr(self, name), exist_ok=True)
        self.rules = place.write("rules.yaml", "version: 1\npreset: u-remove\n")
        self.config = place.write("watch.yaml", "drops:\n  - name: tax\n    in: %s\n    out: %s\n    failed: %s\n    state: %s\n"
                                  "    rules: %s\n    settle: %s\n    rescan: 2s\n    language: en\n%s" %
                                  (self.__dict__["in"], self.out, self.failed, self.state, self.rules, settle, extra))
        self.log = place.path("log")

    def once(self):
        return rig.mugai("watch", "--config", self.config, "--once", timeout=60)

    def start(self):
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen([rig.program("mugai"), "watch", "-c", self.config], stderr=log, env=rig.environment(),
                                            start_new_session=True)

    def kill(self):
        """All of it at once, as a crash of the machine's memory would."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self):
        self.process.terminate()
        return self.process.wait(timeout=200)

    def drop(self, name, content=b"text\n"):
        path = os.path.join(self.__dict__["in"], name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as f:
            f.write(content)
        return path

    def left(self):
        return files_of(self.__dict__["in"])

    def logged(self):
        with open(self.log, "rb") as f:
            return f.read()


def files_of(folder):
    return sorted(os.path.relpath(os.path.join(base, name), folder) for base, _, names in os.walk(folder) for name in names)


def wait_until(what, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if what():
            return True
        time.sleep(0.2)
    return False


def once():
    with rig.Place() as place:
        drop = Drop(place, extra="    mode: '0640'\n")
        drop.drop("a.txt", "一\n".encode())
        drop.drop("sub/b.txt")
        drop.drop("bad.exe", b"MZ\x90\0" + bytes(200))
        result = drop.once()
        tap.equal(result.returncode, 0, "--once ends with 0")
        tap.equal(files_of(drop.out), ["a.txt", "a.txt" + NOTE, "sub/b.txt", "sub/b.txt" + NOTE], "results, and a text beside each")
        tap.equal(files_of(drop.failed), ["bad.exe" + NOTE], "what was not delivered: a text")
        tap.equal(drop.left(), [], "the drop is empty")
        tap.equal(os.stat(os.path.join(drop.out, "a.txt")).st_mode & 0o777, 0o640, "the configured mode")
        with open(os.path.join(drop.failed, "bad.exe" + NOTE), encoding="utf-8-sig", newline="") as f:
            text = f.read()
        tap.check("bad.exe" in text and "Number: " in text and "\r\n" in text, "the text names the file, why, and a number", text)
        kept = rig.mugai("keep", "list", "--dir", place.path("state/keep"), "--json")
        tap.equal(kept.stdout.count(b'"id"'), 3, "all three originals are in the keep")
        drop.drop("a.txt", b"two\n")
        drop.once()
        with open(os.path.join(drop.out, "a.txt"), "rb") as one, open(os.path.join(drop.out, "a~2.txt"), "rb") as two:
            tap.check("一".encode() in one.read() and b"two" in two.read(), "B05: a name that is taken is not overwritten")
        drop.drop("a.txt", b"two\n")
        drop.once()
        tap.check("a~3.txt" in files_of(drop.out) and drop.left() == [], "the same content dropped again is another item")


def once_more():
    """As after a kill between the result and the removal: the very same file stands in the drop again."""
    with rig.Place() as place:
        drop = Drop(place)
        os.link(drop.drop("a.txt"), place.path("same"))
        os.link(drop.drop("b.exe", b"MZ\x90\0" + bytes(200)), place.path("same-refused"))
        drop.once()
        before = files_of(drop.out) + files_of(drop.failed)
        os.link(place.path("same"), place.path("in", "a.txt"))
        os.link(place.path("same-refused"), place.path("in", "b.exe"))
        result = drop.once()
        tap.check(result.returncode == 0 and drop.left() == [], "found in place: removed", result.stderr)
        tap.equal(files_of(drop.out) + files_of(drop.failed), before, "and no second result or text")
        os.unlink(os.path.join(drop.out, "a.txt"))
        os.link(place.path("same"), place.path("in", "a.txt"))
        result = drop.once()
        tap.check(result.returncode == 75 or "a.txt" in files_of(drop.out), "taken away meanwhile: made again, or the file stays", result.stderr)
        removed = place.path("in", ".mugai-remove-" + "0" * 64)
        os.link(place.path("same"), removed)
        drop.once()
        tap.check(not os.path.exists(removed) and any(name.startswith("recovered-") for name in files_of(drop.out)),
                  "what a killed run was about to remove and is not the same comes back", str(files_of(drop.out)))


def not_taken():
    with rig.Place() as place:
        drop = Drop(place)
        place.write("secret", "secret\n")
        os.symlink(place.path("secret"), place.path("in", "link.txt"))
        os.symlink(place.path(), place.path("in", "linked"))
        os.mkfifo(place.path("in", "fifo.txt"))
        with socket.socket(socket.AF_UNIX) as s:
            s.bind(place.path("in", "sock.txt"))
        drop.drop("half.docx.part")
        drop.drop("~$a.docx")
        drop.drop("plain.txt")
        result = drop.once()
        tap.equal([name for name in files_of(drop.out) if not name.endswith(NOTE)], ["plain.txt"], "B02: links, pipes, sockets, unfinished names are not taken")
        tap.equal(len(os.listdir(place.path("in"))), 6, "and stay")
        for name in (b"link.txt", b"linked", b"fifo.txt", b"sock.txt", b"half.docx.part"):
            tap.check(name + b": " in result.stderr, "%s is told" % name.decode(), result.stderr)


def names():
    with rig.Place() as place:
        drop = Drop(place)
        for name in (b"new\nline.txt", b"\xff\xfe.txt", b"-rf.txt", b"\xe3\x81\x8b\xe3\x82\x99.txt", b"\xe3\x81\x8c.txt", b"CON.txt",
                     b"n" * 251 + b".txt", "表計算ソフト".encode("cp932") + b".txt"):
            with open(os.path.join(os.fsencode(place.path("in")), name), "wb") as f:
                f.write(b"name " + name)
        result = drop.once()
        outputs = [name for name in files_of(drop.out) if not name.endswith(NOTE)]
        tap.equal(len(outputs), 8, "B04: eight names, eight results")
        tap.check("表計算ソフト.txt" in outputs and "-rf.txt" in outputs, "CP932 read", str(outputs))
        tap.check(all("\n" not in name and not name.lower().startswith("con.") for name in outputs), "safe names", str(outputs))
        tap.check(b"\xff" not in result.stderr and b"new\nline" not in result.stderr, "B04: nothing hostile in the log", result.stderr)


def being_written():
    with rig.Place() as place:
        drop = Drop(place)
        drop.start()
        with open(place.path("in", "slow.txt"), "wb") as f:
            for part in range(4):
                f.write(b"part %d\n" % part)
                f.flush()
                time.sleep(1.5)
                if os.geteuid() == 0:  # a lease needs the file's owner or CAP_LEASE
                    tap.check(os.path.exists(place.path("in", "slow.txt")), "B01: open for writing, step %d: not taken" % part)
        tap.check(wait_until(lambda: drop.left() == []), "closed: taken")
        with open(os.path.join(drop.out, "slow.txt"), "rb") as f:
            tap.equal(f.read().count(b"part"), 4, "and whole")
        with open(place.path("big"), "wb") as f:
            f.truncate(1 << 30)
        os.rename(place.path("big"), place.path("in", "big.bin"))
        time.sleep(3)
        tap.check(drop.left() == ["big.bin"] and b"big.bin: larger than" in drop.logged(), "B06: a sparse GiB stays, and why is told", drop.logged())
        tap.equal(drop.stop(), 0, "SIGTERM: ends with 0")


def vanishing():
    with rig.Place() as place:
        drop = Drop(place)
        drop.start()
        drop.drop("a.txt")
        tap.check(wait_until(lambda: "a.txt" in files_of(drop.out)), "running")
        os.rename(place.path("in"), place.path("away"))
        time.sleep(3)
        tap.check(b"not there" in drop.logged(), "the drop vanished: told", drop.logged())
        os.rename(place.path("away"), place.path("in"))
        drop.drop("b.txt")
        tap.check(wait_until(lambda: "b.txt" in files_of(drop.out)), "it is back: goes on")
        os.rename(place.path("out"), place.path("away"))
        drop.drop("c.txt")
        tap.check(wait_until(lambda: b"c.txt: " in drop.logged()), "the output folder vanished: told")
        tap.check("c.txt" in drop.left() and not os.path.exists(place.path("out")), "the file stays, no folder is made")
        os.rename(place.path("away"), place.path("out"))
        tap.check(wait_until(lambda: "c.txt" in files_of(drop.out) and drop.left() == []), "it is back: delivered")
        drop.stop()


def no_room():
    with rig.Place() as place:
        drop = Drop(place, extra="    quota: 4KiB\n")
        drop.drop("a.txt", b"a line of text\n" * 2000 + os.urandom(30000).hex().encode())
        result = drop.once()
        tap.check(result.returncode == 75 and drop.left() == ["a.txt"] and files_of(drop.out) == [], "keep's quota: the file stays, nothing goes out", result.stderr)
    if os.geteuid() != 0:
        tap.skip("B08: full disk", "needs root for a file system of its own")
        return
    with rig.Place() as place:
        drop = Drop(place)
        drop.drop("a.txt", b"a line of text\n" * 100000)
        script = 'mount -t tmpfs -o size=64k none "$1" && shift && { "$@"; code=$?; ls -A "$0" | wc -l; exit $code; }'
        result = subprocess.run(["unshare", "--mount", "sh", "-c", script, drop.out, drop.out, rig.program("mugai"), "watch", "-c", drop.config, "--once"],
                                capture_output=True, env=rig.environment(), timeout=60, check=False)
        tap.check(result.returncode == 75 and b"No space left" in result.stderr, "B08: full disk: told", result.stderr)
        tap.check(result.stdout.strip() == b"0" and drop.left() == ["a.txt"], "no half result, and the file stays", result.stdout)
        tap.check(drop.once().returncode == 0 and "a.txt" in files_of(drop.out), "with room: delivered")


def permissions():
    if os.geteuid() == 0:
        tap.skip("B10: unreadable files", "root reads everything")
        return
    with rig.Place() as place:
        drop = Drop(place)
        os.chmod(drop.drop("closed.txt"), 0)
        drop.drop("open.txt")
        result = drop.once()
        tap.check(result.returncode == 75 and "open.txt" in files_of(drop.out), "B10: an unreadable file is told, the rest goes on", result.stderr)


def wrong_configuration():
    with rig.Place() as place:
        good = open(Drop(place).config, encoding="utf-8").read()
        for name, text, want in (
                ("unknown key", good + "    inn: /x\n", b"unknown key"), ("no folder", good.replace("    out:", "    #"), b"no `out:`"),
                ("relative", good.replace("in: /", "in: "), b"absolute"), ("same folder", good.replace("/failed", "/out"), b"folders of its own"),
                ("result in drop", good.replace("/failed", "/in/failed"), b"folders of its own"), ("no drops", "active: 2\n", b"no `drops:`"),
                ("owner", good + "    owner: nobody-of-that-name\n", b"no such user"), ("mode", good + "    mode: '999'\n", b"octal"),
                ("settle", good + "    settle2: 1s\n", b"unknown key"), ("time", good.replace("settle: 1s", "settle: soon"), b"a time such as")):
            result = rig.mugai("watch", "--check", "-c", place.write("wrong.yaml", text))
            tap.check(result.returncode == 2 and want in result.stderr and b"wrong.yaml:" in result.stderr and result.stderr.count(b"\n") == 1,
                      "configuration: %s" % name, result.stderr)
        tap.equal(rig.mugai("watch", "--check", "-c", place.write("right.yaml", good)).returncode, 0, "a right one")
        os.rmdir(place.path("failed"))
        result = rig.mugai("watch", "-c", place.path("right.yaml"))
        tap.check(result.returncode == 2 and b"failed: No such file" in result.stderr, "a folder is missing: told, ends", result.stderr)


# ---- writers, while it is killed

def content_of(number):
    return b"".join(b"file %d line %d\n" % (number, line) for line in range(40))


def write_slowly(path, number, random_):
    with open(path, "wb") as f:
        content = content_of(number)
        while content:
            step = random_.randrange(1, 400)
            f.write(content[:step])
            f.flush()
            content = content[step:]
            time.sleep(random_.random() * 0.05)


def write_renamed(path, number, _):
    with open(path + ".part", "wb") as f:
        f.write(content_of(number))
    os.rename(path + ".part", path)


def write_at_once(path, number, _):
    with open(path, "wb") as f:
        f.write(content_of(number))


def write_elsewhere(path, number, _):
    away = os.path.join(os.path.dirname(path), "..", "away-%d" % number)
    with open(away, "wb") as f:
        f.write(content_of(number))
    os.rename(away, path)


def write_refused(path, number, _):
    with open(path[:-4] + ".exe", "wb") as f:
        f.write(b"MZ\x90\0%d" % number + bytes(200))


WRITERS = (write_slowly, write_renamed, write_at_once, write_elsewhere, write_refused)


def writer(drop, which):
    random_ = random.Random(which)
    for number in range(which, FILES, len(WRITERS)):
        WRITERS[which](os.path.join(drop.__dict__["in"], "f%04d.txt" % number), number, random_)


def noted(folder):
    """Input name -> how many texts name it."""
    counts = collections.Counter()
    for name in files_of(folder):
        if name.endswith(NOTE):
            with open(os.path.join(folder, name), encoding="utf-8-sig") as f:
                counts[f.read().split("File: ")[1].split("\n")[0].strip()] += 1
    return counts


def killed():
    with rig.Place() as place:
        drop = Drop(place)
        drop.start()
        threads = [threading.Thread(target=writer, args=(drop, which)) for which in range(len(WRITERS))]
        for thread in threads:
            thread.start()
        with open(place.path("big"), "wb") as f:
            f.truncate(1 << 30)
        os.rename(place.path("big"), place.path("in", "big.bin"))
        for _ in range(5):
            time.sleep(1.5 + random.random() * 2)
            drop.kill()
            drop.start()
        for thread in threads:
            thread.join()
        tap.check(wait_until(lambda: drop.left() == ["big.bin"], 200), "everything but the GiB is taken", str(drop.left()[:5]))
        drop.stop()
        out, failed = noted(drop.out), noted(drop.failed)
        names_ = ["f%04d.%s" % (number, "exe" if number % len(WRITERS) == 4 else "txt") for number in range(FILES)]
        wrong = [name for name in names_ if out[name] + failed[name] != 1 or (failed[name] == 1) != name.endswith(".exe")]
        tap.equal(wrong, [], "%d files of five writers, killed five times: each ended once" % FILES)
        results = [name for name in files_of(drop.out) if not name.endswith(NOTE)]
        tap.equal(len(results), sum(not name.endswith(".exe") for name in names_), "one result each")
        cut = [name for name in results if content_of(int(name[1:5])) not in open(os.path.join(drop.out, name), "rb").read().replace(b"\r\n", b"\n")]
        tap.equal(cut, [], "all of them whole")
        check = rig.mugai("verify", *[os.path.join(drop.out, name) for name in results], timeout=60)
        tap.equal(check.returncode, 0, "all in the profile")
        tap.equal([name for name in os.listdir(drop.out) if name.startswith(".")], [], "no half file is left")


rig.sandbox_works()
tap.run([once, once_more, not_taken, names, being_written, vanishing, no_room, permissions, wrong_configuration, killed])
