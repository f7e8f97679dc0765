/* SPDX-License-Identifier: Apache-2.0
 *
 * pptx: presentations (ISO/IEC 29500-1 clause 19) beyond the model: ids of slides, masters and
 * layouts, each once; what hooks of slides counted. Process: render. Input is hostile.
 */
#include "ooxml-rebuild/chart.h"
#include "ooxml-rebuild/comment.h"
#include "ooxml-rebuild/hooks.h"
#include "ooxml-rebuild/slide.h"

#include <stdio.h>
#include <string.h>

enum {
    SLIDE_ID = 256, /* the lowest, 19.7.13 */
    LAYOUTS = 4096, /* room for ids of one master's layouts */
};

typedef struct Presentation {
    MugaiSlideCount count;
    MugaiComments comments;
    uint64_t slides, hidden, masters;
    char hidden_slides[128]; /* "3, 7" */
} Presentation;

static Presentation *
presentation (MugaiDocument *doc)
{
    if (doc->user == NULL)
        doc->user = mugai_arena_take (&doc->arena, sizeof (Presentation));
    return doc->user;
}

/* --- ids --- */

/* The entries @name of @list get the ids that follow @first. */
static void
number_entries (MugaiDocument *doc, MugaiNode *list, uint16_t name, uint32_t first)
{
    char text[16];

    for (MugaiNode *at = mugai_node_child (list, name); at != NULL;
         at = mugai_node_next (at, name)) {
        snprintf (text, sizeof text, "%u", first++);
        mugai_node_set (&doc->arena, at, MUGAI_N_id, text);
    }
}

/* Masters and layouts share one space of ids, from 2^31 on (19.7.15, 19.7.14). */
static void
number_layouts (MugaiDocument *doc, MugaiNode *root)
{
    uint32_t first = 0x80000000u + LAYOUTS + (uint32_t)(presentation (doc)->masters++ * LAYOUTS);

    number_entries (doc, mugai_node_child (root, MUGAI_N_p_sldLayoutIdLst), MUGAI_N_p_sldLayoutId,
                    first);
}

static void
number_slides (MugaiDocument *doc, MugaiNode *root)
{
    number_entries (doc, mugai_node_child (root, MUGAI_N_p_sldMasterIdLst), MUGAI_N_p_sldMasterId,
                    0x80000000u);
    number_entries (doc, mugai_node_child (root, MUGAI_N_p_sldIdLst), MUGAI_N_p_sldId, SLIDE_ID);
}

/* Files of some programs lack the size of notes. */
static void
complete (MugaiDocument *doc, MugaiNode *root)
{
    if (mugai_node_child (root, MUGAI_N_p_notesSz) != NULL)
        return;
    MugaiNode *size = mugai_node_new (&doc->arena, MUGAI_N_p_notesSz);
    if (size == NULL)
        return;
    mugai_node_set (&doc->arena, size, MUGAI_N_cx, "6858000");
    mugai_node_set (&doc->arena, size, MUGAI_N_cy, "9144000");
    mugai_node_append (root, size);
}

/* --- slides that are not shown --- */

/* Slides are read in the order in which they are shown. */
static void
note_hidden (Presentation *p, const MugaiNode *root)
{
    const char *show = mugai_node_attr (root, MUGAI_N_show);
    size_t size = strlen (p->hidden_slides);

    p->slides++;
    if (show == NULL || (strcmp (show, "0") != 0 && strcmp (show, "false") != 0))
        return;
    p->hidden++;
    if (size + 32 < sizeof p->hidden_slides)
        snprintf (p->hidden_slides + size, sizeof p->hidden_slides - size, "%s%llu",
                  size > 0 ? ", " : "", (unsigned long long)p->slides);
}

/* --- */

static bool
on_part (MugaiDocument *doc, MugaiOfficePart *part)
{
    Presentation *p = presentation (doc);

    if (p == NULL)
        return false;
    switch (part->spec) {
    case MUGAI_PART_presentation:
        number_slides (doc, part->tree.root);
        complete (doc, part->tree.root);
        mugai_comments_authors (doc, part);
        return true;
    case MUGAI_PART_commentAuthors:
        mugai_comments_author_list (doc, &p->comments, part->tree.root);
        return !doc->arena.failed;
    case MUGAI_PART_slideComments:
        mugai_comments_list (doc, &p->comments, part->tree.root);
        return !doc->arena.failed;
    case MUGAI_PART_slideMaster:
        number_layouts (doc, part->tree.root);
        return mugai_slide (doc, part, &p->count);
    case MUGAI_PART_slide:
        note_hidden (p, part->tree.root);
        return mugai_slide (doc, part, &p->count);
    case MUGAI_PART_chart:
        return mugai_chart (doc, part);
    case MUGAI_PART_slideLayout:
    case MUGAI_PART_notesSlide:
    case MUGAI_PART_notesMaster:
    case MUGAI_PART_handoutMaster:
        return mugai_slide (doc, part, &p->count);
    default:
        return true;
    }
}

/* A presentation that would lack a slide is none: another chain may save its text. */
static bool
all_slides (const MugaiDocument *doc)
{
    for (size_t i = 0; i < doc->n_targets; i++) {
        const MugaiOfficePart *part = doc->targets[i].part;
        if (part != NULL && part->spec == MUGAI_PART_slide && !part->alive)
            return false;
    }
    return true;
}

static bool
on_finish (MugaiDocument *doc)
{
    const Presentation *p = presentation (doc);

    if (p == NULL || !all_slides (doc))
        return false;
    const struct {
        const char *code;
        uint64_t count;
        const char *evidence;
    } rows[] = {
        { "office.action", p->count.actions, p->count.action },
        { "office.activex", p->count.controls, NULL },
        { "office.animation", p->count.animations, NULL },
        { "office.hidden-slide", p->hidden, p->hidden_slides },
        { "office.hyperlink", p->count.links, p->count.link },
        { "office.media", p->count.media, NULL },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (rows[i].count > 0)
            mugai_document_finding (doc, rows[i].code, rows[i].count, rows[i].evidence);
    return true;
}

static void
on_clear (MugaiDocument *doc)
{
    Presentation *p = doc->user;

    if (p != NULL)
        mugai_table_clear (&p->comments.authors);
}

const MugaiHooks mugai_slide_hooks = {
    .kind = "pptx",
    .part = on_part,
    .finish = on_finish,
    .clear = on_clear,
};
