/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: the end record says how many members there are and where the directory begins. The
 * directory is read in order; each entry must be the exact image of the local header at the place
 * where the member before it ended. So every byte of the file belongs to one field of one record,
 * and there is one listing.
 */
#include "verify/archive.h"

#include "base/cursor.h"

#include <libdeflate.h>
#include <stdlib.h>
#include <string.h>

enum {
    LOCAL = 30,   /* bytes of a local header without its name (APPNOTE 4.3.7) */
    CENTRAL = 46, /* of a directory entry (4.3.12) */
    END = 22,     /* of the end record (4.3.16) */
    LOCAL_SIGN = 0x04034b50,
    CENTRAL_SIGN = 0x02014b50,
    END_SIGN = 0x06054b50,
    VERSION = 20,   /* 2.0: deflate */
    UTF8 = 1 << 11, /* general purpose bit 11 (4.4.4): name in UTF-8 */
    DATE = 0x0021,  /* 1980-01-01 */
};

typedef struct Zip {
    MugaiCheck *check;
    const uint8_t *d;
    size_t size, directory; /* offset of the directory */
    uint64_t most;          /* members */
    MugaiArchive *archive;
} Zip;

static bool
refuse (const Zip *z, const char *clause, size_t at, const char *why)
{
    return mugai_refuse (z->check, clause, at, why);
}

/* Z-1 */
static bool
read_end (Zip *z)
{
    if (z->size < END)
        return refuse (z, "Z-1", 0, "shorter than an end record");
    MugaiCursor c = mugai_cursor (z->d + z->size - END, END);
    uint32_t sign = mugai_cursor_u32 (&c), disks = mugai_cursor_u32 (&c);
    uint16_t here = mugai_cursor_u16 (&c), all = mugai_cursor_u16 (&c);
    uint32_t bytes = mugai_cursor_u32 (&c), offset = mugai_cursor_u32 (&c);
    uint16_t comment = mugai_cursor_u16 (&c);

    if (sign != END_SIGN || disks != 0 || comment != 0 || here != all || all == 0 || all == 0xffff)
        return refuse (z, "Z-1", z->size - END, "end record");
    if (offset > z->size - END || bytes != z->size - END - offset)
        return refuse (z, "Z-1", z->size - END, "directory that does not end at the end record");
    if (all > z->most)
        return refuse (z, "L-2", z->size - END, "too many members");
    z->directory = offset;
    z->archive->count = all;
    return true;
}

/* Z-3: what both headers of a member say, in the same order. */
static void
read_common (MugaiCursor *c, MugaiMember *ret, bool *ret_fixed)
{
    uint16_t version = mugai_cursor_u16 (c), flags = mugai_cursor_u16 (c);
    ret->method = mugai_cursor_u16 (c);
    uint16_t time = mugai_cursor_u16 (c), date = mugai_cursor_u16 (c);

    ret->crc = mugai_cursor_u32 (c);
    ret->packed = mugai_cursor_u32 (c);
    ret->size = mugai_cursor_u32 (c);
    ret->name_size = mugai_cursor_u16 (c);
    uint16_t extra = mugai_cursor_u16 (c);
    *ret_fixed = version == VERSION && flags == UTF8 && time == 0 && date == DATE && extra == 0 &&
                 (ret->method == MUGAI_MEMBER_STORED || ret->method == MUGAI_MEMBER_DEFLATED) &&
                 (ret->method != MUGAI_MEMBER_STORED || ret->packed == ret->size);
}

/* The entry at @at of the directory. *ret_local: where it says the local header is. */
static bool
read_central (Zip *z, size_t at, MugaiMember *ret, uint32_t *ret_local)
{
    bool fixed;
    MugaiCursor c = mugai_cursor (z->d + at, z->size - END - at);
    uint32_t sign = mugai_cursor_u32 (&c);
    uint16_t made_by = mugai_cursor_u16 (&c);

    read_common (&c, ret, &fixed);
    uint16_t comment = mugai_cursor_u16 (&c), disk = mugai_cursor_u16 (&c);
    uint16_t internal = mugai_cursor_u16 (&c);
    uint32_t external = mugai_cursor_u32 (&c);
    *ret_local = mugai_cursor_u32 (&c);
    ret->name = mugai_cursor_bytes (&c, ret->name_size);
    if (c.failed || sign != CENTRAL_SIGN || made_by != VERSION || !fixed || comment != 0 ||
        disk != 0 || internal != 0 || external != 0)
        return refuse (z, "Z-3", at, "directory entry");
    return true;
}

/* Z-2, Z-3: the local header and the data at @at are those of @m. *ret_next: where they end. */
static bool
read_local (Zip *z, size_t at, MugaiMember *m, size_t *ret_next)
{
    MugaiMember local;
    bool fixed;
    MugaiCursor c = mugai_cursor (z->d + at, z->directory - at);
    uint32_t sign = mugai_cursor_u32 (&c);

    read_common (&c, &local, &fixed);
    local.name = mugai_cursor_bytes (&c, local.name_size);
    m->data = mugai_cursor_bytes (&c, local.packed);
    if (c.failed || sign != LOCAL_SIGN)
        return refuse (z, "Z-2", at, "local header");
    if (!fixed || local.method != m->method || local.crc != m->crc || local.packed != m->packed ||
        local.size != m->size || local.name_size != m->name_size ||
        memcmp (local.name, m->name, m->name_size) != 0)
        return refuse (z, "Z-3", at, "local header and directory differ");
    *ret_next = at + LOCAL + m->name_size + m->packed;
    return true;
}

/* Two names that differ in the case of ASCII letters alone are the same (Z-5); "/" sorts first, so
 * that a file and a folder of its name are neighbours. */
static char *
fold (const MugaiMember *m)
{
    char *folded = malloc (m->name_size + (size_t)1);

    for (unsigned i = 0; folded != NULL && i < m->name_size; i++) {
        uint8_t byte = m->name[i];
        folded[i] = byte == '/' ? 1 : byte >= 'A' && byte <= 'Z' ? (char)(byte + 32) : (char)byte;
    }
    if (folded != NULL)
        folded[m->name_size] = '\0';
    return folded;
}

static int
compare (const void *a, const void *b)
{
    return strcmp (*(char *const *)a, *(char *const *)b);
}

/* @seen: folded names, sorted. */
static bool
have_neighbours (char *const *seen, unsigned count)
{
    for (unsigned i = 0; i + 1 < count; i++) {
        size_t size = strlen (seen[i]);
        if (strncmp (seen[i], seen[i + 1], size) == 0 &&
            (seen[i + 1][size] == '\0' || seen[i + 1][size] == 1))
            return true;
    }
    return false;
}

bool
mugai_archive_unique (MugaiCheck *check, const MugaiArchive *archive)
{
    char **seen = calloc (archive->count, sizeof *seen);
    bool enough = seen != NULL;

    for (unsigned i = 0; enough && i < archive->count; i++)
        enough = (seen[i] = fold (&archive->member[i])) != NULL;
    if (enough)
        qsort (seen, archive->count, sizeof *seen, compare);
    bool twice = enough && have_neighbours (seen, archive->count);
    for (unsigned i = 0; seen != NULL && i < archive->count; i++)
        free (seen[i]);
    free (seen);
    if (!enough)
        return mugai_refuse (check, "L-3", 0, "not enough memory for names");
    return !twice || mugai_refuse (check, "Z-5", archive->directory, "two members of one name");
}

static bool
read_members (Zip *z)
{
    size_t at = z->directory, next = 0;

    for (unsigned i = 0; i < z->archive->count; i++) {
        MugaiMember *m = &z->archive->member[i];
        uint32_t local;
        m->entry = at;
        m->local = next;
        if (!read_central (z, at, m, &local))
            return false;
        if (local != next)
            return refuse (z, "Z-2", at, "a member does not begin where the one before ends");
        if (!read_local (z, next, m, &next))
            return false;
        at += CENTRAL + m->name_size;
    }
    return (next == z->directory && at == z->size - END) ||
           refuse (z, "Z-2", next, "bytes that belong to no member");
}

bool
mugai_archive_read (MugaiCheck *check, const uint8_t *d, size_t size, uint64_t most,
                    MugaiArchive *ret)
{
    Zip z = { .check = check, .d = d, .size = size, .most = most, .archive = ret };

    *ret = (MugaiArchive){ 0 };
    if (!read_end (&z))
        return false;
    ret->directory = z.directory;
    ret->member = calloc (ret->count, sizeof *ret->member);
    if (ret->member == NULL)
        return refuse (&z, "L-3", 0, "not enough memory for the list of members");
    return read_members (&z);
}

void
mugai_archive_clear (MugaiArchive *archive)
{
    free (archive->member);
    *archive = (MugaiArchive){ 0 };
}

/* The inflated data (free()), or NULL. */
static uint8_t *
inflated (MugaiCheck *check, const MugaiMember *m)
{
    size_t in = 0, out = 0;
    uint8_t *data = mugai_check_scratch (check, m->size);
    struct libdeflate_decompressor *inflater = libdeflate_alloc_decompressor();
    bool ok = data != NULL && inflater != NULL &&
              libdeflate_deflate_decompress_ex (inflater, m->data, m->packed, data, m->size, &in,
                                                &out) == LIBDEFLATE_SUCCESS &&
              in == m->packed && out == m->size;

    if (inflater != NULL)
        libdeflate_free_decompressor (inflater);
    if (ok)
        return data;
    free (data);
    mugai_refuse (check, "Z-6", m->entry, "data is no deflate stream of the exact size");
    return NULL;
}

const uint8_t *
mugai_archive_unpack (MugaiCheck *check, const MugaiMember *m, uint8_t **ret_own)
{
    const uint8_t *data = m->data;

    *ret_own = NULL;
    if (m->size > check->limits->expanded - check->expanded) {
        mugai_refuse (check, "Z-6", m->entry, "more bytes than limits.expanded allows");
        return NULL;
    }
    check->expanded += m->size;
    if (m->method == MUGAI_MEMBER_DEFLATED)
        data = *ret_own = inflated (check, m);
    if (data != NULL && libdeflate_crc32 (0, data, m->size) == m->crc)
        return data;
    mugai_refuse (check, "Z-6", m->entry, "CRC of a member");
    free (*ret_own);
    *ret_own = NULL;
    return NULL;
}
