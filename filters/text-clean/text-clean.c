/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: first code points (common/clean.h), then signed texts (signed.h), then lines. Lines
 * of base64 wait until it is known whether they are a file; all others are written as they come.
 */
#include "text-clean/text-clean.h"

#include "text-clean/drawing.h"
#include "text-clean/signed.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

enum { SHOWN = 60 /* bytes of a block's first line that its notice shows */ };

typedef struct Lines {
    const MugaiTextCleanOptions *options;
    MugaiTextCleanStats *stats;
    MugaiBuffer *out;
    TextSpan rest;   /* input to come */
    const char *run; /* first line of base64 that waits; NULL: none */
    char head[BASE64_HEAD];
    size_t held;    /* characters in head */
    size_t letters; /* characters of the run */
    uint64_t kinds; /* which of the 64 letters it has */
    bool no_yend;   /* no "=yend" comes any more */
    bool no_pgp;    /* no "-----END PGP" */
} Lines;

static const char notice_ja[] = "無害化の結果";
static const char notice_en[] = "Sanitization result";
static const char binhex_phrase[] = "must be converted with BinHex";

static bool
starts (TextSpan s, const char *text)
{
    return s.size >= strlen (text) && memcmp (s.data, text, strlen (text)) == 0;
}

/* @text in @s. Lines are short: memmem() would spend more on its table than on the search. */
static bool
holds (TextSpan s, const char *text)
{
    size_t n = strlen (text);
    const char *at = s.data, *end = s.data + s.size;
    while ((size_t)(end - at) >= n &&
           (at = memchr (at, text[0], (size_t)(end - at) - n + 1)) != NULL) {
        if (memcmp (at, text, n) == 0)
            return true;
        at++;
    }
    return false;
}

static bool
same_letter (char a, char b)
{
    char x = a >= 'A' && a <= 'Z' ? a | 0x20 : a, y = b >= 'A' && b <= 'Z' ? b | 0x20 : b;
    return x == y;
}

/* @text, two bytes or more, in @s, ASCII letters in any case. */
static bool
contains (TextSpan s, const char *text)
{
    size_t n = strlen (text);
    for (size_t i = 0; i + n <= s.size; i++)
        if (same_letter (s.data[i], text[0]) && same_letter (s.data[i + 1], text[1]) &&
            strncasecmp (s.data + i, text, n) == 0)
            return true;
    return false;
}

/* Is the colon at @at that of a data: URI? */
static bool
is_data_colon (TextSpan s, size_t at)
{
    if (at < 4 || strncasecmp (s.data + at - 4, "data", 4) != 0)
        return false;
    char before = at > 4 ? s.data[at - 5] : ' ';
    if ((before | 0x20) >= 'a' && (before | 0x20) <= 'z')
        return false;
    size_t end =
        at + 1 + 80 < s.size ? at + 1 + 80 : s.size; /* 20 characters, some of three bytes */
    for (size_t i = at + 1; i < end && s.data[i] != ' '; i++) {
        if (s.data[i] == '/')
            return i > at + 1;
    }
    return false;
}

/* A piece of @s that is base64 of a known type, from @*io_at on. Returns: its bytes or 0; *io_at:
 * where it begins. */
static size_t
find_piece (TextSpan s, size_t *io_at)
{
    for (size_t at = *io_at, n; at < s.size; at += n + 1) {
        TextSpan piece = { s.data + at, 0 };
        n = 0;
        while (at + n < s.size && s.data[at + n] != '=' &&
               block_is_base64 ((TextSpan){ s.data + at + n, 1 }))
            n++;
        piece.size = n;
        *io_at = at;
        if (n >= BASE64_RUN_LEAST && block_is_known (piece))
            return n;
    }
    return 0;
}

/* Text of a line, data: URIs broken up. */
static void
put_text (Lines *l, TextSpan s)
{
    size_t done = 0;
    const char *colon;
    for (size_t at = 0; at < s.size && (colon = memchr (s.data + at, ':', s.size - at)) != NULL;) {
        at = (size_t)(colon - s.data);
        if (is_data_colon (s, at)) {
            mugai_buffer_add (l->out, s.data + done, at - done);
            mugai_buffer_add_text (l->out, "[:]");
            done = at + 1;
            l->stats->data_links++;
        }
        at++;
    }
    mugai_buffer_add (l->out, s.data + done, s.size - done);
}

/* The name of a file as its block says it, or nothing when it would be read as something else
 * again. It is part of the text and already clean. */
static void
put_name (Lines *l, TextSpan name)
{
    MugaiBuffer cut = mugai_buffer (SHOWN), shown = mugai_buffer (2 * SHOWN);
    name = text_strip (name);
    if (name.size == 0 || holds (name, notice_ja) || contains (name, notice_en) ||
        contains (name, binhex_phrase))
        return;
    mugai_buffer_add (&cut, name.data, name.size);
    /* again: the cut may go through a sequence of code points that stand together only */
    mugai_clean (cut.data, cut.size, MUGAI_CLEAN_LINE, &shown, NULL);
    mugai_buffer_add_text (l->out, l->options->japanese ? "「" : " \"");
    put_text (l, (TextSpan){ shown.data, shown.size });
    mugai_buffer_add_text (l->out, cut.cut ? "…" : "");
    mugai_buffer_add_text (l->out, l->options->japanese ? "」" : "\"");
    mugai_buffer_clear (&cut);
    mugai_buffer_clear (&shown);
}

/* A block goes out of the text; a line of ours says what stood there. */
static void
take_out (Lines *l, const MugaiTextBlock *block)
{
    bool ja = l->options->japanese;
    if (l->options->block == NULL || !l->options->block (l->options->block_data, block))
        l->stats->lost++;
    mugai_buffer_add_text (l->out, ja ? "[本文から " : "[taken out of the text: ");
    mugai_buffer_add_text (l->out, block_kind_name (block->kind, ja));
    put_name (l, block->name);
    mugai_buffer_add_text (l->out, ja ? "を取り出しました]" : "]");
    l->stats->blocks++;
}

/* A line that stays. */
static void
put_line (Lines *l, TextSpan s)
{
    if (!starts (s, "> ") && (holds (s, notice_ja) || contains (s, notice_en))) {
        mugai_buffer_add_text (l->out, "> ");
        l->stats->imitations++;
    }
    size_t at = 0, size, done = 0;
    bool run = block_is_base64 (text_strip (s)); /* judged with its neighbours */
    while (!run && s.size >= BASE64_RUN_LEAST && (size = find_piece (s, &at)) > 0) {
        put_text (l, (TextSpan){ s.data + done, at - done });
        take_out (l, &(MugaiTextBlock){ BLOCK_BASE64, { "", 0 }, { s.data + at, size } });
        done = at += size;
    }
    put_text (l, (TextSpan){ s.data + done, s.size - done });
    mugai_buffer_add (l->out, "\n", 1);
}

/* The run of base64 that waits, up to @end, is written or taken out. Its length does not matter:
 * what the profile counts with it is the next line as it will be written, and that is not known
 * yet. */
static void
end_run (Lines *l, const char *end)
{
    TextSpan rest = { l->run, (size_t)(end - l->run) };
    bool known = block_is_known ((TextSpan){ l->head, l->held }) ||
                 (l->options->long_runs && l->letters >= BASE64_LONG &&
                  __builtin_popcountll (l->kinds) >= BASE64_KINDS);
    if (known) {
        take_out (l, &(MugaiTextBlock){ BLOCK_BASE64, { "", 0 }, rest });
        mugai_buffer_add (l->out, "\n", 1);
    }
    while (!known && rest.size > 0)
        put_line (l, text_line (&rest));
    l->run = NULL;
    l->held = l->letters = 0;
    l->kinds = 0;
}

static void
add_run (Lines *l, TextSpan s, const char *line)
{
    size_t n = s.size < BASE64_HEAD - l->held ? s.size : BASE64_HEAD - l->held;
    if (l->run == NULL)
        l->run = line;
    memcpy (l->head + l->held, s.data, n);
    l->held += n;
    l->letters += s.size;
    l->kinds |= block_letters (s);
}

/* Bytes up to the end of the next line that begins with @end; 0 when there is none, and then
 * *io_none says so for good. */
static size_t
size_to (const Lines *l, const char *end, bool *io_none)
{
    TextSpan rest = l->rest;
    while (rest.size > 0 && !*io_none) {
        if (starts (text_line (&rest), end))
            return (size_t)(rest.data - l->rest.data);
    }
    *io_none = true;
    return 0;
}

/* What begins at @line. *ret_size: bytes after it that belong to it; 0 when it only looks like a
 * beginning. Returns: false when it does not even that. */
static bool
find_block (Lines *l, TextSpan line, MugaiTextBlock *block, size_t *ret_size)
{
    bool begin = block_is_begin (line), yenc = starts (line, "=ybegin ");
    *ret_size = 0;
    if (begin) {
        *block = (MugaiTextBlock){ .kind = BLOCK_UU, .name = block_begin_name (line) };
        *ret_size = block_uu (l->rest);
    } else if (yenc) {
        *block = (MugaiTextBlock){ .kind = BLOCK_YENC, .name = block_yenc_name (line) };
        *ret_size = size_to (l, "=yend", &l->no_yend);
    } else if (block_is_pgp (line, &block->kind)) {
        block->name = (TextSpan){ "", 0 };
        *ret_size = size_to (l, "-----END PGP ", &l->no_pgp); /* 0: it is text */
        if (*ret_size > 0)
            return true;
    }
    if (*ret_size == 0 && holds (line, binhex_phrase)) {
        *block = (MugaiTextBlock){ .kind = BLOCK_BINHEX, .name = { "", 0 } };
        *ret_size = block_binhex (l->rest);
        return begin || yenc || *ret_size > 0;
    }
    return begin || yenc;
}

/* A line that begins a block: the block is taken out, or the line quoted. Returns: false when it
 * begins none. */
static bool
take_block (Lines *l, TextSpan line)
{
    MugaiTextBlock block;
    size_t size;
    if (!find_block (l, line, &block, &size))
        return false;
    if (size == 0) {
        mugai_buffer_add_text (l->out, "> ");
        put_line (l, line);
        l->stats->quoted++;
        return true;
    }
    block.text = (TextSpan){ line.data, (size_t)(l->rest.data - line.data) + size };
    take_out (l, &block);
    mugai_buffer_add (l->out, "\n", 1);
    l->rest.data += size;
    l->rest.size -= size;
    return true;
}

static void
read_lines (Lines *l)
{
    while (l->rest.size > 0 && mugai_buffer_ok (l->out)) {
        TextSpan line = text_line (&l->rest), s = text_strip (line);
        bool plain = block_is_base64 (s);
        if (plain && s.size >= BASE64_LINE_LEAST) {
            add_run (l, s, line.data);
            continue;
        }
        if (l->run != NULL) {
            /* its last line, when it looks like one, goes with it */
            bool tail = plain && s.size > 0 && (s.size % 4 == 0 || s.data[s.size - 1] == '=');
            end_run (l, tail ? l->rest.data : line.data);
            if (tail)
                continue;
        }
        if (!take_block (l, line))
            put_line (l, line);
    }
    if (l->run != NULL)
        end_run (l, l->rest.data);
}

/* A text that begins as files of other types do gets an empty line before it. */
static bool
begins_as_file (TextSpan text)
{
    static const char *const files[] = { "PK",   "MZ",   "%PDF-", "{\\rtf", "GIF8", "Rar!",
                                         "RIFF", "MSCF", "ITSF",  "BZh",    "%!PS", "!<arch>" };
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        if (starts (text, files[i]))
            return true;
    }
    return false;
}

int
mugai_text_clean (const void *utf8, size_t size, const MugaiTextCleanOptions *options,
                  MugaiBuffer *out, MugaiTextCleanStats *stats)
{
    MugaiTextCleanStats ignored;
    stats = stats != NULL ? stats : &ignored;
    *stats = (MugaiTextCleanStats){ 0 };
    MugaiBuffer clean = mugai_buffer (out->max);
    if (size > 0)
        mugai_clean (utf8, size, MUGAI_CLEAN_TEXT, &clean, &stats->clean);
    if (clean.size > 0 && !clean.failed) {
        TextSpan text = { clean.data, clean.size };
        MugaiBuffer plain = mugai_buffer (SIZE_MAX / 2); /* its size is at most thrice the text's */
        stats->is_signed = signed_text (text, options->japanese, &plain);
        if (stats->is_signed > 0)
            text = (TextSpan){ plain.data, plain.size };
        stats->drawings = drawing_count (text);
        MugaiBuffer folded = mugai_buffer (SIZE_MAX / 2);
        if (options->width > 0) {
            mugai_plain_fold (text.data, text.size, options->width, options->japanese, &folded,
                              &stats->folded);
            text = (TextSpan){ folded.data, folded.size };
        }
        Lines l = { .options = options, .stats = stats, .out = out, .rest = text };
        if (begins_as_file (text))
            mugai_buffer_add (out, "\n", 1);
        read_lines (&l);
        out->failed = out->failed || plain.failed || folded.failed;
        mugai_buffer_clear (&plain);
        mugai_buffer_clear (&folded);
    }
    out->cut = out->cut || clean.cut;
    out->failed = out->failed || clean.failed;
    mugai_buffer_clear (&clean);
    while (out->cut && out->size > 0 && out->data[out->size - 1] != '\n')
        out->size--;
    return out->failed ? -ENOMEM : 0;
}
