/* SPDX-License-Identifier: Apache-2.0
 *
 * idn: internationalised domain names of addresses: what they look like, and whether they may be
 * made to look like another.
 *
 * Process: worker. Trust: input is hostile; at most 253 bytes of domain. Pure.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* mugai_idn_shown:
 * @domain: ASCII, as PROFILE.md H-6 writes it. Returns: (transfer full) it as people would see it,
 * NULL when no label of it is internationalised or one cannot be decoded. Source: RFC 5891 4.
 */
char *mugai_idn_shown (const char *domain);

/* mugai_idn_suspicious:
 * @shown: UTF-8. Does a label mix scripts that no language mixes, or is it all in letters of a
 * script that Latin ones are taken for (Cyrillic, Greek, Armenian, Cherokee) below a Latin top
 * level? Source: UTS #39 5.1, simplified; Japanese, Chinese and Korean labels may hold Latin.
 */
bool mugai_idn_suspicious (const char *shown);
