/* SPDX-License-Identifier: Apache-2.0
 *
 * address: mailboxes and message ids (PROFILE.md, H-5 to H-8). Process: verify. Input is hostile.
 * libc only.
 */
#pragma once

#include "verify/word.h"

enum { MUGAI_ADDRESS_MAX = 2000 /* mailboxes of one field */ };

/* Consume 1 to @max mailboxes joined by "," SEP. @words: scratch for display names. Refuses H-5,
 * H-6, H-8 and what H-8 asks. */
bool mugai_address_list (MugaiCheck *check, MugaiLex *lex, MugaiWords *words, unsigned max);

/* Consume 1 to @max message ids joined by SEP (H-7). */
bool mugai_address_ids (MugaiCheck *check, MugaiLex *lex, unsigned max);
