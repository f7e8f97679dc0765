/* SPDX-License-Identifier: Apache-2.0 */
#include "ooxml-rebuild/book.h"

#include <stdio.h>
#include <string.h>

enum { NAME = 512 /* bytes of a sheet's or defined name that is looked up */ };

static size_t
fold (char *out, const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++)
        out[i] = (char)(text[i] >= 'A' && text[i] <= 'Z' ? text[i] | 0x20 : text[i]);
    out[size] = '\0';
    return size;
}

static bool
is_in (const MugaiTable *table, const char *name, size_t size)
{
    char key[NAME];

    if (size >= sizeof key)
        return false;
    fold (key, name, size);
    return mugai_table_find (table, 0, key) != MUGAI_TABLE_NOTHING;
}

static bool
has_sheet (const void *user, const char *name, size_t size)
{
    const MugaiBook *book = user;

    return is_in (&book->sheets, name, size);
}

static bool
lost_name (const void *user, const char *name, size_t size)
{
    const MugaiBook *book = user;

    return book->lost.count > 0 && is_in (&book->lost, name, size);
}

MugaiBook *
mugai_book (MugaiDocument *doc)
{
    MugaiBook *book = doc->user;

    if (book == NULL) {
        book = mugai_arena_take (&doc->arena, sizeof *book);
        if (book == NULL)
            return NULL;
        book->doc = doc;
        book->formulas = (MugaiFormulaBook){ has_sheet, lost_name, book };
        doc->user = book;
    }
    return book;
}

char *
mugai_book_fold (MugaiBook *book, const char *text, size_t size)
{
    char *out = mugai_arena_take (&book->doc->arena, size + 1);

    if (out != NULL)
        fold (out, text, size);
    return out;
}

void
mugai_book_count (MugaiBook *book, MugaiBookLoss what, const char *evidence, size_t size)
{
    MugaiBookCount *c = &book->lost_things[what];

    if (c->count++ > 0)
        return;
    size = size < sizeof c->first ? size : sizeof c->first - 1;
    while (size > 0 && ((unsigned char)evidence[size] & 0xC0) == 0x80)
        size--;
    memcpy (c->first, evidence, size);
    c->first[size] = '\0';
}

bool
mugai_book_finish (MugaiDocument *doc)
{
    static const char *const codes[MUGAI_LOSSES] = {
        [MUGAI_LOSS_FORMULA] = "office.formula",
        [MUGAI_LOSS_DDE] = "office.dde",
        [MUGAI_LOSS_EXTERNAL] = "office.external-link",
        [MUGAI_LOSS_MACRO_SHEET] = "office.xlm",
        [MUGAI_LOSS_MACRO_NAME] = "office.xlm",
        [MUGAI_LOSS_HIDDEN_SHEET] = "office.hidden-sheet",
        [MUGAI_LOSS_LINK] = "office.hyperlink",
    };
    MugaiBook *book = doc->user;

    for (size_t i = 0; i < doc->n_targets; i++) {
        const MugaiOfficePart *part = doc->targets[i].part;
        if (part != NULL && !part->alive &&
            (part->spec == MUGAI_PART_worksheet || part->spec == MUGAI_PART_chartsheet))
            return false;
    }
    if (book == NULL)
        return false;
    MugaiBookCount *links = &book->lost_things[MUGAI_LOSS_LINK];
    if (links->count == 0)
        snprintf (links->first, sizeof links->first, "%s", book->shapes.link);
    links->count += book->shapes.links;
    if (book->controls > 0)
        mugai_document_finding (doc, "office.form", book->controls, NULL);
    if (book->shapes.actions > 0)
        mugai_document_finding (doc, "office.action", book->shapes.actions, book->shapes.action);
    for (unsigned i = 0; i < MUGAI_LOSSES; i++)
        if (book->lost_things[i].count > 0)
            mugai_document_finding (doc, codes[i], book->lost_things[i].count,
                                    book->lost_things[i].first);
    return true;
}

void
mugai_book_clear (MugaiDocument *doc)
{
    MugaiBook *book = doc->user;

    if (book == NULL)
        return;
    mugai_table_clear (&book->sheets);
    mugai_table_clear (&book->lost);
}

bool
mugai_book_formula (MugaiBook *book, const char *text, size_t size)
{
    MugaiFormulaFault fault = mugai_formula_check (text, size, &book->formulas);
    MugaiBookLoss what = MUGAI_LOSS_FORMULA;

    if (fault.verdict == MUGAI_FORMULA_ALLOWED)
        return true;
    if (fault.verdict == MUGAI_FORMULA_DDE)
        what = MUGAI_LOSS_DDE;
    else if (fault.verdict == MUGAI_FORMULA_EXTERNAL)
        what = MUGAI_LOSS_EXTERNAL;
    if (fault.verdict == MUGAI_FORMULA_FUNCTION) /* its name says enough */
        mugai_book_count (book, what, text + fault.from, fault.size);
    else
        mugai_book_count (book, what, text, size);
    return false;
}

bool
mugai_book_has (MugaiDocument *doc, const char *text, size_t size)
{
    const MugaiBook *book = mugai_book (doc);

    return book != NULL &&
           mugai_formula_check (text, size, &book->formulas).verdict == MUGAI_FORMULA_ALLOWED;
}

const char *
mugai_book_text (MugaiBook *book, const MugaiNode *node, size_t *ret_size)
{
    const MugaiNode *text = node->first;
    size_t room = 1;

    *ret_size = 0;
    if (text == NULL)
        return "";
    if (text->next == NULL && text->name == MUGAI_N_TEXT) {
        *ret_size = text->size;
        return text->text;
    }
    for (; text != NULL; text = text->next)
        room += text->name == MUGAI_N_TEXT ? text->size : 0;
    char *all = mugai_arena_take (&book->doc->arena, room);
    if (all == NULL)
        return "";
    *ret_size = mugai_node_words (node, all, room);
    return all;
}

bool
mugai_book_formula_node (MugaiBook *book, const MugaiNode *node)
{
    size_t size;
    const char *text = mugai_book_text (book, node, &size);

    return mugai_book_formula (book, text, size);
}
