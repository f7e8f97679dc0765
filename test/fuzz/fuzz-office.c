/* SPDX-License-Identifier: Apache-2.0
 *
 * Office documents in the verifier: never a crash, one answer for one input, nothing read behind
 * the end. The first byte chooses: `z` the rest is a file; a letter from `A` on, the rest is that
 * member of a workbook of the profile; `f` a formula, `w` a field: what the rebuild's reader of
 * formulas allows fits here, and the other way round.
 */
#include "../unit/office-sample.h"
#include "ooxml-rebuild/formula.h"
#include "verify/field.h"
#include "verify/formula.h"
#include "verify/verify.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static void
demand (bool ok)
{
    if (!ok)
        abort();
}

static bool
verify (MugaiGrammar grammar, const uint8_t *data, size_t size)
{
    MugaiVerifyLimits limits = mugai_verify_limits_default();
    MugaiVerifyResult first, second;
    uint8_t *copy = malloc (size > 0 ? size : 1); /* exactly as long as it is */

    memcpy (copy, data, size);
    limits.expanded = limits.memory = 16 << 20;
    mugai_verify (grammar, copy, size, &limits, &first);
    mugai_verify (grammar, copy, size, &limits, &second);
    const MugaiVerdict *v = &first.verdict;
    bool ok = v->ok;
    demand (memcmp (v, &second.verdict, sizeof *v) == 0);
    demand (ok == (v->clause[0] == '\0') && ok == (v->why[0] == '\0') && ok == (v->leaves == 1));
    mugai_verify_result_clear (&first);
    mugai_verify_result_clear (&second);
    free (copy);
    return ok;
}

/* The workbook with @data as one of its members. */
static void
try_member (size_t member, const uint8_t *data, size_t size)
{
    Office o = office_sample();

    if (member < o.n) {
        buf_clear (&o.member[member].content);
        buf_add (&o.member[member].content, data, size);
        o.member[member].stored = true;
        Buf file = office_packed (&o);
        verify (MUGAI_GRAMMAR_XLSX, file.data, file.size);
        buf_clear (&file);
    }
    office_clear (&o);
}

/* No sheet is called so. */
static bool
has_sheet (const void *user, const char *name, size_t size)
{
    (void)user;
    return size == 0 || memchr (name, ':', size) == NULL;
}

/* Two readers of one grammar. */
static void
try_formula (const char *text, size_t size)
{
    MugaiRefers refers = { .sheets = MUGAI_MODEL_NONE };
    MugaiModelUse use = { .refers = &refers };
    bool here = mugai_formula_fits (&use, text, size, 0);
    const MugaiFormulaBook book = { .has_sheet = has_sheet };
    bool there = mugai_formula_check (text, size, &book).verdict == MUGAI_FORMULA_ALLOWED;

    demand (here == there);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    char *copy = malloc (size);
    memcpy (copy, data + 1, size - 1);
    if (data[0] == 'f')
        try_formula (copy, size - 1);
    else if (data[0] == 'w')
        mugai_field_fits (copy, size - 1);
    else if (data[0] == 'z')
        for (MugaiGrammar g = MUGAI_GRAMMAR_DOCX; g <= MUGAI_GRAMMAR_ODP; g++)
            verify (g, data + 1, size - 1);
    else if (data[0] >= 'A' && data[0] <= 'Z')
        try_member ((size_t)(data[0] - 'A'), data + 1, size - 1);
    free (copy);
    return 0;
}
