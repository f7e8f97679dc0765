/* SPDX-License-Identifier: Apache-2.0
 *
 * postfix-conf: a Postfix main.cf and master.cf as values with their lines. Only what `mugai
 * doctor` needs: logical lines, simple parameter expansion, services with their overrides, lists
 * of milters. No tables, no includes, no defaults of Postfix.
 *
 * Pure: bytes in, values out. Process: mugai. Trust: the administrator's files; bounded all the
 * same.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

enum {
    MUGAI_POSTFIX_FILE_MAX = 1 << 20,  /* bytes of one file; a Postfix main.cf has 30 kB */
    MUGAI_POSTFIX_VALUE_MAX = 1 << 16, /* bytes of an expanded value */
    MUGAI_POSTFIX_DEPTH_MAX = 10,      /* $name within $name */
    MUGAI_POSTFIX_STEPS_MAX = 1000,    /* expansions for one value */
    MUGAI_POSTFIX_SERVICES_MAX = 1000, /* further ones count as lines that cannot be read */
    MUGAI_POSTFIX_BAD_MAX = 20,        /* lines that cannot be read, named */
};

typedef struct MugaiPostfixSetting {
    char *name, *value; /* as written, continuation lines joined */
    unsigned line;
} MugaiPostfixSetting;

typedef struct MugaiPostfixService {
    char *name;           /* "smtp", "127.0.0.1:10026" */
    char *type;           /* inet, unix, pass, fifo */
    char chroot;          /* y, n, - */
    char *command;        /* smtpd */
    GPtrArray *overrides; /* of MugaiPostfixSetting *, owned */
    unsigned line;
} MugaiPostfixService;

typedef struct MugaiPostfixConf {
    char *main_file, *master_file; /* for findings; master_file NULL: not read */
    GPtrArray *settings;           /* of MugaiPostfixSetting *, owned */
    GHashTable *by_name;           /* the last setting of each name, borrowed */
    GPtrArray *services;           /* of MugaiPostfixService *, owned */
    GArray *main_bad, *master_bad; /* of unsigned: lines that Postfix would not take */
} MugaiPostfixConf;

/* mugai_postfix_conf_new:
 * @main_file: name for findings. @data: main.cf, borrowed; may hold anything, also NUL (the line
 * then counts as bad).
 * Source: postconf(5), "The main.cf file format".
 */
MugaiPostfixConf *mugai_postfix_conf_new (const char *main_file, const char *data, size_t size);
/* Add a master.cf; once. Source: master(5). */
void mugai_postfix_conf_master (MugaiPostfixConf *conf, const char *file, const char *data,
                                size_t size);
void mugai_postfix_conf_free (MugaiPostfixConf *conf);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MugaiPostfixConf, mugai_postfix_conf_free)

/* Returns: (borrowed) the setting of this name: the service's own, else that of main.cf, else NULL.
 * @service: NULL: main.cf only. */
const MugaiPostfixSetting *mugai_postfix_conf_get (const MugaiPostfixConf *conf,
                                                   const MugaiPostfixService *service,
                                                   const char *name);

/* mugai_postfix_conf_expand:
 * @value: with $name, ${name}, $(name), ${name?text}, ${name:text}, ${name?{text}:{text}}, $$.
 * A name that is not set is empty: defaults of Postfix are not known here.
 * @ret_unsure: NULL or set to true when something else stands in it, is past a limit or is not set.
 * Returns: (transfer full) the value, blanks at its ends removed.
 */
char *mugai_postfix_conf_expand (const MugaiPostfixConf *conf, const MugaiPostfixService *service,
                                 const char *value, bool *ret_unsure);

typedef struct MugaiPostfixMilter {
    char *endpoint;        /* "unix:/run/x", "inet:host:port" */
    char *default_action;  /* NULL: not set here */
    char *content_timeout; /* NULL: not set here */
} MugaiPostfixMilter;

/* An expanded smtpd_milters or non_smtpd_milters. Returns: (transfer full) MugaiPostfixMilter *,
 * owned by the array. Source: MILTER_README, "Advanced policy for different milter applications".
 */
GPtrArray *mugai_postfix_milters (const char *value);

/* A list of words with blanks or commas between them; {...} is one word. Returns: (transfer full)
 * NULL-terminated. */
char **mugai_postfix_words (const char *value);

/* "300s", "5m", "1h", "300": seconds. Returns: -1 when it is no time. */
gint64 mugai_postfix_seconds (const char *value);
