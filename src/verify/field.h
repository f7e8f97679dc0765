/* SPDX-License-Identifier: Apache-2.0
 *
 * field: instructions of Word fields (PROFILE.md, O-18). Process: verify. Input is hostile. libc
 * only.
 */
#pragma once

#include "verify/check.h"

enum { MUGAI_FIELDS = 64 /* within each other */ };

typedef struct MugaiFields { /* those that are open at a place of a part (O-20) */
    MugaiCheck *check;
    unsigned open;
    uint8_t told[MUGAI_FIELDS]; /* whether the instruction was there; 2: it shows its result */
} MugaiFields;

/* An element begins: a mark of a field, an instruction, or another one, which is nothing to it. */
bool mugai_fields_start (MugaiFields *fields, const char *name, const char *const *atts,
                         uint64_t at);
/* The part ends. */
bool mugai_fields_end (MugaiFields *fields, uint64_t at);

/* Is @text an instruction that may be given out? */
bool mugai_field_fits (const char *text, size_t size);
