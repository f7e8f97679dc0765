# SPDX-License-Identifier: Apache-2.0
"""cases: mails made to slip something past a gateway, one or more for each technique, by the id of the catalogue of evasions.

Each case has a canary, which a lenient reader finds in the mail and which must not come out, and a keeper, which must.
wrapped() puts the trick into the second part of a clean mail, so that the keeper shows that the rest of the mail survives.
"""
import base64
import binascii
import quopri
import sys

import cms_area as cms
import html_area as html

HEAD = b'From: sender@example.org\r\nTo: clerk@city.example.lg.jp\r\nSubject: test\r\nDate: Fri, 20 Nov 2026 19:22:00 +0900\r\n'
CASES = []


class Case:
    """One mail. canary, keeper: bytes and text, None when the technique has none; absent: further texts that must not come out."""
    def __init__(self, name, mail, canary=None, keeper=None, absent=(), present=()):
        self.name, self.mail, self.canary, self.keeper = name, mail, canary, keeper
        self.absent, self.present = absent, present


def canary(name):
    return b'MUGAI-CANARY-' + name.encode()


def keeper(name):
    return 'MUGAI-KEEPER-' + name


def add(name, mail, **more):
    assert all(c.name != name for c in CASES), name
    CASES.append(Case(name, mail, **more))


def program(name):
    """A part that no rule lets through, with the canary in it."""
    return b'MZ\x90\x00' + canary(name) + b'\x00\x01\x02'


def b64(data, width=76):
    text = base64.b64encode(data)
    return b'\r\n'.join(text[i:i + width] for i in range(0, len(text), width)) + b'\r\n'


def wrapped(name, entity, **more):
    """The trick is a whole part: header, empty line, body."""
    text = keeper(name)
    mail = (HEAD + b'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="mugai-outer"\r\n\r\n--mugai-outer\r\n\r\n' + text.encode() +
            b'\r\n--mugai-outer\r\n' + entity + b'\r\n--mugai-outer--\r\n')
    add(name, mail, canary=canary(name), keeper=text, **more)


def top(name, header, body, keep=True, find=True, **more):
    """The trick is in the header of the mail or in its only body."""
    add(name, HEAD + header + b'\r\n' + body, canary=canary(name) if find else None, keeper=keeper(name) if keep else None, **more)


def attachment(name, header=b'', data=None):
    return (b'Content-Type: application/octet-stream\r\nContent-Disposition: attachment; filename="a.bin"\r\n' + header +
            b'Content-Transfer-Encoding: base64\r\n\r\n' + b64(program(name) if data is None else data))


def split(name, boundary, delimiter=None):
    """A multipart's content: one part with the canary below @boundary."""
    line = b'--' + (boundary if delimiter is None else delimiter)
    return b'\r\n' + line + b'\r\n' + attachment(name) + line + b'--\r\n'


# -- smtp: what stands before and around the header

def smtp():
    text = keeper('S04').encode()
    add('S04', HEAD.replace(b'\r\n', b'\n') + b'\n' + text + b'\n', keeper=text.decode())
    top('S05', b'garbage line\r\nX-Evil: ' + canary('S05') + b'\r\nContent-Type: text/html\r\n', b'x\r\n', keep=False, find=False,
        present=('X-Evil: ',))
    top('S08', b'X-A\0B: 1\r\n', keeper('S08').encode() + b'\r\n', find=False)
    top('S08-value', b'Subject: a\0b\r\n', keeper('S08-value').encode() + b'\r\n', find=False)
    add('S09', b'From a@b Fri Nov 20 19:22:00 2026\r\n' + HEAD + b'\r\n' + keeper('S09').encode() + b'\r\n', keeper=keeper('S09'))
    top('S11', b'Content-Length: 5\r\nX-Evil: ' + canary('S11') + b'\r\n', b'12345' + keeper('S11').encode() + b'\r\n')
    add('S12', HEAD.replace(b'test', '日本語の件名'.encode()) + b'Reply-To: ' + '日本@例え.jp'.encode() + b'\r\n\r\n' + keeper('S12').encode() + b'\r\n',
        keeper=keeper('S12'))
    inner = b'Content-Type: multipart/mixed; boundary=i\r\n\r\n--i\r\n' + attachment('S15') + b'--i--\r\n'
    add('S15', HEAD + b'Content-Type: multipart/report; report-type=delivery-status; boundary=o\r\n\r\n--o\r\n\r\n' + keeper('S15').encode() +
        b'\r\n--o\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n--o\r\nContent-Type: message/rfc822\r\n\r\n' + inner +
        b'--o--\r\n', canary=canary('S15'), keeper=keeper('S15'))


# -- mime: two readers, two mails

# name, Content-Type, the boundary that some reader takes
VALUES = [
    ('M01', b'multipart/mixed; boundary=foo; boundary=bar', b'bar'),
    ('M01-first', b'multipart/mixed; boundary=foo; boundary=bar', b'foo'),
    ('M03', b'multipart/mixed, application/octet-stream; boundary=foo', b'foo'),
    ('M05', b'mUltIpARt/mIxeD; boundary=foo', b'foo'),
    ('M05-stutter', b'multipart/mixedmultipart/mixed; boundary=foo', b'foo'),
    ('M05-cut', b'ultipart/mixed; boundary=foo', b'foo'),
    ('M06', b'multipart/x; boundary=foo', b'foo'),
    ('M06-slash', b'multipart/; boundary=foo', b'foo'),
    ('M06-bare', b'multipart; boundary=foo', b'foo'),
    ('M09-type', b'multi(x)part/mixed; boundary=foo', b'foo'),
    ('M09-name', b'multipart/mixed; boundary(c)=foo', b'foo'),
    ('M09-value', b'multipart/mixed; boundary=foo(c)foo', b'foofoo'),
    ('M10', b'multipart/mixed; boundary="foo', b'foo'),
    ('M10-comment', b'multipart/mixed; (foo; boundary=foo', b'foo'),
    ('M12', b'multipart/mixed; boundary="bar"foo', b'barfoo'),
    ('M12-empty', b'multipart/mixed; boundary=""foo', b'foo'),
    ('M13', b'multipart/mixed; boundary=', b''),
    ('M13-quoted', b'multipart/mixed; boundary=""', b''),
    ('M13-semicolon', b'multipart/mixed; boundary=;', b''),
    ('M14', b'multipart/mixed; boundary=" foo"', b'foo'),
    ('M14-trailing', b'multipart/mixed; boundary="foo "', b'foo'),
    ('M14-inner', b'multipart/mixed; boundary="foo foo"', b'foo foo'),
    ('M16', b"multipart/mixed; boundary*=us-ascii''%66oo", b'foo'),
    ('M16-parts', b'multipart/mixed; boundary*0=fo; boundary*1=o', b'foo'),
    ('M16-both', b"multipart/mixed; boundary=bar; boundary*=us-ascii''foo", b'foo'),
    ('M18', b'multipart/mixed; boundary=fo\r\n o', b'foo'),
    ('M19', b'multipart/mixed boundary=foo', b'foo'),
    ('M20', b'multipart/mixed; bound=foo', b'foo'),
    ('M21', b'application/octet-stream; boundary=faa', b'faa'),
    ('M24', b'multipart/mixed', b'foo'),
]


def mime_values():
    for name, value, boundary in VALUES:
        wrapped(name, b'Content-Type: ' + value + b'\r\n' + split(name, boundary))

def mime_headers():
    text = b'Content-Type: text/plain\r\n'
    multi = b'Content-Type: multipart/mixed; boundary=foo\r\n'
    wrapped('M02', text + multi + split('M02', b'foo'))
    wrapped('M02-swapped', multi + text + split('M02-swapped', b'foo'))
    top('M07', b'Content-Type: multipart/mixed; boundary=foo\r\n', b'--foo\r\n\r\n' + keeper('M07').encode() + b'\r\n--foo\r\n' + attachment('M07') +
        b'--foo--\r\n')
    for name, field in (('M08', b'Content-Type : '), ('M08-nul', b'Content-Type\0: '), ('M08-lead', b' Content-Type: '),
                        ('M08-cr', b'Content-Type\r: ')):
        wrapped(name, field + b'multipart/mixed; boundary=foo\r\n' + split(name, b'foo'))
    for name, sep in (('M33-cr', b'\r'), ('M33-lfcr', b'\n\r'), ('M33-crcrlf', b'\r\r\n'), ('M33-lf', b'\n')):
        wrapped(name, b'X-A: 1' + sep + b'Content-Type: application/octet-stream' + sep + b'Content-Transfer-Encoding: base64\r\n\r\n' +
                b64(program(name)))
    wrapped('M31', b'Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n' + b64(program('M31')))
    wrapped('M34', b'Content-Type: multipart/mixed; boundary=foo\r\nContent-Transfer-Encoding: base64\r\n\r\n' + b64(split('M34', b'foo')))
    wrapped('M34-raw', b'Content-Type: multipart/mixed; boundary=foo\r\nContent-Transfer-Encoding: base64\r\n' + split('M34-raw', b'foo'))
    wrapped('M48', b'Content-Location: http://x/\r\nContent-Base: http://y/\r\nContent-Class: urn:x\r\n' + attachment('M48'))
    top('M46', b'Subject: ' + canary('M46') + b'\r\nFrom: evil@evil.example\r\n', keeper('M46').encode() + b'\r\n',
        absent=('evil.example',))
    top('M47', (b'X-Dup: ' + canary('M47') + b'\r\n') * 4, keeper('M47').encode() + b'\r\n')


def mime_bodies():
    wrapped('M22', b'Content-Type: multipart/mixed; boundary=foo\r\n\r\n--foo\r\n\r\nx\r\n--foobar\r\n' + attachment('M22') + b'--foo--\r\n')
    wrapped('M23', b'Content-Type: multipart/mixed; boundary=foo\r\n\r\n--foo\r\nContent-Type: multipart/mixed; boundary=foo\r\n\r\n--foo\r\n' +
            attachment('M23') + b'--foo--\r\n--foo--\r\n')
    wrapped('M23-outer', b'Content-Type: multipart/mixed; boundary=mugai-outer\r\n' + split('M23-outer', b'mugai-outer'))
    top('M25', b'Content-Type: multipart/mixed; boundary=foo\r\n', b'--foo\r\n\r\n' + keeper('M25').encode() + b'\r\n--foo\r\n' + attachment('M25'))
    top('M27', b'Content-Type: multipart/mixed; boundary=foo\r\n', attachment('M27') + b'--foo\r\n\r\n' + keeper('M27').encode() + b'\r\n--foo--\r\n')
    top('M27-after', b'Content-Type: multipart/mixed; boundary=foo\r\n', b'--foo\r\n\r\n' + keeper('M27-after').encode() + b'\r\n--foo--\r\n' +
        b'--foo\r\n' + attachment('M27-after') + b'--foo--\r\n')
    for name, line in (('M29', b'--foo  \t'), ('M29-junk', b'--foo x'), ('M29-lead', b' --foo')):
        wrapped(name, b'Content-Type: multipart/mixed; boundary=foo\r\n\r\n--foo\r\nContent-Type: application/octet-stream\r\n\r\nx\r\n' + line +
                b'\r\n' + attachment(name) + b'--foo--\r\n')
    html = b'Content-Type: text/html\r\n\r\n<p>' + canary('M38') + b'</p>\r\n'
    top('M38', b'Content-Type: multipart/alternative; boundary=foo\r\n', b'--foo\r\n\r\n' + keeper('M38').encode() + b'\r\n--foo\r\n' + html +
        b'--foo\r\nContent-Type: text/calendar\r\n\r\nBEGIN:VCALENDAR\r\nSUMMARY:' + canary('M38') + b'\r\nEND:VCALENDAR\r\n--foo--\r\n')
    top('M39', b'Content-Type: multipart/related; boundary=foo\r\n', b'--foo\r\nContent-Type: text/html\r\n\r\n<p>' + keeper('M39').encode() +
        b'<img src="cid:1"></p>\r\n--foo\r\nContent-Type: image/svg+xml\r\nContent-ID: <1>\r\n\r\n<svg><script>' + canary('M39') +
        b'</script></svg>\r\n--foo--\r\n')
    for name, disposition in (('M40', b''), ('M40-inline', b'Content-Disposition: inline; filename=a.exe\r\n')):
        wrapped(name, b'Content-Type: application/octet-stream\r\n' + disposition + b'Content-Transfer-Encoding: base64\r\n\r\n' + b64(program(name)))
    for name, label in (('M41', b'image/png'), ('M41-text', b'text/plain'), ('M41-csv', b'text/csv')):
        wrapped(name, b'Content-Type: ' + label + b'\r\nContent-Transfer-Encoding: base64\r\n\r\n' + b64(program(name)))
    wrapped('M42', b'Content-Type: text/plain; name=a.htm\r\nContent-Disposition: attachment\r\n\r\n<html><script>' + canary('M42') + b'</script></html>\r\n')
    for depth in (1, 7, 9, 200):
        name = 'M43-%d' % depth
        body = attachment(name)
        for _ in range(depth):
            body = b'Content-Type: message/rfc822\r\n\r\nSubject: x\r\n' + body
        wrapped(name, body)
    wrapped('M44', b'Content-Type: application/octet-stream; name=x.eml\r\n\r\nSubject: x\r\n' + attachment('M44'))
    wrapped('M45', b'Content-Type: application/octet-stream; name=x.mht\r\n\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=z\r\n\r\n--z\r\n'
            b'Content-Type: text/html\r\n\r\n<script>' + canary('M45') + b'</script>\r\n--z--\r\n')
    for name, before in (('M49-1', 0), ('M49-500', 500)):
        parts = b''.join(b'--foo\r\nContent-Type: image/gif\r\n\r\nGIF89a\r\n' for _ in range(before))
        wrapped(name, b'Content-Type: multipart/mixed; boundary=foo\r\n\r\n' + parts + b'--foo\r\n' + attachment(name) + b'--foo--\r\n')


# -- encoding

# name, fields that some reader takes for base64; name, base64 that some reader takes
FIELDS = (
    ('E01', b'Content-Transfer-Encoding: 7bit\r\nContent-Transfer-Encoding: base64\r\n'),
    ('E01-swapped', b'Content-Transfer-Encoding: base64\r\nContent-Transfer-Encoding: 7bit\r\n'),
    ('E02', b'Content-Transfer-Encoding: base64, 7bit\r\n'),
    ('E02-quoted', b'Content-Transfer-Encoding: "base64"\r\n'),
    ('E02-suffix', b'Content-Transfer-Encoding: base645\r\n'),
    ('E02-dash', b'Content-Transfer-Encoding: base64-\r\n'),
    ('E03', b'Content-Transfer-Encoding: =?utf-8?q?base64?=\r\n'),
    ('E03-comment', b'Content-Transfer-Encoding: bas(x)e64\r\n'),
    ('E03-fold', b'Content-Transfer-Encoding: bas\r\n e64\r\n'),
    ('E03-nul', b'Content-Transfer-Encoding: base64\0\r\n'))
CHANGES = (
    ('E05', lambda t: t[:8] + b'.#-' + t[8:]),
    ('E05-line', lambda t: t[:8] + b'\r\n????\r\n' + t[8:]),
    ('E07', lambda t: b'\r\n'.join(t[i:i + 3] for i in range(0, len(t), 3))),
    ('E08', lambda t: t.rstrip(b'=\r\n')[:-1]),
    ('E09', lambda t: t.replace(b'+', b'-').replace(b'/', b'_')))


def encodings():
    data, kind = program, b'Content-Type: application/octet-stream\r\n'
    for name, fields in FIELDS:
        wrapped(name, kind + fields + b'\r\n' + b64(data(name)))
        text = name + '-text'
        wrapped(text, b'Content-Type: text/plain\r\n' + fields + b'\r\n' + b64(b'hello ' + canary(text)))
    for name, change in CHANGES:
        body = change(base64.b64encode(data(name) + b'\xfb\xef\xbe' * 9))
        wrapped(name, kind + b'Content-Transfer-Encoding: base64\r\n\r\n' + body + b'\r\n')
    wrapped('E06', kind + b'Content-Transfer-Encoding: base64\r\n\r\nTVqQAA==' + base64.b64encode(canary('E06')) + b'\r\n')
    top('E06-text', b'Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n', base64.b64encode(b'<b> ') + b'\r\n' +
        base64.b64encode(keeper('E06-text').encode()) + b'\r\n', find=False)
    top('E10', b'Content-Transfer-Encoding: quoted-printable\r\n', b'=4=ZZ= 41=\t' + keeper('E10').encode() + b'=e3=81=82\r\n', find=False, present=('あ',))
    top('E11', b'Content-Transfer-Encoding: quoted-printable\r\n', b'MUGAI-=\nKEEPER=  \r\n-E11=', find=False)
    top('E12', b'Content-Transfer-Encoding: quoted-printable\r\n', keeper('E12').encode() + b'=41' * 300000 + b'\r\n', find=False)
    top('E13', b'Content-Transfer-Encoding: base64\r\n', b64(keeper('E13').encode() + b'\n' + base64.b64encode(canary('E13')) + b'\n'))
    wrapped('E12-long', kind + b'Content-Transfer-Encoding: base64\r\n\r\n' + base64.b64encode(data('E12-long') + bytes(300000)) + b'\r\n')


def charsets():
    html = '<html><script>%s</script><p>%s</p></html>'
    def page(name): return html % (canary(name).decode(), keeper(name))
    top('E14', b'Content-Type: text/html; charset=us-ascii\r\nContent-Transfer-Encoding: base64\r\n', b64(b'\xff\xfe' + page('E14').encode('utf-16-le')),
        absent=('<script',))
    top('E14-bom', b'Content-Type: text/html; charset=iso-8859-1\r\n', b'\xef\xbb\xbf' + page('E14-bom').encode() + b'\r\n', absent=('<script',))
    top('E15', b'Content-Type: text/plain; charset=utf-7\r\n', b'+ADw-script+AD4- ' + keeper('E15').encode() + b'\r\n', find=False)
    top('E17', b'Content-Type: text/plain; charset=iso-2022-jp\r\n', b'\x1b$B-!-j\x1b(B ' + keeper('E17').encode() + b'\r\n', find=False, present=('①', '㈱'))
    top('E17-kana', b'Content-Type: text/plain; charset=iso-2022-jp\r\n', b'\x1b(I6E\x1b(B ' + keeper('E17-kana').encode() + b'\r\n', find=False,
        present=('ｶ',))
    top('E18', b'Content-Type: text/plain; charset=shift_jis\r\n', '表"能'.encode('cp932') + b' ' + keeper('E18').encode() + b'\r\n', find=False,
        present=('表"能',))
    for name, charset, text in (('E19-eucjp', 'euc-jp', '漢字かな混じり文'), ('E19-gb', 'gb18030', '汉字测试文本'), ('E19-kr', 'euc-kr', '한국어 시험')):
        top(name, b'Content-Type: text/plain; charset=' + charset.encode() + b'\r\n', text.encode(charset) + b' ' + keeper(name).encode() + b'\r\n',
            find=False, present=(text,))
    for name, label in (('E19-unknown', b'x-unknown'), ('E19-junk', b'"utf-8; foo"'), ('E19-ebcdic', b'cp037')):
        top(name, b'Content-Type: text/plain; charset=' + label + b'\r\n', keeper(name).encode() + b'\r\n', find=False)
    top('E20', b"Content-Type: text/plain; charset*=us-ascii''shift_jis\r\n", 'こんにちは'.encode('cp932') + keeper('E20').encode() + b'\r\n', find=False,
        present=('こんにちは',))
    top('E21', b'Content-Type: text/html; charset=utf-8\r\n', b'<meta charset=iso-2022-jp><p>' + ('あ' + keeper('E21')).encode() + b'</p>\r\n', find=False,
        present=('あ',))
    for name, raw in (('E22', b'\xc0\xbc'), ('E22-surrogate', b'\xed\xa0\x80'), ('E22-high', b'\xf4\x90\x80\x80')):
        top(name, b'Content-Type: text/plain; charset=utf-8\r\n', 'かな'.encode() + raw + keeper(name).encode() + b'\r\n', find=False, absent=('\ufffd',))

    raw = page('E14-utf16').encode('utf-16-be')
    top('E14-utf16', b'Content-Type: text/html; charset=us-ascii\r\nContent-Transfer-Encoding: base64\r\n', b64(raw), find=False, absent=('<script',))
    top('E15-undeclared', b'Content-Type: text/plain\r\n', b'+ADw-script+AD4- ' + keeper('E15-undeclared').encode() + b'\r\n', find=False,
        present=('+ADw-script+AD4-',))
    for name, label, raw, text in (
            ('E17-2004', b'iso-2022-jp-2004', b'\x1b$(Q.!\x1b(B', '俱'), ('E17-user', b'iso-2022-jp-ms', b'\x1b$(?!!\x1b(B', '[外字 U+E000]'),
            ('E17-cut', b'iso-2022-jp', b'\x1b$B$3$\n', 'こ[?24]'), ('E17-sjis', b'iso-2022-jp', 'ひらがな漢字'.encode('cp932'), 'ひらがな漢字'),
            ('E18-2004', b'shift_jis-2004', b'\x87\x9f\x82\xa0', '俱あ'), ('E19-hz', b'hz-gb-2312', b'~{<:Ky~}', '己所'),
            ('E19-2022kr', b'iso-2022-kr', b'\x1b$)C\n\x0e>H3g\x0f', '안녕'), ('E19-latin', b'iso-8859-1', 'ひらがな漢字'.encode(), 'ひらがな漢字'), ('E19-ascii', b'us-ascii', 'ひらがな①㈱'.encode('cp932'), 'ひらがな①㈱'),
            ('E22-cesu', b'utf-8', 'かなと絵文字'.encode() + b'\xed\xa0\xbd\xed\xb8\x80', '[?ED][?A0][?BD]'), ('E22-fffd', b'utf-8', 'か\ufffd'.encode(), 'か[U+FFFD]'),
            ('E22-cut', b'utf-8', 'かなかな'.encode()[:-1], 'かなか[?E3][?81]')):
        top(name, b'Content-Type: text/plain; charset=' + label + b'\r\n', keeper(name).encode() + b'\r\n' + raw + b'\r\n', find=False,
            present=(text,), absent=('\ufffd',))
    top('E21-meta', b'Content-Type: text/html\r\n', b'<meta charset=shift_jis><p>' + ('あ①' + keeper('E21-meta')).encode('cp932') + b'</p>\r\n', find=False,
        present=('あ①',))
    top('E21-comment', b'Content-Type: text/html\r\n', b'<!-- <meta charset=utf-7> --><p>+ADw-b+AD4- ' + keeper('E21-comment').encode() + b'</p>\r\n', find=False,
        present=('+ADw-b+AD4-',))
    top('E20-flowed', b'Content-Type: text/plain; format=flowed; delsp=yes; charset=utf-8\r\n', '一つの \r\n段落 '.encode() + b'\r\n' +
        keeper('E20-flowed').encode() + b'\r\n', find=False, present=('一つの段落' + keeper('E20-flowed'),))


def header_words():
    for name, value in (
            ('E23', b'=?utf-8?Q?a=0D=0AX-Evil:_1?='), ('E23-split', b'=?utf-8?B?4w==?= =?utf-8?B?gYI=?='),
            ('E23-nested', b'=?utf-8?Q?=3D=3Futf-8=3FQ=3Fx=3F=3D?='), ('E23-long', b'=?utf-8?Q?' + b'a' * 300 + b'?='),
            ('E23-unknown', b'=?x-unknown?B?gqA=?='), ('E23-nul', b'=?utf-8?Q?a=00b?=')):
        add(name, HEAD.replace(b'test', value) + b'\r\n' + keeper(name).encode() + b'\r\n', keeper=keeper(name), absent=('\nX-Evil',))
    add('E24', HEAD.replace(b'clerk@city.example.lg.jp', b'=?utf-8?q?admin=40x?=@h.example') + b'\r\n' + keeper('E24').encode() + b'\r\n',
        keeper=keeper('E24'), absent=('<admin@', 'To: admin@'))


# -- names

RLO = '\u202e'
NAMES = (
    ('F01', 'filename="invoice%sfdp.exe"' % RLO), ('F02', 'filename="a.pdf.exe"'), ('F02-dot', 'filename="a.exe."'),
    ('F02-blanks', 'filename="a.exe   "'), ('F02-padding', 'filename="a.pdf%s.exe"' % (' ' * 60)), ('F03', 'filename="a.txt:evil.exe"'),
    ('F03-con', 'filename=CON'), ('F03-aux', 'filename="aux.txt"'), ('F03-data', 'filename="a::$DATA"'), ('F04', 'filename="a．exe"'),
    ('F04-leader', 'filename="a․exe"'), ('F04-wide', 'filename="ａ.ｅｘｅ"'), ('F09', 'filename="=?utf-8?B?6KGoLmV4ZQ==?="'),
    ('F09-utf16', 'filename==?utf-16be?B?AGEALgBlAHgAZQ==?='), ('F10', 'filename=a.e"x"e'), ('F10-single', "filename='a.exe'"),
    ('F10-open', 'filename="a.exe'), ('F10-escape', 'filename="a\\"b.exe"'), ('F11', 'filename=a.ex(c)e'), ('F11-name', 'file(c)name=a.exe'),
    ('F15', 'filename="../../etc/cron.d/x"'), ('F15-win', 'filename="C:\\x\\y.exe"'), ('F15-abs', 'filename="/abs"'), ('F15-home', 'filename="~root"'),
    ('F16', 'filename="-rf"'), ('F16-dollar', 'filename="$(id).pdf"'), ('F16-tick', 'filename="`x`.pdf"'), ('F16-semi', 'filename="a;b.pdf"'),
    ('F16-fold', 'filename="a\r\n b.pdf"'), ('F17-imitation', 'filename="無害化の結果.exe"'))


def filenames():
    for name, value in NAMES:
        wrapped(name, b'Content-Type: application/octet-stream\r\nContent-Disposition: attachment; ' + value.encode() +
                b'\r\nContent-Transfer-Encoding: base64\r\n\r\n' + b64(program(name)), absent=(RLO, '../', '\\'))
    wrapped('F05', b'Content-Type: application/octet-stream; name=a.exe\r\nContent-Disposition: attachment; filename=a.pdf\r\n'
            b'Content-Transfer-Encoding: base64\r\n\r\n' + b64(program('F05')))
    wrapped('F13', b'Content-Type: application/octet-stream\r\nContent-Description: a.exe\r\nContent-ID: <a.exe>\r\nContent-Location: a.exe\r\n'
            b'Content-Transfer-Encoding: base64\r\n\r\n' + b64(program('F13')))


# -- containers of mail, and blocks inside of texts

def containers():
    begin = b'begin 644 a.exe\r\n' + binascii.b2a_uu(b'MZ\x90\x00canary-in-uu' + bytes(20)).replace(b'\n', b'\r\n') + b'`\r\nend\r\n'
    top('P01', b'', keeper('P01').encode() + b'\r\n' + begin, find=False, absent=('\nbegin 644', 'canary-in-uu'),
        present=('「a.exe」',))
    top('P02', b'', keeper('P02').encode() + b'\r\n=ybegin line=128 size=3 name=a.exe\r\nabc\r\n=yend size=3\r\n', find=False, absent=('\n=ybegin',))
    wrapped('P03', b'Content-Type: application/mac-binhex40\r\n\r\n(This file must be converted with BinHex 4.0)\r\n:' + canary('P03') + b':\r\n')
    wrapped('P03-double', b'Content-Type: multipart/appledouble; boundary=foo\r\n\r\n--foo\r\nContent-Type: application/applefile\r\n'
            b'Content-Transfer-Encoding: base64\r\n\r\n' + b64(b'\0\5\26\7' + canary('P03-double')) + b'--foo--\r\n')
    wrapped('P04', b'Content-Type: application/ms-tnef; name=winmail.dat\r\nContent-Transfer-Encoding: base64\r\n\r\n' +
            b64(b'\x78\x9f\x3e\x22\0\0' + canary('P04')))
    wrapped('P07-pgp', b'Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary=foo\r\n\r\n--foo\r\n'
            b'Content-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n--foo\r\nContent-Type: application/octet-stream\r\n\r\n' +
            canary('P07-pgp') + b'\r\n--foo--\r\n')
    cms.cases(sys.modules[__name__])
    wrapped('P09', b'Content-Type: multipart/signed; boundary=foo\r\n\r\n--foo\r\n\r\nsigned text\r\n--foo\r\nContent-Type: application/pkcs7-signature\r\n\r\n' +
            canary('P09') + b'\r\n--foo\r\n' + attachment('P09') + b'--foo--\r\n')
    top('P10', b'', keeper('P10').encode() + b'\r\n-----BEGIN PGP MESSAGE-----\r\n\r\nhQEMA\r\n-----END PGP MESSAGE-----\r\n', find=False, absent=('hQEMA',))
    wrapped('P11', b'Content-Type: message/partial; id="x"; number=1; total=2\r\n\r\nSubject: x\r\n\r\n' + canary('P11') + b'\r\n')
    wrapped('P12', b'Content-Type: message/external-body; access-type=URL; URL="http://evil.example/"\r\n\r\nContent-Type: text/plain\r\n\r\n' + canary('P12') +
            b'\r\n')
    wrapped('P14', b'Content-Type: application/vnd.ms-outlook; name=x.msg\r\nContent-Transfer-Encoding: base64\r\n\r\n' +
            b64(b'\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1' + canary('P14')))
    for name in ('x.jtd', 'x.xdw', 'x.jww', 'x.p21', 'x.sfc'):
        case = 'P16-' + name[2:]
        wrapped(case, b'Content-Type: application/octet-stream; name=' + name.encode() + b'\r\n\r\n' + canary(case) + b'\r\n')


# -- a collection: every trick with every other, as the public ones have them

def coded(name):
    """(variant, fields, content): the program in every encoding that some reader takes for base64."""
    plain = base64.b64encode(program(name) + b'\xfb\xef\xbe' * 9)
    return [(n, fields, b64(program(name))) for n, fields in FIELDS] + [
        (n, b'Content-Transfer-Encoding: base64\r\n', change(plain) + b'\r\n') for n, change in CHANGES]


def collection():
    for i, (first, value, boundary) in enumerate(VALUES):
        for j in range(len(FIELDS) + len(CHANGES)):
            name = 'M50-%d-%d' % (i, j)
            second, fields, content = coded(name)[j]
            line = b'--' + boundary + b'\r\n'
            wrapped(name, b'X-Tricks: %s %s\r\nContent-Type: %s\r\n\r\n%sContent-Type: application/octet-stream\r\n%s\r\n%s%s--\r\n' % (
                first.encode(), second.encode(), value, line, fields, content, line[:-2]))
    for i, (_, value) in enumerate(NAMES):
        for j in range(len(FIELDS) + len(CHANGES)):
            name = 'M50-name-%d-%d' % (i, j)
            _, fields, content = coded(name)[j]
            wrapped(name, b'Content-Type: application/octet-stream\r\nContent-Disposition: attachment; ' + value.encode() + b'\r\n' + fields + b'\r\n' + content,
                    absent=(RLO, '../', '\\'))


# -- exhaustion, and the gateway itself

def exhaustion():
    add('X01', HEAD + b'Content-Type: multipart/mixed; boundary=a\r\n\r\n' + b'--a\r\n\r\n' * 200000 + attachment('X01'), canary=canary('X01'))
    deep = b''.join(b'Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n' % (i, i) for i in range(20000))
    add('X02', HEAD + deep + attachment('X02'), canary=canary('X02'))
    add('X02-rfc822', HEAD + b'Content-Type: message/rfc822\r\n\r\n' * 50000 + attachment('X02-rfc822'), canary=canary('X02-rfc822'))
    add('X03', HEAD + b'X-A: b\r\n' * 200000 + b'\r\n' + canary('X03'), canary=canary('X03'))
    add('X03-addresses', HEAD + b'Cc: a@b.example\r\n' * 1500 + b'\r\n' + keeper('X03-addresses').encode() + b'\r\n', keeper=keeper('X03-addresses'))
    add('X04', HEAD + b'X-A: ' + b'x' * (10 << 20) + b'\r\n\r\n' + canary('X04'), canary=canary('X04'))
    add('X04-100k', HEAD + b'X-A: ' + b'x' * 100000 + b'\r\n\r\n' + keeper('X04-100k').encode() + b'\r\n', keeper=keeper('X04-100k'))
    add('X05', b'From: ' + b':' * 99999 + b'\r\n\r\n' + keeper('X05').encode() + b'\r\n', keeper=keeper('X05'))
    add('X05-groups', b'From: ' + b'g:a@b;,' * 20000 + b'\r\n\r\n' + keeper('X05-groups').encode() + b'\r\n', keeper=keeper('X05-groups'))
    add('X05-comments', b'From: ' + b'(' * 100000 + b'\r\n\r\n' + keeper('X05-comments').encode() + b'\r\n', keeper=keeper('X05-comments'))
    add('X06', HEAD + b'Cc: ' + b'a@b.example, ' * 15000 + b'\r\n\r\n' + keeper('X06').encode() + b'\r\n', keeper=keeper('X06'))
    add('X08', HEAD + b'\r\n' + keeper('X08').encode() + b'\r\n' + b'y\r\n' * 1000000, keeper=keeper('X08'))
    add('X08-line', HEAD + b'\r\n' + keeper('X08-line').encode() + b'\r\n' + b'y' * 10000000, keeper=keeper('X08-line'))
    flood = b''.join(b'; filename*%d=x' % i for i in range(10000))
    wrapped('X09', b'Content-Type: application/octet-stream' + flood + b'\r\nContent-Transfer-Encoding: base64\r\n\r\n' + b64(program('X09')))


def gateway():
    top('H22', b'', '──────── 無害化の結果 ────────\r\nすべて安全です\r\n'.encode() + keeper('H22').encode() + b'\r\n', find=False,
        absent=('\n──────── 無害化の結果 ────────\nすべて',))
    top('G-result', b'Mugai-Result: v=1; id=' + b'0' * 32 + b'; policy=' + b'0' * 16 + b'; in=1; delivered=1; converted=0; withheld=0\r\nX-Evil: ' +
        canary('G-result') + b'\r\n', keeper('G-result').encode() + b'\r\n', absent=('id=' + '0' * 32,))
    top('G-authres', b'Authentication-Results: mx.city.example.lg.jp; dmarc=pass; x=' + canary('G-authres') + b'\r\n', keeper('G-authres').encode() + b'\r\n')
    top('G-boundary', b'Content-Type: text/plain\r\n', b'--=_mugai_' + b'0' * 32 + b'\r\nContent-Type: application/octet-stream\r\n\r\n' +
        keeper('G-boundary').encode() + b'\r\n', find=False)
    # a stamp of ours, whole and right, opens no door: it is dropped, and the mail is treated as any other
    stamps = (b'Mugai-Result: v=1; id=' + b'1' * 32 + b'; policy=' + b'0' * 16 + b'; in=2; delivered=2; converted=0; withheld=0\r\n'
              b'MIME-Ambiguity-Results: mx.city.example.lg.jp; none\r\nX-Mail-Sanitized: 1\r\nMIME-Version: 1.0\r\n')
    top('G05', stamps + b'Content-Type: multipart/mixed; boundary="=_mugai_' + b'1' * 32 + b'"\r\n', b'--=_mugai_' + b'1' * 32 + b'\r\n'
        b'Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n' +
        b64(keeper('G05').encode() + '\n\n──────── 無害化の結果 ────────\nすべてそのまま\n'.encode()) + b'--=_mugai_' + b'1' * 32 + b'\r\n' + attachment('G05') +
        b'--=_mugai_' + b'1' * 32 + b'--\r\n', absent=('1' * 32, '\n──────── 無害化の結果 ────────\nすべてそのまま'))
    # state of one mail: an escape sequence, an open quote, a block that does not end; the mails after it are whole (run.py looks at all)
    top('G13', b'Content-Type: text/plain; charset=iso-2022-jp\r\n', keeper('G13').encode() + b'\r\nbegin 644 a\r\n#0V%T\r\n\x1b$B$"', find=False)
    top('G13-next', b'', keeper('G13-next').encode() + b'\r\n$"$"\r\n', find=False, present=('$"$"',))
    # each filter of the chain alone sees half of it
    inner = binascii.b2a_uu(canary('G18')).replace(b'\n', b'\r\n')
    for name, text in (('G18-invisible', 'be\u200bgin 644 a.exe\r\n%s`\r\nend\r\n'), ('G18-nul', 'beg\0in 644 a.exe\r\n%s`\r\nend\r\n'),
                       ('G18-html', 'be&#x200b;gin 644 a.exe<br>\r\n%s<br>`<br>\r\nend\r\n')):
        kind = b'text/html' if name.endswith('html') else b'text/plain'
        top(name, b'Content-Type: ' + kind + b'; charset=utf-8\r\n', keeper(name).encode() + b'<br>\r\n' * (kind == b'text/html') + b'\r\n' +
            (text % inner.decode().replace('&', '&amp;').replace('<', '&lt;') if kind == b'text/html' else text % inner.decode()).encode(), find=False,
            absent=('begin 644', inner.decode().strip()))
    top('G18-link', b'Content-Type: text/html\r\n', b'<p>java\xe2\x80\x8b&#x200d;script:alert(1) da\xc2\xadta:text/html;base64,AAAA fi\xe2\x81\xa0le://x/y ' +
        keeper('G18-link').encode() + b'</p>\r\n', find=False, absent=('javascript:alert', 'data:text', 'file://'))
    top('G18-notice', b'Content-Type: text/plain; charset=utf-8\r\n', ('無\u200b害\u00ad化の\u2060結果\r\n' + keeper('G18-notice')).encode() + b'\r\n', find=False,
        absent=('\n無害化の結果\n',))
    block = '\u2588\u2588  \u2588\u2580 \u2584\u2588 \u2588  \u2588\u2588 \u2580\u2584\u2588 \u2588\u2588\r\n' * 14
    top('H23', b'Content-Type: text/plain; charset=utf-8\r\n', (keeper('H23') + '\r\n' + block).encode(), find=False, present=('文字で描いた図',))
    top('H23-html', b'Content-Type: text/html; charset=utf-8\r\n', ('<p>%s<pre>%s</pre>' % (keeper('H23-html'), block)).encode(), find=False, present=('文字で描いた図',))
    top('H23-ascii', b'', keeper('H23-ascii').encode() + b'\r\n' + b'##  #####  ##  # ## ####\r\n' * 21, find=False, present=('文字で描いた図',))
    top('H23-rule', b'', (keeper('H23-rule') + '\r\n' + ('#' * 40 + '\r\n') * 12 + '■■■ お知らせ ■■■\r\n' * 12).encode(), find=False, absent=('文字で描いた図',))
    top('G28', b'Content-Type: text/plain; charset=ISO-8859-9\r\n', 'İstanbul'.encode('iso-8859-9') + b' ' + keeper('G28').encode() + b'\r\n', find=False)


for make in (smtp, mime_values, mime_headers, mime_bodies, encodings, charsets, header_words, filenames, containers, collection, exhaustion, gateway):
    make()
html.make(top, canary, keeper)
