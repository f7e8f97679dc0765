/* SPDX-License-Identifier: Apache-2.0 */
#include "office/tree.h"

#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 256 * 1024 };

struct MugaiArenaBlock {
    struct MugaiArenaBlock *below;
    max_align_t data[];
};

MugaiArena
mugai_arena (size_t max)
{
    return (MugaiArena){ .left = max };
}

static bool
add_block (MugaiArena *arena, size_t size)
{
    size_t room = size > BLOCK ? size : BLOCK;

    if (room > arena->left || room > SIZE_MAX - sizeof (struct MugaiArenaBlock))
        return false;
    struct MugaiArenaBlock *block = calloc (1, sizeof *block + room);
    if (block == NULL)
        return false;
    arena->left -= room;
    block->below = arena->block;
    arena->block = block;
    arena->at = (char *)block->data;
    arena->end = arena->at + room;
    return true;
}

void *
mugai_arena_take (MugaiArena *arena, size_t size)
{
    size_t whole = (size + 7) & ~(size_t)7;

    if (arena->failed || whole < size)
        return NULL;
    if (whole > (size_t)(arena->end - arena->at) && !add_block (arena, whole)) {
        arena->failed = true;
        return NULL;
    }
    void *taken = arena->at;
    arena->at += whole;
    return taken;
}

char *
mugai_arena_copy (MugaiArena *arena, const char *text, size_t size)
{
    char *copy = size < SIZE_MAX ? mugai_arena_take (arena, size + 1) : NULL;

    if (copy != NULL && size > 0)
        memcpy (copy, text, size);
    return copy;
}

void
mugai_arena_clear (MugaiArena *arena)
{
    while (arena->block != NULL) {
        struct MugaiArenaBlock *below = arena->block->below;
        free (arena->block);
        arena->block = below;
    }
    *arena = (MugaiArena){ .failed = true };
}
