/* SPDX-License-Identifier: Apache-2.0 */
#include "ooxml-rebuild/chart.h"

#include "ooxml-rebuild/book.h"
#include "ooxml-rebuild/numbers.h"
#include "ooxml-rebuild/shape.h"

#include <stdio.h>
#include <string.h>

enum { REFERENCE = 1024 };

/* Of a sheet, a chart refers to cells; elsewhere its references lead to a workbook that is gone. */
static bool
in_workbook (const MugaiDocument *doc)
{
    return strcmp (doc->hooks->kind, "xlsx") == 0;
}

/* A reference to another workbook, "[1]Sheet1!$A$1" or "'[a.xlsx]b'!$A$1", or to another program.
 */
static bool
leads_out (const char *reference)
{
    return strpbrk (reference, "[|") != NULL || strstr (reference, "//") != NULL;
}

/* "'C:\[a.xlsx]b'!$A$1" to "'b'!$A$1". */
static void
strip (MugaiArena *arena, MugaiNode *node, char *reference)
{
    char *end = strrchr (reference, ']'), plain[REFERENCE];

    if (end == NULL || leads_out (end + 1))
        snprintf (plain, sizeof plain, "Sheet1!$A$1");
    else
        snprintf (plain, sizeof plain, "%s%s", reference[0] == '\'' ? "'" : "", end + 1);
    node->first = node->last = NULL;
    mugai_shape_add_words (arena, node, plain);
}

/* The values of a reference stand for themselves. */
static void
keep_values (MugaiNode *node, uint16_t cache, uint16_t literal)
{
    MugaiNode *reference = mugai_node_child (node, MUGAI_N_c_f),
              *values = mugai_node_child (node, cache);

    reference->gone = 1;
    node->name = literal;
    if (values == NULL)
        return;
    values->gone = 1;
    mugai_shape_adopt (node, values);
}

/* The name of a series by its value: c:tx holds a c:v. */
static void
keep_name (MugaiArena *arena, MugaiNode *node)
{
    MugaiNode *point = mugai_node_child (mugai_node_child (node, MUGAI_N_c_strCache), MUGAI_N_c_pt),
              *value = mugai_node_child (point, MUGAI_N_c_v);

    node->gone = 1;
    if (value != NULL)
        mugai_shape_move (arena, node->parent, MUGAI_N_c_v, value);
}

static void
make_literal (MugaiArena *arena, MugaiNode *node)
{
    uint16_t around = node->parent != NULL ? node->parent->name : MUGAI_N_UNKNOWN;

    if (node->name == MUGAI_N_c_numRef)
        keep_values (node, MUGAI_N_c_numCache, MUGAI_N_c_numLit);
    else if (node->name == MUGAI_N_c_strRef && around != MUGAI_N_c_tx)
        keep_values (node, MUGAI_N_c_strCache, MUGAI_N_c_strLit);
    else if (node->name == MUGAI_N_c_strRef)
        keep_name (arena, node);
    else
        node->gone = 1;
}

/* @node: a c:f. Returns: did it lead out? */
static bool
judge_reference (MugaiDocument *doc, MugaiNode *node)
{
    char words[REFERENCE];

    size_t size = mugai_node_words (node, words, sizeof words);
    if (in_workbook (doc) ? mugai_book_has (doc, words, size) : !leads_out (words))
        return false;
    if (in_workbook (doc) && node->parent != NULL)
        make_literal (&doc->arena, node->parent);
    else
        strip (&doc->arena, node, words);
    return true;
}

/* Files of some programs lack the numbers of a series (21.2.2.84, 21.2.2.128). */
static void
number_series (MugaiArena *arena, MugaiNode *series, unsigned number)
{
    static const uint16_t names[] = { MUGAI_N_c_idx, MUGAI_N_c_order };
    char text[16];

    snprintf (text, sizeof text, "%u", number);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (mugai_node_child (series, names[i]) != NULL)
            continue;
        MugaiNode *node = mugai_shape_add (arena, series, names[i]);
        if (node != NULL)
            mugai_node_set (arena, node, MUGAI_N_val, text);
    }
}

bool
mugai_chart (MugaiDocument *doc, MugaiOfficePart *part)
{
    MugaiNode *root = part->tree.root, *data = mugai_node_child (root, MUGAI_N_c_externalData);
    const char *id = mugai_node_attr (data, MUGAI_N_r_id);
    const MugaiRelation *to = id != NULL ? mugai_document_relation (part, id) : NULL;
    uint64_t out = 0;
    unsigned series = 0;

    for (MugaiNode *at = root; at != NULL; at = mugai_node_after (root, at, at->gone)) {
        if (at->name == MUGAI_N_c_f && !at->gone)
            out += judge_reference (doc, at);
        else if (at->name == MUGAI_N_c_ser)
            number_series (&doc->arena, at, series++);
    }
    mugai_number_axes (&doc->arena, root);
    mugai_number_fields (&doc->arena, root);
    if (data != NULL) {
        data->gone = 1;
        mugai_document_finding (doc, "office.chart-data", 1, NULL);
    }
    if (to != NULL && to->external)
        mugai_document_finding (doc, "office.external-link", 1, to->target);
    else if (out > 0)
        mugai_document_finding (doc, "office.external-link", out, NULL);
    return !doc->arena.failed;
}
