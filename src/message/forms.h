/* SPDX-License-Identifier: Apache-2.0
 *
 * forms: which of several forms of one text a reader gets (multipart/alternative), by what they
 * say.
 *
 * Process: worker. Trust: texts are hostile, but clean already: they are what would be delivered.
 */
#pragma once

#include "rules/rules.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MUGAI_FORMS_MAX = 8 /* that are compared */ };

typedef enum MugaiFormKind { /* in the order in which one is taken when they say the same */
                             MUGAI_FORM_PLAIN = 1,
                             MUGAI_FORM_HTML,
                             MUGAI_FORM_OTHER,
} MugaiFormKind;

typedef struct MugaiForm {
    const char *text; /* borrowed, UTF-8, @size bytes; NULL: there is none */
    size_t size;
    MugaiFormKind kind;
} MugaiForm;

/* mugai_forms_choose:
 * A form that is blank, or only says that the program cannot show HTML, loses against any other
 * (it stays when it says something besides that no other says).
 * One that says what all the others say is taken alone, a plain text first; when none does, each
 * that says something of its own. With PLAIN or HTML the first of that kind that is not blank.
 * @n: at most MUGAI_FORMS_MAX, in the order of the mail. Returns: a bit for each form taken; at
 * least one when there is a form with a text.
 */
uint32_t mugai_forms_choose (const MugaiForm *forms, size_t n, MugaiAlternatives how);

/* No character that can be seen? */
bool mugai_forms_blank (const char *text, size_t size);
