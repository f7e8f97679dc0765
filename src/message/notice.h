/* SPDX-License-Identifier: Apache-2.0
 *
 * notice: what the reader of a mail is told: the block in the body, and the mail that goes on in
 * place of an item.
 *
 * Process: worker. Trust: names and evidence in it are hostile; they are cleaned and made
 * unclickable here. The texts are a table (notice-text.c) in Japanese and English. Output obeys
 * PROFILE.md sections T and M-6.
 */
#pragma once

#include "core/envelope.h"
#include "core/report.h"
#include "message/forms.h"
#include "rules/rules.h"

#include <glib.h>
#include <stdbool.h>

/* Is there anything to tell? Something was withheld or changed its form, or a finding is meant for
 * the reader. */
bool mugai_notice_needed (const MugaiReport *report);

/* mugai_notice_block:
 * Sums, what was withheld and why, how to get it, findings; never longer than one screen.
 * Returns: (transfer full) lines with LF, the first holds 無害化の結果 or "Sanitization result".
 */
GString *mugai_notice_block (const MugaiReport *report, MugaiLanguage language);

/* mugai_notice_item:
 * The same for an item that does not go on: report's outcome, reason and findings say why. @sender:
 * envelope sender, may be NULL.
 */
GString *mugai_notice_item (const MugaiReport *report, const char *sender, MugaiLanguage language);

/* mugai_notice_header:
 * Header lines of a notice mail from the gateway itself, up to and without MIME-Version.
 */
GString *mugai_notice_header (const MugaiReport *report, const MugaiEnvelope *envelope,
                              MugaiLanguage language);

/* What stands above a form of the text when several are delivered. Returns: (static). */
const char *mugai_notice_form_label (MugaiFormKind form, MugaiLanguage language);

/* A line that stands where a text was cut, or where a mail has none. Returns: (static). */
const char *mugai_notice_cut_line (MugaiLanguage language);
const char *mugai_notice_no_body_line (MugaiLanguage language);
