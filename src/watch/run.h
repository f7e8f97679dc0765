/* SPDX-License-Identifier: Apache-2.0
 *
 * run: one drop folder, for the life of one process: take complete files, sanitize them on the same
 * path as the gateway, put results and texts into place, then take the originals away.
 *
 * The order is what keeps everything: original durable in the keep, result and text durable in
 * their folders, original gone from the drop. Whatever fails on the way leaves the file in the drop
 * and is tried again later and later; whoever is killed begins there again.
 *
 * Process: mugai, one for each drop.
 */
#pragma once

#include "watch/config.h"

/* @config, @drop: borrowed. @once: end when nothing is left to do, or can be done now. Prints a
 * line for each file. Returns: exit code; after SIGTERM or SIGINT, when what was in work is
 * finished. */
int mugai_watch_run (const MugaiWatchConfig *config, const MugaiDropConfig *drop, bool once);
