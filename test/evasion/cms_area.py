# SPDX-License-Identifier: Apache-2.0
"""cms_area: S/MIME objects written by hand (RFC 5652, RFC 3274), whole and hostile. Signatures in them are not valid: nobody checks them."""
import zlib

PKCS7 = bytes.fromhex('2a864886f70d0107')
SMIME = bytes.fromhex('2a864886f70d010910')
DATA, SIGNED, ENVELOPED = PKCS7 + b'\1', PKCS7 + b'\2', PKCS7 + b'\3'
COMPRESSED, AUTH_ENVELOPED, ZLIB = SMIME + b'\1\x09', SMIME + b'\1\x17', SMIME + b'\3\x08'


def tlv(tag, *content):
    body = b''.join(content)
    size = len(body)
    length = bytes([size]) if size < 128 else bytes([0x80 + (size.bit_length() + 7) // 8]) + size.to_bytes((size.bit_length() + 7) // 8, 'big')
    return bytes([tag]) + length + body


def open_tlv(tag, *content):
    """Of indefinite length."""
    return bytes([tag, 0x80]) + b''.join(content) + b'\0\0'


def oid(value):
    return tlv(6, value)


def integer(value):
    return tlv(2, bytes([value]))


def pieces(content):
    """A constructed octet string, one of its pieces constructed again."""
    return open_tlv(0x24, tlv(4, content[:7]), tlv(0x24, tlv(4, content[7:30]), tlv(4), tlv(4, content[30:])))


SIGNER = tlv(0x30, integer(1), tlv(0x30, tlv(0x30), integer(7)), tlv(0x30, oid(DATA)), tlv(0x30, oid(DATA)), tlv(4, b'not a signature'))


def signed(content, wrap=tlv, octets=lambda c: tlv(4, c), more=b'', signers=SIGNER, encapsulated=None):
    """@content: None: detached."""
    inner = encapsulated if encapsulated is not None else b'' if content is None else wrap(0xa0, octets(content))
    return wrap(0x30, oid(SIGNED), wrap(0xa0, wrap(0x30, integer(1), tlv(0x31), wrap(0x30, oid(DATA), inner),
                                                   wrap(0xa0, tlv(0x30, integer(5))), tlv(0x31, signers)))) + more


def compressed(content, level=0):
    return tlv(0x30, oid(COMPRESSED), tlv(0xa0, tlv(0x30, integer(0), tlv(0x30, oid(ZLIB)),
                                                    tlv(0x30, oid(DATA), tlv(0xa0, tlv(4, zlib.compress(content, level)))))))


def enveloped(content, kind=ENVELOPED):
    return tlv(0x30, oid(kind), tlv(0xa0, tlv(0x30, integer(0), tlv(0x31), tlv(0x30, oid(DATA), tlv(0x30, oid(DATA)), tlv(0x80, content)))))


def header(smime_type, name=b'smime.p7m', media=b'application/pkcs7-mime'):
    return (b'Content-Type: ' + media + b'; smime-type=' + smime_type + b'; name=' + name +
            b'\r\nContent-Disposition: attachment; filename=' + name + b'\r\nContent-Transfer-Encoding: base64\r\n')


def entity(text, hidden):
    """A mail entity with a text and a file that no rule lets through."""
    return (b'Content-Type: multipart/mixed; boundary=in\r\n\r\n--in\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>' + text +
            b'</p>\r\n--in\r\nContent-Type: application/octet-stream; name=a.exe\r\n\r\nMZ\x90\0' + hidden + b'\r\n--in--\r\n')


def cases(suite):
    """@suite: the module with wrapped(), top(), canary(), keeper(), b64()."""
    line = '電子署名があります（確認していません）'
    broken = 'S/MIMEのデータが壊れている'

    def both(case, build, kind=b'signed-data', **more):
        """In the second part of a mail; what is in it shows, but for the file."""
        text = 'INSIDE-' + case
        data = build(entity(text.encode(), suite.canary(case)))
        present = tuple(more.pop('present', ())) + (text,)
        suite.wrapped(case, header(kind, **more) + b'\r\n' + suite.b64(data), present=present)

    def hostile(name, build, present=(broken,)):
        """Nothing of it goes on."""
        data = build(b'Content-Type: text/plain\r\n\r\n' + suite.canary(name) + b'\r\n')
        suite.wrapped(name, header(b'signed-data') + b'\r\n' + suite.b64(data), present=present)

    both('P06', signed, present=(line,))
    both('P06-open', lambda c: signed(c, wrap=open_tlv, octets=pieces), present=(line,))
    both('P06-old-type', signed, media=b'application/x-pkcs7-mime')
    both('P06-by-content', signed, media=b'application/octet-stream', name=b'a.bin')
    both('P06-no-signer', lambda c: signed(c, signers=b''), present=('署名がありません',))
    both('P06-nested', lambda c: signed(header(b'compressed-data') + b'\r\n' + suite.b64(compressed(c))), present=(line,))
    both('P08', compressed, kind=b'compressed-data')
    both('P08-by-content', compressed, media=b'application/octet-stream', name=b'a.bin')
    name = 'P06-only'
    text = suite.keeper(name)
    suite.top(name, header(b'signed-data'), suite.b64(signed(entity(text.encode(), suite.canary(name)))), present=(line,))
    name = 'P06-armour'
    data = b'-----BEGIN PKCS7-----\r\n' + suite.b64(signed(entity(b'INSIDE-' + name.encode(), suite.canary(name)))) + b'-----END PKCS7-----\r\n'
    suite.wrapped(name, header(b'signed-data').replace(b'base64', b'7bit') + b'\r\n' + data, present=('INSIDE-' + name,))

    hostile('P06-detached', lambda c: signed(None, signers=SIGNER + tlv(4, c)), present=('確かめていません',))
    hostile('P06-certificates', lambda c: tlv(0x30, oid(SIGNED), tlv(0xa0, tlv(0x30, integer(1), tlv(0x31), tlv(0x30, oid(DATA)), tlv(0xa0, tlv(4, c)), tlv(0x31)))),
            present=('電子証明書だけ',))
    hostile('P06-trailing', lambda c: signed(b'Content-Type: text/plain\r\n\r\nx\r\n', more=tlv(4, c)))
    hostile('P06-two-contents', lambda c: signed(None, encapsulated=tlv(0xa0, tlv(4, b'X: y\r\n\r\nx\r\n')) + tlv(0xa0, tlv(4, c))))
    hostile('P06-two-strings', lambda c: signed(None, encapsulated=tlv(0xa0, tlv(4, b'X: y\r\n\r\nx\r\n'), tlv(4, c))))
    hostile('P06-overflow', lambda c: signed(c).replace(tlv(4, c), b'\x04\x88' + b'\xff' * 8 + c))
    hostile('P06-overflow-outer', lambda c: b'\x30\x84\xff\xff\xff\xff' + signed(c)[3:])
    hostile('P06-deep', lambda c: signed(None, encapsulated=b'\xa0\x80' + b'\x24\x80' * 10000 + tlv(4, c) + b'\0\0' * 10001))
    hostile('P06-unclosed', lambda c: signed(c, wrap=open_tlv)[:-2])
    hostile('P06-empty', lambda c: signed(b'', signers=SIGNER + tlv(4, c)), present=('中身がありません',))
    hostile('P08-broken', lambda c: compressed(c)[:-1] + b'\xff')
    hostile('P07', enveloped, present=('暗号化されていて',))
    hostile('P07-authenticated', lambda c: enveloped(c, AUTH_ENVELOPED), present=('暗号化されていて',))
