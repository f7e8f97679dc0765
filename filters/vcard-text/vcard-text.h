/* SPDX-License-Identifier: Apache-2.0
 *
 * vcard-text: address cards (vCard 2.1, RFC 2426, RFC 6350) built again as vCard 3.0 from their
 * parsed values, with a summary for the reader. Pictures, sounds, keys, web addresses, unknown
 * properties and parameters are left out. 3.0, because programs of every age read it.
 *
 * Process: the walk. Trust: input is hostile, UTF-8. libc only. Linear.
 */
#pragma once

#include "common/buffer.h"

#include <stddef.h>
#include <stdint.h>

/* vcard_text:
 * @data: borrowed. @out: cards in the form of PROFILE.md, section V. @summary: text for the reader.
 * *ret_dropped: properties left out. Returns: 0; -ENOMEM; -EINVAL when there is no card in it.
 */
int vcard_text (const void *data, size_t size, bool japanese, MugaiBuffer *out,
                MugaiBuffer *summary, uint64_t *ret_dropped);
