/* SPDX-License-Identifier: Apache-2.0
 *
 * sniff: what a part is, from its content. Label and name are compared with it: they decide between
 * kinds that look alike, and a claim to be a program, a script or something else that no text is
 * stands against "looks like a text"; they never make more of a content than it is.
 *
 * Process: worker. Trust: input is hostile. Pure, bounded. Here are the order of questions and the
 * signatures; sniff-text.h, sniff-zip.h, sniff-ole.h and sniff-end.h look closer at what those
 * found. libc only.
 */
#pragma once

#include "core/type.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MUGAI_SNIFF_WINDOW = 40960 /* bytes of either end; an ISO image begins at 32768 */ };

typedef struct MugaiSniff { /* borrowed windows; they may overlap */
    const uint8_t *head;
    size_t head_size; /* at most MUGAI_SNIFF_WINDOW */
    const uint8_t *tail;
    size_t tail_size;
    uint64_t size;        /* of the whole content */
    const uint8_t *whole; /* all of it when it is in memory, or NULL */
    bool shown;           /* a mail program shows it as text, odd bytes or not: be lenient */
} MugaiSniff;

typedef struct MugaiSniffed {
    const MugaiType *type; /* (static) a row of core/type.h; "unknown" when nothing fits */
    const char *also;      /* (static) what else it can be read as: id, or NULL */
    uint64_t trailing;     /* bytes behind the end of its format that are no padding */
    bool text;             /* it reads as a text, whatever its type */
    bool weak; /* no signature, no name, no label speaks for the type: another opinion may */
} MugaiSniffed;

/* Both windows of content that is in memory. */
MugaiSniff mugai_sniff_window (const void *data, size_t size);

/* Bytes @at to @at + @size of the content, or NULL when no window holds them. */
const uint8_t *mugai_sniff_at (const MugaiSniff *w, uint64_t at, size_t size);

/* Does the directory of a container lie outside of the windows? Then sniff again with @whole. */
bool mugai_sniff_wants_whole (const MugaiSniff *w);

/* mugai_sniff:
 * @declared: media type, lower case, "" when none. @extension: lower case, "" when none.
 */
MugaiSniffed mugai_sniff (const MugaiSniff *window, const char *declared, const char *extension);

/* May a second opinion (libmagic's), or a name or label, make @claim of a content that is of no
 * type or a featureless text? Only what no preset delivers: programs, scripts, shortcuts, disk
 * images, fonts, encrypted data, sound, video, drawings. */
bool mugai_sniff_claims (const MugaiType *claim);

typedef enum MugaiMismatch {
    MUGAI_MISMATCH_NONE,
    MUGAI_MISMATCH_DECLARED,
    MUGAI_MISMATCH_EXTENSION,
} MugaiMismatch;

/* Do label or name say something else than the content? A label that says nothing
 * (application/octet-stream, none) and an extension that no type has never do. */
MugaiMismatch mugai_sniff_mismatch (const MugaiType *type, const char *declared,
                                    const char *extension);
