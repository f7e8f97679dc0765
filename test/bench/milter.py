#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What milter.sh runs. The same mails in interleaved rounds: smtp-source -> Postfix -> milter -> Postfix -> smtp-sink.

A round ends when the last mail of it has left the queue, so that work put off counts. Keep and queues lie on one disk that is
no tmpfs, with fsync. Each candidate has a Postfix of its own; those that wait do nothing.
"""
import argparse
import glob
import os
import pwd
import shutil
import statistics
import subprocess
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "e2e"))
import gateway as gateways  # noqa: E402
import rig  # noqa: E402
import smtp  # noqa: E402

TICKS = os.sysconf("SC_CLK_TCK")
MIMEDEFANG_FILTER = """\
use MIME::Parser;
sub filter_begin { }
sub filter { my ($entity, $fname, $ext, $type) = @_; return action_drop() if $type !~ m{^text/}; return action_accept(); }
sub filter_end { action_rebuild(); }
1;
"""


def on_disk(folder):
    """File system of @folder; refuses one in memory."""
    done = subprocess.run(["stat", "-f", "-c", "%T", folder], stdout=subprocess.PIPE, check=True)
    kind = done.stdout.decode().strip()
    if kind in ("tmpfs", "ramfs"):
        sys.exit("milter.sh: %s lies in memory (%s); name a disk with --disk" % (folder, kind))
    return kind


def stat_of(pid):
    with open("/proc/%d/stat" % pid, encoding="ascii", errors="replace") as f:
        text = f.read()
    return text[text.index("(") + 1:text.rindex(")")], text[text.rindex(")") + 2:].split()


def cpu_of(pids):
    """{program: seconds of CPU} of these processes and of the children they have waited for."""
    total = {}
    for pid, role in pids.items():
        try:
            ticks = sum(int(x) for x in stat_of(pid)[1][11:15])
        except (OSError, ValueError):
            continue
        program = role.split()[0]
        total[program] = total.get(program, 0) + ticks / TICKS
    return total


def cpu_of_all():
    """Seconds of CPU of every process in this namespace but this program: mail server, sink, source, milter."""
    total = 0
    for pid in [int(e) for e in os.listdir("/proc") if e.isdigit()]:
        try:
            ticks = [int(x) for x in stat_of(pid)[1][11:15]]
        except (OSError, ValueError):
            continue
        total += sum(ticks[2:] if pid == os.getpid() else ticks)
    return total / TICKS


def status_of(pid):
    with open("/proc/%d/status" % pid, encoding="ascii", errors="replace") as f:
        return dict(line.split(":", 1) for line in f.read().splitlines() if ":" in line)


def text_mail(size):
    """A mail of words in lines, @size bytes. (smtp-source's own body is one long run of X, which looks like a file in base64.)"""
    words = ("the town hall asks for a reply about the meeting of the committee on the budget for the next year and sends "
             "its regards to all who took part in the work on roads bridges schools water and the library").split()
    mail = "From: sender@example.jp\nTo: shomu@city.example.lg.jp\nSubject: about the meeting\nMIME-Version: 1.0\nContent-Type: text/plain; charset=us-ascii\n\n"
    number = 0
    while len(mail) < size:
        line = "%d" % number
        while len(line) < 60:
            line += " " + words[number * 7 % len(words)]
            number += 1
        mail += line + ".\n"
    return mail


class Peak(threading.Thread):
    """Largest resident size of each kind of process, looked at ten times a second."""

    def __init__(self, pids):
        super().__init__(daemon=True)
        self.pids, self.peak, self.going = pids, {}, True

    def run(self):
        while self.going:
            for pid, role in self.pids().items():
                try:
                    size = int(status_of(pid)["VmHWM"].split()[0])
                except (OSError, KeyError, ValueError):
                    continue
                self.peak[role] = max(self.peak.get(role, 0), size)
            time.sleep(0.1)


class Candidate:
    """A milter and its own Postfix with its own sink."""

    def __init__(self, name, disk, milter):
        self.name = name
        self.sink_port = rig.free_port()
        self.server = rig.Postfix(milter, self.sink_port, parent=disk)
        self.sink = subprocess.Popen([self.server.tool("smtp-sink"), "-u", "postfix", "127.0.0.1:%d" % self.sink_port, "1024"],
                                     env=self.server.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                     start_new_session=True)
        rig.wait_port(self.sink_port, self.sink)
        self.server.start()
        self.rates, self.accepted, self.cpu, self.all = [], [], [], []

    def pids(self):
        return {}

    def round(self, args):
        before, all_before, begin = cpu_of(self.pids()), cpu_of_all(), time.monotonic()
        done = subprocess.run([self.server.tool("smtp-source"), "-s", str(args.sessions), "-m", str(args.mails), "-F",
                               args.mail, "-f", "sender@example.jp", "-t", "shomu@city.example.lg.jp",
                               "127.0.0.1:%d" % self.server.port], env=self.server.env, stderr=subprocess.PIPE, check=False)
        taken = time.monotonic() - begin
        if done.returncode != 0:
            sys.exit("milter.sh: %s: smtp-source: %s" % (self.name, done.stderr.decode()[-500:]))
        while self.server.queued() > 0:
            time.sleep(0.005)
        whole = time.monotonic() - begin
        self.rates.append(args.mails / whole)
        self.accepted.append(args.mails / taken)
        self.all.append((cpu_of_all() - all_before) / args.mails)
        after = cpu_of(self.pids())
        self.cpu.append({name: (value - before.get(name, 0)) / args.mails for name, value in after.items()})

    def stop(self):
        self.server.stop()
        rig.end_group(self.sink)


class Null(Candidate):
    def __init__(self, disk, build):
        self.folder = rig.safe_folder("mugai-null.")
        socket = self.folder + "/null.sock"
        self.milter = subprocess.Popen([os.path.join(build, "test/bench/null-milter"), "unix:" + socket], start_new_session=True)
        rig.wait_socket(socket, self.milter)
        super().__init__("null", disk, "unix:" + socket)

    def pids(self):
        return {self.milter.pid: "null-milter"}

    def stop(self):
        super().stop()
        rig.end_group(self.milter)


class Mugai(Candidate):
    def __init__(self, disk, build):
        self.keep = rig.new_folder("mugai-bench-keep.", disk)
        self.gateway = gateways.Gateway(build, keep=self.keep).start()
        super().__init__("mugai", disk, "unix:" + self.gateway.socket)

    def pids(self):
        found = self.gateway.processes()
        roles = {}
        for pid, name in found.items():
            try:
                parent = int(stat_of(pid)[1][1])
            except (OSError, ValueError):
                continue
            zygote = found.get(parent) == name
            roles[pid] = name + (" child" if zygote else " zygote" if name in ("mugai-worker", "mugai-reader", "mugai-verify", "mugai-render",
                                                                              "mugai-encode") else "")
        return roles

    def isolation(self):
        """Live children and what the kernel says of each: must be seccomp filter and no new privileges."""
        children = [p for p, role in self.pids().items() if role.endswith("child")]
        bad, seen = [], 0
        for pid in children:
            try:
                status = status_of(pid)
            except OSError:
                continue
            seen += 1
            if status["Seccomp"].strip() != "2" or status["NoNewPrivs"].strip() != "1":
                bad.append((pid, status["Name"].strip(), status["Seccomp"].strip(), status["NoNewPrivs"].strip()))
        return seen, bad

    def stop(self):
        super().stop()
        self.gateway.stop()
        shutil.rmtree(self.keep, ignore_errors=True)


def mimedefang_root():
    """Where MIMEDefang is: installed, or extracted packages below MUGAI_MIMEDEFANG; None when there is none."""
    root = os.environ.get("MUGAI_MIMEDEFANG", "/")
    return root if os.access(os.path.join(root, "usr/bin/mimedefang"), os.X_OK) else None


class Mimedefang(Candidate):
    """Embedded Perl, four workers, a filter that drops what is no text and rebuilds the mail."""

    def __init__(self, disk, build):
        del build
        root = mimedefang_root()
        program = lambda name: os.path.join(root, "usr/bin", name)  # noqa: E731
        user = pwd.getpwnam("mugai")
        self.folder = rig.new_folder("mugai-mimedefang.", disk)
        spool = self.folder + "/spool"
        os.mkdir(spool, 0o755)
        os.chown(spool, user.pw_uid, user.pw_gid)
        with open(self.folder + "/filter", "w", encoding="ascii") as f:
            f.write(MIMEDEFANG_FILTER)
        env = dict(os.environ, LC_ALL="C")
        script = program("mimedefang.pl")
        if root != "/":
            with open(script, encoding="utf-8") as f:
                text = f.read()
            script = self.folder + "/mimedefang.pl"
            with open(script, "w", encoding="utf-8") as f:
                f.write(text.replace("/etc/mail/", root + "/etc/mail/"))
            os.chmod(script, 0o755)
            env["PERL5LIB"] = ":".join(glob.glob(root + "/usr/share/perl5") + glob.glob(root + "/usr/lib/*/perl5/5.*"))
        mx, socket = spool + "/mx.sock", spool + "/md.sock"
        log = open(self.folder + "/log", "wb")
        self.running = [subprocess.Popen(
            [program("mimedefang-multiplexor"), "-D", "-U", "mugai", "-z", spool, "-f", script, "-F",
             self.folder + "/filter", "-s", mx, "-m", "4", "-x", "4", "-E"], start_new_session=True, env=env, stdout=log, stderr=log)]
        rig.wait_path(mx, self.running[0], 30)
        self.running.append(subprocess.Popen([program("mimedefang"), "-D", "-U", "mugai", "-z", spool, "-m", mx, "-p", socket],
                                             start_new_session=True, env=env, stdout=log, stderr=log))
        rig.wait_path(socket, self.running[1], 30)
        os.chmod(socket, 0o666)
        super().__init__("mimedefang", disk, "unix:" + socket)
        self.check()

    def check(self):
        """One mail first: what is measured must work."""
        answer = smtp.send(self.server.port, b"From: a@example.jp\r\nSubject: x\r\n\r\nhello\r\n")
        if answer[0] != 250:
            with open(self.folder + "/log", encoding="utf-8", errors="replace") as f:
                sys.exit("milter.sh: mimedefang does not work: %d %s\n%s" % (answer[0], answer[1], f.read()[-1000:]))

    def pids(self):
        roles = {p.pid: "mimedefang" for p in self.running}
        for entry in filter(str.isdigit, os.listdir("/proc")):
            try:
                if int(stat_of(int(entry))[1][1]) in roles:
                    roles[int(entry)] = "mimedefang worker"
            except (OSError, ValueError):
                pass
        return roles

    def stop(self):
        super().stop()
        for process in self.running:
            rig.end_group(process)
        shutil.rmtree(self.folder, ignore_errors=True)


def measure(args, candidates):
    peaks = [(c, Peak(c.pids)) for c in candidates]
    for candidate, peak in peaks:
        peak.start()
        candidate.round(argparse.Namespace(**{**vars(args), "mails": 100}))  # warm
        for values in (candidate.rates, candidate.accepted, candidate.cpu, candidate.all):
            values.clear()
    for number in range(args.rounds):
        order = candidates if number % 2 == 0 else candidates[::-1]
        for candidate in order:
            candidate.round(args)
        print("round %d: %s" % (number + 1, "  ".join("%s %.0f/s" % (c.name, c.rates[-1]) for c in candidates)), flush=True)
    for _, peak in peaks:
        peak.going = False
    return {c.name: peak.peak for c, peak in peaks}


def report(args, candidates, peaks):
    null = candidates[0]
    for c in candidates:
        print("%s: median %.0f messages/s (accepted at %.0f/s), CPU of its processes %.2f ms a mail" % (
            c.name, statistics.median(c.rates), statistics.median(c.accepted),
            1000 * statistics.median(sum(cpu.values()) for cpu in c.cpu)))
        for program in sorted(c.cpu[-1]):
            print("%s: CPU of %s: %.2f ms a mail" % (
                c.name, program, 1000 * statistics.median(cpu.get(program, 0) for cpu in c.cpu)))
        for role, size in sorted(peaks[c.name].items()):
            print("%s: peak memory of %s: %.1f MiB" % (c.name, role, size / 1024))
    for c in candidates[1:]:
        ratios = [mine / its for mine, its in zip(c.rates, null.rates)]
        spent = [its / mine for mine, its in zip(c.all, null.all)]
        print("CPU of all processes, the mail server's too: null %.2f ms, %s %.2f ms a mail; that alone would be a ratio of %.2f" % (
            1000 * statistics.median(null.all), c.name, 1000 * statistics.median(c.all), statistics.median(spent)))
        print("accepted %s/null %.2f" % (c.name, statistics.median(a / b for a, b in zip(c.accepted, null.accepted))))
        print("ratio %s/null %.2f" % (c.name, statistics.median(ratios)))
    print("(%d rounds of %d mails of %d bytes, %d sessions)" % (args.rounds, args.mails, args.size, args.sessions))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", default=gateways.build_folder())
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--mails", type=int, default=1000)
    parser.add_argument("--sessions", type=int, default=4)
    parser.add_argument("--size", type=int, default=10240)
    parser.add_argument("--disk", help="folder on the disk for keep and queues; default: beside the build")
    parser.add_argument("--min", type=float, default=0, help="exit 1 below this ratio")
    args = parser.parse_args()
    args.build = os.path.realpath(args.build)
    missing = gateways.lacking(args.build) + ([] if os.path.exists(args.build + "/test/bench/null-milter") else ["null-milter"])
    if missing:
        sys.exit("milter.sh: not built in %s: %s; build with ninja -C %s" % (args.build, " ".join(missing), args.build))
    rig.enter(needs=["postfix"])
    disk = rig.new_folder("mugai-bench.", args.disk or args.build)
    args.mail = os.path.join(disk, "mail")
    with open(args.mail, "w", encoding="ascii") as f:
        f.write(text_mail(args.size))
    os.chmod(args.mail, 0o644)
    candidates = []
    try:
        print("disk: %s on %s" % (os.path.dirname(disk), on_disk(disk)))
        for kind in (Null, Mugai) + ((Mimedefang,) if mimedefang_root() else ()):
            candidates.append(kind(disk, args.build))
        if not mimedefang_root():
            print("mimedefang: not installed, not measured")
        seen, bad = candidates[1].isolation()
        print("isolation: %d live children with Seccomp: 2 and NoNewPrivs: 1%s" % (seen, ", but not %r" % bad if bad else ""))
        if bad or seen < 2:
            sys.exit("milter.sh: Mugai does not run under full isolation")
        peaks = measure(args, candidates)
        seen, bad = candidates[1].isolation()
        if bad or seen < 1:
            sys.exit("milter.sh: children lost their isolation: %r" % bad)
        report(args, candidates, peaks)
        ratio = statistics.median(a / b for a, b in zip(candidates[1].rates, candidates[0].rates))
        return 1 if ratio < args.min else 0
    finally:
        for candidate in candidates:
            candidate.stop()
        shutil.rmtree(disk, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
