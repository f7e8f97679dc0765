/* SPDX-License-Identifier: Apache-2.0
 *
 * files: pdf-files: the PDF and the files embedded in it, as members of an archive. Each goes
 * through the rules on its own, the PDF too; the host packs what becomes of them. Process: render.
 * Trust: the document is hostile, and what is embedded in it, too.
 *
 * How it works: every object is looked at, by number, for file specifications (ISO 32000-1 7.11.3)
 * with an embedded file, so that none is missed that no name tree leads to. A stream that several
 * name counts once.
 */
#include "pdf/document.h"
#include "pdf/pdf.h"
#include "pdf/run.h"

#include <stdlib.h>
#include <string.h>

enum { DEPTH = 12, OBJECTS_MAX = 500000, FILES_MAX = 1000, TIME_US = 20000000 };

typedef struct Files {
    PdfDocument pdf;
    int seen[FILES_MAX]; /* numbers of streams */
    int n_seen;
    bool refused; /* the host takes no more, or there are too many */
} Files;

static bool
is_new (Files *f, int number)
{
    for (int i = 0; i < f->n_seen && number > 0; i++)
        if (f->seen[i] == number)
            return false;
    if (f->n_seen == FILES_MAX) {
        f->pdf.host->reason (f->pdf.call, "limit.parts", "embedded files");
        f->refused = true;
        return false;
    }
    f->seen[f->n_seen++] = number;
    return true;
}

static void
hand_over (Files *f, pdf_obj *spec, pdf_obj *stream)
{
    fz_context *ctx = f->pdf.ctx;
    const char *name = pdf_to_text_string (ctx, pdf_dict_gets (ctx, spec, "UF"));
    unsigned char *data;

    if (name[0] == '\0')
        name = pdf_to_text_string (ctx, pdf_dict_gets (ctx, spec, "F"));
    fz_buffer *content = pdf_load_stream (ctx, stream);
    size_t size = fz_buffer_storage (ctx, content, &data);
    f->refused = f->pdf.host->child_add (f->pdf.call, name[0] != '\0' ? name : "embedded", NULL,
                                         data, size) < 0;
    fz_drop_buffer (ctx, content);
}

/* A file specification with a file in it: the first of its forms is that file (7.11.4.1). */
static void
look_at (Files *f, pdf_obj *dict)
{
    static const char *const forms[] = { "UF", "F", "DOS", "Mac", "Unix" };
    fz_context *ctx = f->pdf.ctx;
    pdf_obj *embedded = pdf_dict_gets (ctx, dict, "EF");

    for (size_t i = 0; embedded != NULL && i < sizeof forms / sizeof forms[0]; i++) {
        pdf_obj *stream = pdf_dict_gets (ctx, embedded, forms[i]);
        if (!pdf_is_stream (ctx, stream))
            continue;
        if (is_new (f, pdf_to_num (ctx, stream)))
            hand_over (f, dict, stream);
        return;
    }
}

static void
search (Files *f, pdf_obj *obj, unsigned depth)
{
    fz_context *ctx = f->pdf.ctx;
    bool dict = pdf_is_dict (ctx, obj), array = !dict && pdf_is_array (ctx, obj);
    int n = dict ? pdf_dict_len (ctx, obj) : array ? pdf_array_len (ctx, obj) : 0;

    if (dict)
        look_at (f, obj);
    for (int i = 0; i < n && depth < DEPTH && !f->refused; i++) {
        pdf_obj *value = dict ? pdf_dict_get_val (ctx, obj, i) : pdf_array_get (ctx, obj, i);
        if (value != NULL && !pdf_is_indirect (ctx, value))
            search (f, value, depth + 1);
    }
}

static void
search_all (Files *f)
{
    fz_context *ctx = f->pdf.ctx;
    int n = pdf_xref_len (ctx, f->pdf.doc);

    for (int i = 1; i < n && i < OBJECTS_MAX && !f->refused && !f->pdf.budget.expired; i++) {
        pdf_obj *volatile obj = NULL;
        fz_try (ctx)
        {
            obj = pdf_load_object (ctx, f->pdf.doc, i);
            search (f, obj, 0);
        }
        fz_always (ctx) pdf_drop_obj (ctx, obj);
        fz_catch (ctx)
        {
            f->pdf.host->finding (f->pdf.call, "pdf.embedded-file", 1, NULL);
        }
    }
}

static mugai_verdict_t
refuse (const Files *f, const char *code)
{
    f->pdf.host->reason (f->pdf.call, code, NULL);
    return MUGAI_REFUSE;
}

mugai_verdict_t
pdf_files_run (const mugai_host *host, mugai_call *call, const mugai_part *part)
{
    Files *f = calloc (1, sizeof *f);
    mugai_verdict_t verdict = MUGAI_REPLACE;

    if (f == NULL)
        return MUGAI_REFUSE;
    const char *code = pdf_document_open (&f->pdf, host, call, part, TIME_US);
    if (code == NULL && host->child_add (call, part->name[0] != '\0' ? part->name : "document.pdf",
                                         "application/pdf", part->data, part->size) < 0)
        f->refused = true;
    if (code == NULL && !f->refused)
        search_all (f);
    if (code != NULL)
        verdict = refuse (f, code);
    else if (pdf_document_relax (&f->pdf))
        verdict = refuse (f, "filter.deadline");
    else if (f->refused)
        verdict = MUGAI_REFUSE;
    else if (f->n_seen == 0)
        verdict = refuse (f, "archive.empty");
    pdf_document_close (&f->pdf);
    free (f);
    return verdict;
}
