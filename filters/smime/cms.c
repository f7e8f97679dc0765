/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: down to the content on known paths (RFC 5652 3, 5.1; RFC 3274 1.1), over all else
 * without looking. Every element is walked to its end, so that lengths that do not fit anywhere
 * make the whole broken.
 */
#include "smime/cms.h"

#include "smime/ber.h"

#include <string.h>
#include <strings.h>
#include <zlib.h>

typedef struct Oid {
    const char *bytes;
    uint8_t size;
    CmsKind kind;
} Oid;

#define PKCS7 "\x2a\x86\x48\x86\xf7\x0d\x01\x07"
#define SMIME "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10"

static const Oid contents[] = {
    { PKCS7 "\x01", 9, CMS_DATA },           { PKCS7 "\x02", 9, CMS_SIGNED },
    { PKCS7 "\x03", 9, CMS_ENCRYPTED },      { PKCS7 "\x04", 9, CMS_ENCRYPTED },
    { PKCS7 "\x05", 9, CMS_OTHER },          { PKCS7 "\x06", 9, CMS_ENCRYPTED },
    { SMIME "\x01\x02", 11, CMS_OTHER },     { SMIME "\x01\x09", 11, CMS_COMPRESSED },
    { SMIME "\x01\x17", 11, CMS_ENCRYPTED },
};
static const Oid zlib = { SMIME "\x03\x08", 11, CMS_COMPRESSED };

static bool
is_oid (const BerItem *item, const Oid *oid)
{
    return item->tag == BER_OID && item->size == oid->size &&
           memcmp (item->data, oid->bytes, oid->size) == 0;
}

static bool
next_is (Ber *ber, uint8_t tag, BerItem *ret)
{
    if (ber_next (ber, ret) && ret->tag == tag)
        return true;
    ber->failed = true;
    return false;
}

static bool
enter_next (Ber *ber, uint8_t tag)
{
    BerItem item;

    return next_is (ber, tag, &item) && ber_enter (ber, &item);
}

static bool
skip_next (Ber *ber, uint8_t tag)
{
    BerItem item;

    return next_is (ber, tag, &item) && ber_skip (ber, &item);
}

/* The pieces of a constructed octet string, which may be constructed again (X.690 8.7.3). */
static bool
gather_pieces (Ber *ber, unsigned target, MugaiBuffer *out)
{
    BerItem item;

    while (!ber->failed && ber->depth > target) {
        if (!ber_next (ber, &item)) {
            if (!ber_leave (ber))
                return false;
        } else if (item.tag == BER_OCTETS_PIECES) {
            ber_enter (ber, &item);
        } else if (item.tag == BER_OCTETS) {
            mugai_buffer_add_whole (out, item.data, item.size);
        } else {
            ber->failed = true;
        }
    }
    return !ber->failed;
}

/* An octet string, the only element of the one around it, which is left. */
static bool
read_octets (Ber *ber, MugaiBuffer *out)
{
    unsigned target = ber->depth;
    BerItem item;

    if (!ber_next (ber, &item) || (item.tag != BER_OCTETS && item.tag != BER_OCTETS_PIECES)) {
        ber->failed = true;
        return false;
    }
    if (item.tag == BER_OCTETS)
        mugai_buffer_add_whole (out, item.data, item.size);
    else if (!ber_enter (ber, &item) || !gather_pieces (ber, target, out))
        return false;
    return ber_leave (ber);
}

/* EncapsulatedContentInfo (RFC 5652 5.2). *ret_there: there is a content. */
static bool
read_encapsulated (Ber *ber, MugaiBuffer *out, bool *ret_there)
{
    BerItem item;

    if (!enter_next (ber, BER_SEQUENCE) || !next_is (ber, BER_OID, &item))
        return false;
    *ret_there = ber_next (ber, &item);
    if (*ret_there) {
        ber->failed = ber->failed || item.tag != BER_CONTEXT_0;
        if (ber->failed || !ber_enter (ber, &item) || !read_octets (ber, out))
            return false;
    }
    return ber_leave (ber);
}

/* Certificates and revocation lists, then the signers (RFC 5652 5.1). */
static bool
read_signers (Ber *ber, unsigned *ret_count)
{
    BerItem item = { 0 };
    uint8_t before = 0;

    *ret_count = 0;
    while (ber_next (ber, &item) && (item.tag == BER_CONTEXT_0 || item.tag == BER_CONTEXT_1)) {
        ber->failed = ber->failed || item.tag <= before;
        if (!ber_skip (ber, &item))
            return false;
        before = item.tag;
    }
    ber->failed = ber->failed || item.tag != BER_SET;
    if (!ber_enter (ber, &item))
        return false;
    while (ber_next (ber, &item)) {
        if (!ber_skip (ber, &item))
            return false;
        *ret_count += 1;
    }
    return ber_leave (ber);
}

static CmsKind
read_signed (Ber *ber, Cms *cms)
{
    bool there = false;

    if (!enter_next (ber, BER_SEQUENCE) || !skip_next (ber, BER_INTEGER) ||
        !skip_next (ber, BER_SET) || !read_encapsulated (ber, &cms->content, &there) ||
        !read_signers (ber, &cms->signers) || !ber_leave (ber))
        return CMS_BROKEN;
    if (there)
        return CMS_SIGNED;
    return cms->signers > 0 ? CMS_DETACHED : CMS_CERTIFICATES;
}

/* One zlib stream (RFC 1950), nothing behind it. */
static bool
inflate_all (const MugaiBuffer *packed, Cms *cms)
{
    uint8_t window[16384];
    z_stream z = { .next_in = (Bytef *)packed->data, .avail_in = (uInt)packed->size };
    int r = packed->size < UINT32_MAX && inflateInit (&z) == Z_OK ? Z_OK : Z_MEM_ERROR;

    if (r != Z_OK)
        return false;
    while (r == Z_OK && mugai_buffer_ok (&cms->content)) {
        z.next_out = window;
        z.avail_out = sizeof window;
        r = inflate (&z, Z_NO_FLUSH);
        mugai_buffer_add_whole (&cms->content, window, sizeof window - z.avail_out);
    }
    inflateEnd (&z);
    return r == Z_STREAM_END && z.avail_in == 0;
}

static CmsKind
read_compressed (Ber *ber, Cms *cms, size_t size)
{
    MugaiBuffer packed = mugai_buffer (size);
    bool there = false;
    BerItem oid = { 0 };
    bool ok = enter_next (ber, BER_SEQUENCE) && skip_next (ber, BER_INTEGER) &&
              enter_next (ber, BER_SEQUENCE) && next_is (ber, BER_OID, &oid) &&
              is_oid (&oid, &zlib) && ber_leave_early (ber) &&
              read_encapsulated (ber, &packed, &there) && ber_leave (ber) && there &&
              mugai_buffer_ok (&packed) && inflate_all (&packed, cms);

    mugai_buffer_clear (&packed);
    return ok ? CMS_COMPRESSED : CMS_BROKEN;
}

static CmsKind
kind_of (const BerItem *oid)
{
    for (size_t i = 0; i < sizeof contents / sizeof contents[0]; i++)
        if (is_oid (oid, &contents[i]))
            return contents[i].kind;
    return CMS_BROKEN;
}

/* ContentInfo (RFC 5652 3). What is encrypted is so whatever else is wrong with it. */
static void
read_object (const void *data, size_t size, Cms *cms)
{
    Ber ber = ber_open (data, size);
    BerItem oid;

    cms->kind = CMS_BROKEN;
    if (!enter_next (&ber, BER_SEQUENCE) || !next_is (&ber, BER_OID, &oid))
        return;
    CmsKind kind = kind_of (&oid);
    if (kind == CMS_BROKEN || kind == CMS_ENCRYPTED || kind == CMS_OTHER) {
        cms->kind = kind;
        return;
    }
    if (!enter_next (&ber, BER_CONTEXT_0))
        return;
    if (kind == CMS_SIGNED)
        kind = read_signed (&ber, cms);
    else if (kind == CMS_COMPRESSED)
        kind = read_compressed (&ber, cms, size);
    bool left = kind == CMS_DATA ? read_octets (&ber, &cms->content) : ber_leave (&ber);
    if (left && ber_leave (&ber) && ber_done (&ber) && mugai_buffer_ok (&cms->content))
        cms->kind = kind;
}

static int
digit (uint8_t c)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *at = c != '\0' ? strchr (digits, c) : NULL;

    return at != NULL ? (int)(at - digits) : -1;
}

/* The lines between those of PEM, or all of them. Returns: false when a line stands elsewhere. */
static bool
find_base64 (MugaiReader *in)
{
    static const char dashes[] = "-----";
    size_t end = in->size;

    while (end > in->at && strchr (" \t\r\n", in->data[end - 1]) != NULL)
        end--;
    while (in->at < end && strchr (" \t\r\n", in->data[in->at]) != NULL)
        in->at++;
    in->size = end;
    if (mugai_reader_left (in) < 5 || memcmp (in->data + in->at, dashes, 5) != 0)
        return true;
    const uint8_t *line = memchr (in->data + in->at, '\n', end - in->at);
    if (line == NULL)
        return false;
    in->at = (size_t)(line - in->data);
    while (end > in->at && in->data[end - 1] != '\n')
        end--;
    if (in->size - end < 5 || memcmp (in->data + end, dashes, 5) != 0)
        return false;
    in->size = end;
    return true;
}

/* Strict: digits in lines, then padding, then nothing (RFC 4648 4). */
static bool
decode_base64 (MugaiReader in, MugaiBuffer *out)
{
    uint32_t bits = 0;
    unsigned n = 0, pads = 0;

    if (!find_base64 (&in))
        return false;
    for (; in.at < in.size; in.at++) {
        uint8_t c = in.data[in.at];
        int value = digit (c);
        if (c == '\r' || c == '\n' || c == ' ' || c == '\t')
            continue;
        pads += c == '=';
        if (pads > 2 || (c != '=' && (value < 0 || pads > 0)))
            return false;
        bits = bits << 6 | (uint32_t)(value > 0 ? value : 0);
        if (++n % 4 != 0)
            continue;
        uint8_t bytes[] = { (uint8_t)(bits >> 16), (uint8_t)(bits >> 8), (uint8_t)bits };
        mugai_buffer_add_whole (out, bytes, 3 - pads);
    }
    return n % 4 == 0 && n > 0 && mugai_buffer_ok (out);
}

Cms
cms_read (const void *data, size_t size, size_t max)
{
    Cms cms = { .kind = CMS_BROKEN, .content = mugai_buffer (max) };
    MugaiBuffer plain = mugai_buffer (size);

    if (size > 0 && *(const uint8_t *)data == BER_SEQUENCE)
        read_object (data, size, &cms);
    else if (size > 0 && decode_base64 (mugai_reader (data, size), &plain))
        read_object (plain.data, plain.size, &cms);
    mugai_buffer_clear (&plain);
    cms.limit = cms.content.cut;
    return cms;
}
