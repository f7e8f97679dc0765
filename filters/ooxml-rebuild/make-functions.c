/* SPDX-License-Identifier: Apache-2.0
 *
 * make-functions: functions.list as a sorted table in C, on standard output. Runs when Mugai is
 * built; its input is ours.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORDS = 2000, LENGTH = 32 };

static int
compare (const void *a, const void *b)
{
    return strcmp (a, b);
}

static size_t
read_words (FILE *in, char (*words)[LENGTH])
{
    char line[1024];
    size_t count = 0;

    while (fgets (line, sizeof line, in) != NULL) {
        line[strcspn (line, "#\n")] = '\0';
        for (char *word = strtok (line, " "); word != NULL; word = strtok (NULL, " ")) {
            if (count == WORDS || strlen (word) >= LENGTH)
                return 0;
            strcpy (words[count++], word);
        }
    }
    return count;
}

int
main (int argc, char **argv)
{
    static char words[WORDS][LENGTH];
    FILE *in = argc == 2 ? fopen (argv[1], "r") : NULL;
    size_t count = in != NULL ? read_words (in, words) : 0;

    if (count == 0)
        return EXIT_FAILURE;
    qsort (words, count, sizeof words[0], compare);
    puts ("/* Made by make-functions of functions.list. */");
    for (size_t i = 0; i < count; i++)
        printf ("\"%s\",\n", words[i]);
    return fclose (in) == 0 && fflush (stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
