/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: the rules of all style elements are read first; then tags push and pop a stack of
 * open elements, each of which knows how its text looks (hidden, colours, white space), and text
 * goes to the flow when it can be seen. page.h names the parts.
 */
#include "html-text/html-text.h"

#include "html-text/page.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum {
    FONT = 16000,          /* thousandths of a pixel */
    LINK_COLOUR = 0x0000EE /* of browsers */
};

MugaiHtmlTextOptions
mugai_html_text_options (void)
{
    return (MugaiHtmlTextOptions){ .width = 76, .japanese = true, .show_links = true };
}

/* ---- style elements ---- */

/* Does "<style" stand anywhere? */
static bool
has_styles (const uint8_t *at, const uint8_t *end)
{
    while ((at = memchr (at, '<', (size_t)(end - at))) != NULL) {
        if (end - at > 6 && strncasecmp ((const char *)at + 1, "style", 5) == 0)
            return true;
        at++;
    }
    return false;
}

/* All of them count for all of the page, wherever they stand. */
static void
read_styles (HtmlPage *p)
{
    HtmlTokenizer t = p->tokenizer;
    bool applies = false;
    if (!has_styles (t.at, t.end))
        return;
    while (html_tokenizer_next (&t, false, &p->token)) {
        HtmlSlice media = p->token.attributes[HTML_ATTR_MEDIA], text = p->token.text;
        if (p->token.kind == HTML_TOKEN_START)
            applies = IS (p->token.tag, STYLE) &&
                      (media.data == NULL || css_media (media.data, media.data + media.size));
        else if (p->token.kind == HTML_TOKEN_RAW && applies)
            css_styles_add (p->styles, text.data, text.size);
        if (p->token.kind != HTML_TOKEN_START)
            applies = false;
    }
}

/* ---- tags ---- */

/* html, head, body: they may come late or twice, and are always open. */
static void
start_root (HtmlPage *p)
{
    CssDeclarations d;
    HtmlSlice link = p->token.attributes[HTML_ATTR_LINK];
    bool solid;
    html_look_declare (p, &d);
    if (IS (p->token.tag, BODY) && link.data != NULL) {
        CssValue v = css_value (link.data, link.data + link.size);
        uint32_t c = css_colour (&v, &solid);
        p->link_colour = c != CSS_COLOUR_UNSET ? c : p->link_colour;
    }
    html_look_update (&p->stack[0].look, &d);
    if (p->depth > 0)
        html_look_update (&html_top (p)->look, &d);
}

static void
start_tag (HtmlPage *p)
{
    HtmlTag tag = p->token.tag;
    unsigned flags = html_tag_flags (tag);
    CssDeclarations d;
    html_element_count (p);
    if (p->foreign > 0) {
        if (flags & HTML_BREAKOUT)
            html_stack_pop_to (p, p->foreign);
        else if (p->token.self_closing)
            return;
    }
    if (IS (tag, HEAD))
        return;
    if (IS (tag, HTML) || IS (tag, BODY) || IS (tag, FRAMESET)) {
        start_root (p);
        return;
    }
    if (p->overflow == 0)
        html_stack_imply (p, tag);
    html_look_declare (p, &d);
    if (flags & HTML_VOID)
        html_element_void (p, &d);
    else
        html_stack_push (p, &d);
}

static void
end_tag (HtmlPage *p)
{
    HtmlTag tag = p->token.tag;
    if (IS (tag, BR))
        html_flow_line_end (p->flow);
    if (IS (tag, HTML) || IS (tag, BODY) || IS (tag, HEAD) || html_tag_flags (tag) & HTML_VOID)
        return;
    if (p->overflow > 0)
        p->overflow--;
    else
        html_stack_close (p, tag);
}

static void
comment (HtmlPage *p)
{
    HtmlSlice content;
    p->stats->comments++;
    if (!html_conditional_content (p->token.text, &content))
        return;
    p->stats->conditional++;
    if (html_look_seen (p, &html_top (p)->look))
        html_conditional_put (p, content);
}

/* ---- the page ---- */

static void
read_page (HtmlPage *p)
{
    HtmlTag raw = 0;
    while (mugai_buffer_ok (p->out) &&
           html_tokenizer_next (&p->tokenizer, p->foreign > 0, &p->token)) {
        switch (p->token.kind) {
        case HTML_TOKEN_TEXT:
        case HTML_TOKEN_RAW: /* what is not for readers is dropped whole, and not counted */
            if (!(html_tag_flags (raw) & HTML_HIDDEN))
                html_text_put (p, p->token.text, p->token.kind == HTML_TOKEN_TEXT, false);
            break;
        case HTML_TOKEN_START:
            start_tag (p);
            break;
        case HTML_TOKEN_CLOSE:
            end_tag (p);
            break;
        case HTML_TOKEN_COMMENT:
            comment (p);
            break;
        case HTML_TOKEN_END:
            break;
        }
        raw = p->tokenizer.raw;
    }
    html_stack_pop_to (p, 1);
}

static void
page_clear (HtmlPage *p)
{
    mugai_buffer_clear (&p->base);
    mugai_buffer_clear (&p->link);
    mugai_buffer_clear (&p->said);
    mugai_buffer_clear (&p->unseen);
    mugai_buffer_clear (&p->plain);
    html_flow_free (p->flow);
    css_styles_free (p->styles);
}

/* html and body are open from the beginning. */
static void
open_root (HtmlPage *p)
{
    HtmlToken token = { .tag = HTML_TAG_HTML };
    CssNames body;
    css_names (&token, &p->names[0]);
    token.tag = HTML_TAG_BODY;
    css_names (&token, &body);
    p->names[0].key[p->names[0].n++] = body.key[0];
    p->link_colour = CSS_COLOUR_RGB | LINK_COLOUR;
    p->stack[0].look = (HtmlLook){ .font = FONT,
                                   .fore = CSS_COLOUR_RGB,
                                   .back = CSS_COLOUR_RGB | 0xFFFFFF,
                                   .numbering = HTML_NUMBERING_BULLET };
}

int
mugai_html_text (const uint8_t *utf8, size_t size, const MugaiHtmlTextOptions *options,
                 MugaiBuffer *out, MugaiHtmlTextStats *stats)
{
    MugaiHtmlTextStats ignored;
    HtmlLayoutOptions layout = { .width = options->width, .wide = options->japanese };
    HtmlPage *p = calloc (1, sizeof *p);
    if (p == NULL)
        return -ENOMEM;
    if (layout.width > 0 && layout.width < HTML_WIDTH_LEAST)
        layout.width = HTML_WIDTH_LEAST;
    p->options = options;
    p->stats = stats != NULL ? stats : &ignored;
    *p->stats = (MugaiHtmlTextStats){ 0 };
    p->out = out;
    p->flow = html_flow_new (out, &layout);
    p->styles = css_styles_new (size);
    p->base = p->link = p->said = mugai_buffer (HTML_LINK_MAX * 2);
    p->unseen = mugai_buffer (MUGAI_HTML_EVIDENCE - 1);
    p->plain = mugai_buffer (size * 2 + 4096);
    p->source = (HtmlSlice){ utf8, size };
    p->tokenizer = html_tokenizer (size > 0 ? utf8 : (const uint8_t *)"", size);
    open_root (p);
    bool ok = p->flow != NULL && p->styles != NULL;
    if (ok) {
        read_styles (p);
        read_page (p);
        ok = html_flow_finish (p->flow) && !out->failed;
    }
    snprintf (p->stats->hidden_text, MUGAI_HTML_EVIDENCE, "%.*s", (int)p->unseen.size,
              p->unseen.data != NULL ? p->unseen.data : "");
    page_clear (p);
    free (p);
    return ok ? 0 : -ENOMEM;
}
