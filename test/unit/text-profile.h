/* SPDX-License-Identifier: Apache-2.0
 *
 * text-profile: ask the verifier's recogniser whether a text may be a body, and read whole files;
 * for the tests of text.
 */
#pragma once

#include "verify/check.h"
#include "verify/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* True when @text is in the profile of bodies; prints the clause when not. */
static inline bool
profile_accepts (const char *text, size_t size)
{
    MugaiVerifyResult result = { 0 };
    MugaiCheck check = { .result = &result };
    bool ok =
        mugai_text_check (&check, (const uint8_t *)(size > 0 ? text : ""), size, MUGAI_TEXT_BODY);
    if (!ok)
        printf ("# refused: %s at %llu: %s\n", result.verdict.clause, (unsigned long long)result.verdict.offset,
                result.verdict.why);
    return ok;
}

/* Returns: the file's bytes (free()), NULL when there is none. */
static inline char *
read_file (const char *path, size_t *ret_size)
{
    FILE *file = fopen (path, "rb");
    char *data = NULL;
    size_t size = 0, room = 0, n = 1;
    while (file != NULL && n > 0) {
        if (room - size < 65536)
            data = realloc (data, room += 1 << 20);
        n = fread (data + size, 1, room - size, file);
        size += n;
    }
    if (file != NULL)
        fclose (file);
    *ret_size = size;
    return data;
}

static inline double
cpu_seconds (void)
{
    return (double)clock() / CLOCKS_PER_SEC;
}
