/* SPDX-License-Identifier: Apache-2.0
 *
 * address: mailboxes of a header field, parsed into display name and addr-spec, and written again
 * in one form.
 *
 * Process: worker. Trust: input is hostile; output obeys PROFILE.md H-5, H-6, H-8.
 */
#pragma once

#include "base/limits.h"
#include "message/address-spec.h"
#include "message/fold.h"

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct MugaiAddress {
    char *display;  /* clean UTF-8, NULL when none; an address of another domain has "[@]" in it */
    char *imitated; /* the display name as it was when it showed such an address, else NULL */
    char *addr;     /* local@domain as the profile allows it */
    bool readable;  /* false: @addr stands for one that cannot be written, which @display shows */
    char *raw;      /* the addr-spec as it was read, clean UTF-8; for rules and findings */
} MugaiAddress;

typedef struct MugaiAddresses {
    GPtrArray *list; /* of MugaiAddress * */
    size_t bad;      /* entries that are no address: unknown@invalid with what stood there */
    size_t groups;   /* group names that were left out */
    bool cut;        /* limits.addresses was passed */
} MugaiAddresses;

/* mugai_addresses_parse:
 * @line: borrowed, unfolded. @charset: of raw bytes, may be NULL. @limits: addresses, header_line.
 * Groups are flattened, routes are dropped, a comment is the display name when there is no other.
 * Returns: (transfer full), never NULL. Linear. Source: RFC 5322 3.4, 4.4.
 */
MugaiAddresses *mugai_addresses_parse (const char *line, const char *charset,
                                       const MugaiLimits *limits);
void mugai_addresses_free (MugaiAddresses *addresses);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MugaiAddresses, mugai_addresses_free)

/* Write the field @name with the first @max addresses; nothing when there are none. */
void mugai_addresses_emit (const MugaiAddresses *addresses, const char *name, size_t max,
                           MugaiFold *out);

/* One mailbox; @display may be NULL. @addr must be representable. */
void mugai_address_emit (const char *display, const char *addr, bool more, MugaiFold *out);
