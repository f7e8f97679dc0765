/* SPDX-License-Identifier: Apache-2.0 */
#include "link-defang/mark.h"

#include "common/unicode.h"
#include "common/utf8.h"

#include <string.h>
#include <strings.h>

enum {
    BRACKET_MAX = 4096 /* bytes between "<" and ">" */,
    TEXT_MAX = 256,
    REMARK_MAX = 700 /* bytes of a remark */
};

/* Marks that end an address wherever they stand. */
static bool
ends_address (char c)
{
    return (uint8_t)c <= ' ' || c == 0x7F || strchr ("<>\"'()|", c) != NULL;
}

/* Punctuation of Japanese and wide brackets, which end a host; U+3002 and U+FF61 may be dots. */
static bool
ends_host (uint32_t c)
{
    return c == MUGAI_UTF8_BAD || (c >= 0x3000 && c <= 0x3001) || c == 0x3003 ||
           (c >= 0x3008 && c <= 0x3020) || c == 0x30FB || c == 0xFF01 || c == 0xFF08 ||
           c == 0xFF09 || c == 0xFF0C || (c >= 0xFF1A && c <= 0xFF1F) || c == 0xFF3B ||
           c == 0xFF3D || c == 0xFF5B || c == 0xFF5D ||
           (c >= 0xFF5F && c <= 0xFF64 && c != 0xFF61) || (c >= 0x2018 && c <= 0x201F) ||
           c == 0x2026 || c == 0x00A0;
}

static bool
is_plain (char c)
{
    return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '-';
}

/* Bytes of a dot or another mark between labels that ends at @end of @at, 0: none does. */
static size_t
separator_before (const char *at, size_t end)
{
    static const char *const marks[] = {
        ".", "@", ":", "\xE3\x80\x82", "\xEF\xBD\xA1", "\xEF\xBC\x8E", "[:]"
    };

    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        size_t n = strlen (marks[i]);
        if (end >= n && memcmp (at + end - n, marks[i], n) == 0)
            return n;
    }
    return 0;
}

/* "http://town.example.jpをご覧" ends before を: a last label that begins with ASCII letters and
 * goes on in others is one that text follows. Marks at the end are of the sentence, unless there is
 * @more of the address. */
static size_t
cut_text (const char *at, size_t size, bool more)
{
    size_t whole = size, start, end;

    while (size > 0 && strchr (".,;:!?*_~[]", at[size - 1]) != NULL)
        size--;
    for (start = size; start > 0 && separator_before (at, start) == 0;)
        start--;
    for (end = start; end < size && (uint8_t)at[end] < 0x80;)
        end++;
    if (end > start && end < size && is_plain (at[start]))
        return end;
    return more ? whole : size;
}

/* Bytes of the authority at @at. */
static size_t
host_size (const char *at, size_t left)
{
    const uint8_t *p = (const uint8_t *)at, *end = p + left;
    size_t size = 0;

    while (p < end && size < HOST_LOOK) {
        if (end - p >= 3 && memcmp (p, "[:]", 3) == 0) { /* a colon that was broken up */
            p += 3;
            size = (size_t)(p - (const uint8_t *)at);
            continue;
        }
        if (*p < 0x80 && (ends_address ((char)*p) || strchr ("/?#\\[]", (char)*p) != NULL))
            break;
        uint32_t c = mugai_utf8_next (&p, end);
        bool dot = c == 0x3002 || c == 0xFF61;
        if (ends_host (c) || (dot && (p == end || !is_plain ((char)*p))))
            break;
        size = (size_t)(p - (const uint8_t *)at);
    }
    bool more = size < left && strchr ("/?#", at[size]) != NULL;
    return cut_text (at, size, more);
}

Address
address_read (const char *text, size_t size, size_t start, size_t host)
{
    Address a = { .start = start, .host = host };
    bool opened = start > 0 && text[start - 1] == '<';
    size_t room = size - host < BRACKET_MAX ? size - host : BRACKET_MAX;

    a.host_size = host_size (text + host, size - host);
    a.end = host + a.host_size;
    if (opened) {
        size_t at = a.end;
        while (at < host + room && text[at] != '>' && text[at] != '<' && (uint8_t)text[at] > ' ')
            at++;
        a.bracket = at < host + room && text[at] == '>';
        if (a.bracket) {
            a.end = at + 1;
            return a;
        }
    }
    if (a.end < size && strchr ("/?#", text[a.end]) != NULL)
        while (a.end < host + room && (uint8_t)text[a.end] < 0x80 && !ends_address (text[a.end]))
            a.end++;
    while (a.end > host && strchr (".,;:!?*_~[]", text[a.end - 1]) != NULL)
        a.end--;
    if (a.host_size > a.end - host)
        a.host_size = a.end - host;
    if (size - a.end >= 3 && memcmp (text + a.end, "…", 3) == 0) /* what was cut stays one */
        a.end += 3;
    return a;
}

/* Top-level domains of more than two letters that people write without "http"; a name with another
 * ending may be that of a file. */
static bool
is_domain_end (const char *label)
{
    static const char *const known[] = { "com",  "net",  "org",  "info",   "biz",  "gov",
                                         "edu",  "mil",  "int",  "shop",   "app",  "dev",
                                         "xyz",  "site", "top",  "online", "club", "tokyo",
                                         "bank", "name", "mobi", "asia" };
    static const char *const files[] = { "js", "py", "cs", "rb", "ts", "7z", "gz", "ai", "ps" };

    if (strlen (label) == 2) {
        for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
            if (strcmp (label, files[i]) == 0)
                return false;
        return label[0] >= 'a' && label[1] >= 'a';
    }
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (strcmp (label, known[i]) == 0)
            return true;
    return strncmp (label, "xn--", 4) == 0;
}

/* Bytes of what we broke up ("[:]", "[@]", "[.]", "[\\]") that end at @end; 0: none. It is part of
 * the word that it stands in, as it was before. */
static size_t
broken_size (const char *text, size_t end)
{
    static const char *const broken[] = { "[:]", "[@]", "[.]", "[\\\\]" };

    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++) {
        size_t n = strlen (broken[i]);
        if (end >= n && memcmp (text + end - n, broken[i], n) == 0)
            return n;
    }
    return 0;
}

/* The word that ends at @end of @text: what a reader takes for the name of the link. */
static size_t
word_start (const char *text, size_t end)
{
    size_t start = end, n;

    while (start > 0 && end - start < TEXT_MAX) {
        if ((n = broken_size (text, start)) > 0) {
            start -= n;
            continue;
        }
        if (ends_address (text[start - 1]) || strchr ("[]{},;=", text[start - 1]) != NULL)
            break;
        bool wide = start >= 3 && (uint8_t)text[start - 3] == 0xE3 &&
                    (uint8_t)text[start - 2] == 0x80; /* U+3000-303F: blanks and brackets */
        bool bracket = start >= 3 && (memcmp (text + start - 3, "［", 3) == 0 ||
                                      memcmp (text + start - 3, "］", 3) == 0);
        if ((wide && (uint8_t)text[start - 1] != 0x82) || bracket)
            break;
        start--;
    }
    return start;
}

/* Does a remark end at @end? Its host may be written with "[.]". */
static bool
ends_remark (const char *text, size_t end)
{
    return (end >= 1 && text[end - 1] == ']' &&
            !(end >= 3 && memcmp (text + end - 3, "[.]", 3) == 0)) ||
           (end >= 3 && memcmp (text + end - 3, "］", 3) == 0);
}

/* Where a remark of ours begins that ends at @end; @end: there is none. */
static size_t
remark_start (const char *text, size_t end)
{
    static const char *const begins[] = { " [Caution: ", " [leads to ", "［注意：", "［接続先は " };
    size_t least = end > REMARK_MAX ? end - REMARK_MAX : 0;

    if (!ends_remark (text, end))
        return end;
    for (size_t at = end; at > least && text[at - 1] != '\n'; at--) {
        if (at < end && ends_remark (text, at))
            return end;
        for (size_t i = 0; i < sizeof begins / sizeof begins[0]; i++) {
            size_t n = strlen (begins[i]);
            if (end - (at - 1) > n && memcmp (text + at - 1, begins[i], n) == 0)
                return at - 1;
        }
    }
    return end;
}

/* The word before the "<" of @address, and before the remark that stands behind it; *ret_end:
 * behind it. */
static size_t
word_before (const char *text, const Address *address, size_t *ret_end)
{
    size_t end = address->start - 1;

    while (end > 0 && (text[end - 1] == ' ' || text[end - 1] == '\n') && address->start - end < 3)
        end--;
    end = remark_start (text, end);
    *ret_end = end;
    return word_start (text, end);
}

bool
address_other_mail (const char *text, const Address *address, const Host *host)
{
    Host said;
    size_t end;

    if (!address->bracket || address->start < 2)
        return false;
    size_t start = word_before (text, address, &end);
    const char *at = memchr (text + start, '@', end - start);
    if (at == NULL)
        return false;
    size_t domain = (size_t)(at + 1 - text);
    host_read (text + domain, host_size (text + domain, end - domain), &said);
    return strchr (said.ascii, '.') != NULL && !host_same_owner (said.ascii, host->ascii);
}

bool
address_deceives (const char *text, const Address *address, const Host *host)
{
    static const char *const schemes[] = { "https://", "http://", "hxxps://", "hxxp://" };
    Host said;

    if (!address->bracket || address->start < 2)
        return false;
    size_t end, start = word_before (text, address, &end);
    bool scheme = false;
    for (size_t i = 0; i < sizeof schemes / sizeof schemes[0] && !scheme; i++) {
        size_t n = strlen (schemes[i]);
        scheme = end - start > n && strncasecmp (text + start, schemes[i], n) == 0;
        start += scheme ? n : 0;
    }
    size_t size = host_size (text + start, end - start);
    if (size == 0 || memchr (text + start, '@', size) != NULL)
        return false;
    host_read (text + start, size, &said);
    const char *dot = strrchr (said.ascii, '.');
    if (dot == NULL || dot == said.ascii || (!scheme && !is_domain_end (dot + 1)))
        return false;
    if (said.number || host->number)
        return strcmp (said.ascii, host->ascii) != 0;
    return !host_same_owner (said.ascii, host->ascii);
}

static void
put_name (MugaiBuffer *out, const char *name, bool defang)
{
    for (; *name != '\0'; name++) {
        if (*name == '.' && defang)
            mugai_buffer_add_text (out, "[.]");
        else
            mugai_buffer_add (out, name, 1);
    }
}

void
mark_make (const Host *host, bool deceives, bool defang, bool japanese, MugaiBuffer *out)
{
    bool hidden = host->user || host->disguised, caution = deceives || hidden || host->imitates;

    if (!caution && host->letters[0] == '\0')
        return;
    mugai_buffer_add_text (out, japanese ? "［" : " [");
    if (caution)
        mugai_buffer_add_text (out, japanese ? "注意：" : "Caution: ");
    if (deceives)
        mugai_buffer_add_text (out, japanese ? "表示と接続先が異なります"
                                             : "the text names another address");
    if (deceives && !hidden && !host->imitates && host->letters[0] == '\0') {
        mugai_buffer_add_text (out, japanese ? "］" : "]"); /* the host stands in the address */
        return;
    }
    if (deceives)
        mugai_buffer_add_text (out, japanese ? "。" : "; ");
    if (host->imitates)
        mugai_buffer_add_text (out, japanese ? "紛らわしい文字を使った名前です。"
                                             : "letters that resemble others; ");
    mugai_buffer_add_text (out, japanese ? "接続先は " : "leads to ");
    if (host->ascii[0] == '\0')
        mugai_buffer_add_text (out, japanese ? "読み取れません" : "an unreadable host");
    put_name (out, host->ascii, defang);
    if (host->letters[0] != '\0') {
        mugai_buffer_add_text (out, japanese ? "（" : " (");
        put_name (out, host->letters, defang);
        mugai_buffer_add_text (out, japanese ? "）" : ")");
    }
    mugai_buffer_add_text (out, japanese ? "］" : "]");
}
