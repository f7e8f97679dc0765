/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: what a sheet, slide or document shows besides its own text stands in parts that it
 * relates to: comments, drawings with their shapes and charts, diagrams. Drawings lead on to charts
 * and diagrams, once.
 */
#include "office-text/documents.h"

#include <string.h>

typedef struct Beside {
    MugaiWriter *w;
    unsigned depth, skip;
    bool chart, text, labels; /* labels: within the strings of a chart */
} Beside;

static void
beside_start (void *user, const char *name, const MugaiXmlAttributes *a)
{
    Beside *b = user;

    (void)a;
    b->depth++;
    if (b->skip == 0 && strcmp (name, "Fallback") == 0)
        b->skip = b->depth;
    else if (strcmp (name, "strCache") == 0)
        b->labels = true;
    else if (strcmp (name, "t") == 0 || (b->labels && strcmp (name, "v") == 0))
        b->text = true;
}

static void
beside_end (void *user, const char *name)
{
    Beside *b = user;
    unsigned depth = b->depth--;

    if (b->skip == depth)
        b->skip = 0;
    if (strcmp (name, "strCache") == 0)
        b->labels = false;
    if (b->text && (strcmp (name, "t") == 0 || strcmp (name, "v") == 0)) {
        b->text = false;
        if (b->labels)
            mugai_writer_words (b->w, " ");
    }
    if (strcmp (name, "p") == 0 || strcmp (name, "comment") == 0 || strcmp (name, "cat") == 0 ||
        strcmp (name, "tx") == 0 || strcmp (name, "si") == 0)
        mugai_writer_row_end (b->w);
}

static void
beside_text (void *user, const char *text, size_t size)
{
    Beside *b = user;

    if (b->text && b->skip == 0)
        mugai_writer_text (b->w, text, size);
}

static void
read_beside (MugaiPackage *package, const char *path, MugaiWriter *w)
{
    static const MugaiXml events = { beside_start, beside_end, beside_text };
    Beside b = { .w = w };

    mugai_package_read (package, path, &events, &b);
}

static bool
wanted (const char *type)
{
    static const char *const types[] = { "comments", "threadedComment", "drawing",        "chart",
                                         "chartEx",  "diagramData",     "chartUserShapes" };

    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        if (strcmp (types[i], type) == 0)
            return true;
    return false;
}

void
mugai_beside_text (MugaiPackage *package, const char *source, MugaiWriter *w)
{
    MugaiRelations relations, further;

    mugai_package_relations (package, source, &relations);
    for (size_t i = 0; i < relations.count; i++) {
        const MugaiRelation *r = &relations.list[i];
        if (!wanted (r->type))
            continue;
        read_beside (package, r->target, w);
        mugai_package_relations (package, r->target, &further);
        for (size_t j = 0; j < further.count && strcmp (r->type, "drawing") == 0; j++)
            if (wanted (further.list[j].type) && strcmp (further.list[j].type, "drawing") != 0)
                read_beside (package, further.list[j].target, w);
        mugai_relations_clear (&further);
    }
    mugai_relations_clear (&relations);
}
