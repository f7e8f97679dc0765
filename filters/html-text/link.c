/* SPDX-License-Identifier: Apache-2.0 */
#include "html-text/link.h"

#include "common/unicode.h"
#include "common/utf8.h"
#include "html-text/entities.h"

#include <string.h>
#include <strings.h>

static bool
starts (const char *text, size_t size, const char *with)
{
    return size >= strlen (with) && strncasecmp (text, with, strlen (with)) == 0;
}

static void
add_char (MugaiBuffer *out, uint32_t c)
{
    if (c == '\t' || c == '\n' || c == '\r')
        return; /* WHATWG URL 4.4 */
    if (c < 0x21 || c == '"' || c == '<' || c == '>' || c == 0x7F)
        mugai_buffer_printf (out, "%%%02X", (unsigned)c);
    else if (c < 0x80 || mugai_char_class (c) == MUGAI_CHAR_TEXT)
        mugai_buffer_add_char (out, c);
}

/* References decoded, escaped, cut at HTML_LINK_MAX. */
static void
decode (HtmlSlice value, MugaiBuffer *out)
{
    const uint8_t *at = value.data, *end = at + value.size;
    while (at < end && *at <= ' ')
        at++;
    while (end > at && end[-1] <= ' ')
        end--;
    while (at < end && out->size < HTML_LINK_MAX) {
        uint32_t c[2] = { 0, 0 };
        size_t n = *at == '&' ? html_entity (at, end, true, c) : 0;
        if (n > 0)
            at += n;
        else
            c[0] = mugai_utf8_next (&at, end);
        if (c[0] != MUGAI_UTF8_BAD)
            add_char (out, c[0]);
        if (c[1] != 0)
            add_char (out, c[1]);
    }
    if (at < end)
        mugai_buffer_add_text (out, "…");
}

/* Bytes of the scheme with its colon, 0 when there is none. */
static size_t
scheme (const char *text, size_t size)
{
    size_t n = 0;
    for (; n < size && n < 40; n++) {
        char c = text[n];
        bool letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
        if (c == ':')
            return n > 0 ? n + 1 : 0;
        if (!letter && (n == 0 || !((c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.')))
            return 0;
    }
    return 0;
}

static HtmlLinkKind
kind_of (const char *text, size_t size)
{
    static const char *const active[] = { "javascript:", "vbscript:", "livescript:",
                                          "data:",       "cid:",      "mid:",
                                          "about:",      "blob:",     "mhtml:" };
    size_t n = scheme (text, size);
    if (starts (text, size, "\\\\") || starts (text, size, "//"))
        return HTML_LINK_OTHER;
    if (n == 0)
        return HTML_LINK_NONE;
    if (starts (text, size, "http:") || starts (text, size, "https:"))
        return HTML_LINK_WEB;
    if (starts (text, size, "mailto:"))
        return HTML_LINK_MAIL;
    for (size_t i = 0; i < sizeof active / sizeof active[0]; i++) {
        if (starts (text, size, active[i]))
            return HTML_LINK_ACTIVE;
    }
    return starts (text, size, "tel:") ? HTML_LINK_NONE : HTML_LINK_OTHER;
}

/* Bytes of scheme, "//" and host of a web target. */
static size_t
origin (const char *text, size_t size)
{
    size_t n = scheme (text, size);
    while (n < size && (text[n] == '/' || text[n] == '\\'))
        n++;
    while (n < size && text[n] != '/' && text[n] != '?' && text[n] != '#' && text[n] != '\\')
        n++;
    return n;
}

/* @relative, against @base, which is a web target. RFC 3986 5.2 without dot segments. */
static void
resolve (const char *base, const MugaiBuffer *relative, MugaiBuffer *out)
{
    size_t size = strlen (base), keep = origin (base, size);
    bool rooted = relative->data[0] == '/' || relative->data[0] == '\\';
    bool host =
        rooted && relative->size > 1 && (relative->data[1] == '/' || relative->data[1] == '\\');
    if (host) {
        keep = scheme (base, size);
    } else if (!rooted) {
        const char *slash = memrchr (base + keep, '/', strcspn (base + keep, "?#"));
        keep = slash != NULL ? (size_t)(slash + 1 - base) : keep;
    }
    mugai_buffer_add (out, base, keep);
    if (!rooted && keep > 0 && base[keep - 1] != '/')
        mugai_buffer_add (out, "/", 1);
    mugai_buffer_add (out, relative->data, relative->size);
}

HtmlLinkKind
html_link_target (HtmlSlice value, const char *base, MugaiBuffer *out)
{
    if (value.data == NULL || value.size == 0)
        return HTML_LINK_NONE;
    decode (value, out);
    if (out->size == 0 || out->data[0] == '#')
        return HTML_LINK_NONE;
    HtmlLinkKind kind = kind_of (out->data, out->size);
    bool relative = kind == HTML_LINK_NONE && scheme (out->data, out->size) == 0;
    if ((relative || starts (out->data, out->size, "//")) &&
        kind_of (base, strlen (base)) == HTML_LINK_WEB) {
        MugaiBuffer whole = mugai_buffer (out->max);
        resolve (base, out, &whole);
        mugai_buffer_clear (out);
        *out = whole;
        return HTML_LINK_WEB;
    }
    return kind;
}

/* What of a web address people write: without scheme, "www." and the last "/". */
static void
bare (const char **text, size_t *size)
{
    static const char *const before[] = { "http://", "https://", "mailto:", "www." };
    for (size_t i = 0; i < sizeof before / sizeof before[0]; i++) {
        if (starts (*text, *size, before[i])) {
            *text += strlen (before[i]);
            *size -= strlen (before[i]);
        }
    }
    if (*size > 0 && (*text)[*size - 1] == '/')
        (*size)--;
}

bool
html_link_said (const char *text, size_t size, const char *target, size_t target_size)
{
    bare (&text, &size);
    bare (&target, &target_size);
    return size == target_size && strncasecmp (text, target, size) == 0;
}

/* Host of what looks like a web address: letters, digits, dots and dashes with a dot among them.
 * Returns: its bytes or 0. */
static size_t
host_of (const char *text, size_t size)
{
    size_t n = 0, dots = 0;
    for (; n < size; n++) {
        char c = text[n];
        bool plain = ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || (c >= '0' && c <= '9') || c == '-';
        if (c == '.' && n > 0)
            dots++;
        else if (!plain)
            break;
    }
    bool ends = n == size || text[n] == '/' || text[n] == ':' || text[n] == '?' || text[n] == '#';
    bool number = n > 0 && text[n - 1] >= '0' && text[n - 1] <= '9' && dots < 3;
    return dots > 0 && ends && !number ? n : 0;
}

bool
html_link_deceives (const char *text, size_t size, const char *target, size_t target_size)
{
    bool mail = starts (target, target_size, "mailto:");
    bare (&text, &size);
    bare (&target, &target_size);
    const char *at = mail ? memchr (target, '@', target_size) : NULL;
    const char *text_at = mail && size > 0 ? memchr (text, '@', size) : NULL;
    if (mail && (at == NULL || text_at == NULL))
        return false;
    if (mail) {
        target_size -= (size_t)(at + 1 - target);
        target = at + 1;
        size -= (size_t)(text_at + 1 - text);
        text = text_at + 1;
    }
    size_t shown = host_of (text, size), real = host_of (target, target_size);
    return shown > 0 && (shown != real || strncasecmp (text, target, shown) != 0);
}
