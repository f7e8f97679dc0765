/* SPDX-License-Identifier: Apache-2.0
 *
 * package: what an isolated container filter of documents wants its result to be: the parts of a
 * package and how they refer to each other. The host writes the ZIP, the content types,
 * relationship parts and manifest from it. A filter writes it with filters/office/plan.h. libc
 * only.
 *
 *   plan     = "MPKG" u32 version, u8 form, blob type, blob stem, u32 n, *use, u32 n, *part, u32 n,
 *              *relation
 *   use      = u8 of each child in the order of child_add()
 *   part     = blob name, blob media, u32 n, *piece
 *   piece    = u8 1, u64 size, bytes | u8 2, u32 child (the name of its part)
 *   relation = u32 source (0 the package, else 1 + part), blob id, blob type URI, u8 1 (part) or 2
 *              (child), u32 target; in the order of their sources
 *
 * A blob is a u32 length and that many bytes. Process: render writes, worker reads. Trust: hostile;
 * the form, all indexes and the characters of all names are checked here. What the parts hold is
 * the verifier's business.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    MUGAI_PLAN_NAME = 256,   /* bytes of a part's name */
    MUGAI_PLAN_WORD = 255,   /* bytes of a media type or URI */
    MUGAI_PLAN_ID = 32,      /* bytes of a relationship's id, of a content type id */
    MUGAI_PLAN_COUNT = 65534 /* of children, parts, pieces of a part, relations */
};

typedef enum MugaiPlanForm {
    MUGAI_PLAN_OPC = 1, /* ISO/IEC 29500-2 */
    MUGAI_PLAN_ODF = 2, /* ODF 1.3 part 2: no relations */
} MugaiPlanForm;

typedef enum MugaiPlanUse {
    MUGAI_PLAN_PICTURE = 1, /* becomes a part, STEM + number + extension, when it is used */
    MUGAI_PLAN_BESIDE = 2,  /* goes on as an attachment of its own */
} MugaiPlanUse;

typedef struct MugaiPlanText { /* not NUL-terminated; borrowed */
    const char *at;
    size_t size;
} MugaiPlanText;

typedef struct MugaiPlanPiece {
    const uint8_t *data; /* borrowed; NULL: the name of @child */
    uint64_t size;
    uint32_t child;
} MugaiPlanPiece;

typedef struct MugaiPlanPart {
    MugaiPlanText name, media;
    uint32_t first, n_pieces; /* in plan->pieces */
} MugaiPlanPart;

typedef struct MugaiPlanRelation {
    uint32_t source; /* 0: the package, else 1 + index of a part */
    MugaiPlanText id, type;
    bool child;      /* target is a child (a picture), not a part */
    uint32_t target; /* index */
} MugaiPlanRelation;

typedef struct MugaiPlan {
    MugaiPlanForm form;
    MugaiPlanText type; /* content type id of the result: "docx" */
    MugaiPlanText stem; /* of pictures' names: "word/media/image" */
    uint8_t *uses;      /* MugaiPlanUse of each child; owned, as the arrays below */
    MugaiPlanPart *parts;
    MugaiPlanPiece *pieces;
    MugaiPlanRelation *relations;
    uint32_t n_children, n_parts, n_pieces, n_relations;
} MugaiPlan;

/* mugai_plan_read:
 * @data: borrowed, @size bytes; must outlive @ret. Names of parts are relative paths of
 * `A-Z a-z 0-9 . _ -` without empty, `.` or `..` segments; words are printable ASCII without
 * quotes, `<`, `>`, `&`. Returns: 0 with *ret to be cleared; -EBADMSG: the form is wrong; -ENOMEM.
 */
int mugai_plan_read (const void *data, size_t size, MugaiPlan *ret);
void mugai_plan_clear (MugaiPlan *plan);
