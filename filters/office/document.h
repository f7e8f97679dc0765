/* SPDX-License-Identifier: Apache-2.0
 *
 * document: rebuild an OPC document by the model. From the main part on, parts are read as
 * relations lead to them, changed by the hooks of the document's kind, and judged by the model
 * (judge.c); then what refers to nothing is dropped until nothing does (settle.c); then all is
 * written as a package plan (write.c).
 *
 * Process: render. The document is hostile. Linear in its size but for sorts; bounded by
 * part->expanded_left, MUGAI_DOCUMENT_PARTS and the arena.
 */
#pragma once

#include "office/package.h"
#include "office/plan.h"
#include "office/table.h"
#include "office/tree.h"
#include "office/value.h"

#include "office-model.h"

enum { MUGAI_DOCUMENT_PARTS = 8192, MUGAI_DOCUMENT_NAMES = 8 };

typedef struct MugaiDocument MugaiDocument;

typedef struct MugaiOfficePart {
    uint16_t spec;                 /* in mugai_office_part */
    char path[MUGAI_PACKAGE_PATH]; /* in the input */
    MugaiRelations relations;      /* of the input */
    MugaiTable by_id;              /* of them */
    MugaiTree tree;
    bool alive;
    uint32_t first_rel, end_rel; /* its records in doc->rels */
    uint32_t *implied;           /* targets of relations that no attribute names; owned */
    uint32_t n_implied;
    bool reached; /* settle.c */
    int written;  /* write.c: index in the plan, or -1 */
    unsigned number;
} MugaiOfficePart;

typedef struct MugaiTarget { /* what a relation leads to */
    MugaiOfficePart *part;   /* NULL: a picture */
    int child;               /* handle of the picture */
    uint32_t seen, id;       /* write.c: the source that saw it last, and the id there */
} MugaiTarget;

typedef struct MugaiRecord { /* an attribute that refers, or defines */
    MugaiNode *node;
    MugaiOfficePart *part;
    uint16_t attr;  /* its place in node->attrs */
    uint16_t model; /* in mugai_office_attr */
    uint16_t space;
    MugaiValueKind kind;
} MugaiRecord;

typedef struct MugaiRecords {
    MugaiRecord *list; /* owned */
    size_t count, room;
} MugaiRecords;

/* What a kind of document needs besides the model. */
typedef struct MugaiHooks {
    const char *kind; /* "docx": as the `kind` line of the model */
    MugaiValueRules rules;
    /* A part was read; it is judged next. May be NULL. false: the part fails. */
    bool (*part) (MugaiDocument *doc, MugaiOfficePart *part);
    /* All parts were judged, and what refers to nothing is gone. May be NULL. */
    bool (*finish) (MugaiDocument *doc);
    /* At the end, whatever came of it. May be NULL. */
    void (*clear) (MugaiDocument *doc);
} MugaiHooks;

struct MugaiDocument {
    const mugai_host *host;
    mugai_call *call;
    const mugai_part *input;
    const MugaiHooks *hooks;
    const MugaiModelKind *kind;
    void *user; /* of the hooks; taken from the arena */
    MugaiPackage package;
    MugaiArena arena;
    MugaiValueBuffer text;
    MugaiPlanWriter plan;
    MugaiTarget *targets; /* owned */
    size_t n_targets, targets_room;
    MugaiTable by_path; /* (spec, path) -> target; pictures: spec NONE */
    MugaiRecords rels, refs, ids, items;
    MugaiOfficePart package_part; /* the package as a source */
    uint64_t dropped, attributes_dropped;
    char dropped_names[MUGAI_DOCUMENT_NAMES][64];
    bool failed; /* memory or a limit */
    const char *reason;
};

/* mugai_document_rebuild: the whole of it. @hooks: for the kind that part->type becomes. */
mugai_verdict_t mugai_document_rebuild (const mugai_host *host, mugai_call *call,
                                        const mugai_part *part, const MugaiHooks *hooks);

/* --- for hooks --- */

/* The relation of @part with this id, internal or external, or NULL. */
const MugaiRelation *mugai_document_relation (const MugaiOfficePart *part, const char *id);
/* Read the part at @path as @spec (MUGAI_PART_x), once. Returns: (borrowed) or NULL. It is written
 * only when a relation leads to it. */
MugaiOfficePart *mugai_document_part (MugaiDocument *doc, const char *path, uint16_t spec);
/* As a relationship of @source that no attribute names to the part at @path, to be read as @spec,
 * whatever its kind in the input is. Only where `from` of the model lets one more be. */
bool mugai_document_imply (MugaiDocument *doc, MugaiOfficePart *source, const char *path,
                           uint16_t spec);
/* The part of kind @spec that @source's relations lead to, or NULL. */
MugaiOfficePart *mugai_document_related (MugaiDocument *doc, MugaiOfficePart *source,
                                         uint16_t spec);
/* A part that the input has not: @source gets a relation with @id (of none that it has) to it.
 * Returns: its root, empty, to be filled now: no hook sees it, the model judges it. Or NULL. */
MugaiNode *mugai_document_make (MugaiDocument *doc, MugaiOfficePart *source, uint16_t spec,
                                const char *id);
/* Attribute @name of @node (`rel:image`) leads to the picture at @path, whatever relations its part
 * has. Returns: false without memory. */
bool mugai_document_point (MugaiDocument *doc, MugaiNode *node, uint16_t name, const char *path);
/* The document at @path goes on beside this one, by itself. Returns: false when it is not there. */
bool mugai_document_beside (MugaiDocument *doc, const char *path, const char *name);
void mugai_document_finding (MugaiDocument *doc, const char *code, uint64_t count,
                             const char *evidence);

/* --- between its files --- */

uint32_t mugai_document_target (MugaiDocument *doc, const char *path, uint16_t spec);
bool mugai_document_judge (MugaiDocument *doc, MugaiOfficePart *part);
/* losses.c: findings about what relations of the input lead to and the model has not. */
void mugai_document_signatures (MugaiDocument *doc); /* a finding with the signers' names */
void mugai_document_losses (MugaiDocument *doc);
void mugai_document_drop (MugaiDocument *doc, MugaiNode *node);
bool mugai_document_settle (MugaiDocument *doc);
bool mugai_document_write (MugaiDocument *doc);
MugaiRecord *mugai_records_add (MugaiDocument *doc, MugaiRecords *records);
