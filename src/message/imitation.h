/* SPDX-License-Identifier: Apache-2.0
 *
 * imitation: display names that show the reader an address of another domain than the real one.
 *
 * Process: worker. Trust: input is hostile, clean UTF-8 of one line. Linear.
 */
#pragma once

#include <glib.h>

/* mugai_imitation_shown:
 * @display: the name. @domain: of the real address, ASCII; NULL when it has none that can be read.
 * An at sign (or one of its wide or small forms) with a name with a dot behind it that is not
 * @domain, in any case and form, becomes "[@]".
 * Returns: (transfer full) the name with those, NULL when it shows no such address.
 */
char *mugai_imitation_shown (const char *display, const char *domain);
