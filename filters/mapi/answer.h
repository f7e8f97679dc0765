/* SPDX-License-Identifier: Apache-2.0
 *
 * answer: how the modules tnef and outlook-msg hand a letter to the host. Process: the walk.
 * Trust: the letter's values are hostile. Needs <mugai/filter.h>.
 */
#pragma once

#include "mapi/letter.h"

#include <mugai/filter.h>

/* The most that the mail made of @part may take. */
size_t mugai_mapi_room (const mugai_part *part);

/* Write @letter, have the host read it, say what was left out. @fault: what is wrong with the part,
 * or NULL. @into: attachment, body, auto. Clears @letter. */
mugai_verdict_t mugai_mapi_answer (const mugai_host *host, mugai_call *call, MugaiLetter *letter,
                                   const char *fault, const char *into);
