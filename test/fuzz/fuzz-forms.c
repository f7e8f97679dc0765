/* SPDX-License-Identifier: Apache-2.0
 *
 * forms: the choice among forms of a text. The input is cut at its NULs: each piece is one form.
 * What is chosen must be there, must not be empty while something can be read, and a form that
 * repeats another byte for byte is not taken with it.
 */
#include "message/forms.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static void
check (const MugaiForm *forms, size_t n, uint32_t chosen)
{
    bool readable = false, taken = false;

    for (size_t i = 0; i < n; i++) {
        bool blank = mugai_forms_blank (forms[i].text, forms[i].size);
        readable = readable || !blank;
        if ((chosen & 1u << i) == 0)
            continue;
        taken = taken || !blank;
        for (size_t k = 0; k < i; k++)
            if ((chosen & 1u << k) != 0 && forms[i].size == forms[k].size &&
                memcmp (forms[i].text, forms[k].text, forms[i].size) == 0)
                abort();
    }
    if (chosen == 0 || chosen >> n != 0 || readable != taken)
        abort();
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    MugaiForm forms[4] = { { 0 } };
    size_t n = 0;

    for (const uint8_t *at = data, *end = data + size; n < 4 && at <= end; n++) {
        const uint8_t *nul = at < end ? memchr (at, 0, (size_t)(end - at)) : NULL;
        const uint8_t *stop = nul != NULL ? nul : end;
        forms[n] = (MugaiForm){ .text = size > 0 ? (const char *)at : "",
                                .size = (size_t)(stop - at),
                                .kind = (MugaiFormKind)(n % 3 + 1) };
        at = stop + 1;
        if (nul == NULL) {
            n++;
            break;
        }
    }
    for (MugaiAlternatives how = MUGAI_ALTERNATIVES_COMPARE; how <= MUGAI_ALTERNATIVES_HTML; how++)
        check (forms, n, mugai_forms_choose (forms, n, how));
    return 0;
}
