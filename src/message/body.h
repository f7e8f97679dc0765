/* SPDX-License-Identifier: Apache-2.0
 *
 * body: which of several forms of the text is taken, and the texts that were taken put together.
 *
 * Process: worker. Trust: input is hostile; texts to join are clean already.
 */
#pragma once

#include "message/walk.h"
#include "rules/rules.h"

#include <glib.h>

/* mugai_body_choose:
 * For every multipart/alternative: take one branch, mark the bodies of the others as not chosen,
 * there and in the report. A plain text that is empty, or only says that the program cannot show
 * HTML, loses against HTML.
 */
void mugai_body_choose (MugaiWalk *walk, MugaiAlternatives how);

/* mugai_body_says_nothing:
 * Is this text no more than the sentence some programs write in place of an HTML mail? @text:
 * borrowed, UTF-8 or any superset of ASCII.
 */
bool mugai_body_says_nothing (const char *text, size_t size);

/* mugai_body_join:
 * @texts: borrowed GBytes in order, clean, LF line ends. A line between two of them; lines that
 * imitate the notice are marked as quoted and counted in *ret_imitations. @max: bytes; *ret_cut: it
 * was longer. Returns: (transfer full) empty or ending with LF.
 */
GString *mugai_body_join (GPtrArray *texts, size_t max, uint64_t *ret_imitations, bool *ret_cut);
