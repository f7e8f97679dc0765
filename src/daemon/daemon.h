/* SPDX-License-Identifier: Apache-2.0
 *
 * daemon: the supervisor: rules, pool, front socket, keep and milter, signals. Process: mugaid.
 * Powers: starts programs, kills its own children, reads configuration and rules; it never maps
 * content.
 */
#pragma once

#include "daemon/config.h"
#include "pool/nursery.h"

/* Run until SIGTERM (drains) or a failure. @log: also used by everything below. Returns: exit code
 * of section 8 of the design: 0 ended on request, 2 configuration, 75 resources. @config: borrowed.
 */
int mugai_daemon_run (const MugaiConfig *config, MugaiPoolLog log);
