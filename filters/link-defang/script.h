/* SPDX-License-Identifier: Apache-2.0
 *
 * script: which writing a letter of a domain name belongs to, and whether a label imitates another.
 * Process: the walk. Trust: input is hostile. libc only.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Compatibility letters that browsers take for ASCII ones (wide, circled, mathematical) as these;
 * upper case as lower, in Latin, Greek and Cyrillic. */
uint32_t script_fold (uint32_t c);

/* script_imitates:
 * @label: @n folded code points. Letters of scripts that are not written together (Latin goes with
 * Japanese, Chinese and Korean); all of a script but each one like an ASCII letter; a stroke that
 * looks like a slash or a dash between ASCII letters; what is no letter at all.
 */
bool script_imitates (const uint32_t *label, size_t n);
