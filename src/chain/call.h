/* SPDX-License-Identifier: Apache-2.0
 *
 * call: one run() or inspect() of a filter in this process, and the host calls it may make.
 * Internal to src/chain. Process: worker. Trust: the part is hostile, so the filter may be led to
 * ask for anything: every host call checks what is allowed here, and a call that is not makes it a
 * REFUSE.
 */
#pragma once

#include "chain/answer.h"
#include "chain/modules.h"

typedef struct MugaiCallSite { /* borrowed */
    const MugaiFilter *filter; /* loaded */
    const MugaiChainHost *host;
    GBytes *data;   /* of the part */
    uint32_t index; /* of the part, for children */
} MugaiCallSite;

/* mugai_call_run:
 * @part: values resolved. @ret_children: set to true when the filter added children.
 * Returns: (transfer full) the answer; with REPLACE it has data.
 */
MugaiAnswer *mugai_call_run (const MugaiCallSite *site, const mugai_part *part, bool *ret_children);

/* Returns: (transfer full) KEEP with facts, or REFUSE. */
MugaiAnswer *mugai_call_inspect (const MugaiCallSite *site, const mugai_part *part);

/* Is @code of Mugai's catalogue or the filter's own? */
bool mugai_call_code (const mugai_filter_info *info, const char *code);
