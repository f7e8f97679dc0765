/* SPDX-License-Identifier: Apache-2.0
 *
 * command: start mugai-exec for a filter that asked for a command (info.command_param). The filter
 * talks to it over a socket; when that closes, the command and all it started are killed.
 * Process: supervisor. Sees no content; values are those that stand in rules.
 */
#pragma once

#include "pool/pool-private.h"

/* mugai_command_start:
 * @values: as the call has them, each known to stand in a rule. @document: borrowed, sealed.
 * Returns: (transfer full) a connected socket, or -1.
 */
int mugai_command_start (const MugaiPool *pool, const MugaiCatalogueFilter *filter,
                         const MugaiIsolateCall *call, int document);
