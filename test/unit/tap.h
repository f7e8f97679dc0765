/* SPDX-License-Identifier: Apache-2.0
 *
 * tap: the smallest test frame: each CHECK is one line of the Test Anything Protocol. libc only, so that it serves the
 * parts that may link nothing else. A test program: a few functions, called by main, which ends with `return tap_done ();`.
 */
#pragma once

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Weak: the files of a program count together. */
__attribute__ ((weak)) int tap_count, tap_failed;

/* One test point; @ok is evaluated once. Goes on after a failure. */
#define CHECK(ok) tap_check ((ok), #ok, __FILE__, __LINE__)
/* As CHECK with a printf-like name. */
#define CHECK_NAMED(ok, ...) \
    do { \
        char tap_name[256]; \
        snprintf (tap_name, sizeof tap_name, __VA_ARGS__); \
        tap_check ((ok), tap_name, __FILE__, __LINE__); \
    } while (0)
/* A test that cannot run here: visible in the count of skips, with its reason. */
#define SKIP(why) printf ("ok %d # SKIP %s\n", ++tap_count, (why))

static inline int
tap_check (int ok, const char *name, const char *file, int line)
{
    printf ("%sok %d - ", ok ? "" : "not ", ++tap_count);
    for (const char *at = name; *at != '\0'; at++)
        putchar (*at == '#' || *at == '\n' ? ' ' : *at);
    putchar ('\n');
    if (!ok) {
        tap_failed++;
        printf ("# failed at %s:%d\n", file, line);
    }
    fflush (stdout);
    return ok;
}

static inline int
tap_done (void)
{
    printf ("1..%d\n", tap_count);
    return tap_failed > 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
