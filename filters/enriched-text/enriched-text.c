/* SPDX-License-Identifier: Apache-2.0 */
#include "enriched-text/enriched-text.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <strings.h>

enum {
    COMMAND_MAX = 60, /* characters of a command: RFC 1896 2 */
    EXCERPTS_SHOWN = 20
};

typedef enum Counter { NOFILL, VERBATIM, PARAM, EXCERPT, COUNTERS } Counter;

typedef struct Reader {
    const char *at, *end;
    MugaiBuffer *out;
    size_t open[COUNTERS]; /* how many of each are open */
    size_t lines;          /* line ends that wait */
    bool begun;            /* the line has text */
} Reader;

/* What waits, then the marks of a new line. */
static void
before_text (Reader *r)
{
    bool kept = r->open[NOFILL] > 0 || r->open[VERBATIM] > 0;
    size_t ends = r->lines == 0 ? 0 : kept ? r->lines : r->lines - 1;
    if (r->lines > 0 && ends == 0 && r->begun)
        mugai_buffer_add (r->out, " ", 1);
    for (; ends > 0; ends--) {
        mugai_buffer_add (r->out, "\n", 1);
        r->begun = false;
    }
    r->lines = 0;
    for (size_t i = 0; !r->begun && i < r->open[EXCERPT] && i < EXCERPTS_SHOWN; i++)
        mugai_buffer_add (r->out, "> ", 2);
    r->begun = true;
}

/* Bytes of the command at a "<", its brackets too; 0: it is none. */
static size_t
command_size (const char *at, const char *end)
{
    size_t n = 1 + (end - at > 1 && at[1] == '/'), first = n;
    while (at + n < end && n - first < COMMAND_MAX && (isalnum ((uint8_t)at[n]) || at[n] == '-'))
        n++;
    return n > first && at + n < end && at[n] == '>' ? n + 1 : 0;
}

static bool
is_word (const char *at, size_t size, const char *word)
{
    return size == strlen (word) && strncasecmp (at, word, size) == 0;
}

/* An excerpt begins and ends a line. */
static void
end_line (Reader *r)
{
    if (r->begun)
        mugai_buffer_add (r->out, "\n", 1);
    r->begun = false;
    r->lines = 0;
}

static void
take_command (Reader *r, size_t size)
{
    static const char *const names[COUNTERS] = { "nofill", "verbatim", "param", "excerpt" };
    bool close = r->at[1] == '/';
    const char *name = r->at + 1 + close;
    for (size_t i = 0; i < COUNTERS; i++) {
        if (!is_word (name, size - 2 - close, names[i]))
            continue;
        if (i == EXCERPT)
            end_line (r);
        else if (r->lines > 0)
            before_text (r); /* line ends count as where they stand */
        if (!close)
            r->open[i]++;
        else if (r->open[i] > 0)
            r->open[i]--;
    }
    r->at += size;
}

/* Within verbatim, its end alone is a command; within param, nothing else is read. */
static bool
is_command (const Reader *r, size_t size)
{
    if (r->open[VERBATIM] > 0)
        return is_word (r->at, size, "</verbatim>");
    return r->open[PARAM] == 0 || is_word (r->at, size, "</param>");
}

static void
take_text (Reader *r, size_t size, size_t skip)
{
    if (r->open[PARAM] == 0) {
        before_text (r);
        mugai_buffer_add (r->out, r->at, size);
    }
    r->at += size + skip;
}

static void
take (Reader *r)
{
    size_t left = (size_t)(r->end - r->at), n = 1;
    if (*r->at == '\n') {
        r->lines += r->open[PARAM] == 0;
        r->at++;
        return;
    }
    if (*r->at == '\r') {
        r->at++;
        return;
    }
    if (*r->at != '<') {
        while (n < left && r->at[n] != '<' && r->at[n] != '\n' && r->at[n] != '\r')
            n++;
        take_text (r, n, 0);
        return;
    }
    n = command_size (r->at, r->end);
    if (n > 0 && is_command (r, n))
        take_command (r, n);
    else
        take_text (r, 1, left > 1 && r->at[1] == '<' && r->open[VERBATIM] == 0);
}

int
mugai_enriched_text (const void *utf8, size_t size, MugaiBuffer *out)
{
    Reader r = { .at = size > 0 ? utf8 : "", .out = out };
    r.end = r.at + size;
    while (r.at < r.end && mugai_buffer_ok (out))
        take (&r);
    end_line (&r);
    return out->failed ? -ENOMEM : 0;
}
