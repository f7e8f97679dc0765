/* SPDX-License-Identifier: Apache-2.0
 *
 * lexical: the forms of numbers, times, cells and such in values of a model (the table VALUE of
 * src/profile/office/README.md). Each asks: is all of @text of this form? Process: verify. Input is
 * hostile. libc only.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

bool mugai_lexical_int (const char *text, size_t size, int64_t low, int64_t high, int64_t *ret);
bool mugai_lexical_token (const char *text, size_t size, size_t most);
bool mugai_lexical_hex (const char *text, size_t size, size_t bytes);
bool mugai_lexical_decimal (const char *text, size_t size);
bool mugai_lexical_double (const char *text, size_t size);
bool mugai_lexical_percent (const char *text, size_t size);
bool mugai_lexical_measure (const char *text, size_t size);
bool mugai_lexical_guid (const char *text, size_t size);
bool mugai_lexical_datetime (const char *text, size_t size);
bool mugai_lexical_lang (const char *text, size_t size);
bool mugai_lexical_length (const char *text, size_t size);
bool mugai_lexical_colour (const char *text, size_t size);
bool mugai_lexical_duration (const char *text, size_t size);
bool mugai_lexical_cell (const char *text, size_t size);
bool mugai_lexical_range (const char *text, size_t size);
bool mugai_lexical_ranges (const char *text, size_t size);
/* No code point that U-1 to U-3 refuse, but private use may stand (O-14). */
bool mugai_lexical_text (const char *text, size_t size);
