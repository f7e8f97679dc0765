/* SPDX-License-Identifier: Apache-2.0
 *
 * The table of characters: which codes the strings use, and what they stand for.
 */
#include "base/pdf-fixed.h"
#include "verify/pdf-reader.h"

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

/* "<3042> <3042>", or "<D800> <D840DC0B>": the next of those codes, two surrogates. */
static bool
take_character (MugaiPdfReader *r, uint32_t *last)
{
    uint32_t code = 0, high = 0, low = 0;

    if (!mugai_pdf_expect (r, "<", "Q-10") || !take_hex (r, &code) ||
        !mugai_pdf_expect (r, "> <", "Q-10") || !take_hex (r, &high))
        return false;
    if (code <= *last)
        return mugai_pdf_refuse (r, "Q-10", "codes out of order");
    *last = code;
    r->listed[code / 8] |= (uint8_t)(1u << code % 8);
    if (code < MUGAI_PDF_ASTRAL_FIRST || code >= MUGAI_PDF_ASTRAL_FIRST + MUGAI_PDF_ASTRAL)
        return high == code ? mugai_pdf_expect (r, ">\n", "Q-10")
                            : mugai_pdf_refuse (r, "Q-10", "a code that stands for another");
    if (code != MUGAI_PDF_ASTRAL_FIRST + r->n_astral || !take_hex (r, &low) || high < 0xd800 ||
        high > 0xdbff || low < 0xdc00 || low > 0xdfff)
        return mugai_pdf_refuse (r, "Q-10", "surrogates");
    r->astral[r->n_astral++] = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
    return mugai_pdf_expect (r, ">\n", "Q-10");
}

/* Sections of 100, the last one of what is left. */
static bool
take_characters (MugaiPdfReader *r)
{
    uint64_t n = MUGAI_PDF_BLOCK;
    uint32_t last = 0;

    while (n == MUGAI_PDF_BLOCK && r->lex.at < r->lex.size &&
           mugai_lex_is ((uint8_t)mugai_lex_peek (&r->lex, 0), MUGAI_LEX_DIGIT)) {
        if (!mugai_pdf_whole (r, MUGAI_PDF_BLOCK, "Q-10", &n) ||
            !mugai_pdf_expect (r, " beginbfchar\n", "Q-10"))
            return false;
        for (uint64_t i = 0; i < n; i++)
            if (!take_character (r, &last))
                return false;
        if (n == 0 || !mugai_pdf_expect (r, "endbfchar\n", "Q-10"))
            return mugai_pdf_refuse (r, "Q-10", "number of characters");
    }
    return true;
}

bool
mugai_pdf_codes (MugaiPdfReader *r, const uint8_t *plain, size_t size)
{
    MugaiLex outer = r->lex;

    r->lex = (MugaiLex){ .data = plain, .size = size };
    bool ok = mugai_pdf_expect (r, MUGAI_PDF_UNICODE_HEAD, "Q-10") && take_characters (r) &&
              mugai_pdf_expect (r, MUGAI_PDF_UNICODE_TAIL, "Q-10") &&
              (r->lex.at == size || mugai_pdf_refuse (r, "Q-10", "after the end"));
    r->lex = outer;
    return ok;
}
