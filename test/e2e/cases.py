# SPDX-License-Identifier: Apache-2.0
"""Mails for the real servers, as bytes after DATA, from plain ones to those that servers and filters read differently.

Each holds the word LEAK in every place that must not survive when the whole mail is replaced. A case: name, options of MAIL,
bytes.
"""
from smtp import crlf

PLAIN = crlf("""\
From: =?UTF-8?B?57eP5YuZ6Kqy?= <shomu@pref.example.lg.jp>
To: shomu@city.example.lg.jp
Subject: LEAK plain
Date: Fri, 20 Nov 2026 19:22:00 +0900
Message-ID: <plain@pref.example.lg.jp>

LEAK こんにちは
.
..dots
""")


def case(name, data, options=""):
    return name, options, crlf(data) if isinstance(data, str) else data


def cases():
    """All cases; the order is fixed."""
    return [
        case("plain", PLAIN, "BODY=8BITMIME"),
        case("duplicate fields", "X-Dup: LEAK 1\nSubject: LEAK\nX-Dup: LEAK 2\nx-dup: LEAK 3\nSUBJECT: LEAK\nX-DUP:LEAK 4\n\nx\n"),
        case("folded fields", "Subject: LEAK\n\tLEAK\n LEAK\nX-Fold:\n LEAK\n\nx\n"),
        case("no blank after the colon", "Subject:LEAK\nFrom:a@example.jp\nX-E:\nX-F: \nX-G:  LEAK  \n\nx\n"),
        case("blank before the colon", "From: a@example.jp\nSubject : LEAK\nX-Sp  : LEAK\nX-Tab\t: LEAK\n\nx\n"),
        case("no header at all", "\nLEAK body only\n"),
        case("empty mail", b"\r\n"),
        case("nothing", b""),
        case("line without colon in the header", "From: a@example.jp\nLEAK garbage line\nContent-Type: text/html\n\nx\n"),
        case("mbox From_ line", "From LEAK@example.jp Fri Nov 20 19:22:00 2026\nFrom: a@example.jp\n\nx\n"),
        case("empty name", "From: a@example.jp\n: LEAK\nX-After: LEAK\n\nx\n"),
        case("continuation first", " LEAK\nFrom: a@example.jp\n\nx\n"),
        case("header of blanks", "From: a@example.jp\n \t\nX-After: LEAK\n\nx\n"),
        case("8-bit header", "Subject: LEAK 無害化\nX-無害: LEAK\n\nx\n", "SMTPUTF8"),
        case("raw Latin-1", b"Subject: LEAK \xe9\xff\r\n\r\nLEAK \xe9\r\n", "BODY=8BITMIME"),
        case("NUL in the body", b"From: a@example.jp\r\n\r\nLE\0AK \0\r\nLEAK\r\n"),
        case("NUL in a header", b"From: a@example.jp\r\nContent-Type: text/plain\0; name=LEAK.exe\r\nX-\0A: LEAK\r\n\r\nx\r\n"),
        case("lone CR", b"From: a@example.jp\r\nX-Cr: LEAK\rX-Smuggled: LEAK\r\n\r\nLEAK\rLEAK\r\n"),
        case("lone LF", b"From: a@example.jp\nX-Lf: LEAK\n\nLEAK\nLEAK\r\n"),
        case("lone LF ends the header", b"From: a@example.jp\r\nSubject: LEAK\n\nX-Body: LEAK\r\n\r\nLEAK\r\n"),
        case("lines of 998 and more", b"From: a@example.jp\r\nX-Long: LEAK" + b"x" * 3000 + b"\r\n\r\nLEAK" + b"y" * 20000 + b"\r\n"),
        case("dots", b"From: a@example.jp\r\n\r\n.\x20\r\n..\r\n.LEAK\r\n"),
        case("own result field", "Mugai-Result: v=1; id=LEAK\nReceived: LEAK\nMIME-Version: LEAK\n\nx\n"),
        case("many fields", "".join("X-N%d: LEAK\nA: LEAK\n" % i for i in range(500)) + "\nx\n"),
        case("a mail of 3 MB", b"From: a@example.jp\r\n\r\n" + b"LEAK 0123456789 0123456789\r\n" * 110000),
    ]
