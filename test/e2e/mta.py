# SPDX-License-Identifier: Apache-2.0
"""The MTA's side of the milter protocol, version 6, spoken by hand: every packet the milter sends is seen and noted."""
import socket
import struct
import time

ACTIONS = 0x1FF
STEPS = 0x1FFFFF  # everything libmilter knows
NR = {"L": 0x80, "C": 0x1000, "H": 0x2000, "M": 0x4000, "R": 0x8000, "T": 0x10000, "U": 0x20000, "N": 0x40000,
      "B": 0x80000}
LEADSPC = 0x100000
EDITS = "hmib+-e2q"
FINAL = "acrtdy4f"


class Gone(Exception):
    """The milter closed the connection."""


class Mta:
    """One connection to the milter at @address (a path, or a (host, port))."""

    def __init__(self, address, events=None, actions=ACTIONS, steps=STEPS, timeout=60):
        family = socket.AF_UNIX if isinstance(address, str) else socket.AF_INET
        self.sock = socket.socket(family, socket.SOCK_STREAM)
        self.sock.settimeout(timeout)
        self.sock.connect(address)
        self.events = events
        self.packets = []  # of the last end of message: (letter, data, seconds since its begin)
        self.final = None
        self.send("O", struct.pack(">III", 6, actions, steps))
        letter, data = self.recv()
        assert letter == "O", letter
        self.version, self.actions, self.steps = struct.unpack(">III", data[:12])

    def close(self):
        self.sock.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def send(self, letter, data=b""):
        self.sock.sendall(struct.pack(">I", len(data) + 1) + letter.encode() + data)

    def _exact(self, size):
        data = b""
        while len(data) < size:
            more = self.sock.recv(size - len(data))
            if not more:
                raise Gone()
            data += more
        return data

    def recv(self):
        try:
            size = struct.unpack(">I", self._exact(4))[0]
            packet = self._exact(size)
        except (ConnectionError, BrokenPipeError) as error:
            raise Gone() from error
        return packet[:1].decode("latin-1"), packet[1:]

    def step(self, letter, data=b""):
        """Send one command; the reply's letter, or "" where none was negotiated."""
        self.send(letter, data)
        if self.steps & NR.get(letter, 0):
            return ""
        reply, self.final = self.recv()
        return reply

    def macros(self, letter, **values):
        data = letter.encode()
        for name, value in values.items():
            key = name if len(name) == 1 else "{" + name + "}"
            data += key.encode() + b"\0" + value.encode("utf-8") + b"\0"
        self.send("D", data)

    def connect(self, name="client.example.jp", address="192.0.2.7", **more):
        self.macros("C", j="gw.example.lg.jp", client_addr=address, client_name=name, **more)
        first = self.step("C", name.encode() + b"\0" + b"4" + struct.pack(">H", 2525) + address.encode() + b"\0")
        if first not in ("", "c"):
            return first
        self.macros("H")
        return self.step("H", b"client.example.jp\0")

    def mail(self, sender=b"<sender@example.jp>"):
        self.macros("M", mail_addr="sender@example.jp")
        return self.step("M", sender + b"\0")

    def rcpt(self, recipient=b"<shomu@city.example.lg.jp>"):
        return self.step("R", recipient + b"\0")

    def data(self):
        self.macros("T", i="4jWQrv3Cwdz1bYCt")
        return self.step("T")

    def header(self, name, value):
        return self.step("L", name + b"\0" + value + b"\0")

    def eoh(self):
        return self.step("N")

    def body(self, data):
        reply = ""
        for at in range(0, len(data), 65535):
            reply = self.step("B", data[at:at + 65535])
        return reply

    def eom(self, data=b""):
        """End of message. Returns the letter that ends it; its data in self.final, all before it in self.packets."""
        begin = time.monotonic()
        self.packets = []
        self.macros("E", i="4jWQrv3Cwdz1bYCt")
        self.send("E", data)
        while True:
            letter, data = self.recv()
            if self.events is not None:
                self.events.add("mta:" + letter)
            if letter in FINAL:
                self.final = data
                return letter
            self.packets.append((letter, data, time.monotonic() - begin))

    def abort(self):
        self.send("A")

    def quit(self):
        try:
            self.send("Q")
        except OSError:
            pass
        self.close()

    def whole(self, headers, body, sender=b"<sender@example.jp>", recipients=(b"<shomu@city.example.lg.jp>",)):
        """A whole mail on a connection that has said hello; headers: list of (name, value with its blank)."""
        for reply in [self.mail(sender)] + [self.rcpt(r) for r in recipients] + [self.data()]:
            if reply not in ("", "c"):
                return reply
        for name, value in headers:
            self.header(name, value)
        self.eoh()
        self.body(body)
        return self.eom()

    def letters(self):
        return "".join(letter for letter, _, _ in self.packets)

    def edits(self):
        return [(letter, data) for letter, data, _ in self.packets if letter in EDITS]

    def reply_text(self):
        return (self.final or b"").rstrip(b"\0").decode("utf-8", "replace")


def apply(headers, body, packets, space=b""):
    """The mail after the milter's edits as Postfix makes them: deleting counts what is left of a name."""
    headers, replaced = list(headers), None
    for letter, data in packets:
        if letter == "m":
            index = struct.unpack(">I", data[:4])[0]
            name, value = data[4:].split(b"\0")[:2]
            places = [i for i, (n, _) in enumerate(headers) if n.lower() == name.lower()]
            if index > len(places) and (value or index > 1):
                raise AssertionError("edit past the last %r" % name)
            if not places:
                continue
            if value:
                headers[places[index - 1]] = (name, value)
            else:
                del headers[places[index - 1]]
        elif letter == "i":
            index = struct.unpack(">I", data[:4])[0]
            name, value = data[4:].split(b"\0")[:2]
            headers.insert(index, (name, space + value))
        elif letter == "h":
            name, value = data.split(b"\0")[:2]
            headers.append((name, space + value))
        elif letter == "b":
            replaced = (replaced or b"") + data
        else:
            raise AssertionError("edit " + letter)
    return headers, body if replaced is None else replaced


def wire(headers, body):
    return b"".join(n + b":" + v.replace(b"\n", b"\r\n") + b"\r\n" for n, v in headers) + b"\r\n" + body
