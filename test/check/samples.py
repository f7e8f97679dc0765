#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""samples: samples/mail/after/ shows what readers get of samples/mail/; Test Anything Protocol.

    samples.py [--update] SANITIZE FILTERS SAMPLES

SANITIZE: mugai-test-sanitize. Each NAME.eml of SAMPLES is sanitized with the preset a-text, and what comes out is compared with
SAMPLES/after/NAME.txt; --update writes these files instead. Read them then: they are meant for people.
"""
import email
import email.policy
import os
import subprocess
import sys
import tempfile


def shown(path):
    """What a mail program shows of a mail."""
    with open(path, 'rb') as file:
        mail = email.message_from_binary_file(file, policy=email.policy.default)
    lines = ['%s: %s' % (name, mail[name]) for name in ('From', 'Subject') if mail[name]] + ['']
    for part in mail.walk():
        if part.is_multipart():
            continue
        if part.get_filename():
            lines += ['', '[添付：%s]' % part.get_filename(), '']
        if part.get_content_maintype() == 'text':
            lines.append(part.get_payload(decode=True).decode(part.get_content_charset('utf-8')).lstrip('\ufeff').rstrip('\n'))
    return '\n'.join(lines) + '\n'


def main():
    update = sys.argv[1:2] == ['--update']
    if len(sys.argv) != 4 + update:
        sys.exit(__doc__)
    sanitize, filters, samples = sys.argv[1 + update:]
    names = sorted(name[:-4] for name in os.listdir(samples) if name.endswith('.eml'))
    after = os.path.join(samples, 'after')
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        pairs = [path for name in names for path in (os.path.join(samples, name + '.eml'), os.path.join(folder, name))]
        status = subprocess.run([sanitize, '--modules', filters] + pairs, stdout=subprocess.DEVNULL, check=False).returncode
        print('%sok 1 - %d mails are sanitized' % ('' if status == 0 else 'not ', len(names)))
        failed += status != 0
        for number, name in enumerate(names, 2):
            text, path = shown(os.path.join(folder, name)), os.path.join(after, name + '.txt')
            if update:
                os.makedirs(after, exist_ok=True)
                with open(path, 'w', encoding='utf-8') as file:
                    file.write(text)
            try:
                with open(path, encoding='utf-8') as file:
                    same = file.read() == text
            except FileNotFoundError:
                same = False
            failed += not same
            print('%sok %d - %s%s' % ('' if same else 'not ', number, name, '' if same else ': read it, then samples.py --update'))
    stale = sorted(set(os.listdir(after) if os.path.isdir(after) else []) - {name + '.txt' for name in names})
    print('%sok %d - no text without its mail%s' % ('not ' if stale else '', len(names) + 2, ' '.join([''] + stale)))
    print('1..%d' % (len(names) + 2))
    return 1 if failed or stale else 0


sys.exit(main())
