# SPDX-License-Identifier: Apache-2.0
"""file_area: cases of the areas archive and misc-file, as files; see files.py.

A case is (id-variant.extension, bytes, expectation): GONE, nothing may come out; SAFE, withheld or without the canary; KEPT, the keeper must
come out. What comes out, whatever the expectation, holds neither the canary nor the input."""
import bz2
import gzip
import lzma
import struct

from archives import lzh_of, plain_zip, record, seven, tar_field, tar_of, unicode_path as second_name, zip64_of, zip_of

GONE, SAFE, KEPT = 'gone', 'safe', 'kept'
CANARY = b'MUGAI-CANARY-FILE'
KEEPER = b'MUGAI-KEEPER-FILE'
PROGRAM = b'MZ\x90\0' + CANARY + bytes(60)
PLAIN = KEEPER + b'\r\n'
ONE = record(b'a.txt', PLAIN)
BAD = record(b'b.exe', PROGRAM)
CASES = []


def case(name, data, expect=GONE):
    assert all(n != name for n, _, _ in CASES), name
    CASES.append((name, data, expect))


def unicode_path(version, crc):
    return struct.pack('<HHBI', 0x7075, 10, version, crc) + b'b.exe'


def zips():
    case('A04-headers.zip', zip_of([record(b'a.txt', PROGRAM)], [record(b'b.exe', PROGRAM)]))
    case('A04-crc.zip', zip_of([record(b'a.txt', PROGRAM, extra=unicode_path(1, 1))]))
    case('A04-version.zip', zip_of([record(b'a.txt', PROGRAM, extra=unicode_path(9, 0))]), SAFE)
    case('A05-stored.zip', zip_of([record(b'a.txt', PROGRAM, method=8)], [record(b'a.txt', PROGRAM)]))
    case('A05-deflated.zip', zip_of([record(b'a.txt', PROGRAM)], [record(b'a.txt', PROGRAM, method=8)]))
    case('A05-size.zip', zip_of([record(b'a.txt', PROGRAM)], [record(b'a.txt', PROGRAM, size=3)]))
    case('A04-local.zip', zip_of([record(b'a.txt', PROGRAM, extra=second_name('b.exe', b'a.txt'))], [record(b'a.txt', PROGRAM)]))
    case('A04-two.zip', zip_of([record(b'a.txt', PROGRAM, extra=second_name('b.txt', b'a.txt'))], [record(b'a.txt', PROGRAM, extra=second_name('b.exe', b'a.txt'))]))
    case('A05-zip64.zip', zip64_of(b'a.txt', PROGRAM, size=(1 << 32) + len(PROGRAM)))
    case('A09-zip64.zip', zip64_of(b'a.txt', PROGRAM, locator=0))
    case('A08-comment.zip', zip_of([ONE, BAD], comment=zip_of([BAD])))
    case('A08-record.zip', zip_of([BAD], comment=b'PK\5\6' + bytes(18)))
    whole = zip_of([BAD])
    case('A08-length.zip', whole[:-2] + b'\5\0')
    case('A08-tail.zip', whole + b'tail')
    case('A09-count.zip', zip_of([ONE, BAD], count=1))
    case('A09-more.zip', zip_of([BAD], count=2))
    case('A09-offset.zip', zip_of([BAD], offsets=[7]))
    case('A09-gap.zip', zip_of([ONE], gap=PROGRAM))
    case('A09-front.zip', zip_of([ONE], head=b'PK\3\4' + PROGRAM))
    case('A10-local.zip', zip_of([ONE, BAD], [ONE]))
    case('A10-central.zip', zip_of([BAD], [BAD, record(b'c.txt', b'c')], offsets=[0, 300]))
    for name, tail in (('signature', b'PK\7\x08'), ('bare', b''), ('twice', b'PK\7\x08PK\7\x08')):
        fields, path, extra, packed = record(b'b.exe', PROGRAM, flags=8)
        descriptor = tail + fields[10:22]
        local = (fields[:10] + bytes(12) + fields[22:], path, extra, packed + descriptor)
        case('A11-%s.zip' % name, zip_of([local], [(fields, path, extra, packed)]), SAFE)
    case('A11-64.zip', zip_of([(ONE[0][:2] + b'\x08\0' + ONE[0][4:10] + bytes(12) + ONE[0][22:], ONE[1], b'', PROGRAM + b'PK\7\x08' + bytes(20))],
                              [record(b'a.txt', PROGRAM, flags=8)]), SAFE)
    case('A15-zipcrypto.zip', zip_of([record(b'a.txt', PROGRAM, flags=1)]))
    case('A15-aes.zip', zip_of([record(b'a.txt', PROGRAM, method=99, flags=1, extra=struct.pack('<HHHBBBH', 0x9901, 7, 2, 65, 69, 3, 8))]))
    case('A28.zip', zip_of([record(b'a.txt', PLAIN, extra=struct.pack('<HH', 0x000a, len(CANARY)) + CANARY)], comment=CANARY), KEPT)


def bombs():
    zeros = plain_zip(*[('%d.txt' % i, bytes(4 << 20)) for i in range(8)])
    case('A16-nested.zip', plain_zip(*[('%d.zip' % i, zeros) for i in range(16)]), SAFE)
    case('A16-flat.zip', plain_zip(('a.txt', b'a' * (64 << 20))))
    case('A16-overlap.zip', zip_of([record(b'a.txt', PROGRAM), record(b'b.txt', PROGRAM)], offsets=[0, 0]))
    case('A16-many.zip', plain_zip(*[('%d.txt' % i, b'x') for i in range(5000)]))
    case('A16-huge.zip', zip_of([record(b'a.txt', PROGRAM, size=0xfffffffe)]), SAFE)
    for depth in (8, 9, 20):
        data = plain_zip(('b.exe', PROGRAM))
        for i in range(depth - 1):
            data = plain_zip(('%d.zip' % i, data))
        case('A18-%d.zip' % depth, data, SAFE)
    mixed = tar_of(('b.exe', PROGRAM), ('a.txt', PLAIN))
    case('A18-mixed.zip', plain_zip(('x.tar.gz.xz', lzma.compress(gzip.compress(mixed)))), SAFE)
    case('A18.tar.bz2', bz2.compress(mixed), KEPT)
    archive = zip_of([BAD])
    case('A19-program.zip', PROGRAM + archive)
    case('A19-moved.exe', zip_of([BAD], head=b'MZ' + bytes(62)))
    case('A19-picture.zip', b'\xff\xd8\xff\xe0\0\x10JFIF\0' + bytes(9) + b'\xff\xd9' + archive, SAFE)


def others():
    case('A20-stored.7z', seven(PLAIN), KEPT)
    case('A20-header.7z', seven(PROGRAM, b'\x06\xf1\x07\x01', b'\x53\7' + bytes(8), encoded=True))
    case('A20-content.7z', seven(PROGRAM, b'\x06\xf1\x07\x01', b'\x53\7' + bytes(8)))
    case('A20-dictionary.7z', seven(PROGRAM, b'\3\1\1', b'\x5d\xff\xff\xff\xff'), SAFE)
    case('A20-ppmd.7z', seven(PROGRAM, b'\3\4\1', b'\x40\xff\xff\xff\xff'), SAFE)
    case('A20-bcj2.7z', seven(PROGRAM, b'\3\3\1\x1b'), SAFE)
    case('A32-size.7z', seven(PROGRAM, size=1 << 63), SAFE)
    case('A32-sparse.tar', tar_field(b'S', b'a.txt', PROGRAM, extra=bytes(41) + b'00000000000\0' + b'\x80' + b'\0' * 3 + struct.pack('>Q', 1 << 62)) + bytes(1024), SAFE)
    case('A22-0.lzh', lzh_of(b'a.txt', PLAIN), KEPT)
    case('A22-program.lzh', lzh_of(b'a.txt', PROGRAM), SAFE)
    for name, length in (('2', 40), ('2-low', 256)):
        head = struct.pack('<H', length) + b'-lh0-' + struct.pack('<IIIBBHB', len(PROGRAM), len(PROGRAM), 0, 0x20, 2, 0, 0x4d)
        extended = struct.pack('<H', 8) + b'\1a.exe' + struct.pack('<H', 8) + b'\1b.txt' + struct.pack('<H', 0)
        case('A22-%s.lzh' % name, (head + extended).ljust(length, b'\0') + PROGRAM + b'\0', SAFE)
    case('A22-3.lzh', struct.pack('<H', 4) + b'-lh0-' + struct.pack('<IIIBBHBI', len(PROGRAM), len(PROGRAM), 0, 0x20, 3, 0, 0x4d, 0xffffffff) + PROGRAM, SAFE)
    pax = b'17 path=b.exe...\n'
    case('A24-pax.tar', tar_field(b'x', b'h', pax) + tar_field(b'0', b'a.txt', PROGRAM) + bytes(1024), SAFE)
    case('A24-longlink.tar', tar_field(b'L', b'././@LongLink', b'd/' * 80 + b'a.txt\0') + tar_field(b'0', b'short', PLAIN) + bytes(1024), KEPT)
    case('A24-negative.tar', tar_field(b'0', b'a.txt', PROGRAM, size=b'\xff' * 12) + bytes(1024), SAFE)
    case('A24-large.tar', tar_field(b'0', b'a.txt', PROGRAM, size=b'\x80' + b'\0' * 3 + b'\x7f' + b'\xff' * 7) + bytes(1024), SAFE)
    whole = bytearray(tar_field(b'0', b'a\xff\xff\xfe.txt', PROGRAM) + bytes(1024))
    whole[148:156] = b'%06o\0 ' % (sum(whole[:512]) - sum(whole[148:156]) + 256 - 3 * 256)
    case('A24-signed.tar', bytes(whole), SAFE)
    case('A26.iso', bytes(32768) + b'\1CD001\1\0' + CANARY + bytes(2040 - len(CANARY)) + b'\0BEA01\1' + bytes(2041) + b'\0NSR02\1' + bytes(2041))
    case('A26.img', b'\xeb\x3c\x90MSDOS5.0' + bytes(499) + b'\x55\xaa' + CANARY + bytes(3000))
    case('A26.vhd', b'conectix' + bytes(504) + CANARY)
    case('A26.wim', b'MSWIM\0\0\0' + bytes(200) + CANARY)
    case('A26.dmg', CANARY + bytes(600) + b'koly' + bytes(508))
    code = b'\xca\xfe\xba\xbe\0\0\0\x34' + CANARY
    case('A30-jar.zip', plain_zip(('META-INF/MANIFEST.MF', 'Manifest-Version: 1.0\r\nMain-Class: A\r\n'), ('A.class', code)), SAFE)
    case('A30-apk.zip', plain_zip(('AndroidManifest.xml', b'\3\0\x08\0' + CANARY), ('classes.dex', b'dex\n035\0' + CANARY)), SAFE)
    case('A30-xpi.zip', plain_zip(('manifest.json', '{}'), ('b.exe', PROGRAM)), SAFE)
    case('A30-crx.zip', b'Cr24\3\0\0\0' + bytes(8) + zip_of([BAD]), SAFE)
    case('A30-docx.zip', plain_zip(('[Content_Types].xml', '<Types/>'), ('word/document.xml', '<w/>'), ('word/vbaProject.bin', PROGRAM)), SAFE)


def misc():
    case('C02.csv', b"name,value\r\n=cmd|'/c calc'!A0,1\r\n+1+1,@SUM(1)\r\n" + KEEPER + b',2\r\n', KEPT)
    case('C03-sjis.csv', 'sep=;\r\n部署;番号\r\n総務課;"一\r\n二"\r\n'.encode('cp932') + KEEPER + b';1\r\n', KEPT)
    calendar = (b'BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20261120T000000Z\r\nDTSTART:20261121T010000Z\r\nSUMMARY:' + KEEPER +
                b'\r\nATTACH;ENCODING=BASE64;VALUE=BINARY:' + CANARY + b'\r\nURL:http://' + CANARY + b'/\r\nX-ALT-DESC;FMTTYPE=text/html:<b>' + CANARY +
                b'\r\nBEGIN:VALARM\r\nACTION:PROCEDURE\r\nTRIGGER:-PT5M\r\nATTACH:file:///' + CANARY + b'\r\nEND:VALARM\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n')
    case('C04.ics', calendar, KEPT)
    for name, field in (('photo', b'PHOTO;ENCODING=b;TYPE=JPEG:'), ('key', b'KEY:data:,'), ('url', b'URL:http://'), ('long', b'X-LONG:' + b'x' * 10000000)):
        case('C05-%s.vcf' % name, b'BEGIN:VCARD\r\nVERSION:3.0\r\nN:' + KEEPER + b';;;;\r\nFN:' + KEEPER + b'\r\n' + field + CANARY + b'\r\nEND:VCARD\r\n',
             SAFE if name == 'long' else KEPT)
    for name, data in (('html.txt', b'<html><script>' + CANARY + b'</script><p>' + PLAIN + b'</p></html>'), ('bom.json', b'\xef\xbb\xbf{"a": "' + KEEPER + b'"}'),
                       ('a.xml', b'<?xml version="1.0"?><a>' + KEEPER + b'</a>'), ('wide.txt', b'\xff\xfe' + PLAIN.decode().encode('utf-16-le')),
                       ('a.yaml', b'a: ' + KEEPER + b'\r\n')):
        case('C06-' + name, data, SAFE if CANARY in data else KEPT)
    case('C07.url', b'[InternetShortcut]\r\nURL=file://' + CANARY + b'/x.exe\r\n')
    case('C07.webloc', b'<?xml version="1.0"?><!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "x"><plist><dict><key>URL</key><string>' + CANARY + b'</string></dict></plist>')
    case('C07.desktop', b'[Desktop Entry]\nType=Application\nExec=' + CANARY + b'\n')
    case('C07.lnk', b'L\0\0\0\1\x14\2\0\0\0\0\0\xc0\0\0\0\0\0\0\x46' + bytes(56) + CANARY)
    for extension, data in (('bat', b'@echo off\r\nstart calc\r\n'), ('ps1', b'Invoke-Expression (New-Object Net.WebClient)\r\n'), ('vbs', b'CreateObject("WScript.Shell").Run "calc"\r\n')):
        case('C08-%s.txt' % extension, data + PLAIN, SAFE)
        case('C08.' + extension, data + CANARY + b'\r\n')
    case('C09.mp3', b'ID3\3\0\0\0\0\0\x20' + CANARY + bytes(15) + b'\xff\xfb\x90\0' + bytes(400))
    case('C09.mkv', b'\x1a\x45\xdf\xa3\x9f\x42\x86\x81\1\x42\x82\x88matroska' + CANARY + bytes(50))
    case('C09.mp4', b'\0\0\0\x18ftypisom\0\0\2\0isomiso2' + CANARY + bytes(50))
    case('C09.ogg', b'OggS\0\2' + bytes(20) + CANARY)
    case('C09.wav', b'RIFF\x40\0\0\0WAVEfmt ' + CANARY + bytes(50))
    firsts = {'docx': b'P', 'xlsx': b'P', 'pptx': b'P', 'doc': b'\xd0', 'xls': b'\xd0', 'pdf': b'%', 'zip': b'P', '7z': b'7', 'gz': b'\x1f', 'tar': b'a', 'png': b'\x89',
              'jpg': b'\xff', 'gif': b'G', 'tif': b'I', 'webp': b'R', 'svg': b'<', 'html': b'<', 'eml': b'F', 'msg': b'\xd0', 'ics': b'B', 'vcf': b'B', 'exe': b'M',
              'rtf': b'{', 'lzh': b'-', 'dat': b'\x78', 'odt': b'P', 'jtd': b'\xd0', 'xml': b'<', 'csv': b'='}
    for extension, byte in firsts.items():
        case('C10-empty.' + extension, b'', SAFE)
        case('C10-byte.' + extension, byte, SAFE)


for make in (zips, bombs, others, misc):
    make()
