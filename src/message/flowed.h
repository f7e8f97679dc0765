/* SPDX-License-Identifier: Apache-2.0
 *
 * flowed: text/plain with format=flowed as the paragraphs that its writer wrote. Process:
 * mugai-worker. Trust: input is hostile. Linear.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* mugai_flowed_join:
 * @text: borrowed UTF-8, lines end in LF or CRLF. @delsp: DelSp=yes, the space at the end of a line
 * is not part of the text. Returns: (transfer full) each paragraph on one line with LF, quote marks
 * as ">> text", stuffed spaces gone. Source: RFC 3676, 4.
 */
GBytes *mugai_flowed_join (GBytes *text, bool delsp);
