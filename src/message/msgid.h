/* SPDX-License-Identifier: Apache-2.0
 *
 * msgid: message identifiers as PROFILE.md H-7 allows them.
 *
 * Process: worker. Trust: input is hostile.
 */
#pragma once

#include <glib.h>
#include <stddef.h>

enum { MUGAI_MSGID_MAX = 250 /* characters of one identifier */ };

/* mugai_msgids_parse:
 * @line: borrowed, unfolded: identifiers in angle brackets, anything between them; or one without.
 * @ret_bad: identifiers that are not in the grammar, counted up; may be NULL. Each becomes
 * <digits@replaced.invalid>, the same wherever it stands.
 * Returns: (transfer full) "<left@right>" strings in order, at most @max: the first and the last
 * ones (RFC 5322 3.6.4).
 */
GPtrArray *mugai_msgids_parse (const char *line, size_t max, size_t *ret_bad);
