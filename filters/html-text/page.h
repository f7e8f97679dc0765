/* SPDX-License-Identifier: Apache-2.0
 *
 * page: a page while it is read: the open elements and how text in them looks. Shared by
 * html-text.c (tokens), stack.c (which elements are open), element.c (what elements do), look.c
 * (what is seen), text.c (characters, links) and conditional.c (comments for one mail program).
 * Process: the walk. Trust: input is hostile. libc only.
 */
#pragma once

#include "html-text/flow.h"
#include "html-text/html-text.h"
#include "html-text/link.h"
#include "html-text/numbering.h"
#include "html-text/styles.h"

enum { HTML_DEPTH_MAX = 512 /* as browsers do */ };

#define IS(tag_, id) ((tag_) == HTML_TAG_##id)

typedef enum HtmlRaise { HTML_RAISE_NONE, HTML_RAISE_UP, HTML_RAISE_DOWN } HtmlRaise;

/* How text in an element looks; inherited. */
typedef struct HtmlLook {
    bool hidden;    /* with all that is in it */
    bool invisible; /* visibility: what is in it may be seen again */
    uint32_t font;  /* thousandths of a pixel */
    uint32_t fore, back;
    HtmlSpace space;
    HtmlNumbering numbering;
    HtmlRaise raise; /* sup, sub */
} HtmlLook;

typedef struct HtmlOpen {
    HtmlTag tag;
    HtmlLook look;
    uint8_t breaks; /* line ends owed before and after */
    int indent;     /* columns to take back at its end */
    bool ordered;   /* a list with numbers */
    int number;     /* of its next item */
    int step;       /* 1, -1 */
    int list;       /* index of the list around it; 0: none */
} HtmlOpen;

typedef struct HtmlPage {
    const MugaiHtmlTextOptions *options;
    MugaiHtmlTextStats *stats;
    MugaiBuffer *out;
    HtmlFlow *flow;
    CssStyles *styles;
    HtmlTokenizer tokenizer;
    HtmlToken token;
    MugaiBuffer base; /* target of the base element */
    MugaiBuffer link; /* target of the open link */
    MugaiBuffer said; /* its text */
    bool link_open;
    uint32_t link_colour;
    MugaiBuffer unseen; /* the first hidden text */
    HtmlSlice source;   /* the whole page */
    MugaiBuffer plain;  /* what it says without conditional comments; see conditional.c */
    bool plain_made;
    unsigned pages;    /* comments read as pages */
    uint64_t compared; /* bytes of `plain` that were searched */
    bool skip_line;    /* a line end right after <pre> does not count */
    unsigned choices;  /* options of the open select */
    int foreign;       /* index of the open svg or math; 0: none */
    int list;          /* index of the innermost open list; 0: none */
    int depth;
    uint64_t overflow;                 /* open elements beyond the stack */
    uint32_t open[HTML_TAG_COUNT + 1]; /* how many are open; the last one: unknown elements */
    HtmlOpen stack[HTML_DEPTH_MAX];
    CssNames names[HTML_DEPTH_MAX]; /* of the elements on the stack; [0]: html and body */
} HtmlPage;

static inline HtmlOpen *
html_top (HtmlPage *p)
{
    return &p->stack[p->depth];
}

/* ---- look.c ---- */

/* What attributes and styles say of the element that the token begins. */
void html_look_declare (HtmlPage *p, CssDeclarations *d);

void html_look_update (HtmlLook *look, const CssDeclarations *d);
bool html_look_seen (const HtmlPage *p, const HtmlLook *look);

/* ---- text.c ---- */

/* A run of text of the look of the innermost element. @references: decode them. */
void html_text_put (HtmlPage *p, HtmlSlice text, bool references, bool in_attribute);
void html_text_literal (HtmlPage *p, const char *text);

/* "[...]" with the text of an attribute, when it says anything. */
void html_text_bracketed (HtmlPage *p, HtmlSlice value);

void html_text_link_begin (HtmlPage *p, HtmlSlice href);
void html_text_link_end (HtmlPage *p);

/* ---- stack.c ---- */

uint32_t *html_stack_count (HtmlPage *p, HtmlTag tag);
void html_stack_push (HtmlPage *p, const CssDeclarations *d);
void html_stack_pop_to (HtmlPage *p, int index);

/* WHATWG HTML 13.2.6.4: end what the start of @tag ends. */
void html_stack_imply (HtmlPage *p, HtmlTag tag);
void html_stack_close (HtmlPage *p, HtmlTag tag);

/* ---- conditional.c ---- */

/* Is the comment @text a conditional one? *ret: what stands in it. */
bool html_conditional_content (HtmlSlice text, HtmlSlice *ret);

/* Its text as lines of their own, unless the page says the same without it. */
void html_conditional_put (HtmlPage *p, HtmlSlice content);

/* ---- element.c ---- */

/* What the start of the element does that was pushed; what its end does; elements without content.
 */
void html_element_enter (HtmlPage *p, HtmlOpen *o);
void html_element_leave (HtmlPage *p, const HtmlOpen *o);
void html_element_void (HtmlPage *p, const CssDeclarations *d);

/* Count what is there and could do something. */
void html_element_count (HtmlPage *p);
