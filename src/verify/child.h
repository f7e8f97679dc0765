/* SPDX-License-Identifier: Apache-2.0
 *
 * child: the one job of a verify child: a VERIFY frame with a sealed result in, a VERDICT frame out
 * (base/verdict.h). Process: mugai-verify, confined. libc only.
 */
#pragma once

/* For mugai_zygote_run(). @data: not used. Returns: exit status; 1 when there was no proper
 * request. */
int mugai_verify_child (void *data, int channel);
