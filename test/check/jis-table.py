#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Make or check src/verify/jis-table.h: the characters of section K of the profile, by Python's own table of code page 932.

    jis-table.py --write HEADER    make the header
    jis-table.py HEADER            TAP: the header is what would be made
"""
import sys

WRITTEN = list(range(1, 9)) + [13] + list(range(16, 85)) + list(range(89, 93))      # rows that CP50220 writes


def character(row, column):
    lead, trail = (row - 1) // 2, column + (0x9E if row % 2 == 0 else 0x3F + (column > 63))
    try:
        text = bytes([lead + (0x81 if lead < 31 else 0xC1), trail]).decode('cp932')
    except UnicodeDecodeError:
        return 0
    return ord(text) if len(text) == 1 else 0


def header():
    seen, cells = {0}, []
    for row in range(1, 95):
        for column in range(1, 95):
            c = character(row, column) if row in WRITTEN else 0
            cells.append(0 if c in seen else c)
            seen.add(c)
    lines = [', '.join('0x%04X' % c if c else '0' for c in cells[i:i + 16]) + ',' for i in range(0, len(cells), 16)]
    return ('/* SPDX-License-Identifier: Apache-2.0\n *\n * jis-table: code points of ISO-2022-JP by row and column (PROFILE.md, section K), 0 where there is\n'
            ' * none. Made and checked by test/check/jis-table.py. Included by jis.c alone.\n */\n#pragma once\n\n/* clang-format off */\n'
            'static const uint16_t jis_table[94 * 94] = {\n' + '\n'.join(lines) + '\n};\n')


def main():
    if sys.argv[1:2] == ['--write']:
        open(sys.argv[2], 'w').write(header())
        return 0
    same = open(sys.argv[1]).read() == header()
    print('%s 1 - the table of ISO-2022-JP is that of code page 932\n1..1' % ('ok' if same else 'not ok'))
    return 0 if same else 1


if __name__ == '__main__':
    sys.exit(main())
