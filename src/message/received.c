/* SPDX-License-Identifier: Apache-2.0 */
#include "message/received.h"

#include "message/date.h"

#include <string.h>

enum {
    HOST_MAX = 64,
    PROTO_MAX = 16,
    ID_MAX = 64,
    WORDS_MAX = 200 /* of one field that are looked at */
};

typedef struct Clauses { /* owned words, NULL when missing */
    char *from, *by, *with, *id;
} Clauses;

/* The next word outside of comments; *at moves behind it. Returns: its size, 0 at the end. */
static size_t
next_word (const char **at, const char **ret_word)
{
    int depth = 0;

    for (; **at != '\0'; (*at)++) {
        if (**at == '(')
            depth++;
        else if (**at == ')' && depth > 0)
            depth--;
        else if (depth == 0 && **at != ' ' && **at != '\t')
            break;
    }
    *ret_word = *at;
    size_t size = strcspn (*at, " \t;(");
    *at += size;
    return size;
}

static bool
only (const char *word, size_t size, const char *extra)
{
    for (size_t i = 0; i < size; i++)
        if (!g_ascii_isalnum (word[i]) && strchr (extra, word[i]) == NULL)
            return false;
    return true;
}

static char *
host (const char *word, size_t size)
{
    bool literal = size > 2 && word[0] == '[' && word[size - 1] == ']';

    if (size == 0 || size > HOST_MAX + (literal ? 2 : 0) ||
        !only (literal ? word + 1 : word, literal ? size - 2 : size, ".:_-"))
        return NULL;
    return g_strndup (word, size);
}

static char *
proto (const char *word, size_t size)
{
    char *upper = g_ascii_strup (word, (gssize)size);

    if (size > 0 && size <= PROTO_MAX && only (upper, size, ""))
        return upper;
    g_free (upper);
    return NULL;
}

static char *
queue_id (const char *word, size_t size)
{
    while (size > 2 && word[0] == '<' && word[size - 1] == '>')
        word++, size -= 2;
    return size > 0 && size <= ID_MAX && only (word, size, ".-") ? g_strndup (word, size) : NULL;
}

static bool
is (const char *word, size_t size, const char *name)
{
    return strlen (name) == size && g_ascii_strncasecmp (word, name, size) == 0;
}

static void
read_clauses (const char *line, Clauses *clauses)
{
    const char *at = line, *word;

    for (int i = 0; i < WORDS_MAX && *at != ';'; i++) {
        size_t size = next_word (&at, &word);
        const char *value;

        if (size == 0)
            break;
        if (is (word, size, "from") && clauses->from == NULL)
            clauses->from = (size = next_word (&at, &value)) > 0 ? host (value, size) : NULL;
        else if (is (word, size, "by") && clauses->by == NULL)
            clauses->by = (size = next_word (&at, &value)) > 0 ? host (value, size) : NULL;
        else if (is (word, size, "with") && clauses->with == NULL)
            clauses->with = (size = next_word (&at, &value)) > 0 ? proto (value, size) : NULL;
        else if (is (word, size, "id") && clauses->id == NULL)
            clauses->id = (size = next_word (&at, &value)) > 0 ? queue_id (value, size) : NULL;
    }
}

static void
emit_clauses (const Clauses *c, MugaiFold *out)
{
    const char *names[] = { "from", "by", "with", "id" },
               *values[] = { c->from, c->by, c->with, c->id };
    int last = 0;

    for (int i = 0; i < 4; i++)
        if (values[i] != NULL)
            last = i;
    for (int i = 0; i <= last; i++) {
        if (values[i] == NULL)
            continue;
        g_autofree char *word = g_strconcat (values[i], i == last ? ";" : "", NULL);
        mugai_fold_word (out, names[i]);
        mugai_fold_word (out, word);
    }
}

static void
emit_date (const MugaiDate *date, MugaiFold *out)
{
    char text[MUGAI_DATE_SIZE];

    mugai_date_write (date, text);
    g_auto (GStrv) words = g_strsplit (text, " ", -1);
    for (char **word = words; *word != NULL; word++)
        mugai_fold_word (out, *word);
}

void
mugai_received_emit (const char *line, MugaiFold *out)
{
    Clauses clauses = { 0 };
    const char *semicolon = strrchr (line, ';');
    MugaiDate date;

    read_clauses (line, &clauses);
    bool dated = mugai_date_parse (semicolon != NULL ? semicolon + 1 : "", &date);
    bool any =
        clauses.from != NULL || clauses.by != NULL || clauses.with != NULL || clauses.id != NULL;
    if (!dated)
        date = mugai_date_from_us (0, 0);
    if (!any)
        clauses.by = g_strdup ("unknown");
    mugai_fold_begin (out, "Received");
    emit_clauses (&clauses, out);
    emit_date (&date, out);
    mugai_fold_end (out);
    g_free (clauses.from);
    g_free (clauses.by);
    g_free (clauses.with);
    g_free (clauses.id);
}
