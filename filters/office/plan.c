/* SPDX-License-Identifier: Apache-2.0 */
#include "office/plan.h"

#include <stdlib.h>
#include <string.h>

enum { USE_PICTURE = 1, USE_BESIDE = 2, LINKS = 65534 };

struct MugaiPlanLink {
    int source;
    uint32_t number; /* in the order in which they came */
    char id[33];
    const char *type; /* borrowed: static */
    bool child;
    int target;
};

static void
add_u8 (MugaiBuffer *b, uint8_t value)
{
    mugai_buffer_add_whole (b, &value, 1);
}

static void
add_number (MugaiBuffer *b, uint64_t value, unsigned size)
{
    uint8_t bytes[8];

    for (unsigned i = 0; i < size; i++)
        bytes[i] = (uint8_t)(value >> 8 * i);
    mugai_buffer_add_whole (b, bytes, size);
}

static void
add_blob (MugaiBuffer *b, const char *text)
{
    size_t size = strlen (text);

    add_number (b, size, 4);
    mugai_buffer_add_whole (b, text, size);
}

MugaiPlanWriter
mugai_plan_writer (size_t max)
{
    return (MugaiPlanWriter){ .uses = mugai_buffer (max),
                              .parts = mugai_buffer (max),
                              .relations = mugai_buffer (max) };
}

void
mugai_plan_writer_clear (MugaiPlanWriter *plan)
{
    mugai_buffer_clear (&plan->uses);
    mugai_buffer_clear (&plan->parts);
    mugai_buffer_clear (&plan->relations);
    free (plan->links);
    plan->links = NULL;
    plan->n_links = 0;
}

static int
add_child (MugaiPlanWriter *plan, const mugai_host *host, mugai_call *call, uint8_t use,
           const char *name, const void *data, size_t size)
{
    int handle = host->child_add (call, name, NULL, data, size);

    if (handle < 0 || (uint32_t)handle != plan->n_children) {
        plan->failed = true;
        return -1;
    }
    plan->n_children++;
    add_u8 (&plan->uses, use);
    return handle;
}

int
mugai_plan_picture (MugaiPlanWriter *plan, const mugai_host *host, mugai_call *call,
                    const char *name, const void *data, size_t size)
{
    return add_child (plan, host, call, USE_PICTURE, name, data, size);
}

int
mugai_plan_beside (MugaiPlanWriter *plan, const mugai_host *host, mugai_call *call,
                   const char *name, const void *data, size_t size)
{
    return add_child (plan, host, call, USE_BESIDE, name, data, size);
}

int
mugai_plan_part (MugaiPlanWriter *plan, const char *name, const char *media,
                 const MugaiPlanBytes *pieces, size_t n_pieces)
{
    MugaiBuffer *b = &plan->parts;

    add_blob (b, name);
    add_blob (b, media);
    add_number (b, n_pieces, 4);
    for (size_t i = 0; i < n_pieces; i++) {
        bool bytes = pieces[i].data != NULL;
        add_u8 (b, bytes ? 1 : 2);
        add_number (b, bytes ? pieces[i].size : (uint64_t)pieces[i].child, bytes ? 8 : 4);
        if (bytes)
            mugai_buffer_add_whole (b, pieces[i].data, pieces[i].size);
    }
    return (int)plan->n_parts++;
}

void
mugai_plan_relation (MugaiPlanWriter *plan, int source, const char *id, const char *type,
                     bool child, int target)
{
    /* Room grows by powers of two. */
    if ((plan->n_links & (plan->n_links - 1)) == 0) {
        size_t room = plan->n_links == 0 ? 1 : 2 * (size_t)plan->n_links;
        struct MugaiPlanLink *links = reallocarray (plan->links, room, sizeof *links);
        plan->failed = plan->failed || links == NULL;
        plan->links = links != NULL ? links : plan->links;
    }
    if (plan->failed || plan->n_links == LINKS || strlen (id) > 32) {
        plan->failed = true;
        return;
    }
    struct MugaiPlanLink *link = &plan->links[plan->n_links];
    *link = (struct MugaiPlanLink){
        .source = source, .number = plan->n_links++, .type = type, .child = child, .target = target
    };
    memcpy (link->id, id, strlen (id));
}

static int
compare (const void *a, const void *b)
{
    const struct MugaiPlanLink *x = a, *y = b;

    if (x->source != y->source)
        return x->source < y->source ? -1 : 1;
    return x->number < y->number ? -1 : x->number > y->number;
}

static void
write_relations (MugaiPlanWriter *plan)
{
    if (plan->n_links > 1)
        qsort (plan->links, plan->n_links, sizeof *plan->links, compare);
    add_number (&plan->relations, plan->n_links, 4);
    for (uint32_t i = 0; i < plan->n_links; i++) {
        const struct MugaiPlanLink *link = &plan->links[i];
        add_number (&plan->relations, (uint64_t)(link->source + 1), 4);
        add_blob (&plan->relations, link->id);
        add_blob (&plan->relations, link->type);
        add_u8 (&plan->relations, link->child ? 2 : 1);
        add_number (&plan->relations, (uint64_t)link->target, 4);
    }
}

int
mugai_plan_put (MugaiPlanWriter *plan, const mugai_host *host, mugai_call *call, unsigned form,
                const char *type, const char *stem)
{
    MugaiBuffer head = mugai_buffer (1024);
    uint8_t count[4];

    mugai_buffer_add (&head, "MPKG", 4);
    add_number (&head, 1, 4);
    add_u8 (&head, (uint8_t)form);
    add_blob (&head, type);
    add_blob (&head, stem);
    add_number (&head, plan->n_children, 4);
    for (unsigned i = 0; i < 4; i++)
        count[i] = (uint8_t)(plan->n_parts >> 8 * i);
    write_relations (plan);
    bool ok = !plan->failed && mugai_buffer_ok (&head) && mugai_buffer_ok (&plan->uses) &&
              mugai_buffer_ok (&plan->parts) && mugai_buffer_ok (&plan->relations) &&
              host->put_type (call, type) == 0 && host->put (call, head.data, head.size) == 0 &&
              host->put (call, plan->uses.data, plan->uses.size) == 0 &&
              host->put (call, count, sizeof count) == 0 &&
              host->put (call, plan->parts.data, plan->parts.size) == 0 &&
              host->put (call, plan->relations.data, plan->relations.size) == 0;
    mugai_buffer_clear (&head);
    return ok ? 0 : -1;
}
