/* SPDX-License-Identifier: Apache-2.0
 *
 * entities: character references of HTML. Process: the walk. Trust: input is hostile. libc only.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* html_entity:
 * Decode the reference at @at, which points to a "&".
 * @in_attribute: the rules for attribute values hold. @ret: the code points, the second 0 when
 * there is one only; a number that is no scalar value gives U+FFFD. Returns: bytes taken; 0 when it
 * is no reference and the "&" is text. Bounded: looks at no more than 32 bytes, for numbers at all
 * their digits. Source: WHATWG HTML 13.2.5.72 to 80.
 */
size_t html_entity (const uint8_t *at, const uint8_t *end, bool in_attribute, uint32_t ret[2]);
