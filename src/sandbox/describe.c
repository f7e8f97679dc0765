/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox/profile.h"

#include <stdio.h>
#include <string.h>

static const char *const names[MUGAI_PROFILE_COUNT] = {
    [MUGAI_PROFILE_WALK] = "walk",
    [MUGAI_PROFILE_VERIFY] = "verify",
    [MUGAI_PROFILE_ENCODE] = "encode",
    [MUGAI_PROFILE_RENDER] = "render",
    [MUGAI_PROFILE_SUPERVISED] = "supervised",
    [MUGAI_PROFILE_OFFICE] = "office",
};

const char *
mugai_sandbox_name (MugaiProfile profile)
{
    return (unsigned)profile < MUGAI_PROFILE_COUNT ? names[profile] : NULL;
}

static size_t
describe_rule (const MugaiCallRule *rule, char *out, size_t room)
{
    char condition[80] = "always";

    if (rule->arg >= 0)
        snprintf (condition, sizeof condition, "argument %d & 0x%llx = 0x%llx", rule->arg,
                  (unsigned long long)rule->mask, (unsigned long long)rule->value);
    int n = snprintf (out, room, "%s\t%s\t%s\t%s\n", rule->call,
                      rule->error == 0                  ? "allowed"
                      : rule->error == MUGAI_CALL_KILLS ? "kills"
                                                        : strerrorname_np (rule->error),
                      condition, rule->reason);
    return n > 0 && (size_t)n < room ? (size_t)n : 0;
}

const char *
mugai_sandbox_describe (MugaiProfile profile)
{
    static char text[MUGAI_PROFILE_COUNT][32768];
    const MugaiCallRule *rule;
    size_t used = 0;

    if (mugai_sandbox_name (profile) == NULL)
        return NULL;
    for (size_t i = 0; (rule = mugai_profile_rule (i)) != NULL; i++)
        if (rule->number >= 0 && mugai_profile_allows (rule, profile))
            used += describe_rule (rule, text[profile] + used, sizeof text[profile] - used);
    return text[profile];
}
