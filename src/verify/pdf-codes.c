/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: what the stream has to be is written down line by line and compared; only the
 * characters beyond U+FFFF are read.
 */
#include "base/pdf-fixed.h"
#include "verify/pdf-reader.h"

#include <stdio.h>

/* 0000-D7FF and E000-FFFF as they are, in ranges of 256. */
static bool
take_ranges (MugaiPdfReader *r)
{
    char line[64];
    unsigned all = 256 - 8;

    for (unsigned i = 0; i < all; i++) {
        unsigned high = i < 0xd8 ? i : i + 8, at = i % MUGAI_PDF_BLOCK;
        snprintf (line, sizeof line, "%u beginbfrange\n",
                  all - i < MUGAI_PDF_BLOCK ? all - i : MUGAI_PDF_BLOCK);
        if (at == 0 && !mugai_pdf_expect (r, line, "Q-10"))
            return false;
        snprintf (line, sizeof line, "<%02X00> <%02XFF> <%02X00>\n", high, high, high);
        if (!mugai_pdf_expect (r, line, "Q-10"))
            return false;
        if ((at == MUGAI_PDF_BLOCK - 1 || i == all - 1) &&
            !mugai_pdf_expect (r, "endbfrange\n", "Q-10"))
            return false;
    }
    return true;
}

static bool
take_hex (MugaiPdfReader *r, uint32_t *ret)
{
    *ret = 0;
    for (unsigned i = 0; i < 4; i++, r->lex.at++) {
        int c = mugai_lex_peek (&r->lex, 0);
        if (!((c >= '0' && c <= '9') || (c >= 'A' && c <= 'F')))
            return mugai_pdf_refuse (r, "Q-10", "digit");
        *ret = *ret << 4 | (uint32_t)(c <= '9' ? c - '0' : c - 'A' + 10);
    }
    return true;
}

/* "<D800> <D840DC0B>": the next code, two surrogates. */
static bool
take_character (MugaiPdfReader *r)
{
    char line[16];
    uint32_t high = 0, low = 0;

    snprintf (line, sizeof line, "<%04X> <", MUGAI_PDF_ASTRAL_FIRST + r->n_astral);
    if (!mugai_pdf_expect (r, line, "Q-10") || !take_hex (r, &high) || !take_hex (r, &low) ||
        !mugai_pdf_expect (r, ">\n", "Q-10"))
        return false;
    if (high < 0xd800 || high > 0xdbff || low < 0xdc00 || low > 0xdfff)
        return mugai_pdf_refuse (r, "Q-10", "surrogates");
    r->astral[r->n_astral++] = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
    return true;
}

static bool
take_characters (MugaiPdfReader *r)
{
    uint64_t n = MUGAI_PDF_BLOCK;

    while (n == MUGAI_PDF_BLOCK &&
           mugai_lex_is ((uint8_t)mugai_lex_peek (&r->lex, 0), MUGAI_LEX_DIGIT)) {
        if (!mugai_pdf_whole (r, MUGAI_PDF_BLOCK, "Q-10", &n) ||
            !mugai_pdf_expect (r, " beginbfchar\n", "Q-10"))
            return false;
        if (n == 0 || n > MUGAI_PDF_ASTRAL - r->n_astral)
            return mugai_pdf_refuse (r, "Q-10", "number of characters");
        for (uint64_t i = 0; i < n; i++)
            if (!take_character (r))
                return false;
        if (!mugai_pdf_expect (r, "endbfchar\n", "Q-10"))
            return false;
    }
    return true;
}

bool
mugai_pdf_codes (MugaiPdfReader *r, const uint8_t *plain, size_t size)
{
    MugaiLex outer = r->lex;

    r->lex = (MugaiLex){ .data = plain, .size = size };
    bool ok = mugai_pdf_expect (r, MUGAI_PDF_UNICODE_HEAD, "Q-10") && take_ranges (r) &&
              take_characters (r) && mugai_pdf_expect (r, MUGAI_PDF_UNICODE_TAIL, "Q-10") &&
              (r->lex.at == size || mugai_pdf_refuse (r, "Q-10", "after the end"));
    r->lex = outer;
    return ok;
}
