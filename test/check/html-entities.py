#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""All named character references of HTML, as this Python knows them, through html-text.

    html-entities.py PROGRAM      TAP; PROGRAM: test/bench/html.c
"""
import html.entities
import subprocess
import sys
import tempfile

GONE = {0xA0: ' ', 0xAD: None, 0x200B: None, ord('\t'): ' ' * 7}    # SPEC.md 20: in pre, in column 1


def main():
    names = [n for n in sorted(html.entities.html5) if n != 'NewLine;']
    with tempfile.NamedTemporaryFile('w', encoding='utf-8', suffix='.html') as f:
        f.write('<pre>' + ''.join('x&%s y\n' % n for n in names))
        f.flush()
        out = subprocess.run([sys.argv[1], '-p', f.name], stdout=subprocess.PIPE, check=True).stdout.decode('utf-8').split('\n')
    wrong = [n for n, line in zip(names, out) if line != 'x' + html.entities.html5[n].translate(GONE) + ' y']
    print('1..1\n%sok 1 - %d names%s' % ('not ' if wrong or len(out) < len(names) else '', len(names), ': ' + ' '.join(wrong[:9]) if wrong else ''))
    return bool(wrong)


if __name__ == '__main__':
    sys.exit(main())
