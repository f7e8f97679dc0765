/* SPDX-License-Identifier: Apache-2.0
 *
 * html-text: the text of an HTML page or mail as a reader would see it. SPEC.md says what that is.
 *
 * Pure: bytes in, UTF-8 out, no state that outlives the call. Time and memory are linear in the
 * input; nesting is followed to 512 elements, as browsers do. The output may hold anything that
 * UTF-8 can say: text-clean comes next. Process: the walk. Trust: input is hostile. libc only.
 */
#pragma once

#include "common/buffer.h"

enum { MUGAI_HTML_EVIDENCE = 96 /* bytes, with the NUL */ };

typedef struct MugaiHtmlTextOptions {
    size_t width;        /* columns of a line; 76; 0: lines are not folded */
    bool japanese;       /* marks of lists, and ambiguous characters count as wide */
    bool show_hidden;    /* keep hidden text in its place */
    bool show_links;     /* targets of links after their text */
    bool no_conditional; /* leave comments with conditions out, whatever they say */
} MugaiHtmlTextOptions;

typedef struct MugaiHtmlTextStats {
    uint64_t hidden;            /* characters, not white space, of hidden text that was left out */
    uint64_t shown;             /* characters, not white space, that were written */
    uint64_t comments;          /* and declarations */
    uint64_t conditional;       /* of the comments: those with content for one mail program */
    uint64_t conditional_shown; /* of these: those that said what the page does not */
    uint64_t scripts;           /* script elements, event handlers and script links */
    uint64_t forms;             /* forms */
    uint64_t frames;            /* iframe, frame */
    uint64_t objects;           /* object, embed, applet */
    uint64_t drawings;          /* svg */
    uint64_t remote;            /* images from elsewhere */
    uint64_t tracking;          /* of these: of one pixel or less */
    uint64_t remote_styles;     /* style sheets from elsewhere */
    uint64_t refresh;           /* meta elements that lead elsewhere */
    uint64_t links;             /* targets shown */
    uint64_t links_dropped;     /* targets of kinds that are never shown */
    uint64_t deceiving;         /* links whose text names another host */
    uint64_t too_deep;          /* elements beyond the depth that is followed */
    /* the first of their kind, as text that may be hostile; "" when there is none */
    char hidden_text[MUGAI_HTML_EVIDENCE];
    char deceiving_link[MUGAI_HTML_EVIDENCE];
    char dropped_link[MUGAI_HTML_EVIDENCE];
} MugaiHtmlTextStats;

MugaiHtmlTextOptions mugai_html_text_options (void);

/* mugai_html_text:
 * @utf8: borrowed, @size bytes; broken bytes become U+FFFD. @out: gets what fits below its bound
 * (out->cut says when not all did).
 * @stats: set; may be NULL.
 * Returns: 0; -ENOMEM.
 */
int mugai_html_text (const uint8_t *utf8, size_t size, const MugaiHtmlTextOptions *options,
                     MugaiBuffer *out, MugaiHtmlTextStats *stats);
