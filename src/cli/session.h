/* SPDX-License-Identifier: Apache-2.0
 *
 * session: the supervisor's code in this process: programs, filters, rules, pool. What `sanitize`,
 * `explain` and `keep release` run on; there is no other path.
 */
#pragma once

#include "pool/pool.h"
#include "pool/programs.h"

typedef struct MugaiSession {
    MugaiLoop *loop;
    MugaiPrograms *programs;
    MugaiCatalogue *catalogue;
    MugaiPool *pool;
    unsigned active; /* items at once */
} MugaiSession;

typedef struct MugaiSessionOptions {
    const char *rules;          /* NULL: the preset */
    const char *const *filters; /* further folders, NULL-terminated, may be NULL */
    unsigned active;            /* items at once; 0: one for each processor */
    bool partial;               /* accept a host that lacks a step of the sandbox */
    bool quiet;                 /* do not print what happens to children */
} MugaiSessionOptions;

/* Returns: (transfer full) ready to take items. Errors: MUGAI_ERROR_USAGE, MUGAI_ERROR_RESOURCE. */
MugaiSession *mugai_session_open (const MugaiSessionOptions *options, GError **error);
void mugai_session_close (MugaiSession *session);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MugaiSession, mugai_session_close)

/* Returns: (transfer full) a sealed memfd with the written envelope, or -1 with
 * MUGAI_ERROR_RESOURCE. */
int mugai_session_envelope (const MugaiEnvelope *envelope, GError **error);
