/* SPDX-License-Identifier: Apache-2.0
 *
 * word-list: is a word in one of the sorted lists of the models? Process: verify. libc only.
 */
#pragma once

#include "verify/model-table.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* @list: @count offsets, sorted by their words as bytes. @word: @size bytes without NUL. */
static inline bool
mugai_word_in (const uint32_t *list, uint32_t count, const char *word, size_t size)
{
    uint32_t low = 0, high = count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        const char *known = mugai_model_string (list[middle]);
        int order = strncmp (known, word, size);
        if (order == 0 && known[size] == '\0')
            return true;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}
