/* SPDX-License-Identifier: Apache-2.0 */
#include "mapi/rtf.h"

#include "common/reader.h"

#include <string.h>

enum { GROUPS = 256, FONTS = 1024, PAGES = 16, WORD = 32, DEFAULT_PAGE = 1252 };

typedef struct Group {
    bool skip;    /* nothing in it is shown */
    bool tag;     /* markup of the HTML that was put in */
    bool htmlrtf; /* what stands for that markup in other readers */
    bool hidden;
    bool fonts; /* table of fonts */
    uint8_t uc; /* characters that stand for one \u */
    uint32_t page;
} Group;

typedef struct Rtf {
    MugaiReader in;
    MugaiBuffer *out; /* NULL in the first pass */
    Group stack[GROUPS];
    unsigned depth;
    Group now;
    bool star;        /* \* was read: the next word opens a destination that may be passed over */
    unsigned instead; /* characters still to be passed over after \u */
    uint32_t high;    /* first half of a surrogate pair, or 0 */
    uint32_t ansi, main;
    unsigned font; /* being defined */
    uint32_t fonts[FONTS];
    struct {
        uint32_t page;
        size_t count;
    } pages[PAGES];
    bool html, shown;
    size_t lost;
    const char *fault;
} Rtf;

static void
put (Rtf *r, const char *text)
{
    if (r->out != NULL)
        mugai_buffer_add_text (r->out, text);
}

static bool
silent (const Rtf *r)
{
    return r->now.skip || r->now.htmlrtf || (r->now.hidden && !r->html);
}

static void
count_page (Rtf *r, uint32_t page)
{
    for (size_t i = 0; i < PAGES; i++) {
        if (r->pages[i].count > 0 && r->pages[i].page != page)
            continue;
        r->pages[i].page = page;
        r->pages[i].count++;
        return;
    }
}

static void
put_high (Rtf *r, uint8_t c)
{
    uint32_t page = r->now.page != 0 ? r->now.page : r->ansi;

    count_page (r, page);
    if (r->out == NULL)
        return;
    if (page == r->main) {
        mugai_buffer_add (r->out, &c, 1);
    } else if (page == 1252) {
        mugai_buffer_printf (r->out, "&#%u;", c); /* HTML reads 128 to 159 as this code page does */
    } else {
        r->lost++;
        put (r, "&#65533;");
    }
}

/* One byte of text. */
static void
byte (Rtf *r, uint8_t c)
{
    static const char *const escaped[] = { ['<'] = "&lt;", ['>'] = "&gt;", ['&'] = "&amp;" };

    if (r->instead > 0) {
        r->instead--;
        return;
    }
    r->star = false;
    if (silent (r) || c == 0)
        return;
    r->shown = true;
    if (c >= 0x80)
        put_high (r, c);
    else if (!r->now.tag && c <= '>' && escaped[c] != NULL)
        put (r, escaped[c]);
    else if (r->out != NULL)
        mugai_buffer_add (r->out, &c, 1);
}

static void
unicode (Rtf *r, long number)
{
    uint32_t c = (uint32_t)(number < 0 ? number + 65536 : number) & 0xffff;
    uint32_t high = r->high;

    r->high = 0;
    r->instead = r->now.uc;
    if (silent (r))
        return;
    if (c >= 0xd800 && c < 0xdc00) {
        r->high = c;
        return;
    }
    if (c >= 0xdc00 && c < 0xe000)
        c = high != 0 ? 0x10000 + ((high - 0xd800) << 10) + (c - 0xdc00) : 0xfffd;
    if (c >= 0xf020 && c < 0xf100)
        c -= 0xf000; /* of a symbol font */
    r->shown = true;
    if (r->out != NULL && c >= ' ')
        mugai_buffer_printf (r->out, "&#%u;", c);
}

/* -- control words
 * ---------------------------------------------------------------------------------------------------
 */

static uint32_t
page_of_charset (long charset)
{
    static const struct {
        uint8_t charset;
        uint16_t page;
    } rows[] = {
        { 77, 10000 }, { 128, 932 },  { 129, 949 },  { 134, 936 },  { 136, 950 },
        { 161, 1253 }, { 162, 1254 }, { 163, 1258 }, { 177, 1255 }, { 178, 1256 },
        { 186, 1257 }, { 204, 1251 }, { 222, 874 },  { 238, 1250 },
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (rows[i].charset == charset)
            return rows[i].page;
    return 0; /* that of the document */
}

typedef enum Act {
    SKIP,   /* a destination that is not shown */
    TEXT,   /* stands for @text */
    BREAK,  /* a line end */
    HIDDEN, /* \v */
    FONT,
    CHARSET,
    FONT_TABLE,
    ANSI_PAGE,
    MAC,
    UNICODE,
    UC,
    BINARY,
    PLAIN,
    FROM_HTML,
    HTML_TAG,
    HTML_RTF,
} Act;

typedef struct Word {
    const char *name;
    Act act;
    const char *text;
} Word;

static const Word words[] = {
    { "ansicpg", ANSI_PAGE, NULL },
    { "bin", BINARY, NULL },
    { "bkmkend", SKIP, NULL },
    { "bkmkstart", SKIP, NULL },
    { "bullet", TEXT, "&#8226;" },
    { "cell", TEXT, " &#160; " },
    { "colortbl", SKIP, NULL },
    { "datafield", SKIP, NULL },
    { "emdash", TEXT, "&#8212;" },
    { "emspace", TEXT, "&#8195;" },
    { "endash", TEXT, "&#8211;" },
    { "enspace", TEXT, "&#8194;" },
    { "f", FONT, NULL },
    { "fcharset", CHARSET, NULL },
    { "filetbl", SKIP, NULL },
    { "fldinst", SKIP, NULL },
    { "fonttbl", FONT_TABLE, NULL },
    { "footer", SKIP, NULL },
    { "footerf", SKIP, NULL },
    { "footerl", SKIP, NULL },
    { "footerr", SKIP, NULL },
    { "fromhtml", FROM_HTML, NULL },
    { "header", SKIP, NULL },
    { "headerf", SKIP, NULL },
    { "headerl", SKIP, NULL },
    { "headerr", SKIP, NULL },
    { "htmlrtf", HTML_RTF, NULL },
    { "htmltag", HTML_TAG, NULL },
    { "info", SKIP, NULL },
    { "ldblquote", TEXT, "&#8220;" },
    { "line", BREAK, NULL },
    { "listoverridetable", SKIP, NULL },
    { "listtable", SKIP, NULL },
    { "lquote", TEXT, "&#8216;" },
    { "mac", MAC, NULL },
    { "nonshppict", SKIP, NULL },
    { "objclass", SKIP, NULL },
    { "objdata", SKIP, NULL },
    { "object", SKIP, NULL },
    { "page", BREAK, NULL },
    { "par", BREAK, NULL },
    { "pict", SKIP, NULL },
    { "plain", PLAIN, NULL },
    { "rdblquote", TEXT, "&#8221;" },
    { "row", BREAK, NULL },
    { "rquote", TEXT, "&#8217;" },
    { "rsidtbl", SKIP, NULL },
    { "rxe", SKIP, NULL },
    { "sect", BREAK, NULL },
    { "sp", SKIP, NULL },
    { "stylesheet", SKIP, NULL },
    { "tab", TEXT, "\t" },
    { "tc", SKIP, NULL },
    { "template", SKIP, NULL },
    { "u", UNICODE, NULL },
    { "uc", UC, NULL },
    { "v", HIDDEN, NULL },
    { "xe", SKIP, NULL },
};

static void
show (Rtf *r, const char *text)
{
    if (!silent (r))
        put (r, text);
}

static void
act (Rtf *r, const Word *word, bool given, long number)
{
    Group *g = &r->now;
    uint32_t page;

    switch (word->act) {
    case SKIP:
        g->skip = true;
        break;
    case TEXT:
        show (r, word->text);
        break;
    case BREAK:
        show (r, r->html || g->tag ? "\r\n" : "<br>\r\n");
        break;
    case HIDDEN:
        g->hidden = !given || number != 0;
        break;
    case FONT:
        r->font = number >= 0 && number < FONTS ? (unsigned)number : 0;
        if (!g->fonts)
            g->page = r->fonts[r->font];
        break;
    case CHARSET:
        if (g->fonts)
            r->fonts[r->font] = page_of_charset (number);
        break;
    case FONT_TABLE:
        g->fonts = g->skip = true;
        break;
    case ANSI_PAGE:
    case MAC:
        page = word->act == MAC ? 10000 : (uint32_t)number;
        r->ansi = page > 0 && page < 100000 ? page : DEFAULT_PAGE;
        break;
    case UNICODE:
        unicode (r, number);
        break;
    case UC:
        g->uc = number >= 0 && number < 16 ? (uint8_t)number : 1;
        break;
    case BINARY:
        if (number > 0)
            mugai_reader_skip (&r->in, (size_t)number);
        break;
    case PLAIN:
        g->hidden = false;
        g->page = 0;
        break;
    case FROM_HTML:
        r->html = r->html || (!r->shown && number == 1);
        break;
    case HTML_TAG:
        g->tag = r->html;
        g->skip = g->skip || !r->html;
        break;
    case HTML_RTF:
        g->htmlrtf = r->html && (!given || number != 0);
        break;
    }
}

static const Word *
find_word (const char *name)
{
    size_t low = 0, high = sizeof words / sizeof words[0];

    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = strcmp (name, words[middle].name);
        if (order == 0)
            return &words[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

static bool
letter (uint8_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* The byte that would be read next; 0 at the end. */
static uint8_t
peek (const Rtf *r)
{
    return r->in.at < r->in.size ? r->in.data[r->in.at] : 0;
}

static long
read_number (Rtf *r, bool *ret_given)
{
    bool minus = peek (r) == '-';
    size_t back = r->in.at;
    long number = 0;

    r->in.at += minus;
    *ret_given = peek (r) >= '0' && peek (r) <= '9';
    if (!*ret_given)
        r->in.at = back;
    for (; peek (r) >= '0' && peek (r) <= '9'; r->in.at++)
        if (number < 200000000)
            number = number * 10 + (peek (r) - '0');
    return minus ? -number : number;
}

static void
read_word (Rtf *r)
{
    char name[WORD];
    size_t size = 0;
    bool given, star = r->star;

    for (; letter (peek (r)); r->in.at++)
        if (size < WORD)
            name[size++] = (char)peek (r);
    long number = read_number (r, &given);
    r->in.at += peek (r) == ' ';
    r->star = false;
    name[size < WORD ? size : WORD - 1] = '\0';
    const Word *word = size < WORD ? find_word (name) : NULL;
    if (r->instead > 0 && (word == NULL || word->act != UNICODE) && !star) {
        r->instead--; /* a control word stands for one character */
        if (word == NULL || word->act == TEXT || word->act == BREAK)
            return;
    }
    if (word != NULL)
        act (r, word, given, number);
    else if (star)
        r->now.skip = true;
}

static int
hex (uint8_t c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

static void
control (Rtf *r)
{
    uint8_t c = peek (r);

    if (letter (c)) {
        read_word (r);
        return;
    }
    mugai_reader_u8 (&r->in);
    if (c == '\'') {
        int high = hex (mugai_reader_u8 (&r->in)), low = hex (mugai_reader_u8 (&r->in));
        if (high >= 0 && low >= 0)
            byte (r, (uint8_t)(high * 16 + low));
    } else if (c == '*') {
        r->star = true;
    } else if (c == '~') {
        show (r, "&#160;");
    } else if (c == '_') {
        show (r, "-");
    } else if (c == '\r' || c == '\n') {
        show (r, r->html || r->now.tag ? "\r\n" : "<br>\r\n");
    } else if (c == '\\' || c == '{' || c == '}') {
        byte (r, c);
    }
}

static void
open_group (Rtf *r)
{
    if (r->depth == GROUPS) {
        r->fault = "too many groups within each other";
        return;
    }
    r->stack[r->depth++] = r->now;
    r->instead = 0;
    r->star = false;
}

static void
close_group (Rtf *r)
{
    r->instead = 0;
    r->star = false;
    if (r->depth > 0)
        r->now = r->stack[--r->depth];
}

static void
pass (Rtf *r, const uint8_t *data, size_t size, MugaiBuffer *out)
{
    r->in = mugai_reader (data, size);
    r->out = out;
    r->depth = 0;
    r->now = (Group){ .uc = 1 };
    r->ansi = DEFAULT_PAGE;
    r->star = r->html = r->shown = false;
    r->instead = r->font = 0;
    r->high = 0;
    r->lost = 0;
    memset (r->fonts, 0, sizeof r->fonts);
    while (r->fault == NULL && r->in.at < r->in.size) {
        uint8_t c = mugai_reader_u8 (&r->in);
        if (c == '\\')
            control (r);
        else if (c == '{')
            open_group (r);
        else if (c == '}')
            close_group (r);
        else if (c != '\r' && c != '\n')
            byte (r, c);
        if (r->depth == 0)
            return; /* what stands behind the document is none of it */
    }
}

const char *
mugai_rtf_html (const uint8_t *data, size_t size, MugaiBuffer *out, MugaiRtf *ret)
{
    Rtf r = { 0 };
    size_t most = 0;

    if (size < 5 || memcmp (data, "{\\rtf", 5) != 0)
        return "no RTF";
    pass (&r, data, size, NULL);
    r.main = r.ansi;
    for (size_t i = 0; i < PAGES; i++)
        if (r.pages[i].count > most) {
            most = r.pages[i].count;
            r.main = r.pages[i].page;
        }
    if (r.fault == NULL)
        pass (&r, data, size, out);
    *ret = (MugaiRtf){ .codepage = r.main, .html = r.html, .lost = r.lost };
    return r.fault != NULL ? r.fault : mugai_buffer_ok (out) ? NULL : "too long";
}
