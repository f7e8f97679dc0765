/* SPDX-License-Identifier: Apache-2.0
 *
 * config: what mugaid needs to know besides the rules: folders, sockets, user, sizes. One YAML
 * file, same strict reading as the rules: unknown keys are errors with file, line and column.
 * Process: mugaid.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct MugaiConfig {
    char *file;
    char *rules;          /* rules file; NULL: the preset u-remove alone */
    char *run;            /* folder of the sockets: /run/mugai */
    char *state;          /* folder of the poison list: /var/lib/mugai */
    char *keep;           /* folder of originals, index, audit log: /var/lib/mugai/keep */
    char *keep_quota;     /* as written, for mugai-keep; "" none */
    char *keep_retention; /* "90d" */
    char *milter_socket;  /* "unix:/run/mugai/milter.sock" or "inet:8893@127.0.0.1"; "" no milter */
    char *milter_mode;    /* of a Unix socket, octal: "0660" */
    char *milter_group;   /* who may connect: "postfix"; "" unchanged */
    char *user;           /* who to become when started as root */
    bool partial;         /* sandbox: partial */
    unsigned active;      /* items sanitized at once; 0: twice the cores */
    unsigned queue;       /* items taken at once */
    uint64_t bytes;       /* of content taken at once */
    char **filters;       /* further folders of filters, NULL-terminated */
} MugaiConfig;

/* @path: NULL: all defaults. Errors: MUGAI_ERROR_USAGE "FILE:LINE:COLUMN: ...";
 * MUGAI_ERROR_RESOURCE unreadable. */
MugaiConfig *mugai_config_load (const char *path, GError **error);
void mugai_config_free (MugaiConfig *config);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MugaiConfig, mugai_config_free)

/* Sockets of this configuration. (transfer full) */
char *mugai_config_jobs_socket (const MugaiConfig *config);
char *mugai_config_keep_socket (const MugaiConfig *config);
