/* SPDX-License-Identifier: Apache-2.0
 *
 * pdf-reader: what the parts of the grammar pdf share: the bytes, where we are, numbers, streams.
 * Process: verify. Input is hostile. libc and libdeflate only.
 */
#pragma once

#include "verify/check.h"
#include "verify/lex.h"

#include <libdeflate.h>

typedef struct MugaiPdfReader {
    MugaiCheck *check;
    MugaiLex lex;
    struct libdeflate_decompressor *inflater;
    uint32_t astral[2048]; /* code points of the codes from D800 on */
    unsigned n_astral;
    uint8_t listed[8192]; /* a bit for each code that has an entry */
    uint8_t used[8192];   /* that stands in a string */
} MugaiPdfReader;

/* Refuse at the place where the lexer stands. Returns: false. */
bool mugai_pdf_refuse (MugaiPdfReader *r, const char *clause, const char *why);

/* Consume @text, or refuse with @clause. */
bool mugai_pdf_expect (MugaiPdfReader *r, const char *text, const char *clause);

/* A whole number without leading zeros, at most @max. */
bool mugai_pdf_whole (MugaiPdfReader *r, uint64_t max, const char *clause, uint64_t *ret);

/* a number with at most @decimals (up to 3) behind the point, in thousandths. */
bool mugai_pdf_take_number (MugaiPdfReader *r, unsigned decimals, const char *clause, int64_t *ret);

/* The bytes of a stream and what ends its object; the lexer stands behind "/Length N". @ret_at:
 * where they begin. */
bool mugai_pdf_stream (MugaiPdfReader *r, uint64_t length, const char *clause, size_t *ret_at);

/* @size bytes at @at are one zlib stream of exactly @plain bytes. Returns: (transfer full)
 * them, free() it; NULL when refused. */
uint8_t *mugai_pdf_inflate (MugaiPdfReader *r, size_t at, size_t size, uint64_t plain);

/* The same of a size that nothing tells. *ret_plain: bytes. */
uint8_t *mugai_pdf_inflate_text (MugaiPdfReader *r, size_t at, size_t size, size_t *ret_plain);

/* @size bytes of a content stream, decoded; a page of @width by @height. */
bool mugai_pdf_contents (MugaiPdfReader *r, const uint8_t *plain, size_t size, int64_t width,
                         int64_t height);

/* @size bytes of the ToUnicode stream, decoded. Fills r->astral and r->listed. */
bool mugai_pdf_codes (MugaiPdfReader *r, const uint8_t *plain, size_t size);

/* the image object's dictionary and data; the lexer stands behind "obj". */
bool mugai_pdf_image (MugaiPdfReader *r);
