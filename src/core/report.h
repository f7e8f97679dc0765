/* SPDX-License-Identifier: Apache-2.0
 *
 * report: what happened to one item, as a typed value: the tree of parts with facts, decisions,
 * findings and sizes, and the list of leaves that were put out. The worker writes it, a supervisor
 * checks it against the verifier's count, front ends read it and make JSON or text of it. Trust: it
 * comes out of the sandbox, so every string is hostile and every number may lie;
 * mugai_report_read() bounds it and mugai_report_check() compares it with what was verified.
 */
#pragma once

#include "base/sha256.h"
#include "base/verdict.h"
#include "core/envelope.h"

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MUGAI_REPORT_TEXT = 8192 /* bytes of one string; longer ones are cut when written */ };

/* MugaiReportLeaf.part of a leaf that we wrote ourselves: a body that is nothing but a notice, or the
 * attachment behind it that holds the notice. */
#define MUGAI_REPORT_NO_PART UINT32_MAX
/* A part that no leaf of the output holds. */
#define MUGAI_REPORT_NO_LEAF UINT32_MAX

typedef enum MugaiOutcome {                         /* of a part */
                            MUGAI_OUTCOME_NONE = 0, /* an inner node: only leaves have an outcome */
                            MUGAI_OUTCOME_DELIVERED,
                            MUGAI_OUTCOME_CONVERTED, /* another form of it was delivered, or it was
                                                        an alternative that was not chosen */
                            MUGAI_OUTCOME_WITHHELD,
} MugaiOutcome;

typedef enum MugaiItemOutcome {
    MUGAI_ITEM_DELIVERED = 1, /* sanitized; parts may have been withheld */
    MUGAI_ITEM_WITHHELD,      /* nothing of it goes on but a notice */
    MUGAI_ITEM_HELD,          /* waits for a person; a notice with its number goes on */
    MUGAI_ITEM_REJECTED,      /* a rule said reject: 5xx */
} MugaiItemOutcome;

typedef struct MugaiFinding {
    char *code;     /* of core/finding.h */
    uint64_t count; /* how often, or another number that the text of the code names */
    char *evidence; /* escaped UTF-8, may be "" */
} MugaiFinding;

typedef struct MugaiTraceStep { /* why a rule did not match */
    uint32_t rule;              /* index */
    char *key;                  /* first condition that failed: "type" */
    char *value;                /* the fact as it was: "docx" */
} MugaiTraceStep;

typedef struct MugaiReportPart {
    uint32_t parent; /* index in parts; own index for the root */
    char *path;      /* "1.2/報告.zip/様式.docx", escaped */
    char *name;      /* UTF-8 file name, "" when none */
    char *type;      /* content type id */
    char *declared;  /* media type */
    uint64_t size;   /* bytes decoded */
    uint8_t sha256[MUGAI_SHA256_SIZE];
    bool leaf;    /* it counts; containers that were opened do not, their members do */
    bool chosen;  /* false: an alternative that was not taken */
    uint8_t role; /* MugaiRole */
    MugaiOutcome outcome;
    char *rule;         /* name of the rule that decided, "" when none did */
    uint32_t rule_line; /* where it stands, 0 unknown */
    char *rule_file;
    char *method;        /* filters that ran: "html-text,text-clean" */
    char *reason;        /* finding code that says why it was withheld, "" otherwise */
    GPtrArray *findings; /* of MugaiFinding * */
    GPtrArray *trace;    /* of MugaiTraceStep * */
} MugaiReportPart;

typedef struct MugaiReportLeaf { /* one leaf of the output, in order */
    uint32_t part;               /* index of the input part it came from, or MUGAI_REPORT_NO_PART */
    char *type;                  /* media type */
    char *name;                  /* "" for the body */
    uint64_t size;               /* decoded bytes */
    uint8_t sha256[MUGAI_SHA256_SIZE];
} MugaiReportLeaf;

typedef struct MugaiReport {
    char id[MUGAI_ID_SIZE];
    MugaiItemOutcome outcome;
    char *reason; /* finding code when the item as a whole was withheld, held or rejected; ""
                     otherwise */
    uint32_t in, delivered, converted, withheld; /* leaves */
    uint64_t size_in, size_out;
    uint8_t sha256_in[MUGAI_SHA256_SIZE], sha256_out[MUGAI_SHA256_SIZE];
    uint8_t policy[MUGAI_SHA256_SIZE];
    char *subject, *from, *message_id; /* decoded values, for people; may be "" */
    GPtrArray *parts;                  /* of MugaiReportPart * */
    GPtrArray *leaves;                 /* of MugaiReportLeaf * */
    GPtrArray *findings;               /* of the item: MugaiFinding * */
} MugaiReport;

MugaiReport *mugai_report_new (void);
void mugai_report_free (MugaiReport *report);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MugaiReport, mugai_report_free)

/* Append an empty part below @parent (its own index for the root). Returns: (borrowed) the part;
 * its index in *ret_index. */
MugaiReportPart *mugai_report_add_part (MugaiReport *report, uint32_t parent, uint32_t *ret_index);
MugaiReportLeaf *mugai_report_add_leaf (MugaiReport *report);
/* Add to @findings (of a part or the report); a finding with equal code and evidence is counted up
 * instead. @evidence: NULL = "". */
void mugai_report_add_finding (GPtrArray *findings, const char *code, uint64_t count,
                               const char *evidence);
void mugai_report_add_trace (MugaiReportPart *part, uint32_t rule, const char *key,
                             const char *value);

/* mugai_report_carriers:
 * Which leaf of the output holds each part: a leaf of its own, else that of the nearest part around
 * it, else, for text of the mail, the body (leaf 0); MUGAI_REPORT_NO_LEAF for what no leaf holds.
 * What was withheld is held by none, and neither is what lies inside of it but for leaves of its
 * own. Returns: (transfer full) an index in leaves for each part. Linear.
 */
uint32_t *mugai_report_carriers (const MugaiReport *report);

/* Count leaves by outcome into in, delivered, converted, withheld. */
void mugai_report_count (MugaiReport *report);

GBytes *mugai_report_write (const MugaiReport *report);
/* Errors: MUGAI_ERROR_INTERNAL on anything but one whole, consistent report of at most @max bytes.
 */
MugaiReport *mugai_report_read (const void *data, size_t size, uint64_t max, GError **error);

/* mugai_report_check:
 * P3: the report's own sums, its list of leaves and the verifier's findings agree: the sums are
 * those of the parts; a part that is said to be delivered or converted is held by a leaf
 * (mugai_report_carriers(); an alternative that was not chosen need not be); no leaf comes from a
 * part that was withheld; what is no leaf (an opened container, what a given-up filter found in
 * one) is not delivered; an item that is not DELIVERED delivers no part; number and digest of the
 * leaves, and the sums stated in the result, are those that the verifier found. A verdict with all
 * four sums 0 is that of a file, which states none: for a mail the caller must compare `in` itself
 * (pool/job.c does). Linear in parts and leaves. Errors: MUGAI_ERROR_INTERNAL naming the
 * difference.
 */
bool mugai_report_check (const MugaiReport *report, const MugaiVerdict *verdict, GError **error);
