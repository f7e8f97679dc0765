#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""pdfs: PDFs that do something, hide something, or never end; Test Anything Protocol.

    pdfs.py --mugai PROGRAM --verify PROGRAM

Each case is a file, by the id of the catalogue of evasions. Through `mugai sanitize` with pdf-image, sandbox and all. The canary must
not come out; what is delivered must be in the profile, begin as a PDF and hold the keeper as text; what cannot be opened is withheld;
bombs end in time.
"""
import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
import zlib

CANARY = b'MUGAI-CANARY-PDF'
KEEPER = 'Keeper 71'
SECONDS = 40  # for all cases
COUNT = FAILED = 0
CASES = []  # name, bytes, 'pdf' with the keeper, 'any' (pdf or nothing), 'none'
BANNED = (b'/JS', b'/JavaScript', b'/AA', b'/OpenAction', b'/Launch', b'/URI', b'/EmbeddedFile', b'/EF', b'/XFA', b'/AcroForm', b'/Annots',
          b'/Sig', b'/GoTo', b'/SubmitForm', b'/RichMedia', b'/Encrypt', b'/ObjStm', b'/Ref', b'/Metadata', b'/Info', b'<script', b'PK\5\6')


def point(ok, name, why=''):
    global COUNT, FAILED
    COUNT += 1
    FAILED += not ok
    print('%sok %d - %s%s' % ('' if ok else 'not ', COUNT, name, '' if ok else ': ' + str(why)))


TEXT = b'BT /F 24 Tf 20 60 Td (%s) Tj ET' % KEEPER.encode()


def stream(dictionary, data):
    return b'<< %s /Length %d >>\nstream\n%s\nendstream' % (dictionary, len(data), data)


def pdf(catalogue=b'', page=b'', contents=TEXT, more=(), resources=b'', trailer=b'', box=b'0 0 300 150', head=b'%PDF-1.7\n'):
    """Objects 1 catalogue, 2 pages, 3 page, 4 contents, 5 font; more: from 6 on."""
    objects = [b'<< /Type /Catalog /Pages 2 0 R %s >>' % catalogue, b'<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
               b'<< /Type /Page /Parent 2 0 R /MediaBox [%s] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> %s >> %s >>' % (box, resources, page),
               stream(b'', contents), b'<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>'] + list(more)
    out, offsets = head, []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b'%d 0 obj\n%s\nendobj\n' % (number, body)
    at = len(out)
    out += b'xref\n0 %d\n0000000000 65535 f \n' % (len(objects) + 1) + b''.join(b'%010d 00000 n \n' % o for o in offsets)
    return out + b'trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n' % (len(objects) + 1, trailer, at)


def update(data, number, body):
    """One more revision in which object @number is @body."""
    before = int(re.findall(rb'startxref\s+(\d+)', data)[-1])
    at = len(data)
    data += b'%d 0 obj\n%s\nendobj\n' % (number, body)
    return data + b'xref\n%d 1\n%010d 00000 n \ntrailer\n<< /Size 40 /Root 1 0 R /Prev %d >>\nstartxref\n%d\n%%%%EOF\n' % (number, at, before, len(data))


def case(name, data, expect='pdf'):
    CASES.append((name, data, expect))


def build():
    js = b'<< /S /JavaScript /JS (app.alert\\("%s"\\)) >>' % CANARY
    case('D01-open', pdf(b'/OpenAction ' + js))
    case('D01-aa', pdf(b'/AA << /WC %s >>' % js, b'/AA << /O %s >>' % js))
    case('D01-names', pdf(b'/Names << /JavaScript << /Names [(a) %s] >> >>' % js))
    case('D01-annotation', pdf(page=b'/Annots [<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /A %s >>]' % js))
    case('D01-field', pdf(b'/AcroForm << /Fields [6 0 R] >>', b'/Annots [6 0 R]', more=[b'<< /Type /Annot /Subtype /Widget /FT /Tx /T (t) /V (v) /Rect [9 9 60 20] /AA << /K %s >> >>' % js]))
    case('D02', pdf(b'/OpenAction << /S /J#61vaScript /#4a#53 (%s) >>' % CANARY))
    actions = {'launch': b'/S /Launch /F (%s.exe)', 'gotor': b'/S /GoToR /F (%s.pdf) /D [0 /Fit]', 'gotoe': b'/S /GoToE /T << /R /C /N (%s) >>', 'uri': b'/S /URI /URI (http://%s/)',
               'submit': b'/S /SubmitForm /F (http://%s/)', 'import': b'/S /ImportData /F (%s)', 'rendition': b'/S /Rendition /JS (%s)'}
    for name, action in actions.items():
        case('D03-' + name, pdf(b'/OpenAction << %s >>' % (action % CANARY), b'/Annots [<< /Type /Annot /Subtype /Link /Rect [0 0 300 150] /A << %s >> >>]' % (action % CANARY)))
    for kind in (b'RichMedia', b'3D', b'Movie', b'Sound', b'Screen', b'FileAttachment'):
        case('D03-' + kind.decode(), pdf(page=b'/Annots [<< /Type /Annot /Subtype /%s /Rect [0 0 9 9] /Contents (%s) /FS << /F (%s) /EF << /F 6 0 R >> >> >>]' % (kind, CANARY, CANARY), more=[stream(b'/Type /EmbeddedFile', CANARY)]))
    files = b'/Names << /EmbeddedFiles << /Names [(x) 6 0 R] >> >> /AF [6 0 R]'
    spec = [b'<< /Type /Filespec /F (%s.exe) /EF << /F 7 0 R >> >>' % CANARY, stream(b'/Type /EmbeddedFile', b'MZ' + CANARY)]
    case('D04', pdf(files, more=spec))
    case('D04-portfolio', pdf(files + b' /Collection << /View /T >>', more=spec))
    case('D05', pdf(b'/AcroForm << /Fields [] /XFA 6 0 R >>', more=[stream(b'', b'<xdp:xdp><script>%s</script></xdp:xdp>' % CANARY)]))
    inside = b'7 0 ' + js
    case('D06', pdf(b'/OpenAction 7 0 R', more=[stream(b'/Type /ObjStm /N 1 /First 4', inside)]))
    clean, active = b'<< /Type /Catalog /Pages 2 0 R >>', b'<< /Type /Catalog /Pages 2 0 R /OpenAction %s >>' % js
    case('D07-active', update(pdf(), 1, active))
    case('D07-clean', update(pdf(b'/OpenAction ' + js), 1, clean))
    hidden = b'BT /F 24 Tf 20 60 Td (%s) Tj ET' % CANARY
    case('D07-text', update(update(pdf(contents=hidden), 4, stream(b'', hidden)), 4, stream(b'', TEXT)))
    case('D08', pdf(trailer=b'/XRefStm 20'))
    case('D12', pdf() + b'MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n\r\n<script>%s</script>' % CANARY)
    archive = b'PK\3\4' + bytes(26) + CANARY + b'PK\1\2' + bytes(42) + b'PK\5\6' + bytes(4) + b'\1\0\1\0' + b'\x2e\0\0\0' + bytes(6)
    case('D13-zip', pdf() + archive, 'any')
    case('D13-html', pdf(head=b'<html><script>%s</script>\n%%PDF-1.7\n' % CANARY), 'any')
    case('D13-pe', pdf(head=b'MZ' + bytes(60) + CANARY + b'\n%PDF-1.7\n'), 'any')
    case('D14-handler', pdf(trailer=b'/Encrypt << /Filter /Unknown /V 9 /R 9 /O (%s) >> /ID [(a) (b)]' % CANARY), 'none')
    case('D14-password', pdf(trailer=b'/Encrypt << /Filter /Standard /V 1 /R 2 /Length 40 /P -4 /O <%s> /U <%s> >> /ID [<00> <00>]' % (b'41' * 32, b'42' * 32)), 'none')
    case('D15-pages', pdf().replace(b'/Kids [3 0 R]', b'/Kids [2 0 R]'), 'any')
    case('D15-outline', pdf(b'/Outlines 6 0 R', more=[b'<< /First 6 0 R /Next 6 0 R /Parent 6 0 R /Count 9 >>']))
    case('D15-form', pdf(contents=TEXT + b' /X Do', resources=b'/XObject << /X 6 0 R >>', more=[stream(b'/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 6 0 R >> >>', b'/X Do /X Do')]))
    bomb = bytes(100_000_000)
    for _ in range(3):
        bomb = zlib.compress(bomb, 9)
    case('D16-flate', pdf(more=[stream(b'/Type /XObject /Subtype /Image /Width 30000 /Height 30000 /ColorSpace /DeviceGray /BitsPerComponent 8 /Filter [/FlateDecode /FlateDecode /FlateDecode]', bomb)],
                          contents=TEXT + b' q 9 0 0 9 0 0 cm /X Do Q', resources=b'/XObject << /X 6 0 R >>'), 'any')
    case('D16-pages', pdf().replace(b'/Kids [3 0 R] /Count 1', b'/Kids [%s] /Count 1000000' % (b'3 0 R ' * 1000)), 'any')
    case('D16-size', pdf(box=b'0 0 100000 100000'), 'any')
    case('D16-contents', pdf(contents=TEXT + b' q 0 0 300 150 re f Q' * 1_000_000), 'any')
    nest = [stream(b'/Type /XObject /Subtype /Form /BBox [0 0 300 150] /Resources << /XObject << /X %d 0 R >> >>' % (n + 1), b'/X Do ' * 30) for n in range(6, 20)] + [stream(b'/Type /XObject /Subtype /Form /BBox [0 0 9 9]', b'0 0 9 9 re f')]
    case('D16-forms', pdf(contents=TEXT + b' /X Do', resources=b'/XObject << /X 6 0 R >>', more=nest), 'any')
    for name, filters in (('jpx', b'/JPXDecode'), ('jbig2', b'/JBIG2Decode'), ('ccitt', b'/CCITTFaxDecode /DecodeParms << /K 99999 /Columns 65535 /Rows 65535 >>')):
        case('D18-' + name, pdf(contents=TEXT + b' q 9 0 0 9 0 0 cm /X Do Q', resources=b'/XObject << /X 6 0 R >>',
                                more=[stream(b'/Type /XObject /Subtype /Image /Width 9 /Height 9 /ColorSpace /DeviceGray /BitsPerComponent 1 /Filter ' + filters, CANARY + bytes(range(256)))]), 'any')
    case('D20-file', pdf(more=[b'<< /F (/etc/passwd) /Length 0 >>\nstream\n\nendstream']))
    case('D20-ref', pdf(contents=TEXT + b' /X Do', resources=b'/XObject << /X 6 0 R >>', more=[stream(b'/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Ref << /F (%s) /Page 0 >>' % CANARY, b'')]))
    case('D21', pdf(b'/AcroForm << /SigFlags 3 /Fields [6 0 R] >>', more=[b'<< /FT /Sig /T (s) /V << /Type /Sig /Contents <%s> /ByteRange [0 1 2 3] >> >>' % CANARY.hex().encode()]))
    case('D22', b'%%!PS-Adobe-3.0\n(%s) show showpage\n' % CANARY, 'none')
    case('C10-empty', b'', 'none')
    case('C10-byte', b'%', 'none')
    case('C10-head', b'%PDF-1.7\n', 'none')


def text_of(data):
    """The text layer of one of our PDFs."""
    out = ''
    for at in re.finditer(rb'obj\n<< /Filter /FlateDecode /Length (\d+) >>\nstream\n', data):
        plain = zlib.decompress(data[at.end():at.end() + int(at.group(1))])
        out += ''.join(bytes.fromhex(s.decode()).decode('utf-16-be', 'replace') for s in re.findall(rb'<([0-9A-F]+)> Tj', plain))
    return out


def check(name, expect, path):
    if not os.path.exists(path):
        point(expect != 'pdf', name + ': withheld', 'a PDF was expected')
        return
    with open(path, 'rb') as f:
        data = f.read()
    text = text_of(data)
    why = 'nothing may come out' if expect == 'none' else 'the canary came out' if CANARY in data or CANARY.decode() in text else \
        'does not begin as a PDF' if not data.startswith(b'%PDF-') else 'the keeper is missing' if expect == 'pdf' and KEEPER not in text else \
        ' '.join(word.decode() for word in BANNED if word in re.sub(rb'stream\n.*?\nendstream', b'', data, flags=re.S))
    point(not why, name, why)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--mugai', required=True)
    parser.add_argument('--verify', required=True)
    options = parser.parse_args()
    build()
    with tempfile.TemporaryDirectory() as folder:
        rules, inputs = os.path.join(folder, 'rules.yaml'), os.path.join(folder, 'in')
        os.mkdir(inputs)
        with open(rules, 'w', encoding='utf-8') as f:
            f.write('version: 1\nlimits: { filter-time: 8s }\nrules:\n  - { name: p, when: { type: pdf }, do: [pdf-image: { page-time: 2s, time: 5s }] }\n')
        for name, data, _ in CASES:
            with open(os.path.join(inputs, name + '.pdf'), 'wb') as f:
                f.write(data)
        started = time.monotonic()
        done = subprocess.run([options.mugai, 'sanitize', '-r', rules, '-o', os.path.join(folder, 'out'), inputs], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False)
        if done.returncode == 2 and os.environ.get('MUGAI_SANDBOX_MUST_WORK') != '1':
            print('1..0 # SKIP no sandbox here')
            return 0
        seconds = time.monotonic() - started
        point(done.returncode in (0, 1), 'the sanitizer survives %d files' % len(CASES), 'status %d\n%s' % (done.returncode, done.stderr))
        point(seconds < SECONDS, 'in %d seconds' % SECONDS, '%.1f s' % seconds)
        outputs = os.path.join(folder, 'out', 'in')
        for name, _, expect in CASES:
            check(name, expect, os.path.join(outputs, name + '.pdf'))
        verdict = subprocess.run([options.verify, outputs], stdout=subprocess.PIPE, text=True, check=False)
        point(verdict.returncode == 0, 'what comes out is in the profile', verdict.stdout)
        refused = subprocess.run([options.verify, inputs], stdout=subprocess.PIPE, text=True, check=False)
        point(len(refused.stdout.splitlines()) >= len(CASES), 'with cat in place of the sanitizer every case fails', refused.stdout)
    print('1..%d' % COUNT)
    return 1 if FAILED else 0


if __name__ == '__main__':
    sys.exit(main())
