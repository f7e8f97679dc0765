/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox/shed.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

static bool
is_listed (const char *path, const char *const *libraries)
{
    const char *slash = strrchr (path, '/');

    for (; slash != NULL && *libraries != NULL; libraries++)
        if (strncmp (slash + 1, *libraries, strlen (*libraries)) == 0)
            return true;
    return false;
}

size_t
mugai_sandbox_shed (const char *const *libraries)
{
    char line[4096];
    size_t count = 0;
    FILE *maps = getenv ("LD_BIND_NOW") != NULL ? fopen ("/proc/self/maps", "re") : NULL;

    while (maps != NULL && fgets (line, sizeof line, maps) != NULL) {
        unsigned long begin, end;
        if (sscanf (line, "%lx-%lx", &begin, &end) == 2 && is_listed (line, libraries) &&
            madvise ((void *)(uintptr_t)begin, end - begin, MADV_DONTFORK) == 0)
            count++;
    }
    if (maps != NULL)
        fclose (maps);
    return count;
}
