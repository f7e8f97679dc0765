/* SPDX-License-Identifier: Apache-2.0 */
#include "outlook-msg/cfb.h"

#include "common/reader.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { HEADER = 512, IN_HEADER = 109, ENTRY = 128, STORAGE = 1, STREAM = 2, ROOT = 5 };
static const uint32_t last_sector = 0xfffffffe, no_entry = 0xffffffff;

/* -- sectors
 * ----------------------------------------------------------------------------------------------------------
 */

static size_t
sector_size (const MugaiCfb *c)
{
    return (size_t)1 << c->shift;
}

/* A sector of the file, not used before. The last one may be short. Returns: NULL: there is none.
 */
static const uint8_t *
take_sector (MugaiCfb *c, uint32_t sector, size_t *ret_size)
{
    if (sector >= c->n_sectors || c->used[sector])
        return NULL;
    c->used[sector] = 1;
    size_t at = ((size_t)sector + 1) << c->shift, left = c->size - at;
    *ret_size = left < sector_size (c) ? left : sector_size (c);
    return c->file + at;
}

/* Bytes of a chain of sectors, at most @size. Returns: (transfer full) NULL when it is damaged;
 * *ret_got: bytes there are. */
static uint8_t *
read_chain (MugaiCfb *c, uint32_t sector, size_t size, size_t *ret_got)
{
    size_t most = size < c->size ? size : c->size, got = 0, n;
    uint8_t *out = malloc (most + 1);

    while (out != NULL && got < most && sector != last_sector) {
        const uint8_t *at = take_sector (c, sector, &n);
        if (at == NULL) {
            free (out);
            return NULL;
        }
        n = n < most - got ? n : most - got;
        memcpy (out + got, at, n);
        got += n;
        sector = c->fat[sector];
    }
    *ret_got = got;
    return out;
}

static uint8_t *
read_mini_chain (MugaiCfb *c, uint32_t sector, size_t size)
{
    uint8_t *out = size <= c->mini_size ? malloc (size + 1) : NULL;
    size_t got = 0;

    while (out != NULL && got < size) {
        size_t at = (size_t)sector << c->mini_shift;
        if (sector >= c->n_mini || c->mini_used[sector] || at >= c->mini_size) {
            free (out);
            return NULL;
        }
        size_t n = (size_t)1 << c->mini_shift;
        n = n < size - got ? n : size - got;
        n = n < c->mini_size - at ? n : c->mini_size - at;
        c->mini_used[sector] = 1;
        memcpy (out + got, c->mini + at, n);
        got += n;
        sector = c->mini_fat[sector];
    }
    return out;
}

/* -- tables
 * -----------------------------------------------------------------------------------------------------------
 */

/* One sector of the FAT: the sectors that follow those from @first on. */
static bool
read_fat_sector (MugaiCfb *c, uint32_t sector, size_t first)
{
    size_t size;
    const uint8_t *at = take_sector (c, sector, &size);
    MugaiReader r = mugai_reader (at, at != NULL ? size : 0);

    for (size_t i = first; at != NULL && i < c->n_sectors && mugai_reader_left (&r) >= 4; i++)
        c->fat[i] = mugai_reader_u32 (&r);
    return at != NULL;
}

/* The sectors of the FAT: the first ones stand in the header, others in a chain of their own. What
 * lies past the file's end needs no row. */
static const char *
read_fat (MugaiCfb *c, MugaiReader *header)
{
    size_t rows = sector_size (c) / 4, first = 0;

    mugai_reader_seek (header, 68);
    uint32_t next = mugai_reader_u32 (header);
    mugai_reader_skip (header, 4);
    for (int i = 0; i < IN_HEADER; i++) {
        uint32_t sector = mugai_reader_u32 (header);
        if (sector <= last_sector - 4 && first < c->n_sectors) {
            if (!read_fat_sector (c, sector, first))
                return "table of sectors";
            first += rows;
        }
    }
    while (first < c->n_sectors && next < last_sector) {
        size_t size;
        const uint8_t *at = take_sector (c, next, &size);
        MugaiReader r = mugai_reader (at, at != NULL ? size : 0);
        if (at == NULL || size < sector_size (c))
            return "list of the table of sectors";
        for (size_t i = 0; i + 1 < rows && first < c->n_sectors; i++) {
            uint32_t sector = mugai_reader_u32 (&r);
            if (sector > last_sector - 4)
                continue;
            if (!read_fat_sector (c, sector, first))
                return "table of sectors";
            first += rows;
        }
        mugai_reader_seek (&r, sector_size (c) - 4);
        next = mugai_reader_u32 (&r);
    }
    return NULL;
}

static const char *
read_mini (MugaiCfb *c, uint32_t table)
{
    const MugaiCfbEntry *root = &c->entry[MUGAI_CFB_ROOT];
    size_t size = 0;

    c->mini = root->size > 0 ? read_chain (c, root->start, root->size, &c->mini_size) : NULL;
    if (root->size > 0 && c->mini == NULL)
        return "small sectors";
    uint8_t *rows = table < last_sector ? read_chain (c, table, SIZE_MAX, &size) : NULL;
    if (table < last_sector && rows == NULL)
        return "table of small sectors";
    c->n_mini = (uint32_t)(size / 4);
    c->mini_fat = calloc ((size_t)c->n_mini + 1, sizeof *c->mini_fat);
    c->mini_used = calloc ((size_t)c->n_mini + 1, 1);
    bool ok = c->mini_fat != NULL && c->mini_used != NULL;
    MugaiReader r = mugai_reader (rows, c->n_mini * (size_t)4);
    for (uint32_t i = 0; ok && i < c->n_mini; i++)
        c->mini_fat[i] = mugai_reader_u32 (&r);
    free (rows);
    return ok ? NULL : "memory";
}

/* -- directory
 * --------------------------------------------------------------------------------------------------------
 */

typedef struct Links { /* of an entry in the file: to the left, to the right, downwards */
    uint32_t left, right, child;
    bool seen;
} Links;

static void
read_entry (const MugaiCfb *c, MugaiReader *r, MugaiCfbEntry *e, Links *links)
{
    const uint8_t *name = mugai_reader_bytes (r, 64);
    uint16_t length = mugai_reader_u16 (r);
    uint8_t kind = mugai_reader_u8 (r);

    for (unsigned i = 0; i + 1 < MUGAI_CFB_NAME && i * 2 + 2 < length; i++)
        e->name[i] =
            (char)(name[i * 2 + 1] == 0 && name[i * 2] < 0x7f && name[i * 2] > 0 ? name[i * 2]
                                                                                 : '?');
    mugai_reader_skip (r, 1);
    links->left = mugai_reader_u32 (r);
    links->right = mugai_reader_u32 (r);
    links->child = mugai_reader_u32 (r);
    mugai_reader_skip (r, 36);
    e->start = mugai_reader_u32 (r);
    uint64_t size = mugai_reader_le (r, 8);
    if (c->shift == 9)
        size &= UINT32_MAX; /* version 3: the upper half may hold anything */
    e->size = size > SIZE_MAX / 2 ? SIZE_MAX / 2 : (size_t)size;
    e->storage = kind == STORAGE || kind == ROOT;
    e->child = e->next = MUGAI_CFB_NONE;
    if (kind != STORAGE && kind != STREAM && kind != ROOT)
        links->seen = true; /* not in use: nothing may lead here */
}

typedef struct Visit {
    uint32_t entry, parent;
    bool between; /* what is to the right is done, what is to the left is to come */
} Visit;

/* Every entry once, each in the list of its storage, from right to left, so that the lists are in
 * order. An entry puts at most four on the stack, and is seen once. */
static bool
walk_tree (MugaiCfb *c, Links *links)
{
    Visit *stack = malloc (((size_t)c->n_entries * 4 + 1) * sizeof *stack);
    size_t n = 0;
    bool ok = stack != NULL && !links[MUGAI_CFB_ROOT].seen && c->entry[MUGAI_CFB_ROOT].storage;

    if (ok) {
        links[MUGAI_CFB_ROOT].seen = true;
        stack[n++] = (Visit){ .entry = links[MUGAI_CFB_ROOT].child, .parent = MUGAI_CFB_ROOT };
    }
    while (ok && n > 0) {
        Visit v = stack[--n];
        if (v.entry == no_entry)
            continue;
        MugaiCfbEntry *above = &c->entry[v.parent];
        if (v.between) {
            c->entry[v.entry].next = above->child;
            above->child = v.entry;
            continue;
        }
        ok = v.entry < c->n_entries && !links[v.entry].seen;
        if (!ok)
            break;
        const Links *to = &links[v.entry];
        links[v.entry].seen = true;
        stack[n++] = (Visit){ .entry = to->left, .parent = v.parent };
        stack[n++] = (Visit){ .entry = v.entry, .parent = v.parent, .between = true };
        stack[n++] = (Visit){ .entry = to->right, .parent = v.parent };
        if (c->entry[v.entry].storage)
            stack[n++] = (Visit){ .entry = to->child, .parent = v.entry };
    }
    free (stack);
    return ok;
}

static const char *
read_directory (MugaiCfb *c, uint32_t start)
{
    size_t size = 0;
    uint8_t *rows = read_chain (c, start, SIZE_MAX, &size);

    if (rows == NULL)
        return "directory";
    c->n_entries = (uint32_t)(size / ENTRY);
    c->entry = calloc ((size_t)c->n_entries + 1, sizeof *c->entry);
    Links *links = calloc ((size_t)c->n_entries + 1, sizeof *links);
    bool ok = c->entry != NULL && links != NULL && c->n_entries > 0;
    MugaiReader r = mugai_reader (rows, size);
    for (uint32_t i = 0; ok && i < c->n_entries; i++)
        read_entry (c, &r, &c->entry[i], &links[i]);
    ok = ok && walk_tree (c, links);
    free (links);
    free (rows);
    return ok ? NULL : "directory";
}

/* -- the whole
 * --------------------------------------------------------------------------------------------------------
 */

const char *
mugai_cfb_open (const uint8_t *data, size_t size, MugaiCfb *c)
{
    static const uint8_t magic[] = { 0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1 };
    MugaiReader r = mugai_reader (data, size);

    *c = (MugaiCfb){ .file = data, .size = size };
    if (size < HEADER || memcmp (data, magic, sizeof magic) != 0)
        return "signature";
    mugai_reader_seek (&r, 30);
    c->shift = mugai_reader_u16 (&r);
    c->mini_shift = mugai_reader_u16 (&r);
    mugai_reader_seek (&r, 48);
    uint32_t directory = mugai_reader_u32 (&r);
    mugai_reader_seek (&r, 56);
    c->cutoff = mugai_reader_u32 (&r);
    uint32_t mini = mugai_reader_u32 (&r);
    if ((c->shift != 9 && c->shift != 12) || c->mini_shift != 6 || c->cutoff > 4096 ||
        size <= sector_size (c) || size > (size_t)1 << 40)
        return "header";
    uint64_t sectors = (size - sector_size (c) + sector_size (c) - 1) >> c->shift;
    c->n_sectors = sectors < last_sector - 4 ? (uint32_t)sectors : last_sector - 4;
    c->fat = malloc (c->n_sectors * sizeof *c->fat);
    c->used = calloc (c->n_sectors, 1);
    if (c->fat == NULL || c->used == NULL)
        return "memory";
    memset (c->fat, 0xff, c->n_sectors * sizeof *c->fat);
    const char *fault = read_fat (c, &r);
    if (fault == NULL)
        fault = read_directory (c, directory);
    return fault != NULL ? fault : read_mini (c, mini);
}

bool
mugai_cfb_read (MugaiCfb *c, uint32_t entry)
{
    MugaiCfbEntry *e = &c->entry[entry];
    size_t got = e->size;

    if (e->storage || e->data != NULL)
        return e->data != NULL;
    if (e->size == 0)
        e->data = calloc (1, 1);
    else if (e->size < c->cutoff)
        e->data = read_mini_chain (c, e->start, e->size);
    else if (e->size < c->size)
        e->data = read_chain (c, e->start, e->size, &got);
    return e->data != NULL && got == e->size;
}

uint32_t
mugai_cfb_find (const MugaiCfb *c, uint32_t storage, const char *name)
{
    for (uint32_t i = c->entry[storage].child; i != MUGAI_CFB_NONE; i = c->entry[i].next)
        if (strcasecmp (c->entry[i].name, name) == 0)
            return i;
    return MUGAI_CFB_NONE;
}

void
mugai_cfb_clear (MugaiCfb *c)
{
    for (uint32_t i = 0; c->entry != NULL && i < c->n_entries; i++)
        free (c->entry[i].data);
    free (c->fat);
    free (c->mini_fat);
    free (c->used);
    free (c->mini_used);
    free (c->mini);
    free (c->entry);
    *c = (MugaiCfb){ 0 };
}
