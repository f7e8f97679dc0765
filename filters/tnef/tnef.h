/* SPDX-License-Identifier: Apache-2.0
 *
 * tnef: a message in Transport Neutral Encapsulation Format (winmail.dat) as a mail.
 * Process: the walk. Trust: input is hostile. libc only. Source: MS-OXTNEF.
 *
 * What it deliberately does not do: descend into messages within. They are parts of type tnef
 * again, and the host counts their depth.
 */
#pragma once

#include "mapi/letter.h"

/* Read all attributes up to the last byte; wrong checksums are
 * counted. Values are borrowed from
 * @data. Returns: NULL, or in English what is wrong with it (static). */
const char *mugai_tnef_read (const uint8_t *data, size_t size, MugaiLetter *ret_letter);
