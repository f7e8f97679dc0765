/* SPDX-License-Identifier: Apache-2.0
 *
 * form: read members of a package that have one form to the byte, without a parser of XML. Each
 * takes what it names, or takes nothing and returns false. Process: verify. Input is hostile. libc
 * only.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct MugaiForm {
    const uint8_t *d;
    size_t size, at;
} MugaiForm;

static inline bool
mugai_form_bytes (MugaiForm *form, const void *bytes, size_t size)
{
    bool there = form->size - form->at >= size && memcmp (form->d + form->at, bytes, size) == 0;

    form->at += there ? size : 0;
    return there;
}

static inline bool
mugai_form_literal (MugaiForm *form, const char *text)
{
    return mugai_form_bytes (form, text, strlen (text));
}

/* 1 to @most, without leading zeros. */
static inline bool
mugai_form_number (MugaiForm *form, uint32_t most, uint32_t *ret)
{
    size_t at = form->at;
    uint64_t value = 0;

    while (at < form->size && form->d[at] >= '0' && form->d[at] <= '9' && value <= most)
        value = 10 * value + form->d[at++] - '0';
    if (value == 0 || value > most || form->d[form->at] == '0')
        return false;
    form->at = at;
    *ret = (uint32_t)value;
    return true;
}

/* Up to the next `"`. */
static inline bool
mugai_form_value (MugaiForm *form, const uint8_t **ret, size_t *ret_size)
{
    const uint8_t *end = memchr (form->d + form->at, '"', form->size - form->at);

    if (end == NULL)
        return false;
    *ret = form->d + form->at;
    *ret_size = (size_t)(end - *ret);
    form->at += *ret_size;
    return true;
}
