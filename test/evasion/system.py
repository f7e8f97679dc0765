#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""system: what is aimed at the gateway itself: its rules, its programs, its reports, its limits; Test Anything Protocol.

    system.py --mugai PROGRAM --verify PROGRAM [--keep DIR]

Each case is a mail and the rules it goes through, by `mugai sanitize` with sandbox and verifier. As elsewhere, its canary must not come out and its
keeper must; `look` says what else has to hold. The proofs at the end: each canary is in the mail, `cat` and withholding everything fail.
"""
import argparse
import base64
import csv
import email
import email.policy
import json
import os
import re
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import cases  # noqa: E402
import images  # noqa: E402
import pdfs  # noqa: E402
import run  # noqa: E402
from cases import HEAD, attachment, b64, canary, keeper  # noqa: E402
from run import point  # noqa: E402

PRESET = 'version: 1\npreset: u-remove\n'
CASES = []


class SystemCase(cases.Case):
    """A mail, its rules, an environment; look (run): why it is wrong, '' when it is not; seconds it may take."""
    def __init__(self, name, mail, rules=PRESET, env=None, look=None, seconds=30, find=True, **more):
        super().__init__(name, mail, canary=canary(name) if find else None, keeper=keeper(name), **more)
        self.rules, self.env, self.look, self.seconds = rules, env or {}, look, seconds


class Done:
    """What became of a case."""
    def __init__(self, case, folder, seconds, status, error):
        self.case, self.folder, self.seconds, self.status, self.error = case, folder, seconds, status, error

    def read(self, name):
        with open(os.path.join(self.folder, name), 'rb') as f:
            return f.read()


def mail(name, parts, head=HEAD):
    """A text with the keeper, then @parts: (header without the empty line, body)."""
    out = head + b'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=o\r\n\r\n--o\r\n\r\n' + keeper(name).encode() + b'\r\n'
    return out + b''.join(b'--o\r\n' + part for part in parts) + b'--o--\r\n'


def file_part(name, data):
    return (b'Content-Type: application/octet-stream\r\nContent-Disposition: attachment; filename="' + name.encode() +
            b'"\r\nContent-Transfer-Encoding: base64\r\n\r\n' + b64(data))


# -- G05: a stamped mail of ours comes again, with something added

def replay(options, folder):
    """Not a case of the table: its mail is made of an output."""
    first = SystemCase('G05-first', mail('G05-first', []), find=False)
    again = sanitize(options, first, os.path.join(folder, 'G05-first')).read('out/in/G05-first.eml')
    head, _, body = again.partition(b'\r\n\r\n')
    stamp = re.search(rb'Mugai-Result:(?:.*\r\n)(?:[ \t].*\r\n)*', again).group()
    text = base64.b64decode(body).replace(b'G05-first', b'G05-replay')
    new = mail('G05-replay', [b'Content-Type: text/plain; charset=utf-8\r\n\r\n' + text + b'\r\n', attachment('G05-replay')], HEAD + stamp)
    number = re.search(rb'id=([0-9a-f]{32})', stamp).group(1)

    def look(done):
        out = done.read('out/in/G05-replay.eml')
        return 'the old stamp came out' if number in out else '' if b'withheld=1' in re.sub(rb'\s', b'', out) else 'not counted anew'

    CASES.append(SystemCase('G05-replay', new, look=look))
    del head


# -- G07: who reads reports with a spreadsheet, a terminal, a browser

def reports():
    name = 'G07'
    formula = "=cmd|'/c calc'!A0"
    words = '=?utf-8?B?%s?=' % base64.b64encode((formula + ',"x"\r\n+1\x1b[31m<script>alert(1)</script>\u202e').encode()).decode()
    parts = [file_part('@SUM(1)+cmd.exe', b'MZ\x90\0' + canary(name)), file_part('-2+3,.exe', b'MZ\x90\0' + canary(name)),
             file_part('<img src=x onerror=1>.exe', b'MZ\x90\0' + canary(name))]
    head = b'From: "' + formula.encode() + b'" <=a@example.org>\r\nSubject: ' + words.encode() + b'\r\n'

    def look(done):
        with open(os.path.join(done.folder, 'report.csv'), encoding='utf-8-sig', newline='') as f:
            table = list(csv.reader(f))
        wild = [cell for row in table[1:] for cell in row if cell[:1] in ('=', '+', '@', '-', '\t', '\r')]
        page = b''.join(done.read(os.path.join('html', n)) for n in os.listdir(os.path.join(done.folder, 'html'))).lower()
        raw = done.read('report.json')
        json.loads(raw)
        wrong = [c for c in b'\x1b\x00' if c in raw + page + done.read('report.csv')]
        return ('a formula: %r' % wild[0] if wild else 'no rows' if len(table) < 2 else 'markup in a page' if b'<script>alert' in page or b'<img src=x' in page else
                'a control character' if wrong else 'rows differ in width' if len({len(row) for row in table}) != 1 else '')

    CASES.append(SystemCase(name, mail(name, parts, head), look=look))


# -- G16, G17: commands of the administrator

def commands(folder):
    seen = "env; for word; do echo \"word $word\"; done; cat"
    rules = 'version: 1\nlimits: { filter-time: 5s }\nrules:\n  - { name: e, when: { role: attachment, depth: 1 }, do: [exec-convert: { command: \'%s\' }] }\n  - { name: t, when: { type: text }, do: [text-clean] }\n'

    def script(name, text):
        place = os.path.join(folder, name + '.sh')
        with open(place, 'w', encoding='ascii') as f:
            f.write('#!/bin/sh\n%s\n' % text)
        os.chmod(place, 0o755)
        return rules % place

    def inside(done):
        out = run.delivered_text(done.read('out/in/%s.eml' % done.case.name))
        return '' if 'the part itself' in out and 'word ' not in out else 'the command did not run as it should: ' + out[-300:]

    def inert(done):
        return 'something was run' if os.path.exists(os.path.join(folder, 'run')) else ''

    bad = canary('G17').decode()
    name = "x.txt';touch ${IFS}run;`touch run`$(touch run)|touch run&" + bad[-3:]
    CASES.append(SystemCase('G17', mail('G17', [b'X-Canary: ' + canary('G17') + b'\r\n' + file_part(name, b'the part itself\n')]), script('G17', seen),
                            env={'MUGAI_TEST_SECRET': bad, 'LD_PRELOAD_TEST': bad}, look=lambda done: inside(done) or inert(done)))
    CASES.append(SystemCase('G17-blanks', mail('G17-blanks', [file_part('a b.txt', canary('G17-blanks'))]), script('G17-blanks', 'exit 0').replace('G17-blanks.sh', 'G17-blanks.sh ; touch run'),
                            look=inert))
    for name, text in (('G16-empty', 'cat > /dev/null; exit 0'), ('G16-fails', 'cat; exit 3'), ('G16-hangs', 'cat; sleep 1000'), ('G16-dies', 'cat; kill -9 $$'),
                       ('G16-lies', "cat > /dev/null; printf 'MZ\\220\\0%s%060d' " + canary('G16-lies').decode() + ' 0')):
        CASES.append(SystemCase(name, mail(name, [file_part('x.txt', canary(name) + b'\n')]), script(name, text)))


# -- X10, X12, X13: words made for the matcher; decoders that ask for too much

def expensive():
    many = 'a' * 20000
    globs = ''.join('  - { name: g%d, when: { %s: "%s" }, then: withhold }\n' % (i, key, '*a' * 60 + ('@*b' if key in ('from', 'sender') else '*b'))
                    for i, key in enumerate(('subject', 'name', 'from', 'sender') * 8))
    head = b'From: ' + b'a' * 300 + b'@example.org\r\nSubject: ' + many.encode() + b'\r\n'
    parts = [attachment('X10').replace(b'a.bin', b'a' * 200 + b'.bin') for _ in range(100)]
    CASES.append(SystemCase('X10', mail('X10', parts, head), 'version: 1\npreset: u-remove\nrules:\n' + globs, seconds=20))
    text = ('a' * 50 + '.') * 4000 + ' http://' + 'a.' * 4000 + ' ' + 'data:' * 4000 + ' ' + '=?' * 4000 + '<' * 4000 + '@' * 4000 + '-' * 4000
    CASES.append(SystemCase('X10-text', mail('X10-text', [b'Content-Type: text/plain\r\n\r\n' + text.encode() + b'\r\n', attachment('X10-text')]), seconds=20))

    limited = PRESET + 'limits: { filter-time: 3s }\n'
    image = pdfs.stream(b'/Type /XObject /Subtype /Image /Width 90000 /Height 90000 /BitsPerComponent 8 /ColorSpace /DeviceRGB', canary('X12'))
    CASES.append(SystemCase('X12', mail('X12', [file_part('a.pdf', pdfs.pdf(contents=b'/I Do', resources=b'/XObject << /I 6 0 R >>', more=[image]))]), limited, seconds=60))
    forms = [pdfs.stream(b'/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /F %d 0 R >> >>' % (7 + i), b'/F Do ' * 20 + b'% ' + canary('X13'))
             for i in range(24)] + [pdfs.stream(b'/Type /XObject /Subtype /Form /BBox [0 0 9 9]', b'0 0 9 9 re f ' * 1000)]
    CASES.append(SystemCase('X13', mail('X13', [file_part('a.pdf', pdfs.pdf(contents=b'/F Do', resources=b'/XObject << /F 6 0 R >>', more=forms))]), limited, seconds=60))


# -- I13: what is written in the lowest bits of a picture

def low_bits(picture, planes=4):
    """What can be read in the lowest bits of a PNG, one bit of each sample, plane by plane and all of them."""
    _, _, dots = images.pixels(picture)
    samples = [sample for dot in dots for sample in dot[:3]]
    for plane in range(planes):
        bits = ''.join(str(sample >> plane & 1) for sample in samples)
        yield bytes(int(bits[i:i + 8], 2) for i in range(0, len(bits) - 7, 8))


def pictures():
    bits = ''.join('%08d' % int(bin(byte)[2:]) for byte in canary('I13') + bytes(20))
    samples = [min(254, (x * 3 + y * 5 + c * 40) % 256 & ~1) for y in range(40) for x in range(40) for c in range(3)]
    samples = [sample | int(bits[i % len(bits)]) for i, sample in enumerate(samples)]
    picture = images.png(40, 40, 2, 8, b''.join(b'\0' + bytes(samples[y * 120:y * 120 + 120]) for y in range(40)))
    assert any(canary('I13') in read for read in low_bits(picture))

    def look(done):
        whole = email.message_from_bytes(done.read('out/in/I13.eml'), policy=email.policy.default)
        made = [part.get_payload(decode=True) for part in whole.walk() if part.get_content_type() == 'image/png']
        if len(made) != 1:
            return 'no picture came out'
        if any(canary('I13') in read for read in low_bits(made[0])):
            return 'the canary came out'
        _, _, dots = images.pixels(made[0])
        far = max(abs(a - b) for a, b in zip(samples, [sample for dot in dots for sample in dot]))
        return '' if far < 8 else 'a sample is %d off' % far

    rules = 'version: 1\nrules:\n  - { name: i, when: { type: png }, do: [image: { form: png, low-bits: 2 }] }\n  - { name: t, when: { type: text }, do: [text-clean] }\n'
    CASES.append(SystemCase('I13', mail('I13', [file_part('a.png', picture)]), rules, look=look, find=False))


def sanitize(options, case, folder):
    os.makedirs(os.path.join(folder, 'in'))
    with open(os.path.join(folder, 'in', case.name + '.eml'), 'wb') as f:
        f.write(case.mail)
    with open(os.path.join(folder, 'rules.yaml'), 'w', encoding='utf-8') as f:
        f.write(case.rules)
    report = [word for kind, name in (('', '.json'), ('-csv', '.csv')) for word in ('--report' + kind, os.path.join(folder, 'report' + name))]
    started = time.monotonic()
    done = subprocess.run([options.mugai, 'sanitize', '-r', os.path.join(folder, 'rules.yaml'), '-o', os.path.join(folder, 'out')] + report +
                          ['--report-html', os.path.join(folder, 'html'), os.path.join(folder, 'in')], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                          env={**os.environ, **case.env}, cwd=folder, check=False)
    if done.returncode == 2 and os.environ.get('MUGAI_SANDBOX_MUST_WORK') != '1' and 'sandbox' in done.stderr:
        print('1..0 # SKIP no sandbox here: ' + done.stderr.strip())
        sys.exit(0)
    return Done(case, folder, time.monotonic() - started, done.returncode, done.stderr)


def why_wrong(options, case, done):
    try:
        raw = done.read('out/in/%s.eml' % case.name)
    except OSError:
        return 'no output; status %d: %s' % (done.status, done.error)
    if done.seconds > case.seconds:
        return '%.1f s' % done.seconds
    verdict = subprocess.run([options.verify, os.path.join(done.folder, 'out')], stdout=subprocess.PIPE, text=True, check=False)
    return verdict.stdout.strip() or run.problem(case, raw) or (case.look(done) if case.look else '')


def prove(options, folder):
    lost = [c.name for c in CASES if c.canary and not run.lenient_reader_finds(c.canary, c.mail)]
    point(not lost, 'a lenient reader finds every canary', ' '.join(lost))
    passed = [c.name for c in CASES if not run.problem(c, c.mail) and subprocess.run(
        [options.verify, os.path.join(folder, c.name, 'in')], stdout=subprocess.DEVNULL, check=False).returncode == 0]
    point(not passed, 'with cat in place of the sanitizer every case fails', ' '.join(passed))
    kept = [c.name for c in CASES if not run.problem(c, b'Content-Type: text/plain; charset=utf-8\r\n\r\n')]
    point(not kept, 'with everything withheld every keeper fails', ' '.join(kept))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--mugai', required=True)
    parser.add_argument('--verify', required=True)
    parser.add_argument('--keep', help='folder for inputs and outputs, to look at')
    parser.add_argument('names', nargs='*')
    options = parser.parse_args()
    options.mugai, options.verify = os.path.abspath(options.mugai), os.path.abspath(options.verify)
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or temporary
        os.chmod(folder, 0o755)
        replay(options, folder)
        build(folder)
        if options.names:
            CASES[:] = [c for c in CASES if c.name in options.names]
        for case in CASES:
            done = sanitize(options, case, os.path.join(folder, case.name))
            why = why_wrong(options, case, done)
            point(not why, '%s (%.1f s)' % (case.name, done.seconds), why)
        prove(options, folder)
    print('1..%d' % run.COUNT)
    return 1 if run.FAILED else 0


def build(folder):
    reports()
    commands(folder)
    expensive()
    pictures()


if __name__ == '__main__':
    sys.exit(main())
