/* SPDX-License-Identifier: Apache-2.0 */
#include "verify/make-model.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TOKEN = 255 };

typedef struct Form {
    MugaiModelForm form;
    const Statement *named; /* where a value of this name is asked for */
} Form;

static Form form[TEXTS];
static int n_forms;
static Symbols written = { .what = "value" }; /* as written; first[]: its first form */
static int first[SYMBOLS];

static const struct {
    const char *name;
    MugaiModelKind kind;
} plain[] = {
    { "bool", MUGAI_VALUE_BOOL },         { "decimal", MUGAI_VALUE_DECIMAL },
    { "double", MUGAI_VALUE_DOUBLE },     { "percent", MUGAI_VALUE_PERCENT },
    { "measure", MUGAI_VALUE_MEASURE },   { "guid", MUGAI_VALUE_GUID },
    { "datetime", MUGAI_VALUE_DATETIME }, { "lang", MUGAI_VALUE_LANG },
    { "cell", MUGAI_VALUE_CELL },         { "range", MUGAI_VALUE_RANGE },
    { "ranges", MUGAI_VALUE_RANGES },     { "formula", MUGAI_VALUE_FORMULA },
    { "field", MUGAI_VALUE_FIELD },       { "empty", MUGAI_VALUE_EMPTY },
    { "picture", MUGAI_VALUE_PICTURE },   { "object", MUGAI_VALUE_OBJECT },
    { "length", MUGAI_VALUE_LENGTH },     { "colour", MUGAI_VALUE_COLOUR },
    { "duration", MUGAI_VALUE_DURATION },
};

static int64_t
number (const char *text, char **ret_end, const Statement *s)
{
    errno = 0;
    long long value = strtoll (text, ret_end, 10);

    if (errno != 0 || *ret_end == text)
        die (s, "number", text);
    return value;
}

/* @rest: what stands behind the colon, or NULL. */
static int64_t
bound (const char *rest, int64_t otherwise, const Statement *s)
{
    char *end;

    if (rest == NULL)
        return otherwise;
    int64_t value = number (rest, &end, s);
    if (*end != '\0' || value < 0 || value > INT32_MAX)
        die (s, "bound", rest);
    return value;
}

static void
read_int (MugaiModelForm *f, const char *rest, const Statement *s)
{
    char *end;

    f->kind = MUGAI_VALUE_INT;
    f->low = INT32_MIN;
    f->high = INT32_MAX;
    if (rest == NULL)
        return;
    f->low = number (rest, &end, s);
    if (*end != ':')
        die (s, "int:LO:HI", rest);
    f->high = number (end + 1, &end, s);
    if (*end != '\0' || f->low > f->high)
        die (s, "int:LO:HI", rest);
}

/* id:SPACE[:VALUE], ref:SPACE[:VALUE] */
static void
read_name (MugaiModelForm *f, MugaiModelKind kind, const char *rest, const Statement *s)
{
    const char *colon = strchr (rest, ':');
    size_t size = colon != NULL ? (size_t)(colon - rest) : strlen (rest);

    f->kind = (uint8_t)kind;
    f->of = (uint16_t)find_or_add (&items, copy_of (rest, size));
    f->inner = (uint16_t)value_of (colon != NULL ? colon + 1 : "string:255", s);
}

static bool
read_referring (MugaiModelForm *f, const char *word, const char *rest, const Statement *s)
{
    if (is (word, "enum")) {
        f->kind = MUGAI_VALUE_ENUM;
        f->of = (uint16_t)find_or_die (&enums, rest, s);
    } else if (is (word, "rel")) {
        f->kind = MUGAI_VALUE_REL;
        f->of = (uint16_t)find_or_die (&relations, rest, s);
    } else if (is (word, "index")) {
        f->kind = MUGAI_VALUE_INDEX;
        f->of = (uint16_t)find_or_add (&items, rest);
    } else if (is (word, "list")) {
        f->kind = MUGAI_VALUE_LIST;
        f->of = (uint16_t)value_of (rest, s);
    } else if (is (word, "id")) {
        read_name (f, MUGAI_VALUE_ID, rest, s);
    } else if (is (word, "ref")) {
        read_name (f, MUGAI_VALUE_REF, rest, s);
    } else {
        return false;
    }
    return true;
}

static bool
read_bounded (MugaiModelForm *f, const char *word, const char *rest, const Statement *s)
{
    if (is (word, "string")) {
        f->kind = MUGAI_VALUE_STRING;
        f->high = bound (rest, MUGAI_MODEL_BOUND, s);
    } else if (is (word, "token")) {
        f->kind = MUGAI_VALUE_TOKEN;
        f->high = bound (rest, TOKEN, s);
    } else if (is (word, "hex")) {
        f->kind = MUGAI_VALUE_HEX;
        f->high = bound (rest, 0, s);
    } else if (is (word, "int")) {
        read_int (f, rest, s);
    } else {
        return false;
    }
    return true;
}

static Form
read_form (const char *text, const Statement *s)
{
    const char *colon = strchr (text, ':'), *rest = colon != NULL ? colon + 1 : NULL;
    char *word = copy_of (text, colon != NULL ? (size_t)(colon - text) : strlen (text));
    Form ret = { .form = { .of = MUGAI_MODEL_NONE, .inner = MUGAI_MODEL_NONE } };

    if (read_bounded (&ret.form, word, rest, s) ||
        (rest != NULL && read_referring (&ret.form, word, rest, s)))
        return ret;
    for (size_t i = 0; rest == NULL && i < sizeof plain / sizeof plain[0]; i++)
        if (is (word, plain[i].name)) {
            ret.form.kind = (uint8_t)plain[i].kind;
            return ret;
        }
    if (rest != NULL)
        die (s, "value", text);
    ret.form.kind = MUGAI_VALUE_NAMED; /* .of follows in check_values() */
    ret.form.inner = (uint16_t)find_or_add (&values, word);
    ret.named = s;
    return ret;
}

int
value_of (const char *text, const Statement *s)
{
    Form alternative[WORDS];
    int known = find (&written, text), n = 0;

    if (known >= 0)
        return first[known];
    for (const char *at = text; at != NULL; n++) {
        const char *bar = strchr (at, '|');
        if (n == WORDS)
            die (s, "too many alternatives", text);
        alternative[n] =
            read_form (copy_of (at, bar != NULL ? (size_t)(bar - at) : strlen (at)), s);
        at = bar != NULL ? bar + 1 : NULL;
    }
    int at = n_forms;
    first[find_or_add (&written, text)] = at;
    for (int i = 0; i < n; i++) {
        form[n_forms] = alternative[i];
        form[n_forms++].form.last = i == n - 1;
    }
    if (n_forms >= MUGAI_MODEL_NONE)
        abort();
    return at;
}

/* Returns: whether it ends, @left names deep. */
static bool
ends (int value, unsigned left)
{
    for (int at = value; left > 0; at++) {
        const MugaiModelForm *f = &form[at].form;
        bool ok = f->kind == MUGAI_VALUE_NAMED || f->kind == MUGAI_VALUE_LIST
                      ? ends (f->of, left - 1)
                      : f->inner == MUGAI_MODEL_NONE || ends (f->inner, left - 1);
        if (!ok || f->last)
            return ok;
    }
    return false;
}

void
check_values (void)
{
    for (int i = 0; i < n_forms; i++) { /* grows */
        MugaiModelForm *f = &form[i].form;
        if (f->kind != MUGAI_VALUE_NAMED)
            continue;
        int where = value_statements[f->inner];
        if (where == 0)
            die (form[i].named, "value", values.name[f->inner]);
        const Statement *s = &statements[where - 1];
        f->inner = MUGAI_MODEL_NONE;
        f->of = (uint16_t)value_of (s->word[2], s);
    }
    for (int i = 0; i < n_forms; i++)
        if (!ends (i, 8)) {
            fprintf (stderr, "a value is defined by itself\n");
            exit (EXIT_FAILURE);
        }
}

/* The words of an enum, from all of its lines. */
static int
print_enum (int index)
{
    static char *word[SYMBOLS];
    int n = 0;

    for (const Statement *s = statements; s->n > 0; s++)
        for (int i = 2; is (s->word[0], "enum") && is (s->word[1], enums.name[index]) && i < s->n;
             i++)
            word[n++] = copy_of (s->word[i], strlen (s->word[i]));
    print_sorted (word, (size_t)n);
    printf ("\n");
    return n;
}

void
print_values (void)
{
    static int count[SYMBOLS];

    printf ("const uint32_t mugai_model_words[] = {\n");
    for (int i = 0; i < enums.n; i++)
        count[i] = print_enum (i);
    printf ("    0 };\nconst MugaiModelEnum mugai_model_enums[] = {\n");
    for (int i = 0, at = 0; i < enums.n; at += count[i++])
        printf ("    { %d, %d },\n", at, count[i]);
    printf ("    { 0, 0 }\n};\nconst MugaiModelForm mugai_model_forms[] = {\n");
    for (int i = 0; i < n_forms; i++) {
        const MugaiModelForm *f = &form[i].form;
        printf ("    { %u, %u, %u, %u, %lld, %lld },\n", f->kind, f->last, f->of, f->inner,
                (long long)f->low, (long long)f->high);
    }
    printf ("};\n");
}
