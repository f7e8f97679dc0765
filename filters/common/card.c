/* SPDX-License-Identifier: Apache-2.0 */
#include "common/card.h"

#include "common/clean.h"

#include <string.h>
#include <strings.h>

enum {
    FOLD = 75,     /* bytes of a line, RFC 5545 3.1 */
    RUN_MAX = 100, /* letters of base64 without a break */
};

/* Bytes before the line end at @at; *ret_next: behind it. */
static size_t
line_size (const char *data, size_t size, size_t at, size_t *ret_next)
{
    const char *lf = memchr (data + at, '\n', size - at);
    size_t end = lf != NULL ? (size_t)(lf - data) : size;

    *ret_next = lf != NULL ? end + 1 : size;
    while (end > at && data[end - 1] == '\r')
        end--;
    return end - at;
}

static bool
contains (const char *data, size_t size, const char *word)
{
    size_t n = strlen (word);

    for (size_t i = 0; i + n <= size; i++)
        if (strncasecmp (data + i, word, n) == 0)
            return true;
    return false;
}

/* Does the line say that its value is quoted-printable? */
static bool
is_quoted (const char *line, size_t size)
{
    const char *colon = memchr (line, ':', size);

    return colon != NULL && contains (line, (size_t)(colon - line), "QUOTED-PRINTABLE");
}

bool
mugai_card_open (MugaiCard *card, const void *data, size_t size)
{
    const char *text = data;
    size_t start = 0; /* of the unfolded line */
    bool quoted = false, soft = false;

    *card = (MugaiCard){ .text = mugai_buffer (size + 2) };
    for (size_t at = 0, next; at < size; at = next) {
        size_t n = line_size (text, size, at, &next);
        const char *line = text + at;

        if (soft) {
            card->text.size--; /* the "=" */
        } else if (n > 0 && (*line == ' ' || *line == '\t') && card->text.size > start) {
            line++;
            n--;
        } else {
            if (card->text.size > 0)
                mugai_buffer_add (&card->text, "\n", 1);
            start = card->text.size;
            quoted = is_quoted (line, n);
        }
        mugai_buffer_add (&card->text, line, n);
        soft = quoted && n > 0 && line[n - 1] == '=';
    }
    mugai_buffer_add (&card->text, "\n", 1);
    return !card->text.failed;
}

void
mugai_card_clear (MugaiCard *card)
{
    mugai_buffer_clear (&card->text);
}

static MugaiCardSpan
trim (const char *from, const char *to)
{
    while (from < to && (*from == ' ' || *from == '\t'))
        from++;
    while (to > from && (to[-1] == ' ' || to[-1] == '\t'))
        to--;
    return (MugaiCardSpan){ from, (size_t)(to - from) };
}

/* Behind the name or parameter at @at: at ';', ':' or @end. Quotes hide both. */
static const char *
token_end (const char *at, const char *end)
{
    bool quotes = false;

    for (; at < end && (quotes || (*at != ';' && *at != ':')); at++)
        quotes = quotes != (*at == '"');
    return at;
}

static void
add_param (MugaiCardLine *line, const char *from, const char *to)
{
    const char *equals = memchr (from, '=', (size_t)(to - from));

    if (line->n_params == MUGAI_CARD_PARAMS)
        return;
    MugaiCardSpan name = equals != NULL ? trim (from, equals) : (MugaiCardSpan){ from, 0 };
    MugaiCardSpan value = trim (equals != NULL ? equals + 1 : from, to);
    if (value.size >= 2 && value.data[0] == '"' && value.data[value.size - 1] == '"')
        value = (MugaiCardSpan){ value.data + 1, value.size - 2 };
    line->params[line->n_params].name = name;
    line->params[line->n_params++].value = value;
}

static bool
split (const char *at, const char *end, MugaiCardLine *ret)
{
    const char *to = token_end (at, end);
    const char *dot = memchr (at, '.', (size_t)(to - at));

    ret->n_params = 0;
    ret->name = trim (dot != NULL ? dot + 1 : at, to);
    while (to < end && *to == ';') {
        const char *from = to + 1;
        to = token_end (from, end);
        add_param (ret, from, to);
    }
    if (to == end)
        return false;
    ret->value = (MugaiCardSpan){ to + 1, (size_t)(end - to - 1) };
    return ret->name.size > 0;
}

bool
mugai_card_next (MugaiCard *card, MugaiCardLine *ret)
{
    while (card->at < card->text.size) {
        const char *line = card->text.data + card->at;
        const char *lf = memchr (line, '\n', card->text.size - card->at);
        const char *end = lf != NULL ? lf : card->text.data + card->text.size;

        card->at = (size_t)(end - card->text.data) + 1;
        if (split (line, end, ret))
            return true;
    }
    return false;
}

bool
mugai_card_span_is (MugaiCardSpan span, const char *text)
{
    return span.size == strlen (text) && strncasecmp (span.data, text, span.size) == 0;
}

MugaiCardSpan
mugai_card_param (const MugaiCardLine *line, const char *name)
{
    for (size_t i = 0; i < line->n_params; i++)
        if (mugai_card_span_is (line->params[i].name, name))
            return line->params[i].value;
    return (MugaiCardSpan){ NULL, 0 };
}

static int
hex (char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
                                  : -1;
}

static void
unquote (MugaiCardSpan value, MugaiBuffer *out)
{
    for (size_t i = 0; i < value.size; i++) {
        int high = value.data[i] == '=' && i + 2 < value.size ? hex (value.data[i + 1]) : -1;
        int low = high >= 0 ? hex (value.data[i + 2]) : -1;
        char byte = value.data[i];

        if (low >= 0) {
            byte = (char)(high << 4 | low);
            i += 2;
        }
        mugai_buffer_add (out, &byte, 1);
    }
}

static void
unescape (MugaiCardSpan value, MugaiBuffer *out)
{
    for (size_t i = 0; i < value.size; i++) {
        char c = value.data[i];

        if (c == '\\' && i + 1 < value.size && strchr ("\\;,:nN", value.data[i + 1]) != NULL) {
            c = value.data[++i];
            c = c == 'n' || c == 'N' ? '\n' : c;
        }
        mugai_buffer_add (out, &c, 1);
    }
}

static bool
says_quoted (const MugaiCardLine *line)
{
    for (size_t i = 0; i < line->n_params; i++)
        if (mugai_card_span_is (line->params[i].value, "QUOTED-PRINTABLE"))
            return true;
    return false;
}

/* No file hides in a value: a space in long runs of what could be base64 (PROFILE.md T-5). */
static void
break_runs (const MugaiBuffer *plain, MugaiBuffer *out)
{
    size_t run = 0;

    for (size_t i = 0; i < plain->size; i++) {
        char c = plain->data[i];
        bool letter = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                      c == '+' || c == '/';
        run = letter ? run + 1 : 0;
        if (run == RUN_MAX) {
            mugai_buffer_add (out, " ", 1);
            run = 1;
        }
        mugai_buffer_add (out, &c, 1);
    }
}

void
mugai_card_text (const MugaiCardLine *line, MugaiCardSpan value, MugaiBuffer *out)
{
    MugaiBuffer plain = mugai_buffer (value.size + 1), clean = mugai_buffer (16 * value.size + 1);
    MugaiBuffer bytes = mugai_buffer (value.size + 1);

    if (says_quoted (line)) {
        unquote (value, &bytes);
        value = (MugaiCardSpan){ bytes.data, bytes.size };
    }
    unescape (value, &plain);
    mugai_clean (plain.data, plain.size, MUGAI_CLEAN_TEXT, &clean, NULL);
    break_runs (&clean, out);
    mugai_buffer_clear (&plain);
    mugai_buffer_clear (&clean);
    mugai_buffer_clear (&bytes);
}

MugaiCardSpan
mugai_card_piece (MugaiCardSpan *rest, char separator)
{
    MugaiCardSpan piece = { rest->data, 0 };

    while (piece.size < rest->size && rest->data[piece.size] != separator)
        piece.size += rest->data[piece.size] == '\\' && piece.size + 1 < rest->size ? 2 : 1;
    size_t gone = piece.size < rest->size ? piece.size + 1 : rest->size;
    rest->data += gone;
    rest->size -= gone;
    return piece;
}

void
mugai_card_escape (const char *text, size_t size, MugaiBuffer *out)
{
    for (size_t i = 0; i < size; i++) {
        if (text[i] == '\n')
            mugai_buffer_add (out, "\\n", 2);
        else if (text[i] == '\\' || text[i] == ';' || text[i] == ',')
            mugai_buffer_add (out, (char[]){ '\\', text[i] }, 2);
        else if (text[i] == '\t')
            mugai_buffer_add (out, " ", 1);
        else
            mugai_buffer_add (out, &text[i], 1);
    }
}

void
mugai_card_write (const char *line, size_t size, MugaiBuffer *out)
{
    size_t room = FOLD;

    while (size > room) {
        size_t n = room;
        while (n > 1 && ((uint8_t)line[n] & 0xC0) == 0x80)
            n--;
        mugai_buffer_add_whole (out, line, n);
        mugai_buffer_add_whole (out, "\r\n ", 3);
        line += n;
        size -= n;
        room = FOLD - 1;
    }
    mugai_buffer_add_whole (out, line, size);
    mugai_buffer_add_whole (out, "\r\n", 2);
}
