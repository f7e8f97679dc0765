/* SPDX-License-Identifier: Apache-2.0
 *
 * zip-inside: does a reader of archives find one in these bytes? (PROFILE.md P-9, J-10.) Process:
 * verify. libc only.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

bool mugai_zip_inside (const uint8_t *d, size_t size);
