/* SPDX-License-Identifier: Apache-2.0
 *
 * charset: bytes to valid UTF-8, whatever their label says, with the evidence for the choice.
 *
 * Order of evidence: byte order mark; ISO-2022 escape sequences; nothing but ASCII; UTF-8 that is
 * valid; the declared charset where the bytes fit it and nothing speaks for Japanese under a wrong
 * label; else the reading that looks most like a text of some language (charset-guess.h). Code
 * points are not normalised, half-width kana stay. Process: mugai-worker. Trust: bytes and label
 * are hostile; the text is valid UTF-8 but else not yet clean.
 */
#pragma once

#include "base/limits.h"
#include "message/charset-names.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef enum MugaiCharsetHow {
    MUGAI_CHARSET_BY_MARK,     /* byte order mark */
    MUGAI_CHARSET_BY_ESCAPES,  /* ISO-2022 escape sequences */
    MUGAI_CHARSET_BY_ASCII,    /* nothing but ASCII */
    MUGAI_CHARSET_BY_VALIDITY, /* valid UTF-8 */
    MUGAI_CHARSET_BY_LABEL,    /* declared, and the bytes fit */
    MUGAI_CHARSET_BY_SCORE,    /* the best of the plausible ones */
    MUGAI_CHARSET_BY_NULS,     /* UTF-16 without a mark */
} MugaiCharsetHow;

enum { MUGAI_CHARSET_EVIDENCE = 160 /* bytes */ };

typedef struct MugaiCharsetResult {
    GBytes *text;         /* owned; valid UTF-8, may hold any scalar value, NUL too */
    const char *charset;  /* static; the one used: "utf-8" */
    const char *declared; /* static; canonical name of the declared one, "unknown" when it is none
                             we know, "" when none */
    MugaiCharsetHow how;
    int score; /* mean plausibility per character beyond ASCII, in hundredths; 0 when nothing was
                  scored */
    char
        evidence[MUGAI_CHARSET_EVIDENCE]; /* by score: the best readings and what they were worth */
    size_t undecodable;                   /* bytes shown as [?E3] */
    bool mislabelled;                     /* a known charset was declared and another one used */
    bool cut;                             /* the text did not fit into limits->text */
} MugaiCharsetResult;

/* "mark", "escapes", ...: for reports. */
const char *mugai_charset_how_name (MugaiCharsetHow how);

/* mugai_charset_decode:
 * @data: borrowed, @size bytes. @declared: borrowed label, may be NULL or hostile. @limits: uses
 * text (bytes of UTF-8 out). Returns: (transfer full); NULL with MUGAI_ERROR_RESOURCE when memory
 * ends, nothing else fails.
 */
MugaiCharsetResult *mugai_charset_decode (const uint8_t *data, size_t size, const char *declared,
                                          const MugaiLimits *limits, GError **error);

void mugai_charset_result_free (MugaiCharsetResult *result); /* safe on NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MugaiCharsetResult, mugai_charset_result_free)
