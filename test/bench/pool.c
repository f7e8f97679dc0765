/* SPDX-License-Identifier: Apache-2.0
 *
 * pool: items per second and CPU per item of the pool alone (walk and verify children, no MTA, no keep), on one mail.
 *
 * Usage: pool PROGRAMS MAIL [COUNT [IN-FLIGHT]]; prints one line.
 */
#include "base/fd.h"
#include "base/memfd.h"
#include "cli/session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

typedef struct {
    MugaiPool *pool;
    int content;
    MugaiSubmission submission;
    unsigned left, flying, answers[8];
} Bench;

static void
on_done (void *data, const MugaiPoolOutcome *outcome)
{
    Bench *bench = data;

    bench->flying--;
    bench->answers[outcome->frame.answer & 7]++;
}

static void
submit (Bench *bench)
{
    g_autoptr (MugaiEnvelope) envelope = mugai_envelope_new ();

    envelope->kind = MUGAI_ITEM_MAIL;
    envelope->sender = g_strdup ("taro@example.jp");
    g_ptr_array_add (envelope->recipients, g_strdup ("hanako@city.example.lg.jp"));
    mugai_id_random (envelope->id);
    mugai_autofd fd = mugai_session_envelope (envelope, NULL);
    bench->left--;
    bench->flying++;
    mugai_pool_submit (bench->pool, bench->content, fd, &bench->submission, on_done, bench);
}

static double
cpu_seconds (int who)
{
    struct rusage r;

    getrusage (who, &r);
    return (double) (r.ru_utime.tv_sec + r.ru_stime.tv_sec) + (double) (r.ru_utime.tv_usec + r.ru_stime.tv_usec) / 1e6;
}

int
main (int argc, char **argv)
{
    g_autoptr (GError) error = NULL;
    g_autofree char *mail = NULL;
    gsize size = 0;
    unsigned count = argc > 3 ? (unsigned) atoi (argv[3]) : 2000, flying = argc > 4 ? (unsigned) atoi (argv[4]) : 4;
    Bench bench = { .left = count, .content = mugai_memfd_new ("mail") };

    if (argc < 3 || !g_file_get_contents (argv[2], &mail, &size, &error)) {
        fprintf (stderr, "usage: pool PROGRAMS MAIL [COUNT [IN-FLIGHT]]\n");
        return 2;
    }
    g_autofree char *filters = g_build_filename (argv[1], "filters", NULL);
    const char *folders[] = { filters, NULL };
    g_autoptr (MugaiCatalogue) catalogue = mugai_catalogue_new ();
    MugaiPoolConfig config = { .programs = argv[1], .filter_dirs = folders, .catalogue = catalogue, .active = flying, .queue = 2 * flying, .bytes = 1 << 30 };
    MugaiLoop *loop = mugai_loop_new ();
    MugaiRules *rules = mugai_rules_load (NULL, NULL, &error);
    bench.pool = rules != NULL ? mugai_pool_new (loop, &config, rules, &error) : NULL;
    if (bench.pool == NULL || !mugai_pool_wait_ready (bench.pool, 20000000, &error)) {
        fprintf (stderr, "%s\n", error->message);
        return 2;
    }
    mugai_memfd_append (bench.content, mail, size);
    mugai_memfd_seal (bench.content);
    bench.submission.size = size;
    mugai_sha256 (mail, size, bench.submission.sha256);
    double cpu = cpu_seconds (RUSAGE_SELF);
    uint64_t start = mugai_now_us ();
    while (bench.left > 0 || bench.flying > 0) {
        while (bench.left > 0 && bench.flying < flying)
            submit (&bench);
        mugai_loop_turn (loop);
    }
    double seconds = (double) (mugai_now_us () - start) / 1e6;
    double self = cpu_seconds (RUSAGE_SELF) - cpu;
    mugai_pool_free (bench.pool);
    struct rusage children;
    getrusage (RUSAGE_CHILDREN, &children);
    printf ("%u items, %.0f items/s, supervisor %.0f us CPU/item, children %.0f us CPU/item, %.0f page faults/item; delivered %u withheld %u held %u later %u\n",
            count, count / seconds, self / count * 1e6, cpu_seconds (RUSAGE_CHILDREN) / count * 1e6,
            (double) children.ru_minflt / count,
            bench.answers[MUGAI_ANSWER_DELIVER], bench.answers[MUGAI_ANSWER_WITHHELD], bench.answers[MUGAI_ANSWER_HOLD],
            bench.answers[MUGAI_ANSWER_TRY_AGAIN]);
    return 0;
}
