/* SPDX-License-Identifier: Apache-2.0
 *
 * keep-open: the keep that a command works on: a running one by its socket, or a folder, for which
 * one is started meanwhile. Process: mugai.
 */
#pragma once

#include "cli/keeper.h"

typedef struct MugaiKeepOpened {
    MugaiKeepClient *client; /* borrowed from one of: */
    MugaiKeepClient *own;
    MugaiKeeper *keeper;
} MugaiKeepOpened;

/* @socket: NULL: where mugaid has it. @folder: NULL: the socket. Errors: MUGAI_ERROR_USAGE,
 * MUGAI_ERROR_RESOURCE, with what to do. */
bool mugai_keep_open (const char *socket, const char *folder, MugaiKeepOpened *ret, GError **error);
void mugai_keep_opened_clear (MugaiKeepOpened *opened);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (MugaiKeepOpened, mugai_keep_opened_clear)
