/* SPDX-License-Identifier: Apache-2.0
 *
 * keeper: a mugai-keep of our own for one folder, for the time of a command, and a client to it.
 */
#pragma once

#include "pool/pool.h"
#include "wire/keep.h"

typedef struct MugaiKeeper MugaiKeeper;

typedef struct MugaiKeeperOptions { /* as mugai-keep takes them; NULL: its own */
    const char *retention, *quota;
} MugaiKeeperOptions;

/* @programs: folder of mugai-keep. @options: may be NULL. Errors: MUGAI_ERROR_USAGE, MUGAI_ERROR_RESOURCE: it does not
 * start, the folder is in use. */
MugaiKeeper *mugai_keeper_open (const char *programs, const char *folder,
                                const MugaiKeeperOptions *options, GError **error);
void mugai_keeper_close (MugaiKeeper *keeper);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MugaiKeeper, mugai_keeper_close)

MugaiKeepClient *mugai_keeper_client (MugaiKeeper *keeper);

bool mugai_keeper_put (MugaiKeeper *keeper, const MugaiEnvelope *envelope,
                       const MugaiSubmission *submission, const MugaiPool *pool, int content,
                       int envelope_fd, GError **error);
bool mugai_keeper_record (MugaiKeeper *keeper, const MugaiEnvelope *envelope,
                          const MugaiPoolOutcome *outcome, GError **error);
