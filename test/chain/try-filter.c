/* SPDX-License-Identifier: Apache-2.0
 *
 * try-filter: run one filter that runs in the walk over standard input, as the chain would, without
 * mail, rules or sandbox. usage: try-filter FOLDER FILTER TYPE ["name=value ..."] < IN > OUT;
 * verdict, reason and findings on standard error. Exit: 0 KEEP or REPLACE, 1 DROP or REFUSE, 2
 * usage.
 */
#include "walk.h"

#include <stdio.h>
#include <string.h>

static GBytes *
read_input (void)
{
    GByteArray *bytes = g_byte_array_new();
    uint8_t block[4096];
    size_t n;

    while ((n = fread (block, 1, sizeof block, stdin)) > 0)
        g_byte_array_append (bytes, block, (guint)n);
    return g_byte_array_free_to_bytes (bytes);
}

static int
try_it (Walk *walk, const char *type, const char *chain)
{
    g_autoptr (GBytes) input = read_input();
    g_autoptr (GError) error = NULL;
    MugaiPartFacts facts = { .type = type, .family = "text", .name = "input" };
    MugaiChainPart part = { .data = input, .facts = &facts, .path = "input", .index = 1 };
    MugaiChainResult result = { 0 };
    MugaiChainRun *run = mugai_chain_start (walk->chain, &part, walk_decision (chain, NULL));

    if (!mugai_chain_finish (walk->chain, run, &result, &error)) {
        fprintf (stderr, "try-filter: %s\n", error->message);
        return 1;
    }
    static const char *const words[] = { "", "KEEP", "REPLACE", "DROP", "REFUSE" };
    fprintf (stderr, "%s %s %s %s\n%s\n", words[result.verdict],
             result.type != NULL ? result.type : "-", result.reason, result.evidence,
             walk->findings->str);
    bool forward = result.data != NULL;
    if (forward)
        fwrite (g_bytes_get_data (result.data, NULL), 1, g_bytes_get_size (result.data), stdout);
    mugai_chain_result_clear (&result);
    return forward ? 0 : 1;
}

int
main (int argc, char **argv)
{
    if (argc != 4 && argc != 5) {
        fputs ("usage: try-filter FOLDER FILTER TYPE [\"name=value ...\"] < IN > OUT\n", stderr);
        return 2;
    }
    g_setenv ("MUGAI_TEST_FILTERS", argv[1], TRUE);
    Walk *walk = walk_new (-1);
    g_autofree char *chain = g_strjoin (" ", argv[2], argc == 5 ? argv[4] : NULL, NULL);
    int status = try_it (walk, argv[3], chain);
    walk_free (walk);
    return status;
}
