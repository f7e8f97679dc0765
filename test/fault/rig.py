# SPDX-License-Identifier: Apache-2.0
"""What the process tests share: the build folder, a place of their own, running programs, mails."""
import base64
import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import zlib

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "e2e"))
import tap  # pylint: disable=wrong-import-position

BUILD = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else ".")
SOURCE = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
SANITIZED = os.path.exists(os.path.join(BUILD, "mugai")) and b"__asan_init" in open(os.path.join(BUILD, "mugai"), "rb").read()
TIMEOUT = 120


def program(name):
    return os.path.join(BUILD, name)


class Place:
    """A temporary folder that goes away, readable by the user the daemon becomes."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="mugai-test-")
        os.chmod(self.folder, 0o755)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        subprocess.run(["chmod", "-R", "u+rwx", self.folder], check=False)
        shutil.rmtree(self.folder, ignore_errors=True)

    def path(self, *parts):
        return os.path.join(self.folder, *parts)

    def write(self, name, content, mode=0o644):
        path = self.path(name) if isinstance(name, str) else os.path.join(os.fsencode(self.folder), name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as f:
            f.write(content if isinstance(content, bytes) else content.encode())
        os.chmod(path, mode)
        return path


def environment(**more):
    env = {"PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "LC_ALL": "C.UTF-8"}
    for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS"):
        if name in os.environ:
            env[name] = os.environ[name]
    env.update(more)
    return env


def mugai(*arguments, stdin=b"", timeout=TIMEOUT, env=None, **more):
    """Run the command line. Returns: CompletedProcess with bytes."""
    return subprocess.run([program("mugai"), *arguments], input=stdin, capture_output=True, timeout=timeout,
                          env=env or environment(), check=False, **more)


def sandbox_works():
    """Skips the whole test where the sandbox cannot work, unless that is a failure."""
    result = mugai("sanitize", stdin=b"Subject: x\r\n\r\nx\r\n")
    if result.returncode == 2 and b"sandbox" in result.stderr and not os.environ.get("MUGAI_SANDBOX_MUST_WORK"):
        tap.skip_all(result.stderr.decode(errors="replace").strip())
    return result.returncode == 0


def mail(text="Hello.\r\n", attachments=(), subject="test"):
    """@attachments: (name, media type, bytes)."""
    head = "From: taro@example.jp\r\nTo: hanako@city.example.lg.jp\r\nSubject: %s\r\n" \
           "Date: Fri, 20 Nov 2026 19:22:00 +0900\r\nMessage-ID: <1@example.jp>\r\nMIME-Version: 1.0\r\n" % subject
    body = "Content-Type: text/plain; charset=utf-8\r\n\r\n" + text
    if not attachments:
        return (head + body).encode()
    out = head + "Content-Type: multipart/mixed; boundary=bb\r\n\r\n--bb\r\n" + body + "\r\n"
    for name, kind, content in attachments:
        out += "--bb\r\nContent-Type: %s; name=\"%s\"\r\nContent-Disposition: attachment; filename=\"%s\"\r\n" \
               "Content-Transfer-Encoding: base64\r\n\r\n%s\r\n" % (kind, name, name, base64.encodebytes(content).decode().replace("\n", "\r\n"))
    return (out + "--bb--\r\n").encode()


def bmp(width=4, height=3):
    row = (width * 3 + 3) // 4 * 4
    pixels = b"".join(bytes((x * 40 % 256, y * 60 % 256, 128)) * 1 for y in range(height) for x in range(width))
    rows = b"".join(pixels[y * width * 3:(y + 1) * width * 3].ljust(row, b"\0") for y in range(height))
    size = 54 + len(rows)
    return b"BM" + size.to_bytes(4, "little") + bytes(4) + (54).to_bytes(4, "little") + (40).to_bytes(4, "little") + \
        width.to_bytes(4, "little") + height.to_bytes(4, "little") + (1).to_bytes(2, "little") + (24).to_bytes(2, "little") + \
        bytes(4) + len(rows).to_bytes(4, "little") + bytes(16) + rows


def gz(content):
    compressor = zlib.compressobj(9, zlib.DEFLATED, 31)
    return compressor.compress(content) + compressor.flush()


@contextlib.contextmanager
def socket_to(path):
    """A connected Unix socket, or None."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as s:
        s.settimeout(5)
        try:
            s.connect(path)
        except OSError:
            s = None
        yield s


def alive(pid):
    try:
        with open("/proc/%d/stat" % pid) as f:
            return f.read().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def descendants(pid):
    found = []
    try:
        tasks = os.listdir("/proc/%d/task" % pid)
    except OSError:
        return found
    for task in tasks:
        try:
            with open("/proc/%d/task/%s/children" % (pid, task)) as f:
                children = [int(word) for word in f.read().split()]
        except OSError:
            continue
        for child in children:
            found.append(child)
            found += descendants(child)
    return found


def status_of(pid):
    try:
        with open("/proc/%d/status" % pid) as f:
            return dict(line.rstrip("\n").split(":\t", 1) for line in f if ":\t" in line)
    except OSError:
        return {}


def wait_until(what, seconds=10, step=0.02):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if what():
            return True
        time.sleep(step)
    return bool(what())


def load_json(path):
    with open(path, encoding="utf-8") as f:
        return json.load(f)


__all__ = ["tap", "signal"]
