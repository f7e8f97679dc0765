/* SPDX-License-Identifier: Apache-2.0 */
#include "verify/address.h"

#include <string.h>

enum {
    LOCAL_MAX = 64,   /* RFC 5321 4.5.3.1.1 */
    DOMAIN_MAX = 253, /* of a name in the DNS, as text */
    LABEL_MAX = 63,
    ID_MAX = 250,
    QUOTED_MAX = 64,
    ATOM = MUGAI_LEX_ALNUM | MUGAI_LEX_ATOM,
};

static bool
has_mark (const MugaiLex *lex, size_t from)
{
    return mugai_lex_contains (lex, from, lex->at, "=?") ||
           mugai_lex_contains (lex, from, lex->at, "?=");
}

/* dot-atom. Returns: false having moved somewhere within it. */
static bool
dot_atom (MugaiLex *lex)
{
    do
        if (mugai_lex_run (lex, ATOM, SIZE_MAX) == 0)
            return false;
    while (mugai_lex_literal (lex, "."));
    return true;
}

/* The quoted form of a local part, its content no dot-atom. */
static bool
quoted_local (MugaiLex *lex)
{
    mugai_lex_literal (lex, "\"");
    MugaiLex inner = *lex;
    size_t n = mugai_lex_run (lex, MUGAI_LEX_QUOTED, LOCAL_MAX - 2);

    if (n == 0 || !mugai_lex_literal (lex, "\""))
        return false;
    inner.size = inner.at + n;
    return !(dot_atom (&inner) && inner.at == inner.size);
}

static bool
domain (MugaiLex *lex)
{
    size_t start = lex->at;

    do {
        size_t at = lex->at,
               n = mugai_lex_run (lex, MUGAI_LEX_ALNUM | MUGAI_LEX_DASH, LABEL_MAX + 1);
        if (n == 0 || n > LABEL_MAX || lex->data[at] == '-' || lex->data[at + n - 1] == '-')
            return false;
    } while (mugai_lex_literal (lex, "."));
    return lex->at - start <= DOMAIN_MAX;
}

static bool
addr_spec (MugaiCheck *check, MugaiLex *lex)
{
    size_t start = lex->at;
    bool ok = mugai_lex_peek (lex, 0) == '"' ? quoted_local (lex) : dot_atom (lex);

    if (!ok || lex->at - start > LOCAL_MAX || has_mark (lex, start))
        return mugai_refuse (check, "H-6", start, "local part of an address");
    if (!mugai_lex_literal (lex, "@") || !domain (lex))
        return mugai_refuse (check, "H-6", lex->at, "domain of an address");
    return true;
}

/* DQUOTE ... DQUOTE */
static bool
quoted_display (MugaiCheck *check, MugaiLex *lex)
{
    size_t start = lex->at + 1;

    lex->at++;
    size_t n = mugai_lex_run (lex, MUGAI_LEX_QUOTED | MUGAI_LEX_SPACE, QUOTED_MAX);
    if (n == 0 || lex->data[start] == ' ' || lex->data[start + n - 1] == ' ' ||
        has_mark (lex, start) || !mugai_lex_literal (lex, "\""))
        return mugai_refuse (check, "H-8", start - 1, "quoted display name");
    return true;
}

/* Whether a display name needs to be encoded. */
static bool
must_encode (const MugaiWords *words)
{
    if (words->size > QUOTED_MAX || memmem (words->text, words->size, "=?", 2) != NULL ||
        memmem (words->text, words->size, "?=", 2) != NULL)
        return true;
    for (size_t i = 0; i < words->size; i++)
        if (!mugai_lex_is (words->text[i], MUGAI_LEX_QUOTED | MUGAI_LEX_SPACE))
            return true;
    return false;
}

static bool
encoded_display (MugaiCheck *check, MugaiLex *lex, MugaiWords *words)
{
    size_t start = lex->at;

    words->size = 0;
    for (;;) {
        if (!mugai_word_encoded (check, lex, words))
            return false;
        MugaiLex ahead = *lex;
        if (!mugai_lex_sep (&ahead) || mugai_lex_peek (&ahead, 0) != '=')
            break;
        *lex = ahead;
    }
    if (!must_encode (words))
        return mugai_refuse (check, "H-8", start,
                             "encoded display name that a quoted string can say");
    return mugai_word_text (check, words, start);
}

/* A local part in quotes, not a display name: its closing quote is followed by @. */
static bool
is_quoted_local (const MugaiLex *lex)
{
    MugaiLex ahead = *lex;

    return quoted_local (&ahead) && mugai_lex_peek (&ahead, 0) == '@';
}

static bool
mailbox (MugaiCheck *check, MugaiLex *lex, MugaiWords *words)
{
    int c = mugai_lex_peek (lex, 0);
    bool is_quoted = c == '"' && !is_quoted_local (lex),
         is_encoded = c == '=' && mugai_lex_peek (lex, 1) == '?';

    if (!is_quoted && !is_encoded)
        return addr_spec (check, lex);
    if (!(is_quoted ? quoted_display (check, lex) : encoded_display (check, lex, words)))
        return false;
    if (!mugai_lex_sep (lex) || !mugai_lex_literal (lex, "<"))
        return mugai_refuse (check, "H-5", lex->at,
                             "address in angle brackets expected after a display name");
    if (!addr_spec (check, lex))
        return false;
    return mugai_lex_literal (lex, ">") ||
           mugai_refuse (check, "H-5", lex->at, "address without closing bracket");
}

bool
mugai_address_list (MugaiCheck *check, MugaiLex *lex, MugaiWords *words, unsigned max)
{
    for (unsigned count = 1;; count++) {
        if (count > max)
            return mugai_refuse (check, "H-5", lex->at, "too many addresses");
        if (!mailbox (check, lex, words))
            return false;
        if (!mugai_lex_literal (lex, ","))
            return true;
        if (!mugai_lex_sep (lex))
            return mugai_refuse (check, "H-5", lex->at, "a separator is expected after a comma");
    }
}

/* Behind the @ of a message id. */
static bool
id_right (MugaiLex *lex)
{
    if (!mugai_lex_literal (lex, "["))
        return dot_atom (lex);
    size_t n =
        mugai_lex_run (lex, MUGAI_LEX_ALNUM | MUGAI_LEX_DOT | MUGAI_LEX_COLON | MUGAI_LEX_DASH, 64);
    return n > 0 && mugai_lex_literal (lex, "]");
}

bool
mugai_address_ids (MugaiCheck *check, MugaiLex *lex, unsigned max)
{
    unsigned count = 0;

    do {
        size_t start = lex->at;
        if (count++ == max)
            return mugai_refuse (check, "H-7", start, "too many message ids");
        bool ok = mugai_lex_literal (lex, "<") && dot_atom (lex) && mugai_lex_literal (lex, "@") &&
                  id_right (lex) && mugai_lex_literal (lex, ">");
        if (!ok || lex->at - start > ID_MAX || has_mark (lex, start))
            return mugai_refuse (check, "H-7", start, "message id");
    } while (mugai_lex_sep (lex));
    return true;
}
