#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""files: archives and other files that carry something; Test Anything Protocol.

    files.py --mugai PROGRAM --verify PROGRAM [--keep DIR]

Every case of file_area.py and office_area.py by the preset u-remove, once as a file and once as an attachment, through `mugai sanitize`: supervisor, sandbox, verifier.
"""
import argparse
import base64
import bz2
import email
import email.policy
import io
import json
import lzma
import os
import subprocess
import sys
import tempfile
import time
import zipfile
import zlib

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import file_area as area  # noqa: E402
import office_area  # noqa: E402

area.CASES += office_area.CASES

RULES = 'version: 1\npreset: u-remove\nlimits: { expanded: 32MiB }\n'
TEXT = 'MUGAI-KEEPER-BODY'
SECONDS = 150
UNPACKED = 1 << 20
COUNT = FAILED = 0


def point(ok, name, why=''):
    global COUNT, FAILED
    COUNT += 1
    FAILED += not ok
    print('%sok %d - %s%s' % ('' if ok else 'not ', COUNT, name, '' if ok else ': ' + str(why)))


def mail(name, data):
    body = base64.encodebytes(data).replace(b'\n', b'\r\n')
    return (b'From: a@example.org\r\nTo: b@city.example.lg.jp\r\nSubject: test\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=o\r\n\r\n--o\r\n\r\n' +
            TEXT.encode() + b'\r\n--o\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; filename="' + name.encode() +
            b'"\r\nContent-Transfer-Encoding: base64\r\n\r\n' + body + b'--o--\r\n')


def views(data, depth=12):
    """What can be read in an output file: itself, and the members of our archives."""
    yield data
    if data.startswith(b'PK') and depth:
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as z:
                for name in z.namelist():
                    yield name.encode()
                    yield from views(z.read(name), depth - 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError, NotImplementedError):
            pass


def problem(case, made):
    """Why these outputs are wrong, '' when they are not. @made: contents, [] for what was withheld."""
    name, data, expect = case
    seen = [view for one in made for view in views(one)]
    if any(area.CANARY in view for view in seen):
        return 'the canary came out'
    if len(data) > 40 and data in seen and expect == area.GONE:
        return 'the input came out'
    if expect == area.GONE and made:
        return 'something came out: %r' % made[0][:60]
    if expect == area.KEPT and not any(area.KEEPER in view for view in seen):
        return 'the keeper is missing'
    if name.startswith('C02') and any(line.lstrip(b'"\xef\xbb\xbf')[:1] in (b'=', b'+', b'@') for view in seen for line in view.splitlines()):
        return 'a formula came out'
    return ''


def attachments(raw):
    """Texts of the body, and contents of the attachments of an output mail."""
    parts = [p for p in email.message_from_bytes(raw, policy=email.policy.default).walk() if not p.is_multipart()]
    contents = [p.get_payload(decode=True) for p in parts]
    return contents[0].decode('utf-8', 'replace'), contents[1:]


def sanitize(options, folder, sub):
    report = os.path.join(folder, sub + '.json')
    started = time.monotonic()
    done = subprocess.run([options.mugai, 'sanitize', '-r', os.path.join(folder, 'rules.yaml'), '-o', os.path.join(folder, 'out'), '--report', report,
                           os.path.join(folder, sub)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode == 2 and os.environ.get('MUGAI_SANDBOX_MUST_WORK') != '1':
        print('1..0 # SKIP no sandbox here: ' + done.stderr.strip())
        sys.exit(0)
    seconds = time.monotonic() - started
    print('# %s: %.1f s' % (sub, seconds))
    point(done.returncode in (0, 1), '%s: the sanitizer survives' % sub, 'status %d\n%s' % (done.returncode, done.stderr))
    point(seconds < SECONDS, '%s: in time' % sub, seconds)
    with open(report, encoding='utf-8') as f:
        return json.load(f)['items']


def read(path):
    with open(path, 'rb') as f:
        return f.read()


def outputs(folder, name):
    """What came out for the file in in/name/: contents."""
    place = os.path.join(folder, 'out', 'files', name)
    return [read(os.path.join(place, one)) for one in sorted(os.listdir(place))] if os.path.isdir(place) else []


def streams(data):
    """What some unpacker makes of these bytes, wherever its format begins: it believes no directory, no size, no checksum."""
    for at in range(len(data)) if len(data) < 100000 else (0,):
        if data[at:at + 4] == b'PK\3\4' and len(data) >= at + 30:
            start = at + 30 + int.from_bytes(data[at + 26:at + 28], 'little') + int.from_bytes(data[at + 28:at + 30], 'little')
            yield lambda: zlib.decompressobj(-15).decompress(data[start:], UNPACKED)
        elif data[at:at + 3] == b'\x1f\x8b\x08':
            yield lambda: zlib.decompressobj(31).decompress(data[at:], UNPACKED)
        elif data[at:at + 3] == b'BZh':
            yield lambda: bz2.BZ2Decompressor().decompress(data[at:], UNPACKED)
        elif data[at:at + 6] == b'\xfd7zXZ\0':
            yield lambda: lzma.LZMADecompressor().decompress(data[at:], UNPACKED)


def lenient_views(data, depth=24):
    """The bytes, and what is packed in them, however deep."""
    yield data
    yield data.decode('utf-16-le', 'ignore').encode('utf-8', 'ignore')
    for unpack in streams(data) if depth else ():
        try:
            yield from lenient_views(unpack(), depth - 1)
        except (zlib.error, OSError, EOFError, lzma.LZMAError, ValueError):
            pass


# Nothing is hidden in these: what they are is the trick. (C08 is text, if anything.)
NOTHING_IN = ('C08-', 'C10-', 'A16-flat', 'A16-many', 'A16-nested')


def lenient(case):
    """Can somebody reach what it carries: the canary, or the keeper where it has to come out?"""
    word = area.KEEPER if case[2] == area.KEPT else area.CANARY
    return case[0].startswith(NOTHING_IN) or any(word in view for view in lenient_views(case[1]))


def run(options, folder):
    for case in area.CASES:
        os.makedirs(os.path.join(folder, 'files', case[0]))
        os.makedirs(os.path.join(folder, 'mails'), exist_ok=True)
        with open(os.path.join(folder, 'files', case[0], case[0]), 'wb') as f:
            f.write(case[1])
        with open(os.path.join(folder, 'mails', case[0] + '.eml'), 'wb') as f:
            f.write(mail(case[0], case[1]))
    with open(os.path.join(folder, 'rules.yaml'), 'w', encoding='ascii') as f:
        f.write(RULES)
    items = sanitize(options, folder, 'files')
    point(len(items) == len(area.CASES), 'each file has its place in the report', len(items))
    for case in area.CASES:
        why = problem(case, outputs(folder, case[0]))
        point(not why, case[0] + ', a file', why)
    sanitize(options, folder, 'mails')
    for case in area.CASES:
        try:
            text, made = attachments(read(os.path.join(folder, 'out', 'mails', case[0] + '.eml')))
        except OSError as error:
            point(False, case[0] + ', attached', error)
            continue
        # What is read out of a calendar or a card may stand in the body.
        why = problem(case, made + ([text.encode()] if case[2] == area.KEPT else [])) or ('' if TEXT in text else 'the text of the mail is missing')
        why = why or ('the canary came out' if area.CANARY.decode() in text else '')
        point(not why, case[0] + ', attached', why)
    verdict = subprocess.run([options.verify, os.path.join(folder, 'out')], stdout=subprocess.PIPE, text=True, check=False)
    point(verdict.returncode == 0, 'all that came out is in the profile', verdict.stdout[-3000:])


def prove(options, folder):
    """The suite can fail."""
    lost = [c[0] for c in area.CASES if not lenient(c)]
    point(not lost, 'a lenient reader finds what each file carries', lost)
    refused = subprocess.run([options.verify, os.path.join(folder, 'files')], stdout=subprocess.PIPE, text=True, check=False).stdout
    passed = [c[0] for c in area.CASES if not problem(c, [c[1]]) and c[0] + ': ' not in refused and c[1]]
    point(not passed, 'with cat in place of the sanitizer every case fails', passed)
    kept = [c[0] for c in area.CASES if c[2] == area.KEPT and not problem(c, [])]
    point(not kept, 'with everything withheld every keeper fails', kept)


def main():
    parser = argparse.ArgumentParser()
    for name in ('mugai', 'verify'):
        parser.add_argument('--' + name, required=True)
    parser.add_argument('--keep')
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or temporary
        run(options, folder)
        prove(options, folder)
    print('1..%d' % COUNT)
    return 1 if FAILED else 0


if __name__ == '__main__':
    sys.exit(main())
