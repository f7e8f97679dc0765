/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: one row for each name that counts, with the function that reads its value.
 */
#include "html-text/declarations.h"

#include "html-text/flow.h"
#include "html-text/numbering.h"

#include <string.h>

enum {
    TINY = 1000,      /* thousandths of a pixel: a box that holds nothing to see */
    FAR = -100000,    /* thousandths of pixels or per cent */
    EM = 16,          /* pixels */
    CLEAR_BELOW = 50, /* thousandths of opacity */
    FONT_MAX = 100000000,
};

/* Reads a value. Returns: false when it says nothing. */
typedef bool Reader (const CssValue *v, uint32_t *ret);

void
css_declare (CssDeclarations *d, CssProperty property, uint32_t value, uint32_t weight)
{
    if (css_says (d, property) && weight < d->weight[property])
        return;
    d->set |= 1u << property;
    d->value[property] = value;
    d->weight[property] = weight;
}

void
css_merge (CssDeclarations *d, const CssDeclarations *s)
{
    for (uint32_t set = s->set; set != 0; set &= set - 1) {
        CssProperty property = (CssProperty)__builtin_ctz (set);
        css_declare (d, property, s->value[property], s->weight[property]);
    }
}

/* ---- values ---- */

static bool
read_display (const CssValue *v, uint32_t *ret)
{
    *ret = css_is (v, "none");
    return true;
}

static bool
read_visibility (const CssValue *v, uint32_t *ret)
{
    *ret = css_is (v, "hidden") || css_is (v, "collapse");
    return !css_is (v, "inherit");
}

static bool
read_mso_hide (const CssValue *v, uint32_t *ret)
{
    *ret = css_is (v, "all");
    return true;
}

static bool
read_opacity (const CssValue *v, uint32_t *ret)
{
    long milli;
    size_t n = css_number (v->text, &milli);
    if (n > 0 && v->text[n] == '%')
        milli /= 100;
    *ret = n > 0 && milli < CLEAR_BELOW;
    return true;
}

static bool
read_overflow (const CssValue *v, uint32_t *ret)
{
    static const char *const cut[] = { "hidden", "clip", "scroll", "auto" };
    *ret = 0;
    for (size_t i = 0; i < sizeof cut / sizeof cut[0]; i++)
        *ret |= strncmp (v->text, cut[i], strlen (cut[i])) == 0;
    return true;
}

static bool
read_box (const CssValue *v, uint32_t *ret)
{
    long milli;
    CssUnit unit = css_length (v->text, &milli);
    *ret = unit != CSS_NONE && milli <= (unit == CSS_PIXELS ? TINY : 0);
    return true;
}

static bool
read_most (const CssValue *v, uint32_t *ret)
{
    long milli;
    if (read_box (v, ret) && *ret != 0)
        *ret = css_length (v->text, &milli) != CSS_NONE && milli == 0 ? 2 : 1;
    return true;
}

/* rect(0,0,0,0), rect(1px 1px 1px 1px), inset(50%), circle(0). */
static bool
read_clip (const CssValue *v, uint32_t *ret)
{
    const char *open = strchr (v->text, '(');
    long a[4] = { 0 };
    int n = 0;
    *ret = 0;
    for (const char *p = open; p != NULL && n < 4; n++) {
        size_t size = css_number (++p, &a[n]);
        if (size == 0)
            break;
        p += size;
        p += strspn (p, "abcdefghijklmnopqrstuvwxyz%");
        if (*p != ',' && *p != ' ')
            p = NULL;
    }
    if (strncmp (v->text, "rect(", 5) == 0)
        *ret = n == 4 && (a[2] - a[0] <= TINY || a[1] - a[3] <= TINY);
    else if (strncmp (v->text, "inset(", 6) == 0)
        *ret = n > 0 && a[0] >= 50000 && strchr (v->text, '%') != NULL;
    else if (strncmp (v->text, "circle(", 7) == 0)
        *ret = n > 0 && a[0] == 0;
    return true;
}

static bool
is_far (const char *text)
{
    long milli;
    CssUnit unit = css_length (text, &milli);
    if (unit == CSS_PERCENT && strchr (text, 'e') != NULL)
        milli = milli * EM / 100;
    return unit != CSS_NONE && milli <= FAR;
}

static bool
read_place (const CssValue *v, uint32_t *ret)
{
    *ret = is_far (v->text);
    return true;
}

/* The last of 1 to 4 sides is the left one; the first the upper one. */
static bool
read_margin_left (const CssValue *v, uint32_t *ret)
{
    const char *at = v->text;
    CssValue word, sides[4] = { { .size = 0 } };
    int n = 0;
    while (n < 4 && css_word (&at, &word))
        sides[n++] = word;
    *ret = n > 0 && is_far (sides[n == 1 ? 0 : n == 4 ? 3 : 1].text);
    return n > 0;
}

static bool
read_margin_top (const CssValue *v, uint32_t *ret)
{
    const char *at = v->text;
    CssValue word;
    *ret = css_word (&at, &word) && is_far (word.text);
    return true;
}

static bool
read_flat (const CssValue *v, uint32_t *ret)
{
    long milli;
    size_t n = css_number (v->text, &milli);
    *ret = n > 0 && milli == 0;
    return true;
}

static bool
read_transform (const CssValue *v, uint32_t *ret)
{
    static const char *const moves[] = { "translate(", "translatex(", "translatey(" };
    static const char *const scales[] = { "scale(", "scalex(", "scaley(" };
    long milli;
    *ret = 0;
    for (size_t i = 0; i < 3; i++) {
        const char *move = strstr (v->text, moves[i]), *scale = strstr (v->text, scales[i]);
        if (move != NULL && css_number (move + strlen (moves[i]), &milli) > 0)
            *ret |= milli <= FAR;
        if (scale != NULL && css_number (scale + strlen (scales[i]), &milli) > 0)
            *ret |= milli >= 0 && milli < CLEAR_BELOW;
    }
    return true;
}

static bool
font_of (const char *text, uint32_t *ret)
{
    long milli;
    CssUnit unit = css_length (text, &milli);
    if (unit == CSS_NONE || milli < 0)
        return false;
    milli = milli < FONT_MAX ? milli : FONT_MAX;
    *ret = (unit == CSS_PIXELS ? CSS_FONT_PIXELS : CSS_FONT_PERCENT) | (uint32_t)milli;
    return true;
}

static bool
read_font_size (const CssValue *v, uint32_t *ret)
{
    if (css_is (v, "inherit") || css_is (v, "smaller") || css_is (v, "larger"))
        return false;
    if (!font_of (v->text, ret))
        *ret = CSS_FONT_SOME;
    return true;
}

/* The size of "font: bold 12px/1.5 serif": the first word with a number that has a unit, a "/" or
 * is 0. */
static bool
read_font (const CssValue *v, uint32_t *ret)
{
    const char *at = v->text;
    CssValue word;
    while (css_word (&at, &word)) {
        char *slash = strchr (word.text, '/');
        long milli;
        size_t n = css_number (word.text, &milli);
        if (n == 0 || (word.text[n] == '\0' && milli != 0))
            continue;
        if (slash != NULL)
            *slash = '\0';
        return font_of (word.text, ret);
    }
    return false;
}

static bool
read_color (const CssValue *v, uint32_t *ret)
{
    bool solid;
    *ret = css_colour (v, &solid);
    return *ret != CSS_COLOUR_UNSET;
}

/* A background's colour among other words; one that lets others through may be anything. */
static bool
read_background (const CssValue *v, uint32_t *ret)
{
    const char *at = v->text;
    CssValue word;
    bool said = false, solid;
    while (css_word (&at, &word)) {
        uint32_t c = css_colour (&word, &solid);
        if (c == CSS_COLOUR_CLEAR || (c & CSS_COLOUR_RGB) != 0) {
            *ret = solid || c == CSS_COLOUR_CLEAR ? c : CSS_COLOUR_UNKNOWN;
            said = true;
        } else if (c == CSS_COLOUR_UNKNOWN && strchr (word.text, '(') != NULL) {
            *ret = c;
            return true;
        }
    }
    return said;
}

static bool
read_image (const CssValue *v, uint32_t *ret)
{
    *ret = v->cut || strstr (v->text, "url(") != NULL || strstr (v->text, "gradient(") != NULL ||
           strstr (v->text, "image") != NULL;
    return true;
}

static bool
read_white_space (const CssValue *v, uint32_t *ret)
{
    static const struct {
        const char *name;
        HtmlSpace space;
    } spaces[] = {
        { "normal", HTML_SPACE_COLLAPSE },    { "nowrap", HTML_SPACE_COLLAPSE },
        { "pre", HTML_SPACE_KEEP },           { "pre-wrap", HTML_SPACE_WRAP },
        { "pre-line", HTML_SPACE_LINES },     { "break-spaces", HTML_SPACE_WRAP },
        { "-moz-pre-wrap", HTML_SPACE_WRAP },
    };
    for (size_t i = 0; i < sizeof spaces / sizeof spaces[0]; i++) {
        *ret = spaces[i].space;
        if (css_is (v, spaces[i].name))
            return true;
    }
    return false;
}

static bool
read_list_style (const CssValue *v, uint32_t *ret)
{
    const char *at = v->text;
    CssValue word;
    while (css_word (&at, &word)) {
        HtmlNumbering n = html_numbering (word.text);
        *ret = n;
        if (n != HTML_NUMBERING_COUNT)
            return true;
    }
    return false;
}

/* ---- blocks ---- */

static const struct {
    const char *name;
    CssProperty property;
    Reader *read;
} rows[] = {
    { "background", CSS_BACKGROUND, read_background },
    { "background", CSS_IMAGE, read_image },
    { "background-color", CSS_BACKGROUND, read_background },
    { "background-image", CSS_IMAGE, read_image },
    { "clip", CSS_CLIP, read_clip },
    { "clip-path", CSS_CLIP_PATH, read_clip },
    { "color", CSS_COLOR, read_color },
    { "display", CSS_DISPLAY, read_display },
    { "font", CSS_FONT_SIZE, read_font },
    { "font-size", CSS_FONT_SIZE, read_font_size },
    { "height", CSS_HEIGHT, read_box },
    { "left", CSS_LEFT, read_place },
    { "list-style", CSS_LIST_STYLE, read_list_style },
    { "list-style-type", CSS_LIST_STYLE, read_list_style },
    { "margin", CSS_FLAT, read_flat },
    { "margin", CSS_MARGIN_LEFT, read_margin_left },
    { "margin", CSS_MARGIN_TOP, read_margin_top },
    { "margin-bottom", CSS_FLAT, read_flat },
    { "margin-left", CSS_MARGIN_LEFT, read_place },
    { "margin-top", CSS_MARGIN_TOP, read_place },
    { "margin-top", CSS_FLAT, read_flat },
    { "max-height", CSS_MAX_HEIGHT, read_most },
    { "max-width", CSS_MAX_WIDTH, read_most },
    { "mso-hide", CSS_MSO_HIDE, read_mso_hide },
    { "opacity", CSS_OPACITY, read_opacity },
    { "overflow", CSS_OVERFLOW, read_overflow },
    { "overflow-x", CSS_OVERFLOW, read_overflow },
    { "overflow-y", CSS_OVERFLOW, read_overflow },
    { "right", CSS_RIGHT, read_place },
    { "text-indent", CSS_TEXT_INDENT, read_place },
    { "top", CSS_TOP, read_place },
    { "transform", CSS_TRANSFORM, read_transform },
    { "visibility", CSS_VISIBILITY, read_visibility },
    { "white-space", CSS_WHITE_SPACE, read_white_space },
    { "width", CSS_WIDTH, read_box },
};

static void
declare (CssDeclarations *d, const CssValue *name, const CssValue *v, uint32_t weight)
{
    if (v->important)
        weight |= CSS_WEIGHT_IMPORTANT;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int order = rows[i].name[0] - name->text[0];
        order = order != 0 ? order : strcmp (rows[i].name, name->text);
        uint32_t value;
        if (order > 0)
            break;
        if (order == 0 && rows[i].read (v, &value))
            css_declare (d, rows[i].property, value, weight);
    }
}

/* The end of a declaration: a ";" outside of quotes and parentheses. */
static const uint8_t *
declaration_end (const uint8_t *at, const uint8_t *end)
{
    uint8_t quote = 0;
    unsigned open = 0;
    for (; at < end; at++) {
        if (quote != 0)
            quote = *at == quote ? 0 : quote;
        else if (*at == '"' || *at == '\'')
            quote = *at;
        else if (*at == '(')
            open++;
        else if (*at == ')' && open > 0)
            open--;
        else if (*at == ';' && open == 0)
            return at;
    }
    return end;
}

void
css_declarations (CssDeclarations *d, const uint8_t *css, size_t size, uint32_t weight)
{
    const uint8_t *at = css, *end = css + size;
    while (at < end) {
        const uint8_t *stop = declaration_end (at, end);
        const uint8_t *colon = memchr (at, ':', (size_t)(stop - at));
        if (colon != NULL) {
            CssValue name = css_value (at, colon), value = css_value (colon + 1, stop);
            declare (d, &name, &value, weight);
        }
        at = stop < end ? stop + 1 : end;
    }
}

bool
css_hides (const CssDeclarations *d)
{
    static const CssProperty alone[] = {
        CSS_DISPLAY, CSS_MSO_HIDE, CSS_OPACITY,     CSS_CLIP,       CSS_CLIP_PATH, CSS_TEXT_INDENT,
        CSS_LEFT,    CSS_TOP,      CSS_MARGIN_LEFT, CSS_MARGIN_TOP, CSS_TRANSFORM, CSS_RIGHT,
    };
    static const CssProperty cut[] = { CSS_HEIGHT, CSS_WIDTH, CSS_MAX_HEIGHT, CSS_MAX_WIDTH };
    for (size_t i = 0; i < sizeof alone / sizeof alone[0]; i++) {
        if (css_get (d, alone[i]) != 0)
            return true;
    }
    for (size_t i = 0; i < sizeof cut / sizeof cut[0] && css_get (d, CSS_OVERFLOW) != 0; i++) {
        if (css_get (d, cut[i]) != 0)
            return true;
    }
    return css_get (d, CSS_MAX_HEIGHT) == 2;
}
