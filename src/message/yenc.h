/* SPDX-License-Identifier: Apache-2.0
 *
 * yenc: files in yEnc, which stand in a text as raw bytes and would not live through a charset.
 * They are taken out before the text is decoded. Process: mugai-worker. Trust: input is hostile.
 * Source: the yEnc draft 1.3 (www.yenc.org); checksums are not looked at, the files are.
 */
#pragma once

#include <glib.h>

/* Called for each file in order. @name: hostile bytes, NUL-terminated, "" when none; @data: to be
 * kept by taking a reference. */
typedef void (*MugaiYencFile) (void *data, const char *name, GBytes *file);

/* mugai_yenc_take:
 * @text: borrowed, bytes of a text in any charset whose ASCII is ASCII. Returns: (transfer full)
 * the text, with a line "[yEnc]" in place of each file from "=ybegin" to "=yend"; @text itself when
 * there is none. Linear.
 */
GBytes *mugai_yenc_take (GBytes *text, MugaiYencFile file, void *data);
