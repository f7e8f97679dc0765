/* SPDX-License-Identifier: Apache-2.0 */
#include "verify-samples.h"

static char seen[200][16];
static size_t n_seen;

void
note_clause (const char *clause)
{
    for (size_t i = 0; i < n_seen; i++)
        if (strcmp (seen[i], clause) == 0)
            return;
    if (n_seen < LENGTH (seen))
        strcpy (seen[n_seen++], clause);
}

/* The copy is as long as the bytes: ASan sees a read past. */
void
expect_with (MugaiGrammar grammar, const void *data, size_t size, const MugaiVerifyLimits *limits,
             const char *clause, const char *name)
{
    MugaiVerifyResult result;
    uint8_t *copy = malloc (size > 0 ? size : 1);

    if (size > 0)
        memcpy (copy, data, size);
    mugai_verify (grammar, copy, size, limits, &result);
    const MugaiVerdict *v = &result.verdict;
    bool ok = clause == NULL ? v->ok : !v->ok && strcmp (v->clause, clause) == 0;
    CHECK_NAMED (ok, "%s %.60s", clause != NULL ? clause : "good", name);
    if (!ok)
        printf ("# %s at %llu (%s): %s\n", v->ok ? "accepted" : v->clause,
                (unsigned long long)v->offset, v->path, v->why);
    if (!v->ok) {
        note_clause (v->clause);
        if (v->leaves != 0 || v->in != 0 || result.leaf != NULL || v->why[0] == '\0')
            CHECK_NAMED (0, "a refusal carries its reason and nothing else: %s", name);
    }
    mugai_verify_result_clear (&result);
    free (copy);
}

void
expect (MugaiGrammar grammar, const void *data, size_t size, const char *clause, const char *name)
{
    MugaiVerifyLimits limits = mugai_verify_limits_default();

    expect_with (grammar, data, size, &limits, clause, name);
}

static bool
is_seen (const char *clause)
{
    for (size_t i = 0; i < n_seen; i++)
        if (strcmp (seen[i], clause) == 0)
            return true;
    return false;
}

void
verify_coverage (void)
{
    static char page[1 << 20];
    const char *root = getenv ("MUGAI_SOURCE");
    char path[4096], mark[32];
    unsigned clauses = 0;

    snprintf (path, sizeof path, "%s/src/verify/PROFILE.md", root != NULL ? root : ".");
    FILE *f = fopen (path, "r");
    CHECK_NAMED (f != NULL, "PROFILE.md can be read (MUGAI_SOURCE)");
    if (f == NULL)
        return;
    page[fread (page, 1, sizeof page - 1, f)] = '\0';
    fclose (f);
    for (const char *at = strstr (page, "- **"); at != NULL; at = strstr (at + 4, "- **")) {
        char clause[16];
        if (sscanf (at, "- **%15[A-Za-z0-9.-]**", clause) != 1)
            continue;
        clauses++;
        bool definition =
            strncmp (at + strlen ("- **** ") + strlen (clause), "(definition)", 12) == 0;
        if (!definition && clause[0] != 'F') /* F: test/check/verify-cli.sh */
            CHECK_NAMED (is_seen (clause), "clause %s has a sample that it refuses", clause);
    }
    CHECK (clauses > 60);
    for (size_t i = 0; i < n_seen; i++) {
        snprintf (mark, sizeof mark, "- **%.15s**", seen[i]);
        CHECK_NAMED (strstr (page, mark) != NULL, "refusal %.15s is a clause of PROFILE.md",
                     seen[i]);
    }
}
