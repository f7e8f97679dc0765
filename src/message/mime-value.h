/* SPDX-License-Identifier: Apache-2.0
 *
 * mime-value: the value of Content-Type, Content-Disposition or Content-Transfer-Encoding: a token
 * and parameters, read the way mail programs read it, with a note of everything that two of them
 * would read differently.
 *
 * Process: worker. Trust: input is hostile. Linear; bounded by the length of the value.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MUGAI_MIME_PARAMS_MAX = 256 /* parameters of one value; the rest is odd and left out */ };

typedef enum MugaiMimeOdd {                                 /* flags */
                            MUGAI_MIME_ODD_TOKEN = 1u << 0, /* the token is none: empty, a list, a
                                                               comment or a control inside */
                            MUGAI_MIME_ODD_COMMENT =
                                1u << 1, /* a comment touches the token or a parameter */
                            MUGAI_MIME_ODD_UNCLOSED = 1u << 2,  /* a quote or comment never ends */
                            MUGAI_MIME_ODD_TRAILING = 1u << 3,  /* something after a quoted value */
                            MUGAI_MIME_ODD_SEPARATOR = 1u << 4, /* no semicolon before a parameter,
                                                                   or a parameter without a value */
                            MUGAI_MIME_ODD_CONTROL = 1u << 5,   /* a control character */
                            MUGAI_MIME_ODD_MANY = 1u << 6,      /* too many parameters */
} MugaiMimeOdd;

typedef struct MugaiMimeParam {
    char *name;    /* lower case, without "*" and section */
    char *value;   /* bytes as sent, percent-decoded when extended; may hold any byte but NUL */
    char *charset; /* of an extended value (RFC 2231), lower case; NULL: none was said */
    bool extended; /* RFC 2231: `value` is not encoded any more */
    bool joined;   /* RFC 2231: it was written in numbered sections */
    uint32_t odd;  /* MugaiMimeOdd of everything up to the end of this parameter */
} MugaiMimeParam;

typedef struct MugaiMimeValue {
    char *token;    /* lower case: "text/plain", "attachment", "base64"; "" when there is none */
    GArray *params; /* of MugaiMimeParam; continuations joined; first plain, then extended ones of a
                       name */
    uint32_t odd;   /* MugaiMimeOdd of the whole line */
} MugaiMimeValue;

/* mugai_mime_value_parse:
 * @line: borrowed, unfolded (field.h). Returns: (transfer full); never NULL, whatever the line
 * holds. Source: RFC 2045 5.1, RFC 2231 3 and 4, RFC 2183.
 */
MugaiMimeValue *mugai_mime_value_parse (const char *line);
void mugai_mime_value_free (MugaiMimeValue *value);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MugaiMimeValue, mugai_mime_value_free)

/* Returns: (borrowed) the first parameter of that lower-case name, an extended one preferred; NULL
 * when there is none. */
const MugaiMimeParam *mugai_mime_value_param (const MugaiMimeValue *value, const char *name);

/* How often does @line hold @word, in any case? For words that no reader should find twice. */
size_t mugai_mime_value_mentions (const char *line, const char *word);

/* Do two parameters of that name say different things? */
bool mugai_mime_value_conflict (const MugaiMimeValue *value, const char *name);
