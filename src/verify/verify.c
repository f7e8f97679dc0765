/* SPDX-License-Identifier: Apache-2.0 */
#include "verify/verify.h"

#include "base/limits.h"
#include "verify/check.h"
#include "verify/grammar.h"

#include <stdlib.h>
#include <string.h>

static void
copy_text (char *to, size_t room, const char *text)
{
    size_t size = strnlen (text, room - 1);

    memcpy (to, text, size);
    to[size] = '\0';
}

bool
mugai_refuse (MugaiCheck *check, const char *clause, uint64_t offset, const char *why)
{
    MugaiVerdict *verdict = &check->result->verdict;

    if (check->refused)
        return false;
    check->refused = true;
    verdict->offset = offset;
    copy_text (verdict->clause, sizeof verdict->clause, clause);
    copy_text (verdict->path, sizeof verdict->path, check->path);
    copy_text (verdict->why, sizeof verdict->why, why);
    return false;
}

void *
mugai_check_scratch (MugaiCheck *check, uint64_t size)
{
    void *scratch = size <= check->limits->memory ? malloc (size > 0 ? (size_t)size : 1) : NULL;

    if (scratch == NULL)
        mugai_refuse (check, "L-3", 0, "not enough memory for the work");
    return scratch;
}

size_t
mugai_check_enter (MugaiCheck *check, const char *step)
{
    size_t outer = strlen (check->path);

    copy_text (check->path + outer, sizeof check->path - outer, step);
    return outer;
}

void
mugai_check_leave (MugaiCheck *check, size_t outer)
{
    check->path[outer] = '\0';
}

bool
mugai_check_leaf (MugaiCheck *check, const uint8_t *data, size_t size)
{
    MugaiVerifyResult *result = check->result;

    if (result->verdict.leaves >= check->limits->parts)
        return mugai_refuse (check, "L-2", 0, "too many parts");
    if (result->verdict.leaves == check->leaf_room) {
        size_t room = check->leaf_room > 0 ? 2 * check->leaf_room : 4;
        MugaiVerifyLeaf *leaf = reallocarray (result->leaf, room, sizeof *leaf);
        if (leaf == NULL)
            return mugai_refuse (check, "L-3", 0, "not enough memory for the list of leaves");
        result->leaf = leaf;
        check->leaf_room = room;
    }
    MugaiVerifyLeaf *leaf = &result->leaf[result->verdict.leaves++];
    leaf->size = size;
    mugai_sha256 (data, size, leaf->sha256);
    mugai_sha256_update (&check->leaves, leaf->sha256, sizeof leaf->sha256);
    return true;
}

MugaiVerifyLimits
mugai_verify_limits_default (void)
{
    MugaiLimits limits = mugai_limits_default();

    return (MugaiVerifyLimits){ .output = limits.output,
                                .parts = limits.parts,
                                .expanded = limits.expanded,
                                .memory = limits.memory };
}

static bool
run (MugaiCheck *check, MugaiGrammar grammar, const uint8_t *data, size_t size)
{
    const MugaiGrammarRow *row = mugai_grammar_row (grammar);

    if (size > check->limits->output)
        return mugai_refuse (check, "L-1", check->limits->output, "larger than limits.output");
    if (row == NULL) /* the value came over a socket */
        return mugai_refuse (check, "L-3", 0, "no such grammar");
    /* a mail counts its leaves itself; any other item is one leaf */
    return row->check (check, data, size) &&
           (grammar == MUGAI_GRAMMAR_MAIL || mugai_check_leaf (check, data, size));
}

void
mugai_verify (MugaiGrammar grammar, const uint8_t *data, size_t size,
              const MugaiVerifyLimits *limits, MugaiVerifyResult *ret_result)
{
    MugaiCheck check = { .limits = limits, .result = ret_result };

    *ret_result = (MugaiVerifyResult){ 0 };
    mugai_sha256_init (&check.leaves);
    if (run (&check, grammar, data, size) && !check.refused) {
        ret_result->verdict.ok = true;
        mugai_sha256_final (&check.leaves, ret_result->verdict.leaves_sha256);
        return;
    }
    mugai_refuse (&check, "L-3", 0,
                  "refused without a reason"); /* our defect, but still a refusal */
    MugaiVerdict *verdict = &ret_result->verdict;
    verdict->leaves = verdict->in = verdict->delivered = verdict->converted = verdict->withheld = 0;
    free (ret_result->leaf);
    ret_result->leaf = NULL;
}

void
mugai_verify_result_clear (MugaiVerifyResult *result)
{
    free (result->leaf);
    *result = (MugaiVerifyResult){ 0 };
}
