/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: an operand is wanted, or one is there and an operator may follow; brackets that are
 * open lie on a stack. Nothing calls itself.
 */
#include "verify/formula.h"

#include "verify/word-list.h"

#include <string.h>

enum { BYTES = 32768, BRACKETS = 256, WORD_BYTES = 255, SHEET_BYTES = 1024 };

typedef struct Formula {
    MugaiModelUse *use;
    uint64_t where;
    const char *text;
    size_t size, at;
    size_t open;         /* brackets */
    bool call[BRACKETS]; /* what each is: arguments, or a group */
    bool operand;        /* one is there */
    bool spaced;         /* a space stood before this place */
} Formula;

static int
peek (const Formula *f, size_t ahead)
{
    return f->at + ahead < f->size ? (uint8_t)f->text[f->at + ahead] : -1;
}

static bool
take (Formula *f, char c)
{
    bool there = peek (f, 0) == (uint8_t)c;

    f->at += there;
    return there;
}

static bool
take_string (Formula *f, const char *text)
{
    size_t size = strlen (text);
    bool there = f->size - f->at >= size && memcmp (f->text + f->at, text, size) == 0;

    f->at += there ? size : 0;
    return there;
}

static bool
is_digit (int c)
{
    return c >= '0' && c <= '9';
}

static bool
is_letter (int c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool
is_word (int c)
{
    return is_letter (c) || is_digit (c) || c >= 0x80 || c == '_' || c == '.' || c == '$' ||
           c == '?';
}

static bool
skip_space (Formula *f)
{
    size_t from = f->at;

    for (int c; (c = peek (f, 0)) == ' ' || c == '\t' || c == '\n' || c == '\r';)
        f->at++;
    return f->at > from;
}

static size_t
skip_digits (Formula *f)
{
    size_t from = f->at;

    while (is_digit (peek (f, 0)))
        f->at++;
    return f->at - from;
}

/* A number, unless it turns out to be a word. */
static bool
take_number (Formula *f)
{
    size_t from = f->at, n = skip_digits (f);

    if (take (f, '.'))
        n += 1 + skip_digits (f);
    int sign = peek (f, 1) == '+' || peek (f, 1) == '-';
    if (n > 0 && (peek (f, 0) == 'E' || peek (f, 0) == 'e') &&
        is_digit (peek (f, 1 + (size_t)sign))) {
        f->at += 1 + (size_t)sign;
        skip_digits (f);
    }
    if (n > 0 && !is_word (peek (f, 0)) && peek (f, 0) != '!')
        return true;
    f->at = from;
    return false;
}

static bool
take_text (Formula *f)
{
    if (!take (f, '"'))
        return false;
    for (;;) {
        const char *end = memchr (f->text + f->at, '"', f->size - f->at);
        if (end == NULL)
            return false;
        f->at = (size_t)(end - f->text) + 1;
        if (!take (f, '"'))
            return true;
    }
}

static bool
take_error (Formula *f)
{
    static const char *const error[] = { "#DIV/0!",   "#N/A",   "#NAME?",   "#NULL!",
                                         "#NUM!",     "#REF!",  "#VALUE!",  "#GETTING_DATA",
                                         "#SPILL!",   "#CALC!", "#FIELD!",  "#BLOCKED!",
                                         "#CONNECT!", "#BUSY!", "#UNKNOWN!" };

    for (size_t i = 0; peek (f, 0) == '#' && i < sizeof error / sizeof error[0]; i++)
        if (take_string (f, error[i]))
            return true;
    return false;
}

/* A word at this place. Returns: its size, 0 without. */
static size_t
word_size (const Formula *f)
{
    size_t n = 0;

    while (is_word (peek (f, n)))
        n++;
    return n;
}

/* [$] 1 to 3 letters [$] 1 to 7 digits */
static bool
is_cell (const char *word, size_t size)
{
    Formula f = { .text = word, .size = size };
    size_t letters = 0;

    take (&f, '$');
    for (; is_letter (peek (&f, 0)); letters++)
        f.at++;
    take (&f, '$');
    size_t n = skip_digits (&f);
    return letters >= 1 && letters <= 3 && n >= 1 && n <= 7 && f.at == size;
}

static bool
is_function (const char *word, size_t size)
{
    static const char *const prefix[] = { "_XLFN.", "_XLWS." };
    char name[WORD_BYTES];
    const char *at = name;

    if (size > sizeof name)
        return false;
    for (size_t i = 0; i < size; i++)
        name[i] = (char)(word[i] >= 'a' && word[i] <= 'z' ? word[i] - 32 : word[i]);
    if (size >= 6 && memcmp (name, "_XLPM.", 6) == 0)
        return true;
    for (size_t i = 0; i < 2; i++)
        if (size > 6 && memcmp (at, prefix[i], 6) == 0) {
            at += 6;
            size -= 6;
        }
    return mugai_word_in (mugai_model_functions, mugai_model_n_functions, at, size);
}

/* The name of a sheet within quotes, asked of the workbook. */
static bool
take_sheet_name (Formula *f)
{
    char name[SHEET_BYTES];
    size_t from = f->at, size = 0;

    for (int c; (c = peek (f, 0)) >= 0x20; f->at++) {
        if (c == '\'' && peek (f, 1) != '\'')
            break;
        f->at += c == '\'';
        if (strchr (":[]\\/?*|", c) != NULL)
            break;
        if (size == sizeof name)
            return false;
        name[size++] = (char)c;
    }
    const MugaiRefer ask = { .size = (uint32_t)size,
                             .part = f->use->part,
                             .at = f->where,
                             .space = f->use->refers->sheets };
    return f->at > from &&
           (ask.space == MUGAI_MODEL_NONE || mugai_refers_name (f->use->refers, &ask, name));
}

/* 'name'! or 'name:name'! */
static bool
take_quoted_sheet (Formula *f)
{
    return take (f, '\'') && take_sheet_name (f) && (!take (f, ':') || take_sheet_name (f)) &&
           take (f, '\'') && take (f, '!');
}

/* What stands behind the "!" of a sheet. */
static bool
take_of_sheet (Formula *f)
{
    if (take_string (f, "#REF!")) {
        f->at += word_size (f);
        return true;
    }
    if (take_error (f))
        return true;
    size_t n = word_size (f);
    const char *word = f->text + f->at;
    f->at += n;
    Formula ahead = *f;
    skip_space (&ahead);
    /* a function is never there */
    return n > 0 && (peek (&ahead, 0) != '(' || (ahead.at > f->at && is_cell (word, n)));
}

/* [...[...]...] behind a word */
static bool
take_columns (Formula *f)
{
    unsigned open = 0;

    for (int c; (c = peek (f, 0)) >= 0; f->at++) {
        open += c == '[';
        if (open > 2)
            return false;
        f->at += c == '\'' && peek (f, 1) >= 0;
        if (c == ']' && --open == 0) {
            f->at++;
            c = peek (f, 0);
            return !is_word (c) && c != '!' && c != '\'';
        }
    }
    return false;
}

static bool
push (Formula *f, bool call)
{
    if (f->open == BRACKETS)
        return false;
    f->call[f->open++] = call;
    f->operand = false;
    return true;
}

/* An operand that begins with a word: sheet, columns, call, cell or name. */
static bool
take_word (Formula *f)
{
    size_t n = word_size (f);
    const char *word = f->text + f->at;

    f->at += n;
    if (n == 0)
        return false;
    if (take (f, '!'))
        return take_of_sheet (f);
    if (peek (f, 0) == '[')
        return take_columns (f);
    Formula ahead = *f;
    bool spaced = skip_space (&ahead);
    if (peek (&ahead, 0) != '(' || (spaced && is_cell (word, n)))
        return true;
    f->at = ahead.at + 1;
    return is_function (word, n) && push (f, true);
}

static bool
take_constant (Formula *f)
{
    skip_space (f);
    bool sign = take (f, '+') || take (f, '-');
    bool ok = take_number (f);
    if (!ok) {
        size_t n = word_size (f);
        ok = (n == 4 && take_string (f, "TRUE")) || (n == 5 && take_string (f, "FALSE")) ||
             (!sign && (take_text (f) || take_error (f)));
    }
    skip_space (f);
    return ok;
}

static bool
take_array (Formula *f)
{
    if (!take (f, '{'))
        return false;
    do
        if (!take_constant (f))
            return false;
    while (take (f, ',') || take (f, ';'));
    return take (f, '}');
}

/* Whether an operand, or a bracket that begins one, stands here; it is taken. */
static bool
take_operand (Formula *f)
{
    int c = peek (f, 0);

    f->operand = true;
    if (c == '(')
        return f->at++, push (f, false);
    if (c == '"')
        return take_text (f);
    if (c == '{')
        return take_array (f);
    if (c == '\'')
        return take_quoted_sheet (f) && take_of_sheet (f);
    if (c == '[')
        return take_string (f, "[0]!") && take_of_sheet (f);
    if (c == '#') {
        bool reference = take_string (f, "#REF!");
        f->at += reference ? word_size (f) : 0;
        return reference || take_error (f);
    }
    return take_number (f) || take_word (f);
}

/* A closing bracket, or a comma between arguments, where an operand is wanted: an empty argument.
 */
static bool
is_empty_argument (const Formula *f)
{
    size_t at = f->at;

    if (f->open == 0 || !f->call[f->open - 1] || (peek (f, 0) != ',' && peek (f, 0) != ')'))
        return false;
    while (at > 0 && strchr (" \t\n\r", f->text[at - 1]) != NULL)
        at--;
    return f->text[at - 1] == '(' || f->text[at - 1] == ',';
}

static bool
take_close (Formula *f)
{
    if (f->open == 0 || !take (f, ')'))
        return false;
    f->open--;
    f->operand = true;
    return true;
}

static bool
take_operator (Formula *f)
{
    static const char *const operators[] = { "<=", ">=", "<>", "<", ">", "=", "+",
                                             "-",  "*",  "/",  "^", "&", ":" };

    for (size_t i = 0; i < sizeof operators / sizeof operators[0]; i++)
        if (take_string (f, operators[i])) {
            f->operand = false;
            return true;
        }
    if (!take (f, ','))
        return false;
    f->operand = false; /* a union, or the next argument */
    return true;
}

/* What follows an operand. */
static bool
step_behind (Formula *f)
{
    if (!f->spaced && take (f, '('))
        return push (f, true);
    if (take (f, '%') || take (f, '#'))
        return true;
    if (take_close (f) || take_operator (f))
        return true;
    f->operand = false; /* an intersection: the operand follows */
    return f->spaced;
}

static bool
step_before (Formula *f)
{
    if (take (f, '+') || take (f, '-') || take (f, '@'))
        return true;
    if (is_empty_argument (f))
        return take_close (f) || take (f, ',');
    return take_operand (f);
}

bool
mugai_formula_fits (MugaiModelUse *use, const char *text, size_t size, uint64_t at)
{
    Formula f = { .use = use, .where = at, .text = text, .size = size };

    if (size > BYTES)
        return false;
    f.spaced = skip_space (&f);
    while (f.at < size) {
        if (!(f.operand ? step_behind (&f) : step_before (&f)))
            return false;
        f.spaced = skip_space (&f);
    }
    return f.operand && f.open == 0;
}
