/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/package.h"

#include "base/cursor.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
    MAGIC = 0x474b504d, /* "MPKG" */
    VERSION = 1,
    PIECE_BYTES = 1,
    PIECE_CHILD = 2,
    TARGET_PART = 1,
    TARGET_CHILD = 2
};

typedef struct Reader {
    MugaiCursor c;
    MugaiPlan *plan;
    bool memory; /* ended */
} Reader;

static bool
fail (Reader *r)
{
    r->c.failed = true;
    return false;
}

static bool
is_word_char (char c)
{
    return c > ' ' && c <= '~' && strchr ("\"'<>&", c) == NULL;
}

static bool
is_name_char (char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
}

static MugaiPlanText
read_word (Reader *r, size_t max)
{
    MugaiPlanText text = { 0 };

    text.at = (const char *)mugai_cursor_blob (&r->c, max, &text.size);
    if (text.size == 0)
        fail (r);
    for (size_t i = 0; !r->c.failed && i < text.size; i++)
        if (!is_word_char (text.at[i]))
            fail (r);
    return text;
}

/* Segments of name characters, none of dots alone, parted by single slashes. */
static bool
is_path (const MugaiPlanText *path)
{
    size_t length = 0, dots = 0;

    for (size_t i = 0; i <= path->size; i++) {
        if (i == path->size || path->at[i] == '/') {
            if (length == dots) /* empty, `.`, `..` */
                return false;
            length = dots = 0;
        } else if (!is_name_char (path->at[i])) {
            return false;
        } else {
            length++;
            dots += path->at[i] == '.';
        }
    }
    return true;
}

static MugaiPlanText
read_path (Reader *r)
{
    MugaiPlanText path = read_word (r, MUGAI_PLAN_NAME);

    if (!r->c.failed && !is_path (&path))
        fail (r);
    return path;
}

/* A count of things of at least @least bytes each, and zeroed room for them. */
static void *
read_list (Reader *r, size_t least, size_t size, uint32_t *ret_count)
{
    uint32_t count = mugai_cursor_u32 (&r->c);
    void *list = NULL;

    if (r->c.failed || count > MUGAI_PLAN_COUNT || count > mugai_cursor_left (&r->c) / least) {
        fail (r);
        return NULL;
    }
    list = calloc (count > 0 ? count : 1, size);
    r->memory = r->memory || list == NULL;
    r->c.failed = r->c.failed || list == NULL;
    *ret_count = list != NULL ? count : 0;
    return list;
}

static void
read_uses (Reader *r)
{
    MugaiPlan *plan = r->plan;

    plan->uses = read_list (r, 1, sizeof *plan->uses, &plan->n_children);
    for (uint32_t i = 0; i < plan->n_children; i++) {
        plan->uses[i] = mugai_cursor_u8 (&r->c);
        if (plan->uses[i] != MUGAI_PLAN_PICTURE && plan->uses[i] != MUGAI_PLAN_BESIDE)
            fail (r);
    }
}

static bool
is_picture (const MugaiPlan *plan, uint32_t child)
{
    return child < plan->n_children && plan->uses[child] == MUGAI_PLAN_PICTURE;
}

static MugaiPlanPiece
read_piece (Reader *r)
{
    MugaiPlanPiece piece = { 0 };
    uint8_t kind = mugai_cursor_u8 (&r->c);

    if (kind == PIECE_CHILD) {
        piece.child = mugai_cursor_u32 (&r->c);
        if (!is_picture (r->plan, piece.child))
            fail (r);
    } else if (kind == PIECE_BYTES) {
        piece.size = mugai_cursor_u64 (&r->c);
        if (piece.size > 0 && piece.size <= mugai_cursor_left (&r->c))
            piece.data = mugai_cursor_bytes (&r->c, (size_t)piece.size);
        else
            fail (r);
    } else {
        fail (r);
    }
    return piece;
}

static void
read_pieces (Reader *r, MugaiPlanPart *part)
{
    MugaiPlan *plan = r->plan;
    uint32_t count = mugai_cursor_u32 (&r->c);

    if (r->c.failed || count > MUGAI_PLAN_COUNT || count > mugai_cursor_left (&r->c) / 5) {
        fail (r);
        return;
    }
    MugaiPlanPiece *pieces =
        reallocarray (plan->pieces, (size_t)plan->n_pieces + count + 1, sizeof *pieces);
    if (pieces == NULL) {
        r->memory = true;
        fail (r);
        return;
    }
    plan->pieces = pieces;
    part->first = plan->n_pieces;
    part->n_pieces = count;
    for (uint32_t i = 0; i < count && !r->c.failed; i++)
        pieces[plan->n_pieces++] = read_piece (r);
}

static void
read_parts (Reader *r)
{
    MugaiPlan *plan = r->plan;

    plan->parts = read_list (r, 4 + 1 + 4 + 1 + 4, sizeof *plan->parts, &plan->n_parts);
    for (uint32_t i = 0; i < plan->n_parts && !r->c.failed; i++) {
        plan->parts[i].name = read_path (r);
        plan->parts[i].media = read_word (r, MUGAI_PLAN_WORD);
        read_pieces (r, &plan->parts[i]);
    }
    if (plan->n_parts == 0)
        fail (r);
}

static void
read_relation (Reader *r, MugaiPlanRelation *relation, uint32_t least)
{
    const MugaiPlan *plan = r->plan;

    relation->source = mugai_cursor_u32 (&r->c);
    relation->id = read_word (r, MUGAI_PLAN_ID);
    relation->type = read_word (r, MUGAI_PLAN_WORD);
    uint8_t kind = mugai_cursor_u8 (&r->c);
    relation->child = kind == TARGET_CHILD;
    relation->target = mugai_cursor_u32 (&r->c);
    if ((kind != TARGET_PART && kind != TARGET_CHILD) || relation->source > plan->n_parts ||
        relation->source < least || (kind == TARGET_PART && relation->target >= plan->n_parts) ||
        (kind == TARGET_CHILD && !is_picture (plan, relation->target)))
        fail (r);
}

static void
read_relations (Reader *r)
{
    MugaiPlan *plan = r->plan;
    uint32_t least = 0;

    plan->relations = read_list (r, 4 + 5 + 5 + 1 + 4, sizeof *plan->relations, &plan->n_relations);
    for (uint32_t i = 0; i < plan->n_relations && !r->c.failed; i++) {
        read_relation (r, &plan->relations[i], least);
        least = plan->relations[i].source;
    }
    if (plan->form == MUGAI_PLAN_ODF && plan->n_relations > 0)
        fail (r);
}

static void
read_plan (Reader *r)
{
    MugaiPlan *plan = r->plan;

    if (mugai_cursor_u32 (&r->c) != MAGIC || mugai_cursor_u32 (&r->c) != VERSION) {
        fail (r);
        return;
    }
    plan->form = (MugaiPlanForm)mugai_cursor_u8 (&r->c);
    if (plan->form != MUGAI_PLAN_OPC && plan->form != MUGAI_PLAN_ODF)
        fail (r);
    plan->type = read_word (r, MUGAI_PLAN_ID);
    plan->stem = read_path (r);
    if (!r->c.failed)
        read_uses (r);
    if (!r->c.failed)
        read_parts (r);
    if (!r->c.failed)
        read_relations (r);
}

int
mugai_plan_read (const void *data, size_t size, MugaiPlan *ret)
{
    Reader r = { .c = mugai_cursor (data, size), .plan = ret };

    *ret = (MugaiPlan){ 0 };
    read_plan (&r);
    if (mugai_cursor_done (&r.c))
        return 0;
    mugai_plan_clear (ret);
    return r.memory ? -ENOMEM : -EBADMSG;
}

void
mugai_plan_clear (MugaiPlan *plan)
{
    free (plan->uses);
    free (plan->parts);
    free (plan->pieces);
    free (plan->relations);
    *plan = (MugaiPlan){ 0 };
}
