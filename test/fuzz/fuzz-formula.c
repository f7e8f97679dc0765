/* SPDX-License-Identifier: Apache-2.0
 *
 * formula: no read past the text, and what is allowed stays so between brackets and with another
 * formula behind it; nothing that is allowed calls what the list lacks.
 */
#include "ooxml-rebuild/formula.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static bool
allowed (const char *text, size_t size)
{
    return mugai_formula_check (text, size, NULL).verdict == MUGAI_FORMULA_ALLOWED;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    static char around[2 * MUGAI_FORMULA_SIZE];
    const char *text = (const char *)data;

    if (size > MUGAI_FORMULA_SIZE / 2 || !allowed (text, size))
        return 0;
    around[0] = '(';
    memcpy (around + 1, text, size);
    memcpy (around + 1 + size, ")+1", 3);
    MugaiFormulaFault fault = mugai_formula_check (around, size + 4, NULL);
    if (fault.verdict != MUGAI_FORMULA_ALLOWED && fault.verdict != MUGAI_FORMULA_LIMIT)
        abort();
    memcpy (around + 1 + size, ")+CALL(1)", 9);
    if (allowed (around, size + 10))
        abort();
    return 0;
}
