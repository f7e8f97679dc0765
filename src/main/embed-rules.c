/* SPDX-License-Identifier: Apache-2.0
 *
 * embed-rules: build-time program. Prints the preset a-text in its binary form as a C array, so
 * that the worker's zygote can process a dummy item without a YAML parser in it.
 */
#include "rules/lint.h"

#include <stdio.h>
#include <stdlib.h>

int
main (void)
{
    static const char text[] = "version: 1\npreset: a-text\n";
    g_autoptr (MugaiRules) rules =
        mugai_rules_parse ("warm.yaml", text, sizeof text - 1, NULL, NULL);

    if (rules == NULL)
        return EXIT_FAILURE;
    g_autoptr (GBytes) binary = mugai_rules_write (rules);
    gsize size;
    const uint8_t *data = g_bytes_get_data (binary, &size);
    puts ("#include <stddef.h>\n#include \"main/warm-rules.h\"\nconst unsigned char "
          "mugai_warm_rules[] = {");
    for (gsize i = 0; i < size; i++)
        printf ("%d,%s", data[i], i % 24 == 23 ? "\n" : " ");
    printf ("};\nconst size_t mugai_warm_rules_size = %zu;\n", (size_t)size);
    return fflush (stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
