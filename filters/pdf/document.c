/* SPDX-License-Identifier: Apache-2.0 */
#include "pdf/document.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    STORE =
        64 << 20, /* bytes of decoded fonts and images that MuPDF keeps; the process has 512 MiB */
    LARGE = 1 << 16, /* bytes; such a block is worth a look at the clock */
    TICKS = 15,      /* small blocks between two looks, plus one; a power of two minus one */
};

int64_t
pdf_now_us (void)
{
    struct timespec now;

    clock_gettime (CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* Returns: false when time is over. */
static bool
tick (PdfBudget *budget, size_t size)
{
    if (budget->stop_us == INT64_MAX)
        return true;
    if (!budget->expired && (size >= LARGE || (budget->ticks++ & TICKS) == 0) &&
        pdf_now_us() >= budget->stop_us) {
        budget->expired = true;
        budget->cookie.abort = 1;
    }
    return !budget->expired;
}

static void *
take (void *user, size_t size)
{
    return tick (user, size) ? malloc (size) : NULL;
}

static void *
take_again (void *user, void *old, size_t size)
{
    return tick (user, size) ? realloc (old, size) : NULL;
}

static void
give_back (void *user, void *block)
{
    (void)user;
    free (block);
}

static void
be_silent (void *user, const char *message)
{
    (void)user, (void)message;
}

/* MuPDF goes on after a picture that it cannot decode, and what it draws there is black or cut. */
static void
note_error (void *user, const char *message)
{
    PdfDocument *pdf = user;

    if (strstr (message, "cannot decode") != NULL)
        pdf->undecoded = true;
}

bool
pdf_document_allow (PdfDocument *pdf, int64_t time_us)
{
    int64_t now = pdf_now_us();
    PdfBudget *budget = &pdf->budget;

    if (now >= budget->end_us)
        return false;
    budget->stop_us = time_us < budget->end_us - now ? now + time_us : budget->end_us;
    budget->expired = false;
    budget->cookie = (fz_cookie){ 0 };
    return true;
}

bool
pdf_document_relax (PdfDocument *pdf)
{
    bool expired = pdf->budget.expired;

    pdf->budget.stop_us = INT64_MAX;
    pdf->budget.expired = false;
    return expired;
}

static const char *
open_stream (PdfDocument *pdf, fz_stream *stream)
{
    fz_context *ctx = pdf->ctx;
    const char *volatile code = NULL;

    fz_try (ctx)
    {
        pdf->doc = pdf_open_document_with_stream (ctx, stream);
        if (pdf_needs_password (ctx, pdf->doc) && !pdf_authenticate_password (ctx, pdf->doc, ""))
            code = "withheld.encrypted";
        else
            pdf->pages = pdf_count_pages (ctx, pdf->doc);
    }
    fz_catch (ctx)
    {
        /* An unknown handler of encryption fails here already. */
        bool crypt = strstr (fz_caught_message (ctx), "ncrypt") != NULL;
        code = pdf->budget.expired                  ? "filter.deadline"
               : fz_caught (ctx) == FZ_ERROR_MEMORY ? "filter.memory"
               : crypt                              ? "withheld.encrypted"
                                                    : "pdf.broken";
    }
    return code == NULL && pdf->pages < 1 ? "pdf.broken" : code;
}

const char *
pdf_document_begin (PdfDocument *ret, const mugai_host *host, mugai_call *call,
                    const mugai_part *part, int64_t time_us)
{
    PdfDocument *pdf = ret;

    *pdf = (PdfDocument){ .host = host, .call = call, .part = part };
    pdf->budget.end_us = pdf_now_us() + time_us;
    pdf->budget.stop_us = pdf->budget.end_us;
    const fz_alloc_context alloc = { &pdf->budget, take, take_again, give_back };
    pdf->ctx = fz_new_context (&alloc, NULL, STORE);
    if (pdf->ctx == NULL)
        return "filter.memory";
    fz_set_warning_callback (pdf->ctx, be_silent, NULL);
    fz_set_error_callback (pdf->ctx, note_error, pdf);
    return NULL;
}

const char *
pdf_document_open (PdfDocument *ret, const mugai_host *host, mugai_call *call,
                   const mugai_part *part, int64_t time_us)
{
    PdfDocument *pdf = ret;
    const char *code = pdf_document_begin (pdf, host, call, part, time_us);
    fz_stream *volatile stream = NULL;

    if (code != NULL)
        return code;
    fz_try (pdf->ctx) stream = fz_open_memory (pdf->ctx, part->data, part->size);
    fz_catch (pdf->ctx) return "filter.memory";
    code = open_stream (pdf, stream);
    fz_drop_stream (pdf->ctx, stream);
    return code;
}

void
pdf_document_close (PdfDocument *pdf)
{
    if (pdf->ctx == NULL)
        return;
    pdf_document_relax (pdf);
    pdf_drop_document (pdf->ctx, pdf->doc);
    fz_drop_context (pdf->ctx);
    pdf->doc = NULL;
    pdf->ctx = NULL;
}
