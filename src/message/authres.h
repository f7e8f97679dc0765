/* SPDX-License-Identifier: Apache-2.0
 *
 * authres: what the trusted mail server says about the sender's authentication. Only the topmost
 * Authentication-Results field that bears the configured authserv-id counts; ARC is ignored.
 *
 * Process: worker. Trust: fields are hostile unless our own MTA wrote them; it removes forged ones
 * (RFC 8601 5). Linear in the field, no recursion, nothing is allocated but the unfolded line.
 */
#pragma once

#include "message/field.h"
#include "rules/rules.h"

#include <stdbool.h>

enum { MUGAI_AUTHRES_WORD = 24, MUGAI_AUTHRES_DOMAIN = 256 };

typedef struct MugaiAuthres {
    bool found; /* a field of the trusted server stands there and could be read */
    /* Result words in lower case, as the server wrote them; "" when it said nothing. DKIM is "pass"
     * when one signature passed whose domain is the author's (equal, or one is below the other), or
     * whose domain the server did not say; "policy" when only others' signatures passed
     * (RFC 8601 2.7.1); else the word of the first signature. */
    char spf[MUGAI_AUTHRES_WORD], dkim[MUGAI_AUTHRES_WORD], dmarc[MUGAI_AUTHRES_WORD];
    char signer[MUGAI_AUTHRES_DOMAIN]; /* domain of the signature that `dkim` is about, or "" */
    size_t ignored;                    /* fields of other servers, or forged ones below ours */
} MugaiAuthres;

/* mugai_authres_read:
 * @authserv_id: the trusted server, compared without case; "" trusts nobody.
 * @author: addr-spec of the author (From), NULL when there is none.
 * A trusted field that is not in the grammar, or of another version than 1, says nothing.
 * Source: RFC 8601 2.2, 2.5, 2.7, 5.
 */
MugaiAuthres mugai_authres_read (const MugaiFields *fields, const char *authserv_id,
                                 const char *author);

/* mugai_authres_summary:
 * One line for the reader without line end: "差出人認証：SPF 合格、DKIM 合格、DMARC 合格".
 * Returns: (transfer full) clean UTF-8, NULL when the trusted server said nothing (then say
 * nothing, or that it was not checked).
 */
char *mugai_authres_summary (const MugaiAuthres *results, MugaiLanguage language);
