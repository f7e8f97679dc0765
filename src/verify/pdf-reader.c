/* SPDX-License-Identifier: Apache-2.0 */
#include "verify/pdf-reader.h"

#include <stdlib.h>
#include <string.h>

bool
mugai_pdf_refuse (MugaiPdfReader *r, const char *clause, const char *why)
{
    return mugai_refuse (r->check, clause, r->lex.at, why);
}

bool
mugai_pdf_expect (MugaiPdfReader *r, const char *text, const char *clause)
{
    return mugai_lex_literal (&r->lex, text) ||
           mugai_pdf_refuse (r, clause, "not the words that stand here");
}

bool
mugai_pdf_whole (MugaiPdfReader *r, uint64_t max, const char *clause, uint64_t *ret)
{
    size_t from = r->lex.at;
    size_t n = mugai_lex_run (&r->lex, MUGAI_LEX_DIGIT, 12);
    uint64_t value = 0;

    for (size_t i = 0; i < n; i++)
        value = 10 * value + (uint64_t)(r->lex.data[from + i] - '0');
    if (n == 0 || n == 12 || (n > 1 && r->lex.data[from] == '0') || value > max)
        return mugai_pdf_refuse (r, clause, "number");
    *ret = value;
    return true;
}

bool
mugai_pdf_take_number (MugaiPdfReader *r, unsigned decimals, const char *clause, int64_t *ret)
{
    bool minus = mugai_lex_literal (&r->lex, "-");
    uint64_t whole = 0;
    int64_t part = 0, unit = 100;

    if (!mugai_pdf_whole (r, 999999999, clause, &whole))
        return false;
    if (mugai_lex_literal (&r->lex, ".")) {
        size_t from = r->lex.at, n = mugai_lex_run (&r->lex, MUGAI_LEX_DIGIT, 4);
        if (n == 0 || n > decimals || r->lex.data[from + n - 1] == '0')
            return mugai_pdf_refuse (r, clause, "decimals");
        for (size_t i = 0; i < n; i++, unit /= 10)
            part += (r->lex.data[from + i] - '0') * unit;
    }
    *ret = (int64_t)whole * 1000 + part;
    if (minus && *ret == 0)
        return mugai_pdf_refuse (r, clause, "minus zero");
    if (minus)
        *ret = -*ret;
    return true;
}

bool
mugai_pdf_stream (MugaiPdfReader *r, uint64_t length, const char *clause, size_t *ret_at)
{
    if (!mugai_pdf_expect (r, " >>\nstream\n", clause))
        return false;
    if (length > r->lex.size - r->lex.at)
        return mugai_pdf_refuse (r, clause, "a stream that is longer than the file");
    *ret_at = r->lex.at;
    r->lex.at += (size_t)length;
    return mugai_pdf_expect (r, "\nendstream\nendobj\n", clause);
}

/* One zlib stream, all of it, in a buffer of @room bytes. *ret_short: the buffer was too small.
 * Returns: (transfer full) the data, or NULL. */
static uint8_t *
inflate_stream (MugaiPdfReader *r, size_t at, size_t size, uint64_t room, size_t *ret_plain,
                bool *ret_short)
{
    size_t in = 0;

    *ret_short = false;
    if (room > r->check->limits->expanded) {
        mugai_refuse (r->check, "Q-4", at, "more than limits.expanded allows");
        return NULL;
    }
    if (r->inflater == NULL)
        r->inflater = libdeflate_alloc_decompressor();
    uint8_t *data = r->inflater != NULL ? mugai_check_scratch (r->check, room) : NULL;
    if (data == NULL) {
        mugai_refuse (r->check, "L-3", at, "not enough memory to inflate");
        return NULL;
    }
    enum libdeflate_result result = libdeflate_zlib_decompress_ex (
        r->inflater, r->lex.data + at, size, data, (size_t)room, &in, ret_plain);
    if (result == LIBDEFLATE_SUCCESS && in == size)
        return data;
    *ret_short = result == LIBDEFLATE_INSUFFICIENT_SPACE;
    free (data);
    return NULL;
}

uint8_t *
mugai_pdf_inflate (MugaiPdfReader *r, size_t at, size_t size, uint64_t plain)
{
    size_t out = 0;
    bool small;
    uint8_t *data = inflate_stream (r, at, size, plain, &out, &small);

    if (data != NULL && out == plain)
        return data;
    free (data);
    mugai_refuse (r->check, "Q-4", at, "stream is no zlib stream of the exact size");
    return NULL;
}

uint8_t *
mugai_pdf_inflate_text (MugaiPdfReader *r, size_t at, size_t size, size_t *ret_plain)
{
    bool small = true;

    for (uint64_t room = 8 * (uint64_t)size + 4096; small; room *= 4) { /* linear: sizes add up */
        uint8_t *data = inflate_stream (r, at, size, room, ret_plain, &small);
        if (data != NULL)
            return data;
    }
    mugai_refuse (r->check, "Q-4", at, "stream is no zlib stream");
    return NULL;
}
