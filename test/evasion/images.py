#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""images: pictures that carry something, or claim to be enormous; Test Anything Protocol.

    images.py --mugai PROGRAM --verify PROGRAM --seeds DIR

Each case is a file, by the id of the catalogue of evasions. Through `mugai sanitize` with the preset u-remove, sandbox and all. The
canary must not come out; what is delivered must be in the profile and of the expected kind; what is refused must be refused quickly.
"""
import base64
import argparse
import os
import struct
import subprocess
import sys
import tempfile
import time
import zlib

CANARY = b'MUGAI-CANARY-IMAGE'
SCRIPT = b'<script>' + CANARY + b'</script><?php system("' + CANARY + b'"); ?>'
COUNT = FAILED = 0
CASES = []  # name of the file, bytes, extension that comes out ('' none, None either), check of the output's pixels


def point(ok, name, why=''):
    global COUNT, FAILED
    COUNT += 1
    FAILED += not ok
    print('%sok %d - %s%s' % ('' if ok else 'not ', COUNT, name, '' if ok else ': ' + str(why)))


def chunk(kind, data=b''):
    return struct.pack('>I', len(data)) + kind + data + struct.pack('>I', zlib.crc32(kind + data))


def png(width, height, colour, depth, rows, middle=b''):
    head = struct.pack('>IIBBBBB', width, height, depth, colour, 0, 0, 0)
    return b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', head) + middle + chunk(b'IDAT', zlib.compress(rows, 9)) + chunk(b'IEND')


def pixels(data):
    """Of an output PNG: width, height, list of samples (palettes looked up)."""
    at, idat, palette = 8, b'', None
    while at < len(data):
        size, kind = struct.unpack('>I4s', data[at:at + 8])
        body = data[at + 8:at + 8 + size]
        if kind == b'IHDR':
            width, height, depth, colour = struct.unpack('>IIBB', body[:10])
        if kind == b'PLTE':
            palette = [tuple(body[i:i + 3]) for i in range(0, size, 3)]
        if kind == b'IDAT':
            idat += body
        at += 12 + size
    raw, n = zlib.decompress(idat), {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colour]
    row, out = (width * n * depth + 7) // 8, []
    for y in range(height):
        line = raw[y * (row + 1) + 1:(y + 1) * (row + 1)]
        for x in range(width):
            if depth == 8 and n > 1:
                out.append(tuple(line[x * n:x * n + n]))
            else:
                value = line[x * depth // 8] >> (8 - depth - x * depth % 8) & (1 << depth) - 1
                out.append(palette[value] if colour == 3 else (value * 255 // ((1 << depth) - 1),) * 3)
    return width, height, out


def seed(options, name):
    with open(os.path.join(options.seeds, name), 'rb') as f:
        return f.read()[1:]


def segment(marker, data):
    return b'\xff' + bytes([marker]) + struct.pack('>H', len(data) + 2) + data


def exif(orientation):
    return b'Exif\0\0MM\0*\0\0\0\x08\0\x02' + struct.pack('>HHIHH', 0x112, 3, 1, orientation, 0) + struct.pack('>HHII', 0x10e, 2, len(SCRIPT), 42) + bytes(4) + SCRIPT


def gif(width, height, frame_width, frame_height, extra=b'', more=b''):
    return (b'GIF89a' + struct.pack('<HHBBB', width, height, 0x80, 0, 0) + b'\xff\0\0\0\0\xff' + extra + b',' +
            struct.pack('<HHHHB', 0, 0, frame_width, frame_height, 0) + b'\x02\x02\x4c\x01\0' + more + b';')


def blocks(data):
    return b''.join(bytes([len(data[i:i + 255])]) + data[i:i + 255] for i in range(0, len(data), 255)) + b'\0'


def tiff_of_directories(count):
    """A chain of directories without pixels."""
    out = b'II*\0\x08\0\0\0'
    for i in range(count):
        out += struct.pack('<HHHIHHI', 1, 256, 3, 1, 1, 0, 8 + 18 * (i + 1) if i + 1 < count else 0)
    return out


def carriers(options):
    jpeg = seed(options, 'a-jpg')
    comment = jpeg[:2] + segment(0xfe, SCRIPT) + segment(0xe5, SCRIPT) + jpeg[2:]
    archive = b'PK\x03\x04' + CANARY + b'PK\x01\x02' + bytes(42) + b'PK\x05\x06' + struct.pack('<HHHHIIH', 0, 0, 1, 1, 46, len(comment) + 22, 0)
    CASES.append(('I01-comment.jpg', comment, 'jpg png', None))
    CASES.append(('I01-tail.jpg', jpeg + SCRIPT * 50, 'jpg png', None))
    CASES.append(('I01-zip.jpg', comment + archive, None, None))
    CASES.append(('I02-exif.jpg', jpeg[:2] + segment(0xe1, exif(1)) + segment(0xe1, b'http://ns.adobe.com/xap/1.0/\0' + SCRIPT) +
                  segment(0xed, b'Photoshop 3.0\0' + SCRIPT) + jpeg[2:], 'jpg png', None))
    profile = SCRIPT * 700
    CASES.append(('I02-icc.jpg', jpeg[:2] + b''.join(segment(0xe2, b'ICC_PROFILE\0' + bytes([i + 1, 80]) + profile) for i in range(80)) + jpeg[2:], 'jpg png', None))
    rows = b'\0\xff\0\0\0\xff\0' * 2
    texts = chunk(b'tEXt', b'Comment\0' + SCRIPT) + chunk(b'iTXt', b'Comment\0\0\0\0\0' + SCRIPT) + chunk(b'zTXt', b'Bomb\0\0' + zlib.compress(bytes(50000000)))
    both = (2, 2, [(255, 0, 0), (0, 255, 0)] * 2)
    CASES.append(('I03-texts.png', png(2, 2, 2, 8, rows, texts) + SCRIPT, 'png', both))
    frame = chunk(b'fcTL', struct.pack('>IIIIIHHBB', 0, 2, 2, 0, 0, 1, 10, 0, 0))
    moving = chunk(b'acTL', struct.pack('>II', 2, 0)) + frame
    CASES.append(('I03-apng.png', png(2, 2, 2, 8, rows, moving)[:-12] + chunk(b'fdAT', b'\0\0\0\1' + SCRIPT) + chunk(b'IEND'), 'png', both))
    CASES.append(('I04-comment.gif', gif(1, 1, 1, 1, b'!\xfe' + blocks(SCRIPT) + b'!\xff\x0bNETSCAPE2.0' + blocks(SCRIPT)), 'png', None))
    CASES.append(('I04-frames.gif', gif(1, 1, 1, 1, more=(b'!\xf9\x04\0\0\0\0\0,' + struct.pack('<HHHHB', 0, 0, 1, 1, 0) + b'\x02\x02\x4c\x01\0') * 100000), 'png', None))


def bombs(options):
    head = struct.pack('>IIBBBBB', 50000, 50000, 1, 0, 0, 0, 0)
    CASES.append(('I07-sides.png', b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', head) + chunk(b'IDAT', zlib.compress(bytes(6251 * 2000), 9)) + chunk(b'IEND'), '', None))
    CASES.append(('I07-area.png', png(30000, 30000, 2, 8, b'\0' * 1000), '', None))
    CASES.append(('I07-hundred.bmp', b'BM' + struct.pack('<IIIIiiHHIIiiII', 60, 0, 54, 40, 100000, 100000, 1, 24, 0, 0, 0, 0, 0, 0) + bytes(6), '', None))
    CASES.append(('I07-hundred.pgm', b'P5 100000 100000 255\n' + bytes(100), '', None))
    CASES.append(('I07.gif', gif(1, 1, 65535, 65535), '', None))
    CASES.append(('I07-directories.tiff', tiff_of_directories(65000), '', None))
    CASES.append(('I07.psd', b'8BPS' + struct.pack('>H6xHIIHH', 1, 3, 30000, 30000, 8, 3) + bytes(14), '', None))
    webp = bytearray(seed(options, 'a-webp'))
    at = webp.index(b'VP8L') + 9
    webp[at:at + 4] = struct.pack('<I', 16383 | 16383 << 14)
    CASES.append(('I07.webp', bytes(webp), '', None))
    for name, mark in (('a-avif', b'ispe'), ('a-heic', b'ispe')):
        data = bytearray(seed(options, name))
        at = data.index(mark) + 8
        data[at:at + 8] = struct.pack('>II', 100000, 100000)
        CASES.append(('I07-size.' + name[2:], bytes(data), '', None))


def vectors_and_others(options):
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>' + CANARY + b'</script><rect width="9" height="9"/></svg>'
    CASES.append(('I05.svg', svg, 'png', None))
    head = b'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="90" height="90">'
    rect = b'<rect width="9" height="9"/>'
    for name, inside, kind in (
            ('foreign', b'<foreignObject width="90" height="90"><p xmlns="http://www.w3.org/1999/xhtml">' + CANARY + b'</p></foreignObject>', None),
            ('outside', b'<image xlink:href="file:///etc/passwd" width="90" height="90"/><use xlink:href="http://example.com/x.svg#a"/>' + rect, 'png'),
            ('data', b'<image xlink:href="data:text/html;base64,' + base64.b64encode(CANARY) + b'" width="9" height="9"/>' + rect, 'png'),
            ('import', b'<style>@import url("http://example.com/' + CANARY + b'.css");</style>' + rect, 'png'),
            ('itself', b'<g id="a"><use xlink:href="#a"/>' + rect + b'</g>', None),
            ('deep', b'<g>' * 20000 + b'</g>' * 20000, None)):
        CASES.append(('I05-%s.svg' % name, head + inside + b'</svg>', kind, None))
    entities = b''.join(b'<!ENTITY %c "%s">' % (98 + i, b'&%c;' % (97 + i) * 10) for i in range(9))
    CASES.append(('I05-entities.svg', b'<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa">' + entities + b']>' + head + rect + b'<text>&j;</text></svg>', 'png', None))
    many = b''.join(b'<g id="a%d">%s</g>' % (i, b'<use xlink:href="#a%d"/>' % (i - 1) * 10 if i else rect) for i in range(12))
    CASES.append(('I05-uses.svg', head + many + b'<use xlink:href="#a11"/></svg>', None, None))
    CASES.append(('I05-size.svg', b'<svg xmlns="http://www.w3.org/2000/svg" width="1e9" height="1e9">' + rect + b'</svg>', None, None))
    CASES.append(('I06.png', zlib.compress(svg, 9, 31) if sys.version_info >= (3, 11) else b'\x1f\x8b' + svg, None, None))
    CASES.append(('I14.ttf', b'\0\1\0\0\0\x01' + bytes(10) + SCRIPT, '', None))
    CASES.append(('I14.woff2', b'wOF2\0\1\0\0' + SCRIPT, '', None))
    rows16 = b''.join(b'\0' + b''.join(struct.pack('>HHH', 65535, 0, 32896) for _ in range(2)) for _ in range(2))
    CASES.append(('I11-sixteen.png', png(2, 2, 2, 16, rows16), 'png', (2, 2, [(255, 0, 128)] * 4)))
    palette = chunk(b'PLTE', bytes([10, 20, 30, 40, 50, 60]))
    CASES.append(('I11-palette.png', png(2, 1, 3, 1, b'\0\x40', palette), 'png', (2, 1, [(10, 20, 30), (40, 50, 60)])))
    turned = png(2, 1, 2, 8, b'\0\xff\0\0\0\0\xff', chunk(b'eXIf', exif(6)[6:]))
    CASES.append(('I11-turned.png', turned, 'png', (1, 2, [(255, 0, 0), (0, 0, 255)])))
    CASES.append(('I11-cmyk.jpg', seed(options, 'cmyk-jpg'), 'jpg png', None))
    whole = png(40, 40, 2, 8, b''.join(b'\0' + bytes((x * 7 + y * 5 + c) % 256 for x in range(40) for c in range(3)) for y in range(40)))
    CASES.append(('I15.png', whole[:len(whole) // 2], None, None))
    for name in ('a-jpg', 'a-gif', 'a-tif', 'a-webp', 'a-jp2', 'a-heic', 'a-avif'):
        data = seed(options, name)
        CASES.append(('I15-half.' + name[2:], data[:len(data) // 2], None, None))


def look(name, content, kinds, want, made, out):
    """Why this is wrong, or ''."""
    if kinds == '' and made:
        return 'delivered: %s' % made
    if kinds and (not made or made[0].rpartition('.')[2] not in kinds.split()):
        return 'came out: %s' % made
    for one in made:
        with open(os.path.join(out, one), 'rb') as f:
            data = f.read()
        if b'MUGAI-CANARY' in data:
            return 'the canary came out'
        if want and pixels(data) != want:
            return 'pixels %s, not %s' % (pixels(data), want)
    return ''


def main():
    parser = argparse.ArgumentParser()
    for name in ('mugai', 'verify', 'seeds'):
        parser.add_argument('--' + name, required=True)
    options = parser.parse_args()
    carriers(options)
    bombs(options)
    vectors_and_others(options)
    with tempfile.TemporaryDirectory() as folder:
        rules, source, out = (os.path.join(folder, n) for n in ('rules.yaml', 'in', 'out'))
        with open(rules, 'w', encoding='ascii') as f:
            f.write('version: 1\npreset: u-remove\n')
        slow = []
        for name, content, kinds, want in CASES:
            place = os.path.join(source, name)
            os.makedirs(place)
            with open(os.path.join(place, name), 'wb') as f:
                f.write(content)
            started = time.monotonic()
            done = subprocess.run([options.mugai, 'sanitize', '-r', rules, '-o', os.path.join(out, name), os.path.join(place, name)],
                                  stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
            if done.returncode == 2:
                print('1..0 # SKIP no sandbox here: %s' % done.stderr.decode(errors='replace').strip())
                return 0
            if time.monotonic() - started > 10:
                slow.append(name)
            made = sorted(os.listdir(os.path.join(out, name))) if os.path.isdir(os.path.join(out, name)) else []
            why = look(name, content, kinds, want, made, os.path.join(out, name))
            point(not why and done.returncode in (0, 1), name, '%s (exit %d) %s' % (why, done.returncode, done.stderr.decode(errors='replace')))
        point(not slow, 'none takes long', slow)
        verdict = subprocess.run([options.verify, out], stdout=subprocess.PIPE, text=True, check=False)
        point(verdict.returncode == 0, 'all that came out is in the profile', verdict.stdout)
        lost = [n for n, content, _, _ in CASES if n.startswith(('I01', 'I02', 'I03')) and CANARY not in content]
        point(not lost, 'the canaries are in what goes in', lost)
    print('1..%d' % COUNT)
    return 1 if FAILED else 0


if __name__ == '__main__':
    sys.exit(main())
