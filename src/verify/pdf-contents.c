/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: the decoded stream is read with a lexer of its own; a refusal names the offset
 * within it. The text of each string is turned into UTF-8 and judged as every text is.
 */
#include "verify/codepoint.h"
#include "verify/pdf-reader.h"

#include <string.h>

enum { CODES_MAX = 4096, ASTRAL_FIRST = 0xD800, ASTRAL_LAST = 0xDFFF };

static size_t
put_utf8 (uint32_t c, uint8_t *out)
{
    if (c < 0x80) {
        out[0] = (uint8_t)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (uint8_t)(0xc0 | c >> 6);
        out[1] = (uint8_t)(0x80 | (c & 63));
        return 2;
    }
    if (c < 0x10000) {
        out[0] = (uint8_t)(0xe0 | c >> 12);
        out[1] = (uint8_t)(0x80 | (c >> 6 & 63));
        out[2] = (uint8_t)(0x80 | (c & 63));
        return 3;
    }
    out[0] = (uint8_t)(0xf0 | c >> 18);
    out[1] = (uint8_t)(0x80 | (c >> 12 & 63));
    out[2] = (uint8_t)(0x80 | (c >> 6 & 63));
    out[3] = (uint8_t)(0x80 | (c & 63));
    return 4;
}

static int
digit (uint8_t c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Four digits of a string. Returns: the code, or -1. */
static int32_t
take_code (MugaiLex *lex)
{
    int32_t code = 0;

    if (lex->size - lex->at < 4)
        return -1;
    for (size_t i = 0; i < 4; i++) {
        int value = digit (lex->data[lex->at + i]);
        if (value < 0)
            return -1;
        code = code << 4 | value;
    }
    lex->at += 4;
    return code;
}

/* "<" 1*code "> Tj" */
static bool
take_string (MugaiPdfReader *r)
{
    uint8_t text[CODES_MAX * 4];
    size_t size = 0, from = r->lex.at, at = 0;
    unsigned n = 0;

    if (!mugai_pdf_expect (r, "<", "Q-5"))
        return false;
    for (; mugai_lex_peek (&r->lex, 0) != '>'; n++) {
        int32_t code = n < CODES_MAX ? take_code (&r->lex) : -1;
        if (code < 0x20)
            return mugai_pdf_refuse (r, "Q-7", "code");
        uint32_t c = (uint32_t)code;
        if (c >= ASTRAL_FIRST && c <= ASTRAL_LAST) {
            if (c - ASTRAL_FIRST >= r->n_astral)
                return mugai_pdf_refuse (r, "Q-7", "code without a character");
            c = r->astral[c - ASTRAL_FIRST];
        }
        r->used[code / 8] |= (uint8_t)(1u << code % 8);
        size += put_utf8 (c, text + size);
    }
    if (n == 0)
        return mugai_pdf_refuse (r, "Q-7", "empty string");
    const char *clause = mugai_codepoint_fault (text, size, false, &at);
    if (clause != NULL)
        return mugai_refuse (r->check, clause, from, "code point that may not stand in text");
    return mugai_pdf_expect (r, "> Tj\n", "Q-5");
}

/* Upright, turned by quarters, or upright for vertical writing: no shear, never flat. */
static bool
take_matrix (MugaiPdfReader *r)
{
    int64_t m[6];

    for (unsigned i = 0; i < 6; i++)
        if (!mugai_pdf_take_number (r, 2, "Q-6", &m[i]) || !mugai_pdf_expect (r, " ", "Q-6"))
            return false;
    bool level = m[0] != 0 && m[3] != 0 && m[1] == 0 && m[2] == 0 && (m[0] > 0) == (m[3] > 0);
    bool upright = m[1] != 0 && m[2] != 0 && m[0] == 0 && m[3] == 0 && (m[1] > 0) != (m[2] > 0);
    if (!level && !upright)
        return mugai_pdf_refuse (r, "Q-6", "text matrix");
    return mugai_pdf_expect (r, "Tm\n", "Q-5");
}

/* 1*([font] matrix string) "ET"; a font is named where it changes. */
static bool
take_text (MugaiPdfReader *r)
{
    char font = 0;
    unsigned runs = 0;

    for (; !mugai_lex_literal (&r->lex, "ET\n"); runs++) {
        char name = mugai_lex_literal (&r->lex, "/H 1 Tf\n")   ? 'H'
                    : mugai_lex_literal (&r->lex, "/V 1 Tf\n") ? 'V'
                                                               : 0;
        if (name != 0 ? name == font : font == 0)
            return mugai_pdf_refuse (r, "Q-5", "font");
        font = name != 0 ? name : font;
        if (!take_matrix (r) || !take_string (r))
            return false;
    }
    return runs > 0 || mugai_pdf_refuse (r, "Q-5", "empty text");
}

static bool
take_contents (MugaiPdfReader *r, int64_t width, int64_t height)
{
    int64_t w = 0, h = 0;

    if (!mugai_pdf_expect (r, "q\n", "Q-5") || !mugai_pdf_take_number (r, 3, "Q-6", &w) ||
        !mugai_pdf_expect (r, " 0 0 ", "Q-5") || !mugai_pdf_take_number (r, 3, "Q-6", &h) ||
        !mugai_pdf_expect (r, " 0 0 cm\n/I Do\nQ\n", "Q-5"))
        return false;
    if (w != width || h != height)
        return mugai_pdf_refuse (r, "Q-5", "the image does not fill the page");
    if (mugai_lex_literal (&r->lex, "BT\n3 Tr\n") && !take_text (r))
        return false;
    return r->lex.at == r->lex.size || mugai_pdf_refuse (r, "Q-5", "after the end");
}

bool
mugai_pdf_contents (MugaiPdfReader *r, const uint8_t *plain, size_t size, int64_t width,
                    int64_t height)
{
    MugaiLex outer = r->lex;

    r->lex = (MugaiLex){ .data = plain, .size = size };
    bool ok = take_contents (r, width, height);
    r->lex = outer;
    return ok;
}
