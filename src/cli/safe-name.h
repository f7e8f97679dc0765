/* SPDX-License-Identifier: Apache-2.0
 *
 * safe-name: the name of a file or folder as Windows and Unix both take it. Pure. Process: mugai.
 * Trust: names are hostile bytes.
 */
#pragma once

#include <glib.h>

enum { MUGAI_SAFE_NAME_MAX = 184 /* bytes; 255 with extension and marks */ };

/* Returns: (transfer full) @name in UTF-8: as it is, decoded from CP932, or with replacement
 * characters. */
char *mugai_safe_name_readable (const char *name);

/* mugai_safe_name:
 * One component (no path) in NFC without what Windows or Unix forbids, hides or reserves (CON,
 * COM1, blanks and dots at the end, controls, "<>:|?*), of 1 to MUGAI_SAFE_NAME_MAX bytes.
 * Returns: (transfer full).
 */
char *mugai_safe_name (const char *name);

/* Every component of the path @relative made safe. Returns: (transfer full). */
char *mugai_safe_path (const char *relative);
