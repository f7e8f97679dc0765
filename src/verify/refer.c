/* SPDX-License-Identifier: Apache-2.0 */
#include "verify/refer.h"

#include <stdlib.h>
#include <string.h>

bool
mugai_refers_init (MugaiRefers *refers, MugaiCheck *check, size_t spaces, uint16_t sheets)
{
    *refers = (MugaiRefers){ .check = check, .spaces = spaces, .sheets = sheets };
    refers->count = calloc (spaces + 1, sizeof *refers->count);
    return refers->count != NULL || mugai_refuse (check, "L-3", 0, "not enough memory for counts");
}

void
mugai_refers_clear (MugaiRefers *refers)
{
    free (refers->name);
    free (refers->text);
    free (refers->count);
    *refers = (MugaiRefers){ 0 };
}

/* Room for @more of @size bytes each behind the @used. Returns: @array, maybe moved, or NULL. */
static void *
grown (MugaiCheck *check, void *array, size_t used, size_t more, size_t size, size_t *io_room)
{
    size_t room = *io_room;

    if (array != NULL && more <= room - used)
        return array;
    room = room + room / 2 + more + 64;
    void *moved = room <= check->limits->memory / size ? reallocarray (array, room, size) : NULL;
    if (moved == NULL)
        mugai_refuse (check, "L-3", 0, "not enough memory for names");
    else
        *io_room = room;
    return moved;
}

bool
mugai_refers_name (MugaiRefers *r, const MugaiRefer *name, const char *text)
{
    void *names = grown (r->check, r->name, r->n, 1, sizeof *r->name, &r->room);

    if (names == NULL)
        return false;
    r->name = names;
    void *texts = grown (r->check, r->text, r->used, name->size, 1, &r->text_room);
    if (texts == NULL)
        return false;
    r->text = texts;
    for (size_t i = 0; i < name->size; i++) {
        bool capital = name->space == r->sheets && text[i] >= 'A' && text[i] <= 'Z';
        r->text[r->used + i] = (char)(text[i] + (capital ? 'a' - 'A' : 0));
    }
    r->name[r->n] = *name;
    r->name[r->n++].text = r->used;
    r->used += name->size;
    return true;
}

void
mugai_refers_item (MugaiRefers *r, uint16_t space)
{
    r->count[space].items++; /* fewer than bytes of the item, which fit in 32 bits */
}

void
mugai_refers_index (MugaiRefers *r, uint16_t space, uint32_t index, uint32_t part, uint64_t at)
{
    MugaiReferCount *count = &r->count[space];

    if (index < count->needed)
        return;
    count->needed = index + 1;
    count->part = part;
    count->at = at;
}

static int
compare_names (const MugaiRefers *r, const MugaiRefer *a, const MugaiRefer *b)
{
    size_t size = a->size < b->size ? a->size : b->size;
    int order = a->space - b->space;

    if (order == 0 && size > 0)
        order = memcmp (r->text + a->text, r->text + b->text, size);
    if (order == 0)
        order = (a->size > b->size) - (a->size < b->size);
    return order;
}

/* By name; definitions first. */
static int
compare (const void *a, const void *b, void *data)
{
    const MugaiRefer *x = a, *y = b;
    int order = compare_names (data, x, y);

    return order != 0 ? order : y->defines - x->defines;
}

const char *
mugai_refers_settle (MugaiRefers *r, uint32_t *ret_part, uint64_t *ret_at)
{
    for (size_t space = 0; space < r->spaces; space++)
        if (r->count[space].needed > r->count[space].items) {
            *ret_part = r->count[space].part;
            *ret_at = r->count[space].at;
            return "an index of something that is not there";
        }
    if (r->n > 0)
        qsort_r (r->name, r->n, sizeof *r->name, compare, r);
    for (size_t i = 0; i < r->n; i++) {
        bool first = i == 0 || compare_names (r, &r->name[i - 1], &r->name[i]) != 0;
        if (first == r->name[i].defines)
            continue;
        if (!first && !r->name[i].defines)
            continue;
        *ret_part = r->name[i].part;
        *ret_at = r->name[i].at;
        return first ? "a name that nothing defines" : "a name that is defined twice";
    }
    return NULL;
}
