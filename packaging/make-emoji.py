#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Write src/message/emoji.inc from EmojiSources.txt of the Unicode Character Database.

    packaging/make-emoji.py /usr/share/unicode/EmojiSources.txt > src/message/emoji.inc
(Debian: package unicode-data.)
"""
import sys

NAMES = ('DOCOMO', 'KDDI', 'SOFTBANK')
HEAD = '''/* Made by packaging/make-emoji.py from EmojiSources.txt of Unicode 15.0.0; do not edit.
 *
 * Data: Copyright (C) 1991-2022 Unicode, Inc. All rights reserved. Distributed under the Terms of
 * Use in https://www.unicode.org/copyright.html, given in packaging/debian/copyright.
 * SPDX-License-Identifier: Unicode-DFS-2016
 *
 * Pictographs of Japanese phones: carrier, Shift_JIS code of the carrier, one or two code points.
 */
/* clang-format off */'''


def main():
    rows = ([], [], [])
    with open(sys.argv[1], encoding='utf-8') as f:
        for line in f:
            fields = line.split('#')[0].strip().split(';')
            if len(fields) < 4:
                continue
            points = [int(x, 16) for x in fields[0].split()]
            assert len(points) <= 2, fields
            for own, code in zip(rows, fields[1:4]):
                if code:
                    own.append((int(code, 16), points + [0] * (2 - len(points))))
    print(HEAD)
    for name, own in zip(NAMES, rows):
        own.sort()
        for i in range(0, len(own), 2):
            print(' '.join('EMOJI (%s, 0x%04X, 0x%X, 0x%X)' % (name, code, *points) for code, points in own[i:i + 2]))
    print('/* clang-format on */')


main()
