/* SPDX-License-Identifier: Apache-2.0
 *
 * html: what html-text costs inside one process, or the text it gives.
 *
 * Usage: bench-html [-r ROUNDS] FILE...    reads all files, turns each to text ROUNDS times (1),
 *                                          prints bytes, seconds of processor time, MB/s
 *        bench-html -p FILE                prints the text of one file (UTF-8)
 *        bench-html -o FOLDER FILE...      writes FOLDER/NAME.txt for each
 */
#include "html-text/html-text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

typedef struct File {
    const char *path;
    uint8_t *data;
    size_t size;
} File;

static int
usage (void)
{
    fprintf (stderr, "usage: bench-html [-r ROUNDS] [-p] [-o FOLDER] FILE...\n");
    return 2;
}

static bool
read_all (File *f)
{
    FILE *in = fopen (f->path, "rb");
    size_t n = 1, room = 0;
    while (in != NULL && n > 0) {
        if (room - f->size < 65536) {
            uint8_t *data = realloc (f->data, room += 1 << 20);
            if (data == NULL)
                abort();
            f->data = data;
        }
        n = fread (f->data + f->size, 1, room - f->size, in);
        f->size += n;
    }
    if (in != NULL)
        fclose (in);
    return in != NULL;
}

/* To text once. @out: NULL, or where it goes. */
static void
convert (const File *f, FILE *out)
{
    MugaiHtmlTextOptions options = mugai_html_text_options();
    MugaiHtmlTextStats stats;
    MugaiBuffer text = mugai_buffer (256u << 20);
    if (mugai_html_text (f->data, f->size, &options, &text, &stats) != 0)
        abort();
    if (out != NULL && text.size > 0)
        fwrite (text.data, 1, text.size, out);
    mugai_buffer_clear (&text);
}

static void
write_one (const File *f, const char *folder)
{
    char path[4096];
    const char *slash = strrchr (f->path, '/');
    snprintf (path, sizeof path, "%s/%s.txt", folder, slash != NULL ? slash + 1 : f->path);
    FILE *out = fopen (path, "wb");
    if (out == NULL)
        abort();
    convert (f, out);
    fclose (out);
}

static void
measure (const File *files, int n, int rounds)
{
    size_t bytes = 0;
    clock_t start = clock();
    for (int r = 0; r < rounds; r++) {
        for (int i = 0; i < n; i++) {
            convert (&files[i], NULL);
            bytes += files[i].size;
        }
    }
    double seconds = (double)(clock() - start) / CLOCKS_PER_SEC;
    printf ("%zu bytes %.3f s %.2f MB/s\n", bytes, seconds,
            seconds > 0 ? (double)bytes / 1e6 / seconds : 0);
}

int
main (int argc, char **argv)
{
    int rounds = 1, option;
    bool print = false;
    const char *folder = NULL;
    while ((option = getopt (argc, argv, "r:po:")) != -1) {
        if (option == 'r')
            rounds = atoi (optarg);
        else if (option == 'p')
            print = true;
        else if (option == 'o')
            folder = optarg;
        else
            return usage();
    }
    int n = argc - optind;
    File *files = n > 0 ? calloc ((size_t)n, sizeof *files) : NULL;
    if (files == NULL)
        return usage();
    for (int i = 0; i < n; i++) {
        files[i].path = argv[optind + i];
        if (!read_all (&files[i])) {
            perror (files[i].path);
            return 2;
        }
    }
    if (!print && folder == NULL)
        measure (files, n, rounds);
    for (int i = 0; i < n; i++) {
        if (print)
            convert (&files[i], stdout);
        if (folder != NULL)
            write_one (&files[i], folder);
        free (files[i].data);
    }
    free (files);
    return 0;
}
