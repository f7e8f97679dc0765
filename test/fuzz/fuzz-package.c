/* SPDX-License-Identifier: Apache-2.0
 *
 * The reader of package plans: what it takes has all indexes in bounds and names that are paths.
 */
#include "wire/package.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static void
check_relations (const MugaiPlan *plan)
{
    for (uint32_t i = 0; i < plan->n_relations; i++) {
        const MugaiPlanRelation *r = &plan->relations[i];
        if (r->source > plan->n_parts || r->id.size == 0 || r->type.size == 0 ||
            r->target >= (r->child ? plan->n_children : plan->n_parts) ||
            (i > 0 && r->source < r[-1].source))
            abort();
    }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    MugaiPlan plan;
    uint64_t sum = 0;

    if (mugai_plan_read (data, size, &plan) != 0)
        return 0;
    for (uint32_t i = 0; i < plan.n_parts; i++) {
        const MugaiPlanPart *part = &plan.parts[i];
        if (part->name.size == 0 || part->name.at[0] == '/' ||
            (uint64_t)part->first + part->n_pieces > plan.n_pieces)
            abort();
        for (uint32_t k = part->first; k < part->first + part->n_pieces; k++)
            sum += plan.pieces[k].data != NULL ? plan.pieces[k].data[plan.pieces[k].size - 1]
                                               : plan.uses[plan.pieces[k].child];
    }
    check_relations (&plan);
    mugai_plan_clear (&plan);
    return sum == UINT64_MAX;
}
