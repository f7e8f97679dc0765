/* SPDX-License-Identifier: Apache-2.0 */
#include "verify/field.h"

#include "verify/word-list.h"

#include <string.h>

enum { BYTES = 8192, TOLD = 1, SHOWN = 2 };

static bool
mark (MugaiFields *f, const char *type)
{
    if (strcmp (type, "begin") == 0) {
        if (f->open == MUGAI_FIELDS)
            return false;
        f->told[f->open++] = 0;
        return true;
    }
    if (f->open == 0)
        return false;
    uint8_t *told = &f->told[f->open - 1];
    uint8_t before = *told;
    *told = SHOWN;
    if (strcmp (type, "separate") == 0)
        return before == TOLD;
    f->open--;
    return before != 0;
}

bool
mugai_fields_start (MugaiFields *f, const char *name, const char *const *atts, uint64_t at)
{
    bool ok = true;

    if (strcmp (name, "w:instrText") == 0) {
        ok = f->open > 0 && f->told[f->open - 1] == 0;
        if (ok)
            f->told[f->open - 1] = TOLD;
    } else if (strcmp (name, "w:fldChar") == 0) {
        for (; atts[0] != NULL; atts += 2)
            if (strcmp (atts[0], "w:fldCharType") == 0)
                ok = mark (f, atts[1]);
    }
    return ok || mugai_refuse (f->check, "O-20", at, "marks of a field");
}

bool
mugai_fields_end (MugaiFields *f, uint64_t at)
{
    return f->open == 0 || mugai_refuse (f->check, "O-20", at, "a field without its end");
}

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
