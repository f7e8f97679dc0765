/* SPDX-License-Identifier: Apache-2.0
 *
 * replay: run a fuzz target over every file of a folder, and over its beginnings, so that the seeds
 * stay good without libFuzzer. usage: replay-NAME FOLDER
 */
#include "../unit/tap.h"

#include <dirent.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

enum { CUTS = 256 /* beginnings of one file */ };

/* A copy of exactly @size bytes, so that a read past its end is seen. */
static void
run_one (const uint8_t *data, size_t size)
{
    uint8_t *copy = malloc (size > 0 ? size : 1);

    if (copy == NULL)
        abort();
    memcpy (copy, data, size);
    LLVMFuzzerTestOneInput (copy, size);
    free (copy);
}

static int
run_file (const char *path)
{
    static uint8_t data[1 << 20];
    FILE *file = fopen (path, "rb");

    if (file == NULL)
        return 0;
    size_t size = fread (data, 1, sizeof data, file);
    fclose (file);
    run_one (data, size);
    for (size_t i = 0; i < CUTS && i < size; i++)
        run_one (data, size <= CUTS ? i : size / CUTS * i);
    return 1;
}

int
main (int argc, char **argv)
{
    char path[4096];
    DIR *dir = argc == 2 ? opendir (argv[1]) : NULL;
    int seeds = 0;

    run_one ((const uint8_t *)"", 0);
    for (struct dirent *e; dir != NULL && (e = readdir (dir)) != NULL;)
        if (e->d_name[0] != '.') {
            snprintf (path, sizeof path, "%s/%s", argv[1], e->d_name);
            CHECK_NAMED (run_file (path), "%s", e->d_name);
            seeds++;
        }
    if (dir != NULL)
        closedir (dir);
    CHECK_NAMED (seeds > 0, "%d seeds", seeds);
    return tap_done();
}
