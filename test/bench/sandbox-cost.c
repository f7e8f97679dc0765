/* SPDX-License-Identifier: Apache-2.0
 *
 * sandbox-cost: what mugai_sandbox_child() adds to fork + exit + wait in a locked zygote; median
 * and 95th percentile in microseconds over interleaved rounds. Usage: sandbox-cost [ROUNDS]
 */
#include "sandbox/sandbox.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { ROUNDS = 2000, ROUNDS_MAX = 100000 };

typedef enum Kind { BARE, IN_ZYGOTE, LOCKED, KINDS } Kind;

static double
now_us (void)
{
    struct timespec t;

    clock_gettime (CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static double
one (Kind kind)
{
    int status = 0;
    double start = now_us();
    pid_t pid = fork();

    if (pid == 0)
        _exit (kind == LOCKED && mugai_sandbox_child (MUGAI_PROFILE_WALK, NULL) < 0 ? 1 : 0);
    if (pid < 0 || waitpid (pid, &status, 0) != pid || status != 0)
        _exit (2);
    return now_us() - start;
}

static int
compare (const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* Sorts. Returns: the median, after printing it and the 95th percentile. */
static double
report (const char *name, double *values, size_t count)
{
    qsort (values, count, sizeof *values, compare);
    printf ("%-34s %8.1f %8.1f\n", name, values[count / 2], values[count * 95 / 100]);
    return values[count / 2];
}

/* In a process of its own, because the lock-down cannot be taken back: a pair of times for every
 * byte that comes. */
static void
serve_locked (int socket)
{
    MugaiLockdownStatus status;
    char go;
    double start = now_us();

    if (mugai_sandbox_zygote (MUGAI_PROFILE_WALK, NULL, &status) < 0) {
        fprintf (stderr, "sandbox-cost: %s\n", status.text);
        _exit (1);
    }
    double times[2] = { now_us() - start, 0 };
    do {
        if (write (socket, times, sizeof times) != sizeof times)
            _exit (1);
        if (read (socket, &go, 1) != 1)
            _exit (0);
        times[0] = one (IN_ZYGOTE);
        times[1] = one (LOCKED);
    } while (true);
}

/* Interleaved, so that a busy host hits all kinds alike. */
static int
measure (double *values[KINDS], size_t rounds, int socket)
{
    double times[2];

    if (read (socket, times, sizeof times) != sizeof times)
        return 1;
    printf ("%-34s %8s %8s\n%-34s %8.1f\n", "us", "median", "p95", "zygote lock-down, once",
            times[0]);
    for (size_t i = 0; i < rounds; i++) {
        values[BARE][i] = one (BARE);
        if (write (socket, "", 1) != 1 || read (socket, times, sizeof times) != sizeof times)
            return 1;
        values[IN_ZYGOTE][i] = times[0];
        values[LOCKED][i] = times[1];
    }
    double bare = report ("bare fork, exit, wait", values[BARE], rounds);
    report ("fork of a locked zygote", values[IN_ZYGOTE], rounds);
    double locked = report ("the same + mugai_sandbox_child()", values[LOCKED], rounds);
    printf ("%-34s %8.1f\n", "more than bare, median", locked - bare);
    return 0;
}

int
main (int argc, char **argv)
{
    long rounds = argc > 1 ? strtol (argv[1], NULL, 10) : ROUNDS;
    double *values[KINDS];
    int pair[2];

    if (rounds < 1 || rounds > ROUNDS_MAX) {
        fprintf (stderr, "usage: sandbox-cost [ROUNDS], 1 to %d\n", ROUNDS_MAX);
        return 2;
    }
    for (Kind k = 0; k < KINDS; k++)
        values[k] = calloc ((size_t)rounds, sizeof (double));
    if (values[BARE] == NULL || values[IN_ZYGOTE] == NULL || values[LOCKED] == NULL ||
        socketpair (AF_UNIX, SOCK_SEQPACKET, 0, pair) < 0)
        return 2;
    pid_t helper = fork();
    if (helper == 0) {
        close (pair[0]);
        serve_locked (pair[1]);
    }
    close (pair[1]);
    int r = measure (values, (size_t)rounds, pair[0]);
    close (pair[0]);
    if (helper > 0)
        waitpid (helper, NULL, 0);
    for (Kind k = 0; k < KINDS; k++)
        free (values[k]);
    return r;
}
