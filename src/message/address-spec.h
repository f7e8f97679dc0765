/* SPDX-License-Identifier: Apache-2.0
 *
 * address-spec: the address itself, local@domain, in the one form that goes out.
 *
 * Process: worker. Trust: input is hostile; output obeys PROFILE.md H-6. Linear.
 */
#pragma once

#include <glib.h>

/* mugai_address_spec:
 * @raw: borrowed, an addr-spec, white space and raw UTF-8 allowed. Returns: (transfer full) it as
 * PROFILE.md H-6 writes it (an internationalised domain in its ASCII form), or NULL.
 */
char *mugai_address_spec (const char *raw);
