/* SPDX-License-Identifier: Apache-2.0
 *
 * scheme: is the word before a colon, with what follows, an address that a program acts upon and
 * that is neither web nor mail? Process: the walk. Trust: input is hostile. libc only.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SCHEME_WORD = 40 /* characters of a scheme */ };

typedef struct SchemeWord {
    char text[SCHEME_WORD + 1]; /* folded, lower case; "": there is none */
    size_t start;               /* of it in the text */
    bool bounded;               /* nothing of a word stands before it */
} SchemeWord;

/* What of a scheme stands before the colon at @colon, not before @done. */
SchemeWord scheme_word (const char *text, size_t done, size_t colon);

/* javascript:, file:, search-ms:, ms-word: and their kin; any other scheme with "//"; "http:" with
 * other slashes than "//". The look ahead is bounded. */
bool scheme_is_active (const SchemeWord *w, const char *text, size_t size, size_t colon);

/* Bytes of a data: URI after its colon; 0: it is none. *ret_type: bytes of its media type. */
size_t scheme_data_size (const SchemeWord *w, const char *text, size_t size, size_t colon,
                         size_t *ret_type);

/* Printable ASCII that may be part of an address. */
bool scheme_is_address (char c);

/* Of an address that ends at @end, what may be left out: not a digit that is the base of a key cap.
 */
size_t scheme_whole (const char *text, size_t size, size_t start, size_t end);
