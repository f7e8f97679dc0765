/* SPDX-License-Identifier: Apache-2.0 */
#include "verify/field.h"

#include "verify/word-list.h"

enum { BYTES = 8192 };

bool
mugai_field_fits (const char *text, size_t size)
{
    size_t at = 0, n = 0;

    while (at < size && text[at] == ' ')
        at++;
    while (at + n < size && text[at + n] >= 'A' && text[at + n] <= 'Z')
        n++;
    bool ended = at + n == size || text[at + n] == ' ';
    return ended && size <= BYTES &&
           mugai_word_in (mugai_model_fields, mugai_model_n_fields, text + at, n);
}
