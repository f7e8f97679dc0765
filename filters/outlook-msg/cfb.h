/* SPDX-License-Identifier: Apache-2.0
 *
 * cfb: a reader of compound files (OLE2). Process: the walk. Trust: input is hostile. libc only.
 * Source: MS-CFB.
 *
 * How it works: each sector may be used once, so chains that meet or run in circles, sectors that
 * overlap and sizes that lie are damage, and all streams together are no larger than the file.
 * Entries are seen once each, from the root downwards, in a tree that the file draws.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MUGAI_CFB_NAME = 32, MUGAI_CFB_ROOT = 0 };
#define MUGAI_CFB_NONE UINT32_MAX

typedef struct MugaiCfbEntry {
    char name[MUGAI_CFB_NAME]; /* ASCII, NUL-terminated; other characters are '?' */
    bool storage;
    uint32_t child, next; /* first in a storage, next beside; MUGAI_CFB_NONE */
    uint32_t start;
    size_t size;
    uint8_t *data; /* owned, once it was read */
} MugaiCfbEntry;

typedef struct MugaiCfb {
    const uint8_t *file; /* borrowed */
    size_t size;
    unsigned shift;      /* of sectors */
    unsigned mini_shift; /* of the small sectors in the root's stream */
    uint32_t cutoff;     /* streams below it are made of those */
    uint32_t n_sectors, n_mini;
    uint32_t *fat, *mini_fat; /* next sector */
    uint8_t *used, *mini_used;
    uint8_t *mini; /* the root's stream */
    size_t mini_size;
    MugaiCfbEntry *entry; /* n_entries */
    uint32_t n_entries;
} MugaiCfb;

/* Read tables and directory. Returns: NULL, or in English what is wrong (static). Clear @cfb either
 * way. */
const char *mugai_cfb_open (const uint8_t *data, size_t size, MugaiCfb *cfb);

/* The bytes of a stream; may be called again. Returns: false when it is damaged or memory lacks. */
bool mugai_cfb_read (MugaiCfb *cfb, uint32_t entry);

/* The entry called @name in a storage, or MUGAI_CFB_NONE. */
uint32_t mugai_cfb_find (const MugaiCfb *cfb, uint32_t storage, const char *name);

void mugai_cfb_clear (MugaiCfb *cfb);
