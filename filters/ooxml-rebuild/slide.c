/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: one walk over the tree; what has a row in the table is treated when it is met. A
 * link over several runs is shown behind the last of them.
 */
#include "ooxml-rebuild/slide.h"

#include "ooxml-rebuild/diagram.h"
#include "ooxml-rebuild/link.h"
#include "ooxml-rebuild/numbers.h"
#include "ooxml-rebuild/object.h"
#include "ooxml-rebuild/shape.h"

#include <stdio.h>
#include <string.h>

enum { EVIDENCE = 127 };

#define SMALL "1000" /* hundredths of a point */

typedef struct Slide {
    MugaiDocument *doc;
    MugaiOfficePart *part;
    MugaiSlideCount *count;
    uint32_t last_id; /* highest of its shapes */
} Slide;

/* --- links --- */

static const char *
link_id (const MugaiNode *run)
{
    const MugaiNode *link =
        mugai_node_child (mugai_node_child (run, MUGAI_N_a_rPr), MUGAI_N_a_hlinkClick);

    return link != NULL ? mugai_node_attr (link, MUGAI_N_r_id) : NULL;
}

/* The run that goes on with @run's text, or NULL. */
static const MugaiNode *
next_run (const MugaiNode *run)
{
    const MugaiNode *at = run->next;

    while (at != NULL && at->gone)
        at = at->next;
    return at != NULL && (at->name == MUGAI_N_a_r || at->name == MUGAI_N_a_fld) ? at : NULL;
}

/* @run: an a:r or a:fld with a link to @target, which is told behind it, in small letters: there
 * is seldom room for it. */
static void
show_link (Slide *s, MugaiNode *run, const char *target)
{
    MugaiArena *arena = &s->doc->arena;
    char words[MUGAI_PACKAGE_PATH];

    mugai_node_words (run, words, sizeof words);
    const char *told = words[0] != '\0' ? mugai_link_words (s->doc, target, words) : NULL;
    MugaiNode *behind = told != NULL ? mugai_node_new (arena, MUGAI_N_a_r) : NULL;
    MugaiNode *properties = mugai_shape_copy (arena, mugai_node_child (run, MUGAI_N_a_rPr));
    if (behind == NULL || properties == NULL)
        return;
    mugai_node_append (behind, properties);
    mugai_node_set (arena, properties, MUGAI_N_sz, SMALL);
    MugaiNode *link = mugai_node_child (properties, MUGAI_N_a_hlinkClick);
    if (link != NULL)
        link->gone = 1;
    mugai_shape_add_words (arena, mugai_shape_add (arena, behind, MUGAI_N_a_t), told);
    mugai_node_insert (run, behind);
}

/* Of what a click does, running something is worth a look; the others lead somewhere. */
static void
note_link (MugaiSlideCount *count, const char *action, const MugaiRelation *to)
{
    static const char *const runs[] = { "ppaction://program", "ppaction://macro",
                                        "ppaction://ole" };

    for (size_t i = 0; action != NULL && i < sizeof runs / sizeof runs[0]; i++)
        if (strncmp (action, runs[i], strlen (runs[i])) == 0) {
            if (count->actions++ == 0)
                snprintf (count->action, sizeof count->action, "%.*s", EVIDENCE, action);
            return;
        }
    if (to == NULL)
        return;
    if (count->links++ == 0 || (count->link[0] == '\0' && to->external))
        snprintf (count->link, sizeof count->link, "%.*s", EVIDENCE,
                  to->external ? to->target : "");
}

static void
take_link (Slide *s, MugaiNode *node)
{
    const char *id = mugai_node_attr (node, MUGAI_N_r_id),
               *action = mugai_node_attr (node, MUGAI_N_action);
    const MugaiRelation *to = id != NULL ? mugai_document_relation (s->part, id) : NULL;
    MugaiNode *run = node->parent != NULL ? node->parent->parent : NULL;

    node->gone = 1;
    note_link (s->count, action, to);
    if (to == NULL || !to->external || run == NULL || node->name != MUGAI_N_a_hlinkClick ||
        (run->name != MUGAI_N_a_r && run->name != MUGAI_N_a_fld))
        return;
    const MugaiNode *next = next_run (run);
    const char *follows = next != NULL ? link_id (next) : NULL;
    if (follows == NULL || strcmp (follows, id) != 0)
        show_link (s, run, to->target);
}

/* --- what else acts --- */

static void
take_media (Slide *s, MugaiNode *node)
{
    node->gone = 1;
    s->count->media++;
}

static void
take_controls (Slide *s, MugaiNode *node)
{
    node->gone = 1;
    s->count->controls++;
}

static void
take_timing (Slide *s, MugaiNode *node)
{
    node->gone = 1;
    s->count->animations++;
}

/* --- frames --- */

static void
take_frame (Slide *s, MugaiNode *frame)
{
    MugaiNode *data =
        mugai_node_child (mugai_node_child (frame, MUGAI_N_a_graphic), MUGAI_N_a_graphicData);
    MugaiNode *object = mugai_node_child (data, MUGAI_N_p_oleObj),
              *diagram = mugai_node_child (data, MUGAI_N_dgm_relIds);

    if (object != NULL)
        mugai_object (s->doc, s->part, frame, object);
    else if (diagram != NULL)
        mugai_diagram (s->doc, s->part, frame, diagram);
}

/* What the data of a frame are called; the strict form has other names. */
static void
take_data (Slide *s, MugaiNode *data)
{
    static const struct {
        uint16_t name;
        const char *uri;
    } uris[] = {
        { MUGAI_N_a_tbl, "http://schemas.openxmlformats.org/drawingml/2006/table" },
        { MUGAI_N_c_chart, "http://schemas.openxmlformats.org/drawingml/2006/chart" },
        { MUGAI_N_lc_lockedCanvas,
          "http://schemas.openxmlformats.org/drawingml/2006/lockedCanvas" },
    };

    for (size_t i = 0; i < sizeof uris / sizeof uris[0]; i++)
        if (mugai_node_child (data, uris[i].name) != NULL)
            mugai_node_set (&s->doc->arena, data, MUGAI_N_uri, uris[i].uri);
}

/* --- ids of shapes: each its own --- */

static bool
parse_id (const char *text, uint32_t *ret)
{
    uint64_t value = 0;

    if (text == NULL || *text == '\0')
        return false;
    for (; *text >= '0' && *text <= '9' && value < UINT32_MAX; text++)
        value = 10 * value + (uint64_t)(*text - '0');
    *ret = (uint32_t)value;
    return *text == '\0' && value < INT32_MAX;
}

/* Shapes that were made have 0. */
static void
number_shapes (Slide *s, MugaiNode *root)
{
    char text[16];
    uint32_t id;

    for (MugaiNode *at = root; at != NULL; at = mugai_node_after (root, at, at->gone))
        if (at->name == MUGAI_N_p_cNvPr && parse_id (mugai_node_attr (at, MUGAI_N_id), &id) &&
            id > s->last_id)
            s->last_id = id;
    for (MugaiNode *at = root; at != NULL; at = mugai_node_after (root, at, at->gone))
        if (at->name == MUGAI_N_p_cNvPr &&
            (!parse_id (mugai_node_attr (at, MUGAI_N_id), &id) || id == 0)) {
            snprintf (text, sizeof text, "%u", ++s->last_id);
            mugai_node_set (&s->doc->arena, at, MUGAI_N_id, text);
        }
}

/* --- */

bool
mugai_slide (MugaiDocument *doc, MugaiOfficePart *part, MugaiSlideCount *count)
{
    static const struct {
        uint16_t name;
        void (*take) (Slide *s, MugaiNode *node);
    } rows[] = {
        { MUGAI_N_a_hlinkClick, take_link },     { MUGAI_N_a_hlinkHover, take_link },
        { MUGAI_N_a_hlinkMouseOver, take_link }, { MUGAI_N_a_audioCd, take_media },
        { MUGAI_N_a_wavAudioFile, take_media },  { MUGAI_N_a_audioFile, take_media },
        { MUGAI_N_a_videoFile, take_media },     { MUGAI_N_a_quickTimeFile, take_media },
        { MUGAI_N_p_sndAc, take_media },         { MUGAI_N_p_controls, take_controls },
        { MUGAI_N_p_timing, take_timing },       { MUGAI_N_p_graphicFrame, take_frame },
        { MUGAI_N_a_graphicData, take_data },
    };
    Slide s = { .doc = doc, .part = part, .count = count };
    MugaiNode *root = part->tree.root;

    for (MugaiNode *at = root; at != NULL; at = mugai_node_after (root, at, at->gone))
        for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
            if (at->name == rows[i].name && !at->gone) {
                rows[i].take (&s, at);
                break;
            }
    number_shapes (&s, root);
    mugai_number_fields (&doc->arena, root);
    return !doc->arena.failed;
}
