/* SPDX-License-Identifier: Apache-2.0
 *
 * runs: the text of a page in pieces that an invisible layer can put where they are seen. Process:
 * render. Trust: the document is hostile.
 */
#pragma once

#include "pdf/page.h"

/* pdf_runs_tell:
 * Each run is a word of letters with the space behind it, or neighbours of an even pitch (kanji and
 * kana), in the order of the page.
 * Returns: 0, or -1 when the host refused; *ret_runs: added to.
 */
int pdf_runs_tell (const PdfDocument *pdf, const fz_stext_page *text, uint64_t *ret_runs);

/* May this code point of a text extracted from a page be told at all? Glyphs without a known
 * character are not. */
bool pdf_runs_known (int c);
