/* SPDX-License-Identifier: Apache-2.0
 *
 * tokenizer: an HTML text as tags and runs of text, borrowed from the input. WHATWG HTML 13.2.5 for
 * what can be seen; each byte is looked at a bounded number of times. Process: the walk. Trust:
 * input is hostile. libc only.
 */
#pragma once

#include "html-text/tags.h"

#include <stdbool.h>

typedef enum HtmlTokenKind {
    HTML_TOKEN_END,     /* of the input */
    HTML_TOKEN_TEXT,    /* with character references */
    HTML_TOKEN_RAW,     /* without */
    HTML_TOKEN_START,   /* tag */
    HTML_TOKEN_CLOSE,   /* end tag */
    HTML_TOKEN_COMMENT, /* also declarations and processing instructions */
} HtmlTokenKind;

typedef struct HtmlSlice {
    const uint8_t *data; /* NULL: not there */
    size_t size;
} HtmlSlice;

typedef struct HtmlToken {
    HtmlTokenKind kind;
    HtmlSlice text; /* TEXT, RAW, COMMENT */
    HtmlTag tag;    /* START, CLOSE */
    bool self_closing;
    unsigned handlers;                     /* START: attributes whose name begins with "on" */
    uint32_t have;                         /* 1 << attribute of those that are there */
    HtmlSlice attributes[HTML_ATTR_COUNT]; /* START: raw values; the first of a name wins */
} HtmlToken;

typedef struct HtmlTokenizer {
    const uint8_t *at;
    const uint8_t *end;
    HtmlTag raw; /* element whose end tag alone ends the text; 0: none */
} HtmlTokenizer;

HtmlTokenizer html_tokenizer (const uint8_t *data, size_t size);

/* html_tokenizer_next:
 * @ret: zeroed before the first call; the next token; valid as long as the input. @foreign: inside
 * of svg or math, where nothing is raw text. Returns: false at the end of the input.
 */
bool html_tokenizer_next (HtmlTokenizer *t, bool foreign, HtmlToken *ret);
