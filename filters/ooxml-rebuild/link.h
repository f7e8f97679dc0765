/* SPDX-License-Identifier: Apache-2.0
 *
 * link: how a link of a document is told in its text, in the forms of mail (filters/link-defang).
 * Process: render. Input is hostile. Linear in time.
 */
#pragma once

#include "office/document.h"

/* mugai_link_words:
 * @target: of an external relationship. @words: the text that the link is on, NUL-terminated.
 * Returns: (in the arena) what is to stand behind @words, " <https://example.jp/x>", clean, with
 * schemes that act broken up; NULL when @words say it already, or there is no memory.
 */
const char *mugai_link_words (MugaiDocument *doc, const char *target, const char *words);
