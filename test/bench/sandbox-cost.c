/* SPDX-License-Identifier: Apache-2.0
 *
 * sandbox-cost: what mugai_sandbox_child() adds to fork + exit + wait in a locked zygote; median
 * and 95th percentile in microseconds over interleaved rounds. Usage: sandbox-cost [ROUNDS]
 */
#include "sandbox/sandbox.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

static double
median (double *values, size_t count)
{
    qsort (values, count, sizeof *values, compare);
    return values[count / 2];
}

static void
report (const char *name, double *values, size_t count)
{
    double middle = median (values, count);

    printf ("%-34s %8.1f %8.1f\n", name, middle, values[count * 95 / 100]);
}

/* In a process of its own, because the lock-down cannot be taken back. Interleaved, so that a busy
 * host hits both. */
static int
measure_locked (double *with, double *without, size_t rounds)
{
    MugaiLockdownStatus status;
    double start = now_us();

    if (mugai_sandbox_zygote (MUGAI_PROFILE_WALK, NULL, &status) < 0) {
        fprintf (stderr, "sandbox-cost: %s\n", status.text);
        return 1;
    }
    printf ("%-34s %8.1f\n", "zygote lock-down, once", now_us() - start);
    for (size_t i = 0; i < rounds; i++) {
        without[i] = one (IN_ZYGOTE);
        with[i] = one (LOCKED);
    }
    report ("fork of a locked zygote", without, rounds);
    report ("the same + mugai_sandbox_child()", with, rounds);
    return 0;
}

int
main (int argc, char **argv)
{
    long rounds = argc > 1 ? strtol (argv[1], NULL, 10) : ROUNDS;

    if (rounds < 1 || rounds > ROUNDS_MAX) {
        fprintf (stderr, "usage: sandbox-cost [ROUNDS], 1 to %d\n", ROUNDS_MAX);
        return 2;
    }
    double *values[KINDS];
    for (Kind k = 0; k < KINDS; k++) {
        values[k] = calloc ((size_t)rounds, sizeof (double));
        if (values[k] == NULL)
            return 2;
    }
    printf ("%-34s %8s %8s\n", "us", "median", "p95");
    for (long i = 0; i < rounds; i++)
        values[BARE][i] = one (BARE);
    report ("bare fork, exit, wait", values[BARE], (size_t)rounds);
    int r = measure_locked (values[LOCKED], values[IN_ZYGOTE], (size_t)rounds);
    if (r == 0)
        printf ("%-34s %8.1f\n", "more than bare, median",
                median (values[LOCKED], (size_t)rounds) - median (values[BARE], (size_t)rounds));
    for (Kind k = 0; k < KINDS; k++)
        free (values[k]);
    return r;
}
