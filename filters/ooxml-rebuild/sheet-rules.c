/* SPDX-License-Identifier: Apache-2.0
 *
 * Conditional formats (ISO/IEC 29500-1, 18.3.1.18) and data validations (18.3.1.33): those whose
 * formulas may not stand go. Validations that newer files keep in an extension, because they look
 * at other sheets ([MS-XLSX] 2.6.50), become plain ones: programs read them there as well.
 */
#include "ooxml-rebuild/book.h"

#include <string.h>

/* Do all formulas below @rule stand? */
static bool
stands (MugaiBook *book, const MugaiNode *rule)
{
    static const uint16_t names[] = { MUGAI_N_s_formula, MUGAI_N_s_formula1, MUGAI_N_s_formula2 };

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        for (const MugaiNode *at = mugai_node_child (rule, names[i]); at != NULL;
             at = mugai_node_next (at, names[i]))
            if (at->first != NULL && !mugai_book_formula_node (book, at))
                return false;
    return true;
}

/* What a rule of this type shows must be there, and the formulas of its limits stand (18.3.1.10).
 */
static bool
is_whole (MugaiBook *book, const MugaiNode *rule)
{
    static const struct {
        const char *type;
        uint16_t name;
    } shown[] = { { "colorScale", MUGAI_N_s_colorScale },
                  { "dataBar", MUGAI_N_s_dataBar },
                  { "iconSet", MUGAI_N_s_iconSet } };
    const char *type = mugai_node_attr (rule, MUGAI_N_type);

    for (size_t i = 0; type != NULL && i < sizeof shown / sizeof shown[0]; i++) {
        const MugaiNode *scale = mugai_node_child (rule, shown[i].name);
        if (strcmp (type, shown[i].type) == 0 && scale == NULL)
            return false;
        for (const MugaiNode *at = mugai_node_child (scale, MUGAI_N_s_cfvo); at != NULL;
             at = mugai_node_next (at, MUGAI_N_s_cfvo)) {
            const char *value = mugai_node_attr (at, MUGAI_N_val);
            if (value != NULL && !mugai_book_formula (book, value, strlen (value)))
                return false;
        }
    }
    return true;
}

static void
judge_conditions (MugaiBook *book, MugaiNode *sheet)
{
    for (MugaiNode *at = mugai_node_child (sheet, MUGAI_N_s_conditionalFormatting); at != NULL;
         at = mugai_node_next (at, MUGAI_N_s_conditionalFormatting)) {
        for (MugaiNode *rule = mugai_node_child (at, MUGAI_N_s_cfRule); rule != NULL;
             rule = mugai_node_next (rule, MUGAI_N_s_cfRule))
            rule->gone = !stands (book, rule) || !is_whole (book, rule);
        at->gone = mugai_node_child (at, MUGAI_N_s_cfRule) == NULL;
    }
}

/* x14:formula1 holds xm:f, formula1 the text itself. */
static void
flatten (MugaiNode *rule, uint16_t from, uint16_t to)
{
    MugaiNode *formula = mugai_node_child (rule, from);
    MugaiNode *text = mugai_node_child (formula, MUGAI_N_xm_f);

    if (formula == NULL)
        return;
    formula->name = to;
    if (text != NULL)
        mugai_node_unwrap (text);
}

/* The validation @from of an extension, as a plain one at the end of @list. */
static void
take_validation (MugaiBook *book, MugaiNode *list, const MugaiNode *from)
{
    MugaiArena *arena = &book->doc->arena;
    MugaiNode *to = mugai_node_new (arena, MUGAI_N_s_dataValidation);
    MugaiNode *places = mugai_node_child (from, MUGAI_N_xm_sqref);
    size_t size;

    if (to == NULL || places == NULL)
        return;
    to->attrs = from->attrs;
    to->n_attrs = from->n_attrs;
    for (MugaiNode *at = from->first, *next; at != NULL; at = next) {
        next = at->next;
        at->next = at->parent = NULL;
        if (at != places)
            mugai_node_append (to, at);
    }
    flatten (to, MUGAI_N_x14_formula1, MUGAI_N_s_formula1);
    flatten (to, MUGAI_N_x14_formula2, MUGAI_N_s_formula2);
    mugai_node_set (arena, to, MUGAI_N_sqref, mugai_book_text (book, places, &size));
    mugai_node_append (list, to);
}

static void
take_extension (MugaiBook *book, MugaiNode *sheet, MugaiNode *list)
{
    for (MugaiNode *ext = mugai_node_child (list, MUGAI_N_s_ext); ext != NULL;
         ext = mugai_node_next (ext, MUGAI_N_s_ext)) {
        MugaiNode *rules = mugai_node_child (ext, MUGAI_N_x14_dataValidations);
        MugaiNode *plain = mugai_node_child (sheet, MUGAI_N_s_dataValidations);
        if (rules == NULL)
            continue;
        if (plain == NULL) {
            plain = mugai_node_new (&book->doc->arena, MUGAI_N_s_dataValidations);
            mugai_node_append (sheet, plain);
        }
        for (MugaiNode *at = mugai_node_child (rules, MUGAI_N_x14_dataValidation); at != NULL;
             at = mugai_node_next (at, MUGAI_N_x14_dataValidation))
            take_validation (book, plain, at);
    }
}

void
mugai_sheet_rules (MugaiBook *book, MugaiNode *sheet)
{
    MugaiNode *extensions = mugai_node_child (sheet, MUGAI_N_s_extLst);

    if (extensions != NULL)
        take_extension (book, sheet, extensions);
    judge_conditions (book, sheet);
    MugaiNode *list = mugai_node_child (sheet, MUGAI_N_s_dataValidations);
    for (MugaiNode *at = mugai_node_child (list, MUGAI_N_s_dataValidation); at != NULL;
         at = mugai_node_next (at, MUGAI_N_s_dataValidation))
        at->gone = !stands (book, at);
    if (list != NULL && mugai_node_child (list, MUGAI_N_s_dataValidation) == NULL)
        list->gone = 1;
}
