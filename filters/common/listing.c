/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: the one end record leads to the directory; its entries, sorted by the offset of
 * their local headers, must lie end to end from byte 0 to the directory: header, name, extra field,
 * data, and the descriptor when bit 3 asks for it. Nothing is unpacked here.
 */
#include "common/listing.h"

#include "common/reader.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <zlib.h>

enum {
    END = 22,
    LOCAL_SIGN = 0x04034b50,
    CENTRAL_SIGN = 0x02014b50,
    END_SIGN = 0x06054b50,
    DESCRIPTOR_SIGN = 0x08074b50,
    ENCRYPTED = 1 << 0,
    DESCRIBED = 1 << 3, /* CRC and sizes follow the data */
    STRONG = 1 << 6,
    UTF8 = 1 << 11,
    MASKED = 1 << 13, /* the directory is encrypted */
    UNICODE_PATH = 0x7075,
    AES = 0x9901,
};

typedef struct Header { /* what both headers say */
    uint16_t flags, method;
    uint32_t crc;
    uint64_t packed, size;
    const uint8_t *data;                   /* packed */
    const uint8_t *name, *extra, *unicode; /* unicode: NULL when there is none */
    uint16_t name_size, extra_size, unicode_size;
} Header;

typedef struct Entry {
    Header central;
    uint32_t at;
} Entry;

typedef struct Zip {
    const uint8_t *data;
    size_t size, directory, end;
    MugaiListing *out;
} Zip;

static bool
fault (Zip *z, const char *code, const char *what)
{
    if (z->out->fault == NULL) {
        z->out->fault = code;
        z->out->what = what;
    }
    return false;
}

static bool
disagree (Zip *z, const char *what)
{
    return fault (z, "archive.ambiguous", what);
}

/* The last end record whose comment ends the file; a second one anywhere behind its place would be
 * another reading. */
static bool
find_end (Zip *z)
{
    size_t lowest = z->size > END + 65535u ? z->size - END - 65535u : 0, found = 0, count = 0;

    if (z->size < END)
        return disagree (z, "no end record");
    for (size_t at = lowest; at <= z->size - END; at++) {
        const uint8_t *next = memmem (z->data + at, z->size - at, "PK\5\6", 4);
        if (next == NULL || (at = (size_t)(next - z->data)) > z->size - END)
            break;
        size_t comment = next[20] | (size_t)next[21] << 8;
        if (comment == z->size - END - at) {
            found = at;
            count++;
        } else if (count > 0) {
            count++; /* in the comment of the one that was found */
        }
    }
    z->end = found;
    return count == 1 || disagree (z, count == 0 ? "no end record at the end" : "two end records");
}

static bool
read_end (Zip *z, size_t max, size_t *ret_count)
{
    MugaiReader r = mugai_reader (z->data + z->end, END);

    mugai_reader_skip (&r, 4);
    uint32_t disks = mugai_reader_u32 (&r);
    uint16_t here = mugai_reader_u16 (&r), all = mugai_reader_u16 (&r);
    uint32_t bytes = mugai_reader_u32 (&r), offset = mugai_reader_u32 (&r);
    if (disks != 0 || here != all)
        return fault (z, "archive.split", "more than one disk");
    if (all == 0xffff || offset == UINT32_MAX || bytes == UINT32_MAX)
        return fault (z, "archive.unsupported", "ZIP64");
    if (all > max)
        return fault (z, "limit.parts", "members");
    if (offset > z->end || bytes != z->end - offset)
        return disagree (z, "directory that does not end at the end record");
    z->directory = offset;
    *ret_count = all;
    return true;
}

static void
read_common (MugaiReader *r, Header *h)
{
    mugai_reader_skip (r, 2); /* version needed */
    h->flags = mugai_reader_u16 (r);
    h->method = mugai_reader_u16 (r);
    mugai_reader_skip (r, 4); /* time, date */
    h->crc = mugai_reader_u32 (r);
    h->packed = mugai_reader_u32 (r);
    h->size = mugai_reader_u32 (r);
    h->name_size = mugai_reader_u16 (r);
    h->extra_size = mugai_reader_u16 (r);
}

/* Are the two names the same but for runs of bytes that are no ASCII? */
static bool
alike (const uint8_t *a, size_t a_size, const uint8_t *b, size_t b_size)
{
    const uint8_t *a_end = a + a_size, *b_end = b + b_size;

    for (;;) {
        bool a_more = a < a_end && *a >= 0x80, b_more = b < b_end && *b >= 0x80;
        if (a_more != b_more)
            return false;
        while (a < a_end && *a >= 0x80)
            a++;
        while (b < b_end && *b >= 0x80)
            b++;
        if (a == a_end || b == b_end)
            return a == a_end && b == b_end;
        if (*a++ != *b++)
            return false;
    }
}

/* Info-ZIP's Unicode Path (APPNOTE 4.6.9): version, CRC of the name it belongs to, the name in
 * UTF-8. One that belongs to another name is not used, and must not say anything else either. */
static bool
take_unicode_path (Zip *z, Header *h, const uint8_t *data, uint16_t size)
{
    MugaiReader r = mugai_reader (data, size);
    uint8_t version = mugai_reader_u8 (&r);
    uint32_t crc = mugai_reader_u32 (&r);
    const uint8_t *name = data + 5;
    size_t name_size = size - (size_t)5;

    if (r.failed || version != 1)
        return disagree (z, "a second name of an unknown form");
    if (crc != crc32_z (0, h->name, h->name_size) || (h->flags & UTF8))
        return alike (name, name_size, h->name, h->name_size) || disagree (z, "two names");
    h->unicode = name;
    h->unicode_size = (uint16_t)name_size;
    return true;
}

/* Extra fields (4.5): none that would say something else about name or sizes. */
static bool
check_extra (Zip *z, Header *h)
{
    MugaiReader r = mugai_reader (h->extra, h->extra_size);

    while (mugai_reader_left (&r) >= 4) {
        uint16_t id = mugai_reader_u16 (&r), size = mugai_reader_u16 (&r);
        const uint8_t *data = mugai_reader_bytes (&r, size);
        if (data == NULL)
            return disagree (z, "extra field that reaches beyond its record");
        if (id == AES)
            return fault (z, "withheld.encrypted", "AES");
        if (id == UNICODE_PATH && !take_unicode_path (z, h, data, size))
            return false;
    }
    return true;
}

static bool
read_entry (Zip *z, MugaiReader *r, Entry *ret)
{
    Header *h = &ret->central;

    if (mugai_reader_u32 (r) != CENTRAL_SIGN)
        return disagree (z, "directory entry");
    mugai_reader_skip (r, 2); /* made by */
    read_common (r, h);
    uint16_t comment = mugai_reader_u16 (r), disk = mugai_reader_u16 (r);
    mugai_reader_skip (r, 6); /* attributes */
    ret->at = mugai_reader_u32 (r);
    h->name = mugai_reader_bytes (r, h->name_size);
    h->extra = mugai_reader_bytes (r, h->extra_size);
    mugai_reader_skip (r, comment);
    if (r->failed)
        return disagree (z, "directory entry");
    if (disk != 0)
        return fault (z, "archive.split", "member on another disk");
    if (h->flags & (ENCRYPTED | STRONG | MASKED))
        return fault (z, "withheld.encrypted", "ZIP");
    if (h->packed == UINT32_MAX || h->size == UINT32_MAX || ret->at == UINT32_MAX)
        return fault (z, "archive.unsupported", "ZIP64");
    return check_extra (z, h);
}

/* After the data, when bit 3 is set: with or without a signature (4.3.9), whichever says what the
 * directory says. */
static bool
skip_descriptor (MugaiReader *r, const Header *h)
{
    MugaiReader with = *r;

    if (mugai_reader_u32 (&with) == DESCRIPTOR_SIGN && mugai_reader_u32 (&with) == h->crc &&
        mugai_reader_u32 (&with) == h->packed && mugai_reader_u32 (&with) == h->size &&
        !with.failed) {
        *r = with;
        return true;
    }
    return mugai_reader_u32 (r) == h->crc && mugai_reader_u32 (r) == h->packed &&
           mugai_reader_u32 (r) == h->size && !r->failed;
}

/* Does the local header say what the entry says? With bit 3 its numbers may be 0. */
static bool
same (const Header *local, const Header *h)
{
    bool numbers = local->crc == h->crc && local->packed == h->packed && local->size == h->size;
    bool zero = local->crc == 0 && local->packed == 0 && local->size == 0;

    return local->method == h->method && local->name_size == h->name_size &&
           memcmp (local->name, h->name, h->name_size) == 0 &&
           ((local->flags ^ h->flags) & (ENCRYPTED | DESCRIBED | UTF8)) == 0 &&
           (numbers || (zero && (h->flags & DESCRIBED)));
}

/* The local record of @e begins where @r stands and is consumed. */
static bool
read_local (Zip *z, MugaiReader *r, Entry *e)
{
    Header *h = &e->central;
    Header local = { 0 };

    if (e->at != r->at)
        return disagree (z,
                         e->at < r->at ? "members that overlap" : "bytes that belong to no member");
    if (mugai_reader_u32 (r) != LOCAL_SIGN)
        return disagree (z, "local header");
    read_common (r, &local);
    local.name = mugai_reader_bytes (r, local.name_size);
    local.extra = mugai_reader_bytes (r, local.extra_size);
    if (r->failed || !same (&local, h))
        return disagree (z, "local header and directory differ");
    if (!check_extra (z, &local))
        return false;
    h->data = mugai_reader_bytes (r, (size_t)h->packed);
    if (r->failed || ((h->flags & DESCRIBED) && !skip_descriptor (r, h)))
        return disagree (z, "data of a member");
    return true;
}

static int
by_offset (const void *a, const void *b)
{
    uint32_t x = ((const Entry *)a)->at, y = ((const Entry *)b)->at;

    return x < y ? -1 : x > y;
}

static int
by_name (const void *a, const void *b)
{
    const MugaiMember *x = *(const MugaiMember *const *)a, *y = *(const MugaiMember *const *)b;
    size_t size = x->name_size < y->name_size ? x->name_size : y->name_size;
    int order = size > 0 ? memcmp (x->name, y->name, size) : 0;

    return order != 0 ? order : x->name_size < y->name_size ? -1 : x->name_size > y->name_size;
}

static bool
check_names (Zip *z)
{
    const MugaiMember **sorted = calloc (z->out->count + 1, sizeof *sorted);
    bool unique = sorted != NULL;

    for (size_t i = 0; i < z->out->count && sorted != NULL; i++)
        sorted[i] = &z->out->member[i];
    if (unique)
        qsort (sorted, z->out->count, sizeof *sorted, by_name);
    for (size_t i = 0; i + 1 < z->out->count && unique; i++)
        unique = by_name (&sorted[i], &sorted[i + 1]) != 0;
    free (sorted);
    return unique || disagree (z, "two members of one name");
}

static bool
read_members (Zip *z, Entry *entry, size_t count)
{
    MugaiReader r = mugai_reader (z->data + z->directory, z->end - z->directory);

    for (size_t i = 0; i < count; i++)
        if (!read_entry (z, &r, &entry[i]))
            return false;
    if (mugai_reader_left (&r) > 0)
        return disagree (z, "bytes behind the directory");
    qsort (entry, count, sizeof *entry, by_offset);
    r = mugai_reader (z->data, z->directory);
    for (size_t i = 0; i < count; i++) {
        const Header *h = &entry[i].central;
        if (!read_local (z, &r, &entry[i]))
            return false;
        z->out->member[i] =
            (MugaiMember){ .name = h->unicode != NULL ? h->unicode : h->name,
                           .name_size = h->unicode != NULL ? h->unicode_size : h->name_size,
                           .utf8 = h->unicode != NULL || (h->flags & UTF8) != 0,
                           .folder =
                               h->size == 0 && h->name_size > 0 && h->name[h->name_size - 1] == '/',
                           .at = entry[i].at,
                           .size = h->size,
                           .method = h->method,
                           .crc = h->crc,
                           .data = h->data,
                           .packed = h->packed };
    }
    z->out->count = count;
    return mugai_reader_left (&r) == 0 ? check_names (z)
                                       : disagree (z, "bytes that belong to no member");
}

bool
mugai_listing_read (const uint8_t *data, size_t size, size_t max, MugaiListing *ret)
{
    Zip z = { .data = data, .size = size, .out = ret };
    size_t count = 0;

    *ret = (MugaiListing){ 0 };
    if (!find_end (&z) || !read_end (&z, max, &count))
        return false;
    Entry *entry = calloc (count + 1, sizeof *entry);
    ret->member = calloc (count + 1, sizeof *ret->member);
    if (entry == NULL || ret->member == NULL)
        fault (&z, "limit.memory", "listing");
    else
        read_members (&z, entry, count);
    free (entry);
    return ret->fault == NULL;
}

void
mugai_listing_clear (MugaiListing *listing)
{
    free (listing->member);
    *listing = (MugaiListing){ 0 };
}

const MugaiMember *
mugai_listing_find (const MugaiListing *listing, const char *name)
{
    size_t size = strlen (name);

    for (size_t i = 0; i < listing->count; i++)
        if (listing->member[i].name_size == size &&
            strncasecmp ((const char *)listing->member[i].name, name, size) == 0)
            return &listing->member[i];
    return NULL;
}

/* All of @m->packed makes exactly @m->size bytes. */
static bool
inflate_whole (const MugaiMember *m, uint8_t *out)
{
    z_stream z = { .next_in = (Bytef *)m->data,
                   .avail_in = (uInt)m->packed,
                   .next_out = out,
                   .avail_out = (uInt)m->size };

    if (m->packed > UINT_MAX || m->size > UINT_MAX || inflateInit2 (&z, -MAX_WBITS) != Z_OK)
        return false;
    bool whole = inflate (&z, Z_FINISH) == Z_STREAM_END && z.avail_in == 0 && z.avail_out == 0;
    inflateEnd (&z);
    return whole;
}

int
mugai_member_unpack (const MugaiMember *m, uint64_t max, uint8_t **ret_data)
{
    if (m->method != 0 && m->method != Z_DEFLATED)
        return -ENOTSUP;
    if (m->size > max)
        return -EFBIG;
    if (m->method == 0 && m->packed != m->size)
        return -EBADMSG;
    uint8_t *data = malloc (m->size > 0 ? (size_t)m->size : 1);
    if (data == NULL)
        return -ENOMEM;
    if (m->method == 0 && m->size > 0)
        memcpy (data, m->data, (size_t)m->size);
    if ((m->method != 0 && !inflate_whole (m, data)) ||
        crc32_z (0, data, (size_t)m->size) != m->crc) {
        free (data);
        return -EBADMSG;
    }
    *ret_data = data;
    return 0;
}
