/* SPDX-License-Identifier: Apache-2.0
 *
 * walk: the flat tree of an item's parts with what each is: content type, size, digest, name, role.
 * The tree grows when a container hands in children.
 *
 * Process: worker. Trust: input is hostile. Contents are decoded streaming; a whole copy is made
 * only for a part whose chain needs it.
 */
#pragma once

#include "core/facts.h"
#include "core/report.h"
#include "core/type.h"
#include "message/mime.h"

#include <glib.h>
#include <stdbool.h>

typedef enum MugaiRendering {                       /* of a leaf that stands for text but is none */
                              MUGAI_RENDERING_NONE, /* as it stands */
                              MUGAI_RENDERING_STATUS, /* delivery status, disposition notification,
                                                         feedback report */
                              MUGAI_RENDERING_HEADER, /* header of a mail */
} MugaiRendering;

typedef struct MugaiWalkPart {
    const MugaiMimePart *mime; /* borrowed; NULL: a file, or handed in by a container */
    const MugaiMime *mail;     /* borrowed: the mail it is a part of; NULL: of none */
    uint32_t letter;           /* part that is the mail it was found in; 0: the item */
    uint32_t parent, depth;
    MugaiMimeKind kind; /* LEAF or a multipart */
    bool leaf;
    bool chosen; /* false: in an alternative that was not taken */
    MugaiRole role;
    MugaiRendering rendering;
    char *path;      /* escaped */
    char *name;      /* safe, "" when none */
    char *extension; /* of the name as it was, lower case */
    char *declared;  /* media type, "" when none */
    char *charset;   /* as declared, lower case, "" when none */
    const MugaiType *type;
    bool mismatch;
    bool unsure;   /* nothing speaks for the type: a second opinion may */
    uint64_t size; /* bytes, decoded */
    uint8_t sha256[MUGAI_SHA256_SIZE];
    const char *withhold;  /* finding code: the structure alone says that it must not go on; NULL */
    const char *container; /* type id of what it was found in, "" at the top */
    GBytes *data;          /* decoded content when it is in memory; NULL: decode it from @mime */
} MugaiWalkPart;

typedef struct MugaiWalk {
    MugaiMime *mime;     /* owned: the item's own; NULL for a file */
    GPtrArray *mails;    /* of MugaiMime *: those found inside */
    GPtrArray *contents; /* of GBytes *: what they borrow */
    GPtrArray *parts;    /* of MugaiWalkPart *; same index as the report's */
    MugaiReport *report; /* borrowed */
    const MugaiLimits *limits;
    uint64_t expanded; /* bytes of all parts so far */
} MugaiWalk;

/* Whom to ask for a second reading (second-reader.h). @list: NULL: nobody, and then every mail of
 * several parts counts as read in two ways. Returns: (transfer full) the list, NULL when the reader
 * failed, or NULL with @error: the item must be given up. */
typedef struct MugaiWalkReader {
    GBytes *(*list) (void *data, const uint8_t *mail, size_t size, const MugaiLimits *limits,
                     GError **error);
    void *data;
} MugaiWalkReader;

/* mugai_walk_mail:
 * @data: borrowed, must outlive the walk. @report: gets a part for each part and its findings.
 * Errors: MUGAI_ERROR_LIMIT: parts, depth, header, expanded; or the reader's.
 */
MugaiWalk *mugai_walk_mail (const uint8_t *data, size_t size, const MugaiLimits *limits,
                            const MugaiWalkReader *reader, MugaiReport *report, GError **error);
/* The same for a file of its own: one part. @name: hostile. */
MugaiWalk *mugai_walk_file (const uint8_t *data, size_t size, const char *name,
                            const MugaiLimits *limits, MugaiReport *report, GError **error);
void mugai_walk_free (MugaiWalk *walk);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MugaiWalk, mugai_walk_free)

MugaiWalkPart *mugai_walk_part (const MugaiWalk *walk, uint32_t index);

/* mugai_walk_add:
 * A part that a container or converter handed in. @name: hostile UTF-8. @data: a reference is
 * taken. Errors: MUGAI_ERROR_LIMIT: parts, depth. The caller counts expanded bytes. Its index in
 * *ret_index.
 */
bool mugai_walk_add (MugaiWalk *walk, uint32_t parent, const char *name, const char *declared,
                     GBytes *data, uint32_t *ret_index, GError **error);

/* mugai_walk_open:
 * Read the content of @index as a mail; its parts are added below, in their order, and behind all
 * others. @data: a reference is taken. Returns: (borrowed) its structure. Errors:
 * MUGAI_ERROR_LIMIT: parts, depth, header, expanded; parts may have been added then.
 */
const MugaiMime *mugai_walk_open (MugaiWalk *walk, uint32_t index, GBytes *data,
                                  const MugaiWalkReader *reader, GError **error);

/* Returns: (static) finding code of an error of mugai_walk_add() or mugai_walk_open(). */
const char *mugai_walk_limit (const GError *error);

/* mugai_walk_data:
 * Returns: (transfer full) the decoded content, at most @max bytes of it; *ret_cut: there is more.
 */
GBytes *mugai_walk_data (const MugaiWalk *walk, uint32_t index, uint64_t max, bool *ret_cut);

/* Facts of a part for the rules; strings are borrowed from the walk. */
MugaiPartFacts mugai_walk_facts (const MugaiWalk *walk, uint32_t index);

/* A finding of a part; @evidence: hostile, NULL for none. */
void mugai_walk_finding (const MugaiWalk *walk, uint32_t index, const char *code, uint64_t count,
                         const char *evidence);
