/* SPDX-License-Identifier: Apache-2.0
 *
 * Try every call in every profile, in a child and in the zygote itself: each needed one works, each
 * other one kills the process with SIGSYS or gives its listed errno and does nothing.
 */
#include "base/escape.h"
#include "calls.h"
#include "locked.h"
#include "sandbox/asan.h"
#include "sandbox/profile.h"
#include "unit/tap.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

static const char letters[] = "wverso";

static bool
is_as_office_expects (const SandboxCall *call, const LockedTry *try)
{
    int expected = sandbox_office (call);

    if (expected == 0)
        return locked_worked (try);
#ifdef MUGAI_ASAN
    if (call->asan)
        return true;
#endif
    return expected == SANDBOX_KILLS
               ? locked_killed (try, SIGSYS)
               : try->came_back && try->wait_status == 0 && try->result == -expected;
}

static bool
is_as_expected (const SandboxCall *call, char letter, const LockedTry *try)
{
    if (letter == 'o')
        return is_as_office_expects (call, try);
    if (strchr (call->works, letter) != NULL)
        return locked_worked (try);
#ifdef MUGAI_ASAN
    if (call->asan)
        return true;
#endif
    if (call->error != 0)
        return try->came_back && try->wait_status == 0 && try->result == -call->error;
    return locked_killed (try, SIGSYS);
}

static const char *
expectation (const SandboxCall *call, char letter)
{
    if (letter == 'o')
        return sandbox_office (call) == 0               ? "works"
               : sandbox_office (call) == SANDBOX_KILLS ? "kills"
                                                        : strerrorname_np (sandbox_office (call));
    if (strchr (call->works, letter) != NULL)
        return "works";
    return call->error != 0 ? strerrorname_np (call->error) : "kills";
}

static void
test_calls (MugaiProfile profile, LockedWhere where, const MugaiSandboxOptions *options)
{
    size_t count;
    const SandboxCall *calls = sandbox_calls (&count);
    LockedTry *tries = locked_shared (count * sizeof *tries);

    for (size_t i = 0; i < count; i++)
        tries[i].function = calls[i].attempt;
    LockedRun run = locked_run (profile, options, where, NULL, tries, count);
    CHECK_NAMED (run.error == 0 && run.done, "%s: locked, alive: %.120s",
                 mugai_sandbox_name (profile), run.status.text);
    for (size_t i = 0; i < count && run.done; i++) {
        char letter = where == LOCKED_ZYGOTE ? 'z' : letters[profile];
        bool either = where == LOCKED_ZYGOTE && strchr (calls[i].works, letters[profile]) != NULL;
        /* The zygote's filter must hold what its children need; whether the zygote uses it is not
         * tested. */
        letter = either ? letters[profile] : letter;
        if (profile == MUGAI_PROFILE_OFFICE && where == LOCKED_ZYGOTE && !either &&
            strchr (calls[i].works, 'z') == NULL)
            continue; /* it has yet to load what it serves: only its children are under Landlock */
        bool ok = is_as_expected (&calls[i], letter, &tries[i]);
        CHECK_NAMED (ok, "%s %s: %s %s", mugai_sandbox_name (profile),
                     where == LOCKED_ZYGOTE ? "zygote" : "child", calls[i].name,
                     expectation (&calls[i], letter));
        if (!ok)
            printf ("# wait status 0x%x, result %d\n", (unsigned)tries[i].wait_status,
                    tries[i].result);
    }
}

/* The longest list is short, and verify's is the shortest. */
static void
test_lengths (void)
{
    size_t allowed[MUGAI_PROFILE_COUNT] = { 0 };
    const MugaiCallRule *rule;

    for (size_t i = 0; (rule = mugai_profile_rule (i)) != NULL; i++)
        for (MugaiProfile p = 0; p < MUGAI_PROFILE_COUNT; p++)
            allowed[p] += rule->error == 0 && mugai_profile_allows (rule, p);
    for (MugaiProfile p = 0; p < MUGAI_PROFILE_COUNT; p++) {
        CHECK_NAMED (allowed[p] <= (p == MUGAI_PROFILE_OFFICE ? 110 : 60),
                     "%s has %zu allowing rows", mugai_sandbox_name (p), allowed[p]);
        CHECK (p == MUGAI_PROFILE_VERIFY || allowed[p] > allowed[MUGAI_PROFILE_VERIFY]);
    }
}

/* A row's letters are of the alphabet, its reason is there, and a name means the call of that
 * number. */
static void
test_rows (void)
{
    const MugaiCallRule *rule;

    for (size_t i = 0; (rule = mugai_profile_rule (i)) != NULL; i++)
        CHECK_NAMED (strspn (rule->who, "zwversoO") == strlen (rule->who) && rule->who[0] != '\0' &&
                         strlen (rule->reason) > 4 && rule->arg < 6 &&
                         (rule->value & ~rule->mask) == 0,
                     "row %zu: %s", i, rule->call);
}

static void
test_describe (void)
{
    const char *walk = mugai_sandbox_describe (MUGAI_PROFILE_WALK);

    CHECK (strstr (walk, "recvmsg\tallowed\talways\t") != NULL);
    CHECK (strstr (walk, "openat\tEACCES\talways\t") != NULL);
    CHECK (strstr (walk, "mmap\tallowed\targument 2 & 0x4 = 0x0\t") != NULL);
    CHECK (strstr (walk, "pidfd_open") == NULL);
    CHECK (walk[strlen (walk) - 1] == '\n');
    CHECK (mugai_sandbox_describe ((MugaiProfile)99) == NULL);
    CHECK (mugai_sandbox_name ((MugaiProfile)99) == NULL);
}

int
main (void)
{
    MugaiSandboxOptions options = { 0 };
    MugaiLockdownStatus host;

    sandbox_calls_prepare();
    if (!locked_host_has_all (&host)) {
        locked_explain (&host);
        if (locked_must_work())
            CHECK_NAMED (false, "this host has every step of the lock-down");
        else
            SKIP ("this host lacks a step; system calls are tested with sandbox: partial");
        options.partial = true;
    }
    test_rows();
    test_lengths();
    test_describe();
    for (MugaiProfile p = 0; p < MUGAI_PROFILE_COUNT; p++) {
        test_calls (p, LOCKED_CHILD, &options);
        test_calls (p, LOCKED_ZYGOTE, &options);
    }
    return tap_done();
}
