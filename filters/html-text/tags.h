/* SPDX-License-Identifier: Apache-2.0
 *
 * tags: the elements and attributes of HTML that matter for its text. Process: the walk. libc only.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* An element: an index of the table, or, for one that is not in it, a hash with the top bit set. */
typedef uint32_t HtmlTag;

enum {
    HTML_TAG_NONE,
#define TAG(id, name, flags) HTML_TAG_##id,
#include "html-text/tags.inc"
#undef TAG
    HTML_TAG_COUNT,
};

enum {
    HTML_BLOCK = 1u << 0,    /* begins and ends a line */
    HTML_MARGIN = 1u << 1,   /* a blank line before and after */
    HTML_VOID = 1u << 2,     /* has no content */
    HTML_RAW = 1u << 3,      /* content up to the end tag is text */
    HTML_ESCAPED = 1u << 4,  /* the same, with character references */
    HTML_HIDDEN = 1u << 5,   /* never shown */
    HTML_CELL = 1u << 6,     /* end tags of other elements do not reach out of it */
    HTML_TABLE = 1u << 7,    /* parts of a table: their end tags do */
    HTML_BREAKOUT = 1u << 8, /* ends svg and math when found in them */
    HTML_HEAD = 1u << 9,     /* may stand in the head */
};

/* @name: lower case, @size bytes. */
HtmlTag html_tag (const uint8_t *name, size_t size);

/* Returns: (static) the name; "" for tags out of the table. */
const char *html_tag_name (HtmlTag tag);

/* 0 for tags out of the table. */
unsigned html_tag_flags (HtmlTag tag);

typedef enum HtmlAttribute { /* in byte order of their names; at most 32 */
                             HTML_ATTR_ALT,
                             HTML_ATTR_BACKGROUND,
                             HTML_ATTR_BGCOLOR,
                             HTML_ATTR_BORDER,
                             HTML_ATTR_CLASS,
                             HTML_ATTR_COLOR,
                             HTML_ATTR_COLSPAN,
                             HTML_ATTR_HEIGHT,
                             HTML_ATTR_HIDDEN,
                             HTML_ATTR_HREF,
                             HTML_ATTR_HTTP_EQUIV,
                             HTML_ATTR_ID,
                             HTML_ATTR_LABEL,
                             HTML_ATTR_LINK,
                             HTML_ATTR_MEDIA,
                             HTML_ATTR_OPEN,
                             HTML_ATTR_REL,
                             HTML_ATTR_REVERSED,
                             HTML_ATTR_ROLE,
                             HTML_ATTR_ROWSPAN,
                             HTML_ATTR_SRC,
                             HTML_ATTR_START,
                             HTML_ATTR_STYLE,
                             HTML_ATTR_SUMMARY,
                             HTML_ATTR_TEXT,
                             HTML_ATTR_TYPE,
                             HTML_ATTR_VALUE,
                             HTML_ATTR_WIDTH,
                             HTML_ATTR_COUNT,
} HtmlAttribute;

/* @name: lower case, @size bytes. Returns: HTML_ATTR_COUNT for others. */
HtmlAttribute html_attribute (const uint8_t *name, size_t size);
