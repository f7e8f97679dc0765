/* SPDX-License-Identifier: Apache-2.0
 *
 * authres: what the trusted mail server says about the sender's authentication (RFC 8601). Only the
 * topmost Authentication-Results field with the configured authserv-id counts.
 *
 * Process: worker. Trust: fields are hostile unless our own MTA wrote them; it removes forged ones
 * (RFC 8601 5).
 */
#pragma once

#include "message/field.h"

typedef struct MugaiAuthres { /* lower-case results; "" when none */
    char spf[24], dkim[24], dmarc[24];
    size_t ignored; /* fields of other servers, or forged ones below ours */
} MugaiAuthres;

/* @authserv_id: "" trusts nobody. */
MugaiAuthres mugai_authres_read (const MugaiFields *fields, const char *authserv_id);
