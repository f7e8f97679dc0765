/* SPDX-License-Identifier: Apache-2.0
 *
 * keep-act: the commands of `mugai keep`, each over an open client. Process: mugai. They print; each returns an exit code.
 */
#pragma once

#include "wire/keep.h"

typedef struct MugaiKeepOptions {
    const char *socket, *dir, *id, *output, *rules, *smtp;
    MugaiKeepQuery query;
    int64_t older_than_us;
    bool original, smtp_anywhere, dry_run, json;
} MugaiKeepOptions;

int mugai_keep_act_list (MugaiKeepClient *client, const MugaiKeepOptions *options);
int mugai_keep_act_show (MugaiKeepClient *client, const MugaiKeepOptions *options);
int mugai_keep_act_release (MugaiKeepClient *client, const MugaiKeepOptions *options);
int mugai_keep_act_expire (MugaiKeepClient *client, const MugaiKeepOptions *options);
int mugai_keep_act_verify (MugaiKeepClient *client, const MugaiKeepOptions *options);
int mugai_keep_act_reindex (MugaiKeepClient *client, const MugaiKeepOptions *options);
