/* SPDX-License-Identifier: Apache-2.0
 *
 * note: the text that whoever dropped a file finds beside its result: what became of it, what was
 * taken out and why, and the number under which the original is kept. UTF-8 with BOM and CRLF, for
 * Windows. Process: mugai. Trust: names and evidence are hostile; what is shown is escaped.
 */
#pragma once

#include "core/envelope.h"
#include "core/report.h"

#include <stdbool.h>

typedef struct MugaiNote {
    const char *name;   /* of the input, below the drop */
    const char *result; /* name of the result; NULL: none */
    const char *reason; /* finding code, or "" */
    const char *id;
    const MugaiReport *report; /* may be NULL */
    bool japanese;
} MugaiNote;

/* Returns: (transfer full). */
char *mugai_note_text (const MugaiNote *note);
