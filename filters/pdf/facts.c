/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: a table of dictionary entries says what is active (ISO 32000-1 7.11.4, 12.6.4,
 * 12.7, 13). Objects are looked at one by one, by number, and inside each one as deep as DEPTH;
 * what is referred to has its own turn.
 */
#include "pdf/facts.h"

#include <stddef.h>
#include <string.h>

enum { DEPTH = 12, OBJECTS_MAX = 500000 };

typedef struct Sign {
    const char *key, *value; /* value NULL: the entry alone; else a name */
    size_t counter;          /* of PdfFacts */
} Sign;

#define COUNTER(field) offsetof (PdfFacts, field)

static const Sign signs[] = {
    { "S", "JavaScript", COUNTER (javascript) }, { "JS", NULL, COUNTER (javascript) },
    { "S", "Launch", COUNTER (launch) },         { "S", "GoToR", COUNTER (links) },
    { "S", "GoToE", COUNTER (links) },           { "S", "URI", COUNTER (links) },
    { "S", "SubmitForm", COUNTER (links) },      { "S", "ImportData", COUNTER (links) },
    { "EF", NULL, COUNTER (embedded) },          { "S", "Rendition", COUNTER (media) },
    { "Subtype", "RichMedia", COUNTER (media) }, { "Subtype", "3D", COUNTER (media) },
    { "Subtype", "Movie", COUNTER (media) },     { "Subtype", "Sound", COUNTER (media) },
    { "Subtype", "Screen", COUNTER (media) },
};

/* An action with both /S /JavaScript and /JS is one. */
static void
look_at (fz_context *ctx, pdf_obj *dict, PdfFacts *facts)
{
    uint64_t javascript = facts->javascript;

    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++) {
        pdf_obj *value = pdf_dict_gets (ctx, dict, signs[i].key);
        if (value == NULL ||
            (signs[i].value != NULL && strcmp (pdf_to_name (ctx, value), signs[i].value) != 0))
            continue;
        uint64_t *counter = (uint64_t *)(void *)((char *)facts + signs[i].counter);
        ++*counter;
    }
    if (facts->javascript > javascript + 1)
        facts->javascript = javascript + 1;
    if (strcmp (pdf_to_name (ctx, pdf_dict_gets (ctx, dict, "FT")), "Sig") == 0 &&
        pdf_dict_gets (ctx, dict, "V") != NULL)
        facts->signed_ = true;
}

static void
search (fz_context *ctx, pdf_obj *obj, unsigned depth, PdfFacts *facts)
{
    bool dict = !pdf_is_indirect (ctx, obj) && pdf_is_dict (ctx, obj);
    bool array = !dict && !pdf_is_indirect (ctx, obj) && pdf_is_array (ctx, obj);
    int n = dict ? pdf_dict_len (ctx, obj) : array ? pdf_array_len (ctx, obj) : 0;

    if (dict)
        look_at (ctx, obj, facts);
    for (int i = 0; i < n && depth < DEPTH; i++) {
        pdf_obj *value = dict ? pdf_dict_get_val (ctx, obj, i) : pdf_array_get (ctx, obj, i);
        if (value != NULL && !pdf_is_indirect (ctx, value))
            search (ctx, value, depth + 1, facts);
    }
}

static void
look_at_catalogue (PdfDocument *pdf, PdfFacts *facts)
{
    fz_context *ctx = pdf->ctx;
    pdf_obj *trailer = pdf_trailer (ctx, pdf->doc);
    pdf_obj *root = pdf_dict_gets (ctx, trailer, "Root");
    pdf_obj *form = pdf_dict_gets (ctx, root, "AcroForm");

    facts->encrypted = pdf_dict_gets (ctx, trailer, "Encrypt") != NULL;
    facts->xfa = pdf_dict_gets (ctx, form, "XFA") != NULL;
    facts->form = facts->xfa || pdf_array_len (ctx, pdf_dict_gets (ctx, form, "Fields")) > 0;
    facts->collection = pdf_dict_gets (ctx, root, "Collection") != NULL;
}

void
pdf_facts_gather (PdfDocument *pdf, PdfFacts *ret)
{
    fz_context *ctx = pdf->ctx;

    *ret = (PdfFacts){ 0 };
    fz_try (ctx) look_at_catalogue (pdf, ret);
    fz_catch (ctx)
    { /* then it has none */
    }
    int n = pdf_xref_len (ctx, pdf->doc);
    for (int i = 1; i < n && i < OBJECTS_MAX && !pdf->budget.expired; i++) {
        pdf_obj *volatile obj = NULL;
        fz_try (ctx)
        {
            obj = pdf_load_object (ctx, pdf->doc, i);
            search (ctx, obj, 0, ret);
        }
        fz_always (ctx) pdf_drop_obj (ctx, obj);
        fz_catch (ctx)
        { /* broken: nobody can use it */
        }
    }
}

void
pdf_facts_tell (const PdfDocument *pdf, const PdfFacts *facts)
{
    const struct {
        uint64_t count;
        const char *code;
    } said[] = {
        { facts->javascript, "pdf.javascript" },
        { facts->launch, "pdf.launch" },
        { facts->embedded, "pdf.embedded-file" },
        { facts->media, "pdf.media" },
        { facts->links, "pdf.link" },
        { facts->form, "pdf.form" },
        { facts->signed_, "pdf.signature" },
        { facts->encrypted, "pdf.encryption" },
    };

    for (size_t i = 0; i < sizeof said / sizeof said[0]; i++)
        if (said[i].count > 0)
            pdf->host->finding (pdf->call, said[i].code, said[i].count, NULL);
}
