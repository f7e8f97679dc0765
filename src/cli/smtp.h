/* SPDX-License-Identifier: Apache-2.0
 *
 * smtp: hand one verified mail to an SMTP service of this host: a released mail, to a listener without milters.
 *
 * Strict: EHLO, MAIL, RCPT, DATA with dots doubled, QUIT; no pipelining, no authentication, no TLS. Addresses are checked
 * before anything is sent, so that none can carry a command. Only loopback unless told otherwise.
 * Process: mugai. Trust: addresses are hostile text; the service's answers too (bounded, shown escaped).
 * Source: RFC 5321; RFC 6531 (SMTPUTF8 when an address needs it).
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct MugaiSmtpMail {
    const char *sender;      /* "" for the null sender */
    GPtrArray *recipients;   /* of char *, at least one */
    const uint8_t *data;     /* CRLF lines, ends with CRLF, borrowed */
    size_t size;
} MugaiSmtpMail;

/* mugai_smtp_send:
 * @service: "127.0.0.1:10026", "[::1]:10026" or "localhost:10026". @any_host: not only loopback addresses.
 * @timeout_us: for each step. @ret_text: (transfer full) last answer of the service, e.g. with its queue id; may be NULL.
 * Returns: true when the service took responsibility for all recipients. Errors: USAGE: service, address; REFUSED: 5xx;
 * RESOURCE: 4xx, connection, time-out. One refused recipient ends the whole transaction with nothing sent.
 */
bool mugai_smtp_send (const char *service, bool any_host, const MugaiSmtpMail *mail, int64_t timeout_us, char **ret_text,
                      GError **error);
