/* SPDX-License-Identifier: Apache-2.0
 *
 * embed: build-time program. `embed NAME=FILE...` prints C source with each file as a byte array
 * and a table mugai_presets[], so that the YAML under samples/ is the only place where a preset is
 * written.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int
print_file (const char *path, int index)
{
    FILE *file = fopen (path, "rb");
    int c, n = 0;

    if (file == NULL) {
        perror (path);
        return -1;
    }
    printf ("static const unsigned char preset_%d[] = {", index);
    while ((c = getc (file)) != EOF)
        printf ("%s%d,", n++ % 20 == 0 ? "\n    " : " ", c);
    printf ("\n};\n");
    fclose (file);
    return 0;
}

int
main (int argc, char **argv)
{
    puts ("#include \"rules/preset.h\"");
    for (int i = 1; i < argc; i++) {
        const char *path = strchr (argv[i], '=');
        if (path == NULL || print_file (path + 1, i) != 0)
            return EXIT_FAILURE;
    }
    puts ("const MugaiPreset mugai_presets[] = {");
    for (int i = 1; i < argc; i++) {
        const char *path = strchr (argv[i], '=') + 1, *slash = strrchr (path, '/');
        printf ("    { \"%.*s\", \"%s\", preset_%d, sizeof preset_%d },\n",
                (int)strcspn (argv[i], "="), argv[i], slash != NULL ? slash + 1 : path, i, i);
    }
    puts ("    { 0, 0, 0, 0 },\n};");
    return fflush (stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
