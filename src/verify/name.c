/* SPDX-License-Identifier: Apache-2.0 */
#include "verify/name.h"

#include "verify/codepoint.h"
#include "verify/nfc.h"

#include <string.h>

enum {
    LINE = 76,
    QUOTED = 64,
    PLAIN = MUGAI_LEX_ALNUM | MUGAI_LEX_DOT | MUGAI_LEX_UNDER | MUGAI_LEX_DASH
};

static bool
only (const uint8_t *d, size_t size, unsigned classes)
{
    size_t i = 0;

    while (i < size && mugai_lex_is (d[i], classes))
        i++;
    return i == size;
}

/* N-4 */
static bool
blanks_ok (const uint8_t *d, size_t size)
{
    size_t from = 0, to = size, run = 0;

    mugai_space_strip (d, &from, &to);
    if (from > 0 || to < size || size == 0 || d[0] == '.' || d[size - 1] == '.')
        return false;
    for (size_t i = 0; i < size;) {
        size_t n = mugai_space_size (d + i, size - i);
        run = n > 0 ? run + 1 : 0;
        if (run == 8)
            return false;
        i += n > 0 ? n : 1;
    }
    return true;
}

/* Behind the word of a device: spaces and full stops that end in a full stop or the end of the
 * name. */
static bool
ends_device (const char *rest)
{
    size_t n = strspn (rest, " .");

    return rest[n] == '\0' || memchr (rest, '.', n) != NULL;
}

/* N-6 over a folded name, NUL-terminated; a character without ASCII form is '\x80' there. */
static bool
is_device (const char *fold)
{
    static const char *const device[] = {
        "con", "prn", "aux", "nul", "conin$", "conout$", "clock$"
    };

    for (size_t i = 0; i < sizeof device / sizeof device[0]; i++)
        if (strncmp (fold, device[i], strlen (device[i])) == 0 &&
            ends_device (fold + strlen (device[i])))
            return true;
    return (strncmp (fold, "com", 3) == 0 || strncmp (fold, "lpt", 3) == 0) && fold[3] >= '0' &&
           fold[3] <= '9' && ends_device (fold + 4);
}

static bool
is_device_name (const uint8_t *d, size_t size)
{
    char fold[MUGAI_NAME_MAX * 4 + 1];
    size_t used = 0;

    for (size_t i = 0; i < size;) {
        uint32_t cp;
        size_t n = mugai_utf8_decode (d + i, size - i, &cp);
        if (n == 0)
            return true;
        size_t m = mugai_codepoint_fold (cp, fold + used);
        if (m == 0)
            fold[used] = '\x80';
        used += m > 0 ? m : 1;
        i += n;
    }
    fold[used] = '\0';
    return is_device (fold);
}

const char *
mugai_name_fault (const uint8_t *name, size_t size, const char *extension)
{
    size_t at, tail = strlen (extension);

    if (size == 0 || size > MUGAI_NAME_MAX)
        return "N-2";
    const char *clause = mugai_codepoint_fault (name, size, false, &at);
    if (clause != NULL)
        return clause;
    for (size_t i = 0; i < size; i++)
        if (name[i] < 0x20 || strchr ("\"*:<>?\\|/", name[i]) != NULL)
            return "N-3";
    if (!blanks_ok (name, size))
        return "N-4";
    if (!mugai_nfc_is (name, size))
        return "N-5";
    if (is_device_name (name, size))
        return "N-6";
    return size > tail && memcmp (name + size - tail, extension, tail) == 0 ? NULL : "N-7";
}

/* `"` 1*64 `"` CRLF */
static size_t
quoted (MugaiLex *lex, uint8_t *out)
{
    size_t start = lex->at, n = mugai_lex_run (lex, PLAIN | MUGAI_LEX_SPACE, QUOTED);

    memcpy (out, lex->data + start, n);
    return mugai_lex_literal (lex, "\"\r\n") ? n : 0;
}

static int
hex (int c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* 1*escaped: whole UTF-8 characters, only what must be is escaped. Returns: bytes appended to @out,
 * 0 on a fault. */
static size_t
escaped (MugaiLex *lex, uint8_t *out, size_t room)
{
    size_t n = 0, at = 0;

    for (int c; (c = mugai_lex_peek (lex, 0)) >= 0; n++) {
        if (n == room)
            return 0;
        if (mugai_lex_is ((uint8_t)c, PLAIN)) {
            out[n] = (uint8_t)c;
            lex->at++;
            continue;
        }
        int high = c == '%' ? hex (mugai_lex_peek (lex, 1)) : -1,
            low = high >= 0 ? hex (mugai_lex_peek (lex, 2)) : -1;
        if (low < 0)
            break;
        out[n] = (uint8_t)(high * 16 + low);
        if (mugai_lex_is (out[n], PLAIN))
            return 0;
        lex->at += 3;
    }
    for (uint32_t cp; at < n;) {
        size_t m = mugai_utf8_decode (out + at, n - at, &cp);
        if (m == 0)
            return 0;
        at += m;
    }
    return n;
}

/* The number of a continuation and the literals around it. */
static bool
continuation (MugaiLex *lex, unsigned number)
{
    char text[32];
    size_t n = sizeof text;

    text[--n] = '\0';
    text[--n] = '=';
    text[--n] = '*';
    do
        text[--n] = (char)('0' + number % 10);
    while ((number /= 10) > 0);
    return mugai_lex_literal (lex, " filename*") && mugai_lex_literal (lex, text + n);
}

/* Characters of the one-line form of the name in @out. */
static size_t
single_length (const uint8_t *out, size_t size)
{
    size_t length = strlen (" filename*=UTF-8''");

    for (size_t i = 0; i < size; i++)
        length += mugai_lex_is (out[i], PLAIN) ? 1 : 3;
    return length;
}

static bool
is_quotable (const uint8_t *out, size_t size)
{
    return size <= QUOTED && only (out, size, PLAIN | MUGAI_LEX_SPACE);
}

static size_t
continued (MugaiLex *lex, uint8_t *out)
{
    size_t size = 0;

    for (unsigned number = 0;; number++) {
        size_t start = lex->at;
        if (!continuation (lex, number) || (number == 0 && !mugai_lex_literal (lex, "UTF-8''")))
            return 0;
        size_t n = escaped (lex, out + size, MUGAI_NAME_ROOM - size);
        size += n;
        bool more = mugai_lex_literal (lex, ";");
        if (n == 0 || lex->at - start > LINE || !mugai_lex_literal (lex, "\r\n"))
            return 0;
        if (!more)
            return number > 0 && single_length (out, size) > LINE && !is_quotable (out, size) ? size
                                                                                              : 0;
    }
}

size_t
mugai_name_parameter (MugaiLex *lex, uint8_t out[MUGAI_NAME_ROOM])
{
    if (mugai_lex_literal (lex, " filename=\""))
        return quoted (lex, out);
    if (!mugai_lex_literal (lex, " filename*=UTF-8''"))
        return continued (lex, out);
    size_t size = escaped (lex, out, MUGAI_NAME_ROOM);
    if (!mugai_lex_literal (lex, "\r\n") || single_length (out, size) > LINE ||
        is_quotable (out, size))
        return 0;
    return size;
}
