/* SPDX-License-Identifier: Apache-2.0 */
#include "rules/nearest.h"

#include <string.h>

enum { WORD = 48 }; /* longer words have no near ones */

static char
fold (char c)
{
    if (c >= 'A' && c <= 'Z')
        return (char)(c - 'A' + 'a');
    return c == '_' ? '-' : c;
}

static size_t
least (size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Optimal string alignment: changes, insertions, deletions, swaps of neighbours. */
static size_t
distance (const char *a, size_t a_size, const char *b, size_t b_size)
{
    size_t row[3][WORD + 1];

    for (size_t j = 0; j <= b_size; j++)
        row[0][j] = j;
    for (size_t i = 1; i <= a_size; i++) {
        size_t *at = row[i % 3], *last = row[(i + 2) % 3], *before = row[(i + 1) % 3];
        at[0] = i;
        for (size_t j = 1; j <= b_size; j++) {
            size_t change = last[j - 1] + (fold (a[i - 1]) != fold (b[j - 1]));
            at[j] = least (change, least (last[j], at[j - 1]) + 1);
            if (i > 1 && j > 1 && fold (a[i - 1]) == fold (b[j - 2]) &&
                fold (a[i - 2]) == fold (b[j - 1]))
                at[j] = least (at[j], before[j - 2] + 1);
        }
    }
    return row[a_size % 3][b_size];
}

MugaiNearest
mugai_nearest (const char *word)
{
    return (MugaiNearest){ .word = word };
}

void
mugai_nearest_try (MugaiNearest *nearest, const char *candidate)
{
    size_t size = strlen (nearest->word), other = strlen (candidate);

    if (size == 0 || size > WORD || other > WORD)
        return;
    size_t allowed = size <= 2 ? 1 : size <= 5 ? 2 : size / 3 + 1;
    size_t found = distance (nearest->word, size, candidate, other);
    if (found <= allowed && found < other &&
        (nearest->best[0] == '\0' || found < nearest->distance)) {
        memcpy (nearest->best, candidate, other + 1);
        nearest->distance = found;
    }
}
