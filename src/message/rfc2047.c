/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: the value is unfolded and cut into pieces: encoded-words and what lies between.
 * Bytes of neighbouring words of one charset are joined before they are decoded, since programs cut
 * between bytes; so are words whose base64 ends in the middle of a character. Each run then goes
 * through charset.h and clean.h.
 */
#include "message/rfc2047.h"

#include "core/error.h"
#include "message/charset.h"

#include <string.h>

enum {
    WORD_MAX = 4096,  /* bytes: the standard says 75; longer ones are seen and read by everybody */
    CHARSET_MAX = 60, /* bytes of a charset name */
    ENCODED_BYTES = 45,  /* 60 characters of base64, 72 with =?UTF-8?B? and ?= */
    PLAIN_WORD_MAX = 70, /* a longer one could not be folded */
};

typedef struct Word {
    const char *charset; /* into the value */
    size_t charset_size;
    char encoding; /* B or Q */
    const char *text;
    size_t text_size;
    size_t size; /* of the whole word */
    bool cut;    /* the "?=" is missing */
} Word;

typedef struct Decoder {
    MugaiBuffer out;
    GByteArray *run; /* bytes of one charset that wait to be decoded */
    char charset[CHARSET_MAX + 1];
    const MugaiLimits *limits;
    MugaiHeaderTextStats *stats;
} Decoder;

static size_t
token_size (const char *at, const char *end, size_t max)
{
    const char *p = at;
    while (p < end && (size_t)(p - at) < max && *p > 0x20 && *p < 0x7F && *p != '?')
        p++;
    return (size_t)(p - at);
}

static bool
is_code (const Word *word, char c)
{
    if (word->encoding == 'Q')
        return c > 0x20;
    return g_ascii_isalnum (c) || c == '+' || c == '/' || c == '=';
}

/* A word without an end: programs that cut a subject cut there. It goes on to the next blank, and
 * the value or another word must follow. */
static bool
take_cut_word (const char *at, const char *end, Word *word)
{
    const char *p = word->text, *next;

    while (p < end && is_code (word, *p))
        p++;
    for (next = p; next < end && (*next == ' ' || *next == '\t'); next++)
        ;
    if (p - word->text < 4 || (next < end && (next == p || next[0] != '=' || next[1] != '?')))
        return false;
    word->text_size = (size_t)(p - word->text);
    word->size = (size_t)(p - at);
    word->cut = true;
    return true;
}

/* An encoded-word at @at. Blanks inside of the text are let pass: some programs fold there. */
static bool
parse_word (const char *at, const char *end, Word *word)
{
    if (end - at < 8 || at[0] != '=' || at[1] != '?')
        return false;
    const char *p = at + 2;
    size_t n = token_size (p, end, CHARSET_MAX);
    if (n == 0 || end - p - (ptrdiff_t)n < 5 || p[n] != '?' || p[n + 2] != '?')
        return false;
    char encoding = g_ascii_toupper (p[n + 1]);
    if (encoding != 'B' && encoding != 'Q')
        return false;
    const char *star = memchr (p, '*', n); /* RFC 2231 5: language */
    *word = (Word){ .charset = p,
                    .charset_size = star != NULL ? (size_t)(star - p) : n,
                    .encoding = encoding,
                    .text = p + n + 3 };
    const char *limit = end - word->text > WORD_MAX ? word->text + WORD_MAX : end;
    for (p = word->text; limit - p >= 2; p++) {
        if (p[0] == '?' && p[1] == '=') {
            word->text_size = (size_t)(p - word->text);
            word->size = (size_t)(p + 2 - at);
            return true;
        }
        if (p[0] == '=' && p[1] == '?' && limit - p > 2 && p[2] != '=')
            break; /* the next word begins: this one has no end */
    }
    return take_cut_word (at, end, word);
}

static void
decode_q (const Word *word, GByteArray *run, MugaiHeaderTextStats *stats)
{
    const char *at = word->text, *end = at + word->text_size;
    bool broken = false;
    for (; at < end; at++) {
        uint8_t byte = (uint8_t)*at;
        if (*at == '_')
            byte = ' ';
        if (*at == '=' && end - at >= 3 && g_ascii_isxdigit (at[1]) && g_ascii_isxdigit (at[2])) {
            byte = (uint8_t)(g_ascii_xdigit_value (at[1]) << 4 | g_ascii_xdigit_value (at[2]));
            at += 2;
        } else if (*at == '=') {
            broken = true;
        }
        g_byte_array_append (run, &byte, 1);
    }
    stats->broken += broken;
}

static void
decode_b (const Word *word, GByteArray *run, MugaiHeaderTextStats *stats)
{
    int state = 0;
    guint save = 0;
    g_autofree uint8_t *bytes = g_malloc (word->text_size / 4 * 3 + 8);
    size_t n = g_base64_decode_step (word->text, word->text_size, bytes, &state, &save);
    unsigned rest = (unsigned)(state < 0 ? -state : state) % 4;
    if (rest >= 2) /* the "=" at the end are missing; one character alone is no byte */
        n += g_base64_decode_step ("==", 4 - rest, bytes + n, &state, &save);
    stats->broken += rest != 0;
    g_byte_array_append (run, bytes, (guint)n);
}

/* UTF-8 that was cut in the middle of its last character: the bytes of that one, 0 when whole. */
static guint
cut_character (const GByteArray *run)
{
    guint tail = 1;

    while (tail < 4 && tail < run->len && (run->data[run->len - tail] & 0xC0) == 0x80)
        tail++;
    if (run->len < tail)
        return 0;
    uint8_t lead = run->data[run->len - tail];
    guint want = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 0;
    return want > tail && g_utf8_validate ((const char *)run->data, run->len - tail, NULL) ? tail
                                                                                           : 0;
}

/* Decode the waiting bytes. @declared: NULL when they have no label of their own. */
static void
flush (Decoder *d, const char *declared)
{
    if (d->run->len == 0)
        return;
    bool utf8 = declared != NULL && g_ascii_strcasecmp (declared, "utf-8") == 0;
    guint tail = utf8 ? cut_character (d->run) : 0;
    g_autoptr (MugaiCharsetResult) result =
        mugai_charset_decode (d->run->data, d->run->len - tail, declared, d->limits, NULL);
    if (result != NULL) {
        size_t size;
        const char *text = g_bytes_get_data (result->text, &size);
        mugai_clean (text, size, MUGAI_CLEAN_LINE, &d->out, &d->stats->clean);
        d->stats->undecodable += result->undecodable;
        d->stats->mislabelled += result->mislabelled;
    }
    d->stats->undecodable += tail;
    for (guint i = d->run->len - tail; i < d->run->len; i++)
        mugai_buffer_printf (&d->out, "[?%02X]", d->run->data[i]);
    d->stats->cut = d->stats->cut || result == NULL || result->cut;
    g_byte_array_set_size (d->run, 0);
}

/* ISO-2022-JP: each word begins in ASCII (RFC 2047 3), but programs that cut a text in bytes go on
 * in the state of the word before. Does the word at @from begin in ASCII although the one before it
 * did not end there? Only when it holds no escape and looks like plain words. */
static bool
is_forgotten_escape (const GByteArray *run, guint from)
{
    guint escape = from;

    if (from == 0 || from == run->len)
        return false;
    while (escape > 0 && run->data[escape - 1] != 0x1B)
        escape--;
    guint set = escape + (escape > 0 && escape + 1 < from && run->data[escape + 1] == '(' ? 3 : 2);
    if (escape == 0 || escape >= from || run->data[escape] != '$' || set > from ||
        (from - set) % 2 != 0)
        return false;
    for (guint i = from; i < run->len; i++)
        if (!g_ascii_isalnum (run->data[i]) &&
            (run->data[i] == '\0' || strchr (" .,:_()/-", run->data[i]) == NULL))
            return false;
    return true;
}

static void
add_word (Decoder *d, const Word *word)
{
    g_autofree char *charset = g_strndup (word->charset, word->charset_size);
    if (g_ascii_strcasecmp (charset, d->charset) != 0) {
        flush (d, d->charset);
        g_strlcpy (d->charset, charset, sizeof d->charset);
    }
    guint from = d->run->len;
    d->stats->words++;
    d->stats->broken += word->cut;
    if (word->encoding == 'B')
        decode_b (word, d->run, d->stats);
    else
        decode_q (word, d->run, d->stats);
    if (is_forgotten_escape (d->run, from)) {
        GByteArray *run = d->run;
        g_autofree uint8_t *tail = g_memdup2 (run->data + from, run->len - from);
        guint size = run->len - from;

        g_byte_array_set_size (run, from);
        g_byte_array_append (run, (const uint8_t *)"\x1b(B", 3);
        g_byte_array_append (run, tail, size);
    }
}

/* Text between words: line ends are gone, ASCII stays, anything else is a guess. */
static void
add_raw (Decoder *d, const char *text, size_t size, const char *fallback)
{
    bool plain = true;
    flush (d, d->charset);
    d->charset[0] = '\0';
    for (size_t i = 0; i < size; i++) {
        uint8_t byte = (uint8_t)text[i];
        plain = plain && byte < 0x80 && byte != 0x1B;
        g_byte_array_append (d->run, &byte, 1);
    }
    d->stats->raw += !plain;
    flush (d, fallback);
}

static bool
is_blank (const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (text[i] != ' ' && text[i] != '\t')
            return false;
    }
    return true;
}

/* RFC 5322 2.2.3: a line end with the white space after it is that white space; a bare one is a
 * space. */
static GString *
unfold (const char *raw, size_t size)
{
    GString *line = g_string_sized_new (size);
    for (size_t i = 0; i < size; i++) {
        if (raw[i] != '\r' && raw[i] != '\n') {
            g_string_append_c (line, raw[i]);
            continue;
        }
        while (i + 1 < size && (raw[i + 1] == '\r' || raw[i + 1] == '\n'))
            i++;
        if (i + 1 >= size || (raw[i + 1] != ' ' && raw[i + 1] != '\t'))
            g_string_append_c (line, ' ');
    }
    return line;
}

static Decoder
decoder (const MugaiLimits *limits, MugaiHeaderTextStats *stats)
{
    return (Decoder){ .out = mugai_buffer ((size_t)limits->header_line),
                      .run = g_byte_array_new(),
                      .limits = limits,
                      .stats = stats };
}

/* Free the decoder. Returns: (transfer full) its text without blanks at its ends. */
static char *
finish (Decoder *d)
{
    d->stats->cut = d->stats->cut || d->out.cut || d->out.failed;
    char *text = g_strstrip (g_strndup (d->out.data != NULL ? d->out.data : "", d->out.size));
    mugai_buffer_clear (&d->out);
    g_byte_array_unref (d->run);
    return text;
}

char *
mugai_rfc2047_decode (const void *raw, size_t size, const char *fallback, const MugaiLimits *limits,
                      MugaiHeaderTextStats *stats)
{
    MugaiHeaderTextStats ignored = { 0 };
    Decoder d = decoder (limits, stats != NULL ? stats : &ignored);
    g_autoptr (GString) line = unfold (raw, MIN (size, (size_t)limits->header_line));
    const char *at = line->str, *end = at + line->len, *start = at;
    bool after_word = false;
    while (at < end) {
        Word word;
        const char *next = memchr (at, '=', (size_t)(end - at));
        if (next == NULL || !parse_word (next, end, &word)) {
            at = next == NULL ? end : next + 1;
            continue;
        }
        size_t between = (size_t)(next - start);
        if (between > 0 && !(after_word && is_blank (start, between)))
            add_raw (&d, start, between, fallback);
        add_word (&d, &word);
        at = start = next + word.size;
        after_word = true;
    }
    if (end > start)
        add_raw (&d, start, (size_t)(end - start), fallback);
    flush (&d, d.charset);
    d.stats->cut = d.stats->cut || size > limits->header_line;
    return finish (&d);
}

char *
mugai_rfc2231_decode (const void *raw, size_t size, const char *fallback, const MugaiLimits *limits,
                      MugaiHeaderTextStats *stats)
{
    MugaiHeaderTextStats ignored = { 0 };
    Decoder d = decoder (limits, stats != NULL ? stats : &ignored);
    const char *at = raw, *end = at + MIN (size, (size_t)limits->header_line);
    const char *first = size > 0 ? memchr (at, '\'', (size_t)(end - at)) : NULL;
    const char *second = first != NULL ? memchr (first + 1, '\'', (size_t)(end - first - 1)) : NULL;
    g_autofree char *charset = NULL;
    if (second != NULL) {
        charset = g_strndup (at, MIN ((size_t)(first - at), (size_t)CHARSET_MAX));
        at = second + 1;
    }
    for (; at < end; at++) {
        uint8_t byte = (uint8_t)*at;
        if (*at == '%' && end - at >= 3 && g_ascii_isxdigit (at[1]) && g_ascii_isxdigit (at[2])) {
            byte = (uint8_t)(g_ascii_xdigit_value (at[1]) << 4 | g_ascii_xdigit_value (at[2]));
            at += 2;
        }
        g_byte_array_append (d.run, &byte, 1);
    }
    flush (&d, charset != NULL && *charset != '\0' ? charset : fallback);
    return finish (&d);
}

char *
mugai_rfc2047_encode (const char *utf8)
{
    GString *out = g_string_new (NULL);
    while (*utf8 != '\0') {
        size_t n = strlen (utf8);
        if (n > ENCODED_BYTES) {
            n = ENCODED_BYTES;
            while (n > ENCODED_BYTES - 4 && ((uint8_t)utf8[n] & 0xC0) == 0x80)
                n--;
        }
        g_autofree char *base64 = g_base64_encode ((const guchar *)utf8, n);
        g_string_append_printf (out, "%s=?UTF-8?B?%s?=", out->len > 0 ? " " : "", base64);
        utf8 += n;
    }
    return g_string_free (out, FALSE);
}

char *
mugai_rfc2047_encode_text (const char *utf8)
{
    size_t word = 0, size = strlen (utf8);
    bool plain = size == 0 || (utf8[0] != ' ' && utf8[size - 1] != ' ');
    for (size_t i = 0; i < size && plain; i++) {
        char c = utf8[i];
        word = c == ' ' ? 0 : word + 1;
        plain = c >= 0x20 && c < 0x7F && word <= PLAIN_WORD_MAX &&
                !(c == '=' && utf8[i + 1] == '?') && !(c == ' ' && utf8[i + 1] == ' ');
    }
    return plain ? g_strdup (utf8) : mugai_rfc2047_encode (utf8);
}
