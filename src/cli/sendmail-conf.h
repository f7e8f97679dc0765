/* SPDX-License-Identifier: Apache-2.0
 *
 * sendmail-conf: what a sendmail.cf says about mail filters, with its lines. Rules, mailers, maps
 * and all other options are passed over.
 *
 * Pure: bytes in, values out. Process: mugai. Trust: the administrator's file; bounded all the
 * same.
 */
#pragma once

#include <glib.h>
#include <stddef.h>

enum {
    MUGAI_SENDMAIL_FILE_MAX = 1 << 20, /* bytes; a sendmail.cf has 60 kB */
    MUGAI_SENDMAIL_ROWS_MAX = 1000,    /* filters, and daemons; further ones are passed over */
    MUGAI_SENDMAIL_NAMES_MAX = 100,    /* of one list; Sendmail takes 25 filters */
};

typedef struct MugaiSendmailFilter { /* Xname, S=..., F=..., T=... */
    char *name;
    char *socket; /* S=; "" none */
    char *flags;  /* F=; "" none */
    gint64 end;   /* T=E:, seconds; 300 when not said; -1: no time */
    gint64 read;  /* T=R:, seconds; 10 when not said */
    unsigned line;
} MugaiSendmailFilter;

typedef struct MugaiSendmailDaemon { /* O DaemonPortOptions= */
    char *name;                      /* "" none */
    char *address;                   /* "" all */
    char **filters;                  /* its own InputMailFilters; NULL: it has none */
    unsigned line;
} MugaiSendmailDaemon;

typedef struct MugaiSendmailConf {
    char *file;
    GPtrArray *filters;  /* of MugaiSendmailFilter *, owned */
    GPtrArray *daemons;  /* of MugaiSendmailDaemon *, owned */
    char **input;        /* O InputMailFilters; never NULL */
    unsigned input_line; /* 0: not said */
} MugaiSendmailConf;

/* mugai_sendmail_conf_new:
 * @file: name for findings. @data: borrowed; may hold anything.
 * Source: Sendmail Installation and Operation Guide, 5.6 and 5.12; doc/op of 8.17.
 */
MugaiSendmailConf *mugai_sendmail_conf_new (const char *file, const char *data, size_t size);
void mugai_sendmail_conf_free (MugaiSendmailConf *conf);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MugaiSendmailConf, mugai_sendmail_conf_free)

/* Returns: (borrowed) the filter of this name, or NULL. The last definition counts. */
const MugaiSendmailFilter *mugai_sendmail_conf_filter (const MugaiSendmailConf *conf,
                                                       const char *name);
