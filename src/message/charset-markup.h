/* SPDX-License-Identifier: Apache-2.0
 *
 * charset-markup: the charset that an HTML page or an XML document names itself. Process:
 * mugai-worker. Trust: input is hostile.
 */
#pragma once

#include <stddef.h>

/* mugai_charset_in_markup:
 * @data: borrowed, @size bytes, of which the first 4096 are looked at. An XML declaration comes
 * before `<meta charset>` and `<meta http-equiv=content-type>`; comments, scripts and styles are
 * passed over. A name of UTF-16 in 8-bit text means UTF-8. Returns: (transfer full) or NULL.
 * Source: WHATWG HTML 13.2.3.2 (prescan); XML 1.0, appendix F.
 */
char *mugai_charset_in_markup (const char *data, size_t size);

/* mugai_charset_of_markup:
 * Which of two labels counts, as in mail programs: that of the mail (@outer, "" none) but where it
 * is US-ASCII, the default that nobody chose, or a name that nobody knows; then the page's (@inner,
 * NULL none). Returns: borrowed from either, NULL when there is none.
 */
const char *mugai_charset_of_markup (const char *outer, const char *inner);
