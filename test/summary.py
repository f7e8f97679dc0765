#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Sum up meson's testlog.json files: each line of the Test Anything Protocol counts, and each program without one.

    summary.py --status N LOG...
Prints what failed and what was skipped and why, then "N passed, N failed, N skipped". Exit 1 when anything failed,
when nothing ran, or when --status says that building or running failed.
"""
import json, re, sys

POINT = re.compile(r'^(not )?ok\b[ \t]*\d*(.*)$')


def points(test):
    """(passed, failed, [skipped names], [failed names]) of one test program."""
    passed, failed, skipped = 0, [], []
    for line in (test.get('stdout') or '').splitlines():
        m = POINT.match(line)
        if not m:
            continue
        known_broken = m.group(1) and re.search(r'#\s*todo', m.group(2), re.I)  # seen, not passed
        if known_broken or re.search(r'#\s*skip', m.group(2), re.I):
            skipped.append(m.group(2).strip())
        elif m.group(1):
            failed.append(m.group(2).strip())
        else:
            passed += 1
    good = test['result'] in ('OK', 'EXPECTEDFAIL')
    if test['result'] == 'SKIP' and not skipped:
        skipped.append(test['name'])
    elif not good and test['result'] != 'SKIP' and not failed:
        failed.append('%s: %s' % (test['name'], test['result']))
    elif good and not passed and not skipped:
        passed = 1
    return passed, failed, skipped


def main(arguments):
    status, logs = int(arguments[1]), arguments[2:]
    passed, failures, skips = 0, [], []
    for log in logs:
        for line in open(log, encoding='utf-8', errors='replace'):
            test = json.loads(line)
            p, f, s = points(test)
            passed += p
            failures += ['%s: %s' % (test['name'], x) for x in f]
            skips += ['%s: %s' % (test['name'], x) for x in s]
    for text in skips:
        print('skipped  ' + text)
    for text in failures:
        print('FAILED   ' + text)
    if status == 2:
        failures.append('a configuration did not build')
        print('FAILED   a configuration did not build')
    elif status and not failures:
        failures.append('meson test failed')
        print('FAILED   meson test failed; see its output above')
    print('%d passed, %d failed, %d skipped' % (passed, len(failures), len(skips)))
    return 1 if failures or not passed else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
