#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Make or check src/verify/unicode-table.h: what the verifier knows of normalization (NFC of names, folding of N-6 and C-4).

    unicode-table.py --write HEADER    make the header from this Python's Unicode data
    unicode-table.py HEADER            TAP: the header agrees with this Python's Unicode data, for every character that
                                       this Python knows (normalization of an assigned character never changes)
"""
import re
import sys
import unicodedata as u

LAST = 0x10FFFF
SCALARS = [c for c in range(LAST + 1) if not 0xD800 <= c <= 0xDFFF]


def ranges(pairs):
    """[(first, last, value)] of consecutive code points with one value."""
    out = []
    for c, v in pairs:
        if out and out[-1][1] == c - 1 and out[-1][2] == v:
            out[-1][1] = c
        else:
            out.append([c, c, v])
    return out


def hangul(c):
    return 0xAC00 <= c <= 0xD7A3


def tables():
    changed = [(c, 1) for c in SCALARS if u.normalize('NFC', chr(c)) != chr(c)]
    classes = [(c, u.combining(chr(c))) for c in SCALARS if u.combining(chr(c))]
    pairs = []
    for c in SCALARS:
        d = u.decomposition(chr(c)).split()
        if len(d) == 2 and d[0][0] != '<' and u.normalize('NFC', chr(c)) == chr(c):
            pairs.append((c, int(d[0], 16), int(d[1], 16)))
    fold = []
    for c in SCALARS:
        k = u.normalize('NFKC', chr(c))
        if c > 0x7F and k.isascii():
            assert len(k) <= 4, hex(c)
            fold.append((c, k.lower()))
    return ranges(changed), ranges(classes), sorted(pairs), fold


def c_string(text):
    return ', '.join("'%s'" % (ch if ch not in "'\\" else '\\' + ch) for ch in text)


def write(path):
    changed, classes, pairs, fold = tables()
    with open(path, 'w', encoding='utf-8') as f:
        f.write('''/* SPDX-License-Identifier: Apache-2.0
 *
 * unicode-table: normalization data of Unicode %s, made by test/check/unicode-table.py; do not edit.
 * Process: verify. Constant data only.
 */
#pragma once

#include <stdint.h>

/* clang-format off */
''' % u.unidata_version)
        def table(head, rows):
            f.write('\n%s = {\n' % head)
            line = '   '
            for r in rows:
                if len(line) + len(r) + 2 > 100:
                    f.write(line + '\n')
                    line = '   '
                line += ' ' + r + ','
            f.write(line + '\n};\n')
        f.write('\n/* Code points that NFC replaces, first and last. */')
        table('static const uint32_t mugai_nfc_changed[][2]', ['{ 0x%x, 0x%x }' % (a, b) for a, b, _ in changed])
        f.write('\n/* Canonical combining classes that are not 0. */')
        table('static const struct {\n    uint32_t first, last;\n    uint8_t combining;\n} mugai_nfc_class[]',
              ['{ 0x%x, 0x%x, %d }' % tuple(r) for r in classes])
        f.write('\n/* What NFC joins: whole, first, second; sorted by the whole. Hangul is computed. */')
        table('static const uint32_t mugai_nfc_pair[][3]', ['{ 0x%x, 0x%x, 0x%x }' % p for p in pairs])
        f.write('\n/* Code points whose NFKC form is ASCII, with that form in lower case, sorted; padded with NUL. */')
        table('static const struct {\n    uint32_t cp;\n    char ascii[4];\n} mugai_fold_table[]',
              ['{ 0x%x, { %s } }' % (c, c_string(s)) for c, s in fold])
        f.write('/* clang-format on */\n')


def read(path):
    text = open(path, encoding='utf-8').read()
    body = {m.group(1): m.group(2) for m in re.finditer(r'(mugai_\w+)\[\](?:\[[23]\])? = \{\n(.*?)\n\};', text, re.S)}
    rows = lambda name: [tuple(int(x, 0) for x in re.findall(r'0x[0-9a-f]+|\b\d+\b', r))
                         for r in re.findall(r'\{([^{}]*)\}', body[name])]
    changed = {c for a, b in rows('mugai_nfc_changed') for c in range(a, b + 1)}
    classes = {c: v for a, b, v in rows('mugai_nfc_class') for c in range(a, b + 1)}
    fold = {int(m.group(1), 16): ''.join(re.findall(r"'\\?(.)'", m.group(2)))
            for m in re.finditer(r"\{ (0x[0-9a-f]+), \{ ((?:'(?:\\.|.)'(?:, )?)+) \} \}", body['mugai_fold_table'])}
    return changed, classes, rows('mugai_nfc_pair'), fold


def check(path):
    changed, classes, pairs, fold = read(path)
    want_changed, want_classes, want_pairs, want_fold = tables()
    known = {c for c in SCALARS if u.category(chr(c)) != 'Cn'}
    expand = lambda rs: {c: v for a, b, v in rs for c in range(a, b + 1)}
    points = [
        ('code points that NFC replaces', {c for c in changed if c in known} == set(expand(want_changed))),
        ('combining classes', {c: v for c, v in classes.items() if c in known} == expand(want_classes)),
        ('pairs, sorted', pairs == sorted(pairs) and [p for p in pairs if set(p) <= known] == want_pairs),
        ('ASCII folds, sorted', list(fold) == sorted(fold) and {c: s for c, s in fold.items() if c in known} == dict(want_fold)),
    ]
    print('1..%d' % len(points))
    for n, (name, ok) in enumerate(points, 1):
        print('%s %d - %s agree with Unicode %s' % ('ok' if ok else 'not ok', n, name, u.unidata_version))
    return 0 if all(ok for _, ok in points) else 1


if __name__ == '__main__':
    if sys.argv[1:2] == ['--write'] and len(sys.argv) == 3:
        write(sys.argv[2])
    elif len(sys.argv) == 2:
        sys.exit(check(sys.argv[1]))
    else:
        sys.exit(__doc__)
