/* SPDX-License-Identifier: Apache-2.0
 *
 * text-document: what the hooks of text documents know while one is rebuilt, and what was found.
 * Process: render. The document is hostile. Linear in its size.
 */
#pragma once

#include "office/document.h"

typedef enum MugaiTextLoss {
    MUGAI_TEXT_DDE,
    MUGAI_TEXT_FIELD,
    MUGAI_TEXT_FETCH, /* fields that fetch from elsewhere */
    MUGAI_TEXT_FORM,
    MUGAI_TEXT_LINK,
    MUGAI_TEXT_OLE,
    MUGAI_TEXT_EMBEDDED,
    MUGAI_TEXT_MERGE, /* mail merge */
    MUGAI_TEXT_LOSSES
} MugaiTextLoss;

typedef struct MugaiTextDocument {
    struct MugaiTextWalk *walk; /* word-field.c; used again for each part */
    uint64_t count[MUGAI_TEXT_LOSSES];
    char first[MUGAI_TEXT_LOSSES][160]; /* evidence; hostile */
    unsigned drawings;                  /* made; for their ids */
} MugaiTextDocument;

void mugai_text_lose (MugaiDocument *doc, MugaiTextLoss what, const char *evidence);

/* Fields of a part, over several runs: one that is not allowed becomes the text it shows. */
void mugai_text_fields (MugaiDocument *doc, MugaiOfficePart *part);
/* The same after judging, which may have taken a part of one: what is not whole loses its marks. */
void mugai_text_balance (MugaiDocument *doc, MugaiOfficePart *part);
/* VALUE `field`: canonical, or NULL. */
const char *mugai_text_field (MugaiArena *arena, const char *text, size_t size);

/* Pictures and text boxes of VML, previews of objects: drawings. */
void mugai_text_vml (MugaiDocument *doc, MugaiOfficePart *part);
