#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""html-text on pages made to be slow: instructions for n, 2n and 4n bytes (valgrind --tool=callgrind).

    html-linear.py PROGRAM      TAP; PROGRAM: test/bench/html.c without sanitizers

No doubling may cost more than 2.3 times as much, nor may a byte cost more than 25,000 instructions. Where valgrind is missing the
test is skipped: unit test html-text measures the same kind of pages by processor time.
"""
import concurrent.futures
import os
import re
import shutil
import subprocess
import sys
import tempfile

GROWTH = 2.3
PER_BYTE = 25000
SMALL = 20000


def rules(n):
    """As many rules as elements, each of the rules to be looked at for each element, if one lets it."""
    half = n // 2
    css = ''.join('.a%d .b,b .c%d>i{color:red}' % (i, i) for i in range(half // 34))
    return '<style>%s</style>' % css + '<i class="b c1">x</i>' * (half // 21)


def deep_rules(n):
    css = ''.join('.x%d u i.y{color:red}' % i for i in range(n // 2 // 24))
    return '<style>%s</style>' % css + '<u>' * 500 + '<i class=y>x</i>' * (n // 2 // 17)


def classes(n):
    names = ' '.join('k%d' % i for i in range(32))
    css = ''.join('.z%d .k%d{color:red}' % (i, i % 32) for i in range(2100))
    return '<style>%s</style>' % css + ('<b class="%s">x</b>' % names) * (n // 150)


def different(n):
    return ''.join('<x%d>' % i for i in range(500)) + '</x0></td>' * (n // 10)


def attributes(n):
    return '<p ' + ' '.join('a%d=%d' % (i, i) for i in range(n // 12)) + '>x'


def spans(n):
    return '<table>' + '<tr><td rowspan=1000 colspan=3>a<td colspan=29>b' * (n // 50) + '</table>'


def long_cells(n):
    return '<table border=1><tr>' + ('<td>' + 'word ' * (n // 20)) * 4 + '</table>'


def repeat(before, unit, after=''):
    return lambda n: before + unit * (n // len(unit)) + after


PAGES = {
    'nested div': repeat('', '<div>'), 'nested b': repeat('', '<b>'), 'nested table': repeat('', '<table><tr><td>'),
    'nested list': repeat('', '<ul><li>a'), 'nested quotes': repeat('', '<blockquote>a'), 'svg': repeat('', '<svg>'),
    'ends that find nothing': different, 'unknown elements': repeat('', '<x>'), 'p in b': repeat('', '<b><p>x</b>'),
    'a': repeat('', '<a href=http://a.example/>b'), 'attributes': attributes, 'one attribute': repeat("<p a='", 'x', "'>x"),
    'less-than': repeat('', '<'), 'ampersands': repeat('', '&'), 'numbers': repeat('', '&#'), 'comments': repeat('', '<!--'),
    'bogus comments': repeat('', '<!'), 'script ends': repeat('<script>', '</'), 'textarea ends': repeat('<textarea>', '</textare>'),
    'cdata': repeat('<svg>', '<![CDATA['), 'one word': repeat('', 'a'), 'one word of kanji': repeat('', '漢'),
    'nothing to end a line': repeat('漢', '、'), 'targets': repeat('', '<a:'), 'blanks': repeat('', '&nbsp; '), 'br': repeat('', '<br>'),
    'pre': repeat('<pre>', '\n'), 'tabs': repeat('<pre>', '\t'), 'rows': repeat('<table>', '<tr><td>a<td>b'),
    'cells': repeat('<table><tr>', '<td>a'), 'headings': repeat('<table>', '<tr><th>a<th>b'), 'spans': spans, 'long cells': long_cells,
    'tables': repeat('', '<table><tr><td>a<td>b</table>'), 'captions': repeat('<table>', '<caption>a</caption>'),
    'wide rows': repeat('<table><tr><th>a<th>b', '<tr><td>%s<td>%s' % ('x' * 40, 'y' * 50)),
    'rules and elements': rules, 'ancestors': deep_rules, 'classes': classes, 'one rule again': repeat('<style>', '.a{color:red}'),
    'selectors': repeat('<style>', '.a,.b{color:red}'), 'at-rules': repeat('<style>', '@media x{'), 'css comments': repeat('<style>', '/*'),
    'braces': repeat('<style>', '.a{'), 'style attribute': repeat("<p style='", 'a:b;', "'>x"), 'style comments': repeat("<p style='", '/*', "'>x"),
    'class attribute': repeat("<p class='", 'a ', "'>x"), 'style elements': repeat('', '<style>.a{color:red}</style>'),
    'options': repeat('<select>', '<option>a'), 'ruby': repeat('', '<ruby>a<rt>b'), 'items': repeat('<ol>', '<li>a'),
}


def instructions(program, folder, name, text):
    path = os.path.join(folder, '%s-%d.html' % (re.sub(r'\W', '-', name), len(text)))
    with open(path, 'w', encoding='utf-8') as f:
        f.write(text)
    err = subprocess.run(['valgrind', '--tool=callgrind', '--callgrind-out-file=/dev/null', program, '-r', '1', path],
                         stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, timeout=250).stderr
    os.unlink(path)
    return int(re.search(r'Collected : (\d+)', err).group(1)), len(text.encode())


def measure(program, folder, name, base):
    costs, sizes = zip(*(instructions(program, folder, name, PAGES[name](SMALL * k)) for k in (1, 2, 4)))
    net = [max(c - base, 1) for c in costs]
    growth = max(net[i + 1] / net[i] / (sizes[i + 1] / sizes[i] / 2) for i in (0, 1))
    return growth, net[2] / sizes[2]


def main():
    program = sys.argv[1]
    if not shutil.which('valgrind'):
        print('1..0 # SKIP valgrind is not installed')
        return 0
    failed = False
    print('1..%d' % len(PAGES))
    with tempfile.TemporaryDirectory() as folder, concurrent.futures.ThreadPoolExecutor(2) as pool:
        base = instructions(program, folder, 'empty', '')[0]
        for n, (name, (growth, per_byte)) in enumerate(zip(PAGES, pool.map(lambda x: measure(program, folder, x, base), PAGES)), 1):
            ok = growth <= GROWTH and per_byte <= PER_BYTE
            failed = failed or not ok
            print('%sok %d - %s: %.2f per doubling, %d instructions a byte' % ('' if ok else 'not ', n, name, growth, per_byte), flush=True)
    return failed


if __name__ == '__main__':
    sys.exit(main())
