/* SPDX-License-Identifier: Apache-2.0
 *
 * The chain in the walk: filters of every shape from test/filters, a fake supervisor that answers
 * out of order or breaks the protocol.
 */
#include "../unit/tap.h"
#include "core/error.h"
#include "fake.h"
#include "walk.h"

typedef struct Want {
    mugai_verdict_t verdict;
    const char *type, *reason;
    bool again;
} Want;

static bool
got (Walk *walk, const char *type, const char *data, const MugaiDecision *decision,
     const Want *want, char **ret_data)
{
    MugaiChainResult result = { 0 };
    g_autoptr (GError) error = NULL;
    MugaiChainRun *run = walk_start (walk, type, data, decision);

    if (!mugai_chain_finish (walk->chain, run, &result, &error)) {
        printf ("# %s\n", error->message);
        return false;
    }
    bool ok = result.verdict == want->verdict && g_strcmp0 (result.type, want->type) == 0 &&
              g_strcmp0 (result.reason, want->reason) == 0 && result.again == want->again &&
              (result.data != NULL) == (result.type != NULL);
    if (!ok)
        printf ("# verdict %d type %s reason %s evidence %s method %s\n", (int)result.verdict,
                result.type, result.reason, result.evidence, result.method);
    if (ret_data != NULL && result.data != NULL)
        *ret_data =
            g_strndup (g_bytes_get_data (result.data, NULL), g_bytes_get_size (result.data));
    mugai_chain_result_clear (&result);
    return ok;
}

static const Want replaced = { MUGAI_REPLACE, "text", "", false };

static bool
refused (Walk *walk, const char *type, const char *data, const char *chain, const char *reason)
{
    Want want = { MUGAI_REFUSE, NULL, reason, false };

    return got (walk, type, data, walk_decision (chain, NULL), &want, NULL);
}

static void
test_walk (void)
{
    Walk *walk = walk_new (-1);
    g_autofree char *out = NULL;
    g_autofree char *other = NULL;

    CHECK (got (walk, "text", "call 03-1234\n", walk_decision ("mask", NULL), &replaced, &out));
    CHECK (g_strcmp0 (out, "call **-****\n") == 0);
    CHECK (strcmp (walk->findings->str, "filter.note=6[digits were masked];") == 0);
    Want kept = { MUGAI_KEEP, "text", "", false };
    CHECK (got (walk, "text", "", walk_decision ("mask", NULL), &kept, NULL));
    CHECK (refused (walk, "png", "x", "mask", "filter.takes"));
    CHECK (refused (walk, "text", "x", "nobody", "filter.missing"));
    CHECK (refused (walk, "text", "x", "mask a=1", "filter.parameter"));
    CHECK (refused (walk, "text", "x", "bad-walk how=sometimes", "filter.parameter"));
    CHECK (refused (walk, "bin", "x", "bad", "filter.missing"));
    CHECK (got (walk, "text", "1", walk_decision ("bad-walk how=number", "nobody", "mask", NULL),
                &replaced, &other));
    CHECK (g_strcmp0 (other, "*") == 0 &&
           strstr (walk->findings->str, "filter.nonsense=1[bad-walk, unknown verdict]"));
    walk_free (walk);
}

static void
test_bad (void)
{
    static const char *const cases[][2] = {
        { "number", "filter.nonsense" },        { "flood", "filter.limit" },
        { "wrong-type", "filter.output-type" }, { "empty", "filter.nonsense" },
        { "put-and-refuse", "filter.refused" }, { "put-and-keep", "filter.nonsense" },
        { "unknown-code", "filter.nonsense" },  { "unknown-reason", "filter.nonsense" },
        { "page", "filter.nonsense" },          { "huge-page", "filter.nonsense" },
        { "child", "filter.nonsense" },         { "later", "filter.nonsense" },
        { "raised", "filter.nonsense" },
    };
    Walk *walk = walk_new (-1);

    for (size_t i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autofree char *chain = g_strconcat ("bad-walk how=", cases[i][0], NULL);
        CHECK_NAMED (refused (walk, "text", "x", chain, cases[i][1]), "walk: %s", cases[i][0]);
    }
    CHECK (
        got (walk, "text", "x", walk_decision ("bad-walk how=fine,mask", NULL), &replaced, NULL));
    walk_free (walk);
}

static void
test_flight (void)
{
    enum { RUNS = 40 };
    Fake fake = fake_start();
    Walk *walk = walk_new (fake.channel);
    MugaiChainRun *runs[RUNS];
    int right = 0;

    for (int i = 0; i < RUNS; i++) {
        g_autofree char *data = g_strdup_printf ("P%d", i);
        runs[i] = walk_start (walk, "bin", data, walk_decision ("bad", NULL));
    }
    for (int i = 0; i < RUNS; i++) {
        MugaiChainResult result = { 0 };
        g_autofree char *want = g_strdup_printf ("\x89PNG%d", i);
        if (mugai_chain_finish (walk->chain, runs[i], &result, NULL) && result.data != NULL &&
            g_bytes_get_size (result.data) == strlen (want) &&
            memcmp (g_bytes_get_data (result.data, NULL), want, strlen (want)) == 0 &&
            strcmp (result.type, "png") == 0)
            right++;
        mugai_chain_result_clear (&result);
    }
    CHECK_NAMED (right == RUNS, "%d of %d results belong to their runs", right, RUNS);
    walk_free (walk);
    int most = fake_stop (&fake);
    CHECK_NAMED (most == 16, "%d at a time", most);
}

static void
test_converter (void)
{
    Fake fake = fake_start();
    Walk *walk = walk_new (fake.channel);
    Want again = { MUGAI_REPLACE, "text", "", true };
    g_autofree char *out = NULL;

    CHECK (got (walk, "gz", "Tsecret 1\n", walk_decision ("unwrap", NULL), &again, NULL));
    CHECK (got (walk, "gz", "Tsecret 1\n", walk_decision ("unwrap,mask", NULL), &replaced, &out));
    CHECK (g_strcmp0 (out, "secret *\n") == 0);
    CHECK (walk->left == (10 << 20) - 2 * strlen ("secret 1\n"));
    CHECK (got (walk, "gz", "Tx", walk_decision ("unwrap,bad", "unwrap", NULL), &again,
                NULL)); /* bad: REFUSE by the fake */
    walk->left = 3;
    CHECK (refused (walk, "gz", "Tmore than three", "unwrap", "filter.limit"));
    walk_free (walk);
    fake_stop (&fake);
}

static void
test_answers (void)
{
    static const char *const cases[][2] = {
        { "K", "filter.only-judges" }, { "R", "withheld.encrypted" }, { "X", "filter.output-type" },
        { "N", "filter.output-type" }, { "V", "filter.output-type" }, { "C", "filter.nonsense" },
    };
    Fake fake = fake_start();
    Walk *walk = walk_new (fake.channel);
    Want drop = { MUGAI_DROP, NULL, "withheld.encrypted", false };
    g_autoptr (GError) error = NULL;
    MugaiChainResult result = { 0 };

    for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
        CHECK_NAMED (refused (walk, "bin", cases[i][0], "bad", cases[i][1]), "answer %s: %s",
                     cases[i][0], cases[i][1]);
    CHECK (refused (walk, "bin", "Btoo much", "bad", "filter.limit"));
    CHECK (got (walk, "bin", "D", walk_decision ("bad", "bad", NULL), &drop,
                NULL)); /* no other chain is tried */
    CHECK (got (walk, "text", "R1", walk_decision ("bad", "mask", NULL), &replaced, NULL));
    CHECK (strstr (walk->findings->str, "withheld.encrypted=1[red \\x1b[31m]") != NULL);
    MugaiChainRun *run = walk_start (walk, "bin", "L", walk_decision ("bad", "mask", NULL));
    CHECK (!mugai_chain_finish (walk->chain, run, &result, &error) &&
           g_error_matches (error, MUGAI_ERROR, MUGAI_ERROR_RESOURCE));
    walk_free (walk);
    CHECK (fake_stop (&fake) >= 0);
}

static void
test_broken (void)
{
    for (const char *how = "hjdkumwe2"; *how != '\0'; how++) {
        Fake fake = fake_start();
        Walk *walk = walk_new (fake.channel);
        char data[2] = { *how, '\0' };
        MugaiChainResult result = { 0 };
        g_autoptr (GError) error = NULL;
        g_autoptr (GError) next = NULL;
        /* The later of two is answered first. */
        MugaiChainRun *other = walk_start (walk, "bin", "R", walk_decision ("bad", NULL));
        MugaiChainRun *run = walk_start (walk, "bin", data, walk_decision ("bad", "mask", NULL));
        bool first = mugai_chain_finish (walk->chain, run, &result, &error);
        mugai_chain_result_clear (&result);
        bool second = mugai_chain_finish (walk->chain, other, &result, &next);
        CHECK_NAMED (!second || *how == '2', "broken %c: the other run fails too", *how);
        CHECK_NAMED (first ? *how == '2'
                           : g_error_matches (error, MUGAI_ERROR, MUGAI_ERROR_INTERNAL),
                     "broken %c: internal error", *how);
        mugai_chain_result_clear (&result);
        MugaiChainRun *late = walk_start (walk, "bin", "P", walk_decision ("bad", "mask", NULL));
        g_clear_error (&next);
        CHECK_NAMED (!mugai_chain_finish (walk->chain, late, &result, &next),
                     "broken %c: it stays broken", *how);
        walk_free (walk);
        fake_stop (&fake);
    }
}

static const char bundle[] = "a.bin 2\nP1b.txt 3\nnr2c.bin 2\nP3d.bin 1\nR";

static void
test_container (void)
{
    Fake fake = fake_start();
    Walk *walk = walk_new (fake.channel);
    g_autofree char *out = NULL;

    walk->child_decision = walk_decision ("bad", "mask", NULL);
    CHECK (got (walk, "bin", bundle, walk_decision ("bundle", NULL), &replaced, &out));
    CHECK (g_strcmp0 (out, "[a.bin: png, 5]\n[b.txt]\nnr*[c.bin: png, 5]\n[d.bin]\nR") == 0);
    walk_free (walk);
    int most = fake_stop (&fake);
    CHECK_NAMED (most == 4, "children side by side: %d at a time", most);
}

static void
test_container_ends (void)
{
    Walk *walk = walk_new (-1);
    Want drop = { MUGAI_DROP, NULL, "filter.note", false };

    walk->child_decision = walk_decision ("mask", NULL);
    CHECK (got (walk, "bin", "a 1\n1b 1\n2", walk_decision ("bundle how=flat", NULL), &drop, NULL));
    CHECK (walk->n_children == 2 && walk->children[0].delivered && walk->children[1].delivered &&
           walk->discarded == 0);
    CHECK (refused (walk, "bin", "a 1\n1", "bundle how=forget", "filter.nonsense") &&
           walk->discarded == 1);
    CHECK (refused (walk, "bin", "a 1\n1b 99\n2", "bundle", "filter.refused") &&
           walk->discarded == 2);
    walk->left = 0;
    CHECK (refused (walk, "bin", "a 1\n1", "bundle", "limit.expanded") && walk->discarded == 2);
    walk_free (walk);
}

static void
test_modules (void)
{
    static const char *const nowhere[] = { "/nonexistent/filters", NULL };
    const char *twice[] = { g_getenv ("MUGAI_TEST_FILTERS"), g_getenv ("MUGAI_TEST_FILTERS"),
                            NULL };
    g_autofree char *folder = g_dir_make_tmp ("mugai-XXXXXX", NULL);
    g_autofree char *file = g_build_filename (folder, "broken.so", NULL);
    const char *broken[] = { folder, NULL };
    g_autoptr (GError) error = NULL;

    g_autoptr (MugaiModules) none = mugai_modules_load (nowhere, &error);
    CHECK (none != NULL && mugai_modules_catalogue (none)->filters->len == 0);
    g_autoptr (MugaiModules) second = mugai_modules_load (twice, &error);
    CHECK (second == NULL && g_error_matches (error, MUGAI_ERROR, MUGAI_ERROR_USAGE) &&
           strstr (error->message, "second"));
    g_clear_error (&error);
    g_file_set_contents (file, "no module", -1, NULL);
    g_autoptr (MugaiModules) bad = mugai_modules_load (broken, &error);
    CHECK (bad == NULL && g_error_matches (error, MUGAI_ERROR, MUGAI_ERROR_USAGE) &&
           strstr (error->message, file));
    remove (file);
    remove (folder);
    g_clear_error (&error);
    g_autofree char *taken = g_build_filename (g_getenv ("MUGAI_TEST_FILTERS"), "taken", NULL);
    const char *shadow[] = { taken, NULL };
    g_autoptr (MugaiModules) shadowed = mugai_modules_load (shadow, &error);
    CHECK (shadowed == NULL && g_error_matches (error, MUGAI_ERROR, MUGAI_ERROR_USAGE) &&
           strstr (error->message, "second-reader is Mugai's own"));
    Walk *walk = walk_new (-1);
    const MugaiCatalogueFilter *row =
        mugai_catalogue_find (mugai_modules_catalogue (walk->modules), "unwrap");
    CHECK (row != NULL && row->runs == MUGAI_RUNS_CONVERTER && strcmp (row->takes, "gz") == 0);
    walk_free (walk);
}

static MugaiPartFacts
inspected (Walk *walk, const char *type, const char *data)
{
    MugaiPartFacts facts = { .type = type, .family = "data", .name = "" };
    g_autoptr (GBytes) bytes = g_bytes_new (data, strlen (data));
    MugaiChainPart part = { .data = bytes, .facts = &facts, .path = "1", .index = 1 };
    MugaiPartFacts found = facts;

    mugai_chain_inspect (walk->chain, &part, "pages", &found);
    return found;
}

static void
test_inspect (void)
{
    Fake fake = fake_start();
    Walk *walk = walk_new (fake.channel);
    MugaiPartFacts facts = inspected (walk, "bin", "F");

    CHECK (facts.pages_known && facts.pages == 12 && facts.encrypted == MUGAI_NO &&
           facts.is_signed == MUGAI_UNKNOWN &&
           facts.active == (MUGAI_ACTIVE_KNOWN | MUGAI_ACTIVE_MACRO));
    facts = inspected (walk, "bin", "f");
    CHECK (!facts.pages_known && facts.encrypted == MUGAI_UNKNOWN && facts.active == 0);
    facts = inspected (walk, "bin", "R");
    CHECK (!facts.pages_known && facts.active == 0);
    facts = inspected (walk, "exe", "F");
    CHECK (!facts.pages_known && facts.active == 0);
    walk_free (walk);
    fake_stop (&fake);
}

int
main (void)
{
    test_inspect();
    test_modules();
    test_walk();
    test_bad();
    test_flight();
    test_converter();
    test_answers();
    test_broken();
    test_container();
    test_container_ends();
    return tap_done();
}
