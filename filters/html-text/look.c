/* SPDX-License-Identifier: Apache-2.0 */
#include "html-text/entities.h"
#include "html-text/page.h"

#include <string.h>

enum {
    STYLE_MAX = 8192,    /* bytes of a style attribute that are read when it has references */
    FONT_MEDIUM = 16000, /* thousandths of a pixel */
    FONT_TINY = 2000,    /* so and below nobody reads */
    FONT_MAX = 100000000,
};

/* A style attribute with its references decoded. */
static void
declare_style (HtmlSlice value, CssDeclarations *d)
{
    if (memchr (value.data, '&', value.size) == NULL) {
        css_declarations (d, value.data, value.size, CSS_WEIGHT_ELEMENT);
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
        css_declarations (d, (const uint8_t *)css.data, css.size, CSS_WEIGHT_ELEMENT);
    mugai_buffer_clear (&css);
}

static void
declare_colour (CssDeclarations *d, CssProperty property, HtmlSlice value)
{
    bool solid;
    if (value.data == NULL)
        return;
    CssValue v = css_value (value.data, value.data + value.size);
    uint32_t c = css_colour (&v, &solid);
    if (c != CSS_COLOUR_UNSET)
        css_declare (d, property, c, CSS_WEIGHT_ATTRIBUTE);
}

/* What the browser itself says of an element. */
static void
declare_default (HtmlPage *p, CssDeclarations *d)
{
    static const struct {
        uint16_t tag;
        CssProperty property;
        uint32_t value;
    } rows[] = {
        { HTML_TAG_PRE, CSS_WHITE_SPACE, HTML_SPACE_KEEP },
        { HTML_TAG_LISTING, CSS_WHITE_SPACE, HTML_SPACE_KEEP },
        { HTML_TAG_PLAINTEXT, CSS_WHITE_SPACE, HTML_SPACE_KEEP },
        { HTML_TAG_XMP, CSS_WHITE_SPACE, HTML_SPACE_KEEP },
        { HTML_TAG_TEXTAREA, CSS_WHITE_SPACE, HTML_SPACE_WRAP },
        { HTML_TAG_OL, CSS_LIST_STYLE, HTML_NUMBERING_DECIMAL },
        { HTML_TAG_UL, CSS_LIST_STYLE, HTML_NUMBERING_BULLET },
        { HTML_TAG_MENU, CSS_LIST_STYLE, HTML_NUMBERING_BULLET },
        { HTML_TAG_DIR, CSS_LIST_STYLE, HTML_NUMBERING_BULLET },
        { HTML_TAG_MARK, CSS_BACKGROUND, CSS_COLOUR_RGB | 0xFFFF00 },
        { HTML_TAG_MARK, CSS_COLOR, CSS_COLOUR_RGB },
    };
    const HtmlSlice *a = p->token.attributes;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (p->token.tag == rows[i].tag)
            css_declare (d, rows[i].property, rows[i].value, CSS_WEIGHT_ATTRIBUTE);
    }
    bool closed = IS (p->token.tag, DIALOG) && a[HTML_ATTR_OPEN].data == NULL;
    if (closed || a[HTML_ATTR_HIDDEN].data != NULL)
        css_declare (d, CSS_DISPLAY, 1, CSS_WEIGHT_ATTRIBUTE);
    if (IS (p->token.tag, A) && a[HTML_ATTR_HREF].data != NULL)
        css_declare (d, CSS_COLOR, p->link_colour, CSS_WEIGHT_ATTRIBUTE);
    HtmlSlice type = a[HTML_ATTR_TYPE];
    HtmlNumbering n =
        type.data != NULL ? html_numbering_type ((const char *)type.data, type.size) : 0;
    if (n != HTML_NUMBERING_UNSET && css_get (d, CSS_LIST_STYLE) + IS (p->token.tag, LI) > 0)
        css_declare (d, CSS_LIST_STYLE, n, CSS_WEIGHT_ATTRIBUTE);
}

void
html_look_declare (HtmlPage *p, CssDeclarations *d)
{
    const HtmlSlice *a = p->token.attributes;
    int depth = p->depth + 1 < HTML_DEPTH_MAX ? p->depth + 1 : HTML_DEPTH_MAX - 1;
    bool root = IS (p->token.tag, HTML) || IS (p->token.tag, BODY);
    CssNames *own = root ? &p->names[0] : &p->names[depth], root_names;
    d->set = 0;
    declare_default (p, d);
    declare_colour (d, CSS_COLOR, a[HTML_ATTR_COLOR]);
    declare_colour (d, CSS_BACKGROUND, a[HTML_ATTR_BGCOLOR]);
    if (IS (p->token.tag, BODY))
        declare_colour (d, CSS_COLOR, a[HTML_ATTR_TEXT]);
    if (a[HTML_ATTR_BACKGROUND].size > 0)
        css_declare (d, CSS_IMAGE, 1, CSS_WEIGHT_ATTRIBUTE);
    css_names (&p->token, root ? &root_names : own);
    for (unsigned i = 0; root && i < root_names.n && own->n < CSS_NAMES_MAX; i++)
        own->key[own->n++] = root_names.key[i];
    if (css_styles_any (p->styles))
        css_styles_apply (p->styles, root ? &root_names : own, p->names, root ? 0 : (size_t)depth,
                          d);
    if (a[HTML_ATTR_STYLE].size > 0)
        declare_style (a[HTML_ATTR_STYLE], d);
}

static uint32_t
font_size (uint32_t around, uint32_t value)
{
    uint64_t size = value & ~(uint32_t)CSS_FONT_KIND;
    if ((value & CSS_FONT_KIND) == CSS_FONT_PIXELS)
        return (uint32_t)size;
    if ((value & CSS_FONT_KIND) != CSS_FONT_PERCENT)
        return FONT_MEDIUM;
    size = size * around / 100000;
    return size < FONT_MAX ? (uint32_t)size : FONT_MAX;
}

void
html_look_update (HtmlLook *look, const CssDeclarations *d)
{
    uint32_t fore = css_get (d, CSS_COLOR), back = css_get (d, CSS_BACKGROUND);
    look->hidden = look->hidden || css_hides (d);
    if (css_says (d, CSS_VISIBILITY))
        look->invisible = css_get (d, CSS_VISIBILITY) != 0;
    if (css_says (d, CSS_FONT_SIZE))
        look->font = font_size (look->font, css_get (d, CSS_FONT_SIZE));
    if (css_says (d, CSS_WHITE_SPACE))
        look->space = (HtmlSpace)css_get (d, CSS_WHITE_SPACE);
    if (css_says (d, CSS_LIST_STYLE))
        look->numbering = (HtmlNumbering)css_get (d, CSS_LIST_STYLE);
    if (fore != CSS_COLOUR_UNSET && fore != CSS_COLOUR_INHERIT)
        look->fore = fore;
    if (back == CSS_COLOUR_UNKNOWN || (back & CSS_COLOUR_RGB) != 0)
        look->back = back;
    if (css_get (d, CSS_IMAGE) != 0)
        look->back = CSS_COLOUR_UNKNOWN;
}

bool
html_look_seen (const HtmlPage *p, const HtmlLook *look)
{
    if (p->options->show_hidden)
        return true;
    return !look->hidden && !look->invisible && look->font > FONT_TINY &&
           look->fore != CSS_COLOUR_CLEAR && !css_colours_alike (look->fore, look->back);
}
