/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: one walk over the part with a stack of open fields (ISO/IEC 29500-1, 17.16.18).
 * What stands between begin and separate is the instruction, in pieces over several runs; what
 * stands between separate and end is what the field shows. At the end the field is judged: allowed,
 * its instruction stands whole in its first piece; else only what it shows is left.
 */
#include "ooxml-rebuild/link.h"
#include "ooxml-rebuild/text-document.h"

#include <string.h>

enum { OPEN = 64 /* fields within each other */, INSTRUCTION = 2000 /* bytes */ };

static const char *const allowed[] = {
#include "fields-table.inc"
};

typedef struct Field {
    MugaiNode *begin, *separate;
    MugaiNode *instruction; /* w:instrText that will hold all of it */
    MugaiNode *form;        /* w:ffData */
    size_t start;           /* of its instruction, in text */
    bool shows;             /* behind separate */
    bool nested;            /* another field stands in its instruction */
} Field;

typedef struct MugaiTextWalk {
    MugaiDocument *doc;
    Field field[OPEN];
    unsigned open;
    unsigned deeper; /* opened beyond OPEN */
    char text[OPEN * INSTRUCTION];
    size_t size;
} Walk;

/* --- instructions --- */

static bool
is_blank (char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* The type of a field, in capitals. */
static size_t
type_of (const char *text, size_t size, char out[32])
{
    size_t at = 0, n = 0;

    while (at < size && is_blank (text[at]))
        at++;
    while (at < size && n < 31 && !is_blank (text[at]) && text[at] != '"' && text[at] != '\\') {
        char c = text[at++];
        out[n++] = (char)(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    }
    out[n] = '\0';
    return at;
}

static bool
is_allowed (const char *type)
{
    for (size_t i = 0; i < sizeof allowed / sizeof allowed[0]; i++)
        if (strcmp (type, allowed[i]) == 0)
            return true;
    return false;
}

const char *
mugai_text_field (MugaiArena *arena, const char *text, size_t size)
{
    char type[32];
    size_t at = type_of (text, size, type), n = strlen (type);

    if (!is_allowed (type) || size > INSTRUCTION)
        return NULL;
    char *out = mugai_arena_take (arena, n + size - at + 4);
    if (out == NULL)
        return NULL;
    out[0] = ' ';
    memcpy (out + 1, type, n);
    n++;
    out[n++] = ' ';
    while (at < size && is_blank (text[at]))
        at++;
    for (; at < size; at++)
        out[n++] = is_blank (text[at]) ? ' ' : text[at];
    if (out[n - 1] != ' ')
        out[n++] = ' ';
    return out;
}

/* The first argument of an instruction: `HYPERLINK "target"`. */
static bool
argument (const char *text, char *out, size_t room)
{
    char type[32];
    const char *at = text + type_of (text, strlen (text), type);
    size_t n = 0;

    while (is_blank (*at))
        at++;
    if (*at == '\\' || *at == '\0')
        return false;
    bool quoted = *at == '"';
    for (at += quoted; *at != '\0' && n + 1 < room && (quoted ? *at != '"' : !is_blank (*at)); at++)
        out[n++] = *at;
    out[n] = '\0';
    return n > 0;
}

/* --- what becomes of one --- */

static void
insert_words (MugaiDocument *doc, MugaiNode *at, const char *words)
{
    MugaiNode *text = words != NULL ? mugai_node_new (&doc->arena, MUGAI_N_w_t) : NULL;

    if (text == NULL)
        return;
    mugai_node_set (&doc->arena, text, MUGAI_N_xml_space, "preserve");
    mugai_node_append (text, mugai_node_text (&doc->arena, words, strlen (words)));
    mugai_node_insert (at, text);
}

static bool
is_on (const MugaiNode *node)
{
    const char *value = mugai_node_attr (node, MUGAI_N_w_val);

    return node != NULL && (value == NULL || strcmp (value, "0") != 0) &&
           (value == NULL || strcmp (value, "false") != 0);
}

/* A check box shows none of its own. */
static void
show_check_box (MugaiDocument *doc, const MugaiNode *form, MugaiNode *at)
{
    const MugaiNode *box = mugai_node_child (form, MUGAI_N_w_checkBox);
    const MugaiNode *checked = mugai_node_child (box, MUGAI_N_w_checked);

    if (checked == NULL)
        checked = mugai_node_child (box, MUGAI_N_w_default);
    insert_words (doc, at, is_on (checked) ? "☑" : "☐");
}

static void
show_choice (MugaiDocument *doc, const MugaiNode *form, MugaiNode *at)
{
    const MugaiNode *list = mugai_node_child (form, MUGAI_N_w_ddList);
    const char *chosen = mugai_node_attr (mugai_node_child (list, MUGAI_N_w_result), MUGAI_N_w_val);
    unsigned wanted = 0;

    for (; chosen != NULL && *chosen >= '0' && *chosen <= '9' && wanted < 1000; chosen++)
        wanted = 10 * wanted + (unsigned)(*chosen - '0');
    const MugaiNode *entry = mugai_node_child (list, MUGAI_N_w_listEntry);
    for (; entry != NULL && wanted > 0; wanted--)
        entry = mugai_node_next (entry, MUGAI_N_w_listEntry);
    insert_words (doc, at, mugai_node_attr (entry, MUGAI_N_w_val));
}

static bool
one_of (const char *type, const char *list)
{
    const char *at = strstr (list, type);

    return type[0] != '\0' && at != NULL && at[-1] == ' ' && at[strlen (type)] == ' ';
}

/* @at: where text may be put behind. @form: w:ffData or NULL. */
static void
lose_field (MugaiDocument *doc, const char *instruction, const MugaiNode *form, MugaiNode *at)
{
    char type[32], target[512];

    type_of (instruction, strlen (instruction), type);
    if (one_of (type, " DDE DDEAUTO ")) {
        mugai_text_lose (doc, MUGAI_TEXT_DDE, instruction);
    } else if (one_of (type, " INCLUDETEXT INCLUDEPICTURE INCLUDE IMPORT LINK DATABASE RD ")) {
        mugai_text_lose (doc, MUGAI_TEXT_FETCH, instruction);
    } else if (strcmp (type, "HYPERLINK") == 0) {
        if (!argument (instruction, target, sizeof target))
            return; /* within the document */
        mugai_text_lose (doc, MUGAI_TEXT_LINK, target);
        insert_words (doc, at, mugai_link_words (doc, target, ""));
    } else if (one_of (type, " FORMTEXT FORMCHECKBOX FORMDROPDOWN ")) {
        mugai_text_lose (doc, MUGAI_TEXT_FORM, type);
        if (strcmp (type, "FORMCHECKBOX") == 0)
            show_check_box (doc, form, at);
        else if (strcmp (type, "FORMDROPDOWN") == 0)
            show_choice (doc, form, at);
    } else if (type[0] != '\0') {
        mugai_text_lose (doc, MUGAI_TEXT_FIELD, type);
    }
}

static void
set_text (MugaiDocument *doc, MugaiNode *node, const char *text)
{
    node->first = node->last = NULL;
    mugai_node_set (&doc->arena, node, MUGAI_N_xml_space, "preserve");
    mugai_node_append (node, mugai_node_text (&doc->arena, text, strlen (text)));
}

static void
lose_marks (const Field *field, MugaiNode *end)
{
    MugaiNode *const marks[] = { field->begin, field->instruction, field->separate, end };

    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++)
        if (marks[i] != NULL)
            marks[i]->gone = 1;
}

static void
end_field (Walk *w, MugaiNode *end)
{
    Field *field = &w->field[--w->open];
    char *instruction = w->text + field->start;
    size_t size = w->size - field->start;

    instruction[size < sizeof w->text - field->start ? size : sizeof w->text - field->start - 1] =
        '\0';
    w->size = field->start;
    if (w->open > 0 &&
        !w->field[w->open - 1].shows) { /* in an instruction: nothing of it is shown */
        w->field[w->open - 1].nested = true;
        lose_marks (field, end);
        return;
    }
    const char *whole = field->nested || end == NULL || field->instruction == NULL
                            ? NULL
                            : mugai_text_field (&w->doc->arena, instruction, strlen (instruction));
    if (whole != NULL) {
        set_text (w->doc, field->instruction, whole);
        field->instruction->gone = 0;
        return;
    }
    lose_marks (field, end);
    lose_field (w->doc, instruction, field->form, end != NULL ? end : field->begin);
}

/* --- the walk --- */

static void
begin_field (Walk *w, MugaiNode *node)
{
    if (w->open == OPEN) {
        w->deeper++;
        node->gone = 1;
        return;
    }
    w->field[w->open++] = (Field){ .begin = node,
                                   .form = mugai_node_child (node, MUGAI_N_w_ffData),
                                   .start = w->size };
}

static void
mark (Walk *w, MugaiNode *node)
{
    const char *type = mugai_node_attr (node, MUGAI_N_w_fldCharType);
    Field *field = w->open > 0 ? &w->field[w->open - 1] : NULL;

    if (type != NULL && strcmp (type, "begin") == 0) {
        begin_field (w, node);
    } else if (field == NULL || w->deeper > 0 || type == NULL) {
        w->deeper -= w->deeper > 0 && type != NULL && strcmp (type, "end") == 0;
        node->gone = 1;
    } else if (strcmp (type, "separate") == 0) {
        if (field->separate != NULL)
            node->gone = 1;
        else
            field->separate = node;
        field->shows = true;
    } else {
        end_field (w, node);
    }
}

static void
add_instruction (Walk *w, MugaiNode *node)
{
    Field *field = w->open > 0 ? &w->field[w->open - 1] : NULL;

    node->gone = 1;
    if (field == NULL || field->shows || w->deeper > 0)
        return;
    if (field->instruction == NULL)
        field->instruction = node;
    size_t room = sizeof w->text - w->size;
    if (w->size - field->start < INSTRUCTION && room > INSTRUCTION)
        w->size += mugai_node_words (node, w->text + w->size, INSTRUCTION);
}

/* Anything that a run shows, in an instruction, is not shown. */
static void
hide (const Walk *w, MugaiNode *node)
{
    if (w->open > 0 && !w->field[w->open - 1].shows && node->parent != NULL &&
        node->parent->name == MUGAI_N_w_r && node->name != MUGAI_N_w_rPr)
        node->gone = 1;
}

static void
simple_field (MugaiDocument *doc, MugaiNode *node)
{
    const char *instruction = mugai_node_attr (node, MUGAI_N_w_instr);
    MugaiNode *last = node->last;

    if (instruction == NULL)
        instruction = "";
    if (mugai_text_field (&doc->arena, instruction, strlen (instruction)) != NULL)
        return;
    if (last != NULL && last->name == MUGAI_N_w_r && last->last != NULL)
        lose_field (doc, instruction, NULL, last->last);
    else
        lose_field (doc, instruction, NULL, NULL);
    mugai_node_unwrap (node);
}

/* One with nothing open, or NULL. */
static Walk *
begin_walk (MugaiDocument *doc)
{
    MugaiTextDocument *state = doc->user;

    if (state->walk == NULL)
        state->walk = mugai_arena_take (&doc->arena, sizeof *state->walk);
    if (state->walk == NULL)
        return NULL;
    state->walk->doc = doc;
    state->walk->open = state->walk->deeper = 0;
    state->walk->size = 0;
    return state->walk;
}

void
mugai_text_fields (MugaiDocument *doc, MugaiOfficePart *part)
{
    Walk *w = begin_walk (doc);
    MugaiNode *root = part->tree.root;

    if (w == NULL)
        return;
    for (MugaiNode *at = root; at != NULL;) {
        MugaiNode *here = at;
        bool skip = false;
        if (here->name == MUGAI_N_w_fldChar)
            mark (w, here);
        else if (here->name == MUGAI_N_w_instrText)
            add_instruction (w, here);
        else if (here->name == MUGAI_N_w_fldSimple) {
            MugaiNode *first = here->first;
            simple_field (doc, here);
            if (here->gone && first != NULL) { /* its children stand behind it now */
                at = first;
                continue;
            }
        } else {
            hide (w, here);
        }
        skip = here->name == MUGAI_N_w_fldChar || here->name == MUGAI_N_w_instrText || here->gone;
        at = mugai_node_after (root, here, skip);
    }
    while (w->open > 0)
        end_field (w, NULL);
}

/* --- what judging left --- */

static void
balance_mark (Walk *w, MugaiNode *node)
{
    const char *type = mugai_node_attr (node, MUGAI_N_w_fldCharType);
    Field *field = w->open > 0 ? &w->field[w->open - 1] : NULL;

    if (type != NULL && strcmp (type, "begin") == 0) {
        bool inside = field != NULL && !field->shows;
        begin_field (w, node);
        if (!node->gone)
            w->field[w->open - 1].nested = inside;
    } else if (field == NULL || w->deeper > 0 || type == NULL) {
        w->deeper -= w->deeper > 0 && type != NULL && strcmp (type, "end") == 0;
        node->gone = 1;
    } else if (strcmp (type, "separate") == 0) {
        node->gone = field->shows;
        field->separate = field->shows ? field->separate : node;
        field->shows = true;
    } else {
        if (field->nested || field->instruction == NULL)
            lose_marks (field, node);
        w->open--;
    }
}

static void
balance_instruction (Walk *w, MugaiNode *node)
{
    Field *field = w->open > 0 ? &w->field[w->open - 1] : NULL;

    if (field == NULL || field->shows || w->deeper > 0 || field->instruction != NULL)
        node->gone = 1;
    else
        field->instruction = node;
}

void
mugai_text_balance (MugaiDocument *doc, MugaiOfficePart *part)
{
    Walk *w = begin_walk (doc);
    MugaiNode *root = part->tree.root;

    for (MugaiNode *at = root; w != NULL && at != NULL;
         at = mugai_node_after (root, at, at->gone)) {
        if (at->gone)
            continue;
        if (at->name == MUGAI_N_w_fldChar)
            balance_mark (w, at);
        else if (at->name == MUGAI_N_w_instrText)
            balance_instruction (w, at);
    }
    while (w != NULL && w->open > 0)
        lose_marks (&w->field[--w->open], NULL);
}
