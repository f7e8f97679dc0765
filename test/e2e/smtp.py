# SPDX-License-Identifier: Apache-2.0
"""SMTP for the tests: a sink that stores each mail exactly as received, and a client that sends exact bytes.

Neither repairs anything: what the tests send is what goes over the wire, and what the sink stores is what came.
"""
import os
import queue
import socket
import threading
import time


class Mail:
    """One mail at the sink: envelope, the bytes after dot removal, and when it came."""

    def __init__(self, sender, recipients, data, options):
        self.sender = sender
        self.recipients = recipients
        self.data = data
        self.options = options
        self.time = time.time()

    def header(self, name):
        """All values of the header @name, unfolded, in order."""
        values = []
        current = None
        for line in self.data.split(b"\r\n\r\n", 1)[0].split(b"\r\n"):
            if line[:1] in (b" ", b"\t"):
                if current is not None:
                    values[current] += line
                continue
            current = None
            key, colon, value = line.partition(b":")
            if colon and key.strip().lower() == name.lower().encode():
                values.append(value.strip())
                current = len(values) - 1
        return [v.decode("ascii", "backslashreplace") for v in values]

    def body(self):
        parts = self.data.split(b"\r\n\r\n", 1)
        return parts[1] if len(parts) == 2 else b""


class Sink:
    """A small SMTP server on loopback. With @folder, each mail is also written there as NNNNNN.eml before it is
    answered with 250, so nothing is counted that was not stored."""

    def __init__(self, port=0, folder=None, host="127.0.0.1"):
        self.mails = []
        self.folder = folder
        self.fail = 0  # answer this many mails with 451 after DATA
        self.lock = threading.Lock()
        self.arrived = threading.Condition(self.lock)
        if folder:
            os.makedirs(folder, exist_ok=True)
        self.listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.listener.bind((host, port))
        self.listener.listen(128)
        self.port = self.listener.getsockname()[1]
        self.thread = threading.Thread(target=self._accept, daemon=True)
        self.thread.start()

    def stop(self):
        self.listener.close()

    def _accept(self):
        while True:
            try:
                conn, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(conn,), daemon=True).start()

    def _serve(self, conn):
        with conn:
            try:
                self._session(conn, conn.makefile("rb"))
            except (OSError, ValueError):
                pass

    def _session(self, conn, lines):
        conn.sendall(b"220 sink.example.lg.jp ESMTP\r\n")
        sender, recipients, options = None, [], ""
        while True:
            line = lines.readline()
            if not line:
                return
            word = line.strip().decode("utf-8", "surrogateescape")
            verb = word[:4].upper()
            if verb == "EHLO":
                conn.sendall(b"250-sink.example.lg.jp\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 OK\r\n")
            elif verb == "HELO":
                conn.sendall(b"250 sink.example.lg.jp\r\n")
            elif verb == "MAIL":
                sender, options = word[word.find("<") + 1:word.rfind(">")], word[word.rfind(">") + 1:].strip()
                recipients = []
                conn.sendall(b"250 2.1.0 Ok\r\n")
            elif verb == "RCPT":
                recipients.append(word[word.find("<") + 1:word.rfind(">")])
                conn.sendall(b"250 2.1.5 Ok\r\n")
            elif verb == "DATA":
                conn.sendall(b"354 go on\r\n")
                data = self._data(lines)
                if data is None:
                    return
                conn.sendall(self._store(Mail(sender, recipients, data, options)))
                sender, recipients = None, []
            elif verb == "RSET" or verb == "NOOP":
                conn.sendall(b"250 2.0.0 Ok\r\n")
            elif verb == "QUIT":
                conn.sendall(b"221 2.0.0 Bye\r\n")
                return
            else:
                conn.sendall(b"500 5.5.2 unknown\r\n")

    @staticmethod
    def _data(lines):
        chunks = []
        while True:
            line = lines.readline()
            if not line:
                return None
            if line == b".\r\n":
                return b"".join(chunks)
            chunks.append(line[1:] if line.startswith(b".") else line)

    def _store(self, mail):
        with self.lock:
            if self.fail > 0:
                self.fail -= 1
                return b"451 4.3.0 try again\r\n"
            number = len(self.mails)
            if self.folder:
                with open(os.path.join(self.folder, "%06d.eml" % number), "wb") as f:
                    f.write(mail.data)
            self.mails.append(mail)
            self.arrived.notify_all()
        return b"250 2.0.0 Ok: queued as %d\r\n" % number

    def wait(self, count, timeout=30):
        """Wait until @count mails came. Returns a copy of the list either way."""
        end = time.monotonic() + timeout
        with self.lock:
            while len(self.mails) < count and time.monotonic() < end:
                self.arrived.wait(max(0.01, end - time.monotonic()))
            return list(self.mails)

    def clear(self):
        with self.lock:
            self.mails.clear()


class Closed(Exception):
    """The server closed the connection."""


class Client:
    """An SMTP client that sends what it is told. Each command returns (code, text)."""

    def __init__(self, port, host="127.0.0.1", helo="client.example.jp", timeout=330):
        self.sock = socket.create_connection((host, port), timeout=timeout)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.lines = self.sock.makefile("rb")
        self.greeting = self.reply()
        self.ehlo = self.cmd("EHLO " + helo) if helo else None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        try:
            self.sock.close()
        except OSError:
            pass

    def reply(self):
        text = []
        while True:
            line = self.lines.readline()
            if not line:
                raise Closed("connection closed by server")
            text.append(line[4:].strip().decode("utf-8", "backslashreplace"))
            if line[3:4] != b"-":
                return int(line[:3]), "\n".join(text)

    def raw(self, data):
        self.sock.sendall(data)

    def cmd(self, line):
        self.raw(line if isinstance(line, bytes) else (line + "\r\n").encode("utf-8"))
        return self.reply()

    def envelope(self, sender, recipients, options=""):
        """MAIL and RCPTs, pipelined. Returns the first refusal, or the last reply."""
        recipients = [recipients] if isinstance(recipients, str) else list(recipients)
        answer = self.cmd("MAIL FROM:<%s>%s" % (sender, " " + options if options else ""))
        if answer[0] >= 400:
            return answer
        for start in range(0, len(recipients), 50):
            some = recipients[start:start + 50]
            self.raw("".join("RCPT TO:<%s>\r\n" % r for r in some).encode("utf-8"))
            for _ in some:
                one = self.reply()
                if answer[0] < 400:
                    answer = one
        return answer

    def data(self, message):
        """DATA with @message (bytes with CRLF); dots are doubled, nothing else is touched."""
        answer = self.cmd("DATA")
        if answer[0] != 354:
            return answer
        self.raw(stuff(message) + b".\r\n")
        return self.reply()

    def bdat(self, chunks):
        answer = None
        for number, chunk in enumerate(chunks):
            last = b" LAST" if number == len(chunks) - 1 else b""
            self.raw(b"BDAT %d%s\r\n" % (len(chunk), last) + chunk)
            answer = self.reply()
            if answer[0] >= 400:
                return answer
        return answer

    def mail(self, sender, recipients, message, options=""):
        answer = self.envelope(sender, recipients, options)
        if answer[0] >= 400:
            return answer
        return self.data(message)

    def quit(self):
        try:
            self.cmd("QUIT")
        except (OSError, Closed):
            pass
        self.close()


def stuff(message):
    if not message.endswith(b"\r\n"):
        message += b"\r\n"
    message = message.replace(b"\r\n.", b"\r\n..")
    return b"." + message if message.startswith(b".") else message


def crlf(text):
    """Text or bytes with any line ends to bytes with CRLF."""
    data = text.encode("utf-8") if isinstance(text, str) else text
    return data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def send(port, message, sender="sender@example.jp", recipients="shomu@city.example.lg.jp", options=""):
    """One mail in a session of its own. Returns (code, text)."""
    with Client(port) as client:
        answer = client.mail(sender, recipients, message, options)
        client.quit()
        return answer


def send_until(port, message, sender, recipients, deadline):
    """Send one mail; on 4xx, a closed or refused connection try again until @deadline (time.monotonic ()).
    Returns (code, tries, unsure): @unsure when a connection broke after the final dot, so that the server may have
    queued the mail without us seeing its 250."""
    tries, unsure = 0, False
    while True:
        tries += 1
        dotted = False
        try:
            with Client(port, timeout=120) as client:
                answer = client.envelope(sender, recipients)
                if answer[0] < 400:
                    answer = client.cmd("DATA")
                if answer[0] == 354:
                    dotted = True
                    client.raw(stuff(message) + b".\r\n")
                    answer = client.reply()
                if answer[0] == 250 or answer[0] >= 500:
                    client.quit()
                    return answer[0], tries, unsure
        except (OSError, Closed, ValueError):
            unsure = unsure or dotted
        if time.monotonic() > deadline:
            return 0, tries, unsure
        time.sleep(0.1)


def send_many(port, messages, sessions=4, timeout=600, sender="sender@example.jp",
              recipients="shomu@city.example.lg.jp", tick=None, pace=0):
    """Send all (key, bytes) of @messages over @sessions threads with retries, each resting @pace seconds after a mail.
    Returns {key: (code, tries, unsure)}."""
    todo = queue.Queue()
    for item in messages:
        todo.put(item)
    results, lock, end = {}, threading.Lock(), time.monotonic() + timeout

    def run():
        while True:
            try:
                key, message = todo.get_nowait()
            except queue.Empty:
                return
            result = send_until(port, message, sender, recipients, end)
            with lock:
                results[key] = result
                if tick:
                    tick(len(results))
            time.sleep(pace)

    threads = [threading.Thread(target=run, daemon=True) for _ in range(sessions)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    return results
