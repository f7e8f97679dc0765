#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""run: every case of cases.py through the walk's pipeline and the verifier; Test Anything Protocol.

    run.py (--sanitize PROGRAM --filters DIR | --mugai PROGRAM [--preset NAME]) --verify PROGRAM [--keep DIR] [NAME...]

--sanitize: in one process, as mails; --mugai: `mugai sanitize`, the supervisor with its sandboxed processes, as files.

For each case: the verifier accepts the output; the canary is not in it; the keeper is. The suite proves itself: a lenient reader
finds each canary in the mail that goes in, and neither `cat` (the output is the input) nor withholding everything would pass.
"""
import argparse
import base64
import email
import email.policy
import os
import quopri
import re
import subprocess
import sys
import tempfile
import time
import urllib.parse

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import cases  # noqa: E402

COUNT = FAILED = 0


def point(ok, name, why=''):
    global COUNT, FAILED
    COUNT += 1
    FAILED += not ok
    print('%sok %d - %s%s' % ('' if ok else 'not ', COUNT, name, '' if ok else ': ' + why))


def readings(data, depth=2):
    """What some reader might make of these bytes: as they are, base64 with and without junk, quoted-printable, without NULs."""
    yield data
    if depth == 0:
        return
    yield data.replace(b'\0', b'')
    yield quopri.decodestring(data)
    for run in re.findall(rb'(?:[A-Za-z0-9+/_=.#?-]{3,}[\r\n]*)+', data):
        letters = re.sub(rb'[^A-Za-z0-9+/]', b'', run.translate(bytes.maketrans(b'-_', b'+/')))
        plain = re.sub(rb'[^A-Za-z0-9+/]', b'', run)
        for text in {letters, plain, re.sub(rb'\?{4}|[.#-]', b'', plain)} | set(re.split(rb'=+', run)):
            for start in range(4):
                piece = text[start:]
                piece = piece[:-1] if len(piece) % 4 == 1 else piece + b'=' * (-len(piece) % 4)
                try:
                    yield from readings(base64.b64decode(piece), depth - 1)
                except ValueError:
                    pass


def lenient_reader_finds(canary, mail):
    return any(canary in view for view in readings(mail[-600000:]))


def delivered_text(raw):
    """Everything that the output shows to anybody: raw bytes, decoded header values, names and contents."""
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    shown = [raw.decode('latin-1')]
    for name, value in mail.items():
        shown.append('%s: %s' % (name, value))
    for part in mail.walk():
        if not part.is_multipart():
            shown.append(part.get_payload(decode=True).decode('utf-8', 'replace'))
            shown.append(part.get_filename() or '')
    return '\n'.join(shown)


def body_text(raw):
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    part = next(p for p in mail.walk() if not p.is_multipart())
    return part.get_payload(decode=True).decode('utf-8', 'replace')


def problem(case, raw):
    """Why this output is wrong, '' when it is not. The verifier's word comes apart."""
    shown = delivered_text(raw)
    others = set(re.findall(r'MUGAI-(?:CANARY|KEEPER)-([A-Za-z0-9-]*)', shown)) - {case.name}
    others = [name for name in others if not name.startswith(case.name)]    # the text goes on after it
    if others:
        return 'holds something of %s' % others[:3]
    if case.canary and case.canary.decode() in shown:
        return 'the canary came out'
    body = body_text(raw)
    if case.keeper and case.keeper not in body:
        return 'the keeper is missing'
    for text in case.absent:
        if text in shown:
            return 'holds %r' % text
    for text in case.present:
        if text not in body:
            return 'lacks %r' % text
    return ''


def run_all(options, chosen, folder):
    """Write the mails, sanitize them in one run, ask the verifier. Returns: {name: refusal or None}."""
    inputs, outputs = os.path.join(folder, 'in'), os.path.join(folder, 'out')
    os.makedirs(inputs)
    os.makedirs(outputs)
    for case in chosen:
        with open(os.path.join(inputs, case.name + '.eml'), 'wb') as f:
            f.write(case.mail)
    started = time.monotonic()
    if options.mugai:
        rules = os.path.join(folder, 'rules.yaml')
        with open(rules, 'w', encoding='ascii') as f:
            f.write('version: 1\npreset: %s\n' % options.preset)
        done = subprocess.run([options.mugai, 'sanitize', '-r', rules, '-o', outputs, inputs], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        if done.returncode == 2 and os.environ.get('MUGAI_SANDBOX_MUST_WORK') != '1':
            print('1..0 # SKIP no sandbox here')
            sys.exit(0)
        outputs = os.path.join(outputs, 'in')
    else:
        done = subprocess.run([options.sanitize, '--modules', options.filters, inputs, outputs], check=False)
    point(done.returncode in ((0, 1) if options.mugai else (0,)), 'the sanitizer survives %d mails' % len(chosen), 'status %d' % done.returncode)
    print('# %.1f s' % (time.monotonic() - started))
    verdict = subprocess.run([options.verify, outputs], stdout=subprocess.PIPE, text=True, check=False)
    refused = {os.path.basename(line.split(': ')[0])[:-4]: line for line in verdict.stdout.splitlines()}
    return refused, outputs


def prove(options, chosen, folder):
    """The suite can fail: canaries are in the mails, `cat` would be refused or let canaries out, withholding everything loses keepers."""
    lost = [c.name for c in chosen if c.canary and not lenient_reader_finds(c.canary, c.mail)]
    point(not lost, 'a lenient reader finds every canary', ' '.join(lost))
    verdict = subprocess.run([options.verify, os.path.join(folder, 'in')], stdout=subprocess.PIPE, text=True, check=False)
    refused = {os.path.basename(line.split(': ')[0])[:-4] for line in verdict.stdout.splitlines()}
    passed = [c.name for c in chosen if c.name not in refused]
    point(not passed, 'with cat in place of the sanitizer every case fails', ' '.join(passed))
    notice = b'Content-Type: text/plain; charset=utf-8\r\n\r\n'
    kept = [c.name for c in chosen if c.keeper and not problem(c, notice)]
    point(not kept, 'with everything withheld every keeper fails', ' '.join(kept))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--sanitize')
    parser.add_argument('--filters')
    parser.add_argument('--mugai')
    parser.add_argument('--preset', default='a-text')
    parser.add_argument('--verify', required=True)
    parser.add_argument('--keep', help='folder for inputs and outputs, to look at')
    parser.add_argument('names', nargs='*')
    options = parser.parse_args()
    chosen = [c for c in cases.CASES if not options.names or c.name in options.names]
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or temporary
        refused, outputs = run_all(options, chosen, folder)
        for case in chosen:
            try:
                with open(os.path.join(outputs, case.name + '.eml'), 'rb') as f:
                    raw = f.read()
            except OSError as error:
                # a file that is withheld as a whole leaves no output
                point(options.mugai and not case.keeper, case.name, str(error))
                continue
            why = refused.get(case.name) or problem(case, raw)
            point(not why, case.name, why)
        prove(options, chosen, folder)
    print('1..%d' % COUNT)
    return 1 if FAILED else 0


if __name__ == '__main__':
    sys.exit(main())
