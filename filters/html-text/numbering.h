/* SPDX-License-Identifier: Apache-2.0
 *
 * numbering: the marks of list items. Process: the walk. libc only.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

typedef enum HtmlNumbering {
    HTML_NUMBERING_UNSET,
    HTML_NUMBERING_NONE,
    HTML_NUMBERING_BULLET,
    HTML_NUMBERING_DECIMAL,
    HTML_NUMBERING_DECIMAL_ZERO,
    HTML_NUMBERING_LOWER_ALPHA,
    HTML_NUMBERING_UPPER_ALPHA,
    HTML_NUMBERING_LOWER_ROMAN,
    HTML_NUMBERING_UPPER_ROMAN,
    HTML_NUMBERING_KANJI,          /* 一、二、…十一 */
    HTML_NUMBERING_HIRAGANA,       /* あいうえお */
    HTML_NUMBERING_KATAKANA,       /* アイウエオ */
    HTML_NUMBERING_HIRAGANA_IROHA, /* いろは */
    HTML_NUMBERING_KATAKANA_IROHA, /* イロハ */
    HTML_NUMBERING_COUNT,
} HtmlNumbering;

/* @name: a word of CSS list-style-type, lower case. Returns: COUNT when it is none. */
HtmlNumbering html_numbering (const char *name);

/* @type: value of the type attribute of ol, ul or li: 1 a A i I disc circle square. Returns: UNSET
 * when it is none. */
HtmlNumbering html_numbering_type (const char *type, size_t size);

/* html_numbering_mark:
 * The mark of item @number with the blank or 、 after it, as text of at most 31 bytes. What a
 * numbering cannot say is decimal.
 */
void html_numbering_mark (HtmlNumbering numbering, int number, bool japanese, char ret[32]);
