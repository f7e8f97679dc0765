/* SPDX-License-Identifier: Apache-2.0
 *
 * What it deliberately does not do: the "escaped" states of script, since script is dropped; the
 * errors of the standard; names beyond 31 bytes (they are all unknown elements).
 */
#include "html-text/tokenizer.h"

#include <string.h>

enum { NAME_MAX_SIZE = 31 };

HtmlTokenizer
html_tokenizer (const uint8_t *data, size_t size)
{
    return (HtmlTokenizer){ .at = data, .end = data + size };
}

static bool
is_space (uint8_t c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static bool
is_letter (uint8_t c)
{
    return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

static uint8_t
lower (uint8_t c)
{
    return c >= 'A' && c <= 'Z' ? (uint8_t)(c | 0x20) : c;
}

/* The name at @*at in lower case, up to white space, "/", ">" (and "=" in attributes). Returns: its
 * bytes, cut. */
static size_t
take_name (const uint8_t **at, const uint8_t *end, bool attribute, uint8_t name[NAME_MAX_SIZE])
{
    const uint8_t *p = *at;
    size_t n = 0;
    for (; p < end && !is_space (*p) && *p != '/' && *p != '>'; p++) {
        if (attribute && *p == '=' && p > *at)
            break;
        if (n < NAME_MAX_SIZE)
            name[n++] = *p == 0 ? 0xFF : lower (*p); /* so that no name ends early */
    }
    *at = p;
    return n;
}

static void
skip_space (const uint8_t **at, const uint8_t *end)
{
    while (*at < end && is_space (**at))
        (*at)++;
}

/* 13.2.5.37 to 39: the value after a "=". */
static HtmlSlice
take_value (const uint8_t **at, const uint8_t *end)
{
    const uint8_t *p = *at;
    if (p < end && (*p == '"' || *p == '\'')) {
        const uint8_t *close = memchr (p + 1, *p, (size_t)(end - p - 1));
        const uint8_t *stop = close != NULL ? close : end;
        *at = close != NULL ? close + 1 : end;
        return (HtmlSlice){ p + 1, (size_t)(stop - p - 1) };
    }
    while (p < end && !is_space (*p) && *p != '>')
        p++;
    HtmlSlice value = { *at, (size_t)(p - *at) };
    *at = p;
    return value;
}

static void
take_attribute (HtmlTokenizer *t, HtmlToken *token)
{
    uint8_t name[NAME_MAX_SIZE];
    size_t n = take_name (&t->at, t->end, true, name);
    HtmlSlice value = { (const uint8_t *)"", 0 };
    const uint8_t *after = t->at;
    skip_space (&after, t->end);
    if (after < t->end && *after == '=') {
        after++;
        skip_space (&after, t->end);
        t->at = after;
        value = take_value (&t->at, t->end);
    }
    token->handlers += n > 2 && name[0] == 'o' && name[1] == 'n';
    HtmlAttribute attribute = html_attribute (name, n);
    if (attribute < HTML_ATTR_COUNT && token->attributes[attribute].data == NULL) {
        token->attributes[attribute] = value;
        token->have |= 1u << attribute;
    }
}

/* From after "<" or "</" at a letter. Returns: false when the input ends inside of the tag, which
 * is then nothing. */
static bool
take_tag (HtmlTokenizer *t, HtmlToken *token)
{
    uint8_t name[NAME_MAX_SIZE];
    size_t n = take_name (&t->at, t->end, false, name);
    token->tag = html_tag (name, n);
    token->self_closing = false;
    token->handlers = 0;
    for (; token->have != 0; token->have &= token->have - 1)
        token->attributes[__builtin_ctz (token->have)] = (HtmlSlice){ NULL, 0 };
    while (t->at < t->end) {
        uint8_t c = *t->at;
        if (c == '>') {
            t->at++;
            return true;
        }
        if (is_space (c) || c == '/') {
            token->self_closing = c == '/' && t->end - t->at >= 2 && t->at[1] == '>';
            t->at++;
        } else {
            take_attribute (t, token);
        }
    }
    return false;
}

/* 13.2.5.43 to 51: from after "<!--". Returns: where the comment ends. */
static const uint8_t *
comment_end (const uint8_t *at, const uint8_t *end)
{
    if (at < end && *at == '>')
        return at + 1;
    if (end - at >= 2 && at[0] == '-' && at[1] == '>')
        return at + 2;
    while ((at = memchr (at, '-', (size_t)(end - at))) != NULL) {
        if (end - at >= 3 && at[1] == '-' && at[2] == '>')
            return at + 3;
        if (end - at >= 4 && at[1] == '-' && at[2] == '!' && at[3] == '>')
            return at + 4;
        at++;
    }
    return end;
}

/* "<!" or "<?" or "</" before no letter: to the end of the comment that it is. */
static void
take_comment (HtmlTokenizer *t, bool foreign, HtmlToken *token)
{
    const uint8_t *start = t->at, *p = t->at + 2;
    size_t left = (size_t)(t->end - p);
    if (start[1] == '!' && left >= 2 && p[0] == '-' && p[1] == '-') {
        t->at = comment_end (p + 2, t->end);
    } else if (foreign && left >= 7 && memcmp (p, "[CDATA[", 7) == 0) {
        const uint8_t *close = memmem (p, left, "]]>", 3);
        t->at = close != NULL ? close + 3 : t->end;
    } else {
        const uint8_t *close = memchr (t->at + 1, '>', (size_t)(t->end - t->at - 1));
        t->at = close != NULL ? close + 1 : t->end;
    }
    token->kind = HTML_TOKEN_COMMENT;
    token->text = (HtmlSlice){ start, (size_t)(t->at - start) };
}

/* Text of a raw element, up to its end tag. */
static bool
take_raw (HtmlTokenizer *t, HtmlToken *token)
{
    const uint8_t *start = t->at, *p = start;
    HtmlTag raw = t->raw;
    token->kind = html_tag_flags (raw) & HTML_ESCAPED ? HTML_TOKEN_TEXT : HTML_TOKEN_RAW;
    while ((p = memchr (p, '<', (size_t)(t->end - p))) != NULL) {
        if (t->end - p >= 3 && p[1] == '/' && is_letter (p[2]) && raw != HTML_TAG_PLAINTEXT) {
            uint8_t name[NAME_MAX_SIZE];
            const uint8_t *after = p + 2;
            size_t n = 0;
            while (after < t->end && n < NAME_MAX_SIZE && is_letter (*after))
                name[n++] = lower (*after++);
            if (html_tag (name, n) == raw && after < t->end &&
                (is_space (*after) || *after == '/' || *after == '>'))
                break;
        }
        p++;
    }
    t->at = p != NULL ? p : t->end;
    t->raw = 0;
    token->text = (HtmlSlice){ start, (size_t)(t->at - start) };
    return token->text.size > 0;
}

/* True when the "<" at @p begins a tag or a comment. */
static bool
is_markup (const uint8_t *p, const uint8_t *end)
{
    if (end - p < 2)
        return false;
    if (p[1] == '/')
        return end - p >= 3;
    return is_letter (p[1]) || p[1] == '!' || p[1] == '?';
}

bool
html_tokenizer_next (HtmlTokenizer *t, bool foreign, HtmlToken *token)
{
    if (t->raw != 0 && take_raw (t, token))
        return true;
    while (t->at < t->end) {
        const uint8_t *start = t->at, *p = start;
        while ((p = memchr (p, '<', (size_t)(t->end - p))) != NULL && !is_markup (p, t->end))
            p++;
        p = p != NULL ? p : t->end;
        if (p > start) {
            t->at = p;
            token->kind = HTML_TOKEN_TEXT;
            token->text = (HtmlSlice){ start, (size_t)(p - start) };
            return true;
        }
        bool close = p[1] == '/';
        if (!(close ? is_letter (p[2]) : is_letter (p[1]))) {
            if (close && p[2] == '>') {
                t->at += 3; /* "</>" is nothing */
                continue;
            }
            take_comment (t, foreign, token);
            return true;
        }
        t->at += close ? 2 : 1;
        if (!take_tag (t, token))
            break;
        token->kind = close ? HTML_TOKEN_CLOSE : HTML_TOKEN_START;
        if (!close && !foreign &&
            (html_tag_flags (token->tag) & (HTML_RAW | HTML_ESCAPED) ||
             token->tag == HTML_TAG_PLAINTEXT))
            t->raw = token->tag;
        return true;
    }
    token->kind = HTML_TOKEN_END;
    return false;
}
