/* SPDX-License-Identifier: Apache-2.0
 *
 * value: make a text one of the VALUEs of the model (src/profile/office/README.md), in its
 * canonical form, or say that it is none. Process: render. Input is hostile. Linear in time.
 */
#pragma once

#include "office/tree.h"

typedef struct MugaiValueRules { /* of a document kind; each may be NULL: nothing fits */
    /* Returns: (in @arena) the canonical form, or NULL. */
    const char *(*formula) (MugaiArena *arena, const char *text, size_t size);
    const char *(*field) (MugaiArena *arena, const char *text, size_t size);
} MugaiValueRules;

/* mugai_value_make:
 * @value: number in mugai_office_value; of `id` and `ref` only the look is judged, `index` as an
 * int, `rel` never fits. @text: NUL-terminated, @size bytes, text rules applied. Returns: @text
 * itself or a text in @arena, or NULL.
 */
const char *mugai_value_make (MugaiArena *arena, const MugaiValueRules *rules, uint16_t value,
                              const char *text, size_t size);

/* mugai_value_text:
 * The text rules: what a reader cannot see or a program would obey goes. @buffer: grows, owned by
 * the caller. Returns: @text or what is in @buffer, or NULL without memory.
 */
typedef struct MugaiValueBuffer {
    char *data;
    size_t room;
    uint64_t dropped; /* code points */
} MugaiValueBuffer;
const char *mugai_value_text (void *buffer, const char *text, size_t size, size_t *ret_size);
