/* SPDX-License-Identifier: Apache-2.0
 *
 * gaiji: read a site's table of user-defined characters (外字). One entry a line:
 *
 *     U+E000<TAB>髙<TAB>anything, a note
 *
 * Empty lines and lines that begin with "#" are passed over. Process: supervisor and command line.
 * Trust: the administrator's.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

enum {
    MUGAI_GAIJI_TEXT = 15, /* bytes of a replacement: as long as the notation [外字 U+E000] */
    MUGAI_GAIJI_MAX = 10000,
};

/* mugai_gaiji_parse:
 * @path: for messages. @data: borrowed, @size bytes. @ret: gets (char *) a private-use character and its
 * replacement each, sorted by character. Errors: MUGAI_ERROR_USAGE "PATH:LINE:COLUMN: ...".
 */
bool mugai_gaiji_parse (const char *path, const char *data, size_t size, GPtrArray *ret,
                        GError **error);
