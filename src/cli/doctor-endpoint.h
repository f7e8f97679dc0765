/* SPDX-License-Identifier: Apache-2.0
 *
 * doctor-endpoint: where a milter listens, in the three ways of writing it (Mugai and Sendmail:
 * inet:PORT@HOST, Postfix: inet:HOST:PORT), so that they can be compared.
 *
 * Pure. Process: mugai. Trust: the administrator's words.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef struct MugaiEndpoint {
    char *path; /* of a Unix socket, else NULL */
    char *host; /* lower case, without brackets; "" when none was given */
    char *port; /* number or name of a service; "" for a Unix socket */
} MugaiEndpoint;

typedef enum MugaiEndpointStyle {
    MUGAI_ENDPOINT_MILTER,  /* unix:PATH local:PATH PATH inet:PORT@HOST inet6:... */
    MUGAI_ENDPOINT_POSTFIX, /* unix:PATH inet:HOST:PORT */
} MugaiEndpointStyle;

/* Returns: (transfer full), NULL when @text is none. */
MugaiEndpoint *mugai_endpoint_parse (const char *text, MugaiEndpointStyle style);
void mugai_endpoint_free (MugaiEndpoint *endpoint);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MugaiEndpoint, mugai_endpoint_free)

/* Does one who connects to @there reach who listens at @here? Paths are compared as they are. */
bool mugai_endpoint_reaches (const MugaiEndpoint *there, const MugaiEndpoint *here);

/* Is it an address or name of this host only? "" is not. */
bool mugai_endpoint_loopback (const char *host);
