#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""catalogue: every technique of the catalogue of evasions, and where its cases are; Test Anything Protocol.

    catalogue.py --seeds DIR

A row: id, area, technique, place. The place is a file of cases beside this one (its cases are called by the id), another test ("test/..: word": a file
of the tree that holds the word), "pending: why", or "partly: file: what is missing". It fails when a case names no row, when a row of a file has no case or stands elsewhere although it has
cases, when a word is not in the file named. What is pending is printed by name.
"""
import argparse
import os
import re
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
import cases  # noqa: E402
import file_area  # noqa: E402
import images  # noqa: E402
import office_area  # noqa: E402
import pdfs  # noqa: E402
import system  # noqa: E402

AREAS = ('smtp', 'mime', 'encoding', 'filename', 'html', 'container', 'ooxml', 'ole-rtf', 'pdf', 'image', 'archive', 'misc-file', 'exhaustion', 'gateway-self',
         'batch-drop')
COUNT = FAILED = 0


def point(ok, name, why=''):
    global COUNT, FAILED
    COUNT += 1
    FAILED += not ok
    print('%sok %d - %s%s' % ('' if ok else 'not ', COUNT, name, '' if ok else ': ' + str(why)))


def rows():
    """(id, area, technique, place) of catalogue.tsv."""
    with open(os.path.join(HERE, 'catalogue.tsv'), encoding='utf-8') as f:
        return [tuple(line.rstrip('\n').split('\t')) for line in f if not line.startswith('#')]


def case_ids(seeds):
    """{id: files that have cases of it}."""
    options = argparse.Namespace(seeds=seeds)
    for make in (images.carriers, images.bombs, images.vectors_and_others):
        make(options)
    pdfs.build()
    with tempfile.TemporaryDirectory() as folder:
        system.build(folder)
    found = {}
    for file, names in (('cases.py', [c.name for c in cases.CASES]), ('images.py', [c[0] for c in images.CASES]), ('pdfs.py', [c[0] for c in pdfs.CASES]),
                        ('file_area.py', [c[0] for c in file_area.CASES]), ('office_area.py', [c[0] for c in office_area.CASES]), ('system.py', [c.name for c in system.CASES])):
        for name in names:
            found.setdefault(re.split('[-.]', name)[0], set()).add(file)
    return found


def lie(place, id_, found):
    """Why this row's place is not true, '' when it is."""
    if place.startswith('pending: '):
        return 'pending, but has cases in %s' % found[id_] if id_ in found else '' if len(place) > 12 else 'no reason'
    if place.startswith('partly: '):
        place, _, why = place[8:].partition(': ')
        return '' if why and place in found.get(id_, ()) else 'no reason, or no case in ' + place
    if place.startswith('test/'):
        path, _, word = place.partition(': ')
        full = os.path.join(HERE, '..', '..', path)
        if not word or not os.path.exists(full):
            return 'no such file: ' + path
        with open(full, encoding='utf-8') as f:
            return '' if word in f.read() else '%s does not hold %r' % (path, word)
    return '' if place in found.get(id_, ()) else 'no case in ' + place


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--seeds', required=True)
    found = case_ids(parser.parse_args().seeds)
    table = rows()
    known = {row[0] for row in table}
    point(all(len(row) == 4 and row[1] in AREAS and row[2] for row in table), 'four columns', [r for r in table if len(r) != 4 or r[1] not in AREAS])
    point(len(known) == len(table) == 243, 'each technique once', len(table))
    own = {name for name in found if name not in known and not name.startswith('G') and name != 'F17'}
    point(not own, 'each case names a technique', sorted(own))
    for id_, area, technique, place in table:
        why = lie(place, id_, found)
        point(not why, '%s %s: %s' % (id_, technique, place), why)
        if place.startswith(('pending: ', 'partly: ')):
            print('# PENDING %s (%s) %s: %s' % (id_, area, technique, place))
    point(lie('cases.py', 'S99', found) and lie('pending: not yet made', 'S04', found) and lie('test/README.md: no such word here', 'S04', found),
          'a false row is found')
    print('1..%d' % COUNT)
    return 1 if FAILED else 0


if __name__ == '__main__':
    sys.exit(main())
