/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: libseccomp compiles the rows to classic BPF, which goes through a memfd into a
 * plain array, so that a child after fork needs one system call and no allocation.
 *
 * With MUGAI_SANDBOX_LEARN (a test build of this file only, see README.md) a call without a row is
 * reported on stderr and fails with EPERM instead of killing.
 */
#include "sandbox/seccomp.h"

#include "base/fd.h"
#include "base/memfd.h"
#include "sandbox/learn.h"
#include "sandbox/profile.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static void
release (scmp_filter_ctx *context)
{
    if (*context != NULL)
        seccomp_release (*context);
}

#define autocontext __attribute__ ((cleanup (release))) scmp_filter_ctx

static scmp_filter_ctx
new_context (uint32_t fallback)
{
    scmp_filter_ctx context = seccomp_init (fallback);

    if (context == NULL)
        return NULL;
    /* Another architecture's calls (i386, x32) kill the process too; sort rows as a tree. */
    if (seccomp_attr_set (context, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS) < 0 ||
        seccomp_attr_set (context, SCMP_FLTATR_CTL_OPTIMIZE, 2) < 0) {
        seccomp_release (context);
        return NULL;
    }
    return context;
}

static int
add_rule (scmp_filter_ctx context, uint32_t action, const MugaiCallRule *rule, bool with_condition)
{
    if (!with_condition || rule->arg < 0)
        return seccomp_rule_add (context, action, rule->number, 0);
    struct scmp_arg_cmp condition = {
        .arg = (unsigned)rule->arg,
        .op = SCMP_CMP_MASKED_EQ,
        .datum_a = rule->mask,
        .datum_b = rule->value,
    };
    return seccomp_rule_add_array (context, action, rule->number, 1, &condition);
}

static int
export_filter (scmp_filter_ctx context, MugaiSeccompFilter *ret_filter)
{
    mugai_autofd fd = mugai_memfd_new ("mugai-seccomp");

    if (fd < 0)
        return fd;
    int r = seccomp_export_bpf (context, fd);
    if (r < 0)
        return r;
    ssize_t n = pread (fd, ret_filter->code, sizeof ret_filter->code, 0);
    if (n < 0)
        return -errno;
    if (n == 0 || (size_t)n == sizeof ret_filter->code)
        return -E2BIG;
    ret_filter->size = (unsigned short)((size_t)n / sizeof ret_filter->code[0]);
    return 0;
}

static uint32_t
action_of (int error)
{
    if (error == MUGAI_CALL_KILLS)
        return MUGAI_LEARN_OR (SCMP_ACT_KILL_PROCESS);
    return error == 0 ? SCMP_ACT_ALLOW : SCMP_ACT_ERRNO ((unsigned)error);
}

/* Has @profile, or its zygote when it prepares a child, a row without a condition for the call of
 * @rule, a row of other profiles or of zygotes in general? Then that one is meant. */
static bool
is_overridden (MugaiProfile profile, const MugaiCallRule *rule)
{
    const MugaiCallRule *other;

    if (mugai_profile_allows (rule, profile) || mugai_profile_prepares (rule, profile))
        return false;
    for (size_t i = 0; (other = mugai_profile_rule (i)) != NULL; i++)
        if (other->number == rule->number && other->arg < 0 &&
            mugai_profile_allows (other, profile))
            return true;
    return false;
}

int
mugai_seccomp_build_zygote (MugaiProfile profile, MugaiSeccompFilter *ret_filter)
{
    const MugaiCallRule *rule;
    autocontext context = new_context (
        mugai_profile_fallback (profile) == MUGAI_CALL_KILLS
            ? MUGAI_LEARN_OR (SCMP_ACT_KILL_PROCESS)
            : MUGAI_LEARN_OR (SCMP_ACT_ERRNO ((unsigned)mugai_profile_fallback (profile))));

    if (context == NULL)
        return -ENOMEM;
    for (size_t i = 0; (rule = mugai_profile_rule (i)) != NULL; i++) {
        if (rule->error == mugai_profile_fallback (profile))
            continue; /* libseccomp refuses a row that says what goes without saying */
        if ((!mugai_profile_zygote (rule, profile) && !mugai_profile_allows (rule, profile)) ||
            is_overridden (profile, rule))
            continue;
        int r = add_rule (context, action_of (rule->error), rule, true);
        if (r < 0)
            return r;
    }
    return export_filter (context, ret_filter);
}

/* Has @profile a row for the call of @rule? Then only the row's condition tells the zygote's use
 * from the child's. */
static bool
profile_has_call (MugaiProfile profile, const MugaiCallRule *wanted)
{
    const MugaiCallRule *rule;

    for (size_t i = 0; (rule = mugai_profile_rule (i)) != NULL; i++)
        if (rule->number == wanted->number && mugai_profile_allows (rule, profile))
            return true;
    return false;
}

int
mugai_seccomp_build_child (MugaiProfile profile, MugaiSeccompFilter *ret_filter)
{
    const MugaiCallRule *rule;
    autocontext context = new_context (SCMP_ACT_ALLOW);

    if (context == NULL)
        return -ENOMEM;
    for (size_t i = 0; (rule = mugai_profile_rule (i)) != NULL; i++) {
        if (!mugai_profile_zygote (rule, profile) || mugai_profile_allows (rule, profile) ||
            is_overridden (profile, rule))
            continue;
        int error = mugai_profile_prepares (rule, profile) ? MUGAI_CALL_KILLS
                                                           : mugai_profile_fallback (profile);
        int r = add_rule (context, action_of (error), rule, profile_has_call (profile, rule));
        if (r < 0)
            return r;
    }
    return export_filter (context, ret_filter);
}

int
mugai_seccomp_load (const MugaiSeccompFilter *filter)
{
    struct sock_fprog program = { .len = filter->size,
                                  .filter = (struct sock_filter *)filter->code };

    return syscall (SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) < 0 ? -errno : 0;
}
