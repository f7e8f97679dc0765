/* SPDX-License-Identifier: Apache-2.0
 *
 * The verifier on anything: never a crash, one answer for one input, a refusal with a place,
 * nothing behind the end. The first byte chooses the grammar; '5' makes the rest the body of a
 * canonical mail, '6' the name of a file.
 */
#include "../unit/canonical.h"
#include "verify/name.h"
#include "verify/verify.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static void
demand (bool ok)
{
    if (!ok)
        abort();
}

/* The verdict on exactly these bytes. Returns: whether they are in the profile. */
static bool
verify (MugaiGrammar grammar, bool delivered, const uint8_t *data, size_t size)
{
    MugaiVerifyLimits limits = mugai_verify_limits_default();
    MugaiVerifyResult first, second;

    limits.delivered = delivered;
    limits.expanded = limits.memory = 16 << 20;
    mugai_verify (grammar, data, size, &limits, &first);
    mugai_verify (grammar, data, size, &limits, &second);
    const MugaiVerdict *v = &first.verdict;
    bool ok = v->ok;
    demand (memcmp (v, &second.verdict, sizeof *v) == 0);
    demand (ok == (v->clause[0] == '\0') && ok == (v->why[0] == '\0'));
    demand (ok == (v->leaves > 0) && ok == (first.leaf != NULL));
    demand (v->offset <= 2 * size + 16);
    demand (v->in == v->delivered + v->converted + v->withheld);
    mugai_verify_result_clear (&first);
    mugai_verify_result_clear (&second);
    return ok;
}

/* A mail in the profile is no longer when a byte follows or the last one is missing. */
static void
try_mail (const uint8_t *data, size_t size)
{
    uint8_t *longer;

    if (!verify (MUGAI_GRAMMAR_MAIL, false, data, size))
        return;
    demand (!verify (MUGAI_GRAMMAR_MAIL, false, data, size - 1));
    demand (verify (MUGAI_GRAMMAR_MAIL, true, data, size));
    longer = malloc (size + 1);
    memcpy (longer, data, size);
    longer[size] = data[0];
    demand (!verify (MUGAI_GRAMMAR_MAIL, false, longer, size + 1));
    free (longer);
}

static void
try_body (const uint8_t *data, size_t size)
{
    Buf mail = mail_single ("MIME-Version: 1.0\r\n", data, size);

    try_mail (mail.data, mail.size);
    buf_clear (&mail);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    uint8_t *copy = malloc (size > 1 ? size - 1 : 1); /* exactly as long as it is */
    memcpy (copy, data + 1, size - 1);
    switch (data[0]) {
    case '1':
        try_mail (copy, size - 1);
        break;
    case '2':
        verify (MUGAI_GRAMMAR_TEXT, false, copy, size - 1);
        break;
    case '3':
        verify (MUGAI_GRAMMAR_CSV, false, copy, size - 1);
        break;
    case '4':
        verify (MUGAI_GRAMMAR_PNG, false, copy, size - 1);
        break;
    case '5':
        try_body (copy, size - 1);
        break;
    case '6':
        mugai_name_fault (copy, size - 1, ".txt");
        break;
    case '8':
        verify (MUGAI_GRAMMAR_JPEG, false, copy, size - 1);
        break;
    case '7':
        verify (MUGAI_GRAMMAR_MAIL, true, copy, size - 1);
        break;
    default:
        verify ((MugaiGrammar)data[0], false, copy, size - 1);
    }
    free (copy);
    return 0;
}
