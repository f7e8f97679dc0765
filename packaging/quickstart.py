#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The part of quickstart.sh after the build: mails through a private Postfix with Mugai, or through `mugai sanitize`.

It uses the same private Postfix as the end-to-end tests (test/e2e/rig.py): extracted packages, a temporary folder, and
namespaces that end with this program. Started by quickstart.sh; `mail` needs root."""
import argparse
import ctypes
import email
import email.policy
import glob
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SAMPLES = os.path.join(TOP, "samples", "mail")
SHOWN = "02-html-phishing.eml"
PROGRAMS = ("mugai", "mugaid", "mugai-milter", "mugai-keep", "mugai-worker", "mugai-reader", "mugai-render", "mugai-encode",
            "mugai-office", "mugai-exec", "mugai-verify")
sys.path.insert(0, os.path.join(TOP, "test", "e2e"))
sys.dont_write_bytecode = True


class Failure(Exception):
    """One line for whoever runs quickstart.sh."""


def japanese():
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if os.environ.get(name):
            return os.environ[name].startswith("ja")
    return False


def say(en, ja):
    print("\n== " + (ja if japanese() else en), flush=True)


def text(en, ja):
    return ja if japanese() else en


# ---------------------------------------------------------------- showing mails

def reader(data):
    """What a mail program would show of the mail: header, the parts, texts decoded."""
    mail = email.message_from_bytes(data, policy=email.policy.default)
    lines = ["%s: %s" % (name, mail[name]) for name in ("From", "Reply-To", "To", "Subject") if mail[name]]
    for part in mail.walk():
        if part.is_multipart():
            continue
        name = part.get_filename()
        kind = part.get_content_type() + (", " + name if name else "")
        size = len(part.get_payload(decode=True) or b"")
        lines.append("--- %s, %d bytes" % (kind, size))
        if part.get_content_maintype() == "text" and not name:
            lines += part.get_content().rstrip().splitlines()
    return lines


def visible(line):
    """Control and invisible characters of a hostile mail must not act on this terminal."""
    return "".join(c if c.isprintable() or c == " " else "<U+%04X>" % ord(c) for c in line)


def show(title, data):
    print("\n-- " + title)
    for line in reader(data):
        print("   | " + visible(line))


def run(command, **more):
    """Show a command and what it prints. Returns its exit status."""
    print("\n$ " + " ".join(os.path.basename(command[0]) if i == 0 else word for i, word in enumerate(command)),
          flush=True)
    return subprocess.run(command, check=False, **more).returncode


def samples():
    found = sorted(glob.glob(os.path.join(SAMPLES, "*.eml")))
    if not found:
        raise Failure("%s holds no *.eml" % SAMPLES)
    return found


def read(path):
    with open(path, "rb") as f:
        return f.read()


# ---------------------------------------------------------------- without an MTA

def without_mta(args):
    out = tempfile.mkdtemp(prefix="mugai-quickstart.")
    try:
        mugai = os.path.join(args.build, "mugai")
        options = ["--partial"] if args.partial else []
        say("sanitize the samples", "見本のメールを無害化する")
        status = run([mugai, "sanitize", *options, "--report", out + "/report.json", "-o", out + "/out", *samples()])
        if status not in (0, 1):
            raise Failure("mugai sanitize ended with %d; `%s doctor` says what this host lacks" % (status, mugai))
        for item in json.loads(read(out + "/report.json")).get("items", []):
            if "leaves" in item:
                print("   %s: %s" % (os.path.basename(str(item.get("input"))), item["leaves"]))
        say("the same mail before and after", "同じメールの前と後")
        show(text("before", "前"), read(os.path.join(SAMPLES, SHOWN)))
        show(text("after", "後"), read(os.path.join(out, "out", SHOWN)))
        say("check the results with the verifier", "結果を検査プログラムで確かめる")
        if run([mugai, "verify", out + "/out"]) != 0:
            raise Failure("a result is not in the output profile: please report this")
        print("ok")
    finally:
        shutil.rmtree(out, ignore_errors=True)


# ---------------------------------------------------------------- with Postfix

CONFIG = """\
run: {top}/run
state: {top}/state
user: {user}
sandbox: {sandbox}
keep:
  folder: {top}/keep
milter:
  socket: unix:{top}/run/milter.sock
  mode: "0666"
"""


def stage(build, top):
    """A copy of the programs that the unprivileged user of mugaid can reach, whoever owns the tree."""
    folder = os.path.join(top, "programs")
    os.makedirs(folder + "/filters")
    for name in PROGRAMS:
        source = os.path.join(build, name)
        if not os.path.exists(source):
            raise Failure("%s was not built" % source)
        shutil.copy(source, folder)
        os.chmod(os.path.join(folder, name), 0o755)
    for module in glob.glob(os.path.join(build, "filters", "*.so")):
        shutil.copy(module, folder + "/filters")
        os.chmod(os.path.join(folder, "filters", os.path.basename(module)), 0o644)
    for path in (folder, folder + "/filters"):
        os.chmod(path, 0o755)
    return folder


def user_name():
    import pwd
    for name in ("mugai", "nobody"):
        try:
            pwd.getpwnam(name)
            return name
        except KeyError:
            continue
    raise Failure("neither a user mugai nor nobody on this host")


class Gateway:
    """mugaid, and through it milter, keep and the sandboxed programs, below one temporary folder."""

    def __init__(self, args, top):
        self.top = top
        self.programs = stage(args.build, top)
        self.config = top + "/mugai.yaml"
        self.log = open(top + "/mugaid.log", "w+b")
        with open(self.config, "w", encoding="utf-8") as f:
            f.write(CONFIG.format(top=top, user=user_name(), sandbox="partial" if args.partial else "required"))
        self.process = subprocess.Popen([self.programs + "/mugaid", "--config", self.config], cwd="/",
                                        stdin=subprocess.DEVNULL, stderr=self.log)

    def wait(self, timeout=30):
        """Until the milter listens."""
        path, end = self.top + "/run/milter.sock", time.monotonic() + timeout
        while not os.path.exists(path):
            if self.process.poll() is not None:
                raise Failure("mugaid ended with %d: %s" % (self.process.returncode, self.said()))
            if time.monotonic() > end:
                raise Failure("mugaid is not ready after %d s: %s" % (timeout, self.said()))
            time.sleep(0.05)

    def said(self):
        self.log.seek(0)
        return self.log.read().decode("utf-8", "replace").strip() or "(it said nothing)"

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


def send_all(smtp, postfix, sink):
    """Send every sample and wait for it. Returns {name: mail at the sink}."""
    arrived = {}
    for path in samples():
        name = os.path.basename(path)
        begin, count = time.monotonic(), len(sink.wait(0))
        code, answer = smtp.send(postfix.port, read(path))
        if code != 250:
            raise Failure("%s: Postfix answered %d %s; mail log:\n%s" % (name, code, answer, postfix.logged()[-2000:]))
        mails = sink.wait(count + 1, 30)
        if len(mails) != count + 1:
            raise Failure("%s did not arrive; mail log:\n%s" % (name, postfix.logged()[-2000:]))
        arrived[name] = mails[-1]
        result = (mails[-1].header("Mugai-Result") or ["?"])[0]
        print("   %-24s 250  %3d ms  %s" % (name, (time.monotonic() - begin) * 1000, result), flush=True)
    return arrived


def item_id(mail):
    for word in (mail.header("Mugai-Result") or [""])[0].split(";"):
        key, _, value = word.strip().partition("=")
        if key == "id":
            return value
    raise Failure("the mail has no Mugai-Result field")


def explain_and_list(gateway, mail):
    mugai, keep = gateway.programs + "/mugai", gateway.top + "/run/keep.sock"
    say("why: mugai explain", "理由: mugai explain")
    if run([mugai, "explain", "--keep", keep, item_id(mail)]) not in (0, 1):
        raise Failure("mugai explain failed")
    say("what is kept: mugai keep list", "保管: mugai keep list")
    if run([mugai, "keep", "list", "--socket", keep]) != 0:
        raise Failure("mugai keep list failed")


def verify_all(gateway, arrived):
    folder = os.path.join(gateway.top, "arrived")
    os.makedirs(folder)
    for name, mail in arrived.items():
        with open(os.path.join(folder, name), "wb") as f:
            f.write(mail.data)
    if run([gateway.programs + "/mugai", "verify", "--delivered", folder]) != 0:
        raise Failure("a delivered mail is not in the output profile: please report this")
    print("ok")


def stay(args, gateway, postfix, sink):
    say("running; it ends with: packaging/quickstart.sh --stop", "動作中。終了: packaging/quickstart.sh --stop")
    print(text("send mail to", "送信先") + " 127.0.0.1:%d" % postfix.port)
    print(text("sanitized mails arrive in", "無害化後のメール") + " %s/sink" % gateway.top)
    print(text("settings", "設定") + " %s" % gateway.config)
    print(text("mail log", "メールログ") + " %s" % postfix.log)
    print("/usr/bin/python3 -c 'import smtplib,sys; smtplib.SMTP(\"127.0.0.1\", %d).sendmail(\"a@example.jp\", "
          "[\"soumu@town.example.lg.jp\"], sys.stdin.buffer.read())' < samples/mail/%s" % (postfix.port, SHOWN))
    print("%s/mugai keep list --socket %s/run/keep.sock" % (gateway.programs, gateway.top), flush=True)
    with open(os.path.join(args.keep, "ready"), "w", encoding="ascii"):
        pass
    while gateway.process.poll() is None and postfix.process.poll() is None:
        time.sleep(0.5)


def with_mta(args, rig, smtp):
    top = rig.new_folder("mugai-demo.")
    sink = smtp.Sink(folder=top + "/sink")
    gateway = Gateway(args, top)
    try:
        gateway.wait()
        with rig.Postfix("unix:%s/run/milter.sock" % top, sink.port) as postfix:
            say("Postfix 127.0.0.1:%d -> Mugai -> sink" % postfix.port,
                "Postfix 127.0.0.1:%d → Mugai → 受信側" % postfix.port)
            arrived = send_all(smtp, postfix, sink)
            say("the same mail before and after", "同じメールの前と後")
            show(text("before: as it was sent", "前: 送られたもの"), read(os.path.join(SAMPLES, SHOWN)))
            show(text("after: as it arrived", "後: 届いたもの"), arrived[SHOWN].data)
            explain_and_list(gateway, arrived[SHOWN])
            say("check what arrived with the verifier", "届いたメールを検査プログラムで確かめる")
            verify_all(gateway, arrived)
            if args.keep:
                stay(args, gateway, postfix, sink)
    except Failure as failure:
        raise Failure("%s\nmugaid said: %s" % (failure, gateway.said())) from None
    finally:
        gateway.stop()
        sink.stop()
    say("all ended; nothing of it is left", "すべて終了しました")


def enter(args, rig):
    """Into the namespaces; returns only there."""
    if "MUGAI_RIG_INSIDE" not in os.environ:
        if os.geteuid() != 0:
            raise Failure("root is needed for private namespaces; run packaging/quickstart.sh as root or with sudo, "
                          "or with --no-mta")
        if args.keep:
            with open(os.path.join(args.keep, "pid"), "w", encoding="ascii") as f:
                f.write("%d\n" % os.getpid())
        else: # never left behind
            ctypes.CDLL(None).prctl(1, signal.SIGTERM)
        try:
            rig.fetch("postfix")
            rig._namespaces(not args.keep)
        except (rig.Unavailable, OSError, subprocess.CalledProcessError) as error:
            raise Failure("%s; --no-mta does without" % error) from None
        os.environ["MUGAI_E2E_MUST_WORK"] = "1"
    rig.enter(needs=["postfix"], net=not args.keep)


def main():
    parser = argparse.ArgumentParser(description="The part of quickstart.sh after the build.")
    parser.add_argument("what", choices=["mail", "sanitize"])
    parser.add_argument("--build", required=True, help="folder of the programs")
    parser.add_argument("--partial", action="store_true", help="sandbox: partial")
    parser.add_argument("--keep", metavar="DIR", help="leave it running; DIR is told when it is ready")
    args = parser.parse_args()
    try:
        if args.what == "sanitize":
            without_mta(args)
        else:
            import rig
            import smtp
            enter(args, rig)
            with_mta(args, rig, smtp)
    except Failure as failure:
        print("quickstart: %s" % failure, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(143))
    sys.exit(main())
