/* SPDX-License-Identifier: Apache-2.0
 *
 * nfc: is a text in Unicode Normalization Form C? (UAX #15) Process: verify. libc only.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MUGAI_NFC_MAX = 255 /* bytes */ };

/* @d: at most MUGAI_NFC_MAX bytes; a longer or undecodable text is not. */
bool mugai_nfc_is (const uint8_t *d, size_t size);
