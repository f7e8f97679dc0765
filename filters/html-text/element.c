/* SPDX-License-Identifier: Apache-2.0 */
#include "html-text/page.h"

#include "common/unicode.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum {
    SPAN_MAX = 1000, /* rows or columns of a cell */
    RULE_COLUMNS = 40,
    DD_INDENT = 4,
    NUMBER_MAX = 1000000,
};

/* The number at the beginning of @value; @otherwise when there is none. */
static int
number_of (HtmlSlice value, int otherwise, int least, int most)
{
    size_t i = 0;
    int n = 0;
    while (i < value.size && (value.data[i] == ' ' || value.data[i] == '+'))
        i++;
    bool minus = i < value.size && value.data[i] == '-';
    size_t start = i += minus;
    for (; i < value.size && value.data[i] >= '0' && value.data[i] <= '9' && n <= NUMBER_MAX; i++)
        n = n * 10 + (value.data[i] - '0');
    if (i == start)
        return otherwise;
    n = minus ? -n : n;
    return n < least ? least : n > most ? most : n;
}

static bool
is_word (HtmlSlice value, const char *word)
{
    return value.data != NULL && value.size == strlen (word) &&
           strncasecmp ((const char *)value.data, word, value.size) == 0;
}

/* ---- with content ---- */

static void
enter_list (HtmlPage *p, HtmlOpen *o)
{
    const HtmlSlice *a = p->token.attributes;
    bool reversed = a[HTML_ATTR_REVERSED].data != NULL;
    o->step = reversed ? -1 : 1;
    o->ordered = IS (o->tag, OL) && !(reversed && a[HTML_ATTR_START].data == NULL);
    o->number = number_of (a[HTML_ATTR_START], 1, -NUMBER_MAX, NUMBER_MAX);
}

static void
enter_item (HtmlPage *p, HtmlOpen *o)
{
    char mark[32];
    HtmlOpen *list = p->list > 0 ? &p->stack[p->list] : NULL;
    HtmlSlice value = p->token.attributes[HTML_ATTR_VALUE];
    HtmlNumbering numbering = o->look.numbering;
    int number = 0;
    if (list != NULL && list->ordered) {
        list->number = number_of (value, list->number, -NUMBER_MAX, NUMBER_MAX);
        number = list->number;
        list->number += list->step;
    } else if (numbering > HTML_NUMBERING_BULLET) {
        numbering = HTML_NUMBERING_BULLET;
    }
    html_numbering_mark (numbering, number, p->options->japanese, mark);
    o->indent = (int)mugai_text_width (mark, strlen (mark), p->options->japanese);
    html_flow_indent (p->flow, o->indent);
    html_flow_mark (p->flow, mark, o->indent);
}

static void
enter_table (HtmlPage *p)
{
    const HtmlSlice *a = p->token.attributes;
    bool layout =
        is_word (a[HTML_ATTR_ROLE], "presentation") || is_word (a[HTML_ATTR_ROLE], "none");
    bool data = number_of (a[HTML_ATTR_BORDER], 0, 0, 1) > 0 || a[HTML_ATTR_SUMMARY].size > 0;
    html_flow_table_begin (p->flow, layout, data);
}

static void
enter_cell (HtmlPage *p, const HtmlOpen *o)
{
    const HtmlSlice *a = p->token.attributes;
    html_flow_cell_begin (p->flow, (unsigned)number_of (a[HTML_ATTR_COLSPAN], 1, 1, SPAN_MAX),
                          (unsigned)number_of (a[HTML_ATTR_ROWSPAN], 1, 1, SPAN_MAX),
                          IS (o->tag, TH) || *html_stack_count (p, HTML_TAG_THEAD) > 0);
}

void
html_element_enter (HtmlPage *p, HtmlOpen *o)
{
    const HtmlSlice *a = p->token.attributes;
    if (IS (o->tag, A)) {
        html_text_link_begin (p, a[HTML_ATTR_HREF]);
    } else if (IS (o->tag, RT) || IS (o->tag, RTC)) {
        html_text_literal (p, "（");
    } else if (IS (o->tag, Q)) {
        html_text_literal (p, "“");
    } else if (IS (o->tag, BLOCKQUOTE)) {
        html_flow_quote (p->flow, 1);
    } else if (IS (o->tag, LI)) {
        enter_item (p, o);
    } else if (IS (o->tag, DD)) {
        o->indent = DD_INDENT;
        html_flow_indent (p->flow, o->indent);
    } else if (p->list == p->depth) {
        enter_list (p, o);
    } else if (IS (o->tag, TABLE)) {
        enter_table (p);
    } else if (IS (o->tag, TR)) {
        html_flow_row (p->flow);
    } else if (IS (o->tag, CAPTION)) {
        html_flow_caption (p->flow);
    } else if (IS (o->tag, TD) || IS (o->tag, TH)) {
        enter_cell (p, o);
    } else if (IS (o->tag, SELECT)) {
        html_flow_space (p->flow);
        p->choices = 0;
    } else if (IS (o->tag, OPTION) && p->choices++ > 0) {
        html_flow_space (p->flow);
        html_text_literal (p, "/");
        html_flow_space (p->flow);
    }
}

void
html_element_leave (HtmlPage *p, const HtmlOpen *o)
{
    if (IS (o->tag, A))
        html_text_link_end (p);
    else if (IS (o->tag, RT) || IS (o->tag, RTC))
        html_text_literal (p, "）");
    else if (IS (o->tag, Q))
        html_text_literal (p, "”");
    else if (IS (o->tag, SELECT))
        html_flow_space (p->flow);
    else if (IS (o->tag, BLOCKQUOTE)) {
        html_flow_break (p->flow, 1);
        html_flow_quote (p->flow, -1);
    } else if (IS (o->tag, LI))
        html_flow_mark (p->flow, "", 0);
    else if (IS (o->tag, TD) || IS (o->tag, TH))
        html_flow_cell_end (p->flow);
    else if (IS (o->tag, TABLE))
        html_flow_table_end (p->flow);
}

/* ---- without ---- */

static bool
is_button (HtmlSlice type)
{
    return is_word (type, "submit") || is_word (type, "button") || is_word (type, "reset");
}

static void
set_base (HtmlPage *p)
{
    if (p->base.size > 0)
        return;
    if (html_link_target (p->token.attributes[HTML_ATTR_HREF], "", &p->base) != HTML_LINK_WEB)
        mugai_buffer_clear (&p->base);
    else
        mugai_buffer_add (&p->base, "", 1); /* ends in NUL */
}

void
html_element_void (HtmlPage *p, const CssDeclarations *d)
{
    const HtmlSlice *a = p->token.attributes;
    HtmlTag tag = p->token.tag;
    if (IS (tag, BASE))
        set_base (p);
    if (css_hides (d) || css_get (d, CSS_VISIBILITY) != 0)
        return;
    if (IS (tag, INPUT))
        html_flow_space (p->flow);
    if (IS (tag, BR)) {
        html_flow_line_end (p->flow);
    } else if (IS (tag, HR)) {
        char rule[RULE_COLUMNS + 1];
        memset (rule, '-', RULE_COLUMNS);
        rule[RULE_COLUMNS] = '\0';
        html_flow_break (p->flow, 1);
        html_text_literal (p, rule);
        html_flow_break (p->flow, 1);
    } else if (IS (tag, IMG) || IS (tag, IMAGE)) {
        html_text_bracketed (p, a[HTML_ATTR_ALT]);
    } else if (IS (tag, INPUT) && is_button (a[HTML_ATTR_TYPE])) {
        html_text_bracketed (p, a[HTML_ATTR_VALUE]);
    } else if (IS (tag, INPUT) && is_word (a[HTML_ATTR_TYPE], "image")) {
        html_text_bracketed (p, a[HTML_ATTR_ALT]);
    }
}

static bool
is_remote (HtmlSlice target)
{
    return target.size > 4 && (strncasecmp ((const char *)target.data, "http", 4) == 0 ||
                               memcmp (target.data, "//", 2) == 0);
}

void
html_element_count (HtmlPage *p)
{
    const HtmlToken *t = &p->token;
    const HtmlSlice *a = t->attributes;
    MugaiHtmlTextStats *s = p->stats;
    bool remote = IS (t->tag, IMG) && is_remote (a[HTML_ATTR_SRC]);
    s->scripts += t->handlers + IS (t->tag, SCRIPT);
    s->forms += IS (t->tag, FORM);
    s->frames += IS (t->tag, IFRAME) || IS (t->tag, FRAME);
    s->objects += IS (t->tag, OBJECT) || IS (t->tag, EMBED) || IS (t->tag, APPLET);
    s->drawings += IS (t->tag, SVG);
    s->remote += remote;
    s->tracking += remote && number_of (a[HTML_ATTR_WIDTH], 2, 0, 2) < 2 &&
                   number_of (a[HTML_ATTR_HEIGHT], 2, 0, 2) < 2;
    s->remote_styles += IS (t->tag, LINK) && is_word (a[HTML_ATTR_REL], "stylesheet") &&
                        is_remote (a[HTML_ATTR_HREF]);
    s->refresh += IS (t->tag, META) && is_word (a[HTML_ATTR_HTTP_EQUIV], "refresh");
}
