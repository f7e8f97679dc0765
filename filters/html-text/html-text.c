/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: tags push and pop a stack of open elements, each of which knows how its text looks
 * (hidden, colours, white space); text goes to the renderer when it can be seen. The tree of HTML
 * is not built: it would cost 25 times the input in memory and, nested deeply, quadratic time
 * (gumbo 0.10 was measured), and a text needs the order of words only.
 *
 * What it deliberately does not do: move text out of tables (foster parenting), reopen formatting
 * elements after their block ended. Neither changes which words are shown.
 */
#include "html-text/html-text.h"

#include "common/utf8.h"
#include "html-text/entities.h"
#include "html-text/link.h"
#include "html-text/render.h"
#include "html-text/style.h"
#include "html-text/tokenizer.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum {
    DEPTH_MAX = 512,
    STYLE_MAX = 8192, /* bytes of a style attribute that are read */
    SPAN_MAX = 1000,  /* rows or columns of a cell */
    RULE_COLUMNS = 40,
};

#define IS(tag_, id) ((tag_) == HTML_TAG_##id)

/* What an element does to the text in it; inherited. */
typedef struct Look {
    bool hidden;
    bool tiny;
    bool pre;
    uint32_t fore, back;
} Look;

typedef struct Open {
    HtmlTag tag;
    Look look;
    uint8_t breaks; /* line ends owed before and after */
    int indent;     /* columns to take back at its end */
    int number;     /* of the next item of an ordered list; -1: not ordered */
    int list;       /* index of the list around it; 0: none */
} Open;

typedef struct Page {
    const MugaiHtmlTextOptions *options;
    MugaiHtmlTextStats *stats;
    MugaiBuffer *out;
    HtmlRender *render;
    HtmlStyles *styles;
    HtmlTokenizer tokenizer;
    HtmlToken token;
    MugaiBuffer base; /* target of the base element */
    MugaiBuffer link; /* target of the open link */
    bool link_open;
    bool skip_line;    /* a line end right after <pre> does not count */
    size_t link_start; /* of its text in the output */
    int foreign;       /* index of the open svg or math; 0: none */
    int list;          /* index of the innermost open list; 0: none */
    int depth;
    uint64_t overflow;                 /* open elements beyond the stack */
    uint32_t open[HTML_TAG_COUNT + 1]; /* how many are open; the last one: unknown elements */
    Open stack[DEPTH_MAX];
} Page;

MugaiHtmlTextOptions
mugai_html_text_options (void)
{
    return (MugaiHtmlTextOptions){ .width = 78, .japanese = true, .show_links = true };
}

static Open *
top (Page *p)
{
    return &p->stack[p->depth];
}

static uint32_t *
count_of (Page *p, HtmlTag tag)
{
    return &p->open[tag < HTML_TAG_COUNT ? tag : HTML_TAG_COUNT];
}

static bool
is_white (uint32_t c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == 0xA0;
}

/* Can text of this look be seen? */
static bool
visible (const Page *p, const Look *look)
{
    if (p->options->show_hidden)
        return true;
    return !look->hidden && !look->tiny && look->fore != HTML_COLOUR_NONE &&
           (look->fore != look->back || look->fore == HTML_COLOUR_UNKNOWN);
}

/* ---- text ---- */

static void
put_char (Page *p, uint32_t c, bool shown, bool pre)
{
    if (c == MUGAI_UTF8_BAD)
        c = 0xFFFD;
    if (!is_white (c)) {
        p->stats->shown += shown;
        p->stats->hidden += !shown;
    }
    if (shown)
        html_render_char (p->render, c, pre);
}

/* A run of text; @references: decode them. */
static void
put_text (Page *p, HtmlSlice text, bool references, bool in_attribute)
{
    bool shown = visible (p, &top (p)->look), pre = top (p)->look.pre && !in_attribute;
    const uint8_t *at = text.data, *end = at + text.size;
    if (p->skip_line && at < end && *at == '\r')
        at++;
    if (p->skip_line && at < end && *at == '\n')
        at++;
    p->skip_line = false;
    while (at < end && mugai_buffer_ok (p->out)) {
        uint32_t c[2];
        size_t n = references && *at == '&' ? html_entity (at, end, in_attribute, c) : 0;
        if (n == 0) {
            put_char (p, mugai_utf8_next (&at, end), shown, pre);
            continue;
        }
        at += n;
        put_char (p, c[0], shown, pre);
        if (c[1] != 0)
            put_char (p, c[1], shown, pre);
    }
}

static void
put_literal (Page *p, const char *text)
{
    if (visible (p, &top (p)->look))
        html_render_text (p->render, text, strlen (text));
}

/* "[...]" with the text of an attribute, when it says anything. */
static void
put_bracketed (Page *p, HtmlSlice value)
{
    bool said = false;
    for (size_t i = 0; i < value.size; i++)
        said = said || !is_white (value.data[i]);
    if (!said || !visible (p, &top (p)->look))
        return;
    html_render_char (p->render, '[', false);
    put_text (p, value, true, true);
    html_render_char (p->render, ']', false);
}

/* ---- links ---- */

static void
link_begin (Page *p, HtmlSlice href)
{
    mugai_buffer_clear (&p->link);
    HtmlLinkKind kind = html_link_target (href, p->base.data != NULL ? p->base.data : "", &p->link);
    p->stats->links_dropped += kind == HTML_LINK_ACTIVE;
    p->link_open = p->options->show_links && kind != HTML_LINK_NONE && kind != HTML_LINK_ACTIVE;
    p->link_start = p->out->size;
}

static void
link_end (Page *p)
{
    if (!p->link_open)
        return;
    p->link_open = false;
    const char *text = p->out->data;
    size_t start = p->link_start < p->out->size ? p->link_start : p->out->size;
    size_t end = p->out->size;
    while (start < end && is_white ((uint8_t)text[start]))
        start++;
    text = text != NULL ? text + start : "";
    bool mail = p->link.size > 7 && strncmp (p->link.data, "mailto:", 7) == 0;
    size_t skip = mail ? 7 : 0;
    if (html_link_said (text, end - start, p->link.data, p->link.size) ||
        !visible (p, &top (p)->look))
        return;
    p->stats->links++;
    p->stats->deceiving += html_link_deceives (text, end - start, p->link.data, p->link.size);
    if (end > start)
        html_render_space (p->render);
    MugaiBuffer target = mugai_buffer (HTML_LINK_MAX * 2);
    mugai_buffer_add_text (&target, "<");
    mugai_buffer_add (&target, p->link.data + skip, p->link.size - skip);
    mugai_buffer_add_text (&target, ">");
    html_render_text (p->render, target.data, target.size);
    html_render_space (p->render);
    mugai_buffer_clear (&target);
}

/* ---- the stack ---- */

/* What the end of an element does. */
static void
leave (Page *p)
{
    Open *o = top (p);
    if (IS (o->tag, A))
        link_end (p);
    else if (IS (o->tag, RT) || IS (o->tag, RTC))
        put_literal (p, "）");
    else if (IS (o->tag, Q))
        put_literal (p, "”");
    else if (IS (o->tag, BLOCKQUOTE))
        html_render_quote (p->render, -1);
    else if (IS (o->tag, LI))
        html_render_mark (p->render, "", 0);
    else if (IS (o->tag, TD) || IS (o->tag, TH))
        html_render_cell_end (p->render);
    else if (IS (o->tag, TABLE))
        html_render_table_end (p->render);
    html_render_indent (p->render, -o->indent);
    if (o->breaks > 0)
        html_render_break (p->render, o->breaks);
    if (p->foreign == p->depth)
        p->foreign = 0;
    p->list = o->list;
    (*count_of (p, o->tag))--;
    p->depth--;
}

static void
pop_to (Page *p, int index)
{
    while (p->depth >= index && p->depth > 0)
        leave (p);
}

/* The innermost open @tag (or @other), not looking past an element with one of @barrier's flags,
 * nor past @stop. 0: none. */
static int
find (const Page *p, HtmlTag tag, HtmlTag other, unsigned barrier, HtmlTag stop)
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

static bool
is_list (HtmlTag tag)
{
    return IS (tag, UL) || IS (tag, OL) || IS (tag, MENU) || IS (tag, DIR);
}

static void
close_innermost (Page *p, HtmlTag tag, HtmlTag other, unsigned barrier, HtmlTag stop)
{
    if (*count_of (p, tag) + *count_of (p, other) == 0)
        return;
    int index = find (p, tag, other, barrier, stop);
    if (index > 0)
        pop_to (p, index);
}

/* WHATWG 13.2.6.4: what the start of @tag ends. */
static void
imply_ends (Page *p, HtmlTag tag)
{
    if (html_tag_flags (tag) & HTML_BLOCK && IS (top (p)->tag, P))
        pop_to (p, p->depth);
    if (is_heading (tag) && is_heading (top (p)->tag))
        pop_to (p, p->depth);
    if (IS (tag, LI) && p->list > 0)
        close_innermost (p, HTML_TAG_LI, HTML_TAG_LI, HTML_CELL, p->stack[p->list].tag);
    else if (IS (tag, DD) || IS (tag, DT))
        close_innermost (p, HTML_TAG_DD, HTML_TAG_DT, HTML_CELL, HTML_TAG_DL);
    else if (IS (tag, OPTION) || IS (tag, OPTGROUP))
        close_innermost (p, HTML_TAG_OPTION, tag, HTML_CELL, HTML_TAG_SELECT);
    else if (IS (tag, A))
        close_innermost (p, tag, tag, HTML_CELL, HTML_TAG_NONE);
    else if (IS (tag, TD) || IS (tag, TH))
        close_innermost (p, HTML_TAG_TD, HTML_TAG_TH, 0, HTML_TAG_TABLE);
    else if (IS (tag, TR) || IS (tag, TBODY) || IS (tag, THEAD) || IS (tag, TFOOT))
        close_innermost (p, HTML_TAG_TR, HTML_TAG_CAPTION, 0, HTML_TAG_TABLE);
    else if (IS (tag, RT) || IS (tag, RP))
        close_innermost (p, HTML_TAG_RT, HTML_TAG_RP, HTML_CELL, HTML_TAG_RUBY);
}

/* ---- looks ---- */

/* A style attribute with its references decoded. */
static void
inline_style (HtmlSlice value, HtmlDeclarations *d)
{
    if (memchr (value.data, '&', value.size) == NULL) {
        html_declarations (value.data, value.size, d);
        return;
    }
    MugaiBuffer css = mugai_buffer (STYLE_MAX);
    const uint8_t *at = value.data, *end = at + value.size;
    while (at < end && mugai_buffer_ok (&css)) {
        uint32_t c[2];
        size_t n = *at == '&' ? html_entity (at, end, true, c) : 0;
        if (n > 0)
            mugai_buffer_add_char (&css, c[0]);
        else
            mugai_buffer_add (&css, at, 1);
        at += n > 0 ? n : 1;
    }
    if (css.data != NULL)
        html_declarations ((const uint8_t *)css.data, css.size, d);
    mugai_buffer_clear (&css);
}

static HtmlDeclarations
declarations (Page *p)
{
    const HtmlSlice *a = p->token.attributes;
    HtmlDeclarations d = { 0 };
    if (a[HTML_ATTR_COLOR].data != NULL)
        d.fore = html_colour (a[HTML_ATTR_COLOR].data, a[HTML_ATTR_COLOR].size);
    if (a[HTML_ATTR_BGCOLOR].data != NULL)
        d.back = html_colour (a[HTML_ATTR_BGCOLOR].data, a[HTML_ATTR_BGCOLOR].size);
    if (a[HTML_ATTR_BACKGROUND].size > 0)
        d.back = HTML_COLOUR_UNKNOWN;
    html_styles_apply (p->styles, p->token.tag, a[HTML_ATTR_CLASS].data, a[HTML_ATTR_CLASS].size,
                       a[HTML_ATTR_ID].data, a[HTML_ATTR_ID].size, &d);
    if (a[HTML_ATTR_STYLE].size > 0)
        inline_style (a[HTML_ATTR_STYLE], &d);
    return d;
}

static void
update_look (Look *look, const HtmlDeclarations *d)
{
    look->hidden = look->hidden || html_declarations_hide (d);
    if (d->font != HTML_SIZE_UNSET)
        look->tiny = d->font == HTML_SIZE_ZERO;
    if (d->white != 0)
        look->pre = d->white == 2;
    if (d->fore != HTML_COLOUR_UNSET)
        look->fore = d->fore;
    if (d->back != HTML_COLOUR_UNSET && d->back != HTML_COLOUR_NONE)
        look->back = d->back;
}

/* Paragraphs that mail programs write without space between them. */
static bool
is_flat (const Page *p, const HtmlDeclarations *d)
{
    HtmlSlice class = p->token.attributes[HTML_ATTR_CLASS];
    if (d->flat != 0)
        return d->flat == 2;
    return IS (p->token.tag, P) && class.data != NULL && class.size >= 9 &&
           memcmp (class.data, "Mso", 3) == 0;
}

/* ---- elements ---- */

static unsigned
number_of (HtmlSlice value, unsigned least, unsigned most)
{
    unsigned n = 0;
    for (size_t i = 0; i < value.size && n <= most; i++) {
        if (value.data[i] < '0' || value.data[i] > '9')
            break;
        n = n * 10 + (unsigned)(value.data[i] - '0');
    }
    return n < least ? least : n > most ? most : n;
}

static void
begin_item (Page *p, Open *o)
{
    char mark[24];
    Open *list = p->list > 0 ? &p->stack[p->list] : NULL;
    if (list != NULL && list->number >= 0) {
        snprintf (mark, sizeof mark, "%d. ", list->number++);
        o->indent = 3;
    } else {
        snprintf (mark, sizeof mark, "%s", p->options->japanese ? "・" : "* ");
        o->indent = 2;
    }
    html_render_indent (p->render, o->indent);
    html_render_mark (p->render, mark, o->indent);
}

static bool
is_word (HtmlSlice value, const char *word)
{
    return value.data != NULL && value.size == strlen (word) &&
           strncasecmp ((const char *)value.data, word, value.size) == 0;
}

/* What the start of an element that was pushed does. */
static void
enter (Page *p, Open *o)
{
    const HtmlSlice *a = p->token.attributes;
    if (IS (o->tag, A)) {
        link_begin (p, a[HTML_ATTR_HREF]);
    } else if (IS (o->tag, RT) || IS (o->tag, RTC)) {
        put_literal (p, "（");
    } else if (IS (o->tag, Q)) {
        put_literal (p, "“");
    } else if (IS (o->tag, BLOCKQUOTE)) {
        html_render_quote (p->render, 1);
    } else if (IS (o->tag, LI)) {
        begin_item (p, o);
    } else if (IS (o->tag, DD)) {
        o->indent = 4;
        html_render_indent (p->render, 4);
    } else if (is_list (o->tag)) {
        o->number = IS (o->tag, OL) ? (int)number_of (a[HTML_ATTR_START], 0, 1000000) : -1;
        if (IS (o->tag, OL) && a[HTML_ATTR_START].data == NULL)
            o->number = 1;
        p->list = p->depth;
    } else if (IS (o->tag, TABLE)) {
        html_render_table_begin (p->render, is_word (a[HTML_ATTR_ROLE], "presentation") ||
                                                is_word (a[HTML_ATTR_ROLE], "none"));
    } else if (IS (o->tag, TR)) {
        html_render_row (p->render);
    } else if (IS (o->tag, TD) || IS (o->tag, TH)) {
        html_render_cell_begin (p->render, number_of (a[HTML_ATTR_COLSPAN], 1, SPAN_MAX),
                                number_of (a[HTML_ATTR_ROWSPAN], 1, SPAN_MAX), IS (o->tag, TH));
    }
}

static unsigned
breaks_of (const Page *p, HtmlTag tag, const HtmlDeclarations *d)
{
    unsigned flags = html_tag_flags (tag);
    if (!(flags & HTML_BLOCK))
        return 0;
    if (IS (tag, TABLE) || (is_list (tag) && p->list > 0))
        return 1;
    return flags & HTML_MARGIN && !is_flat (p, d) ? 2 : 1;
}

static void
push (Page *p, const HtmlDeclarations *d)
{
    HtmlTag tag = p->token.tag;
    if (p->depth + 1 >= DEPTH_MAX) {
        p->overflow++;
        p->stats->too_deep++;
        return;
    }
    Open o = { .tag = tag, .look = top (p)->look, .number = -1, .list = p->list };
    update_look (&o.look, d);
    unsigned flags = html_tag_flags (tag);
    o.look.hidden =
        o.look.hidden || flags & HTML_HIDDEN || p->token.attributes[HTML_ATTR_HIDDEN].data != NULL;
    o.look.pre = o.look.pre || IS (tag, PRE) || IS (tag, LISTING) || IS (tag, PLAINTEXT) ||
                 IS (tag, XMP) || IS (tag, TEXTAREA);
    p->skip_line = IS (tag, PRE) || IS (tag, LISTING) || IS (tag, TEXTAREA);
    o.breaks = o.look.hidden ? 0 : (uint8_t)breaks_of (p, tag, d);
    if (o.breaks > 0)
        html_render_break (p->render, o.breaks);
    p->stack[++p->depth] = o;
    (*count_of (p, tag))++;
    if (IS (tag, SVG) || IS (tag, MATH))
        p->foreign = p->foreign > 0 ? p->foreign : p->depth;
    enter (p, top (p));
}

static void
void_element (Page *p)
{
    const HtmlSlice *a = p->token.attributes;
    HtmlTag tag = p->token.tag;
    HtmlDeclarations d = declarations (p);
    if (html_declarations_hide (&d) || a[HTML_ATTR_HIDDEN].data != NULL)
        return;
    if (IS (tag, INPUT))
        html_render_space (p->render);
    if (IS (tag, BR)) {
        html_render_line_end (p->render);
    } else if (IS (tag, HR)) {
        char rule[RULE_COLUMNS + 1];
        memset (rule, '-', RULE_COLUMNS);
        rule[RULE_COLUMNS] = '\0';
        html_render_break (p->render, 1);
        put_literal (p, rule);
        html_render_break (p->render, 1);
    } else if (IS (tag, IMG) || IS (tag, IMAGE)) {
        put_bracketed (p, a[HTML_ATTR_ALT]);
    } else if (IS (tag, INPUT) &&
               (is_word (a[HTML_ATTR_TYPE], "submit") || is_word (a[HTML_ATTR_TYPE], "button") ||
                is_word (a[HTML_ATTR_TYPE], "reset"))) {
        put_bracketed (p, a[HTML_ATTR_VALUE]);
    } else if (IS (tag, BASE) && p->base.size == 0) {
        if (html_link_target (a[HTML_ATTR_HREF], "", &p->base) != HTML_LINK_WEB)
            mugai_buffer_clear (&p->base);
        else
            mugai_buffer_add (&p->base, "", 1); /* ends in NUL */
    }
}

/* What was there and could have done something. */
static void
count_active (Page *p)
{
    const HtmlToken *t = &p->token;
    HtmlSlice src = t->attributes[HTML_ATTR_SRC];
    p->stats->scripts += t->handlers + IS (t->tag, SCRIPT);
    p->stats->forms += IS (t->tag, FORM);
    p->stats->frames += IS (t->tag, IFRAME) || IS (t->tag, FRAME) || IS (t->tag, OBJECT) ||
                        IS (t->tag, EMBED) || IS (t->tag, APPLET);
    p->stats->remote +=
        IS (t->tag, IMG) && src.size > 4 &&
        (strncasecmp ((const char *)src.data, "http", 4) == 0 || memcmp (src.data, "//", 2) == 0);
}

static void
start_tag (Page *p)
{
    HtmlTag tag = p->token.tag;
    unsigned flags = html_tag_flags (tag);
    count_active (p);
    if (p->foreign > 0) {
        if (flags & HTML_BREAKOUT)
            pop_to (p, p->foreign);
        else if (p->token.self_closing)
            return;
    }
    if (IS (tag, HTML) || IS (tag, HEAD) || IS (tag, BODY) || IS (tag, FRAMESET)) {
        HtmlDeclarations d = declarations (p);
        if (!IS (tag, HEAD))
            update_look (&p->stack[0].look, &d);
        if (p->depth > 0)
            update_look (&top (p)->look, &d);
        return;
    }
    if (p->overflow == 0)
        imply_ends (p, tag);
    if (flags & HTML_VOID) {
        void_element (p);
        return;
    }
    HtmlDeclarations d = declarations (p);
    push (p, &d);
}

static void
end_tag (Page *p)
{
    HtmlTag tag = p->token.tag;
    unsigned flags = html_tag_flags (tag);
    if (IS (tag, BR)) {
        html_render_line_end (p->render);
        return;
    }
    if (IS (tag, HTML) || IS (tag, BODY) || IS (tag, HEAD) || flags & HTML_VOID)
        return;
    if (p->overflow > 0) {
        p->overflow--;
        return;
    }
    if (is_heading (tag)) {
        for (HtmlTag h = HTML_TAG_H1; h <= HTML_TAG_H6 && *count_of (p, tag) == 0; h++)
            tag = *count_of (p, h) > 0 ? h : tag;
    }
    if (*count_of (p, tag) == 0) {
        if (IS (tag, P))
            html_render_break (p->render, 2);
        return;
    }
    unsigned barrier = flags & HTML_TABLE ? 0 : HTML_CELL;
    int index = find (p, tag, tag, barrier, HTML_TAG_TABLE);
    if (index > 0)
        pop_to (p, index);
}

/* Text of an element whose content is raw: it is dropped whole when the element is not for readers.
 */
static bool
raw_text (Page *p, HtmlTag raw)
{
    if (!(html_tag_flags (raw) & HTML_HIDDEN))
        return false;
    if (IS (raw, STYLE))
        html_styles_add (p->styles, p->token.text.data, p->token.text.size);
    return true;
}

static void
read_page (Page *p)
{
    HtmlTag raw = 0;
    while (mugai_buffer_ok (p->out) &&
           html_tokenizer_next (&p->tokenizer, p->foreign > 0, &p->token)) {
        switch (p->token.kind) {
        case HTML_TOKEN_TEXT:
        case HTML_TOKEN_RAW:
            if (raw == 0 || !raw_text (p, raw))
                put_text (p, p->token.text, p->token.kind == HTML_TOKEN_TEXT, false);
            break;
        case HTML_TOKEN_START:
            start_tag (p);
            break;
        case HTML_TOKEN_CLOSE:
            end_tag (p);
            break;
        case HTML_TOKEN_COMMENT:
            p->stats->comments++;
            break;
        case HTML_TOKEN_END:
            break;
        }
        raw = p->tokenizer.raw;
    }
    pop_to (p, 1);
    html_render_finish (p->render);
}

int
mugai_html_text (const uint8_t *utf8, size_t size, const MugaiHtmlTextOptions *options,
                 MugaiBuffer *out, MugaiHtmlTextStats *stats)
{
    MugaiHtmlTextStats ignored;
    Page *p = calloc (1, sizeof *p);
    if (p == NULL)
        return -ENOMEM;
    p->options = options;
    p->stats = stats != NULL ? stats : &ignored;
    *p->stats = (MugaiHtmlTextStats){ 0 };
    p->out = out;
    p->render = html_render_new (out, options->width, options->japanese);
    p->styles = html_styles_new();
    p->base = p->link = mugai_buffer (HTML_LINK_MAX * 2);
    p->tokenizer = html_tokenizer (size > 0 ? utf8 : (const uint8_t *)"", size);
    p->stack[0].look = (Look){ .fore = HTML_COLOUR_RGB, .back = HTML_COLOUR_RGB | 0xFFFFFF };
    bool ok = p->render != NULL && p->styles != NULL;
    if (ok)
        read_page (p);
    ok = ok && !out->failed;
    mugai_buffer_clear (&p->base);
    mugai_buffer_clear (&p->link);
    html_render_free (p->render);
    html_styles_free (p->styles);
    free (p);
    return ok ? 0 : -ENOMEM;
}
