/* SPDX-License-Identifier: Apache-2.0
 *
 * refer: what the values of an office document refer to across its parts: names that are defined
 * and asked for (id, ref), elements that are counted and indexes of them (item, index). PROFILE.md,
 * O-15. Process: verify. Input is hostile. libc only.
 */
#pragma once

#include "verify/check.h"

typedef struct MugaiRefer { /* a name that is defined or asked for */
    size_t text;            /* offset of its bytes */
    uint32_t size, part;
    uint64_t at; /* in that part */
    uint16_t space;
    bool defines;
} MugaiRefer;

typedef struct MugaiReferCount {
    uint32_t items, needed; /* needed: one more than the highest index */
    uint32_t part;          /* which has it, at: */
    uint64_t at;
} MugaiReferCount;

typedef struct MugaiRefers {
    MugaiCheck *check;
    MugaiRefer *name;
    size_t n, room;
    char *text;
    size_t used, text_room;
    MugaiReferCount *count; /* of each space */
    size_t spaces;
    uint16_t sheets; /* space of names of sheets, which know no case of ASCII letters */
} MugaiRefers;

/* All return false when memory ends (L-3 is refused then). */
bool mugai_refers_init (MugaiRefers *refers, MugaiCheck *check, size_t spaces, uint16_t sheets);
void mugai_refers_clear (MugaiRefers *refers);
bool mugai_refers_name (MugaiRefers *refers, const MugaiRefer *name, const char *text);

void mugai_refers_item (MugaiRefers *refers, uint16_t space);
void mugai_refers_index (MugaiRefers *refers, uint16_t space, uint32_t index, uint32_t part,
                         uint64_t at);

/* mugai_refers_settle:
 * Once all parts are read. Returns: (static) why they do not fit together, with the place, or NULL.
 */
const char *mugai_refers_settle (MugaiRefers *refers, uint32_t *ret_part, uint64_t *ret_at);
