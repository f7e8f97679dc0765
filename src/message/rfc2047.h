/* SPDX-License-Identifier: Apache-2.0
 *
 * rfc2047: text in header fields: encoded-words (RFC 2047), parameter values with a charset (RFC
 * 2231), and what mail programs write in their place (raw 8-bit or ISO-2022-JP, words inside
 * quotes, characters split between words). Process: mugai-worker. Trust: input is hostile; output
 * is one line of clean UTF-8 (common/clean.h): no control, bidi or invisible characters, no line
 * end.
 */
#pragma once

#include "base/limits.h"
#include "common/clean.h"

#include <glib.h>
#include <stdint.h>

typedef struct MugaiHeaderTextStats {
    MugaiCleanStats clean;
    uint64_t words;       /* encoded-words decoded */
    uint64_t broken;      /* of those: base64 or quoted-printable was not as it should be */
    uint64_t raw;         /* runs of 8-bit or escaped text outside of encoded-words */
    uint64_t undecodable; /* bytes shown as [?E3] */
    uint64_t mislabelled; /* words of another charset than they say */
    bool cut;             /* it did not fit into limits->header_line */
} MugaiHeaderTextStats;

/* mugai_rfc2047_decode:
 * An unstructured value or a phrase. White space between two encoded-words goes; each line end and
 * TAB becomes one space; blanks at both ends go.
 * @raw: borrowed, @size bytes, as in the mail, folded or not. @fallback: charset of raw bytes, may
 * be NULL or hostile.
 * @limits: uses header_line (bytes of UTF-8 out). @stats: added to; may be NULL.
 * Returns: (transfer full) never NULL.
 */
char *mugai_rfc2047_decode (const void *raw, size_t size, const char *fallback,
                            const MugaiLimits *limits, MugaiHeaderTextStats *stats);

/* mugai_rfc2231_decode:
 * An extended parameter value, its continuations already joined: charset'language'percent-encoded.
 * Without the two apostrophes all of it is the percent-encoded text. Arguments and result as above.
 */
char *mugai_rfc2231_decode (const void *raw, size_t size, const char *fallback,
                            const MugaiLimits *limits, MugaiHeaderTextStats *stats);

/* mugai_rfc2047_encode:
 * UTF-8 as B encoded-words of at most 75 characters that hold whole characters, one space between
 * two. Empty for "".
 * @utf8: borrowed, valid. Returns: (transfer full).
 */
char *mugai_rfc2047_encode (const char *utf8);

/* mugai_rfc2047_encode_text:
 * The same for an unstructured value: as it stands when it is printable ASCII that no reader takes
 * for encoded-words and has no word of more than 70 characters and no blank at its ends or beside
 * another.
 */
char *mugai_rfc2047_encode_text (const char *utf8);
