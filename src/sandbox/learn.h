/* SPDX-License-Identifier: Apache-2.0
 *
 * learn: with MUGAI_SANDBOX_LEARN (the test library `mugai-sandbox-learn`, nothing that is
 * installed) a denied call is named on stderr and fails with EPERM, so that one run shows every row
 * a new library needs. Nothing otherwise.
 */
#pragma once

#ifdef MUGAI_SANDBOX_LEARN
#define MUGAI_LEARN_OR(action) SCMP_ACT_TRAP
/* Install the SIGSYS handler. Returns: 0 or a negative errno. */
int mugai_learn_start (void);
#else
#define MUGAI_LEARN_OR(action) (action)
static inline int
mugai_learn_start (void)
{
    return 0;
}
#endif
