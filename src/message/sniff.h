/* SPDX-License-Identifier: Apache-2.0
 *
 * sniff: what a part is, from its content; never from its label alone.
 *
 * Process: worker. Trust: input is hostile. Pure, bounded: looks at both ends of the content only.
 * Own signatures; libmagic, whose database every fork would map, is not linked yet (its cost was
 * not measured).
 */
#pragma once

#include "core/type.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MUGAI_SNIFF_WINDOW = 32768 /* bytes of either end that are looked at */ };

typedef struct MugaiSniff { /* borrowed windows; they may overlap */
    const uint8_t *head;
    size_t head_size; /* at most MUGAI_SNIFF_WINDOW */
    const uint8_t *tail;
    size_t tail_size;
    uint64_t size; /* of the whole content */
} MugaiSniff;

/* Both windows of content that is in memory. */
MugaiSniff mugai_sniff_window (const void *data, size_t size);

/* mugai_sniff:
 * @declared: media type, lower case, "" when none; it and @extension (lower case, "" when none)
 * only decide between kinds of text that look alike, and between kinds that the same signature
 * stands for. Returns: (static) a row of core/type.h; "unknown" when nothing fits.
 */
const MugaiType *mugai_sniff (const MugaiSniff *window, const char *declared,
                              const char *extension);

/* Do label or name say something else than the content? A label that says nothing
 * (application/octet-stream, none) and an extension that no type has never do. */
bool mugai_sniff_mismatch (const MugaiType *type, const char *declared, const char *extension);
