/* SPDX-License-Identifier: Apache-2.0
 *
 * line: texts of one line (header values, names, evidence): cleaned, trimmed, cut.
 *
 * Process: worker. Trust: input is hostile; output obeys PROFILE.md U-1 to U-3 without line ends
 * and tabs.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

/* White space as PROFILE.md U-4 has it. */
bool mugai_line_is_blank (gunichar c);

/* @text, valid UTF-8, without white space at its ends. Returns: (transfer full). */
char *mugai_line_trim (const char *text);

/* mugai_line_clean:
 * Controls, bidi and invisible code points go, private use and undecodable bytes become visible
 * notation.
 * @raw: borrowed, @size bytes, any. Returns: (transfer full) trimmed, at most @max bytes.
 */
char *mugai_line_clean (const char *raw, size_t size, size_t max);

/* mugai_line_evidence:
 * The same for what a notice or report shows: at most @max bytes, and nothing in it that a mail
 * program would make a link of: colons and backslashes become "_". Returns: (transfer full).
 */
char *mugai_line_evidence (const char *raw, size_t size, size_t max);
