/* SPDX-License-Identifier: Apache-2.0
 *
 * model: a part of an office document against its model (PROFILE.md, O-9 to O-14). Process: verify.
 * Input is hostile. libc and expat.
 */
#pragma once

#include "verify/model-table.h"
#include "verify/refer.h"

typedef struct MugaiModelLink { /* a relation of the part */
    uint32_t number;            /* of its id, "rId7" */
    uint16_t relation;
    bool used; /* by a value */
} MugaiModelLink;

typedef struct MugaiModelMedia { /* pictures and objects of an ODF package, by number from 1 */
    const bool *png;             /* of each picture */
    uint32_t pictures, objects;
    uint32_t named_pictures, named_objects; /* so far: they are named in their order */
} MugaiModelMedia;

typedef struct MugaiModelUse { /* what values may refer to */
    MugaiRefers *refers;
    uint32_t part;        /* its number, for refers */
    MugaiModelLink *link; /* by number */
    size_t n_links;
    MugaiModelMedia *media; /* NULL: no ODF */
    const char *clause;     /* of what did not fit */
} MugaiModelUse;

/* mugai_model_check:
 * @d: the part's bytes; @row: what it is. Marks the links that are used.
 */
bool mugai_model_check (MugaiCheck *check, const MugaiModelPart *row, const uint8_t *d, size_t size,
                        MugaiModelUse *use);
