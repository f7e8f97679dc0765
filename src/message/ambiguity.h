/* SPDX-License-Identifier: Apache-2.0
 *
 * ambiguity: what two readers of a mail would have seen differently, in one field for the machines
 * behind the gateway: MIME-Ambiguity-Results, after draft-chen-email-mime-ambiguity-defense.
 *
 * Process: worker. Trust: made of finding codes and numbers alone; no byte of the mail is in it.
 */
#pragma once

#include "core/report.h"

#include <glib.h>

/* mugai_ambiguity_emit:
 * Append the field when @report holds such a finding; a mail that everybody reads alike has none.
 * Source: PROFILE.md M-3.4, M-3.5.
 */
void mugai_ambiguity_emit (const MugaiReport *report, GString *out);
