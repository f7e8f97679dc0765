/* SPDX-License-Identifier: Apache-2.0
 *
 * bench keep: what one mail costs in mugai-keep: put and record from N clients at once against a
 * real process. Usage: bench-keep MUGAI-KEEP DIR [CLIENTS [MAILS [BYTES]]]; prints mails/s, latency
 * of put, CPU of the keep per mail.
 */
#include "wire/keep.h"
#include "base/memfd.h"
#include "core/envelope.h"

#include <glib.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *socket_path;
static guint mails, bytes;

typedef struct Client {
    GThread *thread;
    unsigned seed;
    int64_t *latency_us;
    unsigned failed;
} Client;

/* Something like a mail: words, a fifth of it random. */
static void
fill (GRand *random, char *out, size_t size)
{
    static const char *const words[] = { "the ",  "order ", "平成", "報告",
                                         "mail ", "quick ", "\r\n", "Received: " };

    for (size_t at = 0; at < size;) {
        const char *word = words[g_rand_int_range (random, 0, G_N_ELEMENTS (words))];
        size_t n = MIN (strlen (word), size - at);
        memcpy (out + at, word, n);
        at += n;
        if (at < size && g_rand_int_range (random, 0, 3) == 0)
            out[at++] = (char)g_rand_int_range (random, 'a', 'z');
    }
}

static int
sealed (const void *data, size_t size)
{
    int fd = mugai_memfd_new ("bench");

    mugai_memfd_append (fd, data, size);
    mugai_memfd_seal (fd);
    return fd;
}

static bool
one_mail (MugaiKeepClient *client, GRand *random, char *content, int64_t *latency_us)
{
    g_autoptr (MugaiEnvelope) envelope = mugai_envelope_new();
    MugaiKeepPut put = { .kind = MUGAI_ITEM_MAIL };
    MugaiKeepRecord record = { .state = MUGAI_KEEP_HANDED_OVER,
                               .kind = MUGAI_ITEM_MAIL,
                               .in = 1,
                               .delivered = 1,
                               .size_in = bytes,
                               .size_out = bytes,
                               .subject = "報告",
                               .from = "a@example.jp" };
    char report[1500];

    mugai_id_random (envelope->id);
    envelope->sender = g_strdup ("sender@example.jp");
    envelope->client_address = g_strdup ("192.0.2.1");
    envelope->queue_id = g_strdup ("4ABCdefGHI");
    g_ptr_array_add (envelope->recipients, g_strdup ("one@city.example.lg.jp"));
    memcpy (content, envelope->id, 32);
    fill (random, report, sizeof report);
    g_autoptr (GBytes) wire = mugai_envelope_write (envelope);
    int content_fd = sealed (content, bytes), report_fd = sealed (report, sizeof report);
    int envelope_fd = sealed (g_bytes_get_data (wire, NULL), g_bytes_get_size (wire));
    memcpy (put.id, envelope->id, sizeof put.id);
    memcpy (record.id, envelope->id, sizeof record.id);
    mugai_sha256 (content, bytes, put.content_sha256);
    int64_t begin_us = g_get_monotonic_time();
    bool ok = mugai_keep_put (client, &put, content_fd, envelope_fd, MUGAI_KEEP_TIMEOUT_US, NULL);
    *latency_us = g_get_monotonic_time() - begin_us;
    ok = ok && mugai_keep_record (client, &record, report_fd, MUGAI_KEEP_TIMEOUT_US, NULL);
    close (content_fd);
    close (envelope_fd);
    close (report_fd);
    return ok;
}

static void *
run (void *data)
{
    Client *c = data;
    g_autoptr (MugaiKeepClient) client =
        mugai_keep_connect (socket_path, MUGAI_VERSION, 10000000, NULL);
    GRand *random = g_rand_new_with_seed (c->seed);
    g_autofree char *content = g_malloc (bytes);

    fill (random, content, bytes);
    for (guint i = 0; i < mails; i++)
        if (client == NULL || !one_mail (client, random, content, &c->latency_us[i]))
            c->failed++;
    g_rand_free (random);
    return NULL;
}

static int
compare (const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return x < y ? -1 : x > y;
}

static void
report (Client *clients, unsigned n, int64_t took_us, const struct rusage *keep)
{
    g_autofree int64_t *all = g_new (int64_t, (gsize)n * mails);
    size_t total = (size_t)n * mails;
    unsigned failed = 0;
    double cpu = (double)(keep->ru_utime.tv_sec + keep->ru_stime.tv_sec) * 1e6 +
                 (double)(keep->ru_utime.tv_usec + keep->ru_stime.tv_usec);
    double user = (double)keep->ru_utime.tv_sec * 1e6 + (double)keep->ru_utime.tv_usec;

    for (unsigned i = 0; i < n; i++) {
        memcpy (all + (size_t)i * mails, clients[i].latency_us, mails * sizeof *all);
        failed += clients[i].failed;
    }
    qsort (all, total, sizeof *all, compare);
    printf ("%u clients, %u bytes: %.0f mails/s, put median %lld us, p99 %lld us, keep CPU %.0f "
            "us/mail (user %.0f), "
            "failed %u, peak %ld kB\n",
            n, bytes, (double)total * 1e6 / (double)took_us, (long long)all[total / 2],
            (long long)all[total * 99 / 100], cpu / (double)total, user / (double)total, failed,
            keep->ru_maxrss);
}

static unsigned
number (int argc, char **argv, int at, unsigned otherwise)
{
    return argc > at ? (unsigned)strtoul (argv[at], NULL, 10) : otherwise;
}

int
main (int argc, char **argv)
{
    unsigned n = number (argc, argv, 3, 4);
    struct rusage usage;
    char *path;

    if (argc < 3 || n < 1 || n > 64) {
        fputs ("usage: bench-keep MUGAI-KEEP DIR [CLIENTS [MAILS [BYTES]]]\n", stderr);
        return 2;
    }
    mails = number (argc, argv, 4, 500);
    bytes = MAX (64, number (argc, argv, 5, 10240));
    socket_path = path = g_strconcat (argv[2], ".sock", NULL);
    pid_t pid = fork();
    if (pid == 0) {
        execl (argv[1], argv[1], "--dir", argv[2], "--listen", path, (char *)NULL);
        _exit (127);
    }
    for (int i = 0; i < 500 && access (path, F_OK) != 0; i++)
        g_usleep (10000);
    Client *clients = g_new0 (Client, n);
    int64_t begin_us = g_get_monotonic_time();
    for (unsigned i = 0; i < n; i++) {
        clients[i].seed = i + 1;
        clients[i].latency_us = g_new0 (int64_t, mails);
        clients[i].thread = g_thread_new ("client", run, &clients[i]);
    }
    for (unsigned i = 0; i < n; i++)
        g_thread_join (clients[i].thread);
    int64_t took_us = g_get_monotonic_time() - begin_us;
    kill (pid, SIGTERM);
    wait4 (pid, NULL, 0, &usage);
    report (clients, n, took_us, &usage);
    for (unsigned i = 0; i < n; i++)
        g_free (clients[i].latency_us);
    g_free (clients);
    g_free (path);
    return 0;
}
