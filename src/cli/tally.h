/* SPDX-License-Identifier: Apache-2.0
 *
 * tally: what became of kept items over a time, counted. What `mugai report` and `mugai stats`
 * show.
 *
 * Only the index and the reports are read, never an original. Process: mugai. Trust: every text of
 * a report is hostile; keys are escaped (mugai_shown()) as they come in.
 */
#pragma once

#include "wire/keep.h"

#include <glib.h>
#include <stdbool.h>

typedef enum MugaiTallyBy {                        /* what items or parts are counted by */
                            MUGAI_TALLY_DAY = 0,   /* items, local date of receipt */
                            MUGAI_TALLY_OUTCOME,   /* items */
                            MUGAI_TALLY_SENDER,    /* items, domain */
                            MUGAI_TALLY_RECIPIENT, /* items, department or domain of the first
                                                      recipient */
                            MUGAI_TALLY_TYPE,      /* leaves */
                            MUGAI_TALLY_METHOD, /* leaves that went on: the filters that made them
                                                   harmless */
                            MUGAI_TALLY_RULE,   /* parts */
                            MUGAI_TALLY_REASON, /* leaves that were withheld: finding code */
                            MUGAI_TALLY_BYS
} MugaiTallyBy;

typedef struct MugaiTallyCount {
    guint64 items, withheld; /* how many, and of these how many were (or lost a leaf) withheld */
} MugaiTallyCount;

typedef struct MugaiTally {
    GHashTable *by[MUGAI_TALLY_BYS];                       /* text -> MugaiTallyCount * */
    guint64 items, leaves, delivered, converted, withheld; /* leaves by outcome */
    guint64 handed_over;                                   /* items that went on */
    guint64 digests;    /* of these, how many bear the digest that the verifier computed */
    guint64 originals;  /* items whose original is there */
    guint64 no_report;  /* items without one: in work, untouched, poison */
    guint64 wrong_sums; /* reports in which in = delivered + converted + withheld does not hold */
    guint64 policies, engines; /* how many different ones */
    guint64 unreadable;        /* items that could not be read */
} MugaiTally;

typedef struct MugaiTallyOptions {
    int64_t since_us, until_us;
    GPtrArray *departments; /* of MugaiDepartment *; may be NULL */
    bool progress;          /* a bar on stderr */
} MugaiTallyOptions;

typedef struct MugaiDepartment { /* recipients that match are counted under the name */
    char *pattern, *name;
} MugaiDepartment;

/* Lines "PATTERN NAME", # comments; UTF-8. Returns: (transfer full). Errors: MUGAI_ERROR_USAGE with
 * file and line. */
GPtrArray *mugai_departments_load (const char *path, GError **error);

/* Returns: (transfer full). Errors: those of the keep. */
MugaiTally *mugai_tally_keep (MugaiKeepClient *client, const MugaiTallyOptions *options,
                              GError **error);
void mugai_tally_free (MugaiTally *tally);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MugaiTally, mugai_tally_free)

/* Keys, most frequent first, equal ones by name; days by date. Returns: (transfer container). */
GPtrArray *mugai_tally_keys (const MugaiTally *tally, MugaiTallyBy by);
const MugaiTallyCount *mugai_tally_count (const MugaiTally *tally, MugaiTallyBy by,
                                          const char *key);
/* "day" and the title for people. */
const char *mugai_tally_name (MugaiTallyBy by);
const char *mugai_tally_title (MugaiTallyBy by, bool japanese);
/* A key in words: a finding code's text, an outcome's name. Returns: (transfer full). */
char *mugai_tally_words (MugaiTallyBy by, const char *key, bool japanese);
