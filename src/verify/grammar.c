/* SPDX-License-Identifier: Apache-2.0 */
#include "verify/grammar.h"

#include "verify/card.h"
#include "verify/csv.h"
#include "verify/jpeg.h"
#include "verify/mail.h"
#include "verify/odf.h"
#include "verify/opc.h"
#include "verify/pdf.h"
#include "verify/png.h"
#include "verify/text.h"
#include "verify/zip.h"

#include <string.h>

static bool
check_text_file (MugaiCheck *check, const uint8_t *data, size_t size)
{
    return mugai_text_check (check, data, size, MUGAI_TEXT_FILE);
}

/* In the order of MugaiGrammar. */
const MugaiGrammarRow mugai_grammars[] = {
    { MUGAI_GRAMMAR_MAIL, "mail", ".eml", NULL, mugai_mail_check },
    { MUGAI_GRAMMAR_TEXT, "text", ".txt", "text/plain; charset=utf-8", check_text_file },
    { MUGAI_GRAMMAR_CSV, "csv", ".csv", "text/csv; charset=utf-8", mugai_csv_check },
    { MUGAI_GRAMMAR_PNG, "png", ".png", "image/png", mugai_png_check },
    { MUGAI_GRAMMAR_ZIP, "zip", ".zip", "application/zip", mugai_zip_check },
    { MUGAI_GRAMMAR_JPEG, "jpeg", ".jpg", "image/jpeg", mugai_jpeg_check },
    { MUGAI_GRAMMAR_PDF, "pdf", ".pdf", "application/pdf", mugai_pdf_check },
    { MUGAI_GRAMMAR_CALENDAR, "calendar", ".ics", "text/calendar; charset=utf-8",
      mugai_calendar_check },
    { MUGAI_GRAMMAR_VCARD, "vcard", ".vcf", "text/vcard; charset=utf-8", mugai_vcard_check },
    { MUGAI_GRAMMAR_DOCX, "docx", ".docx",
      "application/vnd.openxmlformats-officedocument.wordprocessingml.document", mugai_docx_check },
    { MUGAI_GRAMMAR_XLSX, "xlsx", ".xlsx",
      "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", mugai_xlsx_check },
    { MUGAI_GRAMMAR_PPTX, "pptx", ".pptx",
      "application/vnd.openxmlformats-officedocument.presentationml.presentation",
      mugai_pptx_check },
    { MUGAI_GRAMMAR_ODT, "odt", ".odt", "application/vnd.oasis.opendocument.text",
      mugai_odt_check },
    { MUGAI_GRAMMAR_ODS, "ods", ".ods", "application/vnd.oasis.opendocument.spreadsheet",
      mugai_ods_check },
    { MUGAI_GRAMMAR_ODP, "odp", ".odp", "application/vnd.oasis.opendocument.presentation",
      mugai_odp_check },
};

_Static_assert(sizeof mugai_grammars / sizeof mugai_grammars[0] == MUGAI_GRAMMARS,
               "a row for each grammar");

const MugaiGrammarRow *
mugai_grammar_row (uint32_t grammar)
{
    return grammar >= 1 && grammar <= MUGAI_GRAMMARS ? &mugai_grammars[grammar - 1] : NULL;
}

const MugaiGrammarRow *
mugai_grammar_named (const uint8_t *name, size_t size)
{
    for (size_t i = 0; i < MUGAI_GRAMMARS; i++) {
        size_t length = strlen (mugai_grammars[i].extension);
        if (mugai_grammars[i].media != NULL && size > length &&
            memcmp (name + size - length, mugai_grammars[i].extension, length) == 0)
            return &mugai_grammars[i];
    }
    return NULL;
}

const MugaiGrammarRow *
mugai_grammar_media (MugaiLex *lex)
{
    for (size_t i = 0; i < MUGAI_GRAMMARS; i++) {
        MugaiLex ahead = *lex;
        if (mugai_grammars[i].media != NULL &&
            mugai_lex_literal (&ahead, mugai_grammars[i].media) &&
            mugai_lex_literal (&ahead, "\r\n")) {
            *lex = ahead;
            return &mugai_grammars[i];
        }
    }
    return NULL;
}
