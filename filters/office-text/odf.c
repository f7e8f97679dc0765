/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: text stands in paragraphs and headings alone (ODF 1.3 part 3, 5.1); everything else
 * is structure. Tracked deletions and scripts are skipped.
 */
#include "office-text/documents.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct Odf {
    MugaiWriter *w;
    unsigned depth, skip, paragraphs, pages, master;
    bool styles; /* styles.xml: only what stands in headers and footers */
} Odf;

static void
write_spaces (Odf *d, const MugaiXmlAttributes *a)
{
    char count[8];
    unsigned n = mugai_xml_attribute (a, "c", count, sizeof count) != NULL
                     ? (unsigned)strtoul (count, NULL, 10)
                     : 1;

    for (n = n < 16 ? n : 16; n > 0; n--)
        mugai_writer_words (d->w, " ");
}

static void
odf_start (void *user, const char *name, const MugaiXmlAttributes *a)
{
    static const char *const skipped[] = { "tracked-changes", "scripts", "forms", "binary-data",
                                           NULL };
    Odf *d = user;
    char title[160], text[128];

    d->depth++;
    for (const char *const *s = skipped; *s != NULL && d->skip == 0; s++)
        if (strcmp (*s, name) == 0)
            d->skip = d->depth;
    if (d->skip != 0)
        return;
    d->master += strcmp (name, "header") == 0 || strcmp (name, "footer") == 0;
    if (d->styles && d->master == 0)
        return;
    if (strcmp (name, "p") == 0 || strcmp (name, "h") == 0)
        d->paragraphs++;
    else if (strcmp (name, "tab") == 0)
        mugai_writer_words (d->w, " ");
    else if (strcmp (name, "s") == 0 && d->paragraphs > 0)
        write_spaces (d, a);
    else if (strcmp (name, "line-break") == 0)
        mugai_writer_line (d->w);
    else if (strcmp (name, "table-cell") == 0 || strcmp (name, "covered-table-cell") == 0)
        mugai_writer_cell (d->w);
    else if (strcmp (name, "ruby-text") == 0)
        mugai_writer_words (d->w, "(");
    else if (strcmp (name, "table") == 0 && d->w->cells == 0 &&
             mugai_xml_attribute (a, "name", text, sizeof text) != NULL)
        mugai_writer_heading (d->w, text);
    else if (strcmp (name, "page") == 0) {
        snprintf (title, sizeof title, d->w->japanese ? "スライド %u" : "Slide %u", ++d->pages);
        mugai_writer_heading (d->w, title);
    }
}

static void
odf_end (void *user, const char *name)
{
    Odf *d = user;
    unsigned depth = d->depth--;

    if (d->skip != 0) {
        d->skip = d->skip == depth ? 0 : d->skip;
        return;
    }
    d->master -= d->master > 0 && (strcmp (name, "header") == 0 || strcmp (name, "footer") == 0);
    if (d->styles && d->master == 0)
        return;
    if (strcmp (name, "p") == 0 || strcmp (name, "h") == 0) {
        d->paragraphs -= d->paragraphs > 0;
        mugai_writer_line (d->w);
    } else if (strcmp (name, "table-cell") == 0 || strcmp (name, "covered-table-cell") == 0) {
        mugai_writer_cell_end (d->w);
    } else if (strcmp (name, "table-row") == 0) {
        mugai_writer_row_end (d->w);
    } else if (strcmp (name, "ruby-text") == 0) {
        mugai_writer_words (d->w, ")");
    }
}

static void
odf_text (void *user, const char *text, size_t size)
{
    Odf *d = user;

    if (d->paragraphs > 0 && d->skip == 0)
        mugai_writer_text (d->w, text, size);
}

bool
mugai_odf_text (MugaiPackage *package, MugaiWriter *w, MugaiDocumentStats *stats)
{
    static const MugaiXml events = { odf_start, odf_end, odf_text };
    Odf d = { .w = w };

    (void)stats;
    bool ok = mugai_package_read (package, "content.xml", &events, &d);
    Odf page = { .w = w, .styles = true }; /* headers and footers stand in the master pages */
    w->cells = 0;
    mugai_package_read (package, "styles.xml", &events, &page);
    return ok;
}
