/* SPDX-License-Identifier: Apache-2.0 */
#include "common/utf8.h"
#include "html-text/entities.h"
#include "html-text/page.h"

#include <stdio.h>
#include <string.h>

static bool
is_white (uint32_t c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == 0xA0;
}

/* Figures above and below the line keep what they mean: 10³, H₂O. */
static uint32_t
raised (uint32_t c, HtmlRaise raise)
{
    static const uint32_t up[] = { 0x2070, 0xB9,   0xB2,   0xB3,   0x2074,
                                   0x2075, 0x2076, 0x2077, 0x2078, 0x2079 };
    if (raise == HTML_RAISE_NONE || (c != '+' && c != '-' && (c < '0' || c > '9')))
        return c;
    if (c >= '0' && c <= '9')
        return raise == HTML_RAISE_UP ? up[c - '0'] : 0x2080 + (c - '0');
    return (raise == HTML_RAISE_UP ? 0x207A : 0x208A) + (c == '-');
}

/* Text of a link, white space collapsed, as far as it is compared with the target. */
static void
note_link (HtmlPage *p, uint32_t c)
{
    if (!is_white (c))
        mugai_buffer_add_char (&p->said, c);
    else if (p->said.size > 0 && p->said.data[p->said.size - 1] != ' ')
        mugai_buffer_add (&p->said, " ", 1);
}

static void
put_char (HtmlPage *p, uint32_t c, bool shown, const HtmlLook *look, HtmlSpace space)
{
    if (c == MUGAI_UTF8_BAD)
        c = 0xFFFD;
    bool white = is_white (c);
    p->stats->shown += shown && !white;
    p->stats->hidden += !shown && !white;
    if (shown && p->link_open)
        note_link (p, c);
    if (shown)
        html_flow_char (p->flow, raised (c, look->raise), space);
    else if (!white || (p->unseen.size > 0 && p->unseen.data[p->unseen.size - 1] != ' '))
        mugai_buffer_add_char (&p->unseen, white ? ' ' : c);
}

static bool
is_plain (uint8_t c)
{
    return c > ' ' && c != '&' && c != 0x7F;
}

/* Bytes at @at that are text as they stand: what html_flow_run() takes, with single blanks within.
 * *ret_count: characters, blanks left out. */
static size_t
plain_run (const uint8_t *at, const uint8_t *end, size_t *ret_count)
{
    const uint8_t *p = at;
    size_t n = 1, count = 0;
    for (; p < end; p += n) {
        n = *p < 0x80 ? 1 : mugai_utf8_length (p, end);
        if (*p == ' ' && p > at && end - p > 1 && p[1] < 0x80 && is_plain (p[1]))
            continue;
        if (!is_plain (*p) || n == 0 || *p == 0xC2 || (*p == 0xE2 && p[1] == 0x80 && p[2] == 0x8B))
            break;
        count++;
    }
    *ret_count = count;
    return (size_t)(p - at);
}

void
html_text_put (HtmlPage *p, HtmlSlice text, bool references, bool in_attribute)
{
    const HtmlLook *look = &html_top (p)->look;
    bool shown = html_look_seen (p, look);
    HtmlSpace space = in_attribute ? HTML_SPACE_COLLAPSE : look->space;
    const uint8_t *at = text.data, *end = at + text.size;
    if (p->skip_line && at < end && *at == '\r')
        at++;
    if (p->skip_line && at < end && *at == '\n')
        at++;
    p->skip_line = false;
    bool runs = shown && look->raise == HTML_RAISE_NONE && space <= HTML_SPACE_LINES;
    while (at < end && mugai_buffer_ok (p->out)) {
        uint32_t c[2];
        size_t count, run = runs ? plain_run (at, end, &count) : 0;
        if (run > 0) {
            html_flow_run (p->flow, at, run);
            if (p->link_open)
                mugai_buffer_add (&p->said, at, run);
            p->stats->shown += count;
            at += run;
            continue;
        }
        size_t n = references && *at == '&' ? html_entity (at, end, in_attribute, c) : 0;
        if (n == 0) {
            put_char (p, mugai_utf8_next (&at, end), shown, look, space);
            continue;
        }
        at += n;
        put_char (p, c[0], shown, look, space);
        if (c[1] != 0)
            put_char (p, c[1], shown, look, space);
    }
}

void
html_text_literal (HtmlPage *p, const char *text)
{
    if (html_look_seen (p, &html_top (p)->look))
        html_flow_text (p->flow, text, strlen (text));
}

void
html_text_bracketed (HtmlPage *p, HtmlSlice value)
{
    bool said = false;
    for (size_t i = 0; i < value.size; i++)
        said = said || !is_white (value.data[i]);
    if (!said || !html_look_seen (p, &html_top (p)->look))
        return;
    html_flow_char (p->flow, '[', HTML_SPACE_COLLAPSE);
    html_text_put (p, value, true, true);
    html_flow_char (p->flow, ']', HTML_SPACE_COLLAPSE);
}

/* ---- links ---- */

void
html_text_link_begin (HtmlPage *p, HtmlSlice href)
{
    mugai_buffer_clear (&p->link);
    mugai_buffer_clear (&p->said);
    HtmlLinkKind kind = html_link_target (href, p->base.data != NULL ? p->base.data : "", &p->link);
    if (kind == HTML_LINK_ACTIVE && p->stats->links_dropped++ == 0)
        snprintf (p->stats->dropped_link, MUGAI_HTML_EVIDENCE, "%.*s", (int)p->link.size % 256,
                  p->link.data);
    p->link_open = p->options->show_links && kind != HTML_LINK_NONE && kind != HTML_LINK_ACTIVE;
}

void
html_text_link_end (HtmlPage *p)
{
    if (!p->link_open)
        return;
    p->link_open = false;
    const char *text = p->said.data != NULL ? p->said.data : "";
    size_t size = p->said.size;
    while (size > 0 && text[size - 1] == ' ')
        size--;
    bool mail = p->link.size > 7 && strncmp (p->link.data, "mailto:", 7) == 0;
    size_t skip = mail ? 7 : 0;
    const HtmlLook *look = &html_top (p)->look;
    if (html_link_said (text, size, p->link.data, p->link.size) || look->hidden ||
        (size == 0 && !html_look_seen (p, look)))
        return;
    p->stats->links++;
    if (html_link_deceives (text, size, p->link.data, p->link.size) && p->stats->deceiving++ == 0)
        snprintf (p->stats->deceiving_link, MUGAI_HTML_EVIDENCE, "%.*s -> %.*s",
                  (int)(size < 40 ? size : 40), text, (int)(p->link.size < 50 ? p->link.size : 50),
                  p->link.data);
    if (size > 0)
        html_flow_space (p->flow);
    MugaiBuffer target = mugai_buffer (HTML_LINK_MAX * 2);
    mugai_buffer_add_text (&target, "<");
    mugai_buffer_add (&target, p->link.data + skip, p->link.size - skip);
    mugai_buffer_add_text (&target, ">");
    html_flow_text (p->flow, target.data, target.size);
    html_flow_space (p->flow);
    mugai_buffer_clear (&target);
}
