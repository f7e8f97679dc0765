/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: the end record says how many members there are and where the directory begins. The
 * directory is read in order; each entry must be the exact image of the local header at the place
 * where the member before it ended. So every byte of the file belongs to one field of one record,
 * and there is one listing.
 */
#include "verify/zip.h"

#include "base/cursor.h"
#include "verify/grammar.h"
#include "verify/name.h"

#include <libdeflate.h>
#include <stdio.h>
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
    STORED = 0,
    DEFLATED = 8,
    DATE = 0x0021, /* 1980-01-01 */
    FOLDERS = 16,  /* names in a path */
    PATH = 1024,   /* bytes of a path */
    DEPTH = 8,     /* archives in archives */
};

typedef struct Member {
    uint16_t method;
    uint32_t crc, packed, size;
    const uint8_t *name;
    uint16_t name_size;
    const uint8_t *data; /* packed */
} Member;

typedef struct Zip {
    MugaiCheck *check;
    const uint8_t *d;
    size_t size, directory; /* offset of the directory */
    unsigned count;
    char **seen; /* folded names, sorted in the end */
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
    if (all > z->check->limits->parts)
        return refuse (z, "L-2", z->size - END, "too many members");
    z->directory = offset;
    z->count = all;
    return true;
}

/* Z-3: what both headers of a member say, in the same order. */
static void
read_common (MugaiCursor *c, Member *ret, bool *ret_fixed)
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
                 (ret->method == STORED || ret->method == DEFLATED) &&
                 (ret->method != STORED || ret->packed == ret->size);
}

/* The entry at @at of the directory. *ret_local: where it says the local header is. */
static bool
read_central (Zip *z, size_t at, Member *ret, uint32_t *ret_local)
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
read_local (Zip *z, size_t at, Member *m, size_t *ret_next)
{
    Member local;
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

/* Z-4: a path of safe names; the last has the extension of its grammar. Returns: its row or NULL.
 */
static const MugaiGrammarRow *
check_name (Zip *z, const Member *m, size_t at)
{
    const uint8_t *name = m->name, *end = m->name + m->name_size;
    const uint8_t *last = memrchr (name, '/', m->name_size);
    const MugaiGrammarRow *row = mugai_grammar_named (
        last != NULL ? last + 1 : name, (size_t)(end - (last != NULL ? last + 1 : name)));
    unsigned folders = 0;

    if (m->name_size > PATH || row == NULL) {
        refuse (z, "Z-4", at, "path too long, or extension that the profile lacks");
        return NULL;
    }
    for (const uint8_t *part = name; part != NULL; folders++) {
        const uint8_t *slash = memchr (part, '/', (size_t)(end - part));
        size_t size = (size_t)((slash != NULL ? slash : end) - part);
        const char *clause = mugai_name_fault (part, size, slash != NULL ? "" : row->extension);
        if (clause != NULL || folders == FOLDERS) {
            refuse (z, clause != NULL ? clause : "Z-4", at, "name of a member");
            return NULL;
        }
        part = slash != NULL ? slash + 1 : NULL;
    }
    return row;
}

/* Z-6. *ret_own: to be freed, when it is not the stored data itself. */
static const uint8_t *
unpack (Zip *z, const Member *m, size_t at, uint8_t **ret_own)
{
    size_t in = 0, out = 0;

    *ret_own = NULL;
    if (m->size > z->check->limits->expanded - z->check->expanded) {
        refuse (z, "Z-6", at, "more bytes than limits.expanded allows");
        return NULL;
    }
    z->check->expanded += m->size;
    if (m->method == STORED)
        return m->data;
    *ret_own = mugai_check_scratch (z->check, m->size);
    struct libdeflate_decompressor *inflater = libdeflate_alloc_decompressor();
    bool ok = *ret_own != NULL && inflater != NULL &&
              libdeflate_deflate_decompress_ex (inflater, m->data, m->packed, *ret_own, m->size,
                                                &in, &out) == LIBDEFLATE_SUCCESS &&
              in == m->packed && out == m->size;
    if (inflater != NULL)
        libdeflate_free_decompressor (inflater);
    if (!ok)
        refuse (z, "Z-6", at, "data is no deflate stream of the exact size");
    return ok ? *ret_own : NULL;
}

/* Z-6, Z-7 */
static bool
check_content (Zip *z, const Member *m, const MugaiGrammarRow *row, size_t at)
{
    uint8_t *own;
    const uint8_t *data = unpack (z, m, at, &own);
    bool ok = data != NULL;

    if (ok && libdeflate_crc32 (0, data, m->size) != m->crc)
        ok = refuse (z, "Z-6", at, "CRC of a member");
    ok = ok && row->check (z->check, data, m->size);
    free (own);
    return ok;
}

/* Two names that differ in the case of ASCII letters alone are the same (Z-5); "/" sorts first, so
 * that a file and a folder of its name are neighbours. */
static char *
fold (const Member *m)
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

/* Z-5 */
static bool
check_unique (Zip *z)
{
    qsort (z->seen, z->count, sizeof *z->seen, compare);
    for (unsigned i = 0; i + 1 < z->count; i++) {
        size_t size = strlen (z->seen[i]);
        if (strncmp (z->seen[i], z->seen[i + 1], size) == 0 &&
            (z->seen[i + 1][size] == '\0' || z->seen[i + 1][size] == 1))
            return refuse (z, "Z-5", z->directory, "two members of one name");
    }
    return true;
}

static void
enter (Zip *z, unsigned index)
{
    char *path = z->check->path;
    size_t size = strlen (path);

    snprintf (path + size, sizeof z->check->path - size, "/%u", index + 1);
}

static bool
check_members (Zip *z)
{
    size_t at = z->directory, next = 0;
    char outer[sizeof z->check->path];
    uint32_t local;
    Member m;

    strcpy (outer, z->check->path);
    for (unsigned i = 0; i < z->count; i++) {
        if (!read_central (z, at, &m, &local))
            return false;
        if (local != next)
            return refuse (z, "Z-2", at, "a member does not begin where the one before ends");
        const MugaiGrammarRow *row = check_name (z, &m, at);
        z->seen[i] = row != NULL ? fold (&m) : NULL;
        if (row == NULL || !read_local (z, next, &m, &next))
            return false;
        if (z->seen[i] == NULL)
            return refuse (z, "L-3", at, "not enough memory for a name");
        at += CENTRAL + m.name_size;
        enter (z, i);
        if (!check_content (z, &m, row, local))
            return false;
        strcpy (z->check->path, outer);
    }
    if (next != z->directory || at != z->size - END)
        return refuse (z, "Z-2", next, "bytes that belong to no member");
    return check_unique (z);
}

bool
mugai_zip_check (MugaiCheck *check, const uint8_t *d, size_t size)
{
    Zip z = { .check = check, .d = d, .size = size };

    if (check->depth == DEPTH)
        return mugai_refuse (check, "Z-8", 0, "too many archives in archives");
    if (!read_end (&z))
        return false;
    z.seen = calloc (z.count, sizeof *z.seen);
    check->depth++;
    bool ok =
        z.seen != NULL ? check_members (&z) : refuse (&z, "L-3", 0, "not enough memory for names");
    check->depth--;
    for (unsigned i = 0; z.seen != NULL && i < z.count; i++)
        free (z.seen[i]);
    free (z.seen);
    return ok;
}
