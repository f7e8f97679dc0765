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


def main():
    facts()
    reach()
    print('1..%d' % number)
    return 1 if failed else 0


sys.exit(main())
