/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: what stands in <!--[if ...]> ... <![endif]--> is read as a page of its own. Its
 * text is compared with that of the page without such comments (letters alone: no blanks, no ASCII
 * punctuation), which is made when the first of them has any text. What the page does not say is
 * written where the comment stands. Reading a page has its price, so from the 1,001st comment on
 * its text is written as it is.
 */
#include "html-text/page.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

enum {
    COMPARE_MAX = 64 << 20, /* bytes searched for one page; beyond: shown */
    PAGES_MAX = 1000        /* comments read as pages */
};

/* Where @word, in any case, begins in @text; its size: nowhere. */
static size_t
find (HtmlSlice text, const char *word)
{
    size_t n = strlen (word);
    for (const uint8_t *at = text.data, *end = at + text.size;
         (at = memchr (at, *word, (size_t)(end - at))) != NULL; at++) {
        if ((size_t)(end - at) >= n && strncasecmp ((const char *)at, word, n) == 0)
            return (size_t)(at - text.data);
    }
    return text.size;
}

bool
html_conditional_content (HtmlSlice text, HtmlSlice *ret)
{
    static const char start[] = "<!--[if";
    size_t n = sizeof start - 1;
    if (text.size <= n || strncasecmp ((const char *)text.data, start, n) != 0)
        return false;
    size_t from = find (text, "]>");
    from = from < text.size ? from + 2 : text.size;
    *ret = (HtmlSlice){ text.data + from, text.size - from };
    if (ret->size >= 3 && memcmp (ret->data + ret->size - 3, "-->", 3) == 0)
        ret->size -= 3;
    ret->size = find (*ret, "<![endif]");
    return true;
}

static bool
counts (uint8_t c)
{
    return c >= 0x80 || isalnum (c);
}

/* @page as text; comments with conditions left out. */
static void
read_text (const HtmlPage *p, HtmlSlice page, bool links, MugaiBuffer *out,
           MugaiHtmlTextStats *stats)
{
    MugaiHtmlTextOptions options = *p->options;
    options.width = 0;
    options.show_links = links && options.show_links;
    options.no_conditional = true;
    mugai_html_text (page.data, page.size, &options, out, stats);
}

/* Leave letters alone. */
static void
normalise (MugaiBuffer *b)
{
    size_t n = 0;
    for (size_t i = 0; i < b->size; i++) {
        if (i + 3 <= b->size && memcmp (b->data + i, "\xE3\x80\x80", 3) == 0)
            i += 2; /* U+3000 */
        else if (counts ((uint8_t)b->data[i]))
            b->data[n++] = b->data[i];
    }
    b->size = n;
}

/* Does the page say @content, or has it nothing to say? */
static bool
is_said (HtmlPage *p, HtmlSlice content)
{
    MugaiBuffer text = mugai_buffer (content.size * 2 + 4096);
    read_text (p, content, false, &text, NULL);
    normalise (&text);
    bool said = text.size == 0;
    if (!said && !p->plain_made) {
        read_text (p, p->source, false, &p->plain, NULL);
        normalise (&p->plain);
        p->plain_made = true;
    }
    if (!said && p->plain.size > 0 && p->compared < COMPARE_MAX) {
        p->compared += p->plain.size;
        said = memmem (p->plain.data, p->plain.size, text.data, text.size) != NULL;
    }
    mugai_buffer_clear (&text);
    return said;
}

static void
put_lines (HtmlPage *p, const MugaiBuffer *text)
{
    html_flow_break (p->flow, 1);
    for (size_t at = 0; at < text->size;) {
        const char *line = text->data + at;
        const char *end = memchr (line, '\n', text->size - at);
        size_t n = end != NULL ? (size_t)(end - line) : text->size - at;
        html_flow_text (p->flow, line, n);
        html_flow_line_end (p->flow);
        at += n + 1;
    }
}

/* All text between tags. */
static void
put_plainly (HtmlPage *p, HtmlSlice content)
{
    HtmlTokenizer t = html_tokenizer (content.data, content.size);
    HtmlToken token = { 0 };
    html_flow_break (p->flow, 1);
    while (html_tokenizer_next (&t, false, &token)) {
        if (token.kind == HTML_TOKEN_TEXT)
            html_text_put (p, token.text, true, false);
    }
    html_flow_break (p->flow, 1);
    p->stats->conditional_shown++;
}

void
html_conditional_put (HtmlPage *p, HtmlSlice content)
{
    if (p->options->no_conditional)
        return;
    if (p->pages++ >= PAGES_MAX) {
        put_plainly (p, content);
        return;
    }
    if (is_said (p, content))
        return;
    MugaiHtmlTextStats stats;
    MugaiBuffer text = mugai_buffer (content.size * 2 + 4096);
    read_text (p, content, true, &text, &stats);
    put_lines (p, &text);
    p->stats->conditional_shown++;
    p->stats->shown += stats.shown;
    p->stats->hidden += stats.hidden;
    p->stats->links += stats.links;
    p->stats->links_dropped += stats.links_dropped;
    mugai_buffer_clear (&text);
}
