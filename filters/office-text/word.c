/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: one pass over each part. What is deleted, a field's code, a fallback or phonetic
 * layout is skipped with everything in it; a run is hidden when its properties say `vanish`.
 */
#include "office-text/documents.h"

#include <string.h>

typedef struct Word {
    MugaiWriter *w;
    MugaiDocumentStats *stats;
    unsigned depth, skip; /* skip: depth at which a skipped element began; 0: none */
    bool text, hidden;
} Word;

static bool
among (const char *name, const char *const *list)
{
    for (; *list != NULL; list++)
        if (strcmp (*list, name) == 0)
            return true;
    return false;
}

static void
word_start (void *user, const char *name, const MugaiXmlAttributes *a)
{
    static const char *const skipped[] = { "del",     "moveFrom", "instrText",
                                           "delText", "Fallback", "delInstrText",
                                           "binData", "object",   NULL };
    Word *d = user;
    char value[16];

    d->depth++;
    if (d->skip != 0)
        return;
    if (among (name, skipped)) {
        d->skip = d->depth;
    } else if (strcmp (name, "t") == 0) {
        d->text = true;
    } else if (strcmp (name, "r") == 0) {
        d->hidden = false;
    } else if (strcmp (name, "vanish") == 0) {
        const char *off = mugai_xml_attribute (a, "val", value, sizeof value);
        d->hidden = off == NULL || (strcmp (off, "0") != 0 && strcmp (off, "false") != 0);
        d->stats->hidden += d->hidden;
    } else if (strcmp (name, "tab") == 0 || strcmp (name, "noBreakHyphen") == 0) {
        mugai_writer_words (d->w, name[0] == 't' ? " " : "-");
    } else if (strcmp (name, "br") == 0 || strcmp (name, "cr") == 0) {
        mugai_writer_line (d->w);
    } else if (strcmp (name, "tc") == 0) {
        mugai_writer_cell (d->w);
    } else if (strcmp (name, "rt") == 0) {
        mugai_writer_words (d->w, "(");
    }
}

static void
word_end (void *user, const char *name)
{
    Word *d = user;
    unsigned depth = d->depth--;

    if (d->skip != 0) {
        d->skip = d->skip == depth ? 0 : d->skip;
        return;
    }
    if (strcmp (name, "t") == 0)
        d->text = false;
    else if (strcmp (name, "r") == 0)
        d->hidden = false;
    else if (strcmp (name, "p") == 0)
        mugai_writer_line (d->w);
    else if (strcmp (name, "tc") == 0)
        mugai_writer_cell_end (d->w);
    else if (strcmp (name, "tr") == 0)
        mugai_writer_row_end (d->w);
    else if (strcmp (name, "rt") == 0)
        mugai_writer_words (d->w, ")");
}

static void
word_text (void *user, const char *text, size_t size)
{
    Word *d = user;

    if (d->text && d->skip == 0 && !d->hidden)
        mugai_writer_text (d->w, text, size);
}

static bool
read_part (MugaiPackage *package, const char *path, MugaiWriter *w, MugaiDocumentStats *stats)
{
    static const MugaiXml events = { word_start, word_end, word_text };
    Word d = { .w = w, .stats = stats };
    bool ok = mugai_package_read (package, path, &events, &d);

    w->cells = 0;
    return ok;
}

bool
mugai_word_text (MugaiPackage *package, const char *main, MugaiWriter *w, MugaiDocumentStats *stats)
{
    static const struct {
        const char *type, *en, *ja;
    } beside[] = {
        { "header", "Header", "ヘッダー" },
        { "footer", "Footer", "フッター" },
        { "footnotes", "Footnotes", "脚注" },
        { "endnotes", "Endnotes", "文末脚注" },
    };
    MugaiRelations relations;
    bool ok = read_part (package, main, w, stats);

    mugai_package_relations (package, main, &relations);
    for (size_t b = 0; b < sizeof beside / sizeof beside[0] && ok; b++)
        for (size_t i = 0; i < relations.count; i++) {
            if (strcmp (relations.list[i].type, beside[b].type) != 0)
                continue;
            size_t before = w->out.size, text;
            mugai_writer_heading (w, w->japanese ? beside[b].ja : beside[b].en);
            text = w->out.size;
            read_part (package, relations.list[i].target, w, stats);
            while (w->out.size > text && strchr (" \t\n", w->out.data[w->out.size - 1]) != NULL)
                w->out.size--;
            if (w->out.size == text)
                w->out.size = before; /* nothing in it */
            else
                mugai_buffer_add_text (&w->out, "\n");
        }
    if (ok)
        mugai_beside_text (package, main, w);
    mugai_relations_clear (&relations);
    return ok;
}
