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

typedef struct MugaiNotice { /* borrowed */
    const MugaiReport *report;
    const MugaiSettings *settings;
    const char *authentication; /* one line about the sender, NULL: none */
    bool alarm;                 /* that line alone is worth a notice */
} MugaiNotice;

/* Is there anything to tell? Something was withheld or changed its form, a finding is meant for the
 * reader, or the sender's authentication failed. */
bool mugai_notice_needed (const MugaiNotice *notice);

/* mugai_notice_block:
 * The site's template or ours, filled in: sums, what was withheld and why, how to get it, what
 * changed its form, findings; never longer than one screen.
 * Returns: (transfer full) lines with LF, the first holds 無害化の結果 or "Sanitization result".
 */
GString *mugai_notice_block (const MugaiNotice *notice);

/* mugai_notice_pointer:
 * The one line of a body without a notice block. @name: of the attachment that holds the notice,
 * NULL: there is none. Returns: (transfer full) without line end.
 */
char *mugai_notice_pointer (const MugaiReport *report, const char *name, MugaiLanguage language);

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

/* Name of the attachment that holds a notice, without extension. Returns: (static). */
const char *mugai_notice_name (MugaiLanguage language);

/* A line that stands where a text was cut, or where a mail has none. Returns: (static). */
const char *mugai_notice_cut_line (MugaiLanguage language);
const char *mugai_notice_no_body_line (MugaiLanguage language);
