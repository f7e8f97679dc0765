/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: the one end record leads to the directory; its entries, sorted by the offset of
 * their local headers, must lie end to end from byte 0 to the directory: header, name, extra field,
 * data, and the descriptor when bit 3 asks for it. Nothing is unpacked here.
 */
#include "common/listing.h"

#include "common/reader.h"
#include "common/zip-header.h"

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
    MASKED = 1 << 13, /* the directory is encrypted */
    END64 = 56,       /* without what later versions may append */
    END64_SIGN = 0x06064b50,
    LOCATOR = 20,
    LOCATOR_SIGN = 0x07064b50,
};

typedef MugaiZipHeader Header;

typedef struct Entry {
    Header central;
    uint64_t at;
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

typedef struct Directory { /* what the end records say of it */
    uint64_t here, all, size, offset;
} Directory;

/* May @wide be what @narrow stands for? */
static bool
widens (uint64_t narrow, uint64_t mark, uint64_t wide)
{
    return narrow == mark || narrow == wide;
}

/* The ZIP64 end record and its locator (4.3.14, 4.3.15), directly before the end record: what that
 * cannot say, and nothing else. Returns: false with a fault. */
static bool
read_end64 (Zip *z, Directory *d)
{
    uint64_t at = z->end >= LOCATOR + END64 ? z->end - LOCATOR - END64 : 0;
    MugaiReader r = mugai_reader (z->data + at, z->end - (size_t)at);
    Directory wide;

    bool known = mugai_reader_u32 (&r) == END64_SIGN && mugai_reader_le (&r, 8) == END64 - 12;
    mugai_reader_skip (&r, 4); /* made by, needed */
    bool first = mugai_reader_le (&r, 8) == 0;
    wide.here = mugai_reader_le (&r, 8);
    wide.all = mugai_reader_le (&r, 8);
    wide.size = mugai_reader_le (&r, 8);
    wide.offset = mugai_reader_le (&r, 8);
    bool located = mugai_reader_u32 (&r) == LOCATOR_SIGN && mugai_reader_u32 (&r) == 0 &&
                   mugai_reader_le (&r, 8) == at && mugai_reader_u32 (&r) == 1;
    if (!known || !first || !located || r.failed)
        return disagree (z, "ZIP64 end record");
    if (!widens (d->here, 0xffff, wide.here) || !widens (d->all, 0xffff, wide.all) ||
        !widens (d->size, UINT32_MAX, wide.size) || !widens (d->offset, UINT32_MAX, wide.offset))
        return disagree (z, "two end records that differ");
    *d = wide;
    z->end = (size_t)at;
    return true;
}

static bool
has_locator (const Zip *z)
{
    return z->end >= LOCATOR && memcmp (z->data + z->end - LOCATOR, "PK\6\7", 4) == 0;
}

static bool
read_end (Zip *z, size_t max, size_t *ret_count)
{
    MugaiReader r = mugai_reader (z->data + z->end, END);
    Directory d;

    mugai_reader_skip (&r, 4);
    uint32_t disks = mugai_reader_u32 (&r);
    d.here = mugai_reader_u16 (&r);
    d.all = mugai_reader_u16 (&r);
    d.size = mugai_reader_u32 (&r);
    d.offset = mugai_reader_u32 (&r);
    if (disks != 0)
        return fault (z, "archive.split", "more than one disk");
    if (has_locator (z) && !read_end64 (z, &d))
        return false;
    if (d.here != d.all)
        return fault (z, "archive.split", "more than one disk");
    if (d.all > max)
        return fault (z, "limit.parts", "members");
    if (d.offset > z->end || d.size != z->end - d.offset)
        return disagree (z, "directory that does not end at the end record");
    z->directory = (size_t)d.offset;
    *ret_count = (size_t)d.all;
    return true;
}

/* Extra fields (4.5): none that would say something else about name or sizes. */
static bool
check_extra (Zip *z, Header *h, uint64_t *at)
{
    const char *what, *code = mugai_zip_read_extra (h, at, &what);

    return code == NULL || fault (z, code, what);
}

static bool
read_entry (Zip *z, MugaiReader *r, Entry *ret)
{
    Header *h = &ret->central;

    if (mugai_reader_u32 (r) != CENTRAL_SIGN)
        return disagree (z, "directory entry");
    mugai_reader_skip (r, 2); /* made by */
    mugai_zip_read_common (r, h);
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
    return check_extra (z, h, &ret->at);
}

/* After the data, when bit 3 is set: with or without a signature (4.3.9), whichever says what the
 * directory says; 64 bits wide exactly when the local header has a ZIP64 field. */
static bool
is_descriptor (MugaiReader *r, const Header *h, bool wide)
{
    unsigned size = wide ? 8 : 4;

    return mugai_reader_u32 (r) == h->crc && mugai_reader_le (r, size) == h->packed &&
           mugai_reader_le (r, size) == h->size && !r->failed;
}

static bool
skip_descriptor (MugaiReader *r, const Header *h, bool wide)
{
    MugaiReader with = *r;

    if (mugai_reader_u32 (&with) == DESCRIPTOR_SIGN && is_descriptor (&with, h, wide)) {
        *r = with;
        return true;
    }
    return is_descriptor (r, h, wide);
}

/* Does the local header say what the entry says? With bit 3 its numbers may be 0. */
static bool
same (const Header *local, const Header *h)
{
    bool numbers = local->crc == h->crc && local->packed == h->packed && local->size == h->size;
    bool zero = local->crc == 0 && local->packed == 0 && local->size == 0;

    return local->method == h->method &&
           ((local->flags ^ h->flags) & (ENCRYPTED | DESCRIBED | MUGAI_ZIP_UTF8)) == 0 &&
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
    mugai_zip_read_common (r, &local);
    local.name = mugai_reader_bytes (r, local.name_size);
    local.extra = mugai_reader_bytes (r, local.extra_size);
    if (r->failed)
        return disagree (z, "local header");
    if (!check_extra (z, &local, NULL))
        return false;
    if (!same (&local, h))
        return disagree (z, "local header and directory differ");
    if (!mugai_zip_names_agree (&local, h))
        return disagree (z, "names in local header and directory differ");
    if (h->unicode == NULL) {
        h->unicode = local.unicode;
        h->unicode_size = local.unicode_size;
    }
    h->data = h->packed <= mugai_reader_left (r) ? mugai_reader_bytes (r, (size_t)h->packed) : NULL;
    if (h->data == NULL || ((h->flags & DESCRIBED) && !skip_descriptor (r, h, local.zip64)))
        return disagree (z, "data of a member");
    if (h->method == 0 && h->packed != h->size)
        return disagree (z, "stored data of another size");
    return true;
}

static int
by_offset (const void *a, const void *b)
{
    uint64_t x = ((const Entry *)a)->at, y = ((const Entry *)b)->at;

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

static MugaiMember
member_of (const Entry *e)
{
    const Header *h = &e->central;
    MugaiMember m = { .name = h->unicode != NULL ? h->unicode : h->name,
                      .name_size = h->unicode != NULL ? h->unicode_size : h->name_size,
                      .utf8 = h->unicode != NULL || (h->flags & MUGAI_ZIP_UTF8) != 0,
                      .at = e->at,
                      .size = h->size,
                      .method = h->method,
                      .crc = h->crc,
                      .data = h->data,
                      .packed = h->packed };

    m.folder = m.size == 0 && m.name_size > 0 && m.name[m.name_size - 1] == '/';
    return m;
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
        if (!read_local (z, &r, &entry[i]))
            return false;
        z->out->member[i] = member_of (&entry[i]);
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
