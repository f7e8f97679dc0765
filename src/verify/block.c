/* SPDX-License-Identifier: Apache-2.0 */
#include "verify/block.h"

#include "verify/base64.h"
#include "verify/codepoint.h"

#include <string.h>
#include <strings.h>

enum {
    LINE_LEAST = 20, /* characters of a base64 line */
    RUN_LEAST = 160, /* characters of a run that counts */
    HEAD = 400,      /* characters of a run that are decoded */
};

#define SIGNATURE(bytes)                                                                           \
    {                                                                                              \
        bytes, sizeof bytes - 1                                                                    \
    }
/* T-5a */
static const struct {
    const char *bytes;
    size_t size;
} signature[] = {
    SIGNATURE ("MZ"),
    SIGNATURE ("x\x9f>\""),
    SIGNATURE ("xar!"),
    SIGNATURE ("\0asm"),
    SIGNATURE ("\xe4\x52\x5c\x7b"),
    SIGNATURE ("\x28\xb5\x2f\xfd"),
    SIGNATURE ("PK\x03\x04"),
    SIGNATURE ("\xd0\xcf\x11\xe0"),
    SIGNATURE ("%PDF"),
    SIGNATURE ("\x7f"
               "ELF"),
    SIGNATURE ("Rar!"),
    SIGNATURE ("7z\xbc\xaf"),
    SIGNATURE ("\x1f\x8b\x08"),
    SIGNATURE ("BZh"),
    SIGNATURE ("\xfd"
               "7zXZ"),
    SIGNATURE ("{\\rtf"),
    SIGNATURE ("GIF8"),
    SIGNATURE ("\x89PNG"),
    SIGNATURE ("\xff\xd8\xff"),
    SIGNATURE ("II*\0"),
    SIGNATURE ("MM\0*"),
    SIGNATURE ("RIFF"),
    SIGNATURE ("ITSF"),
    SIGNATURE ("MSCF"),
    SIGNATURE ("L\0\0\0\x01\x14"),
    SIGNATURE ("\xca\xfe\xba\xbe"),
    SIGNATURE ("\xfe\xed\xfa"),
    SIGNATURE ("\xcf\xfa\xed\xfe"),
    SIGNATURE ("wOFF"),
    SIGNATURE ("OTTO"),
};
static const char *const markup[] = {
    "<!doctype", "<html", "<script", "<svg",       "<hta:",         "<?xml",
    "<?php",     "#!/",   "@echo",   "powershell", "content-type:", "mime-version:",
};

typedef struct Run {
    uint8_t head[HEAD];
    size_t held;  /* in head */
    size_t total; /* characters of the run */
    size_t start; /* offset of its first line */
} Run;

static bool
is_alphabet (uint8_t c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' ||
           c == '/';
}

static bool
is_signature (const uint8_t *d, size_t size)
{
    size_t at = 0;

    for (size_t i = 0; i < sizeof signature / sizeof signature[0]; i++)
        if (size >= signature[i].size && memcmp (d, signature[i].bytes, signature[i].size) == 0)
            return true;
    if (size >= 6 && memcmp (d + 2, "-lh", 3) == 0 &&
        ((d[5] >= '0' && d[5] <= '9') || d[5] == 'd' || d[5] == '-'))
        return true;
    while (at < size && (d[at] == ' ' || (d[at] >= '\t' && d[at] <= '\r')))
        at++;
    for (size_t i = 0; i < sizeof markup / sizeof markup[0]; i++) {
        size_t n = strlen (markup[i]);
        if (size - at >= n && strncasecmp ((const char *)d + at, markup[i], n) == 0)
            return true;
    }
    return false;
}

/* The first characters of a run, up to the first '='. */
static bool
head_is_signature (const uint8_t *d, size_t size)
{
    uint8_t decoded[HEAD / 4 * 3];
    size_t n = 0;

    while (n < size && n < HEAD && d[n] != '=')
        n++;
    return is_signature (decoded, mugai_base64_peek (d, n / 4 * 4, decoded));
}

static void
run_add (Run *run, const uint8_t *d, size_t size, size_t at)
{
    size_t take = size < HEAD - run->held ? size : HEAD - run->held;

    if (run->total == 0)
        run->start = at;
    memcpy (run->head + run->held, d, take);
    run->held += take;
    run->total += size;
}

/* Whether [d, d + size) is characters of the alphabet and up to two '=' after them. */
static bool
is_base64 (const uint8_t *d, size_t size)
{
    size_t n = 0;

    while (n < size && is_alphabet (d[n]))
        n++;
    return size - n <= 2 && (size - n < 1 || d[n] == '=') && (size - n < 2 || d[n + 1] == '=');
}

/* Pieces within a long line that is no base64 line. */
static bool
pieces_fault (const uint8_t *d, size_t size, size_t *ret_at)
{
    for (size_t at = 0, n; at < size; at += n + 1) {
        n = 0;
        while (at + n < size && is_alphabet (d[at + n]))
            n++;
        *ret_at = at;
        if (n >= RUN_LEAST && head_is_signature (d + at, n))
            return true;
    }
    return false;
}

/* T-5 for the line [from, to), or the end of the text when from == to. */
static bool
base64_fault (Run *run, const uint8_t *d, size_t from, size_t to, size_t *ret_at)
{
    mugai_space_strip (d, &from, &to);
    size_t size = to - from, piece;
    bool plain = is_base64 (d + from, size);

    if (plain && size >= LINE_LEAST) {
        run_add (run, d + from, size, from);
        return false;
    }
    if (run->total > 0) {
        size_t total = run->total;
        if (plain)
            run_add (run, d + from, size, from);
        *ret_at = run->start;
        if (total + size >= RUN_LEAST && head_is_signature (run->head, run->held))
            return true;
        run->held = run->total = 0;
    }
    if (size < RUN_LEAST || !pieces_fault (d + from, size, &piece))
        return false;
    *ret_at = from + piece;
    return true;
}

static bool
starts (const uint8_t *d, size_t size, const char *text)
{
    size_t n = strlen (text);

    return size >= n && memcmp (d, text, n) == 0;
}

/* T-3 for one line. */
static bool
is_begin (const uint8_t *d, size_t size)
{
    size_t at = 5, spaces = 0, digits = 0;

    if (!starts (d, size, "begin"))
        return false;
    at += starts (d + at, size - at, "-base64") ? 7 : 0;
    for (; at < size && d[at] == ' '; at++)
        spaces++;
    for (; at < size && d[at] >= '0' && d[at] <= '7'; at++)
        digits++;
    if (spaces == 0 || digits < 3 || digits > 4 || at >= size || d[at] != ' ')
        return false;
    while (at < size && d[at] == ' ')
        at++;
    return at < size && mugai_space_size (d + at, size - at) == 0;
}

/* T-4, BinHex. */
static bool
binhex_fault (const uint8_t *d, size_t size, size_t *ret_at)
{
    static const char phrase[] = "must be converted with BinHex";
    const uint8_t *found = memmem (d, size, phrase, sizeof phrase - 1);

    while (found != NULL) {
        size_t at = (size_t)(found - d);
        const uint8_t *line_end = memchr (d + at, '\n', size - at);
        if (line_end == NULL)
            return false;
        *ret_at = at;
        at = (size_t)(line_end - d);
        for (size_t n; (n = mugai_space_size (d + at, size - at)) > 0;)
            at += n;
        if (at < size && d[at] == ':')
            return true;
        found = memmem (d + at, size - at, phrase, sizeof phrase - 1);
    }
    return false;
}

const char *
mugai_block_fault (const uint8_t *d, size_t size, size_t *ret_at)
{
    Run run = { .held = 0 };

    for (size_t at = 0; at < size;) {
        const uint8_t *line_end = memchr (d + at, '\n', size - at);
        size_t end = line_end != NULL ? (size_t)(line_end - d) : size;
        *ret_at = at;
        if (d[at] == 'b' && is_begin (d + at, end - at))
            return "T-3";
        if (d[at] == '=' && starts (d + at, end - at, "=ybegin "))
            return "T-4";
        if (base64_fault (&run, d, at, end, ret_at))
            return "T-5";
        at = end + 1;
    }
    if (base64_fault (&run, d, size, size, ret_at))
        return "T-5";
    return binhex_fault (d, size, ret_at) ? "T-4" : NULL;
}
