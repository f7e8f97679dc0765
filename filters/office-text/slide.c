/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: slides in the order of the presentation, each with its notes.
 */
#include "office-text/documents.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SLIDES = 10000 };

typedef struct Slide {
    MugaiWriter *w;
    unsigned depth, skip;
    bool text, hidden; /* hidden: the slide is not shown */
} Slide;

static void
slide_start (void *user, const char *name, const MugaiXmlAttributes *a)
{
    Slide *s = user;
    char show[8];

    if (s->depth++ == 0 && mugai_xml_attribute (a, "show", show, sizeof show) != NULL)
        s->hidden = strcmp (show, "0") == 0 || strcmp (show, "false") == 0;
    if (s->skip != 0)
        return;
    if (strcmp (name, "Fallback") == 0)
        s->skip = s->depth;
    else if (strcmp (name, "t") == 0)
        s->text = true;
    else if (strcmp (name, "br") == 0)
        mugai_writer_line (s->w);
    else if (strcmp (name, "tc") == 0)
        mugai_writer_cell (s->w);
}

static void
slide_end (void *user, const char *name)
{
    Slide *s = user;
    unsigned depth = s->depth--;

    if (s->skip != 0) {
        s->skip = s->skip == depth ? 0 : s->skip;
        return;
    }
    if (strcmp (name, "t") == 0)
        s->text = false;
    else if (strcmp (name, "p") == 0)
        mugai_writer_line (s->w);
    else if (strcmp (name, "tc") == 0)
        mugai_writer_cell_end (s->w);
    else if (strcmp (name, "tr") == 0)
        mugai_writer_row_end (s->w);
}

static void
slide_text (void *user, const char *text, size_t size)
{
    Slide *s = user;

    if (s->text && s->skip == 0)
        mugai_writer_text (s->w, text, size);
}

static bool
read_slide (MugaiPackage *package, const char *path, MugaiWriter *w, bool *ret_hidden)
{
    static const MugaiXml events = { slide_start, slide_end, slide_text };
    Slide s = { .w = w };
    bool ok = mugai_package_read (package, path, &events, &s);

    *ret_hidden = s.hidden;
    w->cells = 0;
    return ok;
}

typedef struct Order { /* ids of slides */
    char (*id)[64];
    size_t count;
} Order;

static void
order_start (void *user, const char *name, const MugaiXmlAttributes *a)
{
    Order *o = user;
    const char *value = NULL;
    char id[64];

    if (strcmp (name, "sldId") != 0 || o->count == SLIDES)
        return;
    for (int i = 0; i < a->count; i++) { /* r:id, not id */
        const uint8_t *const *five = a->five + (ptrdiff_t)5 * i;
        size_t size = (size_t)(five[4] - five[3]);
        if (strcmp ((const char *)five[0], "id") == 0 && five[1] != NULL && size < sizeof id) {
            memcpy (id, five[3], size);
            id[size] = '\0';
            value = id;
        }
    }
    char (*more)[64] = value != NULL ? reallocarray (o->id, o->count + 1, sizeof *more) : NULL;
    if (more == NULL)
        return;
    o->id = more;
    strcpy (o->id[o->count++], value);
}

static void
order_end (void *user, const char *name)
{
    (void)user, (void)name;
}

static void
order_text (void *user, const char *text, size_t size)
{
    (void)user, (void)text, (void)size;
}

static void
read_notes (MugaiPackage *package, const char *slide, MugaiWriter *w)
{
    MugaiRelations relations;
    bool hidden;

    mugai_package_relations (package, slide, &relations);
    const MugaiRelation *notes = mugai_relation_by_type (&relations, "notesSlide");
    if (notes != NULL) {
        mugai_writer_words (w, w->japanese ? "〔ノート〕" : "[Notes]");
        mugai_writer_line (w);
        read_slide (package, notes->target, w, &hidden);
    }
    mugai_relations_clear (&relations);
}

bool
mugai_slide_text (MugaiPackage *package, const char *main, MugaiWriter *w,
                  MugaiDocumentStats *stats)
{
    static const MugaiXml events = { order_start, order_end, order_text };
    MugaiRelations relations;
    Order order = { 0 };
    char title[64];
    bool hidden = false, ok = mugai_package_read (package, main, &events, &order);

    mugai_package_relations (package, main, &relations);
    for (size_t i = 0; i < order.count && ok; i++) {
        const MugaiRelation *slide = mugai_relation_by_id (&relations, order.id[i]);
        snprintf (title, sizeof title, w->japanese ? "スライド %zu" : "Slide %zu", i + 1);
        mugai_writer_heading (w, title);
        if (slide == NULL)
            package->damaged = true;
        else if (read_slide (package, slide->target, w, &hidden)) {
            mugai_beside_text (package, slide->target, w);
            read_notes (package, slide->target, w);
        }
        stats->hidden += hidden;
    }
    mugai_relations_clear (&relations);
    free (order.id);
    return ok;
}
