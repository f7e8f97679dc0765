/* SPDX-License-Identifier: Apache-2.0
 *
 * documents: the text of each kind of office document. Process: render. Input is hostile. Each
 * returns false when its main part is missing or broken; parts beside it that are broken are left
 * out and package->damaged says so.
 */
#pragma once

#include "office/package.h"
#include "office-text/writer.h"

typedef struct MugaiDocumentStats {
    unsigned hidden; /* sheets, slides and runs that are not shown */
} MugaiDocumentStats;

/* ISO/IEC 29500-1. @main: name of the part that the package's officeDocument names. */
bool mugai_word_text (MugaiPackage *package, const char *main, MugaiWriter *w,
                      MugaiDocumentStats *stats); /* clause 17 */
bool mugai_sheet_text (MugaiPackage *package, const char *main, MugaiWriter *w,
                       MugaiDocumentStats *stats); /* clause 18 */
bool mugai_slide_text (MugaiPackage *package, const char *main, MugaiWriter *w,
                       MugaiDocumentStats *stats); /* clause 19 */
/* What @source shows besides its own text: comments, charts, diagrams, shapes. */
void mugai_beside_text (MugaiPackage *package, const char *source, MugaiWriter *w);
/* ODF 1.3 part 3: content.xml of any kind. */
bool mugai_odf_text (MugaiPackage *package, MugaiWriter *w, MugaiDocumentStats *stats);
