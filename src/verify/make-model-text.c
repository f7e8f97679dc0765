/* SPDX-License-Identifier: Apache-2.0 */
#include "verify/make-model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *text[TEXTS];
static unsigned offset[TEXTS], n, end;
static unsigned bucket[1 << 17]; /* 1 + index of a text */

unsigned
text_of (const char *t)
{
    unsigned at = mugai_model_hash_of (t) & ((1 << 17) - 1);

    for (; bucket[at] != 0; at = (at + 1) & ((1 << 17) - 1))
        if (is (text[bucket[at] - 1], t))
            return offset[bucket[at] - 1];
    if (n == TEXTS)
        abort();
    text[n] = t;
    offset[n] = end;
    end += (unsigned)strlen (t) + 1;
    bucket[at] = ++n;
    return offset[n - 1];
}

void
print_texts (void)
{
    printf ("const char mugai_model_text[] =\n");
    for (unsigned i = 0; i < n; i++) {
        printf ("    \"");
        for (const char *c = text[i]; *c != '\0'; c++)
            printf (*c == '"' || *c == '\\' ? "\\%c" : "%c", *c);
        printf ("\\0\"\n");
    }
    printf (n == 0 ? "    \"\";\n" : "    ;\n");
}

static int
compare (const void *a, const void *b)
{
    return strcmp (*(char *const *)a, *(char *const *)b);
}

void
print_sorted (char **word, size_t count)
{
    qsort (word, count, sizeof *word, compare);
    for (size_t i = 0; i < count; i++)
        printf ("%s%u,", i % 16 == 0 ? "\n    " : " ", text_of (word[i]));
}
