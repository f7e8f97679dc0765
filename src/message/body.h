/* SPDX-License-Identifier: Apache-2.0
 *
 * body: which of several forms of the text is taken, and the texts that were taken put together.
 *
 * Process: worker. Trust: input is hostile; texts to join are clean already.
 */
#pragma once

#include "message/forms.h"
#include "message/treat.h"
#include "message/walk.h"
#include "rules/rules.h"

#include <glib.h>

/* mugai_body_settle:
 * After every part of the mail whose first part is @first was treated. For each
 * multipart/alternative, innermost first: keep the texts of the branches that mugai_forms_choose()
 * takes, set the others aside (they count as converted). Of more than MUGAI_FORMS_MAX branches the
 * first are compared.
 */
void mugai_body_settle (MugaiWalk *walk, MugaiTreat *treat, uint32_t first, MugaiAlternatives how);

typedef struct MugaiBodyText {
    GBytes *text;       /* borrowed; clean, LF line ends */
    MugaiFormKind form; /* 0: needs no label */
} MugaiBodyText;

/* mugai_body_join:
 * @texts: @n of them in order. A line between two of them, a label above one that has a form; lines
 * that imitate the notice are marked as quoted and counted in *ret_imitations. @max: bytes;
 * *ret_cut: it was longer. Returns: (transfer full) empty or ending with LF.
 */
GString *mugai_body_join (const MugaiBodyText *texts, size_t n, MugaiLanguage language, size_t max,
                          uint64_t *ret_imitations, bool *ret_cut);
