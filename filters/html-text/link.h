/* SPDX-License-Identifier: Apache-2.0
 *
 * link: targets of links as text. Process: the walk. Trust: input is hostile. libc only.
 */
#pragma once

#include "common/buffer.h"
#include "html-text/tokenizer.h"

enum { HTML_LINK_MAX = 2048 /* bytes of a target that are shown */ };

typedef enum HtmlLinkKind {
    HTML_LINK_NONE,   /* empty, within the document, or relative to nothing: not shown */
    HTML_LINK_WEB,    /* http, https */
    HTML_LINK_MAIL,   /* mailto */
    HTML_LINK_OTHER,  /* any other scheme, UNC: shown; link-defang makes it harmless */
    HTML_LINK_ACTIVE, /* javascript, vbscript, data, cid and the like: not shown */
} HtmlLinkKind;

/* html_link_target:
 * The value of an href attribute as a reader may see it: references decoded, white space and
 * controls as browsers take them away, "<", ">", blanks and quotes escaped, resolved against @base.
 * @base: target of a base element, "" when there is none. @out: empty buffer; gets the target.
 */
HtmlLinkKind html_link_target (HtmlSlice value, const char *base, MugaiBuffer *out);

/* Does the text of a link say its target already? ("https://a.example/" for "a.example", the
 * address of a mailto.) */
bool html_link_said (const char *text, size_t size, const char *target, size_t target_size);

/* Does the text of a link look like an address of another host than its target's? */
bool html_link_deceives (const char *text, size_t size, const char *target, size_t target_size);
