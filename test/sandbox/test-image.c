/* SPDX-License-Identifier: Apache-2.0
 *
 * The program in huge pages: the same bytes, never writable, in a child too. This program is linked
 * as the zygotes are; where the kernel has no MADV_COLLAPSE nothing may have changed.
 */
#include "sandbox/image.h"

#include "../unit/tap.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define FOUR(x)    x, x + 1, x + 2, x + 3
#define SIXTEEN(x) FOUR (x), FOUR (x + 4), FOUR (x + 8), FOUR (x + 12)
#define MANY(x)    SIXTEEN (x), SIXTEEN (x + 16), SIXTEEN (x + 32), SIXTEEN (x + 48)

enum { COUNT = 100000 };
static const uint32_t constants[COUNT] = { MANY (1) }; /* 400 kB of the read-only segment */

static uint64_t
sum (void)
{
    uint64_t total = 0;

    for (size_t i = 0; i < COUNT; i++)
        total += ((volatile const uint32_t *)constants)[i];
    return total;
}

/* Kilobytes of @name in the mapping of the constants. */
static long
kilobytes (const char *name)
{
    FILE *f = fopen ("/proc/self/smaps", "re");
    char line[512];
    unsigned long begin, end;
    long found = -1, value;
    int inside = 0;

    while (f != NULL && fgets (line, sizeof line, f) != NULL) {
        if (sscanf (line, "%lx-%lx ", &begin, &end) == 2)
            inside = begin <= (uintptr_t)constants && (uintptr_t)constants < end;
        else if (inside && strncmp (line, name, strlen (name)) == 0 &&
                 sscanf (line + strlen (name), ": %ld", &value) == 1)
            found = value;
    }
    if (f != NULL)
        fclose (f);
    return found;
}

int
main (void)
{
    uint64_t before = sum();
    size_t count = mugai_sandbox_image();
    void *page = (void *)((uintptr_t)constants / 4096 * 4096);
    int status = -1;

    CHECK (before == 64 * 65 / 2 && sum() == before);
    printf ("# %zu segments in huge pages\n", count);
    CHECK (count == 0 || kilobytes ("ShmemPmdMapped") >= 2048);
    CHECK (count == 0 || mprotect (page, 4096, PROT_READ | PROT_WRITE) < 0);
    pid_t pid = fork();
    if (pid == 0)
        _exit (sum() == before ? 0 : 1);
    CHECK (pid > 0 && waitpid (pid, &status, 0) == pid && status == 0);
    return tap_done();
}
