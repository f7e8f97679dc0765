/* SPDX-License-Identifier: Apache-2.0
 *
 * P4: a worker that lies is caught. The real pool and the real verifier, a worker that lies
 * (lying-worker.c), and for each lie: nothing of it is delivered. The honest mode must be
 * delivered, so that the test can fail.
 *
 * Usage: test-lying FOLDER, which holds mugai-worker (the liar) and mugai-verify.
 */
#include "base/memfd.h"
#include "cli/session.h"
#include "core/error.h"

#include "../unit/tap.h"

typedef struct {
    bool done;
    MugaiAnswer answer;
    char reason[48], output[8192];
} Seen;

static void
on_done (void *data, const MugaiPoolOutcome *outcome)
{
    Seen *seen = data;
    mugai_automap map = { 0 };

    seen->done = true;
    seen->answer = (MugaiAnswer)outcome->frame.answer;
    memcpy (seen->reason, outcome->frame.reason, sizeof seen->reason);
    if (outcome->output >= 0 &&
        mugai_memfd_map (outcome->output, sizeof seen->output - 1, &map) == 0)
        memcpy (seen->output, map.data, map.size);
}

static void
log_line (void *data, int priority, const char *text)
{
    (void)data;
    (void)priority;
    printf ("# %s\n", text);
}

static int
sealed (const void *data, size_t size)
{
    int fd = mugai_memfd_new ("test");

    mugai_memfd_append (fd, data, size);
    mugai_memfd_seal (fd);
    return fd;
}

static Seen
submit (MugaiLoop *loop, MugaiPool *pool, const char *lie, uint64_t time_us)
{
    g_autofree char *content =
        g_strdup_printf ("Lie: %s\nSubject: evil\n\nevil content %s\n", lie, lie);
    g_autoptr (MugaiEnvelope) envelope = mugai_envelope_new();
    MugaiSubmission submission = { .size = strlen (content), .time_us = time_us };
    Seen seen = { 0 };

    envelope->kind = MUGAI_ITEM_MAIL;
    envelope->sender = g_strdup ("taro@example.jp");
    memset (envelope->id, '7', 32);
    g_autoptr (GBytes) bytes = mugai_envelope_write (envelope);
    mugai_sha256 (content, submission.size, submission.sha256);
    int content_fd = sealed (content, submission.size);
    int envelope_fd = sealed (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
    mugai_pool_submit (pool, content_fd, envelope_fd, &submission, on_done, &seen);
    while (!seen.done && mugai_loop_turn (loop))
        ;
    close (content_fd);
    close (envelope_fd);
    return seen;
}

int
main (int argc, char **argv)
{
    static const char *const lies[] = {
        "copy",
        "part",
        "header",
        "cr",
        "sums",
        "report-delivered",
        "report-leaf",
        "report-digest",
        "report-id",
        "grammar",
        "report-extra",
        "report-sums",
        "report-garbage",
        "size",
        "outcome",
        "kind",
        "job",
        "descriptor",
        "trailing",
        "map",
        "crash",
        "forbidden",
        "silent",
    };
    g_autoptr (GError) error = NULL;
    MugaiLoop *loop = mugai_loop_new();
    g_autoptr (MugaiCatalogue) catalogue = mugai_catalogue_new();
    const char *none[] = { NULL };
    MugaiPoolConfig config = { .programs = argc > 1 ? argv[1] : ".",
                               .filter_dirs = none,
                               .catalogue = catalogue,
                               .active = 2,
                               .queue = 10,
                               .bytes = 1 << 20,
                               .log = log_line };
    MugaiRules *rules = mugai_rules_load (NULL, NULL, &error);
    MugaiPool *pool = rules != NULL ? mugai_pool_new (loop, &config, rules, &error) : NULL;

    if (pool == NULL || !mugai_pool_wait_ready (pool, 20000000, &error)) {
        if (g_getenv ("MUGAI_SANDBOX_MUST_WORK") == NULL && error != NULL &&
            strstr (error->message, "sandbox") != NULL)
            SKIP (error->message);
        else
            CHECK_NAMED (false, "pool: %s", error != NULL ? error->message : "no rules");
        return tap_done();
    }
    Seen honest = submit (loop, pool, "none", 0);
    CHECK_NAMED (honest.answer == MUGAI_ANSWER_DELIVER, "an honest result is delivered (answer %d)",
                 (int)honest.answer);
    for (size_t i = 0; i < G_N_ELEMENTS (lies); i++) {
        Seen seen = submit (loop, pool, lies[i], 0);
        CHECK_NAMED (seen.answer == MUGAI_ANSWER_HOLD, "lie \"%s\": held (answer %d, %s)", lies[i],
                     (int)seen.answer, seen.reason);
        CHECK_NAMED (g_str_has_prefix (seen.reason, "poison."),
                     "lie \"%s\": the notice names poison", lies[i]);
        CHECK_NAMED (strstr (seen.output, "evil") == NULL &&
                         strstr (seen.output, "smuggled") == NULL,
                     "lie \"%s\": nothing of it is in the output", lies[i]);
        Seen again = submit (loop, pool, lies[i], 0);
        CHECK_NAMED (again.answer == MUGAI_ANSWER_HOLD &&
                         strcmp (again.reason, "poison.known") == 0,
                     "lie \"%s\": known when it comes again (%s)", lies[i], again.reason);
    }
    Seen hang = submit (loop, pool, "hang", 300000);
    CHECK_NAMED (hang.answer == MUGAI_ANSWER_HOLD && strcmp (hang.reason, "poison.deadline") == 0,
                 "a worker that hangs: %s", hang.reason);
    /* Sealed before the verifier reads it, so later writes and second replies change nothing. */
    Seen late = submit (loop, pool, "write-later", 0), twice = submit (loop, pool, "twice", 0);
    CHECK_NAMED ((late.answer == MUGAI_ANSWER_DELIVER && late.output[0] == 'F') ||
                     late.answer == MUGAI_ANSWER_HOLD,
                 "a worker that writes after its result: answer %d", (int)late.answer);
    CHECK (twice.answer == MUGAI_ANSWER_DELIVER && twice.output[0] == 'F');
    mugai_pool_free (pool);
    mugai_loop_free (loop);
    return tap_done();
}
