/* SPDX-License-Identifier: Apache-2.0
 *
 * preset: the rule sets that come with the program, compiled in from samples/rules by embed.c.
 */
#pragma once

#include <stddef.h>

#define MUGAI_PRESET_DEFAULT "u-remove" /* of a site that names none */

typedef struct MugaiPreset {
    const char *name; /* "a-text"; NULL ends the table */
    const char *file; /* name of the sample, for messages and traces */
    const unsigned char *data;
    size_t size;
} MugaiPreset;

extern const MugaiPreset mugai_presets[];
