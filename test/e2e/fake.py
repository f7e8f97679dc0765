# SPDX-License-Identifier: Apache-2.0
"""A supervisor and a keep that do as the test says: answer with a fixed mail, be slow, die, lie or speak nonsense.

They speak the frames of src/base/frame.h with the payloads of src/wire/front.h and keep.h. Every event is noted in one list
with the MTA's side (mta.py), so that a test can say what had to come before what.
"""
import array
import fcntl
import hashlib
import os
import socket
import struct
import threading
import time

HEAD = struct.Struct("<IHHQIIII")
MAGIC, VERSION = 0x4147554D, 1
GREET, SUBMIT, OUTCOME = 0x0500, 0x0501, 0x0502
KEEP_GREET, KEEP_FAIL, KEEP_PUT, KEEP_PUT_OK, KEEP_RECORD, KEEP_RECORD_OK = range(0x0600, 0x0606)
DELIVER, WITHHELD, HOLD, REJECT, UNTOUCHED, TRY_AGAIN = range(1, 7)
STATES = {1: "received", 2: "handed-over", 3: "holding", 4: "held", 5: "rejected", 6: "deferred", 7: "untouched",
          8: "released"}
SEALS = 0x1 | 0x2 | 0x4 | 0x8
F_ADD_SEALS = 1033


class Events:
    """What happened, in order, from several threads."""

    def __init__(self):
        self.lock = threading.Lock()
        self.list = []

    def add(self, what, **more):
        with self.lock:
            self.list.append((what, more))

    def clear(self):
        with self.lock:
            self.list.clear()

    def names(self):
        with self.lock:
            return [name for name, _ in self.list]

    def first(self, name):
        names = self.names()
        return names.index(name) if name in names else -1

    def get(self, name):
        with self.lock:
            return [more for what, more in self.list if what == name]

    def wait(self, name, count=1, timeout=10):
        end = time.monotonic() + timeout
        while self.names().count(name) < count and time.monotonic() < end:
            time.sleep(0.01)
        return self.names().count(name) >= count


def blob(data):
    return struct.pack("<I", len(data)) + data


def memfd(data, seal=True):
    fd = os.memfd_create("fake", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view):]
    if seal:
        fcntl.fcntl(fd, F_ADD_SEALS, SEALS)
    return fd


def read_fd(fd):
    size, chunks, at = os.fstat(fd).st_size, [], 0
    while at < size:
        chunk = os.pread(fd, min(1 << 20, size - at), at)
        chunks.append(chunk)
        at += len(chunk)
    return b"".join(chunks)


def send_frame(sock, kind, job=0, payload=b"", fds=(), version=VERSION):
    head = HEAD.pack(MAGIC, version, kind, job, 0, len(payload), len(fds), 0)
    control = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", fds))] if fds else []
    sock.sendmsg([head + payload], control)


def recv_frame(sock):
    """(kind, job, payload, fds) or None at the end."""
    data, control, _, _ = sock.recvmsg(70000, socket.CMSG_SPACE(6 * 4))
    fds = array.array("i")
    for level, kind, value in control:
        if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            fds.frombytes(value[:len(value) - len(value) % 4])
    if not data:
        return None
    magic, version, kind, job, _, size, n_fds, _ = HEAD.unpack(data[:32])
    assert magic == MAGIC and version == VERSION and size == len(data) - 32 and n_fds == len(fds), "bad frame"
    return kind, job, data[32:], list(fds)


class Cursor:
    def __init__(self, data):
        self.data, self.at = data, 0

    def bytes(self, size):
        assert self.at + size <= len(self.data), "short"
        value = self.data[self.at:self.at + size]
        self.at += size
        return value

    def number(self, code):
        return struct.unpack("<" + code, self.bytes(struct.calcsize("<" + code)))[0]

    def blob(self):
        return self.bytes(self.number("I"))

    def maybe(self):
        return self.blob() if self.number("B") else None


def read_envelope(data):
    """src/core/envelope.c"""
    c = Cursor(data)
    assert c.number("I") == 0x3145474D
    envelope = {"id": c.bytes(32).decode(), "kind": c.number("B"), "date_us": c.number("Q"), "sender": c.maybe()}
    envelope["recipients"] = [c.blob() for _ in range(c.number("I"))]
    for name in ("client_name", "client_address", "helo", "queue_id", "login", "host", "path"):
        envelope[name] = c.maybe()
    assert c.at == len(data), "left over"
    return envelope


class Server:
    def __init__(self, path, events):
        self.path, self.events = path, events
        self.connections = set()
        self.start()

    def start(self):
        if os.path.exists(self.path):
            os.unlink(self.path)
        self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.listener.bind(self.path)
        self.listener.listen(256)
        threading.Thread(target=self._accept, args=(self.listener,), daemon=True).start()

    def stop(self):
        for sock in [self.listener] + list(self.connections):
            try:
                sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            sock.close()
        if os.path.exists(self.path):
            os.unlink(self.path)

    def _accept(self, listener):
        while True:
            try:
                sock, _ = listener.accept()
            except OSError:
                return
            self.connections.add(sock)
            threading.Thread(target=self._serve, args=(sock,), daemon=True).start()

    def _serve(self, sock):
        try:
            self.serve(sock)
        except OSError:
            pass
        finally:
            self.connections.discard(sock)
            sock.close()


class Supervisor(Server):
    """@behave: a function (item) -> Answer, called for each job; item has content, envelope, sha256, time_us."""

    def __init__(self, path, events, version, behave=None):
        self.version, self.outbound, self.greeting = version, False, None
        self.behave = behave or (lambda item: Answer())
        self.policy, self.engine = b"\x11" * 32, b"\x22" * 32
        super().__init__(path, events)

    def serve(self, sock):
        frame = recv_frame(sock)
        if frame is None:
            return
        greeting = blob(self.version.encode()) + bytes([self.outbound]) + self.policy + self.engine
        send_frame(sock, GREET, payload=self.greeting or greeting)
        while True:
            frame = recv_frame(sock)
            if frame is None:
                self.events.add("front-closed")
                return
            kind, job, payload, fds = frame
            assert kind == SUBMIT and len(fds) == 2
            c = Cursor(payload)
            item = {"size": c.number("Q"), "sha256": c.bytes(32), "time_us": c.number("Q"), "job": job,
                    "content": read_fd(fds[0]), "envelope": read_envelope(read_fd(fds[1])), "sock": sock}
            item["sealed"] = all(fcntl.fcntl(fd, 1034) == SEALS for fd in fds)
            for fd in fds:
                os.close(fd)
            self.events.add("submit", item=item)
            answer = self.behave(item)
            if not self._answer(sock, job, item, answer):
                return

    def _answer(self, sock, job, item, answer):
        if answer.delay:
            time.sleep(answer.delay)
        if answer.die:
            return False
        if answer.raw is not None:
            sock.sendmsg([answer.raw])
            return True
        fds = []
        if answer.answer in (DELIVER, WITHHELD, HOLD):
            fds = [memfd(answer.mail, answer.seal), memfd(b"")]
        elif answer.answer == REJECT:
            fds = [memfd(b"")]
        size = len(answer.mail) if answer.size is None else answer.size
        payload = (struct.pack("<I", answer.answer) + blob(answer.reason) + blob(answer.text) +
                   struct.pack("<IIII", 2, 1, 0, 1) + struct.pack("<Q", size) + bytes(32) +
                   (answer.policy or self.policy) + self.engine)
        self.events.add("outcome", answer=answer.answer)
        send_frame(sock, answer.kind, job if answer.job is None else answer.job, payload, fds[:answer.fds])
        for fd in fds:
            os.close(fd)
        return True


MAIL = (b"Received: by unknown; Thu, 01 Jan 1970 00:00:00 +0000\r\n"
        b"From: <sender@example.jp>\r\n"
        b"Subject: =?UTF-8?B?54Sh5a6z5YyW?=\r\n =?UTF-8?B?54Sh5a6z5YyW?=\r\n"
        b"MIME-Version: 1.0\r\n"
        b"Mugai-Result: v=1; id=00000000000000000000000000000000; policy=1111111111111111;\r\n"
        b" in=1; delivered=1; converted=0; withheld=0\r\n"
        b"Content-Type: text/plain; charset=utf-8\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\n5pysd2Vi\r\n")


class Answer:
    def __init__(self, answer=DELIVER, mail=MAIL, reason=b"", text=b"", delay=0, die=False, raw=None, seal=True,
                 size=None, job=None, kind=OUTCOME, fds=2, policy=None):
        self.answer, self.mail, self.reason, self.text = answer, mail, reason, text
        self.delay, self.die, self.raw, self.seal = delay, die, raw, seal
        self.size, self.job, self.kind, self.fds, self.policy = size, job, kind, fds, policy


class Keep(Server):
    """@fail_put, @fail_record: functions returning None (fine), a code (FAIL) or "die"."""

    def __init__(self, path, events, version):
        self.version = version
        self.fail_put = lambda put: None
        self.fail_record = lambda record: None
        self.put_delay = 0
        super().__init__(path, events)

    def serve(self, sock):
        if recv_frame(sock) is None:
            return
        send_frame(sock, KEEP_GREET, payload=blob(self.version.encode()))
        while True:
            frame = recv_frame(sock)
            if frame is None:
                return
            kind, job, payload, fds = frame
            ok = self._put(sock, job, payload, fds) if kind == KEEP_PUT else self._record(sock, job, payload, fds)
            for fd in fds:
                os.close(fd)
            if not ok:
                return

    def _fail(self, sock, job, how):
        if how == "die":
            return False
        send_frame(sock, KEEP_FAIL, job, struct.pack("<I", how) + blob(b"no space left, as the test wants it"))
        return True

    def _put(self, sock, job, payload, fds):
        c = Cursor(payload)
        put = {"id": c.bytes(32).decode(), "sha256": c.bytes(32), "policy": c.bytes(32), "content": read_fd(fds[0])}
        assert hashlib.sha256(put["content"]).digest() == put["sha256"]
        put["envelope"] = read_envelope(read_fd(fds[1]))
        time.sleep(self.put_delay)
        how = self.fail_put(put)
        if how is not None:
            self.events.add("put-failed", put=put)
            return self._fail(sock, job, how)
        self.events.add("put", put=put)
        send_frame(sock, KEEP_PUT_OK, job)
        return True

    def _record(self, sock, job, payload, fds):
        c = Cursor(payload)
        record = {"id": c.bytes(32).decode(), "state": STATES.get(c.number("I")), "durable": c.number("B"),
                  "kind": c.number("I"), "counts": [c.number("I") for _ in range(4)], "size_in": c.number("Q"),
                  "size_out": c.number("Q"), "sha256_out": c.bytes(32), "recipients": c.number("I")}
        for name in ("client", "queue_id", "reason", "subject", "from", "message_id", "findings", "sender",
                     "recipient"):
            record[name] = c.blob()
        assert c.at == len(payload)
        record["report"] = len(fds)
        how = self.fail_record(record)
        if how is not None:
            self.events.add("record-failed", record=record)
            return self._fail(sock, job, how)
        self.events.add("record:" + record["state"], record=record)
        send_frame(sock, KEEP_RECORD_OK, job)
        return True
