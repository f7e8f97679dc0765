/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: each part that holds text is walked a few times: hyperlinks and what else has its
 * content a level down, then VML, then fields. What is left goes before the model.
 */
#include "ooxml-rebuild/chart.h"
#include "ooxml-rebuild/hooks.h"
#include "ooxml-rebuild/link.h"
#include "ooxml-rebuild/shape.h"
#include "ooxml-rebuild/text-document.h"

#include <stdio.h>
#include <string.h>

enum { WORDS = 2048 /* bytes of a link's text that are compared with where it leads */ };

static MugaiTextDocument *
state (MugaiDocument *doc)
{
    if (doc->user == NULL)
        doc->user = mugai_arena_take (&doc->arena, sizeof (MugaiTextDocument));
    return doc->user;
}

void
mugai_text_lose (MugaiDocument *doc, MugaiTextLoss what, const char *evidence)
{
    MugaiTextDocument *s = state (doc);

    if (s == NULL || s->count[what]++ > 0 || evidence == NULL)
        return;
    while (*evidence == ' ')
        evidence++;
    snprintf (s->first[what], sizeof s->first[what], "%s", evidence);
}

/* --- links --- */

/* @run looks as @other, but for what makes a link look like one. */
static void
look_like (MugaiDocument *doc, MugaiNode *run, const MugaiNode *other)
{
    const MugaiNode *look = other != NULL && other->name == MUGAI_N_w_r
                                ? mugai_node_child (other, MUGAI_N_w_rPr)
                                : NULL;
    MugaiNode *copy = mugai_shape_copy (&doc->arena, look);

    for (MugaiNode *at = copy != NULL ? copy->first : NULL; at != NULL; at = at->next)
        at->gone = at->gone || at->name == MUGAI_N_w_u || at->name == MUGAI_N_w_color ||
                   at->name == MUGAI_N_w_rStyle || at->name == MUGAI_N_w_rPrChange;
    mugai_node_append (run, copy);
}

static void
add_run (MugaiDocument *doc, MugaiNode *parent, const char *words)
{
    MugaiNode *run = words != NULL ? mugai_node_new (&doc->arena, MUGAI_N_w_r) : NULL;
    MugaiNode *text = run != NULL ? mugai_node_new (&doc->arena, MUGAI_N_w_t) : NULL;

    if (text == NULL)
        return;
    mugai_node_set (&doc->arena, text, MUGAI_N_xml_space, "preserve");
    mugai_node_append (text, mugai_node_text (&doc->arena, words, strlen (words)));
    look_like (doc, run, parent->last);
    mugai_node_append (run, text);
    mugai_node_append (parent, run);
}

/* One within the document stays: w:anchor alone. One that leads out becomes text, with where it
 * leads. */
static void
take_link (MugaiDocument *doc, const MugaiOfficePart *part, MugaiNode *link)
{
    const MugaiRelation *r = mugai_document_relation (part, mugai_node_attr (link, MUGAI_N_r_id));
    char words[WORDS];

    if (r == NULL || !r->external) {
        if (mugai_node_attr (link, MUGAI_N_w_anchor) == NULL)
            mugai_node_unwrap (link);
        return;
    }
    mugai_node_words (link, words, sizeof words);
    mugai_text_lose (doc, MUGAI_TEXT_LINK, r->target);
    add_run (doc, link, mugai_link_words (doc, r->target, words));
    mugai_node_unwrap (link);
}

/* --- forms and containers --- */

/* What a structured document tag offered is gone; what it shows stays. */
static void
take_tag (MugaiDocument *doc, MugaiNode *properties)
{
    static const uint16_t controls[] = { MUGAI_N_w_dropDownList, MUGAI_N_w_comboBox, MUGAI_N_w_date,
                                         MUGAI_N_w_text, MUGAI_N_w14_checkbox };

    for (size_t i = 0; i < sizeof controls / sizeof controls[0]; i++)
        if (mugai_node_child (properties, controls[i]) != NULL) {
            mugai_text_lose (doc, MUGAI_TEXT_FORM, "");
            break;
        }
    properties->gone = 1;
}

/* Another file in place of text goes on beside. */
static void
take_chunk (MugaiDocument *doc, const MugaiOfficePart *part, MugaiNode *chunk)
{
    const MugaiRelation *r = mugai_document_relation (part, mugai_node_attr (chunk, MUGAI_N_r_id));

    if (r != NULL && !r->external && strcmp (r->type, "aFChunk") == 0)
        mugai_document_beside (doc, r->target, NULL);
    chunk->gone = 1;
}

static void
take_element (MugaiDocument *doc, MugaiOfficePart *part, MugaiNode *node)
{
    switch (node->name) {
    case MUGAI_N_w_hyperlink:
        take_link (doc, part, node);
        break;
    case MUGAI_N_w_sdtPr:
        take_tag (doc, node);
        break;
    case MUGAI_N_w_sdtEndPr:
    case MUGAI_N_w_smartTagPr:
    case MUGAI_N_w_customXmlPr:
        node->gone = 1;
        break;
    case MUGAI_N_w_altChunk:
        take_chunk (doc, part, node);
        break;
    case MUGAI_N_w_mailMerge:
        mugai_text_lose (doc, MUGAI_TEXT_MERGE, "");
        node->gone = 1;
        break;
    default:
        break;
    }
}

static bool
take_part (MugaiDocument *doc, MugaiOfficePart *part)
{
    MugaiNode *root = part->tree.root;

    if (state (doc) == NULL)
        return false;
    if (part->spec == MUGAI_PART_chart)
        return mugai_chart (doc, part);
    for (MugaiNode *at = root, *next; at != NULL; at = next) {
        MugaiNode *first = at->first;
        take_element (doc, part, at);
        bool unwrapped = at->gone && first != NULL && at->first == NULL;
        next = unwrapped ? first : mugai_node_after (root, at, at->gone);
    }
    mugai_text_vml (doc, part);
    mugai_text_fields (doc, part);
    return true;
}

static bool
finish (MugaiDocument *doc)
{
    static const char *const codes[MUGAI_TEXT_LOSSES] = {
        [MUGAI_TEXT_DDE] = "office.dde",
        [MUGAI_TEXT_FIELD] = "office.field",
        [MUGAI_TEXT_FETCH] = "office.external-link",
        [MUGAI_TEXT_FORM] = "office.form",
        [MUGAI_TEXT_LINK] = "office.hyperlink",
        [MUGAI_TEXT_OLE] = "office.ole-object",
        [MUGAI_TEXT_EMBEDDED] = "office.embedded-file",
        [MUGAI_TEXT_MERGE] = "office.connection"
    };
    const MugaiTextDocument *s = state (doc);

    for (size_t i = 0; i < doc->n_targets; i++) {
        MugaiOfficePart *part = doc->targets[i].part;
        if (part != NULL && part->alive)
            mugai_text_balance (doc, part);
    }
    for (unsigned i = 0; s != NULL && i < MUGAI_TEXT_LOSSES; i++)
        mugai_document_finding (doc, codes[i], s->count[i], s->first[i]);
    return s != NULL;
}

const MugaiHooks mugai_word_hooks = {
    .kind = "docx", .rules = { .field = mugai_text_field }, .part = take_part, .finish = finish
};
