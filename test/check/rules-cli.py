#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""facts and rules as an administrator meets them; Test Anything Protocol.

    rules-cli.py SOURCE MUGAI
"""
import json
import os
import subprocess
import sys
import tempfile

SOURCE, MUGAI = sys.argv[1:3]
MAIL = os.path.join(SOURCE, 'samples', 'mail')
MAILS = 600
number = failed = 0


def check(ok, name, detail=''):
    global number, failed
    number += 1
    failed += not ok
    print('%sok %d - %s' % ('' if ok else 'not ', number, name))
    for line in str(detail).splitlines() if not ok else []:
        print('#   ' + line)


def run(*words, language='C.UTF-8', given=None):
    env = dict(os.environ, LC_ALL=language)
    return subprocess.run([MUGAI, *words], env=env, input=given, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False,
                          timeout=120, encoding='utf-8')


def facts():
    found = run('facts', '--json', os.path.join(MAIL, '03-attachments.eml'))
    value = json.loads(found.stdout)
    parts = {part['path']: part['facts'] for part in value['parts']}
    check(found.returncode == 0 and parts['2']['type'] == 'xlsm' and parts['2']['name'] == '見積書.xlsm', 'facts of a part',
          found.stdout + found.stderr)
    check(value['item']['from'] == 'sato@vendor.example.jp' and value['item']['auth.dkim'] == 'none' and
          value['item']['sender'] is None, 'facts of the item', value['item'])
    check('pages' not in parts['2'], 'nothing is inspected unasked')
    with open(os.path.join(MAIL, '07-pdf.eml'), encoding='utf-8') as mail:
        found = run('facts', '--inspect', '--mail', '--json', '-', given=mail.read())
    parts = {part['path']: part['facts'] for part in json.loads(found.stdout)['parts']}
    check({'encrypted', 'signed', 'active', 'pages', 'pixels'} <= set(parts['2']), 'inspected facts of stdin', parts)
    found = run('facts', os.path.join(MAIL, '01-iso-2022-jp.eml'), language='ja_JP.UTF-8')
    check('全体' in found.stdout and '差出人' in found.stdout, 'facts in Japanese', found.stdout)
    check(run('facts', '/no/such/file').returncode == 2 and run('facts').returncode == 2, 'facts: wrong usage')


def reach():
    found = run('rules', 'check', os.path.join(SOURCE, 'samples', 'rules', 'town.yaml'), language='ja_JP.UTF-8')
    last = found.stdout.splitlines()[-1]
    check(found.returncode == 0 and last.startswith('庁内に届きうるもの 本文：文字') and last.endswith('それ以外：渡さない'),
          'check ends with what can reach the inside', found.stdout + found.stderr)


SEEDED = """version: 1
preset: a-text
items:
  - mail: %s
    outcome: held
    parts:
      "2": { rule: 別のルール, outcome: delivered, type: pdf }
      "9": { type: pdf }
"""


def expectations(folder):
    tests = os.path.join(SOURCE, 'samples', 'rules', 'tests')
    for name in sorted(os.listdir(tests)):
        found = run('rules', 'test', os.path.join(tests, name))
        check(found.returncode == 0, 'samples/rules/tests/%s' % name, found.stdout + found.stderr)
    path = os.path.join(folder, 'seeded.yaml')
    with open(path, 'w', encoding='utf-8') as file:
        file.write(SEEDED % os.path.join(MAIL, '03-attachments.eml'))
    found = run('rules', 'test', '--json', path)
    value = json.loads(found.stdout)
    misses = {(miss['part'], miss['what']): miss['got'] for miss in value['misses']}
    check(found.returncode == 1 and value['wrong'] == 1 and misses.get(('', 'outcome')) == 'delivered' and
          misses.get(('2', 'type')) == 'xlsm' and ('2', 'rule') in misses and ('9', 'part') in misses and len(misses) == 5,
          'wrong expectations are found, each', found.stdout + found.stderr)
    found = run('rules', 'test', path, language='ja_JP.UTF-8')
    check('期待「held」、結果「delivered」' in found.stdout, 'differences in Japanese', found.stdout)
    for text in ('items: []\n', 'items:\n  - mail: a\n', 'items:\n  - text: a\n    outcome: fine\n', 'item: 1\n',
                 'items:\n  - text: a\n    parts: { "1": { rul: a } }\n'):
        with open(path, 'w', encoding='utf-8') as file:
            file.write(text)
        found = run('rules', 'test', path)
        check(found.returncode == 2 and found.stderr, 'refused: %r' % text, found.stdout)


def init(folder):
    path = os.path.join(folder, 'new.yaml')
    found = run('rules', 'init', 'u-remove', '-o', path)
    check(found.returncode == 0 and run('rules', 'check', path).returncode == 0, 'init writes what check takes', found.stderr)
    with open(path, encoding='utf-8') as file:
        before = file.read()
    found = run('rules', 'init', '-o', path)
    with open(path, encoding='utf-8') as file:
        check(found.returncode == 2 and file.read() == before, 'init does not overwrite', found.stderr)
    check(run('rules', 'init', 'nothing').returncode == 2, 'init: no such preset')
    plain = os.path.join(folder, 'default.yaml')
    found = run('rules', 'init', '-o', plain)
    with open(plain, encoding='utf-8') as file:
        text = file.read()
    check(found.returncode == 0 and 'preset: u-remove' in text, 'init without a name: the preset that is the default', found.stderr)


PLAIN = 'From: a@one.example.jp\r\nTo: b@town.example.lg.jp\r\nSubject: n%d\r\n\r\nHello %d\r\n'
TABLE = ('From: a@two.example.jp\r\nTo: b@town.example.lg.jp\r\nSubject: n%d\r\nMIME-Version: 1.0\r\n'
         'Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\nHello\r\n--x\r\nContent-Type: text/csv; name=t.csv\r\n'
         'Content-Disposition: attachment; filename=t.csv\r\n\r\na,b\r\n%d,2\r\n--x--\r\n')
OLD = 'version: 1\nrules:\n  - name: tables\n    when: { type: csv }\n    do: [text-clean]\n'
NEW = 'version: 1\nrules:\n  - name: no tables\n    when: { type: csv }\n    then: withhold\n'


def replay(folder):
    """One rule changed: exactly the mails with a table change, and by it."""
    mails = os.path.join(folder, 'mails')
    os.mkdir(mails)
    for i in range(MAILS):
        with open(os.path.join(mails, '%03d.eml' % i), 'w', encoding='ascii', newline='') as file:
            file.write((TABLE if i % 20 == 7 else PLAIN) % (i, i))
    for name, text in (('old.yaml', OLD), ('new.yaml', NEW)):
        with open(os.path.join(folder, name), 'w', encoding='ascii') as file:
            file.write(text)
    old, new = os.path.join(folder, 'old.yaml'), os.path.join(folder, 'new.yaml')
    found = run('rules', 'replay', new, '-r', old, '-j', '2', '--json', mails)
    value = json.loads(found.stdout)
    tables = MAILS // 20
    check(found.returncode == 0 and value['items'] == MAILS and value['items-changed'] == tables == value['parts-changed'] and
          value['rule'] == {'tables → no tables': tables} and value['type'] == {'csv': tables} and
          value['sender'] == {'two.example.jp': tables} and value['failed'] == 0,
          'replay of %d mails shows the changed rule' % MAILS, found.stdout + found.stderr)
    found = run('rules', 'replay', old, '-r', old, os.path.join(MAIL, '03-attachments.eml'), language='ja_JP.UTF-8')
    check(found.returncode == 0 and '変わるもの0件' in found.stdout, 'replay of the same rules shows nothing', found.stdout)
    links = os.path.join(folder, 'links.yaml')
    with open(links, 'w', encoding='ascii') as file:
        file.write(OLD + 'body: { links: drop }\n')
    page = os.path.join(folder, 'replay.html')
    found = run('rules', 'replay', links, '-r', old, '--html', page, '--json', os.path.join(MAIL, '02-html-phishing.eml'), os.path.join(mails, '000.eml'))
    value = json.loads(found.stdout)
    check(value['items-changed'] == 1 and any('other content' in key for key in value['rule']), 'replay: a setting changes contents', found.stdout + found.stderr)
    with open(page, encoding='utf-8') as file:
        text = file.read()
    check('other content' in text and '<script' not in text and 'links.yaml' in text, 'replay: a page of it', text[-500:])
    check(run('rules', 'explain', '--brief', os.path.join(MAIL, '02-html-phishing.eml')).returncode == 0, 'rules explain is explain')
    check(run('rules', 'replay').returncode == 2 and run('rules', 'replay', old, '--since', 'x', mails).returncode == 2,
          'replay: wrong usage')


def main():
    facts()
    reach()
    with tempfile.TemporaryDirectory() as folder:
        expectations(folder)
        init(folder)
        replay(folder)
    print('1..%d' % number)
    return 1 if failed else 0


sys.exit(main())
