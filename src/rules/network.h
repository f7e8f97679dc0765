/* SPDX-License-Identifier: Apache-2.0
 *
 * network: an IPv4 or IPv6 address or network in CIDR form, and whether an address lies in it. An IPv4 address in IPv6
 * form (::ffff:192.0.2.1, or Sendmail's IPv6: prefix) counts as IPv4.
 * Process: worker, milter, command line. Trust: addresses come from the MTA.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

typedef struct MugaiNetwork {
    uint8_t address[16]; /* IPv4 as ::ffff:a.b.c.d */
    uint8_t bits;        /* 0 to 128 */
} MugaiNetwork;

/* "192.0.2.0/24", "2001:db8::/32", "192.0.2.1". False: neither, or bits are set beyond the prefix (a typing error). */
bool mugai_network_parse (const char *text, MugaiNetwork *ret);
/* False for a text that is no address. */
bool mugai_network_holds (const MugaiNetwork *network, const char *address);
/* Does @wide hold all of @narrow? */
bool mugai_network_covers (const MugaiNetwork *wide, const MugaiNetwork *narrow);
