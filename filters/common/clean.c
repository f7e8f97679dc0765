/* SPDX-License-Identifier: Apache-2.0 */
#include "common/clean.h"

#include "common/unicode.h"
#include "common/utf8.h"

typedef struct Clean {
    MugaiCleanForm form;
    MugaiBuffer *out;
    MugaiCleanStats *stats;
} Clean;

/* Line ends: CR LF, CR, LF, VT, FF, NEL, line and paragraph separator. */
static bool
is_line_end (uint32_t c)
{
    return (c >= 0x0A && c <= 0x0D) || c == 0x85 || c == 0x2028 || c == 0x2029;
}

static void
add_control (Clean *s, uint32_t c)
{
    bool text = s->form == MUGAI_CLEAN_TEXT;
    if (is_line_end (c))
        mugai_buffer_add (s->out, text ? "\n" : " ", 1);
    else if (c == '\t')
        mugai_buffer_add (s->out, text ? "\t" : " ", 1);
    else
        s->stats->control++;
}

/* A code point outside of a valid sequence. */
static void
add_char (Clean *s, uint32_t c, const uint8_t *bytes, size_t size)
{
    switch (mugai_char_class (c)) {
    case MUGAI_CHAR_TEXT:
        if (c == 0xFFFD) {
            s->stats->replacement++;
            mugai_buffer_add_text (s->out, "[U+FFFD]");
        } else {
            mugai_buffer_add (s->out, bytes, size);
        }
        return;
    case MUGAI_CHAR_CONTROL:
        add_control (s, c);
        return;
    case MUGAI_CHAR_BIDI:
        s->stats->bidi++;
        return;
    case MUGAI_CHAR_INVISIBLE:
        if (is_line_end (c)) {
            add_control (s, c);
            return;
        }
        s->stats->invisible++;
        s->stats->tags += c >= 0xE0000 && c <= 0xE007F;
        return;
    case MUGAI_CHAR_NEVER:
        s->stats->never++;
        return;
    case MUGAI_CHAR_PRIVATE:
        s->stats->private_use++;
        mugai_buffer_printf (s->out, "[外字 U+%04X]", (unsigned)c);
        return;
    }
}

/* Bytes from @at on that need no look at the table: printable ASCII that no key cap can follow. */
static size_t
plain_run (const uint8_t *at, const uint8_t *end, MugaiCleanForm form)
{
    const uint8_t *p = at;
    const uint8_t stays = form == MUGAI_CLEAN_TEXT ? '\n' : ' ';
    while (p < end && ((*p >= 0x20 && *p < 0x7F) || *p == stays))
        p++;
    if (p < end && p > at && *p >= 0x80)
        p--; /* the last one may be the base of a key cap */
    return (size_t)(p - at);
}

void
mugai_clean (const void *utf8, size_t size, MugaiCleanForm form, MugaiBuffer *out,
             MugaiCleanStats *stats)
{
    MugaiCleanStats ignored = { 0 };
    Clean s = { form, out, stats != NULL ? stats : &ignored };
    const uint8_t *at = size > 0 ? utf8 : (const void *)"", *end = at + size;
    while (at < end && mugai_buffer_ok (out)) {
        size_t n = plain_run (at, end, form);
        if (n == 0)
            n = mugai_char_sequence (at, end);
        if (n > 0) {
            mugai_buffer_add (out, at, n);
            at += n;
            continue;
        }
        const uint8_t *start = at;
        uint32_t c = mugai_utf8_next (&at, end);
        if (c == MUGAI_UTF8_BAD) {
            s.stats->undecodable++;
            mugai_buffer_printf (out, "[?%02X]", *start);
            continue;
        }
        if (c == '\r' && at < end && *at == '\n')
            at++;
        add_char (&s, c, start, (size_t)(at - start));
    }
}
