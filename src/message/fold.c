/* SPDX-License-Identifier: Apache-2.0 */
#include "message/fold.h"

#include <string.h>

enum { WORD_OVERHEAD = 12 /* =?UTF-8?B? and ?= */, LONGEST_NAME = 13 /* "In-Reply-To: " */ };

void
mugai_fold_begin (MugaiFold *fold, const char *name)
{
    g_string_append (fold->out, name);
    g_string_append_len (fold->out, ": ", 2);
    fold->line = strlen (name) + 2;
    fold->empty = true;
}

void
mugai_fold_word (MugaiFold *fold, const char *word)
{
    size_t size = strlen (word);

    if (!fold->empty) {
        if (fold->line + 1 + size > MUGAI_FOLD_LINE) {
            g_string_append_len (fold->out, "\r\n ", 3);
            fold->line = 1;
        } else {
            g_string_append_c (fold->out, ' ');
            fold->line++;
        }
    }
    g_string_append_len (fold->out, word, (gssize)size);
    fold->line += size;
    fold->empty = false;
}

void
mugai_fold_glue (MugaiFold *fold, const char *text)
{
    g_string_append (fold->out, text);
    fold->line += strlen (text);
}

void
mugai_fold_end (MugaiFold *fold)
{
    g_string_append_len (fold->out, "\r\n", 2);
    fold->line = 0;
}

/* Whole characters of @utf8 in at most @max bytes; at least one. */
static size_t
whole_characters (const char *utf8, size_t left, size_t max)
{
    size_t size = MIN (left, max);

    while (size > 0 && size < left && ((guchar)utf8[size] & 0xc0) == 0x80)
        size--;
    return size > 0 ? size : (size_t)(g_utf8_next_char (utf8) - utf8);
}

void
mugai_fold_encoded (MugaiFold *fold, const char *utf8)
{
    size_t left = strlen (utf8);

    while (left > 0) {
        /* the first word stands in the line of the name; a later one may have a line of its own,
         * less a comma */
        size_t room = fold->empty ? MUGAI_FOLD_LINE - fold->line : MUGAI_FOLD_LINE - 1;
        size_t max = (MIN (room, 75) - WORD_OVERHEAD) / 4 * 3;
        size_t size = whole_characters (utf8, left, max);
        g_autofree char *base64 = g_base64_encode ((const guchar *)utf8, size);
        g_autofree char *word = g_strconcat ("=?UTF-8?B?", base64, "?=", NULL);

        mugai_fold_word (fold, word);
        utf8 += size;
        left -= size;
    }
}

bool
mugai_fold_resembles_encoded (const char *text)
{
    return strstr (text, "=?") != NULL || strstr (text, "?=") != NULL;
}

/* A word that, first in a folded line, would make the line look like a field (H-10). */
static bool
resembles_field (const char *word, size_t size)
{
    static const char *const names[] = {
        "Received:",
        "Auto-Submitted:",
        "List-Id:",
        "Precedence:",
        "From:",
        "Sender:",
        "Reply-To:",
        "To:",
        "Cc:",
        "Subject:",
        "Date:",
        "Message-ID:",
        "In-Reply-To:",
        "References:",
        "MIME-Version:",
        "Mugai-Result:",
        "MIME-Ambiguity-Results:",
        "Content-Type:",
        "Content-Transfer-Encoding:",
    };

    for (size_t i = 0; i < G_N_ELEMENTS (names); i++)
        if (strlen (names[i]) == size && strncmp (word, names[i], size) == 0)
            return true;
    return false;
}

/* Printable ASCII, single spaces between words, none too long for the line of the name. */
static bool
stands_for_itself (const char *utf8)
{
    size_t word = 0;

    if (utf8[0] == ' ' || mugai_fold_resembles_encoded (utf8))
        return false;
    for (const char *at = utf8; *at != '\0'; at++) {
        if (*at < 0x20 || *at > 0x7e)
            return false;
        if (*at == ' ' && (at[1] == ' ' || at[1] == '\0'))
            return false;
        word = *at == ' ' ? 0 : word + 1;
        if (*at == ':' && (at[1] == ' ' || at[1] == '\0') && resembles_field (at + 1 - word, word))
            return false;
        if (word > MUGAI_FOLD_LINE - LONGEST_NAME)
            return false;
    }
    return true;
}

void
mugai_fold_text (MugaiFold *fold, const char *utf8)
{
    if (!stands_for_itself (utf8)) {
        mugai_fold_encoded (fold, utf8);
        return;
    }
    g_auto (GStrv) words = g_strsplit (utf8, " ", -1);
    for (char **word = words; *word != NULL; word++)
        mugai_fold_word (fold, *word);
}
