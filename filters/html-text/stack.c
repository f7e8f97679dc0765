/* SPDX-License-Identifier: Apache-2.0
 *
 * stack: which elements are open. No tree is built: it would cost 25 times the input in memory and,
 * nested deeply, quadratic time (gumbo 0.10 was measured), and a text needs the order of words
 * only.
 *
 * What it deliberately does not do: move text out of tables (foster parenting), reopen formatting
 * elements after their block ended. Neither changes which words are shown.
 */
#include "html-text/page.h"

#include <string.h>

uint32_t *
html_stack_count (HtmlPage *p, HtmlTag tag)
{
    return &p->open[tag < HTML_TAG_COUNT ? tag : HTML_TAG_COUNT];
}

static void
leave (HtmlPage *p)
{
    HtmlOpen *o = html_top (p);
    html_element_leave (p, o);
    html_flow_indent (p->flow, -o->indent);
    if (o->breaks > 0)
        html_flow_break (p->flow, o->breaks);
    if (p->foreign == p->depth)
        p->foreign = 0;
    p->list = o->list;
    (*html_stack_count (p, o->tag))--;
    p->depth--;
}

void
html_stack_pop_to (HtmlPage *p, int index)
{
    while (p->depth >= index && p->depth > 0)
        leave (p);
}

/* ---- ends ---- */

/* The innermost open @tag (or @other), not looking past an element with one of @barrier's flags,
 * nor past @stop. 0: none. */
static int
find (const HtmlPage *p, HtmlTag tag, HtmlTag other, unsigned barrier, HtmlTag stop)
{
    for (int i = p->depth; i > 0; i--) {
        HtmlTag here = p->stack[i].tag;
        if (here == tag || here == other)
            return i;
        if (here == stop || html_tag_flags (here) & barrier)
            return 0;
    }
    return 0;
}

static bool
is_heading (HtmlTag tag)
{
    return tag >= HTML_TAG_H1 && tag <= HTML_TAG_H6;
}

/* Starts that end an element: what begins, what it ends (either of two), flags of the elements it
 * does not reach out of, and one more such element. */
typedef struct Implied {
    uint16_t start, ends, other;
    unsigned barrier;
    uint16_t stop;
} Implied;

static const Implied implied[] = {
    { HTML_TAG_DD, HTML_TAG_DD, HTML_TAG_DT, HTML_CELL, HTML_TAG_DL },
    { HTML_TAG_DT, HTML_TAG_DD, HTML_TAG_DT, HTML_CELL, HTML_TAG_DL },
    { HTML_TAG_OPTION, HTML_TAG_OPTION, HTML_TAG_OPTION, HTML_CELL, HTML_TAG_SELECT },
    { HTML_TAG_OPTGROUP, HTML_TAG_OPTION, HTML_TAG_OPTGROUP, HTML_CELL, HTML_TAG_SELECT },
    { HTML_TAG_A, HTML_TAG_A, HTML_TAG_A, HTML_CELL, HTML_TAG_NONE },
    { HTML_TAG_TD, HTML_TAG_TD, HTML_TAG_TH, 0, HTML_TAG_TABLE },
    { HTML_TAG_TH, HTML_TAG_TD, HTML_TAG_TH, 0, HTML_TAG_TABLE },
    { HTML_TAG_TR, HTML_TAG_TR, HTML_TAG_CAPTION, 0, HTML_TAG_TABLE },
    { HTML_TAG_TBODY, HTML_TAG_TR, HTML_TAG_CAPTION, 0, HTML_TAG_TABLE },
    { HTML_TAG_THEAD, HTML_TAG_TR, HTML_TAG_CAPTION, 0, HTML_TAG_TABLE },
    { HTML_TAG_TFOOT, HTML_TAG_TR, HTML_TAG_CAPTION, 0, HTML_TAG_TABLE },
    { HTML_TAG_TBODY, HTML_TAG_THEAD, HTML_TAG_TBODY, 0, HTML_TAG_TABLE },
    { HTML_TAG_TFOOT, HTML_TAG_THEAD, HTML_TAG_TBODY, 0, HTML_TAG_TABLE },
    { HTML_TAG_RT, HTML_TAG_RT, HTML_TAG_RP, HTML_CELL, HTML_TAG_RUBY },
    { HTML_TAG_RP, HTML_TAG_RT, HTML_TAG_RP, HTML_CELL, HTML_TAG_RUBY },
};

static void
close_innermost (HtmlPage *p, const Implied *i)
{
    if (*html_stack_count (p, i->ends) + *html_stack_count (p, i->other) == 0)
        return;
    int index = find (p, i->ends, i->other, i->barrier, i->stop);
    if (index > 0)
        html_stack_pop_to (p, index);
}

void
html_stack_imply (HtmlPage *p, HtmlTag tag)
{
    if (html_tag_flags (tag) & HTML_BLOCK && IS (html_top (p)->tag, P))
        html_stack_pop_to (p, p->depth);
    if (is_heading (tag) && is_heading (html_top (p)->tag))
        html_stack_pop_to (p, p->depth);
    if (IS (tag, LI) && p->list > 0) {
        HtmlTag list = p->stack[p->list].tag;
        int index = find (p, tag, tag, HTML_CELL, list);
        if (index > 0)
            html_stack_pop_to (p, index);
    }
    for (size_t i = 0; i < sizeof implied / sizeof implied[0]; i++) {
        if (implied[i].start == tag)
            close_innermost (p, &implied[i]);
    }
}

void
html_stack_close (HtmlPage *p, HtmlTag tag)
{
    if (is_heading (tag)) {
        for (HtmlTag h = HTML_TAG_H1; h <= HTML_TAG_H6 && *html_stack_count (p, tag) == 0; h++)
            tag = *html_stack_count (p, h) > 0 ? h : tag;
    }
    if (*html_stack_count (p, tag) == 0) {
        if (IS (tag, P))
            html_flow_break (p->flow, 2);
        return;
    }
    unsigned barrier = html_tag_flags (tag) & HTML_TABLE ? 0 : HTML_CELL;
    int index = find (p, tag, tag, barrier, HTML_TAG_TABLE);
    if (index > 0)
        html_stack_pop_to (p, index);
}

/* ---- starts ---- */

static bool
is_list (HtmlTag tag)
{
    return IS (tag, UL) || IS (tag, OL) || IS (tag, MENU) || IS (tag, DIR);
}

/* Paragraphs that mail programs write without space between them. */
static bool
is_flat (const HtmlPage *p, const CssDeclarations *d)
{
    HtmlSlice class = p->token.attributes[HTML_ATTR_CLASS];
    if (css_says (d, CSS_FLAT))
        return css_get (d, CSS_FLAT) != 0;
    return IS (p->token.tag, P) && class.data != NULL && class.size >= 9 &&
           memcmp (class.data, "Mso", 3) == 0;
}

static unsigned
breaks_of (const HtmlPage *p, HtmlTag tag, const CssDeclarations *d)
{
    unsigned flags = html_tag_flags (tag);
    if (!(flags & HTML_BLOCK))
        return 0;
    if (IS (tag, TABLE) || (is_list (tag) && p->list > 0))
        return 1;
    return flags & HTML_MARGIN && !is_flat (p, d) ? 2 : 1;
}

void
html_stack_push (HtmlPage *p, const CssDeclarations *d)
{
    HtmlTag tag = p->token.tag;
    if (p->depth + 1 >= HTML_DEPTH_MAX) {
        p->overflow++;
        p->stats->too_deep++;
        return;
    }
    HtmlOpen o = { .tag = tag, .look = html_top (p)->look, .list = p->list };
    html_look_update (&o.look, d);
    o.look.hidden = o.look.hidden || html_tag_flags (tag) & HTML_HIDDEN;
    if (IS (tag, SUP) || IS (tag, SUB))
        o.look.raise = IS (tag, SUP) ? HTML_RAISE_UP : HTML_RAISE_DOWN;
    p->skip_line = IS (tag, PRE) || IS (tag, LISTING) || IS (tag, TEXTAREA);
    o.breaks = o.look.hidden ? 0 : (uint8_t)breaks_of (p, tag, d);
    if (o.breaks > 0)
        html_flow_break (p->flow, o.breaks);
    p->stack[++p->depth] = o;
    (*html_stack_count (p, tag))++;
    if (IS (tag, SVG) || IS (tag, MATH))
        p->foreign = p->foreign > 0 ? p->foreign : p->depth;
    if (is_list (tag))
        p->list = p->depth;
    html_element_enter (p, html_top (p));
}
