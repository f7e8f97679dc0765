/* SPDX-License-Identifier: Apache-2.0
 *
 * lzfu: compressed RTF. Process: the walk. Trust: input is hostile. libc only.
 * Source: MS-OXRTFCP.
 */
#pragma once

#include "common/buffer.h"

/* Unpack the value of a property. At most 17 bytes come of each 2, and no more than @out takes.
 * What stands behind the end marker is passed over, as MS-OXRTFCP 2.2.3.2 has it.
 * Returns: NULL, or in English what is wrong with it (static); @out is then to be forgotten. */
const char *mugai_lzfu_unpack (const uint8_t *data, size_t size, MugaiBuffer *out);
