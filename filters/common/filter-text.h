/* SPDX-License-Identifier: Apache-2.0
 *
 * filter-text: what the text filters' modules share: hand a result to the host, report counts.
 * Process: the walk. Trust: input is hostile. Needs <mugai/filter.h>.
 */
#pragma once

#include "common/buffer.h"

#include <mugai/filter.h>

/* A finding when there is anything to report. @code: of the catalogue. */
void mugai_filter_count (const mugai_host *host, mugai_call *call, const char *code,
                         uint64_t count);

/* The filter's answer: KEEP when @out is what the part was and the part is of type @type already,
 * REPLACE, or REFUSE when memory ended or the host takes no more.
 * @result: 0 or a negative errno of the filter's core. Frees what @out holds. */
mugai_verdict_t mugai_filter_answer (const mugai_host *host, mugai_call *call,
                                     const mugai_part *part, const char *type, int result,
                                     MugaiBuffer *out);

/* The reader's language is Japanese. */
bool mugai_filter_japanese (const mugai_part *part);
