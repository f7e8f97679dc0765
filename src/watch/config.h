/* SPDX-License-Identifier: Apache-2.0
 *
 * config: the drop folders of `mugai watch`. One YAML file, same strict reading as the rules:
 * unknown keys are errors with file, line and column (watch.yaml(5)).
 *
 * Process: mugai. Trust: the administrator's file.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

typedef struct MugaiDropConfig {
    char *name;              /* for logs: "tax" */
    char *in;                /* files are dropped here */
    char *out;               /* results */
    char *failed;            /* why a file was not delivered */
    char *state;             /* folder of the originals and the journal; private */
    char *rules;             /* file; NULL: the preset u-remove alone */
    char *retention, *quota; /* of the originals, as mugai-keep takes them; NULL: its own */
    bool owned;              /* results belong to: */
    uid_t uid;
    gid_t gid;
    mode_t mode;        /* of results; 0: as the umask has it */
    uint64_t settle_us; /* a file that nobody closed is complete when it stayed as it is so long */
    uint64_t rescan_us; /* the folder is listed anew so often, whatever inotify says */
    bool japanese;      /* language of the texts for whoever dropped the file */
} MugaiDropConfig;

typedef struct MugaiWatchConfig {
    char *file;
    GPtrArray *drops; /* of MugaiDropConfig * */
    unsigned active;  /* items at once in each drop; 0: one for each processor */
    bool partial;     /* sandbox: partial */
    char **filters;   /* further folders of filters, NULL-terminated */
} MugaiWatchConfig;

/* mugai_watch_config_load:
 * Errors: MUGAI_ERROR_USAGE "FILE:LINE:COLUMN: ...": also two drops that share a folder, a folder
 * of results inside of one that is watched, an owner that does not exist.
 */
MugaiWatchConfig *mugai_watch_config_load (const char *path, GError **error);
void mugai_watch_config_free (MugaiWatchConfig *config);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MugaiWatchConfig, mugai_watch_config_free)
