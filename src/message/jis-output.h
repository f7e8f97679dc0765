/* SPDX-License-Identifier: Apache-2.0
 *
 * jis-output: text as ISO-2022-JP, for inner networks whose mail programs read nothing else. The
 * set is what CP50220 writes: JIS X 0208 with NEC's row 13 and NEC's selection of IBM extensions.
 * Process: mugai-worker. Trust: text is hostile, but clean; the verifier reads what comes out with
 * a table of its own (PROFILE.md, section K).
 */
#pragma once

#include <glib.h>
#include <stdint.h>

typedef struct MugaiJisOutput MugaiJisOutput;

MugaiJisOutput *mugai_jis_output_new (void);
void mugai_jis_output_free (MugaiJisOutput *jis); /* safe on NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MugaiJisOutput, mugai_jis_output_free)

/* mugai_jis_output_fit:
 * @text: borrowed, valid UTF-8 with LF. Returns: (transfer full) UTF-8 that ISO-2022-JP can say, in
 * lines of at most 998 bytes of it: half-width kana become full-width, a character that is lacking
 * becomes 〔U+1F600〕, never something that could be read as ASCII. A fitted text fits as it is.
 * @io_lacking: characters that were; added to.
 */
GString *mugai_jis_output_fit (const MugaiJisOutput *jis, const char *text, size_t size,
                               uint64_t *io_lacking);

/* mugai_jis_output_write:
 * @text: fitted. Appends it to @out with CRLF. Source: RFC 1468.
 */
void mugai_jis_output_write (const MugaiJisOutput *jis, const char *text, size_t size,
                             GString *out);
